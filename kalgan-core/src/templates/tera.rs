//! What Tera says about templates, as diagnostics.

use super::builtin::{CallKind, FILTERS, FUNCTIONS};
use super::file::TemplateFile;
use crate::diagnostic::Diagnostic;
use crate::stack::with_large_stack;
use crate::text::{SourceFile, Span};
use std::sync::Arc;
use tera::{ErrorKind, Kwargs, ReportError, State, Tera, Value};

/// Finds a syntax error in one template, whatever it refers to.
#[must_use]
pub fn check_syntax(template: &TemplateFile) -> Option<Diagnostic> {
    let error = with_large_stack(|| {
        Tera::new()
            .add_raw_template(&template.name, template.file.text())
            .err()
    })?;
    match error.kind() {
        ErrorKind::SyntaxError(report) => Some(at_report(report, &template.file)),
        // What it refers to is looked at when the others are there.
        _ => None,
    }
}

/// What Tera says of a whole set, with names that are `registered` beside the built-in ones. It
/// stops at its first mistake of some kinds, and its words are its own, so it is asked last.
#[must_use]
pub fn judge<'a>(
    templates: &[TemplateFile],
    registered: impl IntoIterator<Item = (CallKind, &'a str)>,
) -> Vec<Diagnostic> {
    let own = FILTERS
        .iter()
        .map(|name| (CallKind::Filter, *name))
        .chain(FUNCTIONS.iter().map(|name| (CallKind::Function, *name)));
    let mut tera = Tera::new();
    for (kind, name) in registered.into_iter().chain(own) {
        let name = name.to_owned();
        match kind {
            CallKind::Filter => {
                tera.register_filter(name, |_: &Value, _: Kwargs, _: &State| String::new());
            }
            CallKind::Test => {
                tera.register_test(name, |_: &Value, _: Kwargs, _: &State| true);
            }
            CallKind::Function => {
                tera.register_function(name, |_: Kwargs, _: &State| String::new());
            }
        }
    }
    let Err(error) = add(&mut tera, templates) else {
        return Vec::new();
    };
    let find = |name: &str| {
        templates
            .iter()
            .find(|template| template.name == name)
            .map(|template| Arc::clone(&template.file))
    };
    diagnose(&error, &find)
}

/// Gives templates to a Tera, whatever the stack of this thread: a parser that goes down with what
/// it reads takes several MiB for what Tera's limits allow, where it is not optimised.
///
/// # Errors
/// What Tera says of them.
pub fn add<'a>(
    tera: &mut Tera,
    templates: impl IntoIterator<Item = &'a TemplateFile>,
) -> Result<(), tera::Error> {
    let texts: Vec<(&str, &str)> = templates
        .into_iter()
        .map(|template| (template.name.as_ref(), template.file.text()))
        .collect();
    with_large_stack(|| tera.add_raw_templates(texts.iter().copied()))
}

/// The filters, tests and functions that a Tera knows. Tera has no list of them to look into, so a
/// template that uses a name is tried, in a Tera without the others.
#[derive(Debug)]
pub struct KnownNames(Tera);

impl KnownNames {
    /// What this Tera knows.
    #[must_use]
    pub fn of(tera: &Tera) -> Self {
        let mut names = Tera::new();
        names.register_from(tera);
        Self(names)
    }

    /// Whether it knows this name.
    pub fn has(&mut self, kind: CallKind, name: &str) -> bool {
        let text = match kind {
            CallKind::Filter => format!("{{{{ 0 | {name} }}}}"),
            CallKind::Test => format!("{{{{ 0 is {name} }}}}"),
            CallKind::Function => format!("{{{{ {name}() }}}}"),
        };
        self.0.add_raw_template("__kalgan", &text).is_ok()
    }
}

/// What Tera says, as diagnostics with the template's place.
#[must_use]
pub fn diagnose(
    error: &tera::Error,
    find: &dyn Fn(&str) -> Option<Arc<SourceFile>>,
) -> Vec<Diagnostic> {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let diagnostic = match find(report.filename()) {
                Some(file) => at_report(report, &file),
                None => Diagnostic::general(error.to_string()),
            };
            let code = match error.kind() {
                ErrorKind::SyntaxError(_) => "template-syntax",
                _ => "template-error",
            };
            vec![diagnostic.with_code(code).with_optional_help(causes(error))]
        }
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("there is no template `{parent}` to extend");
            vec![
                at_name(current, parent, message, find)
                    .with_code("unknown-template")
                    .with_help(
                        "the name is the path below the folder of templates, such as `base.html`",
                    ),
            ]
        }
        ErrorKind::CircularExtend {
            tpl,
            inheritance_chain,
        } => {
            let parent = inheritance_chain
                .first()
                .map_or(tpl.as_str(), String::as_str);
            let message = format!("the template `{tpl}` extends itself in the end");
            vec![
                at_name(tpl, parent, message, find)
                    .with_code("template-circle")
                    .with_help(format!("the chain is {}", inheritance_chain.join(" → "))),
            ]
        }
        ErrorKind::CircularInclude { tpl, include_chain } => {
            let next = include_chain.get(1).map_or(tpl.as_str(), String::as_str);
            let message = format!("the template `{tpl}` includes itself in the end");
            vec![
                at_name(tpl, next, message, find)
                    .with_code("template-circle")
                    .with_help(format!("the chain is {}", include_chain.join(" → "))),
            ]
        }
        ErrorKind::Msg(message) => {
            let all: Vec<Diagnostic> = reports(message)
                .filter_map(|report| report.diagnostic(find))
                .collect();
            if all.is_empty() {
                vec![
                    Diagnostic::general(message.clone())
                        .with_code("template-error")
                        .with_optional_help(causes(error)),
                ]
            } else {
                all
            }
        }
        other => vec![Diagnostic::general(other.to_string()).with_code("template-error")],
    }
}

