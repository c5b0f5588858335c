//! The files of a new app, and what is put into them.

/// A file of `kalgan-cli/new`: its path in the app and its text.
type Template = (&'static str, &'static str);

macro_rules! templates {
    ($($path:literal $(in $file:literal)?,)*) => {
        [$(templates!(@ $path $(, $file)?)),*]
    };
    (@ $path:literal) => { templates!(@ $path, $path) };
    (@ $path:literal, $file:literal) => { ($path, include_str!(concat!("../new/", $file))) };
}

/// All files, in the order in which they are written. Those that mean something to cargo or git
/// where they lie have another name there.
pub(crate) const TEMPLATES: [Template; 28] = templates! {
    "Cargo.toml" in "Cargo.toml.in",
    "build.rs",
    ".gitignore" in "gitignore.in",
    ".dockerignore" in "dockerignore.in",
    "README.md",
    "Dockerfile",
    "deploy/nginx.conf",
    "config/app/settings.yaml",
    "config/routes/site.yaml",
    "config/i18n/en/error.yaml",
    "config/i18n/en/home.yaml",
    "config/i18n/en/site.yaml",
    "config/i18n/es/error.yaml",
    "config/i18n/es/home.yaml",
    "config/i18n/es/site.yaml",
    "template/base.html",
    "template/home.html",
    "template/error/404.html",
    "static/app.css",
    "static/favicon.svg",
    "src/main.rs",
    "src/tests.rs",
    "src/controller/mod.rs",
    "src/controller/home_controller.rs",
    "src/controller/error_controller.rs",
    "schema/messages.json",
    "schema/routes.json",
    "schema/settings.json",
};

/// What stands around the name of a place in a file.
const MARK: &str = "@@";

/// Puts values in the places of a text, such as `@@name@@`.
///
/// # Errors
/// A place for which there is no value, or one that is not closed.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(MARK) {
        let (name, after) = after
            .split_once(MARK)
            .ok_or_else(|| format!("a `{MARK}` is not closed"))?;
        let (_, value) = values
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| format!("there is no value for `{MARK}{name}{MARK}`"))?;
        filled.push_str(before);
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_file_of_the_folder_is_written() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("new");
        let mut found = BTreeSet::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let text = std::fs::read_to_string(&path).unwrap();
                    let relative = path.strip_prefix(&root).unwrap().to_owned();
                    assert!(
                        TEMPLATES.iter().any(|(_, other)| *other == text),
                        "{} is not in the table",
                        relative.display()
                    );
                    found.insert(relative);
                }
            }
        }
        assert_eq!(found.len(), TEMPLATES.len());
    }

    #[test]
    fn places_are_filled_and_unknown_ones_found() {
        let values = [("name", "x"), ("title", "@@name@@")];
        assert_eq!(fill("a @@name@@ b", &values).unwrap(), "a x b");
        assert_eq!(fill("@@title@@@@name@@", &values).unwrap(), "@@name@@x");
        assert_eq!(fill("@media a@b", &values).unwrap(), "@media a@b");
        assert!(fill("@@nmae@@", &values).unwrap_err().contains("nmae"));
        assert!(fill("@@name", &values).unwrap_err().contains("not closed"));
    }
}
