//! What is known of an app: the one place where checks look things up.

use super::values::trial::Trials;
use crate::messages::Catalogue;
use crate::messages::check::Entity;
use crate::routes::{RouteDef, RoutePlaces};
use crate::settings::own::OwnSection;
use crate::site::SiteData;
use crate::templates::registered::Registered;
use crate::templates::views::{RustFiles, View};
use crate::templates::{CallKind, Set};
use crate::text::Place;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

/// What the files of an app say, and where.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The data; incomplete where there are errors.
    pub site: SiteData,
    /// Where the settings of the files stand.
    pub setting_places: Arc<SettingPlaces>,
    /// The places of the routes, in the order of the table.
    pub route_places: Arc<Vec<RoutePlaces>>,
    /// Whether every file of routes could be read as a whole.
    pub has_all_routes: bool,
    /// The messages, and where each stands: in the default language, if it has it.
    pub message_places: Arc<BTreeMap<Box<str>, Place>>,
    /// The entities of HTML in texts of messages.
    pub message_entities: Arc<[Entity]>,
    /// The folder of the messages.
    pub message_folder: String,
    /// Whether every file of messages could be read as a whole.
    pub has_all_messages: bool,
    /// The templates with their trees, those with a wrong syntax among them.
    pub templates: Arc<Set>,
    /// The static files that templates name and that are not found.
    pub missing_assets: Arc<MissingAssets>,
    /// The paths below folders of static files that templates have and where no file is found.
    pub missing_links: Arc<MissingAssets>,
    /// The paths of routes that static files answer.
    pub hiding_files: Arc<BTreeSet<Box<str>>>,
}

/// Where settings stand, by their dotted keys.
#[derive(Clone, Debug, Default)]
pub struct SettingPlaces {
    /// Their keys, and those of sections.
    pub keys: HashMap<String, Place>,
    /// Their values.
    pub values: HashMap<String, Place>,
}

/// Whether there is a filter, test or function of this name.
pub type HasName<'a> = &'a dyn Fn(CallKind, &str) -> bool;

/// What the Rust of an app has.
#[derive(Clone, Copy)]
pub struct Rust<'a> {
    /// What its sources register with Tera.
    pub registered: &'a Registered,
    /// Whether Tera itself has a filter, test or function, where the app is running.
    pub has: Option<HasName<'a>>,
    /// The places that render templates.
    pub views: &'a [View],
    /// The sources.
    pub files: RustFiles<'a>,
    /// The sections of settings that its structs read.
    pub settings: &'a [OwnSection],
    /// The texts of all sources, where unused files are to be found as well.
    pub texts: Option<&'a [String]>,
}

impl<'a> Rust<'a> {
    /// An app of which no more is known than what it registers with Tera.
    #[must_use]
    pub fn new(registered: &'a Registered) -> Self {
        Self {
            registered,
            has: None,
            views: &[],
            files: &|_| None,
            settings: &[],
            texts: None,
        }
    }
}

/// Static files that are not found, by the path as templates write it.
pub type MissingAssets = BTreeMap<Box<str>, MissingAsset>;

/// A static file that is not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingAsset {
    /// Where it is looked for, from the app's folder on.
    pub path: String,
    /// What to do.
    pub help: String,
}

/// The placeholders of a message; `None` where no language has it.
type Placeholders<'a> = Option<Rc<[&'a str]>>;

/// What is known of an app.
pub struct Known<'a> {
    /// What its files say.
    pub files: &'a Files,
    /// What its Rust has, where that is known.
    pub rust: Option<Rust<'a>>,
    registered: Registered,
    routes: OnceCell<HashMap<&'a str, &'a RouteDef>>,
    placeholders: RefCell<HashMap<Box<str>, Placeholders<'a>>>,
    /// Operations that were tried already.
    pub(super) trials: Trials,
}

impl<'a> Known<'a> {
    /// What files and Rust tell.
    #[must_use]
    pub fn new(files: &'a Files, rust: Option<Rust<'a>>) -> Self {
        let mut registered = Registered::declared(&files.site.settings);
        if let Some(rust) = &rust {
            registered.extend(rust.registered.clone());
        }
        Self {
            files,
            rust,
            registered,
            routes: OnceCell::new(),
            placeholders: RefCell::default(),
            trials: Trials::default(),
        }
    }

    /// What the app registers with Tera, as far as its settings and its sources tell.
    #[must_use]
    pub fn registered(&self) -> &Registered {
        &self.registered
    }

    /// The routes by name; of two with one name the first.
    pub fn routes(&self) -> &HashMap<&'a str, &'a RouteDef> {
        self.routes.get_or_init(|| {
            let routes = self.files.site.routes.routes.iter().rev();
            routes.map(|route| (route.name.as_ref(), route)).collect()
        })
    }

    /// The placeholders of a message; `None` where no language has it.
    pub fn placeholders(&self, key: &str) -> Option<Rc<[&'a str]>> {
        if let Some(found) = self.placeholders.borrow().get(key) {
            return found.clone();
        }
        let catalogue: &'a Catalogue = &self.files.site.catalogue;
        let found: Placeholders<'a> = catalogue.placeholders(key).map(Rc::from);
        let mut known = self.placeholders.borrow_mut();
        known.insert(key.into(), found.clone());
        found
    }
}
