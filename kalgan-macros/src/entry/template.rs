//! `#[derive(Template)]`: a struct whose fields are the variables of a template.

use crate::check::fit::{self, Giver};
use crate::check::views;
use crate::expand::{expression, track};
use crate::input::arguments::CratePath;
use crate::input::template::{TemplateStruct, parse};
use crate::krate::types::mentions;
use crate::mistake;
use crate::site::{self, LoadedSite};
use kalgan_core::suggest::{list, plural};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, LitStr, WherePredicate};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let parsed = parse(&input);
    let mut errors = parsed.errors.clone();
    let given = parsed.krate.clone().unwrap_or_default();
    let (site, krate) = match site::current(&given) {
        Ok((site, krate)) => (Some(site), krate),
        Err(error) => {
            errors.push(error);
            (None, given)
        }
    };
    let mut tracked = TokenStream::new();
    if let (Some(name), Some(site)) = (&parsed.template, site)
        && errors.is_empty()
    {
        match fit::find(&site, name) {
            Ok(file) => {
                tracked = track::template(&site, &name.value(), file.as_deref());
                errors.extend(misfits(&site, &input, &parsed, name));
            }
            Err(error) => errors.push(error),
        }
    }
    match mistake::all(errors) {
        None => expansion(&input, &parsed, &krate, &tracked),
        Some(error) => broken(&input, &krate, &error),
    }
}

/// What does not fit between the struct and the template.
fn misfits(
    site: &LoadedSite,
    input: &DeriveInput,
    parsed: &TemplateStruct,
    name: &LitStr,
) -> Vec<syn::Error> {
    let krate = fit::current_crate();
    let view = views::of_derive(&krate, input, parsed);
    let giver = Struct {
        input,
        parsed,
        name,
    };
    fit::errors(site, &view, Some(&krate), &giver)
}

/// The struct as what gives variables to a template.
struct Struct<'a> {
    input: &'a DeriveInput,
    parsed: &'a TemplateStruct,
    name: &'a LitStr,
}

impl Giver for Struct<'_> {
    fn name(&self) -> Span {
        self.name.span()
    }

    fn variable(&self, name: &str) -> Span {
        let field = self.parsed.fields.iter().find(|field| field.name == name);
        field.map_or_else(|| self.name(), |field| field.ident.span())
    }

    fn advice(&self, missing: &[Box<str>]) -> String {
        let names: Vec<&str> = missing.iter().map(AsRef::as_ref).collect();
        let fields = plural(names.len(), "field");
        format!(
            "add the {fields} {} to `{}`",
            list(&names),
            self.input.ident
        )
    }
}

fn expansion(
    input: &DeriveInput,
    parsed: &TemplateStruct,
    krate: &CratePath,
    tracked: &TokenStream,
) -> TokenStream {
    let name = &parsed.template;
    let inserts = parsed.fields.iter().map(|field| {
        let (ident, text) = (&field.ident, &field.name);
        // A type that cannot be serialised is shown where it stands.
        let span = expression::here(field.ty.span());
        let value = quote_spanned!(span=> &self.#ident);
        quote!(__kalgan_variables.insert(#text, #value)?;)
    });
    let bounds = parsed
        .fields
        .iter()
        .filter(|field| mentions(&field.ty, &input.generics))
        .map(|field| {
            let ty = &field.ty;
            syn::parse_quote!(#ty: #krate::__private::Serialize)
        });
    let body = quote! {
        const NAME: &'static ::core::primitive::str = #name;

        fn give(
            &self,
            __kalgan_variables: &mut #krate::__private::Variables<'_>,
        ) -> #krate::Result<()> {
            #(#inserts)*
            ::core::result::Result::Ok(())
        }
    };
    let implementation = implementation(input, krate, bounds.collect(), &body);
    quote! {
        const _: () = {
            #tracked
            #implementation
        };
    }
}

/// The errors, and what keeps others from following.
fn broken(input: &DeriveInput, krate: &CratePath, error: &syn::Error) -> TokenStream {
    let errors = error.to_compile_error();
    let body = quote! {
        const NAME: &'static ::core::primitive::str = "";

        fn give(&self, _: &mut #krate::__private::Variables<'_>) -> #krate::Result<()> {
            ::core::unimplemented!()
        }
    };
    let implementation = implementation(input, krate, Vec::new(), &body);
    quote!(#errors #implementation)
}

fn implementation(
    input: &DeriveInput,
    krate: &CratePath,
    bounds: Vec<WherePredicate>,
    body: &TokenStream,
) -> TokenStream {
    let ident = &input.ident;
    let mut generics = input.generics.clone();
    if !bounds.is_empty() {
        generics.make_where_clause().predicates.extend(bounds);
    }
    let (parameters, arguments, bounds) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #parameters #krate::Template for #ident #arguments #bounds {
            #body
        }

        #[automatically_derived]
        impl #parameters #krate::IntoResponse for #ident #arguments #bounds {
            fn into_response(self) -> #krate::Response {
                #krate::__private::respond(&self)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> String {
        let input: DeriveInput = syn::parse_str(text).unwrap();
        let parsed = parse(&input);
        assert!(parsed.errors.is_empty());
        let tokens = expansion(&input, &parsed, &CratePath::default(), &TokenStream::new());
        syn::parse2::<syn::File>(tokens.clone()).expect("items");
        tokens.to_string()
    }

    #[test]
    fn generics_and_lifetimes() {
        let tokens = expanded(
            "#[template(\"a.html\")] struct A<'a, T: Clone, const N: usize> where T: Copy \
             { b: &'a Vec<T>, c: [u8; N] }",
        );
        assert!(
            tokens.contains(
                "impl < 'a , T : Clone , const N : usize > :: kalgan :: Template for A < 'a , T , N > \
                 where T : Copy , & 'a Vec < T > : :: kalgan :: __private :: Serialize {"
            ),
            "{tokens}"
        );
    }

    #[test]
    fn a_struct_without_fields() {
        let tokens = expanded("#[template(\"a.html\")] struct A;");
        assert!(!tokens.contains(". insert"), "{tokens}");
    }

    #[test]
    fn a_mistake_leaves_an_implementation() {
        let input: DeriveInput = syn::parse_str("enum A<T> { B(T) }").unwrap();
        let error = mistake::all(parse(&input).errors).unwrap();
        let tokens = broken(&input, &CratePath::default(), &error);
        syn::parse2::<syn::File>(tokens.clone()).expect("items");
        assert!(tokens.to_string().contains("IntoResponse for A < T >"));
    }
}
