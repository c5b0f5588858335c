//! The client: one visitor of an app.

use crate::app::App;
use crate::cookies::secure_by_name;
use crate::error::BoxError;
use crate::extract::Request;
use crate::test::fetch::Fetch;
use crate::test::jar::Jar;
use crate::test::request::RequestBuilder;
use crate::test::target::Target;
use axum_core::body::Body;
use bytes::Bytes;
use cookie::Cookie;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use http::{Method, Response};
use std::any::Any;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;
use tower_service::Service;
use url::Url;

/// The largest response that is read unless the test says otherwise.
const MAX_RESPONSE: usize = 32 * 1024 * 1024;
/// How long a response may take unless the test says otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Where a visitor's socket is bound; the number means nothing.
const PORT: u16 = 50_000;

pub(super) type BoxService = BoxCloneSyncService<Request, Response<Body>, BoxError>;

/// A visitor of an app, who calls it without a socket.
///
/// All of the app takes part: its layers, cookies and access log. A clone is the same visitor, with
/// the same cookies; another visitor is a `Client` of its own, with the same app where they are to
/// see the same state:
///
/// ```
/// # use kalgan::test::Client;
/// # let app = tower::service_fn(|_: kalgan::Request| async {
/// #     Ok::<_, std::convert::Infallible>(kalgan::response::text("hello"))
/// # });
/// let ann = Client::new(app.clone());
/// let ben = Client::new(app).accept_language("es").follow_redirects();
/// # ann.get("/").send().assert_ok();
/// # ben.get("/").send().assert_ok();
/// ```
#[derive(Clone)]
pub struct Client {
    pub(super) service: BoxService,
    pub(super) jar: Jar,
    pub(super) profile: Profile,
}

/// Headers that a test gives, and those that it takes away: they have no value.
pub(super) type Headers = HeaderMap<Option<HeaderValue>>;

/// What all requests of a client have.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) origin: Url,
    pub(super) peer: SocketAddr,
    pub(super) headers: Headers,
    pub(super) is_following: bool,
    pub(super) max_response: usize,
    pub(super) timeout: Duration,
}