/// The chain of causes of an error, on one line.
fn causes(error: &tera::Error) -> Option<String> {
    let mut texts = Vec::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        texts.push(cause.to_string());
        source = cause.source();
    }
    (!texts.is_empty()).then(|| texts.join(": "))
}

fn at_report(report: &ReportError, file: &Arc<SourceFile>) -> Diagnostic {
    let range = &report.span().range;
    Diagnostic::error(
        file,
        Span::new(range.start, range.end),
        report.message().to_owned(),
    )
}

/// At the quoted name that a template refers to; Tera does not tell its place.
fn at_name(
    template: &str,
    referred: &str,
    message: String,
    find: &dyn Fn(&str) -> Option<Arc<SourceFile>>,
) -> Diagnostic {
    let Some(file) = find(template) else {
        return Diagnostic::general(message);
    };
    let span = ['"', '\'', '`']
        .into_iter()
        .find_map(|quote| {
            let at = file.text().find(&format!("{quote}{referred}{quote}"))?;
            Some(Span::new(at, at + referred.len() + 2))
        })
        .unwrap_or_default();
    Diagnostic::error(&file, span, message)
}

/// One of the reports that Tera joins into the text of an error on the whole set.
struct Report<'a> {
    message: &'a str,
    name: &'a str,
    line: usize,
    column: usize,
    width: usize,
}

impl Report<'_> {
    fn diagnostic(&self, find: &dyn Fn(&str) -> Option<Arc<SourceFile>>) -> Option<Diagnostic> {
        let file = find(self.name)?;
        let start = file.line_start(self.line);
        let at = |column: usize| {
            file.line(self.line)
                .char_indices()
                .nth(column)
                .map_or(start + file.line(self.line).len(), |(at, _)| start + at)
        };
        let span = Span::new(at(self.column - 1), at(self.column - 1 + self.width));
        Some(Diagnostic::error(&file, span, self.message).with_code("template-error"))
    }
}

fn reports(text: &str) -> impl Iterator<Item = Report<'_>> {
    text.split("\n\n").filter_map(|report| {
        let mut lines = report.lines();
        let message = lines.next()?.strip_prefix("error: ")?;
        let place = lines.next()?.trim_start().strip_prefix("--> ")?;
        let mut parts = place.rsplitn(3, ':');
        let column = parts.next()?.parse().ok().filter(|column| *column > 0)?;
        let line = parts.next()?.parse().ok()?;
        let name = parts.next()?;
        let width = lines.last().map_or(1, |mark| mark.matches('^').count());
        Some(Report {
            message,
            name,
            line,
            column,
            width: width.max(1),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(name: &'static str, text: &'static str) -> TemplateFile {
        TemplateFile {
            name: name.into(),
            file: Arc::new(SourceFile::new(format!("template/{name}"), text)),
        }
    }

    #[test]
    fn names_are_known_whatever_was_asked_before() {
        let mut tera = Tera::new();
        tera.register_filter("shout", |_: &Value, _: Kwargs, _: &State| String::new());
        let mut known = KnownNames::of(&tera);
        for _ in 0..2 {
            assert!(!known.has(CallKind::Filter, "whisper"));
            assert!(known.has(CallKind::Filter, "shout"));
            assert!(!known.has(CallKind::Test, "shout"));
            assert!(known.has(CallKind::Test, "odd"));
            assert!(known.has(CallKind::Function, "range"));
        }
    }

    #[test]
    fn no_stack_is_too_small_for_what_tera_reads() {
        // Tags and brackets at their deepest.
        let deep = |end: &str| {
            let expression = format!("{}[[b[c[d[e]]]]]{}", "f(a=".repeat(34), ")".repeat(34));
            let (open, close) = ("{% filter upper %}", "{% endfilter %}");
            let (open, close) = (open.repeat(39), close.repeat(39));
            let text = format!("{open}{{{{ {expression} }}}}{close}{end}");
            TemplateFile {
                name: "a.html".into(),
                file: Arc::new(SourceFile::new("template/a.html", text)),
            }
        };
        let found = std::thread::Builder::new()
            .stack_size(1 << 20)
            .spawn(move || {
                let judged = judge(&[deep("")], [(CallKind::Function, "f")]);
                (judged, check_syntax(&deep("{{ x")))
            })
            .unwrap()
            .join()
            .unwrap();
        assert!(found.1.is_some());
        assert_eq!(found.0, []);
    }

    #[test]
    fn a_syntax_error_has_its_place() {
        let broken = template("a.html", "<p>\n  日本 {{ name </p>\n");
        let diagnostic = check_syntax(&broken).unwrap();
        assert!(
            diagnostic.to_string().starts_with("template/a.html:2:"),
            "{diagnostic}"
        );
        assert_eq!(
            check_syntax(&template("b.html", "{% include \"x\" %}{{ a | mine }}")),
            None
        );
    }
}
