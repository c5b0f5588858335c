//! Controllers: functions from extractors to a response.

use std::any::type_name;
use std::fmt;
use std::future::{Future, ready};
use std::sync::Arc;

use axum_core::extract::{FromRequest, FromRequestParts};
use axum_core::response::IntoResponse;
use futures_util::future::BoxFuture;

use crate::extract::state::required;
use crate::rejection::rejected;
use crate::{Request, Response, States};

/// A controller: an async or plain function whose arguments are extractors and whose result is a
/// response.
///
/// It is implemented for every such function of up to 12 arguments; there is no need to implement
/// it. All arguments but the last implement [`FromRequestParts`]; the last may implement
/// [`FromRequest`] instead, and so take the body. An extractor that rejects answers the request.
///
/// ```
/// use kalgan::{BoxedHandler, Path, Request, Response, Result, response};
///
/// async fn show(Path(id): Path<u64>, request: Request) -> Result<Response> {
///     Ok(response::text(format!("{} user {id}", request.method())))
/// }
///
/// fn about() -> &'static str {
///     "a plain function is fine too"
/// }
///
/// let controllers = [BoxedHandler::new(show), BoxedHandler::new(about)];
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a controller",
    label = "this function cannot answer a request",
    note = "a controller is an `async fn` or `fn` with up to 12 arguments, each an extractor as \
            `Path<u64>`, `Query<T>` or `State<T>`",
    note = "only the last argument may take the body, as `Request`, `Form<T>` or `Json<T>` do",
    note = "its result is a response, as `Response`, `kalgan::Result<Response>`, `String` or \
            `Json<T>`",
    note = "an `async` controller must not hold what is not `Send`, as an `Rc`, across an `.await`"
)]
pub trait Handler<Args>: Clone + Send + Sync + 'static {
    /// Answers a request.
    fn call(self, request: Request, states: States) -> BoxFuture<'static, Response>;

    /// The names of the types `State<T>` among the arguments.
    #[doc(hidden)]
    fn states() -> Vec<&'static str> {
        Vec::new()
    }
}

/// What a controller or a middleware returns: a response, or a future of one.
///
/// `Kind` only tells the two apart; it is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a response",
    label = "a controller or middleware returns this",
    note = "return what implements `IntoResponse`, as `Response`, `kalgan::Result<Response>`, \
            `String` or `Json<T>`, or make it an `async fn` that does"
)]
pub trait Responder<Kind> {
    /// Completes the response.
    fn respond(self) -> impl Future<Output = Response> + Send;
}

/// The kind of [`Responder`] that is a response itself.
#[derive(Debug)]
pub enum Plain {}

/// The kind of [`Responder`] that is a future of a response.
#[derive(Debug)]
pub enum Async {}

impl<R: IntoResponse> Responder<Plain> for R {
    fn respond(self) -> impl Future<Output = Response> + Send {
        ready(self.into_response())
    }
}

impl<F> Responder<Async> for F
where
    F: Future<Output: IntoResponse> + Send,
{
    async fn respond(self) -> Response {
        self.await.into_response()
    }
}

impl<F, R, Kind> Handler<(Kind,)> for F
where
    F: Fn() -> R + Clone + Send + Sync + 'static,
    R: Responder<Kind>,
{
    fn call(self, _: Request, _: States) -> BoxFuture<'static, Response> {
        Box::pin(async move { self().respond().await })
    }
}

/// The arguments before the last, and the request; it is taken apart only where there are some.
macro_rules! extracted {
    ($request:ident, $states:ident;) => { ($request,) };
    ($request:ident, $states:ident; $($part:ident)+) => {{
        let (mut parts, body) = $request.into_parts();
        $(
            let $part = match $part::from_request_parts(&mut parts, &$states).await {
                Ok(value) => value,
                Err(rejection) => return rejected(rejection),
            };
        )+
        ($($part,)+ Request::from_parts(parts, body),)
    }};
}

