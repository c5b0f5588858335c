//! Filters, tests and functions that the app registers with Tera: the registration is the
//! declaration.

use super::Sources;
use super::scan::Method;
use crate::arguments::Krate;
use kalgan_core::templates::registered::Registered;
use proc_macro2::TokenStream;
use quote::quote;

impl Sources {
    /// What is registered under literal names.
    pub(crate) fn registered(&self) -> Registered {
        let mut registered = Registered::default();
        for file in self
            .files()
            .filter(|file| Method::ALL.iter().any(|m| file.mentions(m.name())))
        {
            for (method, span) in &file.scan().registrations {
                let Ok(literal) = syn::parse_str::<syn::LitStr>(file.str(span)) else {
                    continue;
                };
                let names = match method {
                    Method::Filter => &mut registered.filters,
                    Method::Test => &mut registered.tests,
                    Method::Function => &mut registered.functions,
                    Method::Variable => &mut registered.variables,
                };
                names.insert(literal.value());
            }
        }
        registered
    }
}

/// The names as an expression of the type `RegisteredNames`.
pub(crate) fn tokens(registered: &Registered, krate: &Krate) -> TokenStream {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::File;

    #[test]
    fn the_registration_is_the_declaration() {
        let text = "fn f(t: &mut Tera) {\n  t.register_filter(\"b\\u{61}\", f);\n  \
                    t.register_filter(\"a\", f);\n t.register_filter(\"a\", g);\n \
                    t.register_test(\"odd\", f); t.register_function(\"now\", f);\n \
                    t.global_context().insert(\"site\", &1); x.insert(\"no\", &2);\n}";
        let file = File::new("src/main.rs".into(), text.into());
        let sources = Sources::with(vec![file]);
        let names = sources.registered();
        assert!(names.filters.iter().eq(["a", "ba"]));
        assert!(names.tests.iter().eq(["odd"]));
        assert!(names.functions.iter().eq(["now"]));
        assert!(names.variables.iter().eq(["site"]));
        let tokens = tokens(&names, &Krate::default());
        syn::parse2::<syn::Expr>(tokens).expect("an expression");
    }
}
