//! Makes the URL of a route from its name and parameters.

use crate::routing::decode::{encode_literal, encode_segment};
use crate::routing::router::Router;
use kalgan_core::routes::{Param, Piece, RouteDef, Segment};
use kalgan_core::suggest::{list, nearest};
use std::fmt;

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
    parameters: &[(&str, String)],
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
    parameters: &'a [(&'a str, String)],
    language: &'a str,
}

impl UrlMaker<'_> {
    fn make(&self) -> Result<String, UrlError> {
        let mut url = String::new();
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
            Segment::Literal(text) => url.push_str(&encode_literal(text)),
            Segment::Param(param) => url.push_str(&encode_segment(&self.value(param)?)),
            Segment::Rest(param) => {
                let value = self.value(param)?;
                let parts: Vec<String> = value.split('/').map(encode_segment).collect();
                url.push_str(&parts.join("/"));
            }
            Segment::Mixed(pieces) => {
                for piece in pieces.iter() {
                    match piece {
                        Piece::Literal(text) => url.push_str(&encode_literal(text)),
                        Piece::Param(param) => url.push_str(&encode_segment(&self.value(param)?)),
                    }
                }
            }
        }
        Ok(())
    }

    fn given(&self, param: &Param) -> Option<&str> {
        let given = self.parameters.iter().find(|(key, _)| param.name == *key);
        given.map(|(_, value)| value.as_str())
    }

    fn is_default(&self, param: &Param) -> bool {
        let Some(default) = self.route.default(&param.name) else {
            return false;
        };
        self.given(param).is_none_or(|given| given == default)
    }

    fn value(&self, param: &Param) -> Result<String, UrlError> {
        let language = (self.route.language_parameter() == Some(&param.name)
            && !self.language.is_empty())
        .then_some(self.language);
        let value = self
            .given(param)
            .or(language)
            .or_else(|| self.route.default(&param.name))
            .ok_or_else(|| UrlError::MissingParameter {
                route: self.route.name.to_string(),
                parameter: param.name.to_string(),
                path: self.route.path.to_string(),
            })?;
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
        Ok(value.to_owned())
    }
}
