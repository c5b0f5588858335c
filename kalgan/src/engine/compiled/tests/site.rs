//! A site in some languages: its messages, and routes and files that are what they are called.

use super::super::{Folded, Given, Names};
use crate::intl::Lazy;
use kalgan_core::messages::merge::{ByLanguage, merge};
use kalgan_core::messages::{Catalogue, Message, parse};
use kalgan_core::text::SourceFile;
use std::cell::Cell;
use std::sync::{Arc, LazyLock};
use tera::Value;

/// The languages of the site. Arabic has numbers of its own there, and Polish many forms.
pub(super) const LANGUAGES: [&str; 4] = ["en", "ar-EG", "es", "pl"];

const ENGLISH: &str = r#"
a: "en:<a>"
c: { d: "en:<c.d>" }
name: "Hi <{t}> & {n}"
both: "{t}{t}, {n|number} of {n|number(digits=2)}"
items: { plural: n, 0: "No <b>", one: "{n} item", 7: "seven {t}", other: "{n} items of {t}" }
place: { ordinal: n, one: "{n}st", two: "{n}nd", few: "{n}rd", other: "{n}th" }
kind: { select: t, x: "an <x> {n}", true: "{t}!", other: "other {t}" }
when: "on {n|date(long)}"
english: "{t} in English, {n|number}"
"#;
const SPANISH: &str = r#"
a: "es:<a>"
c: { d: "es:<c.d>" }
name: "Hola {n} <{t}>"
both: "{n|number} {n|number(digits=2)} {t}"
items: { plural: n, one: "un {t}", other: "{n} cosas" }
place: "{n}.º"
kind: { select: t, other: "otro {t} {n}", "<b>": "{t}" }
when: "el {n|date(long)}"
"#;
const POLISH: &str = r#"
a: "pl:<a>"
c: { d: "pl:<c.d>" }
name: "{t}{n}"
both: "{t} {n|number} {n|number(digits=2)}"
items: { plural: n, one: "jeden {t}", few: "{n} few", many: "{n} many", other: "{n} other {t}" }
place: "{n}."
kind: { select: t, other: "{t} {n}" }
when: "{n|date(long)}"
"#;
const ARABIC: &str = r#"
a: "ar:<a>"
c: { d: "ar:<c.d>" }
name: "{t} {n}"
both: "{n|number} {t} {n|number(digits=2)}"
items: { plural: n, zero: "0", one: "1 {t}", two: "2", few: "{n} few", many: "{n} many", other: "{n} other" }
place: "{n}"
kind: { select: t, other: "{n}{t}" }
when: "{n|date(long)} <"
"#;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let texts = [ENGLISH, ARABIC, SPANISH, POLISH];
    let files: Vec<_> = LANGUAGES
        .into_iter()
        .zip(texts)
        .map(|(code, text)| {
            let parsed = parse(&Arc::new(SourceFile::new(code, text.to_owned())));
            assert_eq!(parsed.diagnostics, [], "{code}");
            (code, parsed)
        })
        .collect();
    let files: ByLanguage<'_> = files
        .iter()
        .map(|(code, file)| (*code, vec![file]))
        .collect();
    Catalogue {
        languages: merge(&files, "en").languages().into(),
        default: "en".into(),
    }
});

thread_local! {
    /// The language of the request.
    static LANGUAGE: Cell<usize> = const { Cell::new(0) };
}

/// Runs code as part of a request in this language.
pub(super) fn in_language<T>(language: usize, run: impl FnOnce() -> T) -> T {
    let before = LANGUAGE.replace(language);
    let result = run();
    LANGUAGE.set(before);
    result
}

pub(super) struct Site;

impl Names for Site {
    fn message(&self, language: Option<&str>, key: &str, values: &[Given<'_>]) -> Option<String> {
        let language = language.unwrap_or(LANGUAGES[LANGUAGE.get()]);
        let found = CATALOGUE.find(language, key).ok()?;
        let value = |name: &str| {
            let found = values.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value)
        };
        let text = found.message.format(&Lazy::new(found.language), value);
        text.ok()
    }

    fn url(&self, name: &str, values: &[Given<'_>], query: Option<&Value>) -> Option<String> {
        let mut url = format!("/{name}&");
        for (name, value) in values {
            url.push_str(&format!("/{name}={value}"));
        }
        if let Some(query) = query {
            url.push_str(&format!("?{query}"));
        }
        Some(url)
    }

    fn asset(&self, path: &str) -> Option<String> {
        Some(format!("/static/{path}?<1>"))
    }
}

impl Folded for Site {
    fn languages(&self) -> usize {
        LANGUAGES.len()
    }

    fn message(&self, language: usize, key: &str) -> Option<(&Message, &str)> {
        let found = CATALOGUE.find(LANGUAGES[language], key).ok()?;
        Some((found.message, found.language))
    }

    fn url(&self, _: usize, name: &str, values: &[Given<'_>]) -> Option<String> {
        Names::url(self, name, values, None)
    }

    fn asset(&self, path: &str) -> Option<String> {
        Names::asset(self, path)
    }
}
