//! What development knows beside a snapshot.

use super::pages::Pages;
use crate::disk::Reading;
use kalgan_core::lint::variables::Globals;
use kalgan_core::templates::Set;
use kalgan_core::templates::views::View;
use std::path::PathBuf;
use std::sync::Arc;

/// What development knows beside a snapshot.
#[derive(Debug)]
pub(crate) struct Beside {
    /// Which of the sites that the [`Hub`](crate::dev::client::hub::Hub) counts it is.
    pub(crate) version: u64,
    /// What it took to read what had changed.
    pub(crate) reading: Reading,
    pub(crate) templates: Arc<Set>,
    /// What renders them.
    pub(super) pages: Pages,
    /// What the binary was compiled with.
    pub(super) views: &'static [View],
    /// The variables of Tera's own context, as far as settings and sources tell.
    pub(super) globals: Globals,
    pub(super) root: PathBuf,
}
