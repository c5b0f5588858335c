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
use std::sync::{Arc, OnceLock};
use tera::{Tera, TeraResult};

/// Tera with all that is registered. It is given the templates when a page is first left to it: what
/// Tera says of them the build has said before.
#[derive(Debug)]
pub(crate) struct Engine {
    base: Arc<Tera>,
    whole: OnceLock<Box<Tera>>,
}

impl Engine {
    /// One without templates yet.
    pub(crate) fn new(base: &Arc<Tera>) -> Self {
        Self {
            base: Arc::clone(base),
            whole: OnceLock::new(),
        }
    }

    /// One that has the templates.
    ///
    /// # Errors
    /// What Tera says of them, with their places.
    pub(crate) fn whole(base: &Arc<Tera>, templates: &Templates) -> Result<Self, Vec<Diagnostic>> {
        let engine = Self::new(base);
        match engine.with(templates) {
            Ok(_) => Ok(engine),
            Err(error) => Err(diagnose(&error, &|name| templates.get(name).cloned())),
        }
    }

    /// Without templates.
    #[allow(dead_code)] // Asked by development only.
    pub(crate) fn base(&self) -> &Tera {
        &self.base
    }

    /// With these templates, which are the same each time.
    ///
    /// # Errors
    /// What Tera says of them.
    pub(crate) fn with(&self, templates: &Templates) -> TeraResult<&Tera> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole);
        }
        let mut tera = Tera::clone(&self.base);
        add(&mut tera, &templates.files())?;
        Ok(self.whole.get_or_init(|| Box::new(tera)))
    }
}
