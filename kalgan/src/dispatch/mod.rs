//! From a request to its response: static files, the route, its language, middlewares, the
//! controller, and the page of an error.

mod fault;
mod find;
mod streamed;

use crate::app::shared::Shared;
use crate::dev::{self, Record};
use crate::error::{Error, Fault};
use crate::extract::Request;
use crate::in_axum;
use crate::middleware::chain;
use crate::response::{RelativeRedirect, Response};
use crate::routing::route::{Matched, Route};
use crate::server::body_limit::limit_body;
use crate::server::connection::Connection;
use crate::site::Site;
use crate::site::current::{Current, Language};
use fault::{Head, Run, caught, error_response, fault, fault_of, keep_headers};
use find::{Answer, find, language};
use futures_util::future::BoxFuture;
use http::HeaderValue;
use http::header::{LOCATION, VARY};
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// A response, and the route that gave it.
pub(crate) type Answered = (Response, Option<Route>);

/// Answers a request by one snapshot of the site.
pub(crate) fn dispatch(
    shared: &Arc<Shared>,
    site: Arc<Site>,
    connection: Connection,
    request: Request,
    record: &Record,
) -> Dispatch {
    match site.assets.may_have(request.uri().path()) {
        false => begin(shared, site, connection, request, record),
        true => {
            let (shared, record) = (Arc::clone(shared), record.clone());
            Dispatch::boxed(file_first(shared, site, connection, request, record))
        }
    }
}

