//! A struct with `#[derive(Template)]` and its attributes.

use super::arguments::CratePath;
use super::call;
use crate::mistake;
use kalgan_core::suggest::did_you_mean;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr, Token, Type};

const EXAMPLE: &str = "write `#[template(\"page.html\")]` above the struct";
const OPTIONS: [&str; 2] = ["skip", "rename"];

/// A struct as it was understood, with all that was not.
#[derive(Default)]
pub(crate) struct TemplateStruct {
    /// The name of the template.
    pub(crate) template: Option<LitStr>,
    pub(crate) krate: Option<CratePath>,
    /// The fields that are variables.
    pub(crate) fields: Vec<Field>,
    pub(crate) errors: Vec<syn::Error>,
}

/// A field that is a variable.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// The name of the variable.
    pub(crate) name: String,
    pub(crate) ty: Type,
}

/// Understands a struct with `#[derive(Template)]`.
pub(crate) fn parse(input: &DeriveInput) -> TemplateStruct {
    let mut parsed = TemplateStruct::default();
    parsed.attribute(input);
    let fields = match &input.data {
        Data::Struct(data) => &data.fields,
        _ => {
            parsed.errors.push(mistake::new(
                input.ident.span(),
                "`#[derive(Template)]` is for structs: each field is a variable of the template",
                "give the variables as fields of a struct",
            ));
            return parsed;
        }
    };
    match fields {
        Fields::Named(fields) => {
            for field in &fields.named {
                parsed.field(field);
            }
        }
        Fields::Unit => {}
        Fields::Unnamed(fields) => parsed.errors.push(mistake::new(
            fields.span(),
            "the fields have no names, and so the variables of the template have none",
            "write `{ name: Type }` instead of `(Type)`",
        )),
    }
    parsed
}

impl TemplateStruct {
    fn attribute(&mut self, input: &DeriveInput) {
        let mut attributes = input.attrs.iter().filter(is_ours);
        let Some(attribute) = attributes.next() else {
            self.errors.push(mistake::new(
                input.ident.span(),
                format!("the template of `{}` is not named", input.ident),
                EXAMPLE,
            ));
            return;
        };
        for second in attributes {
            self.errors.push(mistake::new(
                second.span(),
                "the template is named twice",
                "remove one of them",
            ));
        }
        let arguments = match &attribute.meta {
            syn::Meta::List(list) => syn::parse2::<TemplateArguments>(list.tokens.clone()),
            other => Err(mistake::new(
                other.span(),
                "the name of the template is missing",
                EXAMPLE,
            )),
        };
        match arguments {
            Ok(arguments) => {
                self.template = Some(arguments.name);
                self.krate = arguments.krate;
            }
            Err(error) => self.errors.push(error),
        }
    }

    fn field(&mut self, field: &syn::Field) {
        let Some(ident) = field.ident.clone() else {
            return;
        };
        let mut options = FieldOptions::default();
        for attribute in field.attrs.iter().filter(is_ours) {
            if let Err(error) = options.read(attribute) {
                self.errors.push(error);
            }
        }
        if options.is_skipped {
            return;
        }
        let (name, span) = match &options.name {
            Some(name) => (name.value(), name.span()),
            None => (ident.unraw().to_string(), ident.span()),
        };
        if self.fields.iter().any(|known| known.name == name) {
            self.errors.push(mistake::new(
                span,
                format!("the variable `{name}` is given twice"),
                "rename one of them, or remove it",
            ));
            return;
        }
        self.fields.push(Field {
            ident,
            name,
            ty: field.ty.clone(),
        });
    }
}

fn is_ours(attribute: &&Attribute) -> bool {
    attribute.path().is_ident("template")
}

/// `"name", crate = path`.
struct TemplateArguments {
    name: LitStr,
    krate: Option<CratePath>,
}

