//! The templates of an app: their files, and what Tera says about them.

use crate::diagnostic::Diagnostic;
use crate::routes::Text;
use crate::text::{SourceFile, Span};
use std::collections::BTreeSet;
use std::sync::Arc;
use tera::{ErrorKind, Kwargs, ReportError, State, Tera, Value};

/// A template's name, as `render!` and `{% extends %}` give it, and its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFile {
    /// The path below the folder of templates.
    pub name: Text,
    /// The file.
    pub file: Arc<SourceFile>,
}

/// The filters that Kalgan adds.
pub const FILTERS: [&str; 3] = ["asset", "trans", "url"];
/// The functions that Kalgan adds.
pub const FUNCTIONS: [&str; 4] = ["asset", "csrf_token", "trans", "url"];

/// Finds a syntax error in one template, whatever it refers to.
#[must_use]
pub fn check_syntax(template: &TemplateFile) -> Option<Diagnostic> {
    let mut tera = Tera::new();
    let error = tera
        .add_raw_template(&template.name, template.file.text())
        .err()?;
    match error.kind() {
        ErrorKind::SyntaxError(report) => Some(at_report(report, &template.file)),
        // What it refers to is looked at when the others are there.
        _ => None,
    }
}

/// Finds what is wrong between templates whose syntax is right: a parent, a block, an include or a
/// component that is not there, or a circle of them. Names of filters, tests and functions are not
/// looked at, since an app registers more of them when it starts.
#[must_use]
pub fn check_set(templates: &[TemplateFile]) -> Vec<Diagnostic> {
    let mut set = TemplateCheck {
        templates: templates.iter().collect(),
        unknown: FILTERS
            .iter()
            .map(|name| (Registered::Filter, String::from(*name)))
            .chain(
                FUNCTIONS
                    .iter()
                    .map(|name| (Registered::Function, String::from(*name))),
            )
            .collect(),
        removed: BTreeSet::new(),
        diagnostics: Vec::new(),
    };
    while set.step() {}
    set.diagnostics
}

/// As [`check_set`], where some templates were left out because of their syntax: whoever refers to
/// those is not at fault.
#[must_use]
pub fn check_set_without(templates: &[TemplateFile], broken: &[&str]) -> Vec<Diagnostic> {
    let mut diagnostics = check_set(templates);
    let refers_to_broken = |diagnostic: &Diagnostic| {
        broken
            .iter()
            .any(|name| diagnostic.message.contains(&format!("`{name}`")))
    };
    if !broken.is_empty() {
        // A component of a broken file is unknown, too.
        diagnostics.retain(|diagnostic| {
            !refers_to_broken(diagnostic) && !diagnostic.message.starts_with("Unknown component")
        });
    }
    diagnostics
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Registered {
    Filter,
    Test,
    Function,
}

struct TemplateCheck<'a> {
    templates: Vec<&'a TemplateFile>,
    unknown: BTreeSet<(Registered, String)>,
    removed: BTreeSet<String>,
    diagnostics: Vec<Diagnostic>,
}

impl TemplateCheck<'_> {
    /// Loads the set once; whether another look is worth it.
    fn step(&mut self) -> bool {
        let mut tera = Tera::new();
        for (kind, name) in &self.unknown {
            let name = name.clone();
            match kind {
                Registered::Filter => {
                    tera.register_filter(name, |_: &Value, _: Kwargs, _: &State| String::new());
                }
                Registered::Test => {
                    tera.register_test(name, |_: &Value, _: Kwargs, _: &State| true);
                }
                Registered::Function => {
                    tera.register_function(name, |_: Kwargs, _: &State| String::new());
                }
            }
        }
        let all = self
            .templates
            .iter()
            .map(|template| (template.name.as_ref(), template.file.text()));
        let Err(error) = tera.add_raw_templates(all) else {
            return false;
        };
        if let ErrorKind::Msg(message) = error.kind() {
            let before = self.unknown.len();
            self.unknown
                .extend(reports(message).filter_map(|report| unknown_name(report.message)));
            if self.unknown.len() > before {
                return true;
            }
        }
        let templates = &self.templates;
        let find = |name: &str| {
            templates
                .iter()
                .find(|template| template.name == name)
                .map(|template| Arc::clone(&template.file))
        };
        let found = diagnose(&error, &find);
        // One error hides those behind it, so the template at fault is taken out for the next look.
        let (at_fault, parent) = match error.kind() {
            ErrorKind::MissingParent { current, parent } => (current.clone(), Some(parent)),
            ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
                (tpl.clone(), None)
            }
            _ => {
                let removed = &self.removed;
                self.diagnostics
                    .extend(found.into_iter().filter(|diagnostic| {
                        // What includes one that was taken out is not at fault itself.
                        !diagnostic
                            .message
                            .strip_prefix("Unknown template `")
                            .and_then(|rest| rest.strip_suffix('`'))
                            .is_some_and(|name| removed.contains(name))
                    }));
                return false;
            }
        };
        // The child of one that was taken out is not at fault itself.
        if parent.is_none_or(|parent| !self.removed.contains(parent)) {
            self.diagnostics.extend(found);
        }
        let before = self.templates.len();
        self.templates
            .retain(|template| template.name != at_fault.as_str());
        let shrunk = self.templates.len() < before;
        self.removed.insert(at_fault);
        shrunk
    }
}

