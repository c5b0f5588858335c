//! Middlewares: functions around a controller.

use kalgan_core::suggest::counted;
use std::any::type_name;
use std::fmt;
use std::sync::Arc;

use axum_core::extract::FromRequestParts;
use futures_util::future::BoxFuture;

use crate::extract::state::required;
use crate::handler::{BoxedHandler, Responder};
use crate::rejection::rejected;
use crate::{Request, Response, States};

/// What comes after a middleware: the further middlewares of the route, then its controller.
pub struct Next {
    middlewares: Arc<[BoxedMiddleware]>,
    /// How many of the middlewares have been started.
    started: usize,
    handler: BoxedHandler,
    states: States,
}

impl Next {
    /// Hands the request on and returns the response to it.
    pub async fn run(mut self, request: Request) -> Response {
        let states = self.states.clone();
        match self.middlewares.get(self.started).cloned() {
            Some(middleware) => {
                self.started += 1;
                middleware.call(request, self, states).await
            }
            None => self.handler.call(request, states).await,
        }
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let middlewares = counted(self.middlewares.len() - self.started, "middleware");
        write!(f, "Next({middlewares} and the controller)")
    }
}

/// A middleware: an async or plain function of up to 8 extractors, the [`Request`] and [`Next`].
///
/// It may answer itself, change the request before it hands it on, and change the response:
///
/// ```
/// use std::time::Instant;
/// use kalgan::{BoxedMiddleware, Cookies, Next, Request, Response, ResponseExt, response};
///
/// async fn check(cookies: Cookies, request: Request, next: Next) -> Response {
///     if cookies.get("user").is_none() {
///         return response::redirect("/login");
///     }
///     let start = Instant::now();
///     let response = next.run(request).await;
///     response.with_header("server-timing", format!("app;dur={}", start.elapsed().as_millis()))
/// }
///
/// let middleware = BoxedMiddleware::new(check);
/// ```
///
/// There is no need to implement it. The extractors see the request and leave its body; one that
/// rejects answers the request.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a middleware",
    label = "this function cannot stand before a controller",
    note = "a middleware is an `async fn` whose last two arguments are `Request` and `Next`, in \
            this order, as `async fn check(request: Request, next: Next) -> Response`",
    note = "before them it may have up to 8 extractors that leave the body, as `Cookies`, \
            `Path<u64>` or `State<T>`",
    note = "its result is a response, as `Response` or `kalgan::Result<Response>`",
    note = "an `async` middleware must not hold what is not `Send`, as an `Rc`, across an `.await`"
)]
pub trait Middleware<Args>: Clone + Send + Sync + 'static {
    /// Answers a request, by itself or with what comes after.
    fn call(self, request: Request, next: Next, states: States) -> BoxFuture<'static, Response>;

    /// The names of the types `State<T>` among the arguments.
    #[doc(hidden)]
    fn states() -> Vec<&'static str> {
        Vec::new()
    }
}

/// Implements [`Middleware`] for functions with these extractors.
macro_rules! middleware {
    ($($part:ident)*) => {
        impl<F, R, Kind, $($part,)*> Middleware<(Kind, $($part,)*)> for F
        where
            F: Fn($($part,)* Request, Next) -> R + Clone + Send + Sync + 'static,
            R: Responder<Kind>,
            $($part: FromRequestParts<States> + Send,)*
        {
            #[allow(non_snake_case, unused_mut, unused_variables)]
            fn call(
                self,
                request: Request,
                next: Next,
                states: States,
            ) -> BoxFuture<'static, Response> {
                Box::pin(async move {
                    let (mut parts, body) = request.into_parts();
                    $(
                        let $part = match $part::from_request_parts(&mut parts, &states).await {
                            Ok(value) => value,
                            Err(rejection) => return rejected(rejection),
                        };
                    )*
                    let request = Request::from_parts(parts, body);
                    self($($part,)* request, next).respond().await
                })
            }

            fn states() -> Vec<&'static str> {
                required(&[$(type_name::<$part>()),*])
            }
        }
    };
}

middleware!();
middleware!(A1);
middleware!(A1 A2);
middleware!(A1 A2 A3);
middleware!(A1 A2 A3 A4);
middleware!(A1 A2 A3 A4 A5);
middleware!(A1 A2 A3 A4 A5 A6);
middleware!(A1 A2 A3 A4 A5 A6 A7);
middleware!(A1 A2 A3 A4 A5 A6 A7 A8);

/// A middleware of any type, as a route holds it.
#[derive(Clone)]
pub struct BoxedMiddleware {
    erased: Arc<dyn Erased>,
}

/// A middleware without its type.
trait Erased: Send + Sync {
    fn call(&self, request: Request, next: Next, states: States) -> BoxFuture<'static, Response>;

    fn states(&self) -> Vec<&'static str>;
}

/// What calls a middleware, and the states that it takes.
struct Held<F> {
    call: F,
    states: fn() -> Vec<&'static str>,
}

impl<F> Erased for Held<F>
where
    F: Fn(Request, Next, States) -> BoxFuture<'static, Response> + Send + Sync,
{
    fn call(&self, request: Request, next: Next, states: States) -> BoxFuture<'static, Response> {
        (self.call)(request, next, states)
    }

    fn states(&self) -> Vec<&'static str> {
        (self.states)()
    }
}

impl BoxedMiddleware {
    /// Boxes a middleware.
    pub fn new<Args>(middleware: impl Middleware<Args>) -> Self {
        let states = states_of(&middleware);
        Self::held(
            move |request, next, states| middleware.clone().call(request, next, states),
            states,
        )
    }

    /// A middleware that is a function of the request, what comes next and the app's state.
    pub(crate) fn of(
        call: impl Fn(Request, Next, States) -> BoxFuture<'static, Response> + Send + Sync + 'static,
    ) -> Self {
        Self::held(call, Vec::new)
    }

