//! `render!`: a template as a response.

use crate::check::fit::{self, Giver};
use crate::check::views;
use crate::expand::{expression, track};
use crate::input::arguments::CratePath;
use crate::input::call::Named;
use crate::input::render::Render;
use crate::mistake;
use crate::site::{self, LoadedSite};
use kalgan_core::templates::views::{RustPlace, Variable, View};
use kalgan_core::text::List;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Expr;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let of = |krate: &CratePath| quote!(#krate::Result<#krate::Response>);
    let render: Render = match syn::parse2(input) {
        Ok(render) => render,
        Err(error) => return mistake::expression(&error, &of(&CratePath::default())),
    };
    let (site, krate) = match site::current(&render.krate) {
        Ok(site) => site,
        Err(error) => return mistake::expression(&error, &of(&CratePath::default())),
    };
    let of = of(&krate);
    let values: Vec<&Expr> = render.variables.iter().map(|named| &named.value).collect();
    let mut errors = render.errors.clone();
    let file = fit::find(&site, &render.name).unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    errors.extend(misfits(&site, &render));
    if let Some(error) = mistake::all(errors) {
        return expression::broken(&error, &of, &values);
    }
    let tracked = track::template(&site, &render.name.value(), file.as_deref());
    let name = &render.name;
    let call = expression::evaluate(&values, |names| {
        let inserts = render.variables.iter().zip(names).map(|(variable, name)| {
            let text = variable.text();
            // A value that cannot be serialised is shown where it stands.
            let value = expression::named_at(name, &variable.value);
            quote!(__kalgan_variables.insert(#text, #value)?;)
        });
        // The closure keeps `?` from leaving the user's function.
        quote! {
            #krate::__private::render(#name, |__kalgan_variables| -> #krate::Result<()> {
                #(#inserts)*
                ::core::result::Result::Ok(())
            })
        }
    });
    quote!({ #tracked #call })
}

/// What does not fit between the variables that are given and those that the template needs.
fn misfits(site: &LoadedSite, render: &Render) -> Vec<syn::Error> {
    if !render.variables.is_empty() {
        let krate = fit::current_crate();
        if let Some(view) = views::of_call(&krate, render) {
            return fit::errors(site, &view, Some(&krate), render);
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_is_what_to_write() {
        let render: Render = syn::parse_str("\"a.html\", { x: 1, y }").unwrap();
        let missing = ["user".into(), "type".into()];
        assert_eq!(
            render.advice(&missing),
            "write `{ x, y, user: …, type: … }`"
        );
    }
}
