//! What to do so that cargo sees new files.

use crate::input::arguments::Arguments;
use crate::site::LoadedSite;
use kalgan_core::site::defaults;
use kalgan_core::source::normalize;

/// What the release build says where the package has no build script of Kalgan's.
pub(super) fn advice(site: &LoadedSite, arguments: &Arguments) -> String {
    let folders: Vec<String> = folders(site, arguments)
        .iter()
        .map(|folder| format!("{folder:?}"))
        .collect();
    format!(
        "cargo does not see files that are added, renamed or deleted in the app's folders, so this \
         binary may carry old ones.
Put this into `build.rs`, beside Cargo.toml:

fn main() {{
    // Cargo runs this at every build where a path that it names is missing.
    for path in [{}] {{
        if std::path::Path::new(path).exists() {{
            println!(\"cargo::rerun-if-changed={{path}}\");
        }}
    }}
    println!(\"cargo::rustc-env=KALGAN_WATCH=1\");
}}
",
        folders.join(", ")
    )
}

/// The folders in the package's that hold the site, without those that lie in others of them.
fn folders(site: &LoadedSite, arguments: &Arguments) -> Vec<String> {
    let settings = &site.site.settings;
    let setting = |key: &str, default: &str| {
        let named = settings.get_string(key);
        named.unwrap_or_else(|_| default.to_owned())
    };
    let mut paths = Vec::from([
        setting("router.path", defaults::ROUTES),
        setting("i18n.path", defaults::MESSAGES),
        setting("tera.path", defaults::TEMPLATES),
    ]);
    paths.extend(match &arguments.settings {
        Some(path) => Some(path.clone()),
        None => defaults::SETTINGS
            .iter()
            .find(|path| site.root.join(path).exists())
            .map(|path| (*path).to_owned()),
    });
    let served = settings.items("static.folders");
    if served.is_empty() {
        paths.push(String::from("static"));
    }
    paths.extend(served);
    let root = arguments.root.as_deref().unwrap_or_default();
    // A folder that comes later is named after the next edit of Rust.
    let mut tops = vec![String::from("src")];
    for path in paths {
        let Some(path) = normalize(path.trim_start_matches('/')) else {
            continue;
        };
        let top = path.split('/').next().unwrap_or_default();
        let top = [root.trim_end_matches('/'), top].join("/");
        let top = top.trim_start_matches('/').to_owned();
        if !tops.contains(&top) {
            tops.push(top);
        }
    }
    tops
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders_of(settings: &str, root: Option<&str>) -> Vec<String> {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join(root.unwrap_or_default());
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("settings.yaml"), settings).unwrap();
        let arguments = Arguments {
            root: root.map(str::to_owned),
            ..Arguments::default()
        };
        folders(&crate::site::load(&folder, None), &arguments)
    }

    #[test]
    fn each_folder_of_the_site() {
        assert_eq!(
            folders_of("", None),
            ["src", "config", "template", "settings.yaml", "static"]
        );
        assert_eq!(
            folders_of(
                "tera: {path: views/html}\nstatic: {folders: 'public/a, public/b'}",
                Some("sites/blog")
            ),
            [
                "src",
                "sites/blog/config",
                "sites/blog/views",
                "sites/blog/settings.yaml",
                "sites/blog/public"
            ]
        );
    }

    #[test]
    fn the_advice_is_a_whole_build_script() {
        let temp = tempfile::tempdir().unwrap();
        let site = crate::site::load(temp.path(), None);
        let advice = advice(&site, &Arguments::default());
        let script = &advice[advice.find("fn main").unwrap()..];
        syn::parse_file(script).unwrap();
        assert!(
            script.contains("[\"src\", \"config\", \"template\", \"static\"]"),
            "{script}"
        );
        assert!(
            script.contains("cargo::rustc-env=KALGAN_WATCH=1"),
            "{script}"
        );
    }
}
