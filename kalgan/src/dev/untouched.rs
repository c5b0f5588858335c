//! The mark of a request whose response is to be what visitors will see.

#[cfg(all(feature = "disk", debug_assertions))]
use http::Extensions;

/// In the extensions of a request, it says that development adds nothing to the response and puts
/// nothing in its place: no script of live reload, no bar, no explanation instead of the page of an
/// error. `kalgan::test` puts it there.
///
/// It is a type of this process alone: nothing that a client sends can put it there.
#[cfg(feature = "test")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Untouched;

/// Whether the request with these extensions asks for that.
#[cfg(all(feature = "disk", debug_assertions))]
pub(crate) fn is_untouched(extensions: &Extensions) -> bool {
    #[cfg(feature = "test")]
    return extensions.get::<Untouched>().is_some();
    #[cfg(not(feature = "test"))]
    {
        let _ = extensions;
        false
    }
}
