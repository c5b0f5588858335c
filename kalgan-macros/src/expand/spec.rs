//! The items that describe an app.

use super::{settings, track, views};
use crate::check::app::Checked;
use crate::input::arguments::{Arguments, CratePath};
use kalgan_core::commands::Command;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;

impl Checked {
    /// The items that the macro call refers to as `__KALGAN_SPEC`.
    pub(crate) fn items(&self, arguments: &Arguments) -> TokenStream {
        let krate = &arguments.krate;
        let functions = self.functions(arguments);
        let files = self.files(arguments);
        let tracked = self.tracked();
        let registered = views::registered(&self.registered, krate);
        let views = views::views(&self.views, krate);
        let commands = commands(&self.commands, krate);
        let own_sections = &self.own_sections;
        let own_settings = settings::own(&self.own_settings, krate);
        quote! {
            #tracked
            #functions
            static __KALGAN_SPEC: #krate::__private::Spec = #krate::__private::Spec {
                name: ::core::env!("CARGO_PKG_NAME"),
                version: ::core::env!("CARGO_PKG_VERSION"),
                functions: __kalgan_functions,
                registered: #registered,
                commands: #commands,
                own_sections: &[#(#own_sections),*],
                own_settings: #own_settings,
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
        let set_aside = self.functions.set_aside.iter().map(|(role, path)| {
            let module = Ident::new(role.module(), Span::call_site());
            let segments = path.split("::").map(identifier);
            quote!(let _ = crate::#module #(::#segments)*;)
        });
        quote! {
            #[allow(dead_code)]
            fn __kalgan_functions() -> #krate::__private::Functions {
                #(#set_aside)*
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
        let package = self.package.display().to_string();
        let root = arguments.root.as_deref().unwrap_or_default();
        let settings = match &arguments.settings {
            Some(settings) => quote!(::core::option::Option::Some(#settings)),
            None => quote!(::core::option::Option::None),
        };
        quote! {
            #[cfg(debug_assertions)]
            files: #krate::__private::Files::Disk {
                package: #package,
                root: #root,
                settings: #settings,
                linked: #krate::__private::Linked::ALL,
            },
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

/// The app's own commands as an expression of the type `&'static [Command]`.
pub(crate) fn commands(commands: &[Command], krate: &CratePath) -> TokenStream {
    let commands = commands.iter().map(|command| {
        let Command { name, about } = command;
        quote!(#krate::__private::commands::Command {
            name: ::std::borrow::Cow::Borrowed(#name),
            about: ::std::borrow::Cow::Borrowed(#about),
        })
    });
    quote!(&[#(#commands),*])
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
