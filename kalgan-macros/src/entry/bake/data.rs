//! Settings, routes and messages as static data.

use crate::input::arguments::CratePath;
use kalgan_core::messages::{Language, bake};
use kalgan_core::routes::{HostPattern, Param, Piece, RouteDef, RouteLanguage, Segment};
use kalgan_core::scalar::{Scalar, ScalarKind};
use kalgan_core::settings::{Origin, Setting, Value};
use kalgan_core::site::SiteData;
use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;
use syn::Ident;

/// The items `SETTINGS`, `ROUTES` and `LANGUAGES`.
pub(super) fn items(krate: &CratePath, site: &SiteData) -> TokenStream {
    let settings = site.settings.iter().map(setting);
    let routes = site.routes.routes.iter().map(route);
    let (messages, languages): (Vec<_>, Vec<_>) = site
        .catalogue
        .languages
        .iter()
        .enumerate()
        .map(|(at, language)| self::language(at, language))
        .unzip();
    quote! {
        #[allow(unused_imports)]
        use ::std::borrow::Cow::Borrowed as B;
        #[allow(unused_imports)]
        use #krate::__private::messages::{Form, Language, Message, Part, bake};
        #[allow(unused_imports)]
        use #krate::__private::routes::{
            HostPattern, Param, PathPattern, Piece, RouteDef, RouteLanguage, Segment,
        };
        #[allow(unused_imports)]
        use #krate::__private::scalar::{Scalar, ScalarKind};
        #[allow(unused_imports)]
        use #krate::__private::settings::{Origin, Setting, Value};
        static SETTINGS: &[Setting] = &[#(#settings),*];
        static ROUTES: &[RouteDef] = &[#(#routes),*];
        #(#messages)*
        static LANGUAGES: &[Language] = &[#(#languages),*];
    }
}

fn setting(setting: &Setting) -> TokenStream {
    let key = setting.key.as_ref();
    let value = value(&setting.value);
    let origin = match &setting.origin {
        Origin::File(place) => quote!(File(B(#place))),
        Origin::Override(place) => quote!(Override(B(#place))),
        Origin::Environment(name) => quote!(Environment(B(#name))),
        Origin::CommandLine(name) => quote!(CommandLine(B(#name))),
    };
    quote!(Setting { key: B(#key), value: #value, origin: Origin::#origin })
}

fn value(value: &Value) -> TokenStream {
    match value {
        Value::Scalar(Scalar { text, kind }) => {
            let kind = match *kind {
                ScalarKind::Null => quote!(Null),
                ScalarKind::Bool(value) => quote!(Bool(#value)),
                ScalarKind::Integer(value) => {
                    let minus = (value < 0).then(|| quote!(-));
                    let digits = Literal::u64_unsuffixed(value.unsigned_abs());
                    quote!(Integer(#minus #digits))
                }
                ScalarKind::Float(value) => {
                    let float = float(value);
                    quote!(Float(#float))
                }
                ScalarKind::String => quote!(String),
            };
            quote!(Value::Scalar(Scalar { text: B(#text), kind: ScalarKind::#kind }))
        }
        Value::List(items) => {
            let items = items.iter().map(self::value);
            quote!(Value::List(B(&[#(#items),*])))
        }
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let value = self::value(value);
                quote!((B(#key), #value))
            });
            quote!(Value::Map(B(&[#(#entries),*])))
        }
    }
}

fn float(value: f64) -> TokenStream {
    if value.is_nan() {
        return quote!(::core::primitive::f64::NAN);
    }
    let minus = value.is_sign_negative().then(|| quote!(-));
    if value.is_infinite() {
        return quote!(#minus ::core::primitive::f64::INFINITY);
    }
    let digits = Literal::f64_suffixed(value.abs());
    quote!(#minus #digits)
}

fn route(route: &RouteDef) -> TokenStream {
    let RouteDef {
        name,
        path,
        pattern,
        host,
        methods,
        controller,
        middleware,
        language,
        defaults,
        max_body,
        place,
    } = route;
    let segments = pattern.segments.iter().map(segment);
    let optional = Literal::usize_unsuffixed(pattern.optional);
    let host = match host {
        None => quote!(::core::option::Option::None),
        Some(HostPattern { text, labels }) => {
            let labels = labels.iter().map(segment);
            quote!(::core::option::Option::Some(HostPattern {
                text: B(#text),
                labels: B(&[#(#labels),*]),
            }))
        }
    };
    let language = match language {
        None => quote!(::core::option::Option::None),
        Some(RouteLanguage::Fixed(language)) => {
            quote!(::core::option::Option::Some(RouteLanguage::Fixed(B(#language))))
        }
        Some(RouteLanguage::Parameter(name)) => {
            quote!(::core::option::Option::Some(RouteLanguage::Parameter(B(#name))))
        }
    };
    let max_body = match max_body {
        None => quote!(::core::option::Option::None),
        Some(size) => quote!(::core::option::Option::Some(#size)),
    };
    let methods = methods.iter();
    let middleware = middleware.iter();
    let defaults = defaults
        .iter()
        .map(|(name, value)| quote!((B(#name), B(#value))));
    quote! {
        RouteDef {
            name: B(#name),
            path: B(#path),
            pattern: PathPattern { segments: B(&[#(#segments),*]), optional: #optional },
            host: #host,
            methods: B(&[#(B(#methods)),*]),
            controller: B(#controller),
            middleware: B(&[#(B(#middleware)),*]),
            language: #language,
            defaults: B(&[#(#defaults),*]),
            max_body: #max_body,
            place: B(#place),
        }
    }
}

fn segment(segment: &Segment) -> TokenStream {
    match segment {
        Segment::Literal(text) => quote!(Segment::Literal(B(#text))),
        Segment::Param(param) => {
            let param = self::param(param);
            quote!(Segment::Param(#param))
        }
        Segment::Rest(param) => {
            let param = self::param(param);
            quote!(Segment::Rest(#param))
        }
        Segment::Mixed(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Literal(text) => quote!(Piece::Literal(B(#text))),
                Piece::Param(param) => {
                    let param = self::param(param);
                    quote!(Piece::Param(#param))
                }
            });
            quote!(Segment::Mixed(B(&[#(#pieces),*])))
        }
    }
}

fn param(Param { name, requirement }: &Param) -> TokenStream {
    let requirement = match requirement {
        None => quote!(::core::option::Option::None),
        Some(requirement) => quote!(::core::option::Option::Some(B(#requirement))),
    };
    quote!(Param { name: B(#name), requirement: #requirement })
}

/// The statics that hold a language's messages, and the language that refers to them.
fn language(at: usize, language: &Language) -> (TokenStream, TokenStream) {
    let (shape, texts) = bake::shape(&language.messages);
    let (part_count, form_count) = bake::counts(&shape);
    let name = |what: &str| Ident::new(&format!("{what}_{at}"), Span::call_site());
    let (shape_of, texts_of) = (name("SHAPE"), name("TEXTS"));
    let (parts_of, forms_of, messages_of) = (name("PARTS"), name("FORMS"), name("MESSAGES"));
    let keys = language.messages.iter().map(|message| message.key.as_ref());
    let shape = Literal::byte_string(&shape);
    let part_count = Literal::usize_unsuffixed(part_count);
    let form_count = Literal::usize_unsuffixed(form_count);
    let message_count = Literal::usize_unsuffixed(language.messages.len());
    let code = language.code.as_ref();
    (
        quote! {
            const #shape_of: &[::core::primitive::u8] = #shape;
            const #texts_of: &[&::core::primitive::str] = &[#(#texts),*];
            #[allow(long_running_const_eval)]
            static #parts_of: [Part; #part_count] = bake::parts(#texts_of, #shape_of);
            #[allow(long_running_const_eval)]
            static #forms_of: [Form; #form_count] = bake::forms(#texts_of, &#parts_of, #shape_of);
            #[allow(long_running_const_eval)]
            static #messages_of: [Message; #message_count] =
                bake::messages(&[#(#keys),*], #texts_of, &#parts_of, &#forms_of, #shape_of);
        },
        quote!(Language { code: B(#code), messages: B(&#messages_of) }),
    )
}
