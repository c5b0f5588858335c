//! Where the static file is that a template names: by one rule for the build and the links.

/// The path of a static file as `|asset` links to it: the setting `static.path`, one slash, and the
/// name, with or without a slash in front of it. It begins with one slash, unless the setting is the
/// address of another server.
#[must_use]
pub fn asset_path(static_path: &str, name: &str) -> String {
    let prefix = static_path.trim_end_matches('/');
    let name = name.trim_start_matches('/');
    let root = if prefix.is_empty() || prefix.starts_with('/') || is_elsewhere(prefix) {
        ""
    } else {
        "/"
    };
    format!("{root}{prefix}/{name}")
}

/// Whether the setting `static.path` is the address of another server.
#[must_use]
pub fn is_elsewhere(static_path: &str) -> bool {
    static_path.contains("//")
}

#[cfg(test)]
mod tests {
    use super::asset_path;

    #[test]
    fn one_slash_stands_between_the_setting_and_the_name() {
        for (setting, expected) in [
            ("", "/css/a.css"),
            ("/", "/css/a.css"),
            ("/static", "/static/css/a.css"),
            ("/static/", "/static/css/a.css"),
            ("/static//", "/static/css/a.css"),
            ("static", "/static/css/a.css"),
            ("static/", "/static/css/a.css"),
            ("https://cdn.example", "https://cdn.example/css/a.css"),
            ("https://cdn.example/x/", "https://cdn.example/x/css/a.css"),
            ("//cdn.example/", "//cdn.example/css/a.css"),
        ] {
            for name in ["css/a.css", "/css/a.css", "//css/a.css"] {
                assert_eq!(asset_path(setting, name), expected, "{setting} {name}");
            }
        }
    }
}
