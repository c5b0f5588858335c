//! Makes the URL of a route from its name and parameters.

use crate::routing::decode::{encode_from, push_encoded};
use crate::routing::router::Router;
use kalgan_core::routes::{Param, Piece, RouteDef, Segment};
use kalgan_core::suggest::{list, nearest};
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
        }
    }
}

impl std::error::Error for UrlError {}

/// The URL of a route: a path, or `//host/path` where the route names a host. `language` fills the
/// route's language parameter where that is not given.
pub(crate) fn make(
    router: &Router,
    name: &str,
    parameters: &[(&str, &dyn Display)],
    language: &str,
) -> Result<String, UrlError> {
    let route = router.by_name(name).ok_or_else(|| UrlError::UnknownRoute {
        name: name.to_owned(),
        nearest: nearest(
            name,
            router.routes().iter().map(|route| route.name.as_ref()),
        )
        .map(str::to_owned),
    })?;
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
    let url = UrlMaker {
        router,
        route,
        parameters,
        language,
    };
    url.make()
}

struct UrlMaker<'a> {
    router: &'a Router,
    route: &'a RouteDef,
    parameters: &'a [(&'a str, &'a dyn Display)],
    language: &'a str,
}

impl UrlMaker<'_> {
    fn make(&self) -> Result<String, UrlError> {
        let mut url = String::with_capacity(self.route.path.len() + 16);
        if let Some(host) = &self.route.host {
            url.push_str("//");
            for (at, label) in host.labels.iter().enumerate() {
                if at > 0 {
                    url.push('.');
                }
                self.segment(label, &mut url)?;
            }
        }
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
        Ok(url)
    }

    fn segment(&self, segment: &Segment, url: &mut String) -> Result<(), UrlError> {
        match segment {
            Segment::Literal(text) => push_encoded(url, text),
            Segment::Param(param) => {
                let start = self.value(param, url)?;
                encode_from(url, start);
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
                    encode_from(url, start);
                }
            }
            Segment::Mixed(pieces) => {
                for piece in pieces.iter() {
                    match piece {
                        Piece::Literal(text) => push_encoded(url, text),
                        Piece::Param(param) => {
                            let start = self.value(param, url)?;
                            encode_from(url, start);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn given(&self, param: &Param) -> Option<&dyn Display> {
        let given = self.parameters.iter().find(|(key, _)| param.name == *key);
        given.map(|(_, value)| *value)
    }

    fn is_default(&self, param: &Param) -> bool {
        let Some(default) = self.route.default(&param.name) else {
            return false;
        };
        self.given(param)
            .is_none_or(|given| given.to_string() == default)
    }

    /// Adds the value of a parameter as it is, and returns where it begins.
    fn value(&self, param: &Param, url: &mut String) -> Result<usize, UrlError> {
        let start = url.len();
        let is_language = self.route.language_parameter() == Some(&param.name);
        if let Some(given) = self.given(param) {
            // Nothing that is added to a text fails.
            let _ = write!(url, "{given}");
        } else if is_language && !self.language.is_empty() {
            url.push_str(self.language);
        } else if let Some(default) = self.route.default(&param.name) {
            url.push_str(default);
        } else {
            return Err(UrlError::MissingParameter {
                route: self.route.name.to_string(),
                parameter: param.name.to_string(),
                path: self.route.path.to_string(),
            });
        }
        let value = &url[start..];
        let requirement = param.requirement.as_deref();
        let fits = match requirement {
            Some(requirement) => self.router.meets(requirement, value),
            None => !value.is_empty(),
        };
        if !fits {
            return Err(UrlError::Requirement {
                route: self.route.name.to_string(),
                parameter: param.name.to_string(),
                value: value.to_owned(),
                requirement: requirement.map(str::to_owned),
            });
        }
        Ok(start)
    }
}
