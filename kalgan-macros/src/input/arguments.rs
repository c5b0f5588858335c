//! What stands in the parentheses of `#[kalgan::app(…)]`.

use crate::mistake;
use kalgan_core::suggest::did_you_mean;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token};

const KEYS: [&str; 3] = ["settings", "root", "crate"];

/// `settings = "path", root = "folder", crate = path`, each optional.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) settings: Option<String>,
    pub(crate) root: Option<String>,
    pub(crate) krate: CratePath,
}

/// The path of the crate `kalgan`.
#[derive(Clone, Default)]
pub(crate) struct CratePath(Option<syn::Path>);

impl CratePath {
    pub(crate) fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// Whether the crate has this name.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let first = self.0.as_ref().and_then(|path| path.segments.first());
        first.is_some_and(|first| first.ident == name)
    }
}

impl Parse for CratePath {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        syn::Path::parse_mod_style(input).map(|path| Self(Some(path)))
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Some(path) = &self.0 else {
            tokens.extend(quote!(::kalgan));
            return;
        };
        let is_absolute = path.leading_colon.is_some()
            || path.segments.first().is_some_and(|first| {
                ["crate", "self", "super", "$crate"].contains(&first.ident.to_string().as_str())
            });
        if !is_absolute {
            tokens.extend(quote!(::));
        }
        path.to_tokens(tokens);
    }
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut arguments = Self::default();
        let mut seen: Vec<String> = Vec::new();
        let mut errors = Vec::new();
        while !input.is_empty() {
            let key = input.call(Ident::parse_any)?;
            let name = key.unraw().to_string();
            if !KEYS.contains(&name.as_str()) {
                return Err(mistake::with(
                    key.span(),
                    format!("`{name}` is not an argument of `#[kalgan::app]`"),
                    did_you_mean(&name, &KEYS),
                ));
            }
            if seen.contains(&name) {
                errors.push(mistake::new(
                    key.span(),
                    format!("the argument `{name}` stands twice"),
                    "remove one of them",
                ));
            }
            input.parse::<Token![=]>()?;
            match name.as_str() {
                "settings" => arguments.settings = Some(text(input)?),
                "root" => arguments.root = Some(text(input)?),
                _ => arguments.krate = input.parse()?,
            }
            seen.push(name);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        mistake::result(arguments, errors)
    }
}

fn text(input: ParseStream<'_>) -> syn::Result<String> {
    let literal: LitStr = input.parse()?;
    let value = literal.value();
    if value.trim().is_empty() {
        return Err(mistake::new(
            literal.span(),
            "the path is empty",
            "write a path relative to the folder of Cargo.toml, or remove the argument",
        ));
    }
    Ok(value)
}

impl Arguments {
    /// As the hidden macro `__bake` takes them.
    pub(crate) fn to_bake(&self) -> TokenStream {
        let krate = &self.krate;
        let root = self.root.iter();
        let settings = self.settings.iter();
        quote!(crate = #krate #(, root = #root)* #(, settings = #settings)*)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Arguments, String> {
        syn::parse_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn all_arguments() {
        let all = parse("settings = \"a.yaml\", root = \"b\", crate = web").unwrap();
        assert_eq!(all.settings.as_deref(), Some("a.yaml"));
        assert_eq!(all.root.as_deref(), Some("b"));
        assert_eq!(all.krate.to_token_stream().to_string(), ":: web");
        let again: Arguments = syn::parse2(all.to_bake()).unwrap();
        assert_eq!(again.settings.as_deref(), Some("a.yaml"));
        assert_eq!(again.root.as_deref(), Some("b"));
        assert_eq!(again.krate.to_token_stream().to_string(), ":: web");
    }

    #[test]
    fn none_is_fine() {
        let none = parse("").unwrap();
        assert!(none.settings.is_none() && none.root.is_none());
        assert_eq!(none.krate.to_token_stream().to_string(), ":: kalgan");
    }

    #[test]
    fn a_path_of_the_crate_stays_as_it_is() {
        let inner = parse("crate = crate::web").unwrap();
        assert_eq!(inner.krate.to_token_stream().to_string(), "crate :: web");
    }

    #[test]
    fn mistakes() {
        let error = |text: &str| parse(text).err().unwrap();
        assert!(error("setings = \"a\"").contains("did you mean `settings`?"));
        assert!(error("root = \"a\", root = \"b\"").contains("stands twice"));
        assert!(error("root = \"\"").contains("the path is empty"));
        assert!(error("root = 5").contains("string literal"));
    }
}
