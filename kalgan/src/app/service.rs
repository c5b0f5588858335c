//! An app as a tower service: what every request goes through before its route is looked up.

use crate::app::shared::{Shared, Turn};
use crate::app::{App, Built};
use crate::dev::{self, Look, Record};
use crate::dispatch::dispatch;
use crate::error::Result;
use crate::extract::Request;
use crate::response::Response;
use crate::routing::route::Route;
use crate::server::access_log::Entry;
use crate::server::body_limit::limit_body;
use crate::server::connection::Connection;
use crate::site::Site;
use crate::test::marks;
use axum_core::body::Body;
use bytes::Bytes;
use http::header::{REFERER, USER_AGENT};
use http_body::Body as _;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Instant, SystemTime};
use tower::ServiceExt;
use tower_service::Service;

impl App {
    /// Answers a request: its snapshot, who asks, the limit of its body, the layers, the log.
    async fn answer(self, request: Request) -> Response {
        let begun = Instant::now();
        let time = SystemTime::now();
        let built = match self.built() {
            Ok(built) => built,
            Err(error) => {
                tracing::error!(target: "kalgan", "{error}");
                let status = http::StatusCode::INTERNAL_SERVER_ERROR;
                let response = crate::error_page::plain(status, request.headers());
                return marks::explained(response, &[&error]);
            }
        };
        if let Some(response) = dev::answer(&built.shared, &request) {
            return response;
        }
        let looked = Instant::now();
        let turn = built.shared.turn().await;
        let look = Look::new(looked.elapsed());
        let record = Record::begin(&built.shared, &turn, &request, begun, &look);
        let server = match &turn {
            Turn::Site(site) => Arc::clone(&site.options.server),
            #[cfg(feature = "disk")]
            Turn::Broken(broken) => match &broken.last_good {
                Some(site) => Arc::clone(&site.options.server),
                None => Arc::default(),
            },
        };
        let (mut parts, body) = request.into_parts();
        // The server has put the peer there; what it says of others depends on the settings.
        let peer = parts
            .extensions
            .get::<Connection>()
            .and_then(Connection::peer);
        let connection = Connection::from_request(&parts, peer, &server.trusted_proxies);
        let connection = marks::as_told(connection, &parts.extensions);
        parts.extensions.insert(connection.clone());
        let method = parts.method.clone();
        let uri = parts.uri.clone();
        let version = parts.version;
        let referer = parts.headers.get(REFERER).cloned();
        let user_agent = parts.headers.get(USER_AGENT).cloned();
        let request = Request::from_parts(parts, body);
        let response = match limit_body(request, server.max_body) {
            Err(response) => response,
            Ok(request) => {
                let mut response = record.scope(respond(built, turn, request, &record)).await;
                record.allow(&mut response);
                response
            }
        };
        server.access_log.record(&Entry {
            time,
            method: &method,
            uri: &uri,
            version,
            route: response.extensions().get::<Route>().map(Route::name),
            status: response.status(),
            duration: begun.elapsed(),
            bytes: response.body().size_hint().exact(),
            client: connection.client_ip(),
            referer: referer.as_ref(),
            user_agent: user_agent.as_ref(),
        });
        response
    }
}

async fn respond(built: Built, turn: Turn, mut request: Request, record: &Record) -> Response {
    match turn {
        Turn::Site(site) => {
            record.attach(&mut request);
            request.extensions_mut().insert(Snapshot(site));
            match built.service.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
        #[cfg(feature = "disk")]
        Turn::Broken(broken) => {
            // The diagnostic page should not keep the stylesheet of an open page from loading.
            let (parts, _) = request.into_parts();
            if let Some(site) = &broken.last_good
                && let Some(response) = site
                    .assets
                    .serve(&record.unconditional(&parts), &site.cache)
                    .await
            {
                return record.inject(&parts, response);
            }
            let response = explain(&built.shared, &broken, &parts);
            let response = marks::with_mistakes(response, &broken.diagnostics);
            record.inject(&parts, response)
        }
    }
}

/// The page of files with mistakes.
#[cfg(feature = "disk")]
fn explain(
    shared: &Shared,
    broken: &crate::dev::reload::reloader::Broken,
    head: &http::request::Parts,
) -> Response {
    #[cfg(all(feature = "dev", debug_assertions))]
    if crate::dev::page::is_for(head, broken.last_good.as_deref()) {
        let mistakes = &broken.diagnostics;
        return crate::dev::page::diagnostics(mistakes, &shared.editor, &head.headers);
    }
    #[cfg(not(all(feature = "dev", debug_assertions)))]
    let _ = (shared, broken);
    // The log has told them.
    crate::error_page::plain(http::StatusCode::INTERNAL_SERVER_ERROR, &head.headers)
}

/// The snapshot of a request, on its way through the layers.
#[derive(Clone)]
struct Snapshot(Arc<Site>);

/// The service within the layers.
#[derive(Clone)]
pub(crate) struct Inner {
    pub(crate) shared: Arc<Shared>,
}

type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

impl Service<Request> for Inner {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            let site = match request.extensions().get::<Snapshot>() {
                Some(Snapshot(site)) => Arc::clone(site),
                // A layer has made the request anew.
                None => match shared.turn().await {
                    Turn::Site(site) => site,
                    #[cfg(feature = "disk")]
                    Turn::Broken(broken) => {
                        let (parts, _) = request.into_parts();
                        return Ok(explain(&shared, &broken, &parts));
                    }
                },
            };
            Ok(dispatch(&shared, site, request).await)
        })
    }
}

impl<B> Service<http::Request<B>> for App
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum_core::BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let app = self.clone();
        let request = request.map(Body::new);
        Box::pin(async move { Ok(app.answer(request).await) })
    }
}
