//! What docs/deploying.md says, and how it becomes what a test can run.

use std::path::Path;

/// A block of code of docs/deploying.md, in which addresses, ports and folders can be replaced.
#[derive(Clone, Debug)]
pub(crate) struct Block(String);

/// The one block of a language that has this line.
#[track_caller]
pub(crate) fn block(language: &str, line: &str) -> Block {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/deploying.md");
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("\n```") {
        let (head, after) = after.split_once('\n').expect("a fence ends its line");
        let (body, after) = after.split_once("```").expect("a block ends");
        if head == language && body.lines().any(|other| other == line) {
            found.push(Block(body.to_owned()));
        }
        rest = after;
    }
    assert_eq!(found.len(), 1, "blocks of {language} with `{line}`");
    found.remove(0)
}

impl Block {
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Replaces a text, which must be there this many times.
    #[track_caller]
    pub(crate) fn put(mut self, times: usize, old: &str, new: &str) -> Self {
        let found = self.0.matches(old).count();
        assert_eq!(found, times, "`{old}` in\n{}", self.0);
        self.0 = self.0.replace(old, new);
        self
    }

    /// Replaces a folder, which must be there this many times.
    #[track_caller]
    pub(crate) fn put_folder(self, times: usize, old: &str, new: &Path) -> Self {
        self.put(times, old, new.to_str().expect("the path is UTF-8"))
    }

    /// The value of a key of a systemd unit, which has it once.
    #[track_caller]
    pub(crate) fn unit_value(&self, key: &str) -> &str {
        let prefix = format!("{key}=");
        let mut values = self.0.lines().filter_map(|l| l.strip_prefix(&*prefix));
        let value = values.next().unwrap_or_else(|| panic!("no {key}"));
        assert_eq!(values.next(), None, "a second {key}");
        value
    }
}
