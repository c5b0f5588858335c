//! `__bake!`: a site's files as static data, an expression of the type `__private::Files`.

mod data;
mod templates;
mod watch;

use crate::check::assets::{self, Asset};
use crate::input::arguments::{Arguments, CratePath};
use crate::krate::package::Package;
use crate::mistake;
use crate::site::{self, LoadedSite};
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::messages::has_own_calendar;
use proc_macro2::{Span, TokenStream};
use quote::quote;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let arguments = match syn::parse2::<Arguments>(input) {
        Ok(arguments) => arguments,
        Err(error) => return error.into_compile_error(),
    };
    let krate = &arguments.krate;
    match baked(&arguments) {
        Ok(tokens) => tokens,
        Err(error) => {
            // A static cannot hold what a function makes up, so this errs for the type as well.
            let errors = error.to_compile_error();
            quote!({ #errors #krate::__private::Files::Disk { package: "", root: "", settings: ::core::option::Option::None, linked: #krate::__private::Linked::ALL } })
        }
    }
}

fn baked(arguments: &Arguments) -> syn::Result<TokenStream> {
    let package = Package::current()?;
    let root = package.site_root(arguments.root.as_deref());
    let site = site::load(&root, arguments.settings.as_deref());
    let error = |diagnostic: &Diagnostic| mistake::at(Span::call_site(), diagnostic);
    // Whoever wrote this call has checked the site; a file may have changed since.
    let errors: Vec<syn::Error> = site
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .map(error)
        .collect();
    mistake::result((), errors)?;
    // Names that nobody registers were reported, too, so each is taken as registered here.
    let judged =
        kalgan_core::templates::judge(&site.site.templates.files(), site.templates.foreign_names());
    mistake::result((), judged.iter().map(error).collect())?;
    let assets = assets::collect(&site)
        .map_err(|problems| problems.iter().map(error).collect())
        .or_else(|errors| mistake::result(Vec::new(), errors))?;
    let templates =
        templates::dir(&site, &arguments.krate).map_err(|diagnostic| error(&diagnostic))?;
    let is_watched = std::env::var_os("KALGAN_WATCH").is_some();
    let advice = (!is_watched).then(|| watch::advice(&site, arguments));
    Ok(expression(
        &arguments.krate,
        &site,
        &templates,
        &assets,
        advice.as_deref(),
    ))
}

fn expression(
    krate: &CratePath,
    site: &LoadedSite,
    templates: &TokenStream,
    assets: &[Asset],
    advice: Option<&str>,
) -> TokenStream {
    // A warning that cargo shows again for each build that has nothing to do.
    let warning = advice.map(|advice| {
        quote! {
            #[deprecated(note = #advice)]
            const __KALGAN_BUILD_SCRIPT: () = ();
            const _: () = __KALGAN_BUILD_SCRIPT;
        }
    });
    let data = data::items(krate, &site.site);
    let default_language = site.site.catalogue.default.as_ref();
    let template_folder = &site.template_folder;
    let assets = assets.iter().map(|asset| {
        let Asset {
            path,
            file,
            hash,
            modified,
        } = asset;
        quote!(EmbeddedAsset {
            path: #path,
            bytes: ::core::include_bytes!(#file),
            hash: #hash,
            modified: #modified,
        })
    });
    let linked = linked(krate, site);
    quote! {
        {
            #warning
            #data
            #[allow(unused_imports)]
            use #krate::__private::EmbeddedAsset;
            static TEMPLATES: #krate::__private::include_dir::Dir<'static> = #templates;
            static ASSETS: &[EmbeddedAsset] = &[#(#assets),*];
            #krate::__private::Files::Baked {
                site: #krate::__private::site::BakedSite {
                    settings: SETTINGS,
                    routes: ROUTES,
                    languages: LANGUAGES,
                    default_language: #default_language,
                    template_folder: #template_folder,
                },
                templates: &TEMPLATES,
                assets: ASSETS,
                linked: #linked,
            }
        }
    }
}

/// What the site needs of what is only linked where it is needed.
fn linked(krate: &CratePath, site: &LoadedSite) -> TokenStream {
    let optional = |is_needed: bool, item: TokenStream| match is_needed {
        true => quote!(::core::option::Option::Some(#krate::__private::#item)),
        false => quote!(::core::option::Option::None),
    };
    let catalogue = &site.site.catalogue;
    let mut languages = catalogue.languages.iter().map(|language| &*language.code);
    let has_own_calendar = has_own_calendar(&catalogue.default) || languages.any(has_own_calendar);
    let regex = optional(site.site.routes.needs_regex(), quote!(REGEX));
    let calendars = optional(has_own_calendar, quote!(Calendars::ALL));
    quote!(#krate::__private::Linked { regex: #regex, calendars: #calendars })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::write;
    use std::path::Path;

    fn bake(root: &Path, advice: Option<&str>) -> String {
        let site = site::load(root, None);
        assert!(site.is_good(), "{:?}", site.diagnostics);
        let templates = templates::dir(&site, &CratePath::default()).unwrap();
        let assets = assets::collect(&site).unwrap();
        let tokens = expression(&CratePath::default(), &site, &templates, &assets, advice);
        syn::parse2::<syn::Expr>(tokens.clone()).expect("an expression");
        tokens.to_string()
    }

    #[test]
    fn an_empty_site() {
        let temp = tempfile::tempdir().unwrap();
        let tokens = bake(temp.path(), None);
        assert!(tokens.contains("default_language : \"en\""), "{tokens}");
        assert!(!tokens.contains("deprecated"), "{tokens}");
    }

    #[test]
    fn the_machine_is_named_for_included_bytes_only() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        write(
            root,
            "settings.yaml",
            "static:\n  embed: true\n  folders: static\na: {b: [1, x]}\n",
        );
        write(root, "static/a.css", "a");
        write(root, "template/a/b.html", "{{ x }}");
        write(
            root,
            "config/routes/r.yaml",
            "routes: [{a: {path: '/{x}', controller: a::b}}]",
        );
        write(root, "config/i18n/en/m.yaml", "a: 'Hello {name}'");
        let tokens = bake(root, None);
        let machine = root.to_str().unwrap();
        assert_eq!(tokens.matches(machine).count(), 2, "{tokens}");
        let included = format!(":: core :: include_bytes ! (\"{machine}");
        assert_eq!(tokens.matches(&included).count(), 2, "{tokens}");
    }

    #[test]
    fn what_the_site_does_not_need_is_not_linked() {
        for (requirement, language, regex, calendars) in [
            ("[0-9]+", "es", false, false),
            ("en|es", "ja", false, false),
            (r"\\d+", "es", true, false),
            ("[0-9]+", "fa", false, true),
        ] {
            let temp = tempfile::tempdir().unwrap();
            let routes = format!(
                "routes: [{{a: {{path: '/{{x}}', controller: a::b, requirements: {{x: \"{requirement}\"}}}}}}]"
            );
            write(temp.path(), "config/routes/r.yaml", &routes);
            write(
                temp.path(),
                &format!("config/i18n/{language}/m.yaml"),
                "a: b",
            );
            write(temp.path(), "config/i18n/en/m.yaml", "a: b");
            let tokens = bake(temp.path(), None);
            assert_eq!(tokens.contains("REGEX"), regex, "{requirement} {tokens}");
            assert_eq!(
                tokens.contains("Calendars"),
                calendars,
                "{language} {tokens}"
            );
        }
    }

    #[test]
    fn advice_is_a_warning() {
        let temp = tempfile::tempdir().unwrap();
        let tokens = bake(temp.path(), Some("add a build script"));
        assert!(
            tokens.contains("deprecated (note = \"add a build script\")"),
            "{tokens}"
        );
    }
}
