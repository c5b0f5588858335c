//! One file of a site, and what it says.

use crate::diagnostic::Diagnostic;
use crate::messages::ParsedMessages;
use crate::routes::ParsedRoutes;
use crate::settings::ParsedSettings;
use crate::templates;
use crate::text::SourceFile;
use percent_encoding::percent_decode_str;
use std::sync::Arc;

/// A file, and what it says.
#[derive(Debug)]
pub(super) struct Cached {
    pub(super) file: Arc<SourceFile>,
    pub(super) parsed: ParsedFile,
}

/// What a file says.
#[derive(Clone, Debug)]
pub(super) enum ParsedFile {
    Settings(Arc<ParsedSettings>),
    Routes(Arc<ParsedRoutes>),
    Messages(Arc<ParsedMessages>),
    Template(ReadTemplate),
    /// A file that could not be read as text.
    Unreadable(Box<Diagnostic>),
}

impl ParsedFile {
    /// What is wrong with the file by itself.
    pub(super) fn problems(&self) -> Vec<Diagnostic> {
        match self {
            Self::Settings(parsed) => parsed.diagnostics.clone(),
            Self::Routes(parsed) => parsed.diagnostics.clone(),
            Self::Messages(parsed) => parsed.diagnostics.clone(),
            Self::Template(parsed) => parsed.problem.iter().map(|one| (**one).clone()).collect(),
            Self::Unreadable(problem) => vec![(**problem).clone()],
        }
    }
}

/// A template's tree, or why there is none.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadTemplate {
    pub(super) tree: Option<Arc<templates::ParsedTemplate>>,
    pub(super) problem: Option<Box<Diagnostic>>,
    /// The paths in its text that may be those of static files.
    pub(super) paths: Arc<[Box<str>]>,
}

impl ReadTemplate {
    /// All that looks like a path in a text, each once: what begins with a slash behind a quotation
    /// mark, a space or the like.
    pub(super) fn paths_in(text: &str) -> Arc<[Box<str>]> {
        let is_end = |c: char| c.is_whitespace() || "\"'`<>(),?#{}".contains(c);
        let mut paths: Vec<Box<str>> = Vec::new();
        let mut from = 0;
        while let Some(at) = text[from..].find('/') {
            let start = from + at;
            let before = text[..start].chars().next_back();
            let rest = &text[start..];
            let len = rest.find(is_end).unwrap_or(rest.len());
            from = start + len.max(1);
            let begins = before.is_some_and(|c| c.is_whitespace() || "\"'`=(,".contains(c));
            if begins && len > 2 && !rest.starts_with("//") {
                let path = percent_decode_str(&rest[..len]).decode_utf8_lossy();
                paths.push(path.into());
            }
        }
        paths.sort_unstable();
        paths.dedup();
        paths.into()
    }
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum ContentKind {
    Settings,
    Routes,
    Messages,
    Template,
}

impl ContentKind {
    /// Whether files of this name are of the kind.
    pub(super) fn takes(self, path: &str) -> bool {
        match self {
            Self::Template => !is_backup(path),
            _ => is_yaml(path),
        }
    }
}

/// Whether a file is what editors, `patch` and merges leave beside another one.
fn is_backup(path: &str) -> bool {
    let extension = path.rsplit('.').next().unwrap_or_default();
    ["bak", "orig", "rej", "swp", "swo", "tmp"]
        .iter()
        .any(|backup| extension.eq_ignore_ascii_case(backup))
        || extension.starts_with("___jb_")
}

fn is_yaml(path: &str) -> bool {
    let extension = path.rsplit('.').next().unwrap_or_default();
    extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_template_is_none() {
        for taken in ["home.html", "a.b/home.txt", "home", "feed.xml.tera"] {
            assert!(ContentKind::Template.takes(taken), "{taken}");
        }
        for left in ["home.html.bak", "home.html.ORIG", "a/b.html.swp"] {
            assert!(!ContentKind::Template.takes(left), "{left}");
        }
    }
}
