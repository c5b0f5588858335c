//! The settings of the app's own, against the structs that read them.

use super::known::{Known, SettingPlaces};
use crate::diagnostic::Diagnostic;
use crate::settings::own::{OwnSection, Problem, ProblemKind};
use crate::settings::secret_in_file;

/// Finds settings that their structs lack, do not have, or cannot hold. A secret is asked for at the
/// start.
pub(super) fn check(known: &Known<'_>) -> Vec<Diagnostic> {
    let sections = known.rust.map(|rust| rust.settings).unwrap_or_default();
    let files = known.files;
    let mut found = Vec::new();
    for section in sections {
        let problems = section.problems(&files.site.settings).into_iter();
        let problems = problems.filter(|problem| !problem.is_missing_secret());
        found.extend(problems.map(|problem| placed(section, &problem, &files.setting_places)));
    }
    found
}

/// The diagnostic at its place in a file; what comes from elsewhere says so itself.
fn placed(section: &OwnSection, problem: &Problem<'_>, places: &SettingPlaces) -> Diagnostic {
    let own = problem.setting.map(|setting| setting.key.as_ref());
    let key_place = places.keys.get(&problem.key);
    let key_place = key_place.or_else(|| places.keys.get(own?));
    let place = match &problem.kind {
        ProblemKind::SecretInFile => {
            return match key_place {
                Some(place) => secret_in_file(&problem.key, place.clone()),
                None => section.diagnostic(problem),
            };
        }
        ProblemKind::Type { .. } => places.values.get(&problem.key).or(key_place),
        ProblemKind::Missing { .. } | ProblemKind::Unknown(_) => key_place,
    };
    let diagnostic = section.diagnostic(problem);
    match place.filter(|_| problem.is_of_files()) {
        Some(place) => Diagnostic {
            place: Some(place.clone()),
            ..diagnostic
        },
        None => diagnostic,
    }
}
