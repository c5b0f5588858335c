//! The arguments of the package's `#[kalgan::app]`.

use super::cache;
use super::files::File;
use super::item::ItemKind;
use super::package::Package;
use crate::input::arguments::Arguments;
use proc_macro2::{TokenStream, TokenTree};

impl Package {
    /// The arguments of the package's `#[kalgan::app]`, which the other macros follow.
    pub(crate) fn app_arguments(&self) -> Arguments {
        let call_file = self.call_file.iter().cloned();
        call_file
            .chain(self.source_roots())
            .filter_map(|path| cache::file(self, &path))
            .find_map(|file| app_arguments_in(&file))
            .unwrap_or_default()
    }
}

/// The arguments of the `#[kalgan::app]` on `fn main` in a file.
fn app_arguments_in(file: &File) -> Option<Arguments> {
    // Most files have no such attribute.
    if !file.mentions("app") {
        return None;
    }
    file.scan().scopes.first()?.items.iter().find_map(|item| {
        if item.kind != ItemKind::Function || item.name != "main" {
            return None;
        }
        let attribute = item.attributes.iter().find(|known| known.last() == "app")?;
        let group: TokenStream = file.str(&attribute.rest).parse().ok()?;
        match group.into_iter().next() {
            Some(TokenTree::Group(group)) => syn::parse2(group.stream()).ok(),
            _ => Some(Arguments::default()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::write;
    use std::path::Path;

    fn arguments_in(folder: &Path) -> Option<Arguments> {
        let package = Package {
            folder: folder.to_owned(),
            base: folder.to_owned(),
            call_file: None,
            binary: None,
        };
        let file = cache::file(&package, &folder.join("src/main.rs"))?;
        app_arguments_in(&file)
    }

    #[test]
    fn the_attribute_is_found() {
        let text = "use kalgan as web;\n#[allow(x)]\n#[web::app(settings = \"s\", crate = web)]\n\
                    fn main() {}";
        let temp = tempfile::tempdir().unwrap();
        let scan = |text: &str| {
            write(temp.path(), "src/main.rs", text);
            arguments_in(temp.path())
        };
        let found = scan(text).unwrap();
        assert_eq!(found.settings.as_deref(), Some("s"));
        assert!(found.krate.is_given());
        assert!(scan("#[kalgan::app] fn main() {}").unwrap().root.is_none());
        for none in [
            "fn main() {}",
            "#[kalgan::app] fn other() {}",
            "#[kalgan::app(settings = )] fn main() {}",
            "fn main( { // app",
        ] {
            assert!(scan(none).is_none(), "{none}");
        }
    }

    #[test]
    fn an_edit_of_the_attribute_is_seen() {
        let temp = tempfile::tempdir().unwrap();
        let root = |text: &str| {
            write(temp.path(), "src/main.rs", text);
            arguments_in(temp.path()).map(|arguments| arguments.root)
        };
        assert_eq!(
            root("#[app(root = \"a\")] fn main() {}"),
            Some(Some("a".into()))
        );
        assert_eq!(
            root("#[app(root = \"bc\")] fn main() {}"),
            Some(Some("bc".into()))
        );
        assert_eq!(root("fn main() {}"), None);
    }
}
