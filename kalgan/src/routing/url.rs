//! Makes the URL of a route from its name and parameters.

use crate::routing::decode::{NOT_IN_A_URI, encode_from, push_encoded};
use crate::routing::router::{Lookup, Router};
use kalgan_core::routes::{Param, Piece, RouteDef, Segment, is_dots, is_label_byte};
use kalgan_core::suggest::{list, nearest};
use percent_encoding::utf8_percent_encode;
use std::fmt::{self, Display, Write as _};

/// Why a URL could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// There is no route of this name.
    UnknownRoute {
        /// The name.
        name: String,
        /// The nearest name that there is.
        nearest: Option<String>,
    },
    /// A parameter was not given.
    MissingParameter {
        /// The route.
        route: String,
        /// The parameter.
        parameter: String,
        /// The route's path.
        path: String,
    },
    /// A parameter was given that the route does not have.
    UnknownParameter {
        /// The route.
        route: String,
        /// The parameter.
        parameter: String,
        /// What the route has.
        known: Vec<String>,
    },
    /// A value does not meet its requirement.
    Requirement {
        /// The route.
        route: String,
        /// The parameter.
        parameter: String,
        /// The value.
        value: String,
        /// The regular expression that the whole value must match; `None`: it is empty.
        requirement: Option<String>,
    },
    /// Browsers resolve a segment of `.` or `..` before they ask, however it is encoded.
    Dots {
        /// The route.
        route: String,
        /// The segment.
        segment: String,
    },
    /// A part of a host is none.
    Host {
        /// The route.
        route: String,
        /// The part.
        label: String,
    },
    /// A query cannot hold this value.
    Query {
        /// The key of the value; `None`: it is the query as a whole.
        key: Option<String>,
    },
    /// The page is not there in this language.
    OtherLanguage {
        /// The route of the page, which has a fixed language.
        route: String,
        /// The language.
        language: String,
    },
    /// The URL would not lead to the route with these values.
    Unanswered {
        /// The route.
        route: String,
        /// The URL.
        url: String,
        /// What it leads to instead, if there is something: another route, or the same one with other
        /// values.
        instead: Option<String>,
    },
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownRoute { name, nearest } => {
                write!(f, "there is no route `{name}`")?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
                    None => Ok(()),
                }
            }
            Self::MissingParameter {
                route,
                parameter,
                path,
            } => write!(
                f,
                "the route `{route}` needs the parameter `{parameter}` for its path `{path}`"
            ),
            Self::UnknownParameter {
                route,
                parameter,
                known,
            } => {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                write!(
                    f,
                    "the route `{route}` has no parameter `{parameter}`; it has {}",
                    list(&known)
                )
            }
            Self::Requirement {
                route,
                parameter,
                value,
                requirement,
            } => match requirement {
                Some(requirement) => write!(
                    f,
                    "`{value}` is not a value for `{parameter}` of the route `{route}`: \
                     it must match `{requirement}` as a whole"
                ),
                None => write!(
                    f,
                    "the parameter `{parameter}` of the route `{route}` is empty"
                ),
            },
            Self::Dots { route, segment } => write!(
                f,
                "the route `{route}` cannot be linked to with the segment `{segment}`: browsers take it \
                 for a folder"
            ),
            Self::Host { route, label } => write!(
                f,
                "`{label}` is not a part of the host of the route `{route}`: it may have ASCII letters, \
                 digits, `-` and `_`, 63 at most"
            ),
            Self::Query { key: Some(key) } => write!(
                f,
                "the value of `{key}` in a query is a map or a list of lists: give each value a key \
                 of its own"
            ),
            Self::Query { key: None } => write!(
                f,
                "a query has keys with values: it is a map, a list of pairs, or an encoded text"
            ),
            Self::OtherLanguage { route, language } => write!(
                f,
                "the page of the route `{route}` is not there in `{language}`: no route of that \
                 language has the same controller and parameters"
            ),
            Self::Unanswered {
                route,
                url,
                instead,
            } => {
                write!(
                    f,
                    "the URL `{url}` of the route `{route}` does not lead to it"
                )?;
                match instead {
                    Some(instead) => write!(f, " but to {instead}"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for UrlError {}

/// What is known where a URL is made.
#[derive(Clone, Copy)]
pub(crate) struct Here<'a> {
    /// The language that fills a route's language parameter where that is not given.
    pub(crate) language: &'a str,
    /// The path before those of the app.
    pub(crate) prefix: &'a str,
    /// The port that hosts are asked at, where it is not the usual one.
    pub(crate) port: &'a dyn Fn() -> Option<u16>,
}

/// The URL of a route: a path, or `//host/path` where the route names a host.
pub(crate) fn make(
    router: &Router,
    name: &str,
    parameters: &[(&str, &dyn Display)],
    here: Here<'_>,
) -> Result<String, UrlError> {
    let at = router.by_name(name).ok_or_else(|| UrlError::UnknownRoute {
        name: name.to_owned(),
        nearest: nearest(
            name,
            router.routes().iter().map(|route| route.name.as_ref()),
        )
        .map(str::to_owned),
    })?;
    let route = &router.routes()[at];
    if let Some((unknown, _)) = parameters
        .iter()
        .find(|(key, _)| !route.params().any(|param| param.name == *key))
    {
        return Err(UrlError::UnknownParameter {
            route: name.to_owned(),
            parameter: (*unknown).to_owned(),
            known: route.params().map(|param| param.name.to_string()).collect(),
        });
    }
    let maker = UrlMaker {
        router,
        route,
        parameters,
        here,
    };
    let (mut url, path) = maker.make()?;
    if router.is_uncertain(at) {
        maker.check(at, &url)?;
    }
    url.insert_str(path, here.prefix);
    Ok(url)
}

/// The URL of a path that was asked for.
pub(crate) fn of_path(path: &str) -> String {
    let mut url = utf8_percent_encode(path, NOT_IN_A_URI).to_string();
    encode_first_slashes(&mut url);
    url
}

/// The URL of a path with another value as one of its segments.
pub(crate) fn with_segment(path: &str, at: usize, value: &str) -> String {
    let mut url = String::with_capacity(path.len() + value.len());
    let segments = path.strip_prefix('/').unwrap_or(path).split('/');
    for (index, segment) in segments.enumerate() {
        url.push('/');
        match index == at {
            true => push_encoded(&mut url, value),
            false => url.extend(utf8_percent_encode(segment, NOT_IN_A_URI)),
        }
    }
    encode_first_slashes(&mut url);
    url
}

/// Two slashes in front would name another host.
fn encode_first_slashes(path: &mut String) {
    let slashes = path.bytes().take_while(|byte| *byte == b'/').count();
    if slashes > 1 {
        path.replace_range(1..slashes, &"%2F".repeat(slashes - 1));
    }
}

/// The methods that a URL is tried with of a route that takes all.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

struct UrlMaker<'a> {
    router: &'a Router,
    route: &'a RouteDef,
    parameters: &'a [(&'a str, &'a dyn Display)],
    here: Here<'a>,
}

impl UrlMaker<'_> {
    /// The URL, and where its path begins.
    fn make(&self) -> Result<(String, usize), UrlError> {
        let mut url = String::with_capacity(self.route.path.len() + 16);
        if let Some(host) = &self.route.host {
            url.push_str("//");
            for (at, label) in host.labels.iter().enumerate() {
                if at > 0 {
                    url.push('.');
                }
                self.label(label, &mut url)?;
            }
            if let Some(port) = (self.here.port)() {
                // Nothing that is added to a text fails.
                let _ = write!(url, ":{port}");
            }
        }
        let path = url.len();
        let segments = &self.route.pattern.segments;
        // Trailing parameters that have their defaults are left out.
        let absent = segments
            .iter()
            .rev()
            .take(self.route.pattern.optional)
            .take_while(|segment| segment.params().all(|param| self.is_default(param)))
            .count();
        let present = &segments[..segments.len() - absent];
        if present.is_empty() {
            url.push('/');
        }
        for segment in present {
            url.push('/');
            self.segment(segment, &mut url)?;
        }
        // The path would be a host. A remainder's first slash can be encoded; a value that is empty
        // cannot.
        if path == 0 && url.starts_with("//") {
            if let [first, ..] = present
                && !matches!(first, Segment::Rest(_))
                && let Some(param) = first.params().next()
            {
                return Err(UrlError::Requirement {
                    route: self.route.name.to_string(),
                    parameter: param.name.to_string(),
                    value: String::new(),
                    requirement: None,
                });
            }
            encode_first_slashes(&mut url);
        }
        Ok((url, path))
    }

    /// Whether the URL leads to its route, with the values that it was made of.
    fn check(&self, at: usize, url: &str) -> Result<(), UrlError> {
        let (host, path) = match url.strip_prefix("//") {
            Some(rest) => match rest.find('/') {
                Some(slash) => (Some(&rest[..slash]), &rest[slash..]),
                None => (Some(rest), "/"),
            },
            None => (None, url),
        };
        let own: Vec<&str> = self.route.methods.iter().map(AsRef::as_ref).collect();
        let methods = if own.is_empty() { &METHODS } else { &own[..] };
        let mut instead = None;
        for method in methods {
            let Lookup::Found { route, parameters } = self.router.find(method, host, path) else {
                continue;
            };
            if route != at {
                let other = &self.router.routes()[route].name;
                instead.get_or_insert_with(|| format!("`{other}`"));
                continue;
            }
            let is_other = |(name, value): &&(&str, &str)| {
                let mut params = self.route.params();
                let param = params.find(|param| param.name == *name);
                let given = param.and_then(|param| self.effective(param));
                given.is_none_or(|given| given.to_string() != *value)
            };
            match parameters.named(self.route).iter().find(is_other) {
                None => return Ok(()),
                Some((name, value)) => {
                    instead.get_or_insert_with(|| format!("`{name}={value}` of it"));
                }
            }
        }
        Err(UrlError::Unanswered {
            route: self.route.name.to_string(),
            url: url.to_owned(),
            instead,
        })
    }

    /// A part of the host. Hosts are not encoded, and compared in small letters.
    fn label(&self, label: &Segment, url: &mut String) -> Result<(), UrlError> {
        let start = url.len();
        match label {
            Segment::Literal(text) => url.push_str(text),
            Segment::Param(param) | Segment::Rest(param) => {
                self.value(param, url)?;
            }
            Segment::Mixed(pieces) => {
                for piece in pieces.iter() {
                    match piece {
                        Piece::Literal(text) => url.push_str(text),
                        Piece::Param(param) => {
                            self.value(param, url)?;
                        }
                    }
                }
            }
        }
        let made = &url[start..];
        let is_literal = matches!(label, Segment::Literal(_));
        if is_literal || (1..=63).contains(&made.len()) && made.bytes().all(is_label_byte) {
            return Ok(());
        }
        Err(UrlError::Host {
            route: self.route.name.to_string(),
            label: made.to_owned(),
        })
    }

    fn segment(&self, segment: &Segment, url: &mut String) -> Result<(), UrlError> {
        match segment {
            Segment::Literal(text) => push_encoded(url, text),
            Segment::Param(param) => {
                let start = self.value(param, url)?;
                self.encode(url, start)?;
            }
            Segment::Rest(param) => {
                let start = self.value(param, url)?;
                let value = url.split_off(start);
                for (at, part) in value.split('/').enumerate() {
                    if at > 0 {
                        url.push('/');
                    }
                    let start = url.len();
                    url.push_str(part);
                    self.encode(url, start)?;
                }
            }
            Segment::Mixed(pieces) => {
                let start = url.len();
                for piece in pieces.iter() {
                    match piece {
                        Piece::Literal(text) => url.push_str(text),
                        Piece::Param(param) => {
                            self.value(param, url)?;
                        }
                    }
                }
                self.encode(url, start)?;
            }
        }
        Ok(())
    }

    /// Encodes what begins at `start` as a segment with values.
    fn encode(&self, url: &mut String, start: usize) -> Result<(), UrlError> {
        if is_dots(&url[start..]) {
            return Err(UrlError::Dots {
                route: self.route.name.to_string(),
                segment: url[start..].to_owned(),
            });
        }
        encode_from(url, start);
        Ok(())
    }

    fn given(&self, param: &Param) -> Option<&dyn Display> {
        let given = self.parameters.iter().find(|(key, _)| param.name == *key);
        given.map(|(_, value)| *value)
    }

    /// The value of a parameter: the one that is given, the request's language, the default. A language
    /// that the route does not have gives way to the default.
    fn effective(&self, param: &Param) -> Option<&dyn Display> {
        if let Some(given) = self.given(param) {
            return Some(given);
        }
        let default = self
            .route
            .defaults
            .iter()
            .find(|(name, _)| *name == param.name);
        let default = default.map(|(_, value)| value as &dyn Display);
        let is_language = self.route.language_parameter() == Some(&param.name);
        if !is_language || self.here.language.is_empty() {
            return default;
        }
        let fits = default.is_none() || self.meets(param, self.here.language);
        if fits {
            Some(&self.here.language)
        } else {
            default
        }
    }

    fn is_default(&self, param: &Param) -> bool {
        let Some(default) = self.route.default(&param.name) else {
            return false;
        };
        self.effective(param)
            .is_none_or(|value| value.to_string() == default)
    }

    fn meets(&self, param: &Param, value: &str) -> bool {
        match param.requirement.as_deref() {
            Some(requirement) => self.router.meets(requirement, value),
            None => !value.is_empty(),
        }
    }

    /// Adds the value of a parameter as it is, and returns where it begins.
    fn value(&self, param: &Param, url: &mut String) -> Result<usize, UrlError> {
        let start = url.len();
        let Some(value) = self.effective(param) else {
            return Err(UrlError::MissingParameter {
                route: self.route.name.to_string(),
                parameter: param.name.to_string(),
                path: self.route.path.to_string(),
            });
        };
        // Nothing that is added to a text fails.
        let _ = write!(url, "{value}");
        let value = &url[start..];
        if !self.meets(param, value) {
            return Err(UrlError::Requirement {
                route: self.route.name.to_string(),
                parameter: param.name.to_string(),
                value: value.to_owned(),
                requirement: param.requirement.as_ref().map(ToString::to_string),
            });
        }
        Ok(start)
    }
}
