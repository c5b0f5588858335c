//! `#[app]`: `fn main` as the app.

mod main_fn;

use crate::arguments::Arguments;
use crate::package::Package;
use crate::spec;
use main_fn::Main;
use proc_macro2::{Span, TokenStream};
use quote::quote;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let (arguments, arguments_error) = match syn::parse2::<Arguments>(arguments) {
        Ok(arguments) => (arguments, None),
        Err(error) => (Arguments::default(), Some(error)),
    };
    let main = match main_fn::parse(item) {
        Ok(main) => main,
        Err(mistaken) => {
            let errors = arguments_error.map(syn::Error::into_compile_error);
            return quote!(#errors #mistaken);
        }
    };
    // Wrong arguments lead to other files, and so to mistakes that are none.
    if let Some(error) = arguments_error {
        return main.broken(&error, &TokenStream::new());
    }
    let package = match Package::current() {
        Ok(package) => package,
        Err(error) => return main.broken(&error, &TokenStream::new()),
    };
    // The attribute, as if the user had written what is marked: rustc then says nothing about macros.
    let span = Span::call_site().resolved_at(main.span());
    let checked = spec::check(&arguments, &package, package.main_root(), span);
    match &checked.error {
        Some(error) => {
            let functions = checked.functions(&arguments);
            let tracked = checked.tracked();
            main.broken(error, &quote!(#tracked #functions))
        }
        None => expansion(&main, &arguments, &checked.items(&arguments)),
    }
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
