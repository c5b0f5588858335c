//! Where the package renders templates, as data: for `myapp check` and the development server, which
//! compare the templates as they are now with what the binary was compiled with.

use super::structs::{Scope, Shapes};
use super::{File, Sources};
use crate::arguments::Krate;
use crate::render::Render;
use crate::template::{self, Parsed};
use kalgan_core::templates::views::{RustPlace, Shape, StructShape, Variable, View};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::sync::Arc;
use syn::DeriveInput;

impl Sources {
    /// All calls of `render!` and structs with `#[derive(Template)]` outside of tests.
    pub(crate) fn views(&self) -> Vec<View> {
        let mut views = Vec::new();
        for file in self.files() {
            if file.mentions("render!") {
                views.extend(renders(file));
            }
            // Parsing is slow in comparison.
            if file.mentions("Template") && file.mentions("template(") {
                views.extend(structs(self, file));
            }
        }
        views
    }
}

fn renders(file: &File) -> impl Iterator<Item = View> {
    file.scan().renders.iter().filter_map(|render| {
        let call: Render = syn::parse_str(file.str(&render.arguments)).ok()?;
        let variables = call.variables.iter().map(|variable| Variable {
            name: variable.text().into(),
            shape: None,
        });
        Some(View {
            template: call.name.value().into(),
            place: file.place(render.start),
            variables: variables.collect(),
            shapes: Vec::new().into(),
        })
    })
}

fn structs(sources: &Sources, file: &Arc<File>) -> impl Iterator<Item = View> {
    file.scan().definitions.iter().filter_map(|definition| {
        let text = file.str(definition.item.as_ref()?);
        if definition.is_test || !text.contains("template(") {
            return None;
        }
        let input: DeriveInput = syn::parse_str(text).ok()?;
        let parsed = template::parse(&input);
        let is_ours = parsed.errors.is_empty() && derives(&input);
        is_ours.then(|| of_struct(sources, Some(file), &input, &parsed, false))
    })
}

fn derives(input: &DeriveInput) -> bool {
    let mut is_derived = false;
    for attribute in &input.attrs {
        if attribute.path().is_ident("derive") {
            // One that cannot be parsed is rustc's to report.
            let _ = attribute.parse_nested_meta(|meta| {
                let last = meta.path.segments.last();
                is_derived |= last.is_some_and(|last| last.ident == "Template");
                Ok(())
            });
        }
    }
    is_derived
}

/// Whether a file defines this struct for tests only.
pub(crate) fn is_test(file: &File, name: &str) -> bool {
    let definitions = file.scan().definitions.iter();
    let mut named = definitions.filter(|definition| definition.name == name);
    named.next().is_some_and(|definition| definition.is_test)
}

/// A struct with `#[derive(Template)]`. Without its file nothing is known of its fields' types.
pub(crate) fn of_struct(
    sources: &Sources,
    file: Option<&Arc<File>>,
    input: &DeriveInput,
    parsed: &Parsed,
    is_test: bool,
) -> View {
    let mut shapes = Shapes::new(sources);
    let name = input.ident.to_string();
    let variables = parsed.fields.iter().map(|field| Variable {
        name: field.name.clone().into(),
        shape: file.and_then(|file| {
            let scope = Scope {
                file,
                generics: &input.generics,
                is_test,
            };
            shapes.of(&field.ty, scope)
        }),
    });
    let variables: Vec<Variable> = variables.collect();
    let place = file.and_then(|file| {
        let mut definitions = file.scan().definitions.iter();
        let definition = definitions.find(|definition| definition.name == name)?;
        Some(file.place(definition.name_span.start))
    });
    let template = parsed.template.as_ref().map(syn::LitStr::value);
    View {
        template: template.unwrap_or_default().into(),
        place: place.unwrap_or_else(|| RustPlace {
            file: name.into(),
            line: 1,
            column: 1,
        }),
        variables: variables.into(),
        shapes: shapes.all.into(),
    }
}

