//! Which language a request is answered in.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use kalgan_core::messages::Catalogue;
use std::sync::Arc;

/// The tags of a catalogue's languages, which requests share.
#[derive(Debug)]
pub(crate) struct Tags {
    tags: Vec<Arc<str>>,
    default: Arc<str>,
}

impl Tags {
    pub(crate) fn new(catalogue: &Catalogue) -> Self {
        let codes = catalogue.languages.iter().map(|language| &*language.code);
        Self {
            tags: codes.map(Arc::from).collect(),
            default: Arc::from(&*catalogue.default),
        }
    }

    /// The default language.
    pub(crate) fn default(&self) -> Arc<str> {
        Arc::clone(&self.default)
    }

    /// This language.
    pub(crate) fn get(&self, code: &str) -> Arc<str> {
        match self.tags.iter().find(|tag| ***tag == *code) {
            Some(tag) => Arc::clone(tag),
            None => Arc::from(code),
        }
    }
}

/// The language that a visitor prefers of those that there are: `Accept-Language` (RFC 9110,
/// section 12.5.4) by the lookup of RFC 4647 (section 3.4). `None` where none fits.
pub(crate) fn negotiate<'c>(headers: &HeaderMap, catalogue: &'c Catalogue) -> Option<&'c str> {
    let mut wanted: Vec<(u16, &str)> = headers
        .get_all(ACCEPT_LANGUAGE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(range)
        .collect();
    // The sort is stable: of equal weights the first is preferred.
    wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let is_refused = |code: &str| {
        wanted
            .iter()
            .any(|(weight, range)| *weight == 0 && range.eq_ignore_ascii_case(code))
    };
    for (weight, range) in &wanted {
        if *weight == 0 {
            break;
        }
        let found = if *range == "*" {
            catalogue
                .lookup(&catalogue.default)
                .filter(|language| !is_refused(&language.code))
                .or_else(|| {
                    catalogue
                        .languages
                        .iter()
                        .find(|language| !is_refused(&language.code))
                })
        } else {
            catalogue
                .lookup(range)
                .filter(|language| !is_refused(&language.code))
        };
        if let Some(language) = found {
            return Some(&language.code);
        }
    }
    None
}

/// A language range and its weight in thousandths; `None` for what is no range.
fn range(item: &str) -> Option<(u16, &str)> {
    let mut parts = item.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty())?;
    let weight = match parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q="))) {
        None => 1000,
        Some(weight) => {
            let weight: f32 = weight.trim().parse().ok()?;
            if !(0.0..=1.0).contains(&weight) {
                return None;
            }
            // At most 1000, so nothing is lost.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            {
                (weight * 1000.0).round() as u16
            }
        }
    };
    Some((weight, range))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use kalgan_core::messages::Language;

    fn negotiated(header: &str) -> Option<String> {
        let language = |code: &'static str| Language {
            code: code.into(),
            messages: Vec::new().into(),
        };
        let catalogue = Catalogue {
            languages: vec![language("en"), language("es"), language("pt-BR")].into(),
            default: "es".into(),
        };
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_str(header).unwrap());
        negotiate(&headers, &catalogue).map(str::to_owned)
    }

    #[test]
    fn weights_and_fallbacks() {
        for (header, expected) in [
            ("en", Some("en")),
            ("es-MX", Some("es")),
            ("fr, en;q=0.5", Some("en")),
            ("en;q=0.4, es;q=0.8", Some("es")),
            ("en;q=0.8,es;q=0.8", Some("en")),
            ("PT-br", Some("pt-BR")),
            ("pt", None),
            ("de-DE, *;q=0.1", Some("es")),
            ("*, es;q=0", Some("en")),
            ("es;q=0", None),
            ("en ; q=0.5 , es", Some("es")),
            ("", None),
            (";;q=,,", None),
            ("en;q=NaN, es;q=2, pt-BR;q=0.1", Some("pt-BR")),
        ] {
            assert_eq!(negotiated(header).as_deref(), expected, "{header}");
        }
    }
}