impl Client {
    /// A visitor of an app, or of any other tower service.
    ///
    /// It asks `http://localhost`, from the address `127.0.0.1`, accepts HTML as browsers do, keeps
    /// cookies and does not follow redirects. An [`App`] is ready from now on, so that the test may
    /// name paths by [`url!`](crate::url!). What keeps it from starting is told by its responses.
    #[must_use]
    pub fn new<S, B>(app: S) -> Self
    where
        S: Service<Request, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        if let Some(app) = (&app as &dyn Any).downcast_ref::<App>() {
            // A layer may want a run time, as it has one where the app serves.
            let _entered = crate::test::entered();
            // Each request meets the error again.
            let _ = app.built();
        }
        let service = app
            .map_response(|response| response.map(Body::new))
            .map_err(Into::into);
        let headers = HeaderMap::from_iter(
            [
                (ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8"),
                (USER_AGENT, "kalgan-test"),
            ]
            .map(|(name, value)| (name, Some(HeaderValue::from_static(value)))),
        );
        Self {
            service: BoxCloneSyncService::new(service),
            jar: Jar::default(),
            profile: Profile {
                origin: Url::parse("http://localhost/").expect("the text is a URL"),
                peer: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PORT),
                headers,
                is_following: false,
                max_response: MAX_RESPONSE,
                timeout: TIMEOUT,
            },
        }
    }

    /// Asks this host, as in `shop.example.com` or `127.0.0.1:8080`, for routes that have a `host`.
    ///
    /// # Panics
    /// The text is no host.
    #[track_caller]
    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        let text = format!("{}://{host}/", self.profile.origin.scheme());
        self.profile.origin = match Url::parse(&text) {
            Ok(url) if url.path() == "/" && url.username().is_empty() => url,
            _ => {
                panic!("`{host}` is no host: write it as in `shop.example.com` or `localhost:8080`")
            }
        };
        self
    }

    /// Asks by `https`, as behind a proxy that has the certificate: the app is told so whatever
    /// the setting `server.trusted_proxies` says.
    #[must_use]
    pub fn https(mut self) -> Self {
        let text = self
            .profile
            .origin
            .as_str()
            .replacen("http://", "https://", 1);
        self.profile.origin = Url::parse(&text).expect("only the scheme has changed");
        self
    }

    /// Comes from this address, which the app sees as that of the socket.
    #[must_use]
    pub fn client_ip(mut self, ip: IpAddr) -> Self {
        self.profile.peer = SocketAddr::new(ip, PORT);
        self
    }

    /// Prefers these languages, as in `es` or `es-MX, en;q=0.5`.
    ///
    /// # Panics
    /// The text cannot be in a header.
    #[track_caller]
    #[must_use]
    pub fn accept_language(self, languages: &str) -> Self {
        self.header(ACCEPT_LANGUAGE, languages)
    }

    /// Sends a header with every request, in place of an earlier one of that name.
    ///
    /// # Panics
    /// HTTP does not allow the name or the value.
    #[track_caller]
    #[must_use]
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<BoxError>>,
        V: TryInto<HeaderValue, Error: Into<BoxError>>,
    {
        insert(&mut self.profile.headers, name, value);
        self
    }

    /// Sends no header of that name with any request, as an old browser sends no `Sec-Fetch-Site`.
    ///
    /// # Panics
    /// HTTP does not allow the name.
    #[track_caller]
    #[must_use]
    pub fn without_header<N>(mut self, name: N) -> Self
    where
        N: TryInto<HeaderName, Error: Into<BoxError>>,
    {
        self.profile.headers.insert(header_name(name), None);
        self
    }

    /// Follows redirects, up to 20 in a row. Without it a test sees the redirect itself, and goes
    /// on by [`Response::follow`](super::Response::follow).
    #[must_use]
    pub fn follow_redirects(mut self) -> Self {
        self.profile.is_following = true;
        self
    }

    /// Reads responses up to this many bytes; 32 MiB unless it is said.
    #[must_use]
    pub fn max_response(mut self, bytes: usize) -> Self {
        self.profile.max_response = bytes;
        self
    }

    /// Waits so long for each response and its end; 30 seconds unless it is said. While the app holds
    /// its thread, as by a lock, no time limit ends it.
    #[must_use]
    pub fn timeout(mut self, duration: Duration) -> Self {
        self.profile.timeout = duration;
        self
    }

    /// Asks for a page: its path, with a query or without, or a whole URL of a host of the app. It is
    /// asked for as by its address in a browser: `Sec-Fetch-Site: none`, and no `Referer`.
    ///
    /// ```
    /// # use kalgan::test::Client;
    /// # let client = Client::new(tower::service_fn(|request: kalgan::Request| async move {
    /// #     Ok::<_, std::convert::Infallible>(kalgan::response::text(request.uri().to_string()))
    /// # }));
    /// let page = client.get("/en/search").query(&[("q", "gold")]).send();
    /// assert_eq!(page.text(), "/en/search?q=gold");
    /// ```
    ///
    /// # Panics
    /// This and the other methods do, where the path does not begin with `/` and is no URL.
    #[track_caller]
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// As [`get`](Self::get), for the head of the response alone.
    #[track_caller]
    pub fn head(&self, path: &str) -> RequestBuilder {
        self.request(Method::HEAD, path)
    }

    /// A POST; what it sends is said by [`form`](RequestBuilder::form),
    /// [`json`](RequestBuilder::json), [`multipart`](RequestBuilder::multipart) or
    /// [`body`](RequestBuilder::body).
    ///
    /// It and the methods below come from a page of the app, and have the `Origin` and the
    /// `Sec-Fetch-…` that browsers send with a form, or, where they are nothing that forms send, with
    /// `fetch()`. Those of a foreign page are given by [`header`](RequestBuilder::header).
    #[track_caller]
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    /// A PUT.
    #[track_caller]
    pub fn put(&self, path: &str) -> RequestBuilder {
        self.request(Method::PUT, path)
    }

    /// A PATCH.
    #[track_caller]
    pub fn patch(&self, path: &str) -> RequestBuilder {
        self.request(Method::PATCH, path)
    }

    /// A DELETE.
    #[track_caller]
    pub fn delete(&self, path: &str) -> RequestBuilder {
        self.request(Method::DELETE, path)
    }

    /// A request of any method: a [`Method`], or a text such as `"OPTIONS"`.
    ///
    /// # Panics
    /// The method or the path is none.
    #[track_caller]
    pub fn request(&self, method: impl TryInto<Method>, path: &str) -> RequestBuilder {
        let Ok(method) = method.try_into() else {
            panic!("this is no method of HTTP: write it as in `GET` or `Method::GET`");
        };
        match Target::parse(&self.profile.origin, path) {
            Ok(target) => {
                let fetch = Fetch::by_hand(&method);
                RequestBuilder::new(self.clone(), method, target, fetch)
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// The cookie of that name, as the app gave it: of several that of the longest path.
    ///
    /// A browser hides cookies with `HttpOnly` from scripts; a test sees them. What browsers refuse,
    /// as a cookie that is `Secure` by `http` to a host other than `localhost`, is not kept:
    /// [`Response::cookie`](super::Response::cookie) has it all the same, and
    /// [`set_cookie`](Self::set_cookie) says why.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<Cookie<'static>> {
        self.jar.get(name, &self.profile.origin)
    }

    /// The cookies of the host, in the order of their names.
    #[must_use]
    pub fn cookies(&self) -> Vec<Cookie<'static>> {
        self.jar.all(&self.profile.origin)
    }

    /// Gives the visitor a cookie: a [`Cookie`](crate::extract::Cookie), its builder or a pair of
    /// name and value. Without a path it is for all of the host, and it is `Secure` where its name
    /// begins with `__Host-` or `__Secure-`, as one of [`Cookies::add`](crate::extract::Cookies::add).
    ///
    /// # Panics
    /// A browser would refuse the cookie, as one for another domain; the message says why.
    #[track_caller]
    pub fn set_cookie(&self, cookie: impl Into<Cookie<'static>>) -> &Self {
        let mut cookie = cookie.into();
        if cookie.path().is_none() {
            cookie.set_path("/");
        }
        secure_by_name(&mut cookie);
        let name = cookie.name().to_owned();
        if let Err(error) = self.jar.set(cookie, &self.profile.origin) {
            panic!(
                "the cookie `{name}` cannot be set for {}: {error}",
                self.profile.origin
            );
        }
        self
    }

    /// Takes the cookies of that name from the visitor.
    pub fn remove_cookie(&self, name: &str) -> &Self {
        self.jar.remove(name, &self.profile.origin);
        self
    }

    /// Takes all cookies from the visitor.
    pub fn clear_cookies(&self) -> &Self {
        self.jar.clear();
        self
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.profile.origin)
    }
}

/// Inserts a header, or panics for the caller's caller.
#[track_caller]
pub(super) fn insert<N, V>(headers: &mut Headers, name: N, value: V)
where
    N: TryInto<HeaderName, Error: Into<BoxError>>,
    V: TryInto<HeaderValue, Error: Into<BoxError>>,
{
    let name = header_name(name);
    match value.try_into() {
        Ok(value) => {
            headers.insert(name, Some(value));
        }
        Err(error) => panic!(
            "the header `{name}` cannot have this value: {}",
            error.into()
        ),
    }
}

/// The name of a header, or panics for the caller's caller.
#[track_caller]
pub(super) fn header_name<N>(name: N) -> HeaderName
where
    N: TryInto<HeaderName, Error: Into<BoxError>>,
{
    match name.try_into() {
        Ok(name) => name,
        Err(error) => panic!("a header cannot have this name: {}", error.into()),
    }
}
