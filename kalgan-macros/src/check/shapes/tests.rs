use super::*;
use crate::testing::TestPackage;

/// The shape of a type that is named in the first file.
fn shape(files: &[(&str, &str)], ty: &str) -> String {
    let krate = TestPackage::new(files).krate();
    let mut shapes = Shapes::new(&krate);
    let generics: Generics = syn::parse_quote!(<'a, T>);
    let scope = TypeContext {
        place: krate.root().unwrap(),
        generics: &generics,
        given: &[],
    };
    let shape = shapes.of(&syn::parse_str(ty).unwrap(), scope);
    show(&shapes.all, shape, 3)
}

fn show(all: &[Shape], shape: Option<usize>, depth: usize) -> String {
    let Some(shape) = shape else {
        return String::from("?");
    };
    match &all[shape] {
        Shape::Scalar(name) => name.to_string(),
        Shape::List(items) => format!("[{}]", show(all, *items, depth)),
        Shape::Map(values) => format!("{{{}}}", show(all, *values, depth)),
        Shape::Option(value) => format!("{}?", show(all, *value, depth)),
        Shape::Skipped(value) => format!("{}??", show(all, *value, depth)),
        Shape::Enum(of) => format!("{}({})", of.name, of.variants.join(" | ")),
        Shape::Struct(of) if depth == 0 => of.name.to_string(),
        Shape::Struct(of) => {
            let fields: Vec<String> = of
                .fields
                .iter()
                .map(|field| format!("{}: {}", field.name, show(all, field.shape, depth - 1)))
                .collect();
            let open = if of.is_open { ", .." } else { "" };
            format!("{}({}{open})", of.name, fields.join(", "))
        }
    }
}

fn one(text: &str, ty: &str) -> String {
    shape(&[("src/main.rs", text)], ty)
}

#[test]
fn types_of_the_standard_library() {
    for (ty, expected) in [
        ("u8", "u8"),
        ("&'a str", "str"),
        ("Cow<'a, str>", "str"),
        ("Option<Box<String>>", "String?"),
        ("std::vec::Vec<bool>", "[bool]"),
        ("&[f64]", "[f64]"),
        ("[Arc<[u8]>; 3]", "[[u8]]"),
        ("BTreeMap<String, Vec<i8>>", "{[i8]}"),
        ("(u8, u8)", "?"),
        ("T", "?"),
        ("Vec<T>", "[?]"),
        ("Vec", "?"),
        ("chrono::NaiveDate", "?"),
        ("Box<dyn Trait>", "?"),
        ("<T as Trait>::Item", "?"),
        ("Unheard", "?"),
    ] {
        assert_eq!(one("", ty), expected, "{ty}");
    }
    assert_eq!(
        one("struct Vec;", "Vec<u8>"),
        "?",
        "it is not the usual one"
    );
    assert_eq!(one("struct Vec;", "std::vec::Vec<u8>"), "[u8]");
}

#[test]
fn attributes_of_serde() {
    let text = "
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = \"camelCase\", tag = \"kind\")]
struct A {
    first_name: String,
    #[serde(rename = \"X\")] x: u8,
    #[serde(rename(serialize = \"Y\", deserialize = \"Z\"))] y: u8,
    #[serde(rename(deserialize = \"Z\"))] r#type: u8,
    #[serde(skip)] no: u8,
    #[serde(skip_serializing)] never: u8,
    #[serde(default, skip_serializing_if = \"Option::is_none\")] may: Option<u8>,
    #[serde(serialize_with = \"f\")] with: u8,
    #[validate(length(min = 1))] checked: Vec<Self>,
}
";
    assert_eq!(
        one(text, "A"),
        "A(kind: String, firstName: String, X: u8, Y: u8, type: u8, may: u8??, with: ?, checked: [?])"
    );
    for (text, expected) in [
        ("struct A { b: u8 }", "?"),
        (
            "#[derive(Serialize)] #[serde(into = \"B\")] struct A { b: u8 }",
            "?",
        ),
        (
            "#[derive(Serialize)] #[serde(remote = \"B\")] struct A { b: u8 }",
            "?",
        ),
        ("#[serde_as] #[derive(Serialize)] struct A { b: u8 }", "?"),
        ("#[cfg_attr(x, derive(Serialize))] struct A { b: u8 }", "?"),
        ("#[derive(Serialize)] struct A(u8);", "u8"),
        ("#[derive(Serialize)] struct A(u8, u8);", "?"),
        ("#[derive(Serialize)] struct A;", "?"),
        ("#[derive(Serialize)] struct A {}", "A()"),
        (
            "#[derive(Serialize)] #[serde(transparent)] struct A { b: Vec<u8> }",
            "[u8]",
        ),
        (
            "#[derive(Serialize)] struct A { #[cfg_attr(x, serde(skip))] b: u8 }",
            "A(, ..)",
        ),
        (
            "#[derive(Serialize)] struct A { #[serde_as(as = \"X\")] b: u8 }",
            "A(b: ?)",
        ),
        ("#[derive(Serialize)] enum A { B }", "A(B)"),
        (
            "#[derive(Serialize)] #[serde(rename_all = \"kebab-case\")] \
             enum A { OnDelivery, #[serde(rename = \"x\")] B, #[serde(skip)] C, D }",
            "A(on-delivery | x | d)",
        ),
        ("#[derive(Serialize)] enum A { B(u8), C }", "?"),
        // It is written as a map.
        ("#[derive(Serialize)] enum A { B {}, C }", "?"),
        (
            "#[derive(Serialize)] #[serde(tag = \"t\")] enum A { B }",
            "?",
        ),
        ("#[derive(Serialize)] #[serde(untagged)] enum A { B }", "?"),
        ("#[derive(Serialize)] enum A { B, #[cfg(unix)] C }", "?"),
        (
            "#[derive(Serialize)] enum A { B, #[serde(serialize_with = \"f\")] C }",
            "?",
        ),
        ("enum A { B }", "?"),
        ("type A = u8;", "u8"),
        (
            "type A = Vec<B>; mod b { pub type C = bool; } use b::C as B;",
            "[bool]",
        ),
        ("type A<T> = T;", "?"),
        ("type A = B; type B = Vec<A>;", "[?]"),
        ("#[derive(rkyv::Serialize)] struct A { b: u8 }", "?"),
        ("use rkyv::*; #[derive(Serialize)] struct A { b: u8 }", "?"),
        (
            "trait Serialize {} #[derive(Serialize)] struct A { b: u8 }",
            "?",
        ),
        (
            "use serde as s; #[derive(s::Serialize)] struct A { b: u8 }",
            "A(b: u8)",
        ),
        // Macros, and attributes that a derive reads.
        ("#[derive(Serialize)] #[m::stamped] struct A { b: u8 }", "?"),
        (
            "use m::stamped; #[derive(Serialize)] #[stamped] struct A { b: u8 }",
            "?",
        ),
        (
            "use m::*; #[derive(Serialize)] #[stamped] struct A { b: u8 }",
            "?",
        ),
        (
            "#[macro_use] extern crate m; #[derive(Serialize)] #[stamped] struct A { b: u8 }",
            "?",
        ),
        ("#[stamped] #[derive(Serialize)] struct A { b: u8 }", "?"),
        (
            "#[derive(Serialize, Row)] #[sqlx(default)] struct A { b: u8 }",
            "A(b: u8)",
        ),
        (
            "use a::A; #[stamped] mod a { #[derive(Serialize)] pub struct A; }",
            "?",
        ),
    ] {
        assert_eq!(one(text, "A"), expected, "{text}");
    }
}

#[test]
fn flattened_structs() {
    let text = "
#[derive(Serialize)] struct A { #[serde(flatten)] b: B, c: u8 }
#[derive(Serialize)] struct B { d: u8 }
#[derive(Serialize)] struct C { #[serde(flatten)] more: HashMap<String, u8>, e: u8 }
";
    assert_eq!(one(text, "A"), "A(d: u8, c: u8)");
    assert_eq!(one(text, "C"), "C(e: u8, ..)");
}

#[test]
fn parameters_of_types() {
    let text = "
#[derive(Serialize)] struct Page<T> { items: Vec<T>, next: Option<u32>, of: Named<T> }
#[derive(Serialize)] struct Named<T, N = String> { value: T, name: N }
#[derive(Serialize)] struct User { id: u8 }
#[derive(Serialize)] struct Deep<T> { more: Option<Box<Deep<Vec<T>>>> }
";
    assert_eq!(
        one(text, "Page<User>"),
        "Page(items: [User(id: u8)], next: u32?, of: Named(value: User(id: u8), name: ?))"
    );
    assert_eq!(
        one(text, "(Page<u8>)"),
        "Page(items: [u8], next: u32?, of: Named(value: u8, name: ?))"
    );
    assert_eq!(
        one(text, "Page<T>"),
        "Page(items: [?], next: u32?, of: Named(value: ?, name: ?))"
    );
    assert!(one(text, "Deep<u8>").starts_with("Deep(more: Deep("));
}

#[test]
fn types_that_lead_back_to_themselves() {
    let text = "
#[derive(Serialize)] struct Comment { text: String, replies: Vec<Comment> }
#[derive(Serialize)] struct Loop(Box<Loop>);
#[derive(Serialize)] struct Flat { #[serde(flatten)] of: Option<Box<Flat>>, a: u8 }
";
    assert_eq!(
        one(text, "Comment"),
        "Comment(text: String, replies: [Comment(text: String, replies: \
         [Comment(text: String, replies: [Comment])])])"
    );
    assert_eq!(one(text, "Loop"), "?");
    assert_eq!(one(text, "Flat"), "Flat(a: u8, ..)");
}

#[test]
fn names_are_resolved_where_there_is_no_doubt() {
    let user = "#[derive(Serialize)] pub struct User { id: u8 }";
    let main = "mod model; ";
    for (text, ty, is_known) in [
        ("use crate::model::User;", "User", true),
        ("use model::{User, Other};", "User", true),
        ("use crate::model::*;", "User", true),
        ("use super::model::User as Person;", "Person", true),
        ("", "crate::model::User", true),
        ("use crate::model;", "model::User", true),
        ("", "model::User", true),
        ("", "User", false),
        ("use other::User;", "User", false),
        ("use other::prelude::*;", "User", false),
        ("use other::model as m;", "m::User", false),
        ("", "other::User", false),
        ("mod other_things;", "other::User", false),
        (
            "fn a() { use crate::model::User; } fn b() { use other::User; }",
            "User",
            false,
        ),
    ] {
        let text = format!("{main}{text}");
        let files = [("src/main.rs", text.as_str()), ("src/model.rs", user)];
        let expected = if is_known { "User(id: u8)" } else { "?" };
        assert_eq!(shape(&files, ty), expected, "{text} {ty}");
    }
    let twice = [
        ("src/main.rs", "use crate::a::User;"),
        ("src/a.rs", user),
        ("src/b.rs", user),
    ];
    assert_eq!(shape(&twice, "User"), "?");
    let in_tests = format!("{user} #[cfg(test)] mod tests {{ struct User; }}");
    assert_eq!(one(&in_tests, "User"), "User(id: u8)");
}

#[test]
fn a_second_struct_of_the_name_changes_nothing() {
    let user = "#[derive(Serialize)] pub struct User { id: u8 }";
    let other = "#[derive(Serialize)] pub struct User { other: u8 }";
    for (main, files) in [
        // A file that no `mod` names is none of the crate's.
        (
            "mod model; use model::User;",
            &["src/model.rs", "src/old.rs"][..],
        ),
        (
            "mod model; use model::*;",
            &["src/model.rs", "src/model/old.rs"],
        ),
        // Another module.
        (
            "mod old; mod model; use model::User;",
            &["src/model.rs", "src/old.rs"],
        ),
        (
            "mod old; mod model; use crate::model as m; use m::User;",
            &["src/model.rs", "src/old.rs"],
        ),
        (
            "mod model; mod old { pub struct User; } use self::model::User;",
            &["src/model.rs"],
        ),
        (
            "mod model; use model::User; fn a() { struct User; }",
            &["src/model.rs"],
        ),
        (
            "mod model; use model::User; fn a() { mod b { pub struct User; } }",
            &["src/model.rs"],
        ),
        (
            "mod model; use model::User; fn a() { use old::User; } mod old;",
            &["src/model.rs", "src/old.rs"],
        ),
        // Files elsewhere.
        (
            "#[path = \"deep/er.rs\"] mod model; use model::User;",
            &["src/deep/er.rs", "src/model.rs"],
        ),
        (
            "#[path = \"../gen/m.rs\"] mod model; use model::User;",
            &["gen/m.rs", "src/model.rs"],
        ),
        (
            "mod a { pub mod b; } use a::b::User;",
            &["src/a/b.rs", "src/b.rs"],
        ),
        (
            "mod a { #[path = \"c.rs\"] pub mod b; } use a::b::User;",
            &["src/a/c.rs", "src/a/b.rs"],
        ),
        (
            "#[path = \"x\"] mod a { pub mod b; } use a::b::User;",
            &["src/x/b.rs", "src/a/b.rs"],
        ),
        (
            "mod r#type; use r#type::User;",
            &["src/type.rs", "src/old.rs"],
        ),
        // Conditions.
        (
            "mod model; use model::User; #[cfg(feature = \"x\")] mod old;",
            &["src/model.rs", "src/old.rs"],
        ),
        (
            "#[cfg(feature = \"x\")] mod model; #[cfg(feature = \"x\")] use model::User;",
            &["src/model.rs", "src/old.rs"],
        ),
        (
            "mod model; use model::User; #[cfg(test)] use old::User; #[cfg(test)] mod old;",
            &["src/model.rs", "src/old.rs"],
        ),
        // Imports of imports.
        (
            "mod model; mod a { pub use super::model::User; } use a::User; mod old;",
            &["src/model.rs", "src/old.rs"],
        ),
        (
            "mod model; mod a { pub use crate::b::*; } mod b { pub(crate) use crate::model::*; pub use crate::a::*; } use a::User;",
            &["src/model.rs", "src/old.rs"],
        ),
        (
            "mod model; mod a { use crate::model::User; } use a::*; use model::*;",
            &["src/model.rs"],
        ),
    ] {
        let mut all = vec![("src/main.rs", main)];
        all.extend(
            files
                .iter()
                .zip([user, other])
                .map(|(file, text)| (*file, text)),
        );
        assert_eq!(shape(&all, "User"), "User(id: u8)", "{main}");
    }
}

#[test]
fn doubt_is_left_to_the_template() {
    let user = "#[derive(Serialize)] pub struct User { id: u8 }";
    for main in [
        "#[cfg(a)] #[path = \"old.rs\"] mod model; #[cfg(not(a))] mod model; use model::User;",
        "#[cfg(a)] use model::User; #[cfg(not(a))] use old::User; mod model; mod old;",
        "mod model; mod old; use model::*; use old::*;",
        "mod model; use model::*; make_struct!(User);",
        "mod model { pub use other::User; } use model::User;",
        "mod model { pub use other::*; } use model::User;",
        "use model::User;",
        "use a::User; mod a { pub use crate::b::User; } mod b { pub use crate::a::User; }",
        "mod model { use crate::model::User; } use model::User;",
        "mod gone; use gone::User;",
        // Another crate's.
        "mod model; mod web { pub use ::web::{User, Other}; } use web::*;",
        "mod model; pub use web::{User}; mod old;",
        "mod model; use web::*; fn a() { use model::User; }",
        "mod model { pub use web::*; } use model::*; mod old;",
        // What a macro makes.
        "mod model; use model::*; entity! { struct User { other: u8 } }",
        "mod model; use model::*; include!(\"user.rs\");",
        "mod model; use model::*; #[m::entity] struct Row;",
        "mod db { entity! { pub struct User { other: u8 } } } use db::User; mod model;",
        // A function's and another module's.
        "fn a() { mod model; use model::User; } mod b { pub use crate::model::User; } mod model;",
        "#[cfg_attr(unix, path = \"old.rs\")] mod model; use model::User;",
    ] {
        let files = [
            ("src/main.rs", main),
            ("src/model.rs", user),
            ("src/old.rs", user),
        ];
        assert_eq!(shape(&files, "User"), "?", "{main}");
    }
    let broken = [
        ("src/main.rs", "mod model; use model::User;"),
        ("src/model.rs", "struct User {"),
    ];
    assert_eq!(shape(&broken, "User"), "?");
}

#[test]
fn names_of_the_standard_library_may_be_imported() {
    for (main, ty, expected) in [
        (
            "use std::collections::HashMap as Map;",
            "Map<String, u8>",
            "{u8}",
        ),
        (
            "mod a { pub use std::collections::*; pub use std::vec::Vec; } use a::*;",
            "Vec<u8>",
            "[u8]",
        ),
        ("use heapless::Vec;", "Vec<u8>", "?"),
        ("use heapless::*;", "Vec<u8>", "?"),
        ("mod a { pub use heapless::*; } use a::*;", "String", "?"),
        ("use std::collections::*;", "HashMap<String, u8>", "{u8}"),
        ("thread_local! { static A: u8 = 1; }", "Vec<u8>", "[u8]"),
        ("include!(\"a.rs\");", "Vec<String>", "[String]"),
        ("use imbl::*;", "HashMap<String, u8>", "?"),
        ("use kalgan::prelude::*;", "Vec<u8>", "[u8]"),
        ("use std::string;", "string::String", "String"),
        ("use url::url;", "url", "?"),
        ("use ::{self as url};", "url", "?"),
    ] {
        assert_eq!(one(main, ty), expected, "{main}");
    }
}
