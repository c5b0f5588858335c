//! Notes of the request in progress, from wherever its code runs.

use super::notes::{Fallback, Found, Rendered};
use super::record::{is_noting, note};
use crate::dev::client::hub::digest;
use crate::dev::reload::reloader::beside;
use crate::site::Site;
use crate::site::current::Current;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::routes::RouteLanguage;
use std::sync::Once;
use std::time::Instant;

/// Tells, once, of a task that writes in the default language as it belongs to no request.
pub(crate) fn has_no_request() {
    static TOLD: Once = Once::new();
    // `main` and tests are no tasks.
    if tokio::task::try_id().is_some() {
        TOLD.call_once(|| {
            tracing::warn!(
                target: "kalgan",
                "a task that belongs to no request writes in the default language: start it with \
                 `kalgan::spawn` or `kalgan::spawn_blocking`, or name the language"
            );
        });
    }
}

/// Notes the route and the language of the request.
pub(crate) fn has_found(current: &Current) {
    let route = current.route.as_ref();
    let of_route = route.and_then(|route| route.def().language.as_ref());
    let how = match of_route {
        _ if current.language.is_negotiated => "by Accept-Language",
        Some(RouteLanguage::Fixed(_)) => "by the route",
        Some(RouteLanguage::Parameter(_)) => "by the path",
        None if route.is_none()
            && current
                .site
                .router
                .language_of(current.uri.path())
                .is_some() =>
        {
            "by the path"
        }
        None => "the default",
    };
    note(|notes| {
        notes.found = Some(Found {
            route: route.map(|route| route.at()),
            language: current.language.tag.to_string(),
            how,
        });
    });
}

/// Notes that the files were found to have mistakes since the request came.
pub(crate) fn has_met(mistakes: &[Diagnostic]) {
    if is_noting() {
        let digest = digest(mistakes);
        note(|notes| notes.mistakes = Some(digest));
    }
}

/// Begins to render a template of this site.
pub(crate) fn rendering<'a>(name: &'a str, site: &Site) -> Rendering<'a> {
    Rendering {
        name,
        version: beside(site).map_or(0, |beside| beside.version),
        begun: Instant::now(),
    }
}

/// See [`rendering`].
pub(crate) struct Rendering<'a> {
    name: &'a str,
    version: u64,
    begun: Instant,
}

impl Rendering<'_> {
    /// Notes the template, and how long it took.
    pub(crate) fn end(self) {
        let duration = self.begun.elapsed();
        note(|notes| {
            let oldest = notes
                .version
                .map_or(self.version, |version| version.min(self.version));
            notes.version = Some(oldest);
            notes.rendered(Rendered {
                name: self.name.to_owned(),
                duration,
            });
        });
    }
}

/// Notes that a language lacks a message, so that another one's is shown.
pub(crate) fn has_fallen_back(key: &str, language: &str, shown: &str) {
    note(|notes| {
        notes.fallback(Fallback {
            key: key.to_owned(),
            language: language.to_owned(),
            shown: shown.to_owned(),
        });
    });
}
