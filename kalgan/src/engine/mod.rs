//! What renders the templates of a site: one Tera that has all of them or, while they are edited, a
//! Tera for each page with no more than the page needs. Tera looks at all that it has when a
//! template is added, so what an edit costs would otherwise grow with the site.

#[cfg(feature = "disk")]
mod pages;
mod registry;

#[cfg(feature = "disk")]
pub(crate) use pages::Pages;
pub(crate) use registry::{Registry, TeraSetup};

use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::templates::{Templates, add, diagnose};
use tera::Tera;

/// What renders templates.
#[derive(Clone, Debug)]
pub(crate) enum Engine {
    /// A Tera with all templates.
    Whole(Box<Tera>),
    /// A Tera for each page.
    #[cfg(feature = "disk")]
    Pages(Pages),
}

impl Engine {
    /// A Tera with all templates.
    ///
    /// # Errors
    /// What Tera says of them, with their places.
    pub(crate) fn whole(
        registry: &Registry,
        templates: &Templates,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut tera = Tera::clone(registry.base());
        add(&mut tera, &templates.files())
            .map(|()| Self::Whole(Box::new(tera)))
            .map_err(|error| diagnose(&error, &|name| templates.get(name).cloned()))
    }

    /// Renders a template.
    ///
    /// # Errors
    /// What Tera says.
    pub(crate) fn render(
        &self,
        name: &str,
        context: &tera::Context,
    ) -> Result<String, tera::Error> {
        match self {
            Self::Whole(tera) => tera.render(name, context),
            #[cfg(feature = "disk")]
            Self::Pages(pages) => pages.tera(name)?.render(name, context),
        }
    }

    /// Those of these variables that Tera's own context has.
    #[cfg(feature = "disk")]
    pub(crate) fn globals<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
    ) -> kalgan_core::lint::variables::Globals {
        let mut tera = match self {
            Self::Whole(tera) => Tera::clone(tera),
            Self::Pages(pages) => pages.base().clone(),
        };
        let context = tera.global_context();
        let known = names.filter(|name| context.contains_key(name));
        known.map(str::to_owned).collect()
    }
}
