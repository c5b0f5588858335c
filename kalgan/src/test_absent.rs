//! The twin of `test` where that feature is off: the same names, which do nothing.

/// What a call by the test client and the app tell each other beside HTTP.
pub(crate) mod marks {
    use crate::error::Error;
    use crate::response::Response;
    use crate::server::connection::Connection;
    use http::Extensions;
    use kalgan_core::diagnostic::Diagnostic;

    #[allow(dead_code)] // Asked by development only.
    pub(crate) fn is_untouched(_: &Extensions) -> bool {
        false
    }

    pub(crate) fn as_told(connection: Connection, _: &Extensions) -> Connection {
        connection
    }

    pub(crate) fn explained(response: Response, _: &[&Error]) -> Response {
        response
    }

    #[allow(dead_code)] // Called by development only.
    pub(crate) fn with_mistakes(response: Response, _: &[Diagnostic]) -> Response {
        response
    }
}
