//! The query of `url!` and `redirect!`: `_query = { q, page: 2, "filter[a]": x }`, or an expression.

use super::call::Named;
use crate::expand::expression;
use crate::input::arguments::CratePath;
use crate::mistake;
use kalgan_core::routes::QUERY;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Ident, LitStr, Token, braced};

/// A query.
pub(crate) enum Query {
    /// What is serialised as a whole.
    Whole(Expr),
    /// Keys with their values.
    Pairs(Vec<(LitStr, Expr)>),
}

impl Query {
    /// Takes the query out of the arguments of a call.
    pub(crate) fn take(given: &mut Vec<Named>, errors: &mut Vec<syn::Error>) -> Option<Self> {
        let at = given.iter().position(|named| named.text() == QUERY)?;
        let Expr::Verbatim(braces) = &given[at].value else {
            return Some(Self::Whole(given.remove(at).value));
        };
        let parsed = pairs.parse2(braces.clone());
        given.remove(at);
        match parsed {
            Ok(pairs) => Some(Self::Pairs(pairs)),
            Err(error) => {
                errors.push(mistake::with(
                    error.span(),
                    error.to_string(),
                    Some(format!("write `{QUERY} = {{ key, other: value }}`")),
                ));
                None
            }
        }
    }

    /// The user's expressions.
    pub(crate) fn values(&self) -> Vec<&Expr> {
        match self {
            Self::Whole(value) => vec![value],
            Self::Pairs(pairs) => pairs.iter().map(|(_, value)| value).collect(),
        }
    }

    /// The query as the run time takes it; `names` are those of its values.
    pub(crate) fn tokens(&self, krate: &CratePath, names: &[Ident]) -> TokenStream {
        let of = |(name, value)| {
            let name = expression::named_at(name, value);
            quote!(#krate::__private::query(#name))
        };
        let mut values = names.iter().zip(self.values()).map(of);
        match self {
            Self::Whole(_) => quote!(#(#values)*),
            Self::Pairs(pairs) => {
                let pairs = pairs.iter().map(|(key, _)| {
                    let value = values.next();
                    quote!((#key, #value))
                });
                quote!(#krate::__private::query_of([#(#pairs),*]))
            }
        }
    }
}

fn pairs(input: ParseStream<'_>) -> syn::Result<Vec<(LitStr, Expr)>> {
    let content;
    braced!(content in input);
    let pairs = content.parse_terminated(Pair::parse, Token![,])?;
    Ok(pairs
        .into_iter()
        .map(|pair| (pair.key, pair.value))
        .collect())
}

/// `key: expression`, `"key": expression`, or `key` for `key: key`.
struct Pair {
    key: LitStr,
    value: Expr,
}

impl Parse for Pair {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let key = input.parse()?;
            input.parse::<Token![:]>()?;
            return Ok(Self {
                key,
                value: input.parse()?,
            });
        }
        let name = input.call(Ident::parse_any)?;
        let key = LitStr::new(&name.unraw().to_string(), name.span());
        let value = match input.peek(Token![:]) {
            true => {
                input.parse::<Token![:]>()?;
                input.parse()?
            }
            false => Expr::Path(syn::ExprPath {
                attrs: Vec::new(),
                qself: None,
                path: name.into(),
            }),
        };
        Ok(Self { key, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::call::{self, Call};
    use proc_macro2::Span;

    fn taken(text: &str) -> Result<String, String> {
        let call: Call = syn::parse_str(text).map_err(|error| error.to_string())?;
        let mut errors = Vec::new();
        let mut given = call::named(call.arguments.into_iter(), &mut errors);
        let query = Query::take(&mut given, &mut errors);
        if let Some(error) = errors.first() {
            return Err(error.to_string());
        }
        let query = query.map_or(String::from("none"), |query| {
            let names: Vec<Ident> = (0..query.values().len())
                .map(|at| Ident::new(&format!("v{at}"), Span::call_site()))
                .collect();
            let tokens = query.tokens(&CratePath::default(), &names);
            tokens.to_string().replace(":: kalgan :: __private :: ", "")
        });
        Ok(format!("{} {query}", given.len()))
    }

    #[test]
    fn pairs_and_expressions() {
        for (text, expected) in [
            ("id = 5", "1 none"),
            ("id = 5, _query = filter", "1 query (v0)"),
            ("_query = [(1, 2)]", "0 query (v0)"),
            (
                "_query = { q, page: 1 + 2, \"a[b]\": x, r#type: y?, }, id",
                "1 query_of ([(\"q\" , query (v0)) , (\"page\" , query (v1)) , (\"a[b]\" , query (v2)) \
                 , (\"type\" , query (v3))])",
            ),
            ("_query = {}", "0 query_of ([])"),
        ] {
            assert_eq!(taken(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn mistakes() {
        for text in ["_query = { 5 }", "_query = { q = 5 }", "_query = { a.b }"] {
            let error = taken(text).unwrap_err();
            assert!(
                error.ends_with("help: write `_query = { key, other: value }`"),
                "{text}: {error}"
            );
        }
    }
}
