//! The user's expressions in an expansion.

use crate::input::call::Named;
use crate::mistake;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Ident};

/// Evaluates the user's expressions where they stand, so that `?` and `.await` in them mean what
/// they mean there, and hands references to `then`.
pub(crate) fn evaluate(
    values: &[&Expr],
    then: impl FnOnce(&[Ident]) -> TokenStream,
) -> TokenStream {
    let names: Vec<Ident> = (0..values.len())
        .map(|at| format_ident!("__kalgan_{at}", span = Span::call_site()))
        .collect();
    let inner = then(&names);
    if values.is_empty() {
        return inner;
    }
    quote! {
        match (#(&(#values),)*) {
            (#(#names,)*) => #inner
        }
    }
}

/// A reference to a value that is displayed, with an error where the user wrote it.
pub(crate) fn display(name: &Ident, value: &Expr) -> TokenStream {
    let name = named_at(name, value);
    quote_spanned!(name.span()=> #name as &dyn ::core::fmt::Display)
}

/// The name of a value, for errors to stand at the value.
pub(crate) fn named_at(name: &Ident, value: &Expr) -> Ident {
    let mut name = name.clone();
    name.set_span(here(value.span()));
    name
}

/// The place of `span` with the names of the macro call: what the user passes through a macro of
/// its own has other names in scope.
pub(crate) fn here(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The errors in the place of the call. The user's expressions stay, so that an editor knows what
/// they are.
pub(crate) fn broken(error: &syn::Error, of: &TokenStream, values: &[&Expr]) -> TokenStream {
    let mistake = mistake::expression(error, of);
    evaluate(values, |_| mistake)
}

/// `names` and `values` in pairs, as the run time takes them.
pub(crate) fn pairs(given: &[Named], names: &[Ident]) -> TokenStream {
    let pairs = given.iter().zip(names).map(|(named, name)| {
        let text = named.text();
        let value = display(name, &named.value);
        quote!((#text, #value))
    });
    quote!(&[#(#pairs),*])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_evaluated_outside_of_what_is_called() {
        let values: [Expr; 2] = [syn::parse_quote!(a.await?), syn::parse_quote!(1 + 2)];
        let tokens = evaluate(&[&values[0], &values[1]], |names| quote!(f(#(#names),*)));
        assert_eq!(
            tokens.to_string(),
            "match (& (a . await ?) , & (1 + 2) ,) { (__kalgan_0 , __kalgan_1 ,) => \
             f (__kalgan_0 , __kalgan_1) }"
        );
        assert_eq!(evaluate(&[], |_| quote!(f())).to_string(), "f ()");
    }
}
