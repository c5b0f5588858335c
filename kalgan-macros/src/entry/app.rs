//! `#[app]`: `fn main` as the app.

mod main_fn;

use crate::check::app;
use crate::input::arguments::Arguments;
use crate::krate::package::Package;
use main_fn::Main;
use proc_macro2::{Span, TokenStream};
use quote::quote;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let arguments = syn::parse2::<Arguments>(arguments);
    let (main, mut errors) = match main_fn::parse(item) {
        Ok(parsed) => parsed,
        Err(mistaken) => {
            let errors = arguments.err().map(syn::Error::into_compile_error);
            return quote!(#errors #mistaken);
        }
    };
    // Wrong arguments lead to other files, and so to mistakes that are none.
    let site = arguments.and_then(|arguments| Ok((arguments, Package::current()?)));
    let (arguments, package) = match site {
        Ok(site) => site,
        Err(error) => {
            errors.push(error);
            return main.broken(errors, &TokenStream::new());
        }
    };
    // The attribute, as if the user had written what is marked: rustc then says nothing about macros.
    let span = Span::call_site().resolved_at(main.span());
    let checked = app::check(&arguments, &package, package.main_root(), span);
    errors.extend(checked.error.clone());
    if errors.is_empty() {
        return expansion(&main, &arguments, &checked.items(&arguments));
    }
    let functions = checked.functions(&arguments);
    let tracked = checked.tracked();
    main.broken(errors, &quote!(#tracked #functions))
}

fn expansion(main: &Main, arguments: &Arguments, items: &TokenStream) -> TokenStream {
    let krate = &arguments.krate;
    let (outer, inner) = (&main.outer, main.inner());
    let body = main.body(arguments);
    quote! {
        #(#outer)*
        fn main() -> ::std::process::ExitCode {
            #items
            #inner
            #krate::__private::main(&__KALGAN_SPEC, |__kalgan_app| #body)
        }
    }
}
