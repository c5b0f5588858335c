//! Values where escaping is not enough: in a value without quotes, where an address begins, and in
//! scripts and style sheets.

use super::elements;
use super::levels::Levels;
use super::state::{Language, Mode, State};
use super::value::{self, Known, Variables};
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::Expr;
use crate::text::Place;

/// A value, and what it stands in.
pub(super) struct InContext<'c> {
    pub(super) state: &'c State,
    pub(super) expr: &'c Expr,
    /// What stands between `{{` and `}}`.
    pub(super) text: &'c str,
    pub(super) place: Place,
    pub(super) variables: &'c Variables,
    /// Whether a message has placeholders.
    pub(super) has_placeholders: bool,
}

impl InContext<'_> {
    /// What is wrong with it.
    pub(super) fn check(&self, levels: &Levels) -> Option<Diagnostic> {
        let known = value::known(self.expr, self.variables);
        match &self.state.mode {
            Mode::BeforeValue | Mode::Unquoted => self.unquoted(levels, known),
            Mode::Quoted(quote) => self.quoted(levels, known, *quote),
            Mode::Raw(raw) => match raw.language {
                Language::Script => self.script(levels, known),
                Language::Style => self.style(levels, known),
                Language::Other => None,
            },
            _ => None,
        }
    }

    fn mistake(
        &self,
        levels: &Levels,
        class: &'static str,
        message: String,
        help: String,
    ) -> Option<Diagnostic> {
        let mistake = levels.mistake(class, self.place.clone(), message)?;
        Some(mistake.with_help(help))
    }

    fn attribute(&self) -> Option<(&str, &str)> {
        let tag = self.state.tag.as_deref()?;
        let pending = tag.pending.as_ref()?;
        Some((tag.known_name().unwrap_or_default(), pending.known_name()?))
    }

    fn is_at_start(&self) -> bool {
        let tag = self.state.tag.as_deref();
        let pending = tag.and_then(|tag| tag.pending.as_ref());
        pending.is_none_or(super::state::Pending::is_at_start)
    }

    fn unquoted(&self, levels: &Levels, known: Known) -> Option<Diagnostic> {
        // A literal is what it is, and an address has no space.
        if matches!(
            known,
            Known::Number | Known::Literal | Known::Url | Known::Vouched | Known::SafeUrl
        ) {
            return None;
        }
        let name = self.attribute().map_or("…", |(_, name)| name);
        self.mistake(
            levels,
            "unquoted-value",
            format!(
                "the value of `{name}` has no quotes, so a space in it begins another attribute"
            ),
            format!("write `{name}=\"{{{{ {} }}}}\"`", self.text),
        )
    }

    fn quoted(&self, levels: &Levels, known: Known, quote: u8) -> Option<Diagnostic> {
        let (element, name) = self.attribute()?;
        if known == Known::Json && quote == b'"' {
            return self.mistake(
                levels,
                "script-value",
                format!("the quotes of JSON end the value of `{name}`"),
                format!(
                    "write single quotes around it: `{name}='…{{{{ {} }}}}…'`",
                    self.text
                ),
            );
        }
        let is_handler = name.len() > 2 && name.starts_with("on");
        if is_handler {
            if is_fit_for_script(known, self.has_placeholders) {
                return None;
            }
            return self.mistake(
                levels,
                "script-value",
                format!("`{name}` is a script, in which escaping for HTML is undone"),
                format!(
                    "write `{}`, without quotes of its own, and single quotes around the whole: \
                     `{name}='…'`; or keep the value in a `data-…` attribute",
                    json(self.text)
                ),
            );
        }
        if elements::runs_url(element, name)
            && self.is_at_start()
            && value::may_run(self.expr, self.variables)
        {
            return self.mistake(
                levels,
                "unsafe-url",
                format!("`{name}` begins with a value, which may be `javascript:…`"),
                format!(
                    "write `{{{{ {}|safe_url }}}}`, or the route's name: `{{{{ \"name\"|url }}}}`",
                    operand(self.text)
                ),
            );
        }
        None
    }

    fn script(&self, levels: &Levels, known: Known) -> Option<Diagnostic> {
        if known == Known::Json {
            let is_in_quotes = matches!(self.state.last, b'"' | b'\'' | b'`');
            return match is_in_quotes {
                true => self.mistake(
                    levels,
                    "script-value",
                    String::from("`json` writes the quotes of a text itself"),
                    String::from("remove those around it"),
                ),
                false => None,
            };
        }
        if is_fit_for_script(known, self.has_placeholders) {
            return None;
        }
        self.mistake(
            levels,
            "script-value",
            String::from(
                "in a `<script>` nothing is escaped for HTML, so this value is not what it was",
            ),
            format!("write `{}`, without quotes around it", json(self.text)),
        )
    }

    fn style(&self, levels: &Levels, known: Known) -> Option<Diagnostic> {
        if matches!(
            known,
            Known::Number
                | Known::Literal
                | Known::Url
                | Known::Vouched
                | Known::Css
                | Known::SafeUrl
        ) {
            return None;
        }
        self.mistake(
            levels,
            "style-value",
            String::from(
                "in a `<style>` this value may be any CSS, and escaping for HTML is not undone",
            ),
            format!(
                "write `{{{{ {}|css_string }}}}` for a text, such as a name of a font, or \
                 `{{{{ {}|float }}}}` for a number",
                operand(self.text),
                operand(self.text)
            ),
        )
    }
}

fn is_fit_for_script(known: Known, has_placeholders: bool) -> bool {
    match known {
        Known::Number | Known::Literal | Known::Url | Known::Vouched | Known::Json => true,
        Known::Message => !has_placeholders,
        Known::Css | Known::SafeUrl | Known::Text => false,
    }
}

fn json(text: &str) -> String {
    format!("{{{{ {}|json }}}}", operand(text))
}

/// An expression that a filter can be written behind.
fn operand(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_.|?[]()=\"'-".contains(c);
    match text.chars().all(is_plain) || text.starts_with('(') && text.ends_with(')') {
        true => text.to_owned(),
        false => format!("({text})"),
    }
}
