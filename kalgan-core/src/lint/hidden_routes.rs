//! Routes whose path is that of a static file, which answers first.

use super::known::Known;
use crate::diagnostic::Diagnostic;

/// Finds routes that a static file hides. It answers all methods, at every host.
pub(super) fn check(known: &Known<'_>) -> Vec<Diagnostic> {
    let files = known.files;
    if files.hiding_files.is_empty() {
        return Vec::new();
    }
    let routes = files.site.routes.routes.iter().zip(&*files.route_places);
    let hidden = routes.filter(|(route, _)| {
        route.params().next().is_none() && files.hiding_files.contains(&*route.path)
    });
    let found = hidden.map(|(route, places)| {
        let (name, path) = (&route.name, route.path.trim_start_matches('/'));
        Diagnostic::error_at(
            places.path.clone(),
            format!("the route `{name}` is never reached: the static file `{path}` answers first"),
        )
        .with_code("unreachable-route")
        .with_help("give the route another path, or remove the file")
    });
    found.collect()
}
