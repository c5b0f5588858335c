//! A client that calls an app without a socket, for the app's own tests.
//!
//! It is behind the feature `test`, which an app needs in its tests alone:
//!
//! ```toml
//! [dev-dependencies]
//! kalgan = { version = "1", features = ["test"] }
//! ```
//!
//! ```ignore
//! #[cfg(test)]
//! mod tests {
//!     use kalgan::test::Client;
//!
//!     #[test]
//!     fn a_visitor_signs_the_guestbook() {
//!         let client = Client::new(kalgan::embed!());
//!         let page = client.get("/en/guestbook").send();
//!         page.assert_ok().assert_selector_text("h1", "Guestbook");
//!
//!         let thanks = page.form("form").fill("name", "Ida").fill("message", "Hello").send();
//!         thanks.assert_redirect("/en/guestbook/thanks");
//!         thanks.follow().send().assert_text("Thank you");
//!     }
//! }
//! ```
//!
//! [`Client`] is a visitor with cookies. Its methods make a [`RequestBuilder`], whose `send()` gives
//! a [`Response`] with assertions, [`select`](Response::select) for its HTML or XML, and what a visitor does
//! with a page: [`click`](Response::click), [`form`](Response::form), [`follow`](Response::follow).
//! An assertion that does not hold says what was expected, what came instead, the error behind it
//! with its causes and its place, and an excerpt of the page.
//!
//! A page is as visitors will see it: what development adds, such as the script of live reload, is
//! left out, and an error has the app's own page, where development would explain it.
//! [`Response::error`] has the explanation. Only mistakes in the app's files leave no page but that
//! of development.
//!
//! Any tower service can be called in the same way:
//!
//! ```
//! use kalgan::test::Client;
//!
//! # let app = tower::service_fn(|_: kalgan::Request| async {
//! #     let page = kalgan::response::html(
//! #         "<title>Shop</title><ul><li>Tea<li>Bread</ul><p>Don&#39;t panic</p>
//! #          <form action='/search'><input name='q'><button>Search</button></form>",
//! #     );
//! #     Ok::<_, std::convert::Infallible>(page)
//! # });
//! let client = Client::new(app);
//! let page = client.get("/").send();
//! page.assert_ok()
//!     .assert_header("content-type", "text/html; charset=utf-8")
//!     .assert_text("Don't panic")
//!     .assert_count("ul > li", 2)
//!     .assert_selector_text("li", "Bread")
//!     .assert_no_selector(".error");
//! assert_eq!(page.select("li").texts(), ["Tea", "Bread"]);
//!
//! let found = page.form("form").fill("q", "green tea").send();
//! assert_eq!(found.path(), "/search?q=green+tea");
//! ```
//!
//! # Async tests
//!
//! `send()` blocks, so that a test is a plain function and needs no run time of its own: the app runs
//! on the test's thread, as part of a run time that this module has, with timers and sockets; what
//! it spawns runs on threads of that. A state that is made by async code is made there, too, by
//! [`block_on`]:
//!
//! ```
//! # use kalgan::test::{Client, block_on};
//! # #[derive(Clone)] struct Store;
//! # impl Store { async fn open() -> Self { Self } }
//! # fn app(_: Store) -> impl tower::Service<
//! #     kalgan::Request, Response = kalgan::Response, Error = std::convert::Infallible,
//! #     Future: Send,
//! # > + Clone + Send + Sync + 'static {
//! #     tower::service_fn(|_: kalgan::Request| async { Ok(kalgan::response::text("")) })
//! # }
//! let store = block_on(Store::open());
//! let client = Client::new(app(store)); // kalgan::embed!().state(store)
//! client.get("/").send().assert_ok();
//! ```
//!
//! An async test, such as one of `#[tokio::test]`, says `.await` where this page says `.send()`. The
//! app then runs as part of the test:
//!
//! ```
//! # use kalgan::test::{Client, block_on};
//! # block_on(async {
//! # let client = Client::new(tower::service_fn(|_: kalgan::Request| async {
//! #     Ok::<_, std::convert::Infallible>(kalgan::response::text("hello"))
//! # }));
//! client.get("/").await.assert_ok().assert_text("hello");
//! # });
//! ```
//!
//! # What it is not
//!
//! It runs no scripts and looks at no styles. A response is read to its end, so an endless one, such
//! as a stream of events, fails by the time limit ([`Client::timeout`]). HTTP itself (connections,
//! limits of the head, compression by a proxy) is not part of a call.

mod assertions;
mod client;
mod controls;
mod entries;
mod fetch;
mod form;
mod forms;
mod html;
mod jar;
mod links;
pub(crate) mod marks;
mod multipart;
mod redirect;
mod referrer;
mod report;
mod request;
mod response;
mod target;
#[cfg(test)]
mod tests;
mod xml;

pub use client::Client;
pub use form::Form;
pub use html::Selection;
pub use multipart::{Multipart, Upload};
pub use request::RequestBuilder;
pub use response::Response;

use std::sync::LazyLock;
use std::time::Duration;
use tokio::runtime::{Builder, EnterGuard, Handle, Runtime};
use tokio::time::Sleep;

/// One run time for all tests of the process: what one test's state has started there, as the
/// connections of a pool, is driven whichever test is at work.
static RUNTIME: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("kalgan-test")
        .enable_all()
        .build()
});

/// Runs async code in a test that is a plain function: on the run time that
/// [`RequestBuilder::send`] uses, so that a pool or a task that it starts lives on.
///
/// ```
/// let sum = kalgan::test::block_on(async { 1 + 2 });
/// assert_eq!(sum, 3);
/// ```
///
/// # Panics
/// It is called in async code, which says `.await` instead.
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    block_on_at("block_on", future)
}

#[track_caller]
fn block_on_at<F: Future>(name: &str, future: F) -> F::Output {
    // It is so on a thread of `spawn_blocking`, too, where a run time does not tell it apart.
    assert!(
        Handle::try_current().is_err(),
        "`{name}` blocks, and this thread is one of a run time: in async code write `.await` \
         instead, as in `client.get(\"/\").await`; within `spawn_blocking` \
         `Handle::current().block_on(async {{ … }})` around it"
    );
    match runtime() {
        Ok(runtime) => runtime.block_on(future),
        Err(error) => panic!("{error}"),
    }
}

fn runtime() -> Result<&'static Runtime, String> {
    RUNTIME
        .as_ref()
        .map_err(|error| format!("the tests' run time cannot be started: {error}"))
}

/// The run time of this module for code that is no part of another one, as a layer that spawns a
/// task.
fn entered() -> Option<EnterGuard<'static>> {
    let is_elsewhere = Handle::try_current().is_ok();
    let runtime = runtime().ok().filter(|_| !is_elsewhere)?;
    Some(runtime.enter())
}

/// A time limit, by the clock of this module's run time: an async test's own may stand still, or run
/// ahead where it is paused.
fn limit(duration: Duration) -> Result<Sleep, String> {
    let _entered = runtime()?.enter();
    Ok(tokio::time::sleep(duration))
}