    fn held(
        call: impl Fn(Request, Next, States) -> BoxFuture<'static, Response> + Send + Sync + 'static,
        states: fn() -> Vec<&'static str>,
    ) -> Self {
        Self {
            erased: Arc::new(Held { call, states }),
        }
    }

    /// The names of the types `State<T>` that it takes.
    pub(crate) fn states(&self) -> Vec<&'static str> {
        self.erased.states()
    }

    /// Answers a request, by itself or with what comes after.
    #[must_use]
    pub fn call(
        &self,
        request: Request,
        next: Next,
        states: States,
    ) -> BoxFuture<'static, Response> {
        self.erased.call(request, next, states)
    }
}

fn states_of<Args, M: Middleware<Args>>(_: &M) -> fn() -> Vec<&'static str> {
    M::states
}

impl fmt::Debug for BoxedMiddleware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxedMiddleware")
    }
}

/// Answers a request by the middlewares in their order, then the controller.
pub(crate) fn chain(
    middlewares: &Arc<[BoxedMiddleware]>,
    handler: &BoxedHandler,
    request: Request,
    states: States,
) -> BoxFuture<'static, Response> {
    let Some(first) = middlewares.first() else {
        return handler.call(request, states);
    };
    let next = Next {
        middlewares: Arc::clone(middlewares),
        started: 1,
        handler: handler.clone(),
        states: states.clone(),
    };
    first.call(request, next, states)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Method, Uri};

    use super::*;
    use crate::error::Fault;
    use crate::extract::testing::{body, get, post};
    use crate::{Error, Lang, Query, ResponseExt, Result, State};

    async fn run(middlewares: &[BoxedMiddleware], request: Request) -> Response {
        async fn controller(headers: HeaderMap, body: String) -> String {
            format!("{} {body}", trail(&headers))
        }
        let mut states = States::default();
        states.insert("state");
        let handler = BoxedHandler::new(controller);
        chain(&middlewares.into(), &handler, request, states).await
    }

    fn trail(headers: &HeaderMap) -> String {
        let values = headers.get_all("trail").iter();
        values.map(|value| value.to_str().unwrap()).collect()
    }

    fn append(headers: &mut HeaderMap, value: &'static str) {
        headers.append("trail", HeaderValue::from_static(value));
    }

    /// Leaves its name on the request and the response.
    fn named(name: &'static str) -> BoxedMiddleware {
        BoxedMiddleware::new(move |mut request: Request, next: Next| async move {
            append(request.headers_mut(), name);
            let mut response = next.run(request).await;
            append(response.headers_mut(), name);
            response
        })
    }

    #[tokio::test]
    async fn in_order_and_back() {
        let chain = [named("a"), named("b"), named("c")];
        let response = run(&chain, post("text/plain", "body")).await;
        assert_eq!(trail(response.headers()), "cba");
        assert_eq!(body(response).await, "abc body");
    }

    #[tokio::test]
    async fn without_middlewares_the_controller_answers() {
        let response = run(&[], post("text/plain", "body")).await;
        assert_eq!(body(response).await, " body");
    }

    #[tokio::test]
    async fn one_may_stop_the_request() {
        fn stop(request: Request, _: Next) -> Result<Response> {
            assert_eq!(trail(request.headers()), "a");
            Err(Error::forbidden())
        }
        async fn never(_: Request, _: Next) -> Response {
            panic!("the request was stopped");
        }
        let chain = [
            named("a"),
            BoxedMiddleware::new(stop),
            BoxedMiddleware::new(never),
        ];
        let response = run(&chain, get("/")).await;
        assert_eq!(response.status(), 403);
        assert_eq!(trail(response.headers()), "a");
        assert!(Fault::of(response.extensions()).is_some());
    }

    #[tokio::test]
    async fn extractors_see_the_request_and_leave_it() {
        #[allow(clippy::too_many_arguments)]
        async fn eight(
            method: Method,
            uri: Uri,
            headers: HeaderMap,
            State(state): State<&'static str>,
            Query(query): Query<Vec<(String, u8)>>,
            lang: Result<Lang>,
            missing: Result<State<u8>>,
            _: http::Extensions,
            request: Request,
            next: Next,
        ) -> Response {
            assert_eq!((&method, &uri), (request.method(), request.uri()));
            assert_eq!(&headers, request.headers());
            assert!(lang.is_err() && missing.is_err());
            assert_eq!(
                format!("{next:?}"),
                "Next(0 middlewares and the controller)"
            );
            let response = next.run(request).await;
            response.with_header("seen", format!("{state} {query:?}"))
        }
        let mut request = post("text/plain", "body");
        *request.uri_mut() = Uri::from_static("/?q=1");
        let response = run(&[BoxedMiddleware::new(eight)], request).await;
        assert_eq!(response.headers()["seen"], "state [(\"q\", 1)]");
        assert_eq!(body(response).await, " body");
    }

    #[tokio::test]
    async fn a_rejection_answers_and_keeps_its_error() {
        async fn never(_: State<u8>, _: Request, _: Next) -> Response {
            panic!("the middleware must not run");
        }
        let response = run(&[BoxedMiddleware::new(never)], get("/")).await;
        assert_eq!(response.status(), 500);
        let error = Fault::of(response.extensions()).unwrap();
        assert!(error.message().unwrap().contains(".state(value)"));
    }

    #[tokio::test]
    async fn next_may_be_returned_as_it_is() {
        let pass = |request: Request, next: Next| next.run(request);
        let response = run(&[BoxedMiddleware::new(pass)], post("a/b", "x")).await;
        assert_eq!(body(response).await, " x");
    }
}