/// Implements [`Handler`] for functions with these arguments.
macro_rules! handler {
    ($($part:ident)* ; $last:ident) => {
        impl<F, R, Kind, Via, $($part,)* $last> Handler<(Kind, Via, $($part,)* $last)> for F
        where
            F: Fn($($part,)* $last) -> R + Clone + Send + Sync + 'static,
            R: Responder<Kind>,
            $($part: FromRequestParts<States> + Send,)*
            $last: FromRequest<States, Via> + Send,
        {
            #[allow(non_snake_case, unused_mut)]
            fn call(self, request: Request, states: States) -> BoxFuture<'static, Response> {
                Box::pin(async move {
                    let ($($part,)* request,) = extracted!(request, states; $($part)*);
                    let $last = match $last::from_request(request, &states).await {
                        Ok(value) => value,
                        Err(rejection) => return rejected(rejection),
                    };
                    self($($part,)* $last).respond().await
                })
            }

            fn states() -> Vec<&'static str> {
                required(&[$(type_name::<$part>(),)* type_name::<$last>()])
            }
        }
    };
}

handler!(; A1);
handler!(A1; A2);
handler!(A1 A2; A3);
handler!(A1 A2 A3; A4);
handler!(A1 A2 A3 A4; A5);
handler!(A1 A2 A3 A4 A5; A6);
handler!(A1 A2 A3 A4 A5 A6; A7);
handler!(A1 A2 A3 A4 A5 A6 A7; A8);
handler!(A1 A2 A3 A4 A5 A6 A7 A8; A9);
handler!(A1 A2 A3 A4 A5 A6 A7 A8 A9; A10);
handler!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10; A11);
handler!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11; A12);

/// A controller of any type, as a route holds it.
#[derive(Clone)]
pub struct BoxedHandler {
    erased: Arc<dyn Erased>,
}

/// A controller without its type.
trait Erased: Send + Sync {
    fn call(&self, request: Request, states: States) -> BoxFuture<'static, Response>;

    fn states(&self) -> Vec<&'static str>;
}

/// What calls a controller, and the states that it takes.
struct Held<F> {
    call: F,
    states: fn() -> Vec<&'static str>,
}

impl<F> Erased for Held<F>
where
    F: Fn(Request, States) -> BoxFuture<'static, Response> + Send + Sync,
{
    fn call(&self, request: Request, states: States) -> BoxFuture<'static, Response> {
        (self.call)(request, states)
    }

    fn states(&self) -> Vec<&'static str> {
        (self.states)()
    }
}

impl BoxedHandler {
    /// Boxes a controller.
    pub fn new<Args>(handler: impl Handler<Args>) -> Self {
        let states = states_of(&handler);
        Self::held(
            move |request, states| handler.clone().call(request, states),
            states,
        )
    }

    /// A controller that is a function of the request and the app's state.
    pub(crate) fn of(
        call: impl Fn(Request, States) -> BoxFuture<'static, Response> + Send + Sync + 'static,
    ) -> Self {
        Self::held(call, Vec::new)
    }

    fn held(
        call: impl Fn(Request, States) -> BoxFuture<'static, Response> + Send + Sync + 'static,
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

    /// Answers a request.
    #[must_use]
    pub fn call(&self, request: Request, states: States) -> BoxFuture<'static, Response> {
        self.erased.call(request, states)
    }
}

fn states_of<Args, H: Handler<Args>>(_: &H) -> fn() -> Vec<&'static str> {
    H::states
}

impl fmt::Debug for BoxedHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxedHandler")
    }
}

#[cfg(test)]
mod tests {
    use axum_core::body::Body;
    use bytes::Bytes;
    use http::{HeaderMap, Method, StatusCode, Uri};

    use super::*;
    use crate::error::Fault;
    use crate::extract::testing::{body, get, post, route};
    use crate::{Cookies, Error, Form, Json, Lang, Path, Query, Result, Route, State};

    /// What a controller answers to a request.
    async fn answer<Args>(handler: impl Handler<Args>, request: Request) -> (u16, String) {
        let mut states = States::default();
        states.insert("state");
        let response = BoxedHandler::new(handler).call(request, states).await;
        (response.status().as_u16(), body(response).await)
    }

    fn ok(text: &str) -> (u16, String) {
        (200, text.to_owned())
    }

