//! The address of the page in progress, in the same or in another language.

use super::given::{Given, given, site};
use super::query;
use super::url::as_in_production;
use crate::error::{Error, Result};
use crate::routing::url::{self, Here, UrlError};
use crate::site::Site;
use crate::site::current::{self, Current};
use kalgan_core::messages::Catalogue;
use kalgan_core::routes::{RouteDef, RouteLanguage};
use tera::Value;

/// The address of the page in progress in another language, with the same parameters and query: the
/// filter `here` of templates.
///
/// The parameter that holds the route's language changes. Of routes with a fixed language it is the
/// one of that language with the same controller and parameters. Where the language is no part of the
/// address, it stays as it is.
///
/// # Errors
/// A 500: no request is in progress, or the route does not lead to a page in that language. In
/// production it is the page's own address in this last case, and the log tells.
///
/// ```no_run
/// # fn f() -> kalgan::Result<()> {
/// let spanish = kalgan::here("es")?;
/// # Ok(()) }
/// ```
#[track_caller]
pub fn here(language: impl AsRef<str>) -> Result<String> {
    make(Some(language.as_ref()), None)
}

/// The address of the page in progress; see [`here()`]. The query is that of the request unless
/// another one is given.
#[track_caller]
pub(super) fn make(language: Option<&str>, query: Option<&Value>) -> Result<String> {
    let site = site(format_args!("the address of the page was made"))?;
    let Some(request) = current::request() else {
        return Err(Error::internal(
            "the address of the page was made where no request is in progress",
        ));
    };
    let mut url = match language {
        Some(language) => match in_language(&site, &request, language) {
            Ok(url) => url,
            Err(error) => as_in_production(&site, error, || own(&request))?,
        },
        None => own(&request),
    };
    match query {
        Some(query) => query::push(&mut url, query)?,
        None => query::push(&mut url, &Value::from(request.uri.query().unwrap_or("")))?,
    }
    Ok(url)
}

/// The path that was asked for.
fn own(request: &Current) -> String {
    request.connection.prefix().to_owned() + &url::of_path(request.uri.path())
}

fn in_language(site: &Site, request: &Current, language: &str) -> Result<String, UrlError> {
    let catalogue = &site.catalogue;
    let folder = catalogue.lookup(language);
    let language = folder.map_or(language, |folder| &*folder.code);
    let Some(route) = &request.route else {
        // A path that no route answers may begin with a language all the same.
        let path = request.uri.path();
        let named = site.router.language_of(path);
        return Ok(match named {
            Some((at, named)) if catalogue.lookup(&named).is_some() => {
                let path = url::with_segment(path, at, language);
                request.connection.prefix().to_owned() + &path
            }
            _ => own(request),
        });
    };
    let def = route.def();
    let (target, parameter) = match &def.language {
        None => return Ok(own(request)),
        Some(RouteLanguage::Parameter(name)) => (def, Some(name)),
        Some(RouteLanguage::Fixed(fixed)) if is_same(catalogue, fixed, language) => {
            return Ok(own(request));
        }
        Some(RouteLanguage::Fixed(_)) => {
            let mut routes = site.router.routes().iter();
            let target = routes.find(|other| is_counterpart(catalogue, def, other, language));
            let target = target.ok_or_else(|| UrlError::OtherLanguage {
                route: def.name.to_string(),
                language: language.to_owned(),
            })?;
            (target, None)
        }
    };
    let parameters: Vec<(&str, &str)> = route
        .parameters()
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .filter(|(name, _)| def.params().any(|param| param.name == *name))
        .map(
            |(name, value)| match parameter.is_some_and(|of| of == name) {
                true => (name, language),
                false => (name, value),
            },
        )
        .collect();
    let parameters: Vec<Given<'_>> = given(&parameters);
    let here = Here {
        language,
        prefix: request.connection.prefix(),
        port: &|| current::port(site),
    };
    url::make(&site.router, &target.name, &parameters, here)
}

fn is_same(catalogue: &Catalogue, one: &str, other: &str) -> bool {
    let code = |language| catalogue.lookup(language).map(|found| &found.code);
    match (code(one), code(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// Whether a route is the same page in that language.
fn is_counterpart(catalogue: &Catalogue, of: &RouteDef, other: &RouteDef, language: &str) -> bool {
    let Some(RouteLanguage::Fixed(fixed)) = &other.language else {
        return false;
    };
    let has_all = |one: &RouteDef, other: &RouteDef| {
        one.params()
            .all(|param| other.params().any(|known| known.name == param.name))
    };
    is_same(catalogue, fixed, language)
        && other.controller == of.controller
        && has_all(of, other)
        && has_all(other, of)
}
