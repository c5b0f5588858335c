//! What `app` and `embed` have in common: the check of a site, and the items that describe it.

use crate::check::functions::{self, Functions};
use crate::check::{assets, views};
use crate::expand;
use crate::expand::track;
use crate::input::arguments::Arguments;
use crate::krate::Crate;
use crate::krate::package::{CrateRoot, Package};
use crate::mistake;
use crate::site::{self, LoadedSite};
use kalgan_core::diagnostic::{self, Diagnostic};
use kalgan_core::lint::{self, Rust};
use kalgan_core::templates::registered::Registered;
use kalgan_core::templates::views::View;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use std::sync::Arc;
use syn::Ident;

/// A site that was read, with the functions that it names.
pub(crate) struct Checked {
    pub(crate) site: Arc<LoadedSite>,
    functions: Functions,
    registered: Registered,
    views: Vec<View>,
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
    let registered = krate.registered();
    diagnostics.extend(lint::all(site.files(), Rust::new(&registered)));
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
        error: mistake::all(errors),
        registered,
        views: match is_of_package(arguments, package) && cfg!(feature = "dev") {
            true => views::all(&krate),
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

impl Checked {
    /// The items that the macro call refers to as `__KALGAN_SPEC`.
    pub(crate) fn items(&self, arguments: &Arguments) -> TokenStream {
        let krate = &arguments.krate;
        let functions = self.functions(arguments);
        let files = self.files(arguments);
        let tracked = self.tracked();
        let registered = expand::views::registered(&self.registered, krate);
        let views = expand::views::views(&self.views, krate);
        quote! {
            #tracked
            #functions
            static __KALGAN_SPEC: #krate::__private::Spec = #krate::__private::Spec {
                name: ::core::env!("CARGO_PKG_NAME"),
                version: ::core::env!("CARGO_PKG_VERSION"),
                functions: __kalgan_functions,
                registered: #registered,
                #[cfg(debug_assertions)]
                views: #views,
                #[cfg(not(debug_assertions))]
                views: &[],
                #files
            };
        }
    }

    /// The table of the functions that were found, with or without other mistakes: so they are in
    /// use, and one of a wrong shape is reported in the same build.
    pub(crate) fn functions(&self, arguments: &Arguments) -> TokenStream {
        let krate = &arguments.krate;
        let controllers = self
            .functions
            .controllers
            .iter()
            .map(|path| entry(path, "controller", &quote!(#krate::__private::BoxedHandler)));
        let middlewares = self.functions.middlewares.iter().map(|path| {
            entry(
                path,
                "middleware",
                &quote!(#krate::__private::BoxedMiddleware),
            )
        });
        quote! {
            #[allow(dead_code)]
            fn __kalgan_functions() -> #krate::__private::Functions {
                #krate::__private::Functions {
                    controllers: ::std::vec![#(#controllers),*],
                    middlewares: ::std::vec![#(#middlewares),*],
                }
            }
        }
    }

    fn files(&self, arguments: &Arguments) -> TokenStream {
        let krate = &arguments.krate;
        let bake = arguments.to_bake();
        if !cfg!(feature = "dev") {
            return quote!(files: #krate::__private::__bake! { #bake },);
        }
        // Checked to be UTF-8.
        let root = self.site.root.display().to_string();
        let settings = match &arguments.settings {
            Some(settings) => quote!(::core::option::Option::Some(#settings)),
            None => quote!(::core::option::Option::None),
        };
        quote! {
            #[cfg(debug_assertions)]
            files: #krate::__private::Files::Disk { root: #root, settings: #settings },
            #[cfg(not(debug_assertions))]
            files: #krate::__private::__bake! { #bake },
        }
    }

    /// What the expansion depends on: the files, and where they are looked for.
    pub(crate) fn tracked(&self) -> TokenStream {
        let files = track::site(&self.site);
        quote! {
            #files
            const _: ::core::option::Option<&::core::primitive::str> =
                ::core::option_env!("KALGAN_BUILD_ROOT");
        }
    }
}

fn entry(path: &str, module: &str, boxed: &TokenStream) -> TokenStream {
    let module = Ident::new(module, Span::call_site());
    let segments = path.split("::").map(identifier);
    quote!((#path, #boxed::new(crate::#module #(::#segments)*)))
}

/// A name of the site's files as Rust writes it: `type` is `r#type`.
pub(crate) fn identifier(name: &str) -> Ident {
    syn::parse_str(name).unwrap_or_else(|_| match name {
        // These have no raw form; rustc says what is wrong with them.
        "self" | "super" | "crate" | "Self" => Ident::new(name, Span::call_site()),
        _ => Ident::new_raw(name, Span::call_site()),
    })
}
