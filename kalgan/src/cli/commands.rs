//! The commands that print what an app would serve: `routes` and `settings`.

use super::print::{print, say, say_error};
use crate::app::start::Start;
use crate::routing::route::Matched;
use crate::routing::router::{Lookup, Router};
use crate::site::options::TrailingSlash;
use crate::spec::Spec;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::routes::{RouteLanguage, RouteTable};
use kalgan_core::settings::{Setting, Settings, schema};
use kalgan_core::site::SiteData;
use std::process::ExitCode;
use std::sync::Arc;

/// Prints the table of routes, or which of them answers a request.
pub(super) fn routes(
    spec: &'static Spec,
    settings: Vec<Setting>,
    method: Option<&str>,
    path: Option<&str>,
) -> ExitCode {
    let data = match Start::read(spec, settings).data() {
        Ok(data) => data,
        Err(diagnostics) => return fail(&diagnostics),
    };
    match path {
        None => {
            say(&table(&data.routes));
            ExitCode::SUCCESS
        }
        Some(target) => {
            match who_answers(&data, router(spec, &data), method.unwrap_or("GET"), target) {
                Ok(text) => {
                    say(&text);
                    ExitCode::SUCCESS
                }
                Err(text) => {
                    say_error(&text);
                    ExitCode::FAILURE
                }
            }
        }
    }
}

/// Prints the settings, and where each comes from; with those that are not set where all are asked for.
pub(super) fn settings(spec: &'static Spec, settings: Vec<Setting>, all: bool) -> ExitCode {
    match Start::read(spec, settings).data() {
        Ok(data) => {
            say(&listed(&data.settings, all));
            let useless = schema::without_effect(&data.settings, spec.own_sections);
            if !useless.is_empty() {
                print(&useless);
            }
            ExitCode::SUCCESS
        }
        Err(diagnostics) => fail(&diagnostics),
    }
}

fn fail(diagnostics: &[Diagnostic]) -> ExitCode {
    print(diagnostics);
    ExitCode::FAILURE
}

fn table(routes: &RouteTable) -> String {
    let mut rows = vec![
        [
            "NAME",
            "METHODS",
            "PATH",
            "CONTROLLER",
            "MIDDLEWARE",
            "FILE",
        ]
        .map(String::from),
    ];
    for route in routes.routes.iter() {
        let path = match &route.host {
            Some(host) => format!("{}{}", host.text, route.path),
            None => route.path.to_string(),
        };
        rows.push([
            route.name.to_string(),
            match route.methods.is_empty() {
                true => String::from("any"),
                false => route.methods.join(","),
            },
            path,
            route.controller.to_string(),
            route.middleware.join(","),
            route.place.to_string(),
        ]);
    }
    columns(&rows)
}

