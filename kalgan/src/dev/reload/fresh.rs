//! The snapshot to render a template with, and what renders it.

use super::reloader::{Reloader, Turn, beside};
use crate::dev::request::has_met;
use crate::site::Site;
use kalgan_core::diagnostic::Diagnostic;
use std::sync::Arc;
use tera::{Context, Error};

/// How often a newer site is looked for while files go on changing.
const ATTEMPTS: usize = 10;

/// A newer site where a template has changed that this one needs, else the site itself.
///
/// # Errors
/// The files have mistakes now.
pub(crate) fn fresh(mut site: Arc<Site>, name: &str) -> Result<Arc<Site>, Vec<Diagnostic>> {
    // A newer one may need other templates, which may have changed as well.
    for _ in 0..ATTEMPTS {
        match newer(&site, name) {
            None => break,
            Some(Ok(newer)) if Arc::ptr_eq(&newer, &site) => break,
            Some(Ok(newer)) => site = newer,
            Some(Err(broken)) => {
                has_met(&broken.diagnostics);
                return Err(broken.diagnostics.clone());
            }
        }
    }
    Ok(site)
}

fn newer(site: &Site, name: &str) -> Option<Turn> {
    let closure = beside(site)?.templates.closure(name)?;
    let known = closure
        .iter()
        .map(|(_, entry)| (entry.file.path(), entry.fingerprint));
    Reloader::of(site)?.look_if_other(site, known)
}

/// Renders a template of a site.
///
/// # Errors
/// What Tera says.
pub(crate) fn render(site: &Site, name: &str, context: &Context) -> Result<String, Error> {
    match beside(site) {
        Some(beside) => beside.pages.tera(name)?.render(name, context),
        None => site.tera.with(&site.templates)?.render(name, context),
    }
}
