//! Whether what a view gives fits what its template needs.

use super::known::Known;
use crate::diagnostic::Diagnostic;
use crate::suggest::{did_you_mean, list, nearest, plural};
use crate::templates::needs::{Need, Needs, Step, Use};
use crate::templates::views::{RustFiles, Shape, StructShape, Variable, View};
use crate::templates::{PROVIDED, PROVIDED_FIELDS, Set};
use std::collections::BTreeSet;

/// How many further places a diagnostic shows.
const NOTES: usize = 4;

/// Something that does not fit.
#[derive(Debug)]
pub struct Misfit {
    /// Which part of the view is at fault.
    pub part: Part,
    /// What is wrong. The place is that of the use in the template; a variable that is given in vain
    /// has none.
    pub diagnostic: Diagnostic,
}

/// A part of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The call as a whole, which lacks these variables. The help says what to do where one of them
    /// was given under a wrong name, and else that they have to be given.
    Call {
        /// The variables; none where a field of what Kalgan provides is missing.
        missing: Vec<Box<str>>,
        /// Whether one of them seems to be misspelt.
        is_misspelt: bool,
    },
    /// A variable that the template does not use.
    Superfluous(Box<str>),
    /// A variable whose value has not what the template uses of it.
    Value(Box<str>),
}

/// Variables that templates have without a controller, besides those that Kalgan provides.
pub type Globals = BTreeSet<String>;

/// What does not fit between all views of an app and its templates: the note of each names the place
/// in Rust.
pub(super) fn check(known: &Known<'_>) -> Vec<Diagnostic> {
    let Some(rust) = known.rust else {
        return Vec::new();
    };
    let (templates, globals) = (&known.files.templates, &known.registered().variables);
    let mut diagnostics = Vec::new();
    diagnostics.extend(of_globals(templates, rust.views, rust.files));
    for view in rust.views.iter().filter(|view| !view.is_global()) {
        if let Some(needs) = templates.needs(&view.template) {
            let found = misfits(view, &needs, globals, rust.files).into_iter();
            diagnostics.extend(found.map(|misfit| view.told(misfit.diagnostic, rust.files)));
        } else if templates.entry(&view.template).is_none() {
            diagnostics.push(
                Diagnostic::error_at(
                    view.place.find(rust.files),
                    format!("there is no template `{}`", view.template),
                )
                .with_code("unknown-template")
                .with_optional_help(did_you_mean(&view.template, &templates.names())),
            );
        }
    }
    diagnostics
}

/// All that does not fit between a view and what its template needs.
#[must_use]
pub fn misfits(view: &View, needs: &Needs, globals: &Globals, files: RustFiles<'_>) -> Vec<Misfit> {
    let mut found = Vec::new();
    found.extend(missing(view, needs, globals));
    found.extend(provided(view, needs, globals));
    for variable in view.variables.iter() {
        match needs.find(&variable.name) {
            Some(need) => found.extend(values(view, variable, need, files)),
            None if needs.takes_all => {}
            None => found.push(superfluous(view, needs, variable)),
        }
    }
    found
}

/// What the templates of all views use of the variables of `App::global` and these do not have, each
/// place once.
#[must_use]
pub fn of_globals(templates: &Set, views: &[View], files: RustFiles<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let (globals, pages): (Vec<&View>, Vec<&View>) =
        views.iter().partition(|view| view.is_global());
    if globals.is_empty() {
        return found;
    }
    for page in pages {
        let Some(needs) = templates.needs(&page.template) else {
            continue;
        };
        for diagnostic in of_globals_in(page, &needs, &globals, files) {
            if found.iter().all(|known| known.place != diagnostic.place) {
                found.push(diagnostic);
            }
        }
    }
    found
}

/// What one page uses of the variables of `App::global` and these do not have. Its own variables of
/// that name win.
pub fn of_globals_in(
    page: &View,
    needs: &Needs,
    globals: &[&View],
    files: RustFiles<'_>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for global in globals {
        for variable in global.variables.iter() {
            let is_given = page.variables.iter().any(|own| own.name == variable.name);
            if let Some(need) = needs.find(&variable.name).filter(|_| !is_given) {
                let lacks = values(global, variable, need, files).into_iter();
                found.extend(lacks.map(|misfit| global.told(misfit.diagnostic, files)));
            }
        }
    }
    found
}

