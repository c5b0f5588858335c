//! Links that open a place of a file in the developer's editor.

use kalgan_core::text::Position;
use std::path::{Path, PathBuf};
use std::sync::Once;

/// The variable that says which editor.
const VARIABLE: &str = "KALGAN_EDITOR_URL";

/// What an editor's name stands for. They are the schemes that the editors themselves register;
/// those of Sublime Text and Emacs need a handler of the system's.
const EDITORS: &[(&str, &str)] = &[
    ("vscode", DEFAULT),
    (
        "vscode-insiders",
        "vscode-insiders://file/{path}:{line}:{column}",
    ),
    ("vscodium", "vscodium://file/{path}:{line}:{column}"),
    ("cursor", "cursor://file/{path}:{line}:{column}"),
    ("windsurf", "windsurf://file/{path}:{line}:{column}"),
    ("zed", "zed://file/{path}:{line}:{column}"),
    (
        "idea",
        "idea://open?file={path}&line={line}&column={column}",
    ),
    (
        "rustrover",
        "rustrover://open?file={path}&line={line}&column={column}",
    ),
    (
        "sublime",
        "subl://open?url=file://{path}&line={line}&column={column}",
    ),
    (
        "emacs",
        "emacs://open?url=file://{path}&line={line}&column={column}",
    ),
];

const DEFAULT: &str = "vscode://file/{path}:{line}:{column}";

/// Makes links to places in the files of an app.
#[derive(Clone, Debug)]
pub(crate) struct Editor {
    /// The app's folder, which paths are relative to.
    root: PathBuf,
    /// `None` where links are off.
    template: Option<String>,
}

impl Editor {
    /// The editor that `KALGAN_EDITOR_URL` names, for the app in this folder.
    pub(crate) fn from_environment(root: &Path) -> Self {
        let value = std::env::var(VARIABLE).ok();
        let (template, problem) = template(value.as_deref());
        if let Some(problem) = problem {
            static TOLD: Once = Once::new();
            TOLD.call_once(|| tracing::warn!(target: "kalgan", "{problem}"));
        }
        Self::new(root, template)
    }

    pub(crate) fn new(root: &Path, template: Option<&str>) -> Self {
        Self {
            root: std::path::absolute(root).unwrap_or_else(|_| root.to_owned()),
            template: template.map(str::to_owned),
        }
    }

    /// The app's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The URL that opens a file at a position; its path is absolute, or relative to the app's
    /// folder. `None` where links are off.
    pub(crate) fn link(&self, path: &str, position: Position) -> Option<String> {
        let template = self.template.as_deref()?;
        let path = encode(&self.root.join(path));
        let mut url = String::with_capacity(template.len() + path.len() + 8);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            url.push_str(before);
            rest = if let Some(after) = after.strip_prefix("path}") {
                // `vscode://file/{path}` reads well, and so does an absolute path.
                url.push_str(match before.ends_with('/') && !before.ends_with("://") {
                    true => path.trim_start_matches('/'),
                    false => &path,
                });
                after
            } else if let Some(after) = after.strip_prefix("line}") {
                url.push_str(&position.line.to_string());
                after
            } else if let Some(after) = after.strip_prefix("column}") {
                url.push_str(&position.column.to_string());
                after
            } else {
                url.push('{');
                after
            };
        }
        url.push_str(rest);
        Some(url)
    }
}

/// The template that a value of the variable means, and what is wrong with the value.
fn template(value: Option<&str>) -> (Option<&str>, Option<String>) {
    let Some(value) = value.map(str::trim) else {
        return (Some(DEFAULT), None);
    };
    if value.is_empty() {
        return (None, None);
    }
    let lower = value.to_ascii_lowercase();
    if let Some((_, template)) = EDITORS.iter().find(|(name, _)| *name == lower) {
        return (Some(template), None);
    }
    if value.contains("{path}") {
        return (Some(value), None);
    }
    let names: Vec<&str> = EDITORS.iter().map(|(name, _)| *name).collect();
    let problem = format!(
        "{VARIABLE} is `{value}`, which is no editor that Kalgan knows and has no `{{path}}`: \
         write a URL such as `{DEFAULT}`, or one of {}; the links open Visual Studio Code",
        names.join(", ")
    );
    (Some(DEFAULT), Some(problem))
}

/// A path as a part of a URL: with `/` between its segments, and all else encoded that means
/// something in a URL's path or query (RFC 3986).
fn encode(path: &Path) -> String {
    let mut encoded = String::new();
    for (at, byte) in path.as_os_str().as_encoded_bytes().iter().enumerate() {
        let is_drive = cfg!(windows) && at == 1 && *byte == b':';
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(byte) || is_drive {
            encoded.push(char::from(*byte));
        } else if cfg!(windows) && *byte == b'\\' {
            encoded.push('/');
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Position = Position { line: 3, column: 7 };

    fn link(template: &str, path: &str) -> String {
        let editor = Editor::new(Path::new("/work/my shop"), Some(template));
        editor.link(path, AT).unwrap()
    }

    #[test]
    fn a_path_is_encoded_and_has_one_slash() {
        let expected = "vscode://file/work/my%20shop/template/a.html:3:7";
        assert_eq!(link(DEFAULT, "template/a.html"), expected);
        assert_eq!(
            link("vscode://file{path}:{line}:{column}", "template/a.html"),
            expected
        );
        assert_eq!(
            link("x://{path}", "/a#b?c%d&e=+é:<\"'>"),
            "x:///a%23b%3Fc%25d%26e%3D%2B%C3%A9%3A%3C%22%27%3E"
        );
        assert_eq!(
            link(
                "idea://open?file={path}&line={line}&c={column}&{x}{",
                "/a b&line=9"
            ),
            "idea://open?file=/a%20b%26line%3D9&line=3&c=7&{x}{"
        );
        // What a path holds is no placeholder.
        assert_eq!(link("x:{path}", "/{line}"), "x:/%7Bline%7D");
    }

    #[test]
    fn editors_have_names() {
        for (name, url) in EDITORS {
            assert!(url.contains("{path}") && url.contains("{line}"), "{name}");
            assert_eq!(template(Some(name)), (Some(*url), None));
        }
        assert_eq!(template(None), (Some(DEFAULT), None));
        assert_eq!(template(Some(" Zed ")).0, Some(EDITORS[5].1));
        assert_eq!(
            template(Some("my://x/{path}")),
            (Some("my://x/{path}"), None)
        );
    }

    #[test]
    fn an_empty_value_is_off_and_a_senseless_one_is_told() {
        assert_eq!(template(Some("")), (None, None));
        assert_eq!(Editor::new(Path::new("/"), None).link("/a", AT), None);
        let (url, problem) = template(Some("vsocde"));
        assert_eq!(url, Some(DEFAULT));
        let problem = problem.unwrap();
        assert!(problem.contains("`vsocde`") && problem.contains("rustrover"));
        assert!(template(Some("x://{file}")).1.is_some());
    }
}
