//! The filters and functions that every template has: `trans`, `url` and `asset`; see
//! [`intl`](super::intl) for those that write numbers and dates.

use crate::assets::cache::StaticVersion;
use crate::dev;
use crate::intl::Lazy;
use crate::routing::decode::NOT_IN_A_URI;
use crate::routing::url;
use crate::site::Site;
use crate::site::current;
use kalgan_core::messages::MessageError;
use percent_encoding::utf8_percent_encode;
use std::sync::Arc;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("trans", |key: &str, kwargs: Kwargs, _: &State| {
        translate(key, &kwargs, &[])
    });
    tera.register_filter("url", |name: &str, kwargs: Kwargs, _: &State| {
        make_url(name, &kwargs, &[])
    });
    tera.register_filter("asset", |path: &str, _: Kwargs, _: &State| asset(path));
    super::intl::register(tera);
    tera.register_function("trans", |kwargs: Kwargs, _: &State| {
        translate(kwargs.must_get("key")?, &kwargs, &["key"])
    });
    tera.register_function("url", |kwargs: Kwargs, _: &State| {
        make_url(kwargs.must_get("name")?, &kwargs, &["name"])
    });
    tera.register_function("asset", |kwargs: Kwargs, _: &State| {
        asset(kwargs.must_get("path")?)
    });
}

pub(super) fn site() -> TeraResult<Arc<Site>> {
    current::site().ok_or_else(|| Error::message("no app has started yet"))
}

/// The named arguments as text, without those that the function itself takes.
pub(super) fn texts(kwargs: &Kwargs, own: &[&str]) -> Vec<(String, String)> {
    kwargs
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .filter(|(key, _)| !own.contains(&key.as_str()))
        .collect()
}

fn translate(key: &str, kwargs: &Kwargs, own: &[&str]) -> TeraResult<String> {
    let site = site()?;
    let mut values = texts(kwargs, own);
    let language = match values.iter().position(|(name, _)| name == "_lang") {
        Some(at) => Arc::from(values.swap_remove(at).1),
        None => current::language(&site),
    };
    message(&site, &language, key, |name| {
        let value = values.iter().find(|(key, _)| key == name);
        value.map(|(_, value)| value.clone())
    })
    .map_err(Error::message)
}

/// The text of a message. What is missing is an error in development; in production the page is
/// shown all the same, with the key or the placeholder in its place.
pub(crate) fn message(
    site: &Site,
    language: &str,
    key: &str,
    value: impl Fn(&str) -> Option<String>,
) -> Result<String, MessageError> {
    let tolerate = |error: MessageError, text: String| {
        tracing::error!(target: "kalgan", language, "{error}");
        if site.options.is_prod {
            Ok(text)
        } else {
            Err(error)
        }
    };
    let found = match site.catalogue.find(language, key) {
        Ok(found) => found,
        Err(error) => return tolerate(error, key.to_owned()),
    };
    if found.is_fallback && !site.options.is_prod {
        dev::has_fallen_back(key, language, found.language);
        tracing::warn!(
            target: "kalgan",
            "the message `{key}` is missing in `{language}`; `{}` is shown",
            found.language
        );
    }
    // A message that comes from another language follows that language's rules.
    match found.message.render(&Lazy::new(found.language), value) {
        (text, None) => Ok(text),
        (text, Some(error)) => tolerate(error, text),
    }
}

fn make_url(name: &str, kwargs: &Kwargs, own: &[&str]) -> TeraResult<String> {
    let site = site()?;
    let values = texts(kwargs, own);
    let parameters: Vec<(&str, String)> = values
        .iter()
        .map(|(key, value)| (key.as_str(), value.clone()))
        .collect();
    url::make(&site.router, name, &parameters, &current::language(&site)).map_err(Error::message)
}

fn asset(path: &str) -> TeraResult<Value> {
    let site = site()?;
    Ok(Value::from(asset_url(&site, path)))
}

/// `static.path`, the path, `?` and the version: `static.version` in production, the time of the
/// file's last change in development.
pub(crate) fn asset_url(site: &Site, path: &str) -> String {
    let options = &site.options;
    let url = format!("{}{path}", options.static_path);
    let file = url.trim_start_matches('/');
    let version = if options.is_prod {
        match &options.static_version {
            StaticVersion::None => None,
            StaticVersion::Fixed(version) => Some(version.to_string()),
            StaticVersion::Auto => site.assets.content_hash(file).map(|hash| hash.to_string()),
        }
    } else {
        // A file that another server has: the snapshot's own time is near enough.
        let modified = site.assets.modified_millis(file).map(u128::from);
        Some(modified.unwrap_or(site.made).to_string())
    };
    let url = utf8_percent_encode(&url, NOT_IN_A_URI);
    match version {
        Some(version) => format!("{url}?{version}"),
        None => url.to_string(),
    }
}