fn missing(view: &View, needs: &Needs, globals: &Globals) -> Option<Misfit> {
    let is_given = |name: &str| {
        PROVIDED.contains(&name)
            || globals.contains(name)
            || view.variables.iter().any(|given| given.name == name)
    };
    let missing: Vec<&Need> = needs
        .variables
        .iter()
        .filter(|need| need.is_required && !is_given(&need.name))
        .collect();
    let names: Vec<&str> = missing.iter().map(|need| &*need.name).collect();
    let (first, others) = missing.split_first()?;
    let them = if others.is_empty() { "it" } else { "them" };
    let message = format!(
        "the template `{}` needs the {} {}",
        view.template,
        plural(names.len(), "variable"),
        list(&names)
    );
    let mut diagnostic = match first.place() {
        Some(place) => Diagnostic::error_at(place.clone(), message),
        None => Diagnostic::general(message),
    }
    .with_code("missing-variable");
    for need in others.iter().take(NOTES) {
        if let Some(place) = need.place() {
            diagnostic =
                diagnostic.with_note(format!("`{}` is used here", need.name), place.clone());
        }
    }
    let given = || view.variables.iter().map(|given| given.name.as_ref());
    let spare = || given().filter(|given| needs.find(given).is_none());
    let meant = |candidates: &[&str]| {
        names.iter().find_map(|name| {
            let given = nearest(name, candidates.iter().copied())?;
            Some((*name, given.to_owned()))
        })
    };
    // Which side has misspelt it: what nobody uses is wrong in Rust.
    let in_rust = meant(&spare().collect::<Vec<_>>());
    let in_template = meant(&given().collect::<Vec<_>>());
    let help = match (&in_rust, &in_template) {
        (Some((name, given)), _) => format!("`{given}` is given: did you mean `{name}`?"),
        (None, Some((name, given))) => {
            format!("`{given}` is given: did you mean it where `{name}` stands?")
        }
        (None, None) => format!("give {them} in Rust, or take {them} out of the template"),
    };
    Some(Misfit {
        part: Part::Call {
            missing: names.iter().map(|name| Box::from(*name)).collect(),
            is_misspelt: in_template.is_some(),
        },
        diagnostic: diagnostic.with_help(help),
    })
}

/// Fields that the variables that Kalgan provides do not have, each once. The app's own variables of
/// that name win.
fn provided(view: &View, needs: &Needs, globals: &Globals) -> Vec<Misfit> {
    let mut found = Vec::new();
    for (variable, fields) in PROVIDED_FIELDS {
        let is_own =
            globals.contains(variable) || view.variables.iter().any(|given| given.name == variable);
        let Some(need) = needs.find(variable).filter(|_| !is_own) else {
            continue;
        };
        let mut seen = BTreeSet::new();
        for used in need.uses.iter().filter(|used| used.is_required) {
            let [Step::Field(name)] = used.steps.as_slice() else {
                continue;
            };
            if fields.contains(&&**name) || !seen.insert(name) {
                continue;
            }
            let help =
                did_you_mean(name, fields).unwrap_or_else(|| format!("it has {}", list(fields)));
            let diagnostic = Diagnostic::error_at(
                used.place.clone(),
                format!("`{variable}` has no field `{name}`"),
            );
            found.push(Misfit {
                part: Part::Call {
                    missing: Vec::new(),
                    is_misspelt: true,
                },
                diagnostic: diagnostic.with_code("unknown-field").with_help(help),
            });
        }
    }
    found
}

fn superfluous(view: &View, needs: &Needs, variable: &Variable) -> Misfit {
    let is_given = |name: &str| view.variables.iter().any(|given| given.name == name);
    let names = needs
        .variables
        .iter()
        .map(|need| &*need.name)
        .filter(|name| !is_given(name));
    let help = match nearest(&variable.name, names) {
        Some(name) => format!("did you mean `{name}`?"),
        None => String::from("remove it, or use it in the template"),
    };
    let message = format!(
        "the template `{}` does not use the variable `{}`",
        view.template, variable.name
    );
    Misfit {
        part: Part::Superfluous(variable.name.as_ref().into()),
        diagnostic: Diagnostic::general(message)
            .with_code("superfluous-variable")
            .with_help(help),
    }
}

/// What one use asks of a value and the value does not have.
#[derive(PartialEq)]
enum Lack<'a> {
    /// A field of a struct.
    Field(&'a str, &'a StructShape),
    /// A field of what has none.
    FieldOf(&'a str, Fieldless<'a>),
    /// A loop over what is no list.
    Loop(&'a str),
}

/// What has no fields.
#[derive(PartialEq)]
enum Fieldless<'a> {
    Scalar(&'a str),
    List,
}

