//! The site's languages.

pub(crate) const LANGUAGES: [&str; 3] = ["en", "es", "ja"];
