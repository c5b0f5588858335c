//! The filters, tests and functions that an app has registered, against those that its settings
//! declare and its templates use.

use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::settings::Settings;
use kalgan_core::templates::registered::{Registered, not_registered as missing};
use kalgan_core::templates::{Kind, KnownNames};
use tera::Tera;

/// What the settings declare and nobody has registered.
pub(super) fn not_registered(settings: &Settings, tera: &Tera) -> Vec<Diagnostic> {
    let declared = Registered::declared(settings);
    let mut known = KnownNames::of(tera);
    let mut diagnostics = Vec::new();
    for kind in Kind::ALL {
        let names = declared.of(kind);
        let unknown = names.iter().filter(|name| !known.has(kind, name));
        diagnostics.extend(unknown.map(|name| {
            let origin = settings
                .find(kind.setting())
                .map(|setting| setting.origin.to_string())
                .unwrap_or_default();
            missing(kind, name, &origin)
        }));
    }
    diagnostics
}

/// What templates on disk use and nobody has registered. Those in a binary were checked when it was
/// compiled, and Tera knows the rest.
#[cfg(feature = "disk")]
pub(super) fn unknown(loaded: &kalgan_core::loader::Loaded, tera: &Tera) -> Vec<Diagnostic> {
    use kalgan_core::templates::foreign;
    let mut registered = Registered::default();
    let mut known = KnownNames::of(tera);
    for (kind, name) in foreign::names(&loaded.templates) {
        if known.has(kind, name) {
            registered.insert(kind, name);
        }
    }
    foreign::check(&loaded.templates, &registered)
}
