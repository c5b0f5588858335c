//! Which language a request is answered in.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use kalgan_core::messages::{Catalogue, Language, same_tag};
use std::sync::Arc;

/// The tags of a catalogue's languages, which requests share: as HTML and HTTP write them (BCP 47),
/// `pt-BR` for the folder `pt_BR`.
#[derive(Debug)]
pub(crate) struct Tags {
    tags: Vec<Arc<str>>,
    default: Arc<str>,
}

impl Tags {
    pub(crate) fn new(catalogue: &Catalogue) -> Self {
        let codes = catalogue.languages.iter().map(|language| &*language.code);
        Self {
            tags: codes.map(tag).collect(),
            default: tag(&catalogue.default),
        }
    }

    /// The default language.
    pub(crate) fn default(&self) -> Arc<str> {
        Arc::clone(&self.default)
    }

    /// All of them, in the order of the catalogue.
    pub(crate) fn all(&self) -> &[Arc<str>] {
        &self.tags
    }

    /// This language.
    pub(crate) fn get(&self, code: &str) -> Arc<str> {
        match self.tags.iter().find(|tag| same_tag(tag, code)) {
            Some(tag) => Arc::clone(tag),
            None => tag(code),
        }
    }
}

fn tag(code: &str) -> Arc<str> {
    match code.contains('_') {
        true => Arc::from(code.replace('_', "-")),
        false => Arc::from(code),
    }
}

/// How many ranges of `Accept-Language` are read, of how many bytes: a browser sends a dozen at most.
/// The header is read for most requests, and its length is the client's choice.
const MAX_RANGES: usize = 32;
const MAX_BYTES: usize = 1024;

/// The language that a visitor prefers of those that there are: `Accept-Language` (RFC 9110,
/// section 12.5.4) by the lookup of RFC 4647 (section 3.4). `None` where none fits.
pub(crate) fn negotiate<'c>(headers: &HeaderMap, catalogue: &'c Catalogue) -> Option<&'c str> {
    let mut wanted = ranges(headers);
    // The sort is stable: of equal weights the first is preferred.
    wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let accepted = wanted.partition_point(|(weight, _)| *weight > 0);
    let (accepted, refused) = wanted.split_at(accepted);
    let is_allowed = |language: &&Language| {
        let code = &*language.code;
        !refused.iter().any(|(_, range)| same_tag(range, code))
    };
    for (_, range) in accepted {
        if *range == "*" {
            // Any language: where all are refused, no further range finds one either.
            let default = catalogue.lookup(&catalogue.default).filter(is_allowed);
            let found = default.or_else(|| catalogue.languages.iter().find(is_allowed));
            return found.map(|language| &*language.code);
        }
        if let Some(language) = catalogue.lookup(range).filter(is_allowed) {
            return Some(&language.code);
        }
    }
    None
}

/// The first ranges that a client names, with their weights.
fn ranges(headers: &HeaderMap) -> Vec<(u16, &str)> {
    let mut bytes = MAX_BYTES;
    let fields = headers.get_all(ACCEPT_LANGUAGE).iter();
    let items = fields.map_while(|field| {
        let whole = field.as_bytes();
        let read = &whole[..whole.len().min(bytes)];
        let is_cut = read.len() < whole.len();
        bytes -= read.len();
        // What is cut in the middle is another range than the client's.
        let end = if is_cut {
            read.iter().rposition(|byte| *byte == b',').unwrap_or(0)
        } else {
            read.len()
        };
        (bytes > 0 || !read.is_empty()).then(|| read[..end].split(|byte| *byte == b','))
    });
    items
        .flatten()
        .filter_map(|item| range(std::str::from_utf8(item).ok()?))
        .take(MAX_RANGES)
        .collect()
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

    fn negotiated(header: &str) -> Option<String> {
        negotiated_of(&[header])
    }

    fn negotiated_of(fields: &[&str]) -> Option<String> {
        let language = |code: &'static str| Language {
            code: code.into(),
            messages: Vec::new().into(),
        };
        let catalogue = Catalogue {
            languages: vec![language("en"), language("es"), language("pt-BR")].into(),
            default: "es".into(),
        };
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(ACCEPT_LANGUAGE, HeaderValue::from_str(field).unwrap());
        }
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

    #[test]
    fn no_more_is_read_than_a_browser_sends() {
        let wildcards = format!("en;q=0,es;q=0,pt-BR;q=0{}", ",*".repeat(30_000));
        let unknown = format!("{}es", "xx,".repeat(20_000));
        let commas = ",".repeat(60_000);
        let subtags = "a-".repeat(30_000);
        let spaces = format!("{}en", " ".repeat(60_000));
        for long in [&wildcards, &unknown, &commas, &subtags, &spaces] {
            let mut headers = HeaderMap::new();
            headers.append(ACCEPT_LANGUAGE, HeaderValue::from_str(long).unwrap());
            assert!(ranges(&headers).len() <= MAX_RANGES);
            assert_eq!(negotiated(long), None, "{}", &long[..20]);
        }
        assert_eq!(
            negotiated_of(&[&commas, "en"]),
            None,
            "the bytes are of all fields"
        );
        assert_eq!(
            negotiated_of(&["xx, en;q=0.1", &commas]).as_deref(),
            Some("en")
        );
        // A range that is cut is not read as a shorter one.
        let cut = format!("{}en-US", "x,".repeat(MAX_BYTES / 2 - 1));
        assert_eq!(negotiated(&cut), None);
        let many = format!("{}en", "xx,".repeat(MAX_RANGES - 1));
        assert_eq!(negotiated(&many).as_deref(), Some("en"));
        assert_eq!(negotiated(&format!("xx,{many}")), None);
    }

    #[test]
    fn tags_are_those_of_html() {
        let language = |code: &'static str| Language {
            code: code.into(),
            messages: Vec::new().into(),
        };
        let tags = Tags::new(&Catalogue {
            languages: vec![language("en"), language("pt_BR"), language("zh_Hant")].into(),
            default: "pt_BR".into(),
        });
        assert_eq!(&*tags.default(), "pt-BR");
        assert_eq!(&*tags.get("pt_BR"), "pt-BR");
        assert_eq!(&*tags.get("zh_Hant"), "zh-Hant");
        assert_eq!(&*tags.get("en"), "en");
        assert_eq!(&*tags.get("sr_Latn"), "sr-Latn");
    }
}
