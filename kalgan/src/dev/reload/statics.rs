//! Edits of static files, which no request looks for.

use super::reloader::Reloader;
use crate::dev::client::hub::Event;
use kalgan_core::source::{Disk, Look, Node, Source, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// The static files, for pages that show them.
#[derive(Default)]
pub(super) struct Statics {
    trees: BTreeMap<String, Tree>,
}

impl Statics {
    /// Looks at all static files or at those that are named, and tells open pages of changes.
    pub(super) fn look(&mut self, live: &Reloader, disk: &Disk, named: Option<&BTreeSet<String>>) {
        let folders = live
            .last_good()
            .map(|site| site.options.static_folders.clone())
            .unwrap_or_default();
        self.trees.retain(|folder, _| folders.contains(folder));
        let mut urls = BTreeSet::new();
        for folder in folders {
            let is_new = !self.trees.contains_key(&folder);
            let tree = self
                .trees
                .entry(folder.clone())
                .or_insert_with(|| Tree::new(folder.as_str()));
            let look = match named {
                Some(paths) if !is_new => Look::Named(paths),
                _ => Look::All,
            };
            if let Ok(changes) = tree.look(&Served(disk), look)
                && !is_new
            {
                let paths = changes.changed.into_iter().chain(changes.gone);
                urls.extend(paths.map(|path| format!("/{path}")));
            }
        }
        if !urls.is_empty() {
            live.hub.tell(Event::Assets(urls.into_iter().collect()));
        }
    }
}

/// Files as far as they are served: what cannot be read, or has a name that no URL has, is not.
struct Served<'a>(&'a Disk);

impl Source for Served<'_> {
    fn look(&self, path: &str) -> io::Result<Option<Node>> {
        Ok(self.0.look(path).unwrap_or_default())
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let Ok(children) = std::fs::read_dir(self.0.root().join(folder)) else {
            return Ok(Vec::new());
        };
        let names = children.filter_map(|child| child.ok()?.file_name().into_string().ok());
        Ok(names.collect())
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }
}
