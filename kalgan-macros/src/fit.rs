//! Whether what a call gives to a template fits what the template needs.

use crate::package::Package;
use crate::site::Site;
use crate::sources::Sources;
use crate::{mistake, track};
use kalgan_core::lint::variables::{Misfit, Part, misfits};
use kalgan_core::templates::registered::Registered;
use kalgan_core::templates::views::View;
use proc_macro2::{Span, TokenStream};
use std::collections::BTreeSet;

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
    site: &Site,
    view: &View,
    sources: Option<&Sources>,
    giver: &dyn Giver,
) -> Vec<syn::Error> {
    let Some(needs) = site.templates.needs(&view.template) else {
        return Vec::new();
    };
    let mut known = Registered::declared(&site.site.settings);
    let file = |path: &str| sources?.find(path);
    let mut found = misfits(view, &needs, &known.variables, &file);
    // Looking through the sources takes time, and nearly always nothing is missing.
    if found.iter().any(Misfit::is_missing) {
        known.extend(match sources {
            Some(sources) => sources.registered(),
            None => self::sources().registered(),
        });
        found = misfits(view, &needs, &known.variables, &file);
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

/// The sources of the package; none where nothing tells what it is.
pub(crate) fn sources() -> Sources {
    Package::current().map_or_else(|_| Sources::default(), |package| Sources::of(&package))
}

/// What a call depends on: the template with all that says what it needs, or all files where that
/// is not known.
pub(crate) fn tracked(site: &Site, template: &str, file: Option<&str>) -> TokenStream {
    let (Some(file), Some(needs)) = (file, site.templates.needs(template)) else {
        return track::site(site);
    };
    let mut files: BTreeSet<&str> = BTreeSet::from([file]);
    let uses = needs.variables.iter().flat_map(|need| need.uses.iter());
    files.extend(uses.map(|used| used.place.file.path()));
    // Those that use no variable yet.
    let mut names = vec![template];
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(name) = names.pop() {
        if let Some(entry) = site.templates.entry(name)
            && seen.insert(name)
            && let Some(parsed) = &entry.parsed
        {
            files.insert(entry.file.path());
            names.extend(parsed.tree.parent.iter().map(|parent| &*parent.text));
            let includes = parsed.references.includes.iter();
            names.extend(includes.map(|include| &*include.text));
        }
    }
    track::files(&site.root, files)
}
