//! What all requests of an app share.

use crate::dev::Snapshots;
use crate::states::States;

/// What all requests of an app share.
pub(crate) struct Shared {
    pub(crate) states: States,
    pub(crate) snapshots: Snapshots,
}
