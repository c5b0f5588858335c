//! Views and registered names as data of the expansion.

use crate::input::arguments::CratePath;
use kalgan_core::templates::registered::Registered;
use kalgan_core::templates::views::{EnumShape, RustPlace, Shape, StructShape, Variable, View};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The names as an expression of the type `RegisteredNames`.
pub(crate) fn registered(registered: &Registered, krate: &CratePath) -> TokenStream {
    let Registered {
        filters,
        tests,
        functions,
        variables,
    } = registered;
    let (filters, tests) = (filters.iter(), tests.iter());
    let (functions, variables) = (functions.iter(), variables.iter());
    quote! {
        #krate::__private::views::RegisteredNames {
            filters: &[#(#filters),*],
            tests: &[#(#tests),*],
            functions: &[#(#functions),*],
            variables: &[#(#variables),*],
        }
    }
}

/// The views as an expression of the type `&'static [View]`.
pub(crate) fn views(views: &[View], krate: &CratePath) -> TokenStream {
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
        use #krate::__private::views::{EnumShape, RustPlace, Shape, StructShape, Variable, View};
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
        Shape::Option(value) => {
            let value = index(*value);
            quote!(Shape::Option(#value))
        }
        Shape::Skipped(value) => {
            let value = index(*value);
            quote!(Shape::Skipped(#value))
        }
        Shape::Enum(EnumShape {
            name,
            place,
            variants,
        }) => {
            let place = self::place(place);
            let variants = variants.iter();
            quote!(Shape::Enum(EnumShape {
                name: B(#name),
                place: #place,
                variants: B(&[#(B(#variants)),*]),
            }))
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