/// Rows in columns as wide as their widest cell.
fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: Vec<usize> = (0..N)
        .map(|at| {
            let cells = rows.iter().map(|row| row[at].chars().count());
            cells.max().unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:<width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn router(spec: &Spec, data: &SiteData) -> Router {
    Router::new(Arc::clone(&data.routes), spec.files.linked().regex)
}

/// Which route answers a request, by what the server does; `Err` where none does. The target is a path
/// or a URL with a host.
fn who_answers(
    data: &SiteData,
    router: Router,
    method: &str,
    target: &str,
) -> Result<String, String> {
    let target = target.split(['?', '#']).next().unwrap_or(target);
    let (host, path) = match target.split_once("://") {
        Some((_, rest)) => match rest.find('/') {
            Some(slash) => (Some(&rest[..slash]), &rest[slash..]),
            None => (Some(rest), "/"),
        },
        None => (None, target),
    };
    let slash = TrailingSlash::of(&data.settings);
    let (mut lookup, mut redirect) = (router.find(method, host, path), None);
    if lookup == Lookup::Nothing
        && slash != TrailingSlash::Strict
        && let Some((found, other)) = router.find_with_other_slash(method, host, path)
    {
        lookup = found;
        redirect = (slash == TrailingSlash::Redirect).then_some(other);
    }
    match lookup {
        Lookup::Found { route, parameters } => {
            let matched = Matched::new(Arc::clone(router.table()), route, parameters);
            answer(data, method, path, &matched, redirect.as_deref())
        }
        Lookup::OtherMethods(allowed) if method == "OPTIONS" => {
            let allowed = allowed.join(", ");
            Ok(format!(
                "OPTIONS {path} is answered with 204 and `Allow: {allowed}`\n"
            ))
        }
        Lookup::OtherMethods(allowed) => Err(format!(
            "no route answers {method} {path}; it is answered for {}",
            allowed.join(", ")
        )),
        Lookup::Nothing => {
            let hint = match router.has_hosts() && host.is_none() {
                true => {
                    "; some routes name a host: ask for one with a URL, such as \
                     `routes http://www.example.com/`"
                }
                false => "",
            };
            Err(format!("no route answers {method} {path}{hint}"))
        }
        Lookup::Malformed => Err(format!(
            "`{path}` is not UTF-8 once its percent-encoding is undone"
        )),
    }
}

/// What is known of the route that answers.
fn answer(
    data: &SiteData,
    method: &str,
    path: &str,
    matched: &Matched,
    redirect: Option<&str>,
) -> Result<String, String> {
    let route = matched.def();
    let mut rows = vec![
        [String::from("route"), route.name.to_string()],
        [String::from("path"), route.path.to_string()],
        [String::from("controller"), route.controller.to_string()],
        [String::from("file"), route.place.to_string()],
    ];
    if !route.middleware.is_empty() {
        rows.insert(2, [String::from("middleware"), route.middleware.join(", ")]);
    }
    if let Some(host) = &route.host {
        rows.insert(2, [String::from("host"), host.text.to_string()]);
    }
    if let Some(size) = route.max_body {
        rows.push([String::from("max_body"), format!("{size} bytes")]);
    }
    if let Some(to) = redirect {
        rows.insert(0, [String::from("redirect"), format!("308 to {to}")]);
    }
    for (name, value) in matched.parameters() {
        rows.push([format!("{{{name}}}"), value.to_string()]);
    }
    let parameters = matched.parameters();
    let named = match &route.language {
        Some(RouteLanguage::Fixed(language)) => Some(&**language),
        Some(RouteLanguage::Parameter(name)) => parameters
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value),
        None => None,
    };
    if let Some(named) = named
        && !data.catalogue.languages.is_empty()
    {
        match data.catalogue.lookup(named) {
            Some(language) => rows.push([String::from("language"), language.code.to_string()]),
            None => {
                return Err(format!(
                    "no route answers {method} {path}: `{}` would, but there are no messages in `{named}`",
                    route.name
                ));
            }
        }
    }
    Ok(columns(&rows))
}

fn listed(settings: &Settings, all: bool) -> String {
    let secrets = settings.secrets();
    let set = settings.iter().map(|setting| {
        [
            setting.key.to_string(),
            secrets.masked(&setting.key, &setting.value),
            format!("# {}", setting.origin),
        ]
    });
    let known = schema::KNOWN.iter().chain([&schema::ERROR]);
    // The controllers of errors are one setting, of several names.
    let is_set = |key: &str| match key.strip_suffix(".*") {
        Some(section) => settings.exists(section),
        None => settings.find(key).is_some(),
    };
    let unset = known.filter(|known| all && !is_set(known.key));
    let unset = unset.map(|known| {
        let (value, origin) = match known.default {
            Some(default) => (default, "# default"),
            None => ("-", "# not set"),
        };
        [known.key, value, origin].map(String::from)
    });
    let mut rows: Vec<[String; 3]> = set.chain(unset).collect();
    rows.sort();
    columns(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::expression::REGEX;
    use kalgan_core::messages::{Catalogue, Language};
    use kalgan_core::scalar::Scalar;
    use kalgan_core::settings::{Origin, Value};

    const ROUTES: &str = "\
routes:
  - home: {path: '/{_lang}', controller: c::c, language: _lang, defaults: {_lang: en, kind: x},
      requirements: {_lang: en|fr}}
  - about: {path: /about, controller: c::c, methods: get}
  - docs: {path: /docs/, controller: c::c, max_body: 20 MiB}
  - shop: {path: /shop, controller: c::c, host: '{name}.example.com'}
";

    fn data(trailing_slash: &'static str) -> SiteData {
        let file = kalgan_core::text::SourceFile::new("r.yaml", ROUTES);
        let parsed = kalgan_core::routes::parse(&Arc::new(file));
        let language = |code: &'static str| Language {
            code: code.into(),
            messages: Vec::new().into(),
        };
        SiteData {
            settings: Arc::new(Settings::new([Setting {
                key: "router.trailing_slash".into(),
                value: Value::Scalar(Scalar::string(trailing_slash)),
                origin: Origin::Environment("X".into()),
            }])),
            routes: Arc::new(RouteTable {
                routes: parsed
                    .routes
                    .into_iter()
                    .map(|parsed| parsed.route)
                    .collect(),
            }),
            catalogue: Arc::new(Catalogue {
                languages: vec![language("en"), language("es")].into(),
                default: "en".into(),
            }),
            ..SiteData::default()
        }
    }

    /// What is printed, with one space between columns.
    fn said(trailing_slash: &'static str, method: &str, target: &str) -> String {
        let data = data(trailing_slash);
        let router = Router::new(Arc::clone(&data.routes), Some(REGEX));
        let (Ok(text) | Err(text)) = who_answers(&data, router, method, target);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn defaults_languages_and_fragments() {
        for target in ["/", "/#top", "/?a=b#c", "/en"] {
            let text = said("strict", "GET", target);
            assert!(text.contains("route home"), "{target}: {text}");
            assert!(
                text.ends_with("{_lang} en {kind} x language en"),
                "{target}: {text}"
            );
        }
        assert_eq!(
            said("strict", "GET", "/fr"),
            "no route answers GET /fr: `home` would, but there are no messages in `fr`"
        );
        assert!(said("strict", "GET", "/about#team").starts_with("route about"));
    }

    #[test]
    fn all_settings() {
        let setting = |key: &'static str, value: &'static str| Setting {
            key: key.into(),
            value: Value::Scalar(Scalar::resolve(value)),
            origin: Origin::Environment("X".into()),
        };
        let listed = |settings: &[Setting], all| {
            let text = listed(&Settings::new(settings.iter().cloned()), all);
            let rows = text.lines().map(|row| {
                let cells = row.split("  ").map(str::trim);
                let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
                cells.join("|")
            });
            rows.collect::<Vec<_>>()
        };
        let own = [
            setting("server.port", "80"),
            setting("error.404", "e::e"),
            setting("zoo.token", "x"),
        ];
        let set = [
            "error.404|e::e|# environment X",
            "server.port|80|# environment X",
            "zoo.token|********|# environment X",
        ];
        assert_eq!(listed(&own, false), set);
        let all = listed(&own, true);
        assert!(all.is_sorted());
        for row in set.iter().chain(&[
            "server.max_body|2 MiB|# default",
            "development.watch|auto|# default",
            "server.hosts|-|# not set",
        ]) {
            assert!(all.iter().any(|known| known == row), "no {row} in {all:#?}");
        }
        let one_of = |key: &str| all.iter().filter(|row| row.starts_with(key)).count();
        for known in schema::KNOWN {
            assert_eq!(one_of(&format!("{}|", known.key)), 1, "{}", known.key);
        }
        assert_eq!(all.len(), schema::KNOWN.len() + 2);
        assert!(
            listed(&[], true)
                .iter()
                .any(|row| row == "error.*|-|# not set")
        );
        assert!(listed(&[], false).is_empty());
    }

    #[test]
    fn trailing_slashes() {
        assert!(said("strict", "GET", "/about/").starts_with("no route answers GET /about/"));
        assert!(said("ignore", "GET", "/about/").starts_with("route about"));
        assert!(
            said("redirect", "GET", "/about/").starts_with("redirect 308 to /about route about")
        );
        let docs = said("redirect", "GET", "/docs");
        assert!(
            docs.starts_with("redirect 308 to /docs/ route docs"),
            "{docs}"
        );
        assert!(docs.ends_with("max_body 20971520 bytes"), "{docs}");
        for slash in ["ignore", "redirect"] {
            let text = said(slash, "POST", "/about/");
            assert!(
                text.contains("it is answered for GET, HEAD, OPTIONS"),
                "{text}"
            );
            let text = said(slash, "OPTIONS", "/about/");
            assert!(text.contains("answered with 204"), "{text}");
        }
    }

    #[test]
    fn hosts() {
        assert!(said("strict", "GET", "/shop").contains("some routes name a host"));
        for target in [
            "http://a.example.com/shop",
            "https://A.example.com:8080/shop?x#y",
        ] {
            let text = said("strict", "GET", target);
            assert!(text.starts_with("route shop"), "{text}");
            assert!(
                text.contains("host {name}.example.com") && text.ends_with("{name} a"),
                "{text}"
            );
        }
        assert!(said("strict", "GET", "http://other.org").starts_with("route home"));
        assert_eq!(
            said("strict", "GET", "http://other.org/shop"),
            "no route answers GET /shop"
        );
    }

    #[test]
    fn methods() {
        let other = said("strict", "POST", "/about");
        assert_eq!(
            other,
            "no route answers POST /about; it is answered for GET, HEAD, OPTIONS"
        );
        let options = said("strict", "OPTIONS", "/about");
        assert_eq!(
            options,
            "OPTIONS /about is answered with 204 and `Allow: GET, HEAD, OPTIONS`"
        );
    }
}
