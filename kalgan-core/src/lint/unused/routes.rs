//! Routes that nothing links to.

use super::names::Names;
use super::reach::Pieces;
use crate::diagnostic::Diagnostic;
use crate::lint::known::Files;

/// The routes of pages whose name nothing has, nor their path.
pub(super) fn unused<'a>(
    files: &Files,
    mut code: Names<'a>,
    pieces: &Pieces<'a>,
    rust: &[Vec<String>],
) -> Vec<Diagnostic> {
    let used = pieces.iter().filter(|piece| piece.is_used);
    let mut texts = Vec::new();
    for piece in used {
        code.add_template(&piece.texts, &piece.parts);
        texts.push(piece.entry.file.text());
    }
    let has = |path: &str| {
        let mut rust = rust.iter().flatten();
        texts.iter().any(|text| text.contains(path)) || rust.any(|text| text.contains(path))
    };
    let routes = files
        .site
        .routes
        .routes
        .iter()
        .zip(files.route_places.iter());
    let unused = routes.filter(|(route, _)| {
        // The start of a site is asked for by itself.
        let is_start = route.path.split('/').all(|part| {
            let name = part.trim_start_matches('{').trim_end_matches('}');
            part.is_empty() || part == "{_lang}" || route.default(name).is_some()
        });
        // A link may be written with what its parameters stand for.
        let fixed = route.path.split('{').next().unwrap_or_default();
        // What takes any path is there for those that nobody links to.
        let is_any = fixed.len() < 2 && route.path.contains("*}");
        route.allows("GET")
            && !is_start
            && !is_any
            && !code.may_be(&route.name)
            && (fixed.len() < 2 || !has(fixed))
    });
    unused
        .map(|(route, places)| {
            Diagnostic::warning_at(
                places.name.clone(),
                format!("nothing links to the route `{}`", route.name),
            )
            .with_code("unused-route")
            .with_help("remove it, or link to it, unless it is asked for from elsewhere, such as by programs")
        })
        .collect()
}
