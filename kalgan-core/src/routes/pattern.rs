//! Path and host patterns, taken apart into segments.

use super::fit::Fit;
use super::foreign::name_help;
use super::identifier::is_identifier;
use crate::text::{List, Text};
use percent_encoding::percent_decode_str;
use regex::Regex;
use std::fmt;

/// The argument of a link that is its query and no parameter of its route.
pub const QUERY: &str = "_query";

/// A path pattern.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PathPattern {
    /// What stands between the slashes. `/` has one empty segment.
    pub segments: List<Segment>,
    /// How many trailing segments a request may leave out, because each is a parameter with a
    /// default.
    pub optional: usize,
}

/// What stands between two slashes of a path, or two dots of a host.
#[derive(Clone, Debug, PartialEq)]
pub enum Segment {
    /// Text.
    Literal(Text),
    /// One parameter.
    Param(Param),
    /// Text and parameters, such as `{name}.{format}`.
    Mixed(List<Piece>),
    /// The remainder of the path, slashes and all: `{rest*}`.
    Rest(Param),
}

/// A part of a mixed segment.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Text.
    Literal(Text),
    /// A parameter.
    Param(Param),
}

impl Piece {
    /// The parameter, if it is one.
    #[must_use]
    pub fn param(&self) -> Option<&Param> {
        match self {
            Self::Literal(_) => None,
            Self::Param(param) => Some(param),
        }
    }

    fn literal(&self) -> Option<&Text> {
        match self {
            Self::Literal(text) => Some(text),
            Self::Param(_) => None,
        }
    }
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The name.
    pub name: Text,
    /// The regular expression that a whole value must match.
    pub requirement: Option<Text>,
}

/// A host pattern, such as `{shop}.example.com`.
#[derive(Clone, Debug, PartialEq)]
pub struct HostPattern {
    /// The host as written.
    pub text: Text,
    /// What stands between the dots; literals in lower case.
    pub labels: List<Segment>,
}

/// What is wrong with a pattern, and at which bytes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The first byte.
    pub start: usize,
    /// How many bytes.
    pub len: usize,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

impl std::error::Error for PatternError {}

/// Looks up the requirement of a parameter.
pub(crate) type Requirements<'a> = &'a dyn Fn(&str) -> Option<String>;

impl PathPattern {
    /// Takes a path apart.
    ///
    /// # Errors
    /// The path does not begin with `/` or begins with two, has a segment that browsers resolve, a
    /// brace is unbalanced, or a parameter has no name, a bad one, or one that stands twice.
    pub fn parse(path: &str, requirements: Requirements<'_>) -> Result<Self, PatternError> {
        let Some(rest) = path.strip_prefix('/') else {
            return Err(PatternError {
                message: format!("the path `{path}` does not begin with `/`"),
                help: format!("write `/{path}`"),
                start: 0,
                len: path.len(),
            });
        };
        if let Some(at) = path.find(['?', '#']) {
            let is_optional = path[at..].starts_with('?')
                && (path[..at].ends_with('}') || path[at..].starts_with("?}"));
            return Err(PatternError {
                message: String::from("a path has no query and no fragment"),
                help: match is_optional {
                    true => String::from(
                        "a parameter that may be left out has a default: `defaults: {id: 1}`",
                    ),
                    false => {
                        String::from("remove it; the query is read with the `Query` extractor")
                    }
                },
                start: at,
                len: path.len() - at,
            });
        }
        if path.ends_with(char::is_whitespace) {
            return Err(PatternError {
                message: format!("the path `{path}` ends with a space"),
                help: String::from("remove it: no link has it"),
                start: path.trim_end().len(),
                len: path.len() - path.trim_end().len(),
            });
        }
        let mut names = Vec::new();
        let mut segments = Vec::new();
        let mut offset = 1;
        for text in split(rest, '/') {
            if matches!(segments.last(), Some(Segment::Rest(_))) {
                return Err(PatternError {
                    message: String::from("something follows a parameter that takes the remainder"),
                    help: String::from("`{name*}` must be the last segment"),
                    start: offset,
                    len: text.len(),
                });
            }
            let segment = segment(text, offset, true, requirements, &mut names)?;
            if let Segment::Literal(literal) = &segment
                && is_dots(literal)
            {
                return Err(PatternError {
                    message: format!("no request has the segment `{text}`"),
                    help: String::from(
                        "write the path that is meant: browsers resolve `.` and `..`",
                    ),
                    start: offset,
                    len: text.len(),
                });
            }
            segments.push(segment);
            offset += text.len() + 1;
        }
        if path.starts_with("//") {
            return Err(PatternError {
                message: format!("the path `{path}` begins with two slashes"),
                help: String::from("remove one: a link with two slashes leads to another host"),
                start: 0,
                len: 2,
            });
        }
        Ok(Self {
            segments: segments.into(),
            optional: 0,
        })
    }

    /// All parameters in order.
    pub fn params(&self) -> impl Iterator<Item = &Param> {
        self.segments.iter().flat_map(Segment::params)
    }
}

