//! `embed!`: the app as an expression.

use crate::check::app;
use crate::input::arguments::{Arguments, CratePath};
use crate::input::call;
use crate::krate::package::Package;
use crate::mistake;
use kalgan_core::site::defaults;
use kalgan_core::source::plain;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use std::path::Path;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Token};

/// `"path", crate = path`, both optional.
#[derive(Default)]
struct Embed {
    path: Option<LitStr>,
    krate: CratePath,
}

impl Parse for Embed {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut embed = Self::default();
        if input.peek(LitStr) {
            embed.path = Some(input.parse()?);
            if input.is_empty() {
                return Ok(embed);
            }
            input.parse::<Token![,]>()?;
        }
        if input.peek(Token![crate]) {
            embed.krate = call::krate(input)?;
            input.parse::<Option<Token![,]>>()?;
        }
        if input.is_empty() {
            return Ok(embed);
        }
        Err(mistake::new(
            input.span(),
            "this is no argument of `embed!`",
            "write `embed!()`, or `embed!(\"path\")` with the path of the settings or of the \
             app's folder",
        ))
    }
}

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let (embed, parse_error) = match syn::parse2::<Embed>(input) {
        Ok(embed) => (embed, None),
        Err(error) => (Embed::default(), Some(error)),
    };
    let result = match parse_error {
        Some(error) => Err(error),
        None => Package::current().and_then(|package| {
            let arguments = arguments(&embed, &package)?;
            Ok((package, arguments))
        }),
    };
    let krate = &embed.krate;
    let (package, arguments) = match result {
        Ok(result) => result,
        Err(error) => return mistake::expression(&error, &quote!(#krate::App)),
    };
    let krate = &arguments.krate;
    // The macro call, as if the user had written what is marked, where there is a word of the user's.
    let call_site = Span::call_site();
    let span = embed
        .path
        .as_ref()
        .map_or(call_site, |path| call_site.resolved_at(path.span()));
    let checked = app::check(&arguments, &package, package.root(), span);
    match &checked.error {
        Some(error) => {
            let functions = checked.functions(&arguments);
            let tracked = checked.tracked();
            let mistake = mistake::expression(error, &quote!(#krate::App));
            quote!({ #tracked #functions #mistake })
        }
        None => {
            let items = checked.items(&arguments);
            quote!({ #items #krate::__private::app(&__KALGAN_SPEC) })
        }
    }
}

/// The arguments that `#[kalgan::app]` would have.
fn arguments(embed: &Embed, package: &Package) -> syn::Result<Arguments> {
    let app = package.app_arguments();
    let krate = if embed.krate.is_given() {
        embed.krate.clone()
    } else {
        app.krate.clone()
    };
    let Some(path) = &embed.path else {
        return Ok(Arguments { krate, ..app });
    };
    let value = path.value();
    match decide(&package.base, &value) {
        Some((root, settings)) => Ok(Arguments {
            settings,
            root,
            krate,
        }),
        None => Err(mistake::new(
            path.span(),
            format!("there is nothing at `{value}`"),
            "write the path of a settings file, a folder of settings or an app's folder, relative \
             to the folder of the package's Cargo.toml",
        )),
    }
}

/// The site's folder and its settings; `None` where there is nothing at the path.
fn decide(base: &Path, path: &str) -> Option<(Option<String>, Option<String>)> {
    let full = plain(&base.join(path));
    if path.trim().is_empty() {
        return None;
    }
    if full.is_file() {
        return Some((None, Some(path.to_owned())));
    }
    if !full.is_dir() {
        return None;
    }
    let has_folder = |name: &str| full.join(name).is_dir();
    let has_file = |name: &str| full.join(name).is_file();
    let has_settings = defaults::SETTINGS.iter().any(|name| has_file(name));
    let is_app = has_folder("config")
        || (has_settings
            && (["template", "static", "src"].into_iter().any(has_folder)
                || has_file("Cargo.toml")));
    if is_app {
        return Some((Some(path.to_owned()), None));
    }
    let settings_of_app = ["app", "app.yaml", "app.yml"]
        .into_iter()
        .find(|name| full.join(name).exists());
    if let Some(name) = settings_of_app {
        if full.file_name().is_some_and(|folder| folder == "config") {
            let parent = plain(&Path::new(path).join(".."));
            let parent = parent.to_str().filter(|parent| !parent.is_empty());
            return Some((parent.map(str::to_owned), None));
        }
        return Some((None, Some(format!("{}/{name}", path.trim_end_matches('/')))));
    }
    Some((None, Some(path.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(path: &str, files: &[&str]) -> Option<(Option<String>, Option<String>)> {
        let temp = tempfile::tempdir().unwrap();
        for file in files {
            let file = temp.path().join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        decide(temp.path(), path)
    }

    fn root(path: &str) -> Option<(Option<String>, Option<String>)> {
        Some((Some(path.to_owned()), None))
    }

    fn settings(path: &str) -> Option<(Option<String>, Option<String>)> {
        Some((None, Some(path.to_owned())))
    }

    #[test]
    fn the_path_is_looked_at() {
        assert_eq!(decided("a/s.yaml", &["a/s.yaml"]), settings("a/s.yaml"));
        assert_eq!(
            decided("blog", &["blog/config/routes/a.yaml"]),
            root("blog")
        );
        assert_eq!(
            decided("blog", &["blog/settings.yaml", "blog/template/a.html"]),
            root("blog")
        );
        assert_eq!(
            decided("blog", &["blog/settings.yaml", "blog/Cargo.toml"]),
            root("blog")
        );
        assert_eq!(
            decided("config/app", &["config/app/settings.yaml"]),
            settings("config/app"),
            "a settings file alone does not make an app's folder"
        );
        assert_eq!(
            decided("config", &["config/app/a.yaml"]),
            Some((None, None))
        );
        assert_eq!(decided("config", &["config/app.yaml"]), Some((None, None)));
        assert_eq!(
            decided("blog/config", &["blog/config/app/a.yaml"]),
            root("blog")
        );
        assert_eq!(decided("conf/", &["conf/app/a.yaml"]), settings("conf/app"));
        assert_eq!(decided("conf", &["conf/app.yml"]), settings("conf/app.yml"));
        assert_eq!(decided("set", &["set/server.yaml"]), settings("set"));
        assert_eq!(decided("gone", &[]), None);
        assert_eq!(decided("", &[]), None);
        assert_eq!(decided(".", &["config/app/a.yaml"]), root("."));
    }

    #[test]
    fn arguments_are_parsed() {
        let parse = |text: &str| syn::parse_str::<Embed>(text).map_err(|e| e.to_string());
        assert!(parse("").unwrap().path.is_none());
        assert_eq!(parse("\"a\",").unwrap().path.unwrap().value(), "a");
        let both = parse("\"a\", crate = web").unwrap();
        assert!(both.krate.is_given() && both.path.is_some());
        assert!(parse("crate = web").unwrap().krate.is_given());
        for wrong in ["a", "\"a\" \"b\"", "\"a\", 5", "crate = web, 5"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
