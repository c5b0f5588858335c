//! The regex engine, for what is no mere check of characters. It is reached by [`REGEX`] alone, so
//! that an app whose macros do not name that does not link it.

use regex::Regex;
use std::fmt;
use std::sync::OnceLock;

/// A regular expression for the whole of a text.
pub trait Expression: fmt::Debug + Send + Sync {
    /// Whether a text fits.
    fn is_match(&self, text: &str) -> bool;

    /// Whether a text fits; takes what its groups `p0`, `p1` and so on have, this many.
    fn groups<'a>(&self, text: &'a str, count: usize, take: &mut dyn FnMut(&'a str)) -> bool;
}

/// Compiles a regular expression; `None` for what is none.
pub type Compile = fn(&str) -> Option<Box<dyn Expression>>;

/// The regex engine.
pub const REGEX: Compile = compile;

fn compile(pattern: &str) -> Option<Box<dyn Expression>> {
    Some(Box::new(Regex::new(pattern).ok()?))
}

impl Expression for Regex {
    fn is_match(&self, text: &str) -> bool {
        Regex::is_match(self, text)
    }

    fn groups<'a>(&self, text: &'a str, count: usize, take: &mut dyn FnMut(&'a str)) -> bool {
        let Some(captures) = self.captures(text) else {
            return false;
        };
        for at in 0..count {
            let group = captures.name(&format!("p{at}"));
            take(group.map_or("", |found| found.as_str()));
        }
        true
    }
}

/// An expression that is compiled when it is first needed. Nothing fits one that is none, or that
/// has no engine; the checks of a site find the first, and the macros name the engine for the second.
pub(crate) struct Lazy {
    pattern: String,
    compile: Option<Compile>,
    compiled: OnceLock<Option<Box<dyn Expression>>>,
}

impl Lazy {
    pub(crate) fn new(pattern: String, compile: Option<Compile>) -> Self {
        Self {
            pattern,
            compile,
            compiled: OnceLock::new(),
        }
    }

    pub(crate) fn pattern(&self) -> &str {
        &self.pattern
    }

    pub(crate) fn get(&self) -> Option<&dyn Expression> {
        let compiled = self
            .compiled
            .get_or_init(|| self.compile.and_then(|compile| compile(&self.pattern)));
        compiled.as_deref()
    }
}

impl fmt::Debug for Lazy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pattern)
    }
}
