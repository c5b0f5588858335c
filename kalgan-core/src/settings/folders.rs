//! The folders of `static.folders`: names of folders below the app's own that hold none of its sources.

use super::Settings;
use crate::site::defaults;

/// The folder that an item of the setting names. `None` where it is not one inside the app's own.
#[must_use]
pub fn static_folder(item: &str) -> Option<&str> {
    let item = item.trim();
    let folder = item.strip_prefix("./").unwrap_or(item).trim_matches('/');
    is_plain(folder).then_some(folder)
}

/// Whether the path consists of names only, on every system: no `.` or `..`, no separators of other
/// systems, and no colon, which on Windows begins a drive's path or a stream of a file.
#[must_use]
pub fn is_plain(path: &str) -> bool {
    path.split('/').all(|name| {
        let is_odd = |c: char| matches!(c, '\\' | ':') || c.is_control();
        !matches!(name, "" | "." | "..") && !name.contains(is_odd)
    })
}

/// What of the app's sources a folder of static files would show to everyone; the settings' own path is
/// where they are.
#[must_use]
pub fn published(folder: &str, settings: &Settings, settings_path: Option<&str>) -> Option<String> {
    let mut sources: Vec<String> = ["src", "target", "Cargo.toml"].map(str::to_owned).into();
    for (key, default) in [
        ("router.path", defaults::ROUTES),
        ("i18n.path", defaults::MESSAGES),
        ("tera.path", defaults::TEMPLATES),
    ] {
        sources.push(
            settings
                .get_string(key)
                .unwrap_or_else(|_| default.to_owned()),
        );
    }
    sources.extend(settings_path.map(str::to_owned));
    let is_in = |path: &str, folder: &str| {
        let rest = path.strip_prefix(folder);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // Files of Rust's: `src` may have others beside them.
    for module in ["src/controller", "src/middleware", "src/bin"] {
        if is_in(folder, module) {
            return Some(module.to_owned());
        }
    }
    let mut sources = sources
        .iter()
        .map(|path| path.trim_start_matches("./").trim_matches('/'));
    sources.find(|path| is_in(path, folder)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Scalar;
    use crate::settings::{Origin, Setting, Value};

    #[test]
    fn folders_inside_the_app() {
        for (item, folder) in [
            ("static", "static"),
            (" /static/ ", "static"),
            ("./public/assets", "public/assets"),
            (".well-known", ".well-known"),
        ] {
            assert_eq!(static_folder(item), Some(folder));
        }
        for item in [
            ".",
            "/",
            "..",
            "a/../b",
            "../static",
            "a//b",
            "C:\\static",
            "./.",
        ] {
            assert_eq!(static_folder(item), None, "{item}");
        }
    }

    #[test]
    fn folders_that_hold_sources() {
        let settings = Settings::new(vec![Setting {
            key: "tera.path".into(),
            value: Value::Scalar(Scalar::string("./views/html/")),
            origin: Origin::Environment("TEST".into()),
        }]);
        for (folder, source) in [
            ("src", "src"),
            ("src/controller", "src/controller"),
            ("target", "target"),
            ("config", "config/routes"),
            ("config/routes", "config/routes"),
            ("config/i18n", "config/i18n"),
            ("config/app", "config/app"),
            ("views", "views/html"),
            ("views/html", "views/html"),
        ] {
            let found = published(folder, &settings, Some("config/app"));
            assert_eq!(found.as_deref(), Some(source), "{folder}");
        }
        for folder in [
            "static",
            "template",
            "src/assets",
            "views/html/static",
            "configs",
            "config/x",
        ] {
            assert_eq!(published(folder, &settings, None), None, "{folder}");
        }
    }
}
