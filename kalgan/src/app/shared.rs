//! What all requests of an app share, and the snapshot that each of them gets.

#[cfg(feature = "disk")]
use crate::dev::reload::reloader::{Broken, Live, Snapshot};
use crate::site::Site;
use crate::states::States;
use std::sync::Arc;

/// What all requests of an app share.
pub(crate) struct Shared {
    pub(crate) states: States,
    pub(crate) holder: Holder,
    /// What opens places in the developer's editor.
    #[cfg(all(feature = "dev", debug_assertions))]
    pub(crate) editor: crate::dev::editor::Editor,
}

/// Where snapshots come from.
pub(crate) enum Holder {
    /// There is one for ever.
    Fixed(Arc<Site>),
    /// The files are looked at.
    #[cfg(feature = "disk")]
    Live(Arc<Live>),
}

/// The snapshot for one request.
pub(crate) enum Turn {
    /// A site that answers it.
    Site(Arc<Site>),
    /// Files with mistakes, which are shown instead.
    #[cfg(feature = "disk")]
    Broken(Arc<Broken>),
}

impl Shared {
    /// The snapshot for a request.
    pub(crate) async fn turn(&self) -> Turn {
        match &self.holder {
            Holder::Fixed(site) => Turn::Site(Arc::clone(site)),
            #[cfg(feature = "disk")]
            Holder::Live(live) => match &*live.snapshot().await {
                Snapshot::Good(site) => Turn::Site(Arc::clone(site)),
                Snapshot::Broken(broken) => Turn::Broken(Arc::clone(broken)),
            },
        }
    }
}
