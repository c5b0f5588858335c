//! Settings of the app's own that nothing reads.

use super::names::Names;
use crate::diagnostic::Diagnostic;
use crate::lint::known::Files;
use crate::settings::schema::SECTIONS;

/// The settings in files whose key no text of the sources is, nor a section around them.
pub(super) fn unused(files: &Files, rust: &Names<'_>) -> Vec<Diagnostic> {
    let own = files.setting_places.keys.iter().filter(|(key, _)| {
        let section = key.split('.').next().unwrap_or_default();
        files.site.settings.find(key).is_some() && !SECTIONS.contains(&section)
    });
    let unused = own.filter(|(key, _)| {
        let ends = key.match_indices('.').map(|(end, _)| end);
        let mut around = ends.map(|end| &key[..end]).chain([key.as_str()]);
        !around.any(|key| rust.may_be(key))
    });
    unused
        .map(|(key, place)| {
            Diagnostic::warning_at(place.clone(), format!("nothing reads the setting `{key}`"))
                .with_code("unused-setting")
                .with_help(format!("remove it, or read it: `settings::get(\"{key}\")`"))
        })
        .collect()
}
