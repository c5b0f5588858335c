//! `render!`: a template as a response.

use crate::arguments::Krate;
use crate::call::{self, Named};
use crate::fit::{self, Giver};
use crate::mistake;
use crate::site::Site;
use kalgan_core::suggest::did_you_mean;
use kalgan_core::templates::views::{RustPlace, Variable, View};
use kalgan_core::text::List;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr, Token, braced, token};

const EXAMPLE: &str = "write `render!(\"page.html\", { variable, other: value })`";

/// `"name", { variable, other: expression }, crate = path`.
pub(crate) struct Render {
    pub(crate) name: LitStr,
    pub(crate) variables: Vec<Named>,
    krate: Krate,
    /// What is wrong, and does not keep the rest from being understood.
    errors: Vec<syn::Error>,
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
            krate: Krate::default(),
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

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let of = |krate: &Krate| quote!(#krate::Result<#krate::Response>);
    let render: Render = match syn::parse2(input) {
        Ok(render) => render,
        Err(error) => return mistake::expression(&error, &of(&Krate::default())),
    };
    let (site, krate) = match call::site(&render.krate) {
        Ok(site) => site,
        Err(error) => return mistake::expression(&error, &of(&Krate::default())),
    };
    let of = of(&krate);
    let values: Vec<&Expr> = render.variables.iter().map(|named| &named.value).collect();
    let mut errors = render.errors.clone();
    let file = find(&site, &render.name).unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    errors.extend(misfits(&site, &render));
    if let Some(error) = mistake::all(errors) {
        return call::broken(&error, &of, &values);
    }
    let tracked = fit::tracked(&site, &render.name.value(), file.as_deref());
    let name = &render.name;
    let call = call::evaluate(&values, |names| {
        if names.is_empty() {
            return quote!(#krate::__private::render(#name, #krate::__private::Variables::new()));
        }
        let inserts = render.variables.iter().zip(names).map(|(variable, name)| {
            let text = variable.text();
            // A value that cannot be serialised is shown where it stands.
            let span = call::here(variable.value.span());
            let mut name = name.clone();
            name.set_span(span);
            let value = quote_spanned!(span=> #name);
            quote!(__kalgan_variables.insert(#text, #value)?;)
        });
        // The closure keeps `?` from leaving the user's function.
        quote! {
            (|| -> #of {
                let mut __kalgan_variables = #krate::__private::Variables::new();
                #(#inserts)*
                #krate::__private::render(#name, __kalgan_variables)
            })()
        }
    });
    quote!({ #tracked #call })
}

/// What does not fit between the variables that are given and those that the template needs.
fn misfits(site: &Site, render: &Render) -> Vec<syn::Error> {
    let variables = render.variables.iter().map(|variable| Variable {
        name: variable.text().into(),
        shape: None,
    });
    let view = View {
        template: render.name.value().into(),
        place: RustPlace::default(),
        variables: variables.collect(),
        shapes: List::default(),
    };
    fit::errors(site, &view, None, render)
}

impl Giver for Render {
    fn name(&self) -> Span {
        self.name.span()
    }

    fn variable(&self, name: &str) -> Span {
        let mut variables = self.variables.iter();
        let variable = variables.find(|variable| variable.text() == name);
        variable.map_or_else(|| self.name.span(), |variable| variable.name.span())
    }

    fn advice(&self, missing: &[Box<str>]) -> String {
        let given = self.variables.iter().map(Named::text);
        let missing = missing.iter().map(|name| format!("{name}: …"));
        let all: Vec<String> = given.chain(missing).collect();
        format!("write `{{ {} }}`", all.join(", "))
    }
}

/// The template's file; none where it may be one of those that have mistakes.
pub(crate) fn find(site: &Site, name: &LitStr) -> syn::Result<Option<String>> {
    let value = name.value();
    if let Some(file) = site.site.templates.get(&value) {
        return Ok(Some(file.path().to_owned()));
    }
    if !site.is_good() {
        return Ok(None);
    }
    let templates = site.site.templates.files();
    let names: Vec<&str> = templates
        .iter()
        .map(|template| template.name.as_ref())
        .collect();
    Err(mistake::with(
        name.span(),
        format!(
            "there is no template `{value}` in `{}`",
            site.template_folder
        ),
        help(&value, &names),
    ))
}

fn help(name: &str, names: &[&str]) -> Option<String> {
    if names.is_empty() {
        return Some(String::from("the folder has no templates yet"));
    }
    let last = |name: &str| name.rsplit('/').next().map(str::to_owned);
    // The folder is forgotten more often than the name is misspelt.
    let elsewhere: Vec<&str> = names
        .iter()
        .copied()
        .filter(|known| last(known) == last(name))
        .take(5)
        .collect();
    match elsewhere.as_slice() {
        [] => did_you_mean(name, names),
        [one] => Some(format!("did you mean `{one}`?")),
        many => Some(kalgan_core::suggest::there_is(many)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalgan_core::loader::Loader;
    use kalgan_core::source::Memory;

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

    #[test]
    fn the_advice_is_what_to_write() {
        let render = parse("\"a.html\", { x: 1, y }").unwrap();
        let missing = ["user".into(), "type".into()];
        assert_eq!(
            render.advice(&missing),
            "write `{ x, y, user: …, type: … }`"
        );
    }

    #[test]
    fn templates_are_looked_up() {
        let memory = Memory::with([("template/user/show.html", ""), ("template/base.html", "")]);
        let loaded = Loader::new(None).refresh(&memory).unwrap();
        let site = Site::new(std::path::Path::new("."), loaded, Vec::new());
        let find = |name: &str| {
            find(&site, &LitStr::new(name, Span::call_site())).map_err(|error| error.to_string())
        };
        assert_eq!(
            find("base.html"),
            Ok(Some(String::from("template/base.html")))
        );
        let error = find("show.html").unwrap_err();
        assert!(error.starts_with("there is no template `show.html` in `template`"));
        assert!(error.ends_with("did you mean `user/show.html`?"), "{error}");
        let error = find("bsae.html").unwrap_err();
        assert!(error.ends_with("did you mean `base.html`?"), "{error}");
    }

    #[test]
    fn an_unknown_name_is_not_reported_where_files_have_mistakes() {
        let memory = Memory::with([("template/a.html", "{{ broken")]);
        let loaded = Loader::new(None).refresh(&memory).unwrap();
        assert!(!loaded.is_good());
        let site = Site::new(std::path::Path::new("."), loaded, Vec::new());
        let found = find(&site, &LitStr::new("a.html", Span::call_site()));
        assert_eq!(found.unwrap(), None);
    }
}
