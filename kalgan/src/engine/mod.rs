//! The engine of templates, Tera, and what is registered with it.

pub(crate) mod compiled;
mod content_type;
mod provided;
mod registry;

#[cfg(test)]
pub(crate) use content_type::tera;
pub(crate) use content_type::{add, content_type, suffixes};
pub(crate) use provided::{Provided, Reads};
pub(crate) use registry::{Registry, TeraSetup};

use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::templates::{Templates, diagnose};
use tera::Tera;

/// A Tera with all that is registered and all templates.
///
/// # Errors
/// What Tera says of them, with their places.
pub(crate) fn whole(registry: &Registry, templates: &Templates) -> Result<Tera, Vec<Diagnostic>> {
    let mut tera = Tera::clone(registry.base());
    let files = templates.files();
    match add(&mut tera, &files) {
        Ok(()) => Ok(tera),
        Err(error) => Err(diagnose(&error, &|name| templates.get(name).cloned())),
    }
}
