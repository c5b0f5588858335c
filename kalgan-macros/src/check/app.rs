//! The check of a whole site: what `app` and `embed` have in common.

use super::functions::{self, Functions};
use super::{assets, bodies, commands, errors, own_settings, path, views};
use crate::input::arguments::Arguments;
use crate::krate::Crate;
use crate::krate::package::{CrateRoot, Package};
use crate::mistake;
use crate::site::{self, LoadedSite};
use kalgan_core::commands::Command;
use kalgan_core::diagnostic::{self, Diagnostic};
use kalgan_core::lint::variables::{of_conditions, of_globals};
use kalgan_core::lint::{self, Rust};
use kalgan_core::settings::own::OwnSection;
use kalgan_core::settings::schema;
use kalgan_core::templates::registered::Registered;
use kalgan_core::templates::views::View;
use proc_macro2::Span;
use std::path::PathBuf;
use std::sync::Arc;

/// A site that was read, with the functions that it names.
pub(crate) struct Checked {
    /// The folder of the package.
    pub(crate) package: PathBuf,
    pub(crate) site: Arc<LoadedSite>,
    pub(crate) functions: Functions,
    pub(crate) registered: Registered,
    pub(crate) commands: Vec<Command>,
    /// The sections of 0.9.1 that its sources read.
    pub(crate) own_sections: Vec<&'static str>,
    /// The sections that its structs read.
    pub(crate) own_settings: Vec<OwnSection>,
    pub(crate) views: Vec<View>,
    /// Set where the site cannot be built: all that is wrong with it.
    pub(crate) error: Option<syn::Error>,
}

/// Reads and checks the site of these arguments. Warnings are printed; errors stand at `span`, since
/// on stable Rust no span points into a YAML file.
pub(crate) fn check(
    arguments: &Arguments,
    package: &Package,
    crate_root: Option<CrateRoot>,
    span: Span,
) -> Checked {
    let root = package.site_root(arguments.root.as_deref());
    let site = site::load(&root, arguments.settings.as_deref());
    let is_certain = crate_root.as_ref().is_some_and(|root| root.is_certain);
    let krate = Crate::of(package, crate_root);
    let mut functions = functions::check(&site, &krate, is_certain);
    let mut diagnostics = site.diagnostics.clone();
    diagnostics.append(&mut functions.diagnostics);
    diagnostics.extend(path::check(&site, &functions, &krate));
    diagnostics.extend(errors::check(&site, &functions, &krate, &arguments.krate));
    diagnostics.extend(bodies::check(&site, &mut functions, &krate));
    let reads = |section: &str| {
        let mut files = krate.files();
        let [section, key] = [format!("\"{section}\""), format!("\"{section}.")];
        files.any(|(file, _)| file.mentions(&section) || file.mentions(&key))
    };
    let own_sections: Vec<&str> = schema::sections_without_effect()
        .filter(|section| reads(section))
        .collect();
    diagnostics.extend(schema::without_effect(&site.site.settings, &own_sections));
    let mut commands = commands::check(&krate);
    diagnostics.append(&mut commands.diagnostics);
    let registered = krate.registered();
    let is_of_package = is_of_package(arguments, package);
    // Another site of the package has settings of its own.
    let own_settings = match is_of_package {
        true => own_settings::all(&krate, &arguments.krate),
        false => Vec::new(),
    };
    let rust = Rust {
        settings: &own_settings,
        ..Rust::new(&registered)
    };
    diagnostics.extend(lint::all(&site, rust));
    // Reading the views takes time, and few apps have variables of all templates.
    let views = match is_of_package && (cfg!(feature = "dev") || views::has_globals(&krate)) {
        true => views::all(&krate, &arguments.krate),
        false => Vec::new(),
    };
    let source = |path: &str| krate.source(path);
    let templates = &site.templates;
    diagnostics.extend(of_conditions(templates, &views, &registered, &source));
    diagnostics.extend(of_globals(&site.templates, &views, &registered, &source));
    if let Some(folder) = &arguments.root
        && !root.is_dir()
    {
        diagnostics.push(
            Diagnostic::general(format!("there is no folder `{folder}`"))
                .with_code("missing-path")
                .with_help("`root` is relative to the folder of the package's Cargo.toml"),
        );
    }
    if let Err(problem) = site::literal(&root) {
        diagnostics.push(*problem);
    }
    if let Err(problems) = assets::folders(&site) {
        diagnostics.extend(problems);
    }
    diagnostic::sort(&mut diagnostics);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        diagnostics.into_iter().partition(Diagnostic::is_error);
    for warning in warnings {
        eprintln!("{}\n", warning.render(false));
    }
    let errors = errors
        .iter()
        .map(|diagnostic| mistake::at(span, diagnostic));
    Checked {
        package: package.base.clone(),
        error: mistake::all(errors),
        registered,
        commands: commands.all,
        own_sections,
        own_settings,
        views: match cfg!(feature = "dev") {
            true => views,
            false => Vec::new(),
        },
        site,
        functions,
    }
}

/// Whether this is the site that the macros within the package's functions look at.
fn is_of_package(arguments: &Arguments, package: &Package) -> bool {
    let own = package.app_arguments();
    (own.root, own.settings) == (arguments.root.clone(), arguments.settings.clone())
}
