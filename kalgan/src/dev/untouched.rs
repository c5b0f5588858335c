//! The mark of a request whose response is to be the app's own, byte for byte.

/// In the extensions of a request, it says that development adds nothing to the response: no script
/// of live reload, no bar. `kalgan::test` puts it there, so that a test sees what visitors will see.
///
/// It is a type of this process alone: nothing that a client sends can put it there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Untouched;
