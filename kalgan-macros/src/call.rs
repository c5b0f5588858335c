//! What the macros within functions have in common: arguments, the site, and the expressions of
//! the user's.

use crate::arguments::Krate;
use crate::mistake;
use crate::package::Package;
use crate::site::{self, Site};
use kalgan_core::lint::calls::{At, Given, Mistake};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use std::sync::Arc;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, LitStr, Token, UnOp};

/// `expression, name = expression, …, crate = path`.
pub(crate) struct Call {
    pub(crate) arguments: Vec<Argument>,
    krate: Krate,
}

/// An argument of a call.
pub(crate) enum Argument {
    Positional(Expr),
    Named(Named),
}

/// `name = expression`, or `name` for `name = name`.
pub(crate) struct Named {
    pub(crate) name: Ident,
    pub(crate) value: Expr,
}

impl Named {
    /// The name as the site's files write it.
    pub(crate) fn text(&self) -> String {
        self.name.unraw().to_string()
    }
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut call = Self {
            arguments: Vec::new(),
            krate: Krate::default(),
        };
        while !input.is_empty() {
            let is_named = input.peek(Ident::peek_any)
                && input.peek2(Token![=])
                && !input.peek2(Token![==])
                && !input.peek2(Token![=>]);
            if is_named && input.peek(Token![crate]) {
                call.krate = krate(input)?;
            } else if is_named {
                let name = input.call(Ident::parse_any)?;
                input.parse::<Token![=]>()?;
                let value = input.parse()?;
                call.arguments.push(Argument::Named(Named { name, value }));
            } else {
                call.arguments.push(Argument::Positional(input.parse()?));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(call)
    }
}

/// `crate = path`.
pub(crate) fn krate(input: ParseStream<'_>) -> syn::Result<Krate> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    input.parse()
}

/// The values behind the leading ones: named, or short for it.
pub(crate) fn named(
    arguments: impl Iterator<Item = Argument>,
    errors: &mut Vec<syn::Error>,
) -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    for argument in arguments {
        let named = match argument {
            Argument::Named(named) => named,
            Argument::Positional(value) => match short(&value) {
                Some(name) => Named { name, value },
                None => {
                    errors.push(mistake::new(
                        value.span(),
                        "this value has no name",
                        "write `name = value`",
                    ));
                    continue;
                }
            },
        };
        if all.iter().any(|known| known.text() == named.text()) {
            errors.push(mistake::new(
                named.name.span(),
                format!("`{}` is given twice", named.text()),
                "remove one of them",
            ));
        } else {
            all.push(named);
        }
    }
    all
}

/// The variable that an expression is.
pub(crate) fn short(expression: &Expr) -> Option<Ident> {
    match expression {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident().cloned(),
        _ => None,
    }
}

/// The text that an expression is as a literal.
pub(crate) fn string(expression: &Expr) -> Option<&LitStr> {
    match expression {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text),
        Expr::Group(group) => string(&group.expr),
        _ => None,
    }
}

/// What a literal is when it is displayed.
pub(crate) fn displayed(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Str(text) => Some(text.value()),
            Lit::Int(number) => Some(number.base10_digits().to_owned()),
            Lit::Bool(value) => Some(value.value.to_string()),
            Lit::Char(value) => Some(value.value().to_string()),
            _ => None,
        },
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => match expr.as_ref() {
            Expr::Lit(ExprLit {
                lit: Lit::Int(number),
                ..
            }) => Some(format!("-{}", number.base10_digits())),
            _ => None,
        },
        Expr::Paren(inner) => displayed(&inner.expr),
        Expr::Group(inner) => displayed(&inner.expr),
        _ => None,
    }
}

impl Call {
    /// The call's site, and the path of the crate.
    pub(crate) fn site(&self) -> syn::Result<(Arc<Site>, Krate)> {
        site(&self.krate)
    }
}

/// The package's site, and the path of the crate.
pub(crate) fn site(krate: &Krate) -> syn::Result<(Arc<Site>, Krate)> {
    let package = Package::current()?;
    let arguments = package.app_arguments();
    let root = package.site_root(arguments.root.as_deref());
    let krate = if krate.is_given() {
        krate.clone()
    } else {
        arguments.krate
    };
    Ok((site::load(&root, arguments.settings.as_deref()), krate))
}

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
    let mut name = name.clone();
    let span = here(value.span());
    name.set_span(span);
    quote_spanned!(span=> #name as &dyn ::core::fmt::Display)
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

/// Compares what a call gives with what it names; each mistake stands at the part that is wrong.
pub(crate) fn compare<'a>(
    name: &LitStr,
    given: &[Named],
    errors: &mut Vec<syn::Error>,
    check: impl FnOnce(&[Given<'_>]) -> Vec<Mistake<'a>>,
) {
    let texts: Vec<(String, Option<String>)> = given
        .iter()
        .map(|named| (named.text(), displayed(&named.value)))
        .collect();
    let arguments: Vec<Given<'_>> = texts
        .iter()
        .map(|(name, literal)| Given {
            name,
            literal: literal.as_deref(),
        })
        .collect();
    for found in check(&arguments) {
        let (span, help) = match &found.at {
            At::Name(at) => (given[*at].name.span(), found.help),
            At::Value(at) => (given[*at].value.span(), found.help),
            At::Call(missing) => {
                let example: Vec<String> =
                    missing.iter().map(|name| format!("{name} = …")).collect();
                let example = format!("add `{}`", example.join(", "));
                (name.span(), found.help.or(Some(example)))
            }
        };
        errors.push(mistake::with(span, found.message, help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Call {
        syn::parse_str(text).unwrap()
    }

    #[test]
    fn arguments_of_every_kind() {
        let call = parse("\"user\", id, a = 1 + 2, type = x == y, a == b, crate = web,");
        assert!(call.krate.is_given());
        let kinds: Vec<String> = call
            .arguments
            .iter()
            .map(|argument| match argument {
                Argument::Positional(_) => String::from("-"),
                Argument::Named(named) => named.text(),
            })
            .collect();
        assert_eq!(kinds, ["-", "-", "a", "type", "-"]);
        let mut errors = Vec::new();
        let named = named(call.arguments.into_iter().skip(1), &mut errors);
        let names: Vec<String> = named.iter().map(Named::text).collect();
        assert_eq!(names, ["id", "a", "type"]);
        assert_eq!(errors.len(), 1);
        assert!(errors[0].to_string().contains("has no name"));
    }

    #[test]
    fn a_name_that_is_given_twice() {
        let mut errors = Vec::new();
        let named = named(
            parse("id = 1, r#id = 2, id").arguments.into_iter(),
            &mut errors,
        );
        assert_eq!((named.len(), errors.len()), (1, 2));
    }

    #[test]
    fn literals_are_what_they_display() {
        let displayed = |text: &str| displayed(&syn::parse_str(text).unwrap());
        for (text, expected) in [
            ("\"a\"", "a"),
            ("5u8", "5"),
            ("0x1f", "31"),
            ("1_000", "1000"),
            ("-7", "-7"),
            ("true", "true"),
            ("'c'", "c"),
            ("(3)", "3"),
        ] {
            assert_eq!(displayed(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["x", "1.5", "-x", "f(1)", "b\"x\""] {
            assert_eq!(displayed(text), None, "{text}");
        }
    }

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