fn values(view: &View, variable: &Variable, need: &Need, files: RustFiles<'_>) -> Vec<Misfit> {
    let mut lacks: Vec<(Lack<'_>, Vec<&Use>)> = Vec::new();
    for used in need.uses.iter().filter(|used| used.is_required) {
        let Some(lack) = follow(&view.shapes, variable.shape, &used.steps) else {
            continue;
        };
        match lacks.iter_mut().find(|(known, _)| *known == lack) {
            Some((_, uses)) => uses.push(used),
            None => lacks.push((lack, vec![used])),
        }
    }
    lacks
        .into_iter()
        .map(|(lack, uses)| Misfit {
            part: Part::Value(variable.name.as_ref().into()),
            diagnostic: lack.diagnostic(&uses, files),
        })
        .collect()
}

/// Goes where the steps lead. `None` where they lead somewhere, or nobody knows where. Only the last
/// step may fail, since each of those before is a use of its own.
fn follow<'a>(shapes: &'a [Shape], start: Option<usize>, steps: &'a [Step]) -> Option<Lack<'a>> {
    let (last, before) = steps.split_last()?;
    let mut at = start;
    for step in before {
        at = match take(shapes, at, step) {
            Ok(next) => next,
            Err(_) => return None,
        };
    }
    take(shapes, at, last).err()
}

/// The shape behind a step.
fn take<'a>(
    shapes: &'a [Shape],
    at: Option<usize>,
    step: &'a Step,
) -> Result<Option<usize>, Lack<'a>> {
    let Some(shape) = at.and_then(|at| shapes.get(at)) else {
        return Ok(None);
    };
    Ok({
        match (step, shape) {
            (Step::Field(name), Shape::Struct(of)) => {
                match of.fields.iter().find(|field| *field.name == **name) {
                    Some(field) => field.shape,
                    None if of.is_open => None,
                    None => return Err(Lack::Field(name, of)),
                }
            }
            (Step::Field(_) | Step::Each, Shape::Map(values)) => *values,
            (Step::Field(name), Shape::List(items)) => match name.parse::<usize>() {
                Ok(_) => *items,
                Err(_) => return Err(Lack::FieldOf(name, Fieldless::List)),
            },
            (Step::Field(name), Shape::Scalar(of)) => {
                return Err(Lack::FieldOf(name, Fieldless::Scalar(of)));
            }
            (Step::Each, Shape::List(items)) => *items,
            // A loop over a text gives its characters, one over a struct the values of its fields.
            (Step::Each, Shape::Struct(_)) => None,
            (Step::Each, Shape::Scalar(of)) if is_text(of) => None,
            (Step::Each, Shape::Scalar(of)) => return Err(Lack::Loop(of)),
        }
    })
}

fn is_text(scalar: &str) -> bool {
    matches!(scalar, "String" | "str" | "char")
}

impl Lack<'_> {
    fn diagnostic(&self, uses: &[&Use], files: RustFiles<'_>) -> Diagnostic {
        let (code, message, help) = match self {
            Self::Field(name, of) => {
                let fields: Vec<&str> = of.fields.iter().map(|field| field.name.as_ref()).collect();
                (
                    "unknown-field",
                    format!("`{}` has no field `{name}`", of.name),
                    did_you_mean(name, &fields)
                        .or_else(|| Some(format!("add it to `{}`, or take it out", of.name))),
                )
            }
            Self::FieldOf(name, Fieldless::Scalar(of)) => (
                "unknown-field",
                format!("a `{of}` has no field `{name}`"),
                Some(format!("take `.{name}` out, or give a struct that has it")),
            ),
            Self::FieldOf(name, Fieldless::List) => (
                "unknown-field",
                format!("a list has no field `{name}`"),
                Some(String::from(
                    "loop over it with `{% for item in … %}`, or take an item: `|first`, `[0]`",
                )),
            ),
            Self::Loop(of) => (
                "not-a-list",
                format!("a `{of}` cannot be looped over"),
                Some(String::from("give a list, or take the loop out")),
            ),
        };
        let mut places = uses.iter().map(|used| &used.place);
        let mut diagnostic = match places.next() {
            Some(place) => Diagnostic::error_at(place.clone(), message),
            None => Diagnostic::general(message),
        }
        .with_code(code)
        .with_optional_help(help);
        for place in places.take(NOTES) {
            diagnostic = diagnostic.with_note("it is used here, too", place.clone());
        }
        match self {
            Self::Field(_, of) => diagnostic.with_note(
                format!("`{}` is this struct", of.name),
                of.place.find(files),
            ),
            _ => diagnostic,
        }
    }
}

impl Misfit {
    /// Whether variables are missing.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self.part, Part::Call { .. })
    }
}

#[cfg(test)]
mod tests;