/// The views as an expression of the type `&'static [View]`.
pub(crate) fn tokens(views: &[View], krate: &Krate) -> TokenStream {
    if views.is_empty() {
        return quote!(&[]);
    }
    let views = views.iter().map(|view| {
        let View {
            template,
            place,
            variables,
            shapes,
        } = view;
        let place = self::place(place);
        let variables = variables.iter().map(variable);
        let shapes = shapes.iter().map(shape);
        quote!(View {
            template: B(#template),
            place: #place,
            variables: B(&[#(#variables),*]),
            shapes: B(&[#(#shapes),*]),
        })
    });
    quote!({
        #[allow(unused_imports)]
        use ::std::borrow::Cow::Borrowed as B;
        #[allow(unused_imports)]
        use #krate::__private::views::{RustPlace, Shape, StructShape, Variable, View};
        static VIEWS: &[View] = &[#(#views),*];
        VIEWS
    })
}

fn place(place: &RustPlace) -> TokenStream {
    let RustPlace { file, line, column } = place;
    let (line, column) = (number(*line), number(*column));
    quote!(RustPlace { file: B(#file), line: #line, column: #column })
}

fn variable(variable: &Variable) -> TokenStream {
    let Variable { name, shape } = variable;
    let shape = index(*shape);
    quote!(Variable { name: B(#name), shape: #shape })
}

fn shape(shape: &Shape) -> TokenStream {
    match shape {
        Shape::Scalar(name) => quote!(Shape::Scalar(B(#name))),
        Shape::List(items) => {
            let items = index(*items);
            quote!(Shape::List(#items))
        }
        Shape::Map(values) => {
            let values = index(*values);
            quote!(Shape::Map(#values))
        }
        Shape::Struct(StructShape {
            name,
            place,
            fields,
            is_open,
        }) => {
            let place = self::place(place);
            let fields = fields.iter().map(variable);
            quote!(Shape::Struct(StructShape {
                name: B(#name),
                place: #place,
                fields: B(&[#(#fields),*]),
                is_open: #is_open,
            }))
        }
    }
}

fn index(index: Option<usize>) -> TokenStream {
    match index.map(number) {
        Some(index) => quote!(::core::option::Option::Some(#index)),
        None => quote!(::core::option::Option::None),
    }
}

fn number(number: usize) -> Literal {
    Literal::usize_unsuffixed(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> Sources {
        let file = File::new("src/main.rs".into(), text.into());
        Sources::with(vec![file])
    }

    fn shown(view: &View) -> String {
        let variables: Vec<String> = view
            .variables
            .iter()
            .map(|variable| format!("{} {:?}", variable.name, variable.shape))
            .collect();
        let RustPlace { file, line, column } = &view.place;
        format!(
            "{} {file}:{line}:{column} [{}] {}",
            view.template,
            variables.join(", "),
            view.shapes.len()
        )
    }

    #[test]
    fn calls_and_structs_are_found() {
        let text = "
fn a() {
    kalgan::render!(\"a.html\", { user, n: 5 })
}
#[derive(Debug, Template)]
#[template(\"b.html\")]
struct Page<T> { user: User, #[template(skip)] no: u8, t: T }
#[derive(Serialize)]
struct User { name: String, friends: Vec<User> }
#[derive(askama::Template)]
#[template(path = \"c.html\")]
struct Other;
#[cfg(test)]
mod tests {
    #[derive(Template)] #[template(\"d.html\")] struct InTest;
}
";
        let sources = sources(text);
        let views = sources.views();
        let all: Vec<String> = views.iter().map(shown).collect();
        assert_eq!(
            all,
            [
                "a.html src/main.rs:3:5 [user None, n None] 0",
                "b.html src/main.rs:7:8 [user Some(0), t None] 3",
            ]
        );
        let expression = tokens(&views, &Krate::default());
        syn::parse2::<syn::Expr>(expression).expect("an expression");
        assert_eq!(tokens(&[], &Krate::default()).to_string(), "& []");
    }
}
