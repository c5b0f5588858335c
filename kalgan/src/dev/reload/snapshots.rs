//! Where the snapshots of an app come from.

use super::reloader::{Mode, Reloader, Turn};
use super::watch::watch;
use crate::disk::Read;
use crate::site::Site;
use crate::site::plan::Plan;
use std::sync::Arc;

/// Where the snapshots of an app come from.
pub(crate) enum Snapshots {
    /// There is one for ever.
    Fixed(Arc<Site>),
    /// The files are looked at.
    Reloaded(Arc<Reloader>),
}

impl Snapshots {
    /// There is one for ever.
    pub(crate) fn fixed(site: Arc<Site>) -> Self {
        Self::Fixed(site)
    }

    /// A new one whenever a file has changed.
    ///
    /// # Errors
    /// Without development, the arguments.
    #[allow(clippy::unnecessary_wraps)] // The twin cannot.
    pub(crate) fn reloaded(plan: Plan, read: Read) -> Result<Self, Box<(Plan, Read)>> {
        Ok(Self::Reloaded(Reloader::new(plan, read)))
    }

    /// The snapshot for a request, where a short look shows that nothing has changed.
    pub(crate) fn at_once(&self) -> Option<Turn> {
        match self {
            Self::Fixed(site) => Some(Ok(Arc::clone(site))),
            Self::Reloaded(reloader) => reloader.if_up_to_date(),
        }
    }

    /// The snapshot for a request.
    pub(crate) async fn turn(&self) -> Turn {
        match self {
            Self::Fixed(site) => Ok(Arc::clone(site)),
            Self::Reloaded(reloader) => reloader.snapshot().await,
        }
    }

    /// The snapshot of the last look; none where the files have mistakes.
    pub(crate) fn latest(&self) -> Option<Arc<Site>> {
        match self {
            Self::Fixed(site) => Some(Arc::clone(site)),
            Self::Reloaded(reloader) => reloader.latest().ok(),
        }
    }

    /// What looks at the files, if they are looked at.
    pub(crate) fn reloader(&self) -> Option<&Arc<Reloader>> {
        match self {
            Self::Fixed(_) => None,
            Self::Reloaded(reloader) => Some(reloader),
        }
    }

    /// How the files are read. Begins to watch them.
    pub(crate) fn how(&self) -> &'static str {
        match self.reloader().map(watch) {
            None => "its files were read once (environment.is_prod)",
            Some(Mode::Told) => {
                "its files are read from disk when they change, and watched for edits"
            }
            Some(Mode::Polling) => {
                "its files are read from disk when they change, and looked at for edits while pages \
                 are open"
            }
        }
    }
}
