//! What the files of a site say together.

use crate::diagnostic::Diagnostic;
use crate::lint::{self, MissingAssets};
use crate::routes::RoutePlaces;
use crate::site::SiteData;
use crate::templates;
use crate::text::{Place, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What was read: the data, what is wrong with it, and where everything stands.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The data; incomplete where there are errors.
    pub site: SiteData,
    /// All mistakes, errors first, in the order of files and places.
    pub diagnostics: Vec<Diagnostic>,
    /// The places of the routes, in the order of the table.
    pub route_places: Arc<Vec<RoutePlaces>>,
    /// Whether every file of routes could be read as a whole.
    pub has_all_routes: bool,
    /// The messages, and where each stands: in the default language, if it has it.
    pub message_places: Arc<BTreeMap<Box<str>, Place>>,
    /// The folder of the messages.
    pub message_folder: String,
    /// Whether every file of messages could be read as a whole.
    pub has_all_messages: bool,
    /// The error controllers that settings name, and where.
    pub error_controllers: Vec<(String, Place)>,
    /// The folder of the templates.
    pub template_folder: String,
    /// The templates with their trees, those with a wrong syntax among them.
    pub templates: Arc<templates::Set>,
    /// The static files that templates name and that are not found.
    pub missing_assets: Arc<MissingAssets>,
    /// The templates that are new, changed or gone since the data before.
    pub changed_templates: BTreeSet<Text>,
}

impl Loaded {
    /// What the files say, for checks.
    #[must_use]
    pub fn files(&self) -> lint::Files<'_> {
        lint::Files {
            settings: &self.site.settings,
            routes: &self.site.routes,
            route_places: &self.route_places,
            has_all_routes: self.has_all_routes,
            catalogue: &self.site.catalogue,
            message_places: &self.message_places,
            message_folder: &self.message_folder,
            has_all_messages: self.has_all_messages,
            templates: &self.templates,
            missing_assets: &self.missing_assets,
        }
    }

    /// Whether a site can be built from it.
    #[must_use]
    pub fn is_good(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}