/// The answer to a request. A future is moved as a whole, and its size is that of all it may ever
/// wait for: so this one has the parts that every request needs, and what is rare in a box.
pub(crate) enum Dispatch {
    Controller(Running),
    Boxed(BoxFuture<'static, Answered>),
}

/// A controller that answers a request.
pub(crate) struct Running {
    shared: Arc<Shared>,
    current: Arc<Current>,
    record: Record,
    head: Head,
    run: Run,
}

impl Dispatch {
    pub(crate) fn boxed(answered: impl Future<Output = Answered> + Send + 'static) -> Self {
        Self::Boxed(Box::pin(answered))
    }
}

impl Future for Dispatch {
    type Output = Answered;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answered> {
        loop {
            match &mut *self {
                Self::Boxed(answered) => return answered.as_mut().poll(context),
                Self::Controller(running) => {
                    let run = Pin::new(&mut running.run);
                    let response = ready!(running.record.sync_scope(|| run.poll(context)));
                    let Some(fault) = fault_of(&response) else {
                        let Running {
                            current, record, ..
                        } = running;
                        return Poll::Ready(finish(current, record, response));
                    };
                    let page = running.page(response, fault);
                    *self = Self::boxed(page);
                }
            }
        }
    }
}

impl Running {
    /// Answers with the page of an error in the place of the controller's response.
    fn page(&mut self, response: Response, fault: Fault) -> impl Future<Output = Answered> + use<> {
        let (shared, current) = (Arc::clone(&self.shared), Arc::clone(&self.current));
        let (record, head) = (self.record.clone(), self.head.take());
        answer_fault(shared, current, record, head, fault, Some(response))
    }
}

/// Answers with the page of an error, which keeps what belongs to the response that it replaces.
async fn answer_fault(
    shared: Arc<Shared>,
    current: Arc<Current>,
    record: Record,
    head: Head,
    fault: Fault,
    replaced: Option<Response>,
) -> Answered {
    let page = error_response(&shared, &current, head, &fault);
    let page = record.scope(page).await;
    let page = match replaced {
        Some(replaced) => keep_headers(replaced, page),
        None => page,
    };
    finish(&current, &record, page)
}

/// Answers with the static file that a request asks for, else as the routes say.
async fn file_first(
    shared: Arc<Shared>,
    site: Arc<Site>,
    connection: Connection,
    request: Request,
    record: Record,
) -> Answered {
    let (parts, body) = request.into_parts();
    let asked = record.unconditional(&parts);
    if let Some(response) = site.assets.serve(&asked, &site.cache).await {
        return (record.inject(response), None);
    }
    drop(asked);
    let request = Request::from_parts(parts, body);
    begin(&shared, site, connection, request, &record).await
}

/// Finds the route and the language of a request, and what answers it.
fn begin(
    shared: &Arc<Shared>,
    site: Arc<Site>,
    connection: Connection,
    mut request: Request,
    record: &Record,
) -> Dispatch {
    let mut found = find(&site, &request, &connection);
    let language = language(&site, &found, &request).unwrap_or_else(|| {
        // The path names a language that there is not.
        found = Answer::Error(Error::not_found());
        Language::fixed(site.languages.default())
    });
    let (route, other) = match found {
        Answer::Route(route) => (Some(route), None),
        Answer::Ready(response) => (None, Some(Ok(response))),
        Answer::Error(error) => (None, Some(Err(Fault(Arc::new(error))))),
    };
    if site.router.max_body().is_some()
        && let Some(route) = &route
        && let Err(response) = limit_body(&mut request, || body_limit(&site, route))
    {
        let route = Some((route.clone(), language));
        return refuse(shared, site, route, connection, request, record, *response);
    }
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let current = Current::new(site, route, language, connection, method, uri);
    let current = Arc::new(current);
    record.sync_scope(|| dev::has_found(&current));
    match other {
        None => Dispatch::Controller(Running {
            shared: Arc::clone(shared),
            record: record.clone(),
            head: Head::keep(&current.site, &request),
            run: call(shared, &current, request),
            current,
        }),
        Some(Ok(response)) => Dispatch::boxed(ready(finish(&current, record, response))),
        Some(Err(fault)) => {
            let (shared, record) = (Arc::clone(shared), record.clone());
            let head = Head::Whole(Box::new(request.into_parts().0));
            Dispatch::boxed(answer_fault(shared, current, record, head, fault, None))
        }
    }
}

/// The largest body that a route takes.
fn body_limit(site: &Site, route: &Matched) -> u64 {
    let own = route.def().max_body;
    own.unwrap_or(site.options.server.max_body)
}

/// Answers a request that is refused for its body, whether or not its route has been looked up: by the
/// app's page for the status, else by the response as it is.
pub(crate) fn refuse(
    shared: &Arc<Shared>,
    site: Arc<Site>,
    found: Option<(Matched, Language)>,
    connection: Connection,
    request: Request,
    record: &Record,
    response: Response,
) -> Dispatch {
    let status = response.status();
    if site.error_controller(status).is_none() {
        let route = found.map(|(route, _)| route.into());
        return Dispatch::boxed(ready((response, route)));
    }
    let (route, language) = match found {
        Some((route, language)) => (Some(route), Some(language)),
        None => {
            let unanswered = Answer::Error(Error::status(status));
            (None, language(&site, &unanswered, &request))
        }
    };
    let (parts, _) = request.into_parts();
    let language = language.unwrap_or_else(|| Language::fixed(site.languages.default()));
    let (method, uri) = (parts.method.clone(), parts.uri.clone());
    let current = Current::new(site, route, language, connection, method, uri);
    let current = Arc::new(current);
    let fault = Fault(Arc::new(Error::status(status)));
    let (shared, record) = (Arc::clone(shared), record.clone());
    let head = Head::Whole(Box::new(parts));
    Dispatch::boxed(answer_fault(
        shared,
        current,
        record,
        head,
        fault,
        Some(response),
    ))
}

/// The response with what belongs to every one.
fn finish(current: &Arc<Current>, record: &Record, response: Response) -> Answered {
    let mut response = streamed::within(current, record, response);
    if let Some(cookies) = current.cookies.get() {
        cookies.write_back(&mut response);
    }
    if current.language.is_negotiated {
        response
            .headers_mut()
            .append(VARY, HeaderValue::from_static("accept-language"));
    }
    if current.connection.is_forwarded() && current.site.options.server.absolute_redirects {
        make_absolute(&mut response, &current.connection);
    }
    (record.inject(response), Arc::clone(current).route())
}

/// Runs middlewares and controller. A panic becomes a 500.
fn call(shared: &Shared, current: &Arc<Current>, mut request: Request) -> Run {
    let at = current.route.as_ref().map(Matched::at);
    let Some(endpoint) = at.and_then(|at| current.site.endpoint(at)) else {
        let error = Error::internal("the route has no controller");
        return caught(current, Box::pin(ready(fault(error))));
    };
    if let Some(route) = &current.route {
        in_axum::tell_route(&current.site.in_axum, &mut request, route);
    }
    // A middleware may hand the request on from another task.
    if !endpoint.middlewares.is_empty() {
        request.extensions_mut().insert(Arc::clone(current));
    }
    let states = shared.states.clone();
    let run = chain(&endpoint.middlewares, &endpoint.handler, request, states);
    caught(current, run)
}

/// Behind a trusted proxy a redirect to a path of this site names the host that the visitor asked.
fn make_absolute(response: &mut Response, connection: &Connection) {
    let is_relative = response.extensions().get::<RelativeRedirect>().is_some();
    if !is_relative {
        return;
    }
    let location = response
        .headers()
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        // A middleware may have put another one in its place.
        .filter(|location| location.starts_with('/') && !location.starts_with("//"))
        .map(|location| connection.absolute(location));
    if let Some(Ok(location)) = location.map(|location| HeaderValue::from_str(&location)) {
        response.headers_mut().insert(LOCATION, location);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::redirect;
    use crate::server::config::TrustedProxies;
    use http::HeaderMap;

    #[test]
    fn only_a_path_of_this_site_is_made_absolute() {
        let proxies = TrustedProxies::parse("10.0.0.1").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-host", HeaderValue::from_static("a.example"));
        let uri = http::Uri::from_static("/");
        let peer = "10.0.0.1:9".parse().ok();
        let connection = Connection::from_request(&uri, &headers, peer, &proxies);
        assert!(connection.is_forwarded());
        for (location, absolute) in [
            ("/x", "http://a.example/x"),
            ("https://b.example/", "https://b.example/"),
            ("//b.example/", "//b.example/"),
            ("x", "x"),
        ] {
            let mut response = redirect("/");
            let location = HeaderValue::from_static(location);
            response.headers_mut().insert(LOCATION, location);
            make_absolute(&mut response, &connection);
            assert_eq!(response.headers()[LOCATION], absolute);
        }
    }
}
