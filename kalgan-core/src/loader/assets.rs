//! The static files that templates name, or have the path of: whether each is there.

use super::file::ParsedFile;
use crate::asset_path::{asset_path, is_elsewhere};
use crate::lint::{MissingAsset, MissingAssets};
use crate::routes::ParsedRoute;
use crate::settings::Settings;
use crate::source::{Look, Node, Source, Tree, is_fresh, normalize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::SystemTime;

/// The static files that templates name.
#[derive(Debug, Default)]
pub(super) struct Assets {
    /// How often each is named.
    names: Counts,
    /// How often each path is met that may be one.
    paths: Counts,
    /// How often each path is that of a route.
    routes: Counts,
    /// Whether a name came or went since the files were looked for.
    has_other_names: bool,
    /// The folders that they would be in, and when these were looked at. What is in a folder that
    /// is as it was is there still.
    folders: HashMap<String, (Option<Node>, SystemTime)>,
    missing: Arc<MissingAssets>,
    missing_links: Arc<MissingAssets>,
    hiding: Arc<BTreeSet<Box<str>>>,
}

/// How often each of some texts is met.
type Counts = BTreeMap<Box<str>, usize>;

impl Assets {
    /// Those that are not there.
    pub(super) fn missing(&self) -> &Arc<MissingAssets> {
        &self.missing
    }

    /// Paths below the folders of static files where none is.
    pub(super) fn missing_links(&self) -> &Arc<MissingAssets> {
        &self.missing_links
    }

    /// Paths of routes that are those of files.
    pub(super) fn hiding(&self) -> &Arc<BTreeSet<Box<str>>> {
        &self.hiding
    }

    /// Takes in that a template or a file of routes was another one, is new or is gone.
    pub(super) fn replace(&mut self, before: Option<&ParsedFile>, now: Option<&ParsedFile>) {
        let names = count(&mut self.names, names(before), names(now));
        let paths = count(&mut self.paths, paths(before), paths(now));
        let routes = count(&mut self.routes, routes(before), routes(now));
        self.has_other_names |= names || paths || routes;
    }

    /// Looks for the files: for all of them, or where something may have changed. Whether other ones
    /// are missing than before.
    pub(super) fn look(&mut self, source: &dyn Source, settings: &Settings, is_all: bool) -> bool {
        if !is_all && self.are_up_to_date(source) {
            return false;
        }
        self.has_other_names = false;
        self.folders.clear();
        let (missing, links) = self.find_missing(source, settings);
        let hiding = self.find_hiding(source, settings);
        let is_other =
            missing != *self.missing || links != *self.missing_links || hiding != *self.hiding;
        self.hiding = Arc::new(hiding);
        self.missing = Arc::new(missing);
        self.missing_links = Arc::new(links);
        is_other
    }

    /// Whether nothing has changed by which a file could have come or gone.
    pub(super) fn are_up_to_date(&self, source: &dyn Source) -> bool {
        let is_same = |folder: &str, seen: Option<Node>, looked_at| {
            let is_fresh = seen.is_some_and(|seen| is_fresh(seen.fingerprint, looked_at));
            !is_fresh && source.look(folder).ok().flatten() == seen
        };
        let mut folders = self.folders.iter();
        !self.has_other_names && folders.all(|(folder, (seen, at))| is_same(folder, *seen, *at))
    }

    /// The files that are not there, where the app serves them itself: by the rules of `|asset` and
    /// of the server.
    fn find_missing(
        &mut self,
        source: &dyn Source,
        settings: &Settings,
    ) -> (MissingAssets, MissingAssets) {
        let folders = folders(settings);
        let prefix = settings.get_string("static.path").unwrap_or_default();
        let mut missing = MissingAssets::new();
        let mut missing_links = MissingAssets::new();
        if folders.is_empty() {
            return (missing, missing_links);
        }
        // Another server may have what does not come from here.
        let own = if is_elsewhere(&prefix) {
            None
        } else {
            Some(&self.names)
        };
        let own = own.into_iter().flat_map(|names| names.keys());
        let own = own.map(|name| (name.clone(), asset_path(&prefix, name), true));
        let below = settings.get_string("server.prefix").unwrap_or_default();
        let below = below.trim_end_matches('/');
        let links = self.paths.keys().filter_map(|path| {
            let url = path
                .strip_prefix(below)
                .filter(|url| url.starts_with('/'))?;
            let file = url.trim_start_matches('/');
            let is_below = |folder: &String| {
                let rest = file.strip_prefix(folder.as_str());
                rest.is_some_and(|rest| rest.starts_with('/'))
            };
            let is_file = folders.iter().any(is_below);
            is_file.then(|| (path.clone(), url.to_owned(), false))
        });
        let all: Vec<(Box<str>, String, bool)> = own.chain(links).collect();
        for (name, url, is_named) in all {
            let path = url.trim_start_matches('/');
            if self.find(source, &folders, path).is_none() {
                let help = help(source, &folders, &prefix, path);
                let path = path.to_owned();
                let (missing, name) = match is_named {
                    true => (&mut missing, name),
                    false => (&mut missing_links, url.into()),
                };
                missing.insert(name, MissingAsset { path, help });
            }
        }
        (missing, missing_links)
    }

    /// The paths of routes that a static file answers.
    fn find_hiding(&mut self, source: &dyn Source, settings: &Settings) -> BTreeSet<Box<str>> {
        let folders = folders(settings);
        let routes: Vec<Box<str>> = self.routes.keys().cloned().collect();
        let mut hiding = BTreeSet::new();
        for path in routes {
            let node = self.find(source, &folders, path.trim_start_matches('/'));
            if node.is_some_and(|node| !node.is_folder) {
                hiding.insert(path);
            }
        }
        hiding
    }

    /// What the server has at a path below these folders.
    fn find(&mut self, source: &dyn Source, folders: &[String], path: &str) -> Option<Node> {
        // What the server does not take for a file: hidden ones, and names of other systems.
        let is_served = |name: &str| {
            let is_odd = |c: char| matches!(c, '\\' | ':') || c.is_control();
            !name.starts_with('.') && !name.contains(is_odd)
        };
        let is_below = |folder: &String| {
            path.strip_prefix(folder.as_str())
                .and_then(|rest| rest.strip_prefix('/'))
                .is_some_and(|rest| rest.split('/').all(is_served))
        };
        if !folders.iter().any(is_below) {
            return None;
        }
        if let Some((folder, _)) = path.rsplit_once('/')
            && !self.folders.contains_key(folder)
        {
            let looked_at = SystemTime::now();
            let node = source.look(folder).ok().flatten();
            self.folders.insert(folder.to_owned(), (node, looked_at));
        }
        if normalize(path).as_deref() != Some(path) {
            return None;
        }
        source.look(path).ok().flatten()
    }
}

/// The folders of static files.
fn folders(settings: &Settings) -> Vec<String> {
    let folders = settings.items("static.folders");
    let folders = folders.iter();
    folders
        .filter_map(|folder| normalize(folder.trim_start_matches('/')))
        .collect()
}

/// Takes in what is met no longer, and what is met now. Whether something came or went.
fn count<'a>(
    counts: &mut Counts,
    before: impl Iterator<Item = &'a str>,
    now: impl Iterator<Item = &'a str>,
) -> bool {
    let mut is_other = false;
    for text in before {
        if let Some(count) = counts.get_mut(text) {
            *count -= 1;
            if *count == 0 {
                counts.remove(text);
                is_other = true;
            }
        }
    }
    for text in now {
        if let Some(count) = counts.get_mut(text) {
            *count += 1;
        } else {
            counts.insert(text.into(), 1);
            is_other = true;
        }
    }
    is_other
}