fn unknown_name(message: &str) -> Option<(Registered, String)> {
    let kinds = [
        ("Unknown filter `", Registered::Filter),
        ("Unknown test `", Registered::Test),
        ("Unknown function `", Registered::Function),
    ];
    kinds.iter().find_map(|(prefix, kind)| {
        let name = message.strip_prefix(prefix)?.strip_suffix('`')?;
        Some((*kind, name.to_owned()))
    })
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
            vec![diagnostic.with_optional_help(causes(error))]
        }
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("there is no template `{parent}` to extend");
            vec![at_name(current, parent, message, find).with_help(
                "the name is the path below the folder of templates, such as `base.html`",
            )]
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
                    .with_help(format!("the chain is {}", inheritance_chain.join(" → "))),
            ]
        }
        ErrorKind::CircularInclude { tpl, include_chain } => {
            let next = include_chain.get(1).map_or(tpl.as_str(), String::as_str);
            let message = format!("the template `{tpl}` includes itself in the end");
            vec![
                at_name(tpl, next, message, find)
                    .with_help(format!("the chain is {}", include_chain.join(" → "))),
            ]
        }
        ErrorKind::Msg(message) => {
            let all: Vec<Diagnostic> = reports(message)
                .filter_map(|report| report.diagnostic(find))
                .collect();
            if all.is_empty() {
                vec![Diagnostic::general(message.clone()).with_optional_help(causes(error))]
            } else {
                all
            }
        }
        other => vec![Diagnostic::general(other.to_string())],
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
        Some(Diagnostic::error(&file, span, self.message))
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

    fn texts(diagnostics: &[Diagnostic]) -> Vec<String> {
        diagnostics.iter().map(ToString::to_string).collect()
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

    #[test]
    fn all_mistakes_between_templates() {
        let set = [
            template("base.html", "{% block a %}{% endblock %}"),
            template(
                "ok.html",
                "{% extends \"base.html\" %}{% block a %}{{ x|mine(y=1)|url }}{% endblock %}",
            ),
            template("parent.html", "{% extends \"bsae.html\" %}"),
            template("child.html", "{% extends \"parent.html\" %}"),
            template("other.html", "\n{% extends 'gone.html' %}"),
            template("loop.html", "{% include \"loop2.html\" %}"),
            template("loop2.html", "{% include \"loop.html\" %}"),
            template(
                "block.html",
                "{% extends \"base.html\" %}\n{% block nope %}{% endblock %}",
            ),
            template("include.html", "é {% include \"gone.html\" %}"),
        ];
        let all = texts(&check_set(&set));
        assert_eq!(all.len(), 5, "{all:#?}");
        assert!(
            all.iter().any(|d| d.starts_with(
                "template/parent.html:1:12: error: there is no template `bsae.html` to extend"
            )),
            "{all:#?}"
        );
        assert!(
            all.iter()
                .any(|d| d.starts_with("template/other.html:2:12: error:"))
        );
        assert!(all.iter().any(|d| d.contains("includes itself in the end")));
        assert!(
            all.iter().any(|d| d.starts_with("template/block.html:2:")
                && d.contains("Block `nope` is not defined in any parent template")),
            "{all:#?}"
        );
        assert!(
            all.iter().any(|d| d.starts_with("template/include.html:1:")
                && d.contains("Unknown template `gone.html`")),
            "{all:#?}"
        );
    }

    #[test]
    fn a_good_set_has_no_mistakes() {
        let set = [
            template(
                "base.html",
                "{{ \"a\"|trans }}{{ asset(path=\"/x\") }}{% block a %}{% endblock %}",
            ),
            template(
                "ok.html",
                "{% extends \"base.html\" %}{% block a %}{% if x is mine %}{{ f() }}{% endif %}{% endblock %}",
            ),
        ];
        assert_eq!(texts(&check_set(&set)), [""; 0]);
    }

    #[test]
    fn whoever_refers_to_a_broken_template_is_not_at_fault() {
        let child = template(
            "child.html",
            "{% extends \"broken.html\" %}{% block a %}{% endblock %}",
        );
        assert_eq!(
            texts(&check_set_without(&[child], &["broken.html"])),
            [""; 0]
        );
    }
}
