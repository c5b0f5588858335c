//! What development knows beside a snapshot.

use super::pages::Pages;
use crate::disk::Reading;
use kalgan_core::templates::Set;
use kalgan_core::templates::registered::Registered;
use kalgan_core::views::View;
use std::path::PathBuf;
use std::sync::Arc;

/// What development knows beside a snapshot.
#[derive(Debug)]
pub(crate) struct Beside {
    /// Which of the sites that the [`Hub`](crate::dev::hub::Hub) counts it is.
    pub(crate) version: u64,
    /// What it took to read what had changed.
    pub(crate) reading: Reading,
    pub(crate) templates: Arc<Set>,
    /// What renders them.
    pub(super) pages: Pages,
    /// What the binary was compiled with.
    pub(super) views: &'static [View],
    /// What the app registers with Tera, as far as its settings and its sources tell.
    pub(super) registered: Arc<Registered>,
    pub(super) root: PathBuf,
}