impl HostPattern {
    /// Takes a host apart.
    ///
    /// # Errors
    /// No request names such a host, a brace is unbalanced, or a parameter has no name, a bad one, or
    /// one that stands twice.
    pub fn parse(host: &str, requirements: Requirements<'_>) -> Result<Self, PatternError> {
        let mut names = Vec::new();
        let mut labels = Vec::new();
        let mut offset = 0;
        for text in split(host, '.') {
            let label = segment(text, offset, false, requirements, &mut names)?;
            if let Some((message, help)) = label_problem(host, text, &label) {
                return Err(PatternError {
                    message,
                    help,
                    start: 0,
                    len: host.len(),
                });
            }
            labels.push(match label {
                Segment::Literal(text) => Segment::Literal(text.to_lowercase().into()),
                other => other,
            });
            offset += text.len() + 1;
        }
        Ok(Self {
            text: host.to_owned().into(),
            labels: labels.into(),
        })
    }

    /// All parameters in order.
    pub fn params(&self) -> impl Iterator<Item = &Param> {
        self.labels.iter().flat_map(Segment::params)
    }
}

impl Segment {
    /// All parameters in order.
    pub fn params(&self) -> impl Iterator<Item = &Param> {
        let (one, many): (Option<&Param>, &[Piece]) = match self {
            Self::Literal(_) => (None, &[]),
            Self::Param(param) | Self::Rest(param) => (Some(param), &[]),
            Self::Mixed(pieces) => (None, pieces),
        };
        one.into_iter().chain(many.iter().filter_map(Piece::param))
    }

    /// Whether it takes a regex engine to tell which texts fit.
    #[must_use]
    pub fn needs_regex(&self) -> bool {
        let is_checked = |param: &Param| {
            let requirement = param.requirement.as_deref();
            requirement.is_none_or(|text| Fit::of(text).is_some_and(|fit| fit.is_exact()))
        };
        match self {
            Self::Mixed(_) => self.params().any(|param| param.requirement.is_some()),
            _ => !self.params().all(is_checked),
        }
    }
}

/// Whether browsers resolve this segment of a path, instead of asking for it.
#[must_use]
pub fn is_dots(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

/// Whether this may stand in a label of a host that a request names.
#[must_use]
pub fn is_label_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Why no request names a host with this label, and what to do.
fn label_problem(host: &str, text: &str, label: &Segment) -> Option<(String, String)> {
    let problem = |message: String, help: &str| Some((message, help.to_owned()));
    if host.is_empty() || host.contains(['/', ' ', '@']) {
        return problem(
            format!("`{host}` is not a host"),
            "write the name alone, such as `www.example.com`",
        );
    }
    let literals: Vec<&Text> = match label {
        Segment::Literal(text) => vec![text],
        Segment::Mixed(pieces) => pieces.iter().filter_map(Piece::literal).collect(),
        Segment::Param(_) | Segment::Rest(_) => Vec::new(),
    };
    let is_ipv6 = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if is_ipv6.is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok()) {
        return None;
    }
    let has = |c: char| literals.iter().any(|text| text.contains(c));
    if has(':') || has('[') {
        let help = match host.rsplit_once(':') {
            Some((name, port))
                if !name.is_empty() && !name.contains(':') && port.parse::<u16>().is_ok() =>
            {
                format!("write `{name}`: a route answers at every port")
            }
            _ => String::from("write a name such as `www.example.com`, or an address"),
        };
        return Some((
            format!("a host has no port here, so `{host}` never matches"),
            help,
        ));
    }
    let last = host.trim_end_matches('.').rsplit('.').next();
    let is_number = |last: &str| last.bytes().all(|byte| byte.is_ascii_digit());
    // A browser takes what ends in a number for an address.
    if last.is_some_and(|last| !last.is_empty() && is_number(last))
        && !host.contains('{')
        && host.parse::<std::net::Ipv4Addr>().is_err()
    {
        return problem(
            format!("`{host}` never matches: it ends in a number, and is no address"),
            "write a name such as `www.example.com`, or an address",
        );
    }
    if has('*') {
        return Some((
            format!("`{host}` never matches: `*` stands for itself"),
            format!("write a parameter: `{}`", host.replacen('*', "{name}", 1)),
        ));
    }
    if literals.iter().any(|text| !text.is_ascii()) {
        return problem(
            format!("`{host}` never matches: browsers send names in ASCII"),
            "write the name as browsers send it, with labels that begin with `xn--`",
        );
    }
    if text.is_empty() {
        let trimmed = host.trim_matches('.');
        let help = match trimmed.is_empty() || trimmed.contains("..") {
            true => String::from("write a name such as `www.example.com`"),
            false => format!("write `{trimmed}`"),
        };
        return Some((
            format!("`{host}` never matches: nothing stands before or behind one of its dots"),
            help,
        ));
    }
    let is_label = |text: &&Text| text.bytes().all(is_label_byte);
    if text.len() > 63 && matches!(label, Segment::Literal(_)) || !literals.iter().all(is_label) {
        return problem(
            format!("`{host}` never matches: `{text}` is not a part of a host's name"),
            "use letters, digits and `-`, 63 at most between two dots",
        );
    }
    None
}

