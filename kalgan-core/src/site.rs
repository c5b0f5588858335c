//! A site's data: what its files say, however they were read.

use crate::messages::Catalogue;
use crate::routes::RouteTable;
use crate::settings::{Setting, Settings};
use crate::templates::{TemplateFile, Templates};
use crate::text::{List, SourceFile, Text};
use std::sync::Arc;

/// What the files of a site say. Each part is shared with the data of which it is a newer version,
/// where it has not changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteData {
    /// The settings.
    pub settings: Arc<Settings>,
    /// The routes.
    pub routes: Arc<RouteTable>,
    /// The messages.
    pub catalogue: Arc<Catalogue>,
    /// The templates.
    pub templates: Templates,
}

/// Where the files are when no setting says otherwise.
pub mod defaults {
    /// The routes.
    pub const ROUTES: &str = "config/routes";
    /// The messages.
    pub const MESSAGES: &str = "config/i18n";
    /// The templates.
    pub const TEMPLATES: &str = "template";
    /// The settings, in the order in which they are looked for.
    pub const SETTINGS: [&str; 6] = [
        "config/app",
        "config/app.yaml",
        "config/app.yml",
        "config/settings.yaml",
        "settings.yaml",
        "settings.yml",
    ];
    /// The language.
    pub const LANGUAGE: &str = "en";
}

/// The data that `kalgan::embed!` bakes: parsed and checked when the app was compiled.
#[derive(Clone, Copy, Debug)]
pub struct BakedSite {
    /// Sorted by key.
    pub settings: &'static [Setting],
    /// In file order.
    pub routes: &'static [crate::routes::RouteDef],
    /// Sorted by code; the messages sorted by key.
    pub languages: &'static [crate::messages::Language],
    /// The default language.
    pub default_language: &'static str,
    /// The folder of the templates, relative to the app's.
    pub template_folder: &'static str,
}

impl BakedSite {
    /// The data, borrowed; `templates` are names below the folder of templates, and texts.
    #[must_use]
    pub fn load(
        &self,
        templates: impl IntoIterator<Item = (&'static str, &'static str)>,
    ) -> SiteData {
        let templates: Vec<TemplateFile> = templates
            .into_iter()
            .map(|(name, text)| TemplateFile {
                name: Text::Borrowed(name),
                file: Arc::new(SourceFile::new(
                    [self.template_folder, "/", name].concat(),
                    text,
                )),
            })
            .collect();
        SiteData {
            settings: Arc::new(Settings::baked(self.settings)),
            routes: Arc::new(RouteTable {
                routes: List::Borrowed(self.routes),
            }),
            catalogue: Arc::new(Catalogue {
                languages: List::Borrowed(self.languages),
                default: Text::Borrowed(self.default_language),
            }),
            templates: Templates::listed(templates),
        }
    }
}