    #[tokio::test]
    async fn plain_functions() {
        fn text() -> &'static str {
            "text"
        }
        fn method(method: Method) -> String {
            method.to_string()
        }
        fn result(uri: Uri) -> Result<Response> {
            if uri.path() == "/" {
                Ok(crate::response::text("home"))
            } else {
                Err(Error::not_found())
            }
        }
        assert_eq!(answer(text, get("/")).await, ok("text"));
        assert_eq!(answer(method, get("/")).await, ok("GET"));
        assert_eq!(answer(result, get("/")).await, ok("home"));
        assert_eq!(answer(result, get("/x")).await.0, 404);
    }

    #[tokio::test]
    async fn async_functions() {
        async fn nothing() {}
        async fn result() -> Result<Response> {
            let _: u8 = "x".parse()?;
            Ok(Response::default())
        }
        async fn status(_: HeaderMap) -> Result<(StatusCode, Json<u8>)> {
            Ok((StatusCode::CREATED, Json(1)))
        }
        async fn generic(request: Request) -> impl IntoResponse {
            request.uri().path().to_owned()
        }
        assert_eq!(answer(nothing, get("/")).await, ok(""));
        assert_eq!(answer(result, get("/")).await.0, 500);
        assert_eq!(answer(status, get("/")).await, (201, "1".to_owned()));
        assert_eq!(answer(generic, get("/path")).await, ok("/path"));
    }

    #[tokio::test]
    async fn closures() {
        let captured = String::from("captured");
        let plain = move || captured.clone();
        assert_eq!(answer(plain, get("/")).await, ok("captured"));
        let future = |uri: Uri| async move { uri.to_string() };
        assert_eq!(answer(future, get("/a")).await, ok("/a"));
        let closure = async |body: String| body;
        assert_eq!(answer(closure, post("text/plain", "b")).await, ok("b"));
        let boxed = |_: Uri| -> BoxFuture<'static, &'static str> { Box::pin(async { "boxed" }) };
        assert_eq!(answer(boxed, get("/")).await, ok("boxed"));
    }

    #[tokio::test]
    async fn the_last_argument_may_take_the_body() {
        async fn bytes(State(state): State<&'static str>, uri: Uri, body: Bytes) -> String {
            format!("{state} {} {}", uri.path(), body.len())
        }
        async fn form(Form(pairs): Form<Vec<(String, String)>>) -> String {
            format!("{pairs:?}")
        }
        async fn fallible(json: Result<Json<u8>>) -> String {
            match json {
                Ok(Json(number)) => number.to_string(),
                Err(error) => error.status_code().to_string(),
            }
        }
        assert_eq!(answer(bytes, post("a/b", "123")).await, ok("state / 3"));
        let request = post("application/x-www-form-urlencoded", "a=1");
        assert_eq!(answer(form, request).await, ok("[(\"a\", \"1\")]"));
        let request = post("application/json", "300");
        assert_eq!(
            answer(fallible, request).await,
            ok("422 Unprocessable Entity")
        );
    }

    #[tokio::test]
    async fn every_extractor_at_once() {
        #[allow(clippy::too_many_arguments)]
        async fn all(
            Path(id): Path<u64>,
            Query(query): Query<Vec<(String, String)>>,
            State(state): State<&'static str>,
            Lang(lang): Lang,
            route: Route,
            no_route: Option<Route>,
            cookies: Cookies,
            method: Method,
            uri: Uri,
            headers: HeaderMap,
            states: Result<State<u8>>,
            request: Request,
        ) -> String {
            assert!(no_route.is_some() && states.is_err() && headers.is_empty());
            assert_eq!(method, request.method());
            assert_eq!(&uri, request.uri());
            cookies.add(("a", "1"));
            format!("{id} {query:?} {state} {lang} {}", route.name())
        }
        let mut request = get("/en/7?q=1");
        let extensions = request.extensions_mut();
        extensions.insert(route(&[("_lang", "en"), ("id", "7")]));
        extensions.insert(Lang::new("en"));
        assert_eq!(
            answer(all, request).await,
            ok("7 [(\"q\", \"1\")] state en user")
        );
    }

    #[tokio::test]
    async fn a_rejection_answers_and_keeps_its_error() {
        async fn never(Query(_): Query<Vec<(u8, u8)>>, _: Body) -> Response {
            panic!("the controller must not run");
        }
        let handler = BoxedHandler::new(never);
        let response = handler.call(get("/?a=b"), States::default()).await;
        assert_eq!(response.status(), 400);
        let error = Fault::of(response.extensions()).unwrap();
        assert!(error.message().unwrap().starts_with("the query"));
    }
}