impl Parse for TemplateArguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.is_empty() {
            return Err(mistake::new(
                input.span(),
                "the name of the template is missing",
                EXAMPLE,
            ));
        }
        if !input.peek(LitStr) {
            return Err(mistake::new(
                input.span(),
                "the name of the template comes first, as a text",
                EXAMPLE,
            ));
        }
        let mut arguments = Self {
            name: input.parse()?,
            krate: None,
        };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            if !input.peek(Token![crate]) {
                return Err(mistake::new(
                    input.span(),
                    "`#[template(…)]` of a struct takes the name of the template, and `crate`",
                    "write `#[template(\"page.html\", crate = path)]`; `skip` and `rename` belong \
                     to fields",
                ));
            }
            arguments.krate = Some(call::krate(input)?);
        }
        Ok(arguments)
    }
}

/// `skip`, or `rename = "name"`.
#[derive(Default)]
struct FieldOptions {
    is_skipped: bool,
    name: Option<LitStr>,
}

impl FieldOptions {
    fn read(&mut self, attribute: &Attribute) -> syn::Result<()> {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("skip") {
                self.is_skipped = true;
                return Ok(());
            }
            if meta.path.is_ident("rename") {
                let name: LitStr = meta.value()?.parse()?;
                let value = name.value();
                if !kalgan_core::routes::is_identifier(&value) {
                    return Err(mistake::new(
                        name.span(),
                        format!("`{value}` is no name of a variable"),
                        "use letters, digits and `_`, and no digit first",
                    ));
                }
                self.name = Some(name);
                return Ok(());
            }
            let name = meta
                .path
                .get_ident()
                .map(ToString::to_string)
                .unwrap_or_default();
            Err(mistake::with(
                meta.path.span(),
                format!("`{name}` is no option of a field of a template"),
                did_you_mean(&name, &OPTIONS),
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> TemplateStruct {
        parse(&syn::parse_str(text).unwrap())
    }

    fn errors(text: &str) -> Vec<String> {
        let errors = read(text).errors;
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_struct_with_options() {
        let parsed = read(
            "#[template(\"a.html\", crate = web,)] struct A<'a> { user: &'a User, r#type: u8, \
             #[template(skip)] no: u8, #[template(rename = \"items\")] list: Vec<u8> }",
        );
        assert!(parsed.errors.is_empty());
        assert_eq!(parsed.template.unwrap().value(), "a.html");
        assert!(parsed.krate.unwrap().is_given());
        let names: Vec<&str> = parsed.fields.iter().map(|field| &*field.name).collect();
        assert_eq!(names, ["user", "type", "items"]);
        assert!(read("#[template(\"a.html\")] struct A;").errors.is_empty());
    }

    #[test]
    fn mistakes() {
        for (text, expected) in [
            ("struct A {}", "the template of `A` is not named"),
            (
                "#[template] struct A {}",
                "the name of the template is missing",
            ),
            (
                "#[template()] struct A {}",
                "the name of the template is missing",
            ),
            ("#[template(a)] struct A {}", "comes first, as a text"),
            (
                "#[template(path = \"a\")] struct A {}",
                "comes first, as a text",
            ),
            (
                "#[template(\"a\", skip)] struct A {}",
                "takes the name of the template, and `crate`",
            ),
            (
                "#[template(\"a\")] #[template(\"b\")] struct A {}",
                "named twice",
            ),
            ("#[template(\"a\")] enum A {}", "is for structs"),
            ("#[template(\"a\")] union A { b: u8 }", "is for structs"),
            (
                "#[template(\"a\")] struct A(u8);",
                "the fields have no names",
            ),
            (
                "#[template(\"a\")] struct A { #[template(skp)] b: u8 }",
                "`skp` is no option of a field of a template\nhelp: did you mean `skip`?",
            ),
            (
                "#[template(\"a\")] struct A { #[template(rename = \"a b\")] b: u8 }",
                "`a b` is no name of a variable",
            ),
            (
                "#[template(\"a\")] struct A { a: u8, #[template(rename = \"a\")] b: u8 }",
                "the variable `a` is given twice",
            ),
        ] {
            let errors = errors(text);
            assert_eq!(errors.len(), 1, "{text}: {errors:?}");
            assert!(errors[0].contains(expected), "{text}: {errors:?}");
        }
        let both = errors("enum A {}");
        assert_eq!(both.len(), 2, "all at once: {both:?}");
    }
}
