//! Whether what a call gives to a template fits what the template needs.

use crate::krate::Crate;
use crate::krate::package::Package;
use crate::mistake;
use crate::site::LoadedSite;
use kalgan_core::lint::variables::{Misfit, Part, misfits, typed_misfits};
use kalgan_core::suggest::did_you_mean;
use kalgan_core::templates::registered::Registered;
use kalgan_core::templates::views::View;
use proc_macro2::Span;
use std::sync::Arc;
use syn::LitStr;

/// How a call gives variables to a template.
pub(crate) trait Giver {
    /// The name of the template.
    fn name(&self) -> Span;

    /// A variable.
    fn variable(&self, name: &str) -> Span;

    /// What to write so that further variables are given.
    fn advice(&self, missing: &[Box<str>]) -> String;
}

/// What does not fit, as errors: at the template's name, or at a variable. Nothing where files with
/// mistakes keep the template from being known; whoever checks the site reports them.
pub(crate) fn errors(
    site: &LoadedSite,
    view: &View,
    krate: Option<&Crate>,
    giver: &dyn Giver,
) -> Vec<syn::Error> {
    let Some(needs) = site.templates.needs(&view.template) else {
        return Vec::new();
    };
    let mut known = Registered::declared(&site.site.settings);
    let file = |path: &str| krate?.source(path);
    let mut found = misfits(view, &needs, &known.variables, &file);
    // Reading the crate takes time, and nearly always nothing is missing.
    if found.iter().any(Misfit::is_missing) {
        known.extend(match krate {
            Some(krate) => krate.registered(),
            None => current_crate().registered(),
        });
        // A library's site is that of another package.
        if let Ok(package) = Package::current().map(Package::of_site) {
            known.extend(Crate::of(&package, package.root()).registered());
        }
        found = misfits(view, &needs, &known.variables, &file);
    }
    if !view.shapes.is_empty() {
        // A filter of the app's own may have the name of one that is built in.
        known.extend(krate.map(Crate::registered).unwrap_or_default());
        found.extend(typed_misfits(view, &site.templates, &known));
    }
    found
        .into_iter()
        .map(|Misfit { part, diagnostic }| match part {
            Part::Call {
                missing,
                is_misspelt: false,
            } => {
                let advice = giver.advice(&missing);
                mistake::at(giver.name(), &diagnostic.with_help(advice))
            }
            Part::Call { .. } => mistake::at(giver.name(), &diagnostic),
            Part::Superfluous(name) | Part::Value(name) => {
                mistake::at(giver.variable(&name), &diagnostic)
            }
        })
        .collect()
}

/// The crate that is compiled; empty where nothing tells what it is.
pub(crate) fn current_crate() -> Arc<Crate> {
    let package = Package::current();
    package.map_or_else(
        |_| Arc::default(),
        |package| Crate::of(&package, package.root()),
    )
}

/// The template's file; none where it may be one of those that have mistakes.
pub(crate) fn find(site: &LoadedSite, name: &LitStr) -> syn::Result<Option<String>> {
    let value = name.value();
    if let Some(file) = site.site.templates.get(&value) {
        return Ok(Some(file.path().to_owned()));
    }
    if !site.is_good() {
        return Ok(None);
    }
    let templates = site.site.templates.files();
    let names: Vec<&str> = templates
        .iter()
        .map(|template| template.name.as_ref())
        .collect();
    Err(mistake::with(
        name.span(),
        format!(
            "there is no template `{value}` in `{}`",
            site.template_folder
        ),
        site.hint().or_else(|| help(&value, &names)),
    ))
}

fn help(name: &str, names: &[&str]) -> Option<String> {
    if names.is_empty() {
        return Some(String::from("the folder has no templates yet"));
    }
    let last = |name: &str| name.rsplit('/').next().map(str::to_owned);
    // The folder is forgotten more often than the name is misspelt.
    let elsewhere: Vec<&str> = names
        .iter()
        .copied()
        .filter(|known| last(known) == last(name))
        .take(5)
        .collect();
    match elsewhere.as_slice() {
        [] => did_you_mean(name, names),
        [one] => Some(format!("did you mean `{one}`?")),
        many => Some(kalgan_core::suggest::there_is(many)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalgan_core::loader::Loader;
    use kalgan_core::source::Memory;

    #[test]
    fn templates_are_looked_up() {
        let memory = Memory::with([("template/user/show.html", ""), ("template/base.html", "")]);
        let loaded = Loader::new(None).refresh(&memory).unwrap();
        let site = LoadedSite::new(std::path::Path::new("."), loaded, Vec::new());
        let find = |name: &str| {
            find(&site, &LitStr::new(name, Span::call_site())).map_err(|error| error.to_string())
        };
        assert_eq!(
            find("base.html"),
            Ok(Some(String::from("template/base.html")))
        );
        let error = find("show.html").unwrap_err();
        assert!(error.starts_with("there is no template `show.html` in `template`"));
        assert!(error.ends_with("did you mean `user/show.html`?"), "{error}");
        let error = find("bsae.html").unwrap_err();
        assert!(error.ends_with("did you mean `base.html`?"), "{error}");
    }

    #[test]
    fn an_unknown_name_is_not_reported_where_files_have_mistakes() {
        let memory = Memory::with([("template/a.html", "{{ broken")]);
        let loaded = Loader::new(None).refresh(&memory).unwrap();
        assert!(!loaded.is_good());
        let site = LoadedSite::new(std::path::Path::new("."), loaded, Vec::new());
        let found = find(&site, &LitStr::new("a.html", Span::call_site()));
        assert_eq!(found.unwrap(), None);
    }
}
