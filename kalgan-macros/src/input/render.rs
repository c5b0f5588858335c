//! The arguments of `render!`.

use super::arguments::CratePath;
use super::call::{self, Named};
use crate::mistake;
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr, Token, braced, token};

const EXAMPLE: &str = "write `render!(\"page.html\", { variable, other: value })`";

/// `"name", { variable, other: expression }, crate = path`.
pub(crate) struct Render {
    pub(crate) name: LitStr,
    pub(crate) variables: Vec<Named>,
    pub(crate) krate: CratePath,
    /// What is wrong, and does not keep the rest from being understood.
    pub(crate) errors: Vec<syn::Error>,
}

impl Parse for Render {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.is_empty() {
            return Err(mistake::new(
                Span::call_site(),
                "the name of the template is missing",
                EXAMPLE,
            ));
        }
        let name: Expr = input.parse()?;
        let Some(name) = call::string(&name).cloned() else {
            return Err(mistake::new(
                name.span(),
                "the name of a template is a text here, so that the build can check it",
                format!(
                    "{EXAMPLE}; for a name that only the run time knows there is `kalgan::render`"
                ),
            ));
        };
        let mut render = Self {
            name,
            variables: Vec::new(),
            krate: CratePath::default(),
            errors: Vec::new(),
        };
        let mut has_variables = false;
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            if input.peek(token::Brace) && !has_variables {
                render.variables = variables(input, &mut render.errors)?;
                has_variables = true;
            } else if input.peek(Token![crate]) {
                render.krate = call::krate(input)?;
            } else {
                return Err(mistake::new(
                    input.span(),
                    "the variables of a template stand in one pair of braces",
                    EXAMPLE,
                ));
            }
        }
        Ok(render)
    }
}

fn variables(input: ParseStream<'_>, errors: &mut Vec<syn::Error>) -> syn::Result<Vec<Named>> {
    let content;
    braced!(content in input);
    let mut variables: Vec<Named> = Vec::new();
    while !content.is_empty() {
        let name = content.call(Ident::parse_any)?;
        let value = if content.peek(Token![:]) {
            content.parse::<Token![:]>()?;
            content.parse()?
        } else {
            Expr::Path(syn::ExprPath {
                attrs: Vec::new(),
                qself: None,
                path: name.clone().into(),
            })
        };
        let variable = Named { name, value };
        if variables
            .iter()
            .any(|known| known.text() == variable.text())
        {
            errors.push(mistake::new(
                variable.name.span(),
                format!("the variable `{}` is given twice", variable.text()),
                "remove one of them",
            ));
        } else {
            variables.push(variable);
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Render, String> {
        syn::parse_str(text).map_err(|error| error.to_string())
    }

    fn names(text: &str) -> Vec<String> {
        let render = parse(text).unwrap();
        render.variables.iter().map(Named::text).collect()
    }

    #[test]
    fn calls_are_parsed() {
        assert_eq!(names("\"a.html\""), [""; 0]);
        assert_eq!(names("\"a.html\","), [""; 0]);
        assert_eq!(names("\"a.html\", {}"), [""; 0]);
        assert_eq!(
            names("\"a.html\", { user, orders: &orders, r#type: x.await?, }, crate = web"),
            ["user", "orders", "type"]
        );
        assert!(parse("\"a.html\", crate = web").unwrap().krate.is_given());
    }

    #[test]
    fn mistakes() {
        for (text, expected) in [
            ("", "the name of the template is missing"),
            ("name", "a text here, so that the build can check it"),
            ("\"a\", user", "stand in one pair of braces"),
            ("\"a\", {}, {}", "stand in one pair of braces"),
        ] {
            let error = parse(text).err().unwrap();
            assert!(error.contains(expected), "{text}: {error}");
        }
        let twice = parse("\"a\", { x, y: 1, x: 2 }").unwrap();
        let errors: Vec<String> = twice.errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            errors,
            ["the variable `x` is given twice\nhelp: remove one of them"]
        );
        assert_eq!(twice.variables.len(), 2);
    }
}