/// Splits at a separator that is not within braces.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if c == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn segment(
    text: &str,
    offset: usize,
    rest_allowed: bool,
    requirements: Requirements<'_>,
    names: &mut Vec<String>,
) -> Result<Segment, PatternError> {
    let mut pieces = Vec::new();
    let mut is_rest = false;
    let mut remaining = text;
    let mut at = offset;
    while !remaining.is_empty() {
        let literal_end = remaining.find(['{', '}']).unwrap_or(remaining.len());
        if literal_end > 0 {
            // Segments are compared decoded. A `%` that encodes nothing stands for itself.
            let literal = percent_decode_str(&remaining[..literal_end]).decode_utf8();
            let Ok(literal) = literal else {
                return Err(PatternError {
                    message: format!("`{text}` is not UTF-8 once its percent-encoding is undone"),
                    help: String::from("write the text itself: `/café`, not `/caf%E9`"),
                    start: at,
                    len: literal_end,
                });
            };
            pieces.push(Piece::Literal(literal.into_owned().into()));
            remaining = &remaining[literal_end..];
            at += literal_end;
            continue;
        }
        let close = match remaining.find('}') {
            Some(close) if remaining.starts_with('{') => close,
            _ => {
                return Err(PatternError {
                    message: format!("this `{}` has no partner", &remaining[..1]),
                    help: String::from("a parameter is written `{name}`"),
                    start: at,
                    len: 1,
                });
            }
        };
        let inner = &remaining[1..close];
        let name = inner.strip_suffix('*').unwrap_or(inner);
        if !is_identifier(name) {
            return Err(PatternError {
                message: format!("`{name}` is not a name for a parameter"),
                help: name_help(inner).unwrap_or_else(|| {
                    String::from("use letters, digits and `_`, and no digit first")
                }),
                start: at,
                len: close + 1,
            });
        }
        if name == QUERY {
            return Err(PatternError {
                message: format!("no parameter is named `{QUERY}`: links take their query by it"),
                help: String::from("give it another name"),
                start: at,
                len: close + 1,
            });
        }
        if names.iter().any(|known| known == name) {
            return Err(PatternError {
                message: format!("the parameter `{name}` stands twice in this path"),
                help: String::from("give one of them another name"),
                start: at,
                len: close + 1,
            });
        }
        is_rest |= inner.ends_with('*');
        names.push(name.to_owned());
        pieces.push(Piece::Param(Param {
            name: name.to_owned().into(),
            requirement: requirements(name).map(Text::from),
        }));
        remaining = &remaining[close + 1..];
        at += close + 1;
    }
    if is_rest && (pieces.len() > 1 || !rest_allowed) {
        return Err(PatternError {
            message: String::from("a parameter that takes the remainder shares its segment"),
            help: String::from("`{name*}` must be the whole last segment of a path"),
            start: offset,
            len: text.len(),
        });
    }
    Ok(match pieces.pop() {
        None => Segment::Literal(Text::Borrowed("")),
        Some(Piece::Literal(text)) if pieces.is_empty() => Segment::Literal(text),
        Some(Piece::Param(param)) if pieces.is_empty() => {
            if is_rest {
                Segment::Rest(param)
            } else {
                Segment::Param(param)
            }
        }
        Some(last) => {
            pieces.push(last);
            Segment::Mixed(pieces.into())
        }
    })
}

/// A requirement as a regular expression for the whole of a value.
///
/// # Errors
/// The requirement is not a regular expression of the `regex` crate.
pub fn whole(requirement: &str) -> Result<Regex, regex::Error> {
    Regex::new(&whole_pattern(requirement))
}

/// The text of [`whole`].
#[must_use]
pub fn whole_pattern(requirement: &str) -> String {
    format!(r"\A(?:{requirement})\z")
}

/// A mixed segment as a regular expression for the whole segment, with one capture group for each
/// parameter, named by its position: `p0`, `p1` and so on.
///
/// # Errors
/// A requirement is not a regular expression of the `regex` crate.
pub fn pieces_regex(pieces: &[Piece]) -> Result<Regex, regex::Error> {
    Regex::new(&pieces_pattern(pieces))
}

/// The text of [`pieces_regex`].
#[must_use]
pub fn pieces_pattern(pieces: &[Piece]) -> String {
    let mut pattern = String::from(r"\A");
    let mut count = 0;
    for piece in pieces {
        match piece {
            Piece::Literal(text) => pattern.push_str(&regex::escape(text)),
            Piece::Param(param) => {
                // Lazy, so that `{name}.{format}` splits at the first dot, as 0.9.1 did.
                let requirement = param.requirement.as_deref().unwrap_or(".+?");
                pattern.push_str(&format!("(?<p{count}>(?s:{requirement}))"));
                count += 1;
            }
        }
    }
    pattern.push_str(r"\z");
    pattern
}