fn paths(parsed: Option<&ParsedFile>) -> impl Iterator<Item = &str> {
    let paths: &[Box<str>] = match parsed {
        Some(ParsedFile::Template(template)) => &template.paths,
        _ => &[],
    };
    paths.iter().map(|path| &**path)
}

/// The paths of routes without parameters.
fn routes(parsed: Option<&ParsedFile>) -> impl Iterator<Item = &str> {
    let routes: &[ParsedRoute] = match parsed {
        Some(ParsedFile::Routes(parsed)) => &parsed.routes,
        _ => &[],
    };
    let routes = routes.iter().map(|parsed| &parsed.route);
    let fixed = routes.filter(|route| route.pattern.params().next().is_none());
    fixed.map(|route| &*route.path)
}

fn names(parsed: Option<&ParsedFile>) -> impl Iterator<Item = &str> {
    let tree = match parsed {
        Some(ParsedFile::Template(template)) => template.tree.as_deref(),
        _ => None,
    };
    let names = tree.into_iter().flat_map(|tree| &tree.references.assets);
    names.map(|name| &*name.text)
}

fn help(source: &dyn Source, folders: &[String], prefix: &str, path: &str) -> String {
    let mut files: Vec<String> = Vec::new();
    for folder in folders {
        let mut tree = Tree::new(folder);
        // What cannot be read has nothing that could be meant.
        let _ = tree.look(source, Look::All);
        files.extend(tree.files().map(|(path, _)| path.to_owned()));
    }
    let nearest = crate::suggest::nearest(path, files.iter().map(String::as_str));
    let prefix = prefix.trim_matches('/');
    match nearest.and_then(|nearest| nearest.strip_prefix(prefix)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => {
            let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
            format!(
                "`|asset` puts the setting `static.path` before the name, and the files are in {}",
                crate::suggest::list(&folders)
            )
        }
    }
}
