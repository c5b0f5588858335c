//! The one obvious repair of a mistake: the name that was meant, in the place of the one that is there.

use super::Diagnostic;
use crate::suggest::nearest;
use crate::text::Span;

/// A repair of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The part that is replaced.
    pub span: Span,
    /// What takes its place.
    pub new: String,
}

impl Diagnostic {
    /// The repair, where the help has one name and the mistake stands on a name that is nearly that.
    #[must_use]
    pub fn fix(&self) -> Option<Fix> {
        let place = self.place.as_ref()?;
        // What is meant in Rust is for the compiler's users to write.
        if place.file.path().ends_with(".rs") {
            return None;
        }
        let meant = self.help.as_deref()?.strip_prefix("did you mean `")?;
        let meant = meant
            .strip_suffix("`?")
            .filter(|meant| !meant.contains('`'))?;
        let text = place.file.slice(place.span);
        let quote = text
            .chars()
            .next()
            .filter(|first| matches!(first, '"' | '\'' | '`'));
        let inner = match quote {
            Some(quote) => text.strip_prefix(quote)?.strip_suffix(quote)?,
            None => text,
        };
        nearest(inner, [meant])?;
        let start = place.span.start + quote.map_or(0, char::len_utf8);
        Some(Fix {
            span: Span::new(start, start + inner.len()),
            new: meant.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Place, SourceFile};
    use std::sync::Arc;

    fn fixed(path: &str, text: &str, part: &str, help: &str) -> Option<String> {
        let file = Arc::new(SourceFile::new(path.to_owned(), text.to_owned()));
        let start = text.find(part).unwrap();
        let place = Place::new(file, Span::new(start, start + part.len()));
        let diagnostic = Diagnostic::error_at(place, "x").with_help(help.to_owned());
        let Fix { span, new } = diagnostic.fix()?;
        Some(format!("{}{new}{}", &text[..span.start], &text[span.end..]))
    }

    #[test]
    fn the_name_that_was_meant() {
        for (text, part, help, expected) in [
            (
                "{{ \"hoem\"|url }}",
                "\"hoem\"",
                "did you mean `home`?",
                Some("{{ \"home\"|url }}"),
            ),
            (
                "{{ user.nmae }}",
                "nmae",
                "did you mean `name`?",
                Some("{{ user.name }}"),
            ),
            (
                "a: Hola {nmae}",
                "{nmae}",
                "did you mean `{name}`?",
                Some("a: Hola {name}"),
            ),
            ("a: hoem", "hoem", "did you mean `home`?", Some("a: home")),
            // Another part, several names, another kind of help.
            (
                "{{ a|trans(x=1) }}",
                "a|trans",
                "did you mean `name`?",
                None,
            ),
            ("a: hoem", "hoem", "there are `home` and `dome`", None),
            (
                "a: hoem",
                "hoem",
                "did you mean `home`? It is `home`?",
                None,
            ),
        ] {
            let found = fixed("template/a.html", text, part, help);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
        assert_eq!(
            fixed("src/a.rs", "hoem", "hoem", "did you mean `home`?"),
            None
        );
    }
}
