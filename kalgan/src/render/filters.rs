//! The filters and functions that every template has: `trans`, `url`, `here` and `asset`; see
//! [`formats`] for those that write numbers and dates, and [`contexts`] for those of scripts, style
//! sheets and links.

use super::given::{arguments, given};
use super::{asset, contexts, formats, here, message, url};
use kalgan_core::routes::QUERY;
use std::borrow::Cow;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

/// Registers them.
pub(crate) fn register(tera: &mut Tera) {
    tera.register_filter("trans", |key: &str, kwargs: Kwargs, _: &State| {
        translate(key, &kwargs, &["_lang"])
    });
    tera.register_filter("url", |name: &str, kwargs: Kwargs, _: &State| {
        make_url(name, &kwargs, &[QUERY])
    });
    tera.register_filter("asset", |path: &str, _: Kwargs, _: &State| make_asset(path));
    tera.register_filter("here", |language: &str, kwargs: Kwargs, _: &State| {
        make_here(Some(language), &kwargs)
    });
    formats::register(tera);
    contexts::register(tera);
    tera.register_function("trans", |kwargs: Kwargs, _: &State| {
        translate(kwargs.must_get("key")?, &kwargs, &["key", "_lang"])
    });
    tera.register_function("url", |kwargs: Kwargs, _: &State| {
        make_url(kwargs.must_get("name")?, &kwargs, &["name", QUERY])
    });
    tera.register_function("here", |kwargs: Kwargs, _: &State| {
        let language: Option<Cow<'_, str>> = kwargs.get("_lang")?;
        make_here(language.as_deref(), &kwargs)
    });
    tera.register_function("asset", |kwargs: Kwargs, _: &State| {
        make_asset(kwargs.must_get("path")?)
    });
}

fn translate(key: &str, kwargs: &Kwargs, own: &[&str]) -> TeraResult<String> {
    let language: Option<Cow<'_, str>> = kwargs.get("_lang")?;
    message::make(language.as_deref(), key, &given(&arguments(kwargs, own))).map_err(Error::message)
}

fn make_url(name: &str, kwargs: &Kwargs, own: &[&str]) -> TeraResult<String> {
    let query: Option<&Value> = kwargs.get(QUERY)?;
    url::make(name, &given(&arguments(kwargs, own)), query).map_err(Error::message)
}

fn make_here(language: Option<&str>, kwargs: &Kwargs) -> TeraResult<String> {
    let query: Option<&Value> = kwargs.get(QUERY)?;
    here::make(language, query).map_err(Error::message)
}

fn make_asset(path: &str) -> TeraResult<String> {
    asset::make(path).map_err(Error::message)
}
