//! Parameters of paths as other routers write them: `:id`, `<id>`, `[id]`, `*rest`.

use super::identifier::is_identifier;

/// A part of a segment that is a parameter elsewhere, and the one that was meant.
#[cfg(feature = "parse")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    /// The first byte, from the start of the path.
    pub(super) start: usize,
    /// What is written.
    pub(super) written: String,
    /// What means a parameter here.
    pub(super) meant: String,
}

/// The parameters of a path that stand for themselves here.
#[cfg(feature = "parse")]
pub(super) fn in_path(path: &str) -> Vec<Foreign> {
    let mut found = Vec::new();
    let mut start = 0;
    for segment in path.split('/') {
        if let Some((at, written, meant)) = in_segment(segment) {
            found.push(Foreign {
                start: start + at,
                written: written.to_owned(),
                meant,
            });
        }
        start += segment.len() + 1;
    }
    found
}

#[cfg(feature = "parse")]
fn in_segment(segment: &str) -> Option<(usize, &str, String)> {
    // What has a parameter of Kalgan's is written by its rules.
    if segment.contains(['{', '}']) {
        return None;
    }
    let whole = |meant: String| Some((0, segment, meant));
    if let Some(name) = segment.strip_prefix(':').filter(|name| is_identifier(name)) {
        return whole(format!("{{{name}}}"));
    }
    if let Some(name) = segment.strip_prefix('*') {
        return match name {
            "" | "*" => whole(String::from("{rest*}")),
            name if is_identifier(name) => whole(format!("{{{name}*}}")),
            _ => None,
        };
    }
    let in_brackets = segment
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(inner) = in_brackets {
        let inner = inner
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(inner);
        return match inner.strip_prefix("...") {
            Some(name) if is_identifier(name) => whole(format!("{{{name}*}}")),
            None if is_identifier(inner) => whole(format!("{{{inner}}}")),
            _ => None,
        };
    }
    let start = segment.find('<')?;
    let end = start + segment[start..].find('>')? + 1;
    let written = &segment[start..end];
    let inner = &written[1..written.len() - 1];
    // `<int:id>` and `<path:rest>` of Flask, `<path..>` of Rocket.
    let (kind, name) = inner.split_once(':').unwrap_or(("", inner));
    let (name, is_rest) = match name.strip_suffix("..") {
        Some(name) => (name, true),
        None => (name, kind == "path"),
    };
    let star = if is_rest { "*" } else { "" };
    is_identifier(name).then(|| (start, written, format!("{{{name}{star}}}")))
}

/// What to write for what stands in braces and is no name: `*rest`, `...rest`, `id:[0-9]+`, `id<int>`.
pub(super) fn name_help(inner: &str) -> Option<String> {
    let is_rest = |name: &str| is_identifier(name).then(|| format!("write `{{{name}*}}`"));
    if let Some(name) = inner.strip_prefix('*').or(inner.strip_prefix("...")) {
        return is_rest(name.trim_start_matches('*'));
    }
    let name = inner.split([':', '<']).next()?;
    let requirement = inner[name.len()..].trim_start_matches([':', '<']);
    let requirement = requirement.trim_end_matches('>');
    (is_identifier(name) && name.len() < inner.len()).then(|| {
        let requirement = match requirement {
            "int" | "i32" | "i64" | "u32" | "u64" | "" => "[0-9]+",
            other => other,
        };
        format!(
            "write `{{{name}}}`, and `requirements: {{{name}: '{requirement}'}}` beside the path"
        )
    })
}

#[cfg(all(test, feature = "parse"))]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_other_routers() {
        for (path, start, written, meant) in [
            ("/:id", 1, ":id", "{id}"),
            ("/user/:id/edit", 6, ":id", "{id}"),
            ("/<id>", 1, "<id>", "{id}"),
            ("/a/<int:id>", 3, "<int:id>", "{id}"),
            ("/a-<id>", 3, "<id>", "{id}"),
            ("/<path:rest>", 1, "<path:rest>", "{rest*}"),
            ("/<file..>", 1, "<file..>", "{file*}"),
            ("/[id]", 1, "[id]", "{id}"),
            ("/[...slug]", 1, "[...slug]", "{slug*}"),
            ("/[[slug]]", 1, "[[slug]]", "{slug}"),
            ("/a/*", 3, "*", "{rest*}"),
            ("/a/**", 3, "**", "{rest*}"),
            ("/*path", 1, "*path", "{path*}"),
        ] {
            let expected = Foreign {
                start,
                written: String::from(written),
                meant: String::from(meant),
            };
            assert_eq!(in_path(path), [expected], "{path}");
        }
        for path in [
            "/",
            "/v1/users:batch",
            "/@ann",
            "/$metadata",
            "/(a)",
            "/a:b",
            "/:",
            "/{id}",
            "/a*b",
            "/{a}:{b}",
            "/<>",
            "/a<b",
            "/[]",
            "/:1",
        ] {
            assert_eq!(in_path(path), [], "{path}");
        }
    }

    #[test]
    fn names_of_other_routers() {
        for (inner, expected) in [
            ("*rest", Some("write `{rest*}`")),
            ("...rest", Some("write `{rest*}`")),
            (
                "id:[0-9]+",
                Some("write `{id}`, and `requirements: {id: '[0-9]+'}` beside the path"),
            ),
            (
                "id:int",
                Some("write `{id}`, and `requirements: {id: '[0-9]+'}` beside the path"),
            ),
            (
                r"id<\d+>",
                Some(r"write `{id}`, and `requirements: {id: '\d+'}` beside the path"),
            ),
            ("1", None),
            ("a b", None),
            ("", None),
        ] {
            assert_eq!(name_help(inner).as_deref(), expected, "{inner}");
        }
    }
}
