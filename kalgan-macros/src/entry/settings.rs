//! `#[settings("shop")]`: a struct that reads a section of the settings.

use crate::input::arguments::CratePath;
use crate::input::call;
use crate::mistake;
use kalgan_core::settings::schema::CLOSED_SECTIONS;
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Item, LitStr, Token};

const EXAMPLE: &str = "write `#[kalgan::settings(\"shop\")]`, with the key of the section";

/// `"key", crate = path`.
struct Section {
    key: LitStr,
    krate: CratePath,
}

impl Parse for Section {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key: LitStr = match input.parse() {
            Ok(key) => key,
            Err(error) => {
                let message = "the key of the section is missing";
                return Err(mistake::new(error.span(), message, EXAMPLE));
            }
        };
        let mut krate = CratePath::default();
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        if input.peek(Token![crate]) {
            krate = call::krate(input)?;
            input.parse::<Option<Token![,]>>()?;
        }
        match input.is_empty() {
            true => Ok(Self { key, krate }),
            false => {
                let message = "this is no argument of `#[kalgan::settings]`";
                Err(mistake::new(input.span(), message, EXAMPLE))
            }
        }
    }
}

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    match read(arguments, &item) {
        Ok(implementation) => quote!(#item #implementation),
        Err(error) => {
            let error = error.into_compile_error();
            quote!(#item #error)
        }
    }
}

fn read(arguments: TokenStream, item: &TokenStream) -> syn::Result<TokenStream> {
    let Section { key, krate } = syn::parse2(arguments)?;
    let item = match syn::parse2::<Item>(item.clone())? {
        Item::Struct(item) if item.generics.params.is_empty() => item,
        Item::Struct(item) => {
            return Err(mistake::new(
                item.generics.span(),
                "a struct that reads settings has no generics",
                "write the types themselves, and texts as `String`",
            ));
        }
        _ => {
            return Err(mistake::new(
                key.span(),
                "`#[kalgan::settings]` goes on a struct",
                "write `#[kalgan::settings(\"shop\")]` before `struct Shop { … }`",
            ));
        }
    };
    let value = key.value();
    if value.split('.').any(|part| part.trim().is_empty()) {
        let message = format!("`{value}` is not the key of a section");
        return Err(mistake::new(key.span(), message, EXAMPLE));
    }
    let first = value.split('.').next().unwrap_or_default();
    if CLOSED_SECTIONS.contains(&first) {
        return Err(mistake::new(
            key.span(),
            format!("the section `{first}` is Kalgan's own"),
            "give the section of your own another name",
        ));
    }
    let (name, vis) = (&item.ident, &item.vis);
    let about = format!("Reads the section `{value}` of the settings.");
    Ok(quote! {
        impl #name {
            #[doc = #about]
            ///
            /// # Errors
            /// What the settings have does not fit. The build and the start tell of it first, as far as the
            /// types are known.
            #[allow(dead_code)]
            #vis fn get() -> ::core::result::Result<Self, #krate::settings::SettingsError> {
                #krate::settings::section(#key)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake() {
        for (arguments, item, expected) in [
            (
                "",
                "struct A { a: u8 }",
                "the key of the section is missing",
            ),
            (
                "shop",
                "struct A { a: u8 }",
                "the key of the section is missing",
            ),
            ("\"shop\" 5", "struct A { a: u8 }", "expected `,`"),
            ("\"shop\", 5", "struct A { a: u8 }", "this is no argument"),
            (
                "\"a..b\"",
                "struct A { a: u8 }",
                "`a..b` is not the key of a section",
            ),
            (
                "\"server\"",
                "struct A { a: u8 }",
                "the section `server` is Kalgan's own",
            ),
            (
                "\"shop\"",
                "struct A<T> { a: T }",
                "a struct that reads settings has no generics",
            ),
            (
                "\"shop\"",
                "enum A { B }",
                "`#[kalgan::settings]` goes on a struct",
            ),
        ] {
            let arguments = arguments.parse().unwrap();
            let error = read(arguments, &item.parse().unwrap()).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
        }
        let item = "pub(crate) struct A { a: u8 }".parse().unwrap();
        let tokens = read("\"shop\", crate = web".parse().unwrap(), &item).unwrap();
        let text = tokens.to_string();
        assert!(
            text.contains("pub (crate) fn get ()")
                && text.contains(":: web :: settings :: section (\"shop\")"),
            "{text}"
        );
    }
}
