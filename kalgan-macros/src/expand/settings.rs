//! The sections that structs read, as data of the expansion.

use crate::input::arguments::CratePath;
use kalgan_core::settings::own::{Field, OwnSection, Shape};
use proc_macro2::TokenStream;
use quote::quote;

/// The sections as an expression of the type `&'static [OwnSection]`.
pub(crate) fn own(sections: &[OwnSection], krate: &CratePath) -> TokenStream {
    if sections.is_empty() {
        return quote!(&[]);
    }
    let sections = sections.iter().map(|section| {
        let OwnSection {
            key,
            name,
            place,
            shape,
            others,
        } = section;
        let shape = self::shape(shape);
        let others = others.iter();
        quote!(OwnSection {
            key: B(#key),
            name: B(#name),
            place: B(#place),
            shape: #shape,
            others: B(&[#(B(#others)),*]),
        })
    });
    quote!({
        #[allow(unused_imports)]
        use ::std::borrow::Cow::Borrowed as B;
        #[allow(unused_imports)]
        use #krate::__private::settings::own::{Field, OwnSection, Shape};
        static SECTIONS: &[OwnSection] = &[#(#sections),*];
        SECTIONS
    })
}

fn shape(shape: &Shape) -> TokenStream {
    let inner = |shapes: &[Shape]| {
        let shapes = shapes.iter().map(self::shape);
        quote!(B(&[#(#shapes),*]))
    };
    match shape {
        Shape::Any => quote!(Shape::Any),
        Shape::Text => quote!(Shape::Text),
        Shape::Secret => quote!(Shape::Secret),
        Shape::Char => quote!(Shape::Char),
        Shape::Bool => quote!(Shape::Bool),
        Shape::Number => quote!(Shape::Number),
        Shape::Integer { min, max } => quote!(Shape::Integer { min: #min, max: #max }),
        Shape::OneOf(texts) => {
            let texts = texts.iter();
            quote!(Shape::OneOf(B(&[#(B(#texts)),*])))
        }
        Shape::Optional(optional) => {
            let inner = inner(optional);
            quote!(Shape::Optional(#inner))
        }
        Shape::List(items) => {
            let inner = inner(items);
            quote!(Shape::List(#inner))
        }
        Shape::Map(values) => {
            let inner = inner(values);
            quote!(Shape::Map(#inner))
        }
        Shape::Section { fields, is_open } => {
            let fields = fields.iter().map(field);
            quote!(Shape::Section { fields: B(&[#(#fields),*]), is_open: #is_open })
        }
    }
}

fn field(field: &Field) -> TokenStream {
    let Field {
        names,
        shape,
        is_required,
    } = field;
    let names = names.iter();
    let shape = self::shape(shape);
    quote!(Field { names: B(&[#(B(#names)),*]), shape: #shape, is_required: #is_required })
}
