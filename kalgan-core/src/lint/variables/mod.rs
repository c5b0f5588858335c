//! Whether what a view gives fits what its template needs.

mod conditions;
mod shapes;
mod typed;

use super::known::Known;
use super::values::trial::Trials;
use crate::diagnostic::Diagnostic;
use crate::suggest::{did_you_mean, list, nearest, plural};
use crate::templates::needs::{Need, Needs, Step, Use};
use crate::templates::registered::Registered;
use crate::templates::views::{RustFiles, Variable, View};
use crate::templates::{PROVIDED, PROVIDED_FIELDS, Set};
pub use conditions::of_conditions;
use shapes::{Lack, follow};
use std::collections::BTreeSet;
pub use typed::typed_misfits;

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
    let registered = known.registered();
    diagnostics.extend(of_globals(templates, rust.views, registered, rust.files));
    diagnostics.extend(of_conditions(templates, rust.views, registered, rust.files));
    for view in rust.views.iter().filter(|view| !view.is_global()) {
        if let Some(needs) = templates.needs(&view.template) {
            let mut found = misfits(view, &needs, globals, rust.files);
            let beside = (&**templates, registered, &known.trials);
            found.extend(typed::of_page(&view.template, view, beside));
            let found = found.into_iter();
            let found = found.map(|misfit| view.told(misfit.diagnostic, rust.files));
            diagnostics.extend(found);
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
pub fn of_globals(
    templates: &Set,
    views: &[View],
    registered: &Registered,
    files: RustFiles<'_>,
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let trials = Trials::default();
    let (globals, pages): (Vec<&View>, Vec<&View>) =
        views.iter().partition(|view| view.is_global());
    if globals.is_empty() {
        return found;
    }
    for page in pages {
        let Some(needs) = templates.needs(&page.template) else {
            continue;
        };
        let mut all = of_globals_in(page, &needs, &globals, files);
        for (global, _) in used(page, &needs, &globals) {
            let beside = (templates, registered, &trials);
            let failing = typed::of_page(&page.template, global, beside).into_iter();
            all.extend(failing.map(|misfit| global.told(misfit.diagnostic, files)));
        }
        for diagnostic in all {
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
    for (global, variable) in used(page, needs, globals) {
        if let Some(need) = needs.find(&variable.name) {
            let lacks = values(global, variable, need, files).into_iter();
            found.extend(lacks.map(|misfit| global.told(misfit.diagnostic, files)));
        }
    }
    found
}

/// The variables of `App::global` that a page uses and has not itself.
fn used<'a>(page: &View, needs: &Needs, globals: &[&'a View]) -> Vec<(&'a View, &'a Variable)> {
    let all = globals.iter();
    let all = all.flat_map(|global| {
        global
            .variables
            .iter()
            .map(move |variable| (*global, variable))
    });
    let used = all.filter(|(_, variable)| {
        let is_given = page.variables.iter().any(|own| own.name == variable.name);
        !is_given && needs.find(&variable.name).is_some()
    });
    used.collect()
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

impl Misfit {
    /// Whether variables are missing.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self.part, Part::Call { .. })
    }
}

#[cfg(test)]
mod tests;
