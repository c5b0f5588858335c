//! What a call by the client and the app tell each other beside HTTP, in the extensions of request
//! and response. They are types of this process: no client outside it can send them.

use crate::error::Error;
use crate::error_page;
use crate::response::Response;
use crate::server::connection::Connection;
use http::Extensions;
use kalgan_core::diagnostic::render_all;

/// Of a request: it came by TLS.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Https;

/// Of a request: development adds nothing to the response and puts nothing in its place: no script of
/// live reload, no bar, no explanation instead of the page of an error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Untouched;

/// Whether the request with these extensions is marked with [`Untouched`].
#[allow(dead_code)] // Asked by development only.
pub(crate) fn is_untouched(extensions: &Extensions) -> bool {
    extensions.get::<Untouched>().is_some()
}

/// Of a response: the text of the error behind it, which the page of an error does not show.
#[derive(Clone, Debug)]
pub(crate) struct Cause(pub(crate) String);

/// Who asks, with what the client says of it.
pub(crate) fn as_told(connection: Connection, extensions: &Extensions) -> Connection {
    match extensions.get::<Https>() {
        Some(Https) => connection.over_https(),
        None => connection,
    }
}

/// Puts the texts of errors beside the page: the one that it is about, and that of the page.
pub(crate) fn explained(mut response: Response, errors: &[&Error]) -> Response {
    let texts: Vec<String> = errors.iter().copied().map(text).collect();
    let cause = texts.join("\nand the page of the error has failed:\n");
    response.extensions_mut().insert(Cause(cause));
    response
}

fn text(error: &Error) -> String {
    match error_page::diagnostics(error) {
        Some(diagnostics) => render_all(diagnostics, false),
        None => format!("{error:?}"),
    }
}

/// Puts the mistakes of the app's files beside the page of development that shows them.
#[allow(dead_code)] // Called by development only.
pub(crate) fn with_mistakes(
    mut response: Response,
    diagnostics: &[kalgan_core::diagnostic::Diagnostic],
) -> Response {
    let cause = render_all(diagnostics, false);
    response.extensions_mut().insert(Cause(cause));
    response
}
