//! Filters, tests and functions that the app registers with Tera: the registration is the
//! declaration.

use super::Crate;
use super::item::Method;
use kalgan_core::rust::texts;
use kalgan_core::templates::registered::Registered;

impl Crate {
    /// What is registered under literal names.
    pub(crate) fn registered(&self) -> Registered {
        let mut registered = Registered::default();
        for (file, _) in self.files() {
            if !Method::ALL
                .iter()
                .any(|method| file.mentions(method.name()))
            {
                continue;
            }
            for registration in &file.scan().registrations {
                let names = match registration.method {
                    Method::Command => continue,
                    Method::Filter => &mut registered.filters,
                    Method::Test => &mut registered.tests,
                    Method::Function => &mut registered.functions,
                    Method::Variable | Method::Global => &mut registered.variables,
                };
                names.extend(texts(file.str(&registration.literal)).unwrap_or_default());
            }
        }
        registered
    }
}

#[cfg(test)]
mod tests {
    use crate::expand;
    use crate::input::arguments::CratePath;
    use crate::testing::TestPackage;

    #[test]
    fn the_registration_is_the_declaration() {
        let text = "fn f(t: &mut Tera) {\n  t.register_filter(\"b\\u{61}\", f);\n  \
                    t.register_filter(\"a\", f);\n t.register_filter(\"a\", g);\n \
                    t.register_test(\"odd\", f); t.register_function(\"now\", f);\n \
                    t.global_context().insert(\"site\", &1); x.insert(\"no\", &2);\n \
                    app.global(\"visitor\", f); x.global(true);\n}";
        let names = TestPackage::new(&[("src/main.rs", text)])
            .krate()
            .registered();
        assert!(names.filters.iter().eq(["a", "ba"]));
        assert!(names.tests.iter().eq(["odd"]));
        assert!(names.functions.iter().eq(["now"]));
        assert!(names.variables.iter().eq(["site", "visitor"]));
        let tokens = expand::views::registered(&names, &CratePath::default());
        syn::parse2::<syn::Expr>(tokens).expect("an expression");
    }
}
