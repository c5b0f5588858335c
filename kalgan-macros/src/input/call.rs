//! The arguments of the macros within functions.

use super::arguments::CratePath;
use crate::mistake;
use kalgan_core::routes::QUERY;
use proc_macro2::{Span, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, LitStr, Token, UnOp, token};

/// `expression, name = expression, …, crate = path`.
pub(crate) struct Call {
    pub(crate) arguments: Vec<Argument>,
    pub(crate) krate: CratePath,
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
            krate: CratePath::default(),
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
                // The pairs of a query, which are no expression: see `input::query`.
                let value = match name == QUERY && input.peek(token::Brace) {
                    true => Expr::Verbatim(input.parse::<TokenTree>()?.into()),
                    false => input.parse()?,
                };
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
pub(crate) fn krate(input: ParseStream<'_>) -> syn::Result<CratePath> {
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

/// The leading value of a call.
///
/// # Errors
/// Where it is missing.
pub(crate) fn first(first: Option<Argument>) -> Result<Expr, Span> {
    match first {
        Some(Argument::Positional(first)) => Ok(first),
        Some(Argument::Named(named)) => Err(named.name.span()),
        None => Err(Span::call_site()),
    }
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
}
