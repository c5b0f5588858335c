//! The path before those of an app, which a proxy or a router in front may have cut off.

use http::Uri;
use http::uri::PathAndQuery;
use std::sync::Arc;

/// Cuts the prefix off a request that has come with it.
pub(crate) fn cut_off(uri: &mut Uri, prefix: &str) {
    let Some(target) = uri.path_and_query().map(PathAndQuery::as_str) else {
        return;
    };
    let Some(rest) = target.strip_prefix(prefix) else {
        return;
    };
    // Two slashes in front would name a host.
    let rest = match rest.bytes().next() {
        None | Some(b'?') => format!("/{rest}"),
        Some(b'/') if !rest.starts_with("//") => rest.to_owned(),
        Some(_) => return,
    };
    let mut parts = uri.clone().into_parts();
    // A part of a target that was valid is valid.
    parts.path_and_query = rest.parse().ok();
    if let Ok(new) = Uri::from_parts(parts) {
        *uri = new;
    }
}

/// One prefix before another.
pub(crate) fn join(outer: Option<&Arc<str>>, inner: Option<&str>) -> Option<Arc<str>> {
    match (outer, inner) {
        (Some(outer), Some(inner)) => Some(format!("{outer}{inner}").into()),
        (outer, inner) => outer.cloned().or_else(|| inner.map(Arc::from)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_come_with_and_without_it() {
        for (from, to) in [
            ("/shop/a?b=1", "/a?b=1"),
            ("/shop", "/"),
            ("/shop?x", "/?x"),
            ("/shop/", "/"),
            ("/shopping", "/shopping"),
            ("/a/shop", "/a/shop"),
            ("/shop//evil.example", "/shop//evil.example"),
            ("http://host/shop/a", "http://host/a"),
            ("*", "*"),
        ] {
            let mut uri: Uri = from.parse().unwrap();
            cut_off(&mut uri, "/shop");
            assert_eq!(
                uri.to_string(),
                to.parse::<Uri>().unwrap().to_string(),
                "{from}"
            );
        }
    }

    #[test]
    fn one_before_another() {
        let outer = Arc::from("/out");
        assert_eq!(join(Some(&outer), Some("/in")).as_deref(), Some("/out/in"));
        assert_eq!(join(None, None), None);
    }
}
