//! The commands of an app: those that every app has, and the names of an app's own.

use crate::text::Text;
use std::fmt;

/// The commands that every app has.
pub const BUILT_IN: [&str; 7] = [
    "serve", "dev", "routes", "check", "settings", "schema", "help",
];

/// A command of an app's own, as its sources tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What the command line calls it.
    pub name: Text,
    /// The documentation of its function; empty where it has none.
    pub about: Text,
}

impl Command {
    /// The first line of its documentation.
    #[must_use]
    pub fn summary(&self) -> &str {
        self.about.lines().next().unwrap_or_default()
    }
}

/// What is wrong with the name of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadName {
    /// Every app has a command of this name.
    BuiltIn,
    /// Another command of the app has this name.
    Twice,
    /// It has other characters than names have.
    Spelling,
}

impl BadName {
    /// What is wrong with a name, where the app has registered these before.
    #[must_use]
    pub fn of<'a>(name: &str, before: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let is_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        let is_name = name.bytes().all(is_byte)
            && name.starts_with(|first: char| first.is_ascii_alphanumeric());
        if !is_name {
            Some(Self::Spelling)
        } else if BUILT_IN.contains(&name) {
            Some(Self::BuiltIn)
        } else {
            let mut before = before.into_iter();
            before.any(|known| known == name).then_some(Self::Twice)
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn message(self, name: &str) -> String {
        match self {
            Self::BuiltIn => format!("every app has a command `{name}`"),
            Self::Twice => format!("the command `{name}` is registered twice"),
            Self::Spelling => format!("`{name}` is not a name of a command"),
        }
    }

    /// What to do.
    #[must_use]
    pub fn help(self, name: &str) -> String {
        match self {
            Self::BuiltIn => format!("call it otherwise, such as `app:{name}`"),
            Self::Twice => String::from("remove one of them, or call it otherwise"),
            Self::Spelling => String::from(
                "a name has letters, digits, `:`, `-`, `_` and `.`, and begins with a letter or a digit, \
                 such as `user:add`",
            ),
        }
    }
}

/// A name that cannot be that of a command, for who starts the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCommand<'a>(pub BadName, pub &'a str);

impl fmt::Display for BadCommand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bad, name) = self;
        write!(f, "{}: {}", bad.message(name), bad.help(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["user:add", "seed", "db.migrate-all", "v2:x_y"] {
            assert_eq!(BadName::of(good, ["other"]), None, "{good}");
        }
        for bad in [
            "", " ", "add user", "-x", "--x", "/x", ":x", "añadir", "a=b",
        ] {
            assert_eq!(BadName::of(bad, []), Some(BadName::Spelling), "{bad}");
        }
        for built_in in BUILT_IN {
            assert_eq!(BadName::of(built_in, []), Some(BadName::BuiltIn));
        }
        assert_eq!(BadName::of("a", ["b", "a"]), Some(BadName::Twice));
        assert_eq!(
            BadCommand(BadName::BuiltIn, "serve").to_string(),
            "every app has a command `serve`: call it otherwise, such as `app:serve`"
        );
    }
}
