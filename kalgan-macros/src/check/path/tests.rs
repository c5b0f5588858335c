use super::check;
use crate::check::functions;
use crate::testing::TestPackage;
use kalgan_core::diagnostic::Diagnostic;

const ROUTES: &str = "routes:
  - none: {path: /, controller: c::none}
  - one: {path: '/one/{id}', controller: c::one, requirements: {id: '[0-9]+'}}
  - two: {path: '/{_lang}/two/{id}/{tab}', controller: c::two, language: _lang}
  - paged: {path: '/paged/{page}', controller: c::paged, defaults: {page: 1, size: 20}}
";

/// What is said of these controllers and types, on one line each.
fn said(controllers: &str, types: &str) -> Vec<String> {
    said_of(&format!(
        "mod controller {{ pub mod c {{ use kalgan::prelude::*; use super::super::*; \
         {controllers} }} }} {types} fn main() {{}}"
    ))
}

fn diagnostics_of(main: &str, routes: &str) -> Vec<Diagnostic> {
    let app = TestPackage::new(&[("src/main.rs", main), ("config/routes/a.yaml", routes)]);
    let site = crate::site::load(app.folder.path(), None);
    assert!(site.is_good(), "{:?}", site.diagnostics);
    let krate = app.krate();
    let mut functions = functions::check(&site, &krate, true);
    let mut diagnostics = std::mem::take(&mut functions.diagnostics);
    diagnostics.extend(check(&site, &functions, &krate));
    diagnostics
        .into_iter()
        // Those that a case leaves out.
        .filter(|diagnostic| !diagnostic.message.starts_with("there is no controller"))
        .collect()
}

fn said_of(main: &str) -> Vec<String> {
    diagnostics_of(main, ROUTES)
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn what_fits() {
    for (controllers, types) in [
        (
            "pub async fn none() {} pub async fn one(Path(id): Path<u64>) {} \
             pub async fn two(Path((id, tab)): Path<(u64, String)>) {}",
            "",
        ),
        (
            "pub async fn two(Path(all): Path<(String, u64, String)>) {}",
            "",
        ),
        ("pub async fn two(Path(all): Path<[String; 2]>) {}", ""),
        ("pub async fn none(id: Path<Option<u64>>) {}", ""),
        (
            "pub async fn none(id: Option<Path<u64>>) {} pub async fn one(id: Option<Path<u64>>) {} \
             pub async fn two(x: std::option::Option<Path<(u64, String)>>) {}",
            "",
        ),
        (
            "pub async fn none(x: Option<Path<Id>>) {} pub async fn one(x: Option<Path<Id>>) {}",
            "#[derive(serde::Deserialize)] pub struct Id { id: u64 }",
        ),
        (
            "pub async fn one(id: kalgan::extract::Path<Option<u64>>) {}",
            "",
        ),
        ("pub async fn none(_: Path<()>) {}", ""),
        ("pub async fn two(Path(all): Path<Vec<String>>) {}", ""),
        (
            "pub async fn two(Path(all): Path<HashMap<String, String>>) {}",
            "",
        ),
        (
            "pub async fn one(id: Path<Id>) {}",
            "#[derive(Deserialize)] struct Id(u64);",
        ),
        (
            "pub async fn two(id: Path<Two>) {}",
            "#[derive(Deserialize)] struct Two(u64, String);",
        ),
        (
            "pub async fn one(id: Path<Tab>) {}",
            "#[derive(Deserialize)] enum Tab { A, B }",
        ),
        (
            "pub async fn two(Path(all): Path<Two>) {}",
            "#[derive(serde::Deserialize)] struct Two { id: u64, tab: String, _lang: String }",
        ),
        (
            "pub async fn two(Path(all): Path<Two>) {}",
            "#[derive(Deserialize)] struct Two { tab: String, page: Option<u32> }",
        ),
        (
            "pub async fn paged(Path(all): Path<Page>) {}",
            "#[derive(Deserialize)] struct Page { page: u64, size: u64 }",
        ),
        (
            "pub async fn one(Path(one): Path<One>) {}",
            "#[derive(Deserialize)] #[serde(rename_all = \"lowercase\")] struct One {
                #[serde(rename = \"id\")] number: u64,
                #[serde(default)] a: u64,
                #[serde(default = \"b\")] b: u64,
                #[serde(skip)] c: u64,
                #[serde(skip_deserializing)] d: u64,
                /// Its other name.
                #[serde(alias = \"id\")] e: u64,
                #[serde(rename(deserialize = \"id\"))] f: u64,
             }",
        ),
        (
            "pub async fn one(Path(one): Path<One>) {}",
            "#[derive(Deserialize)] #[serde(default)] struct One { other: u64 }",
        ),
    ] {
        assert_eq!(said(controllers, types), [""; 0], "{controllers} {types}");
    }
}

#[test]
fn another_number_of_parameters() {
    for (controllers, expected) in [
        (
            "pub async fn none(Path(id): Path<u64>) {}",
            "2:33: error: the controller `c::none` takes 1 path parameter, but `/` has none; remove \
             the argument, or add the parameters to the path",
        ),
        (
            "pub async fn one(Path((a, b)): Path<(u64, String)>) {}",
            "3:42: error: the controller `c::one` takes 2 path parameters, but `/one/{id}` has 1; \
             write `Path(id): Path<u64>`",
        ),
        (
            "pub async fn two(id: Path<u64>) {}",
            "4:56: error: the controller `c::two` takes 1 path parameter, but \
             `/{_lang}/two/{id}/{tab}` has 3; write `Path((id, tab)): Path<(String, String)>`, or \
             with the language `Path((_lang, id, tab)): Path<(String, String, String)>`",
        ),
        (
            "pub async fn two(id: Path<Option<u64>>) {}",
            "4:56: error: the controller `c::two` takes 1 path parameter, but",
        ),
        (
            "pub async fn one(x: Option<Path<(u64, String)>>) {}",
            "3:42: error: the controller `c::one` takes 2 path parameters, but `/one/{id}` has 1",
        ),
        (
            "pub async fn two(x: Option<Path<Id>>) {} \
             #[derive(Deserialize)] pub struct Id { name: u64 }",
            "4:56: error: the controller `c::two` takes the path parameter `name`, which",
        ),
        (
            "pub async fn two(id: Path<(A, B, C, D)>) {}",
            "4:56: error: the controller `c::two` takes 4 path parameters, but",
        ),
        (
            "use kalgan::extract; pub async fn two(a: Lang, id: extract::Path<Id>) {} \
             #[derive(Deserialize)] pub struct Id(u64);",
            "4:56: error: the controller `c::two` takes 1 path parameter, but",
        ),
    ] {
        let said = said(controllers, "");
        assert_eq!(said.len(), 1, "{controllers} {said:#?}");
        let expected = format!("config/routes/a.yaml:{expected}");
        assert!(said[0].starts_with(&expected), "{expected}\n{}", said[0]);
    }
}

#[test]
fn a_field_that_is_no_parameter() {
    for (types, name, help) in [
        (
            "struct One { idd: u64 }",
            "idd",
            "did you mean `id`? A field that may be absent is an `Option`",
        ),
        (
            "#[serde(rename_all = \"camelCase\")] struct One { id: u64, tab_name: String }",
            "tabName",
            "the parameter is `id`; a field that may be absent is an `Option`",
        ),
        (
            "struct One { other: u64 } mod m { struct One { id: u64 } }",
            "other",
            "the parameter is `id`",
        ),
        (
            "struct One { #[serde(alias = \"x\")] y: u64 }",
            "y",
            "the parameter is `id`",
        ),
        (
            "struct One { id: u64, inner: Inner } #[derive(Deserialize)] enum Inner { A }",
            "inner",
            "",
        ),
    ] {
        let said = said(
            "pub async fn one(Path(one): Path<One>) {}",
            &format!("#[derive(Debug, Deserialize)] {types}"),
        );
        assert_eq!(said.len(), 1, "{types} {said:#?}");
        let expected = format!(
            "config/routes/a.yaml:3:42: error: the controller `c::one` takes the path parameter \
             `{name}`, which `/one/{{id}}` does not have; {help}"
        );
        assert!(said[0].starts_with(&expected), "{expected}\n{}", said[0]);
    }
}

#[test]
fn types_are_found_through_imports_and_aliases() {
    for (controllers, types) in [
        (
            "pub async fn none(id: Id) {}",
            "type Id = kalgan::Path<u64>;",
        ),
        (
            "pub async fn none(id: Id) {}",
            "pub use kalgan::extract::Path as P; type Id = P<u64>;",
        ),
        (
            "pub async fn none(id: Path<Id>) {}",
            "mod ids { pub type Id = u64; } use ids::*;",
        ),
        (
            "pub async fn none(id: web::Path<Id>) {}",
            "use kalgan as web; #[derive(serde::Deserialize)] #[sqlx(x)] struct Id(u64);",
        ),
        ("use other::*; pub async fn none(id: Path<u64>) {}", ""),
    ] {
        let said = said(controllers, types);
        assert_eq!(said.len(), 1, "{controllers} {types} {said:?}");
        assert!(said[0].contains("takes 1 path parameter, but `/` has none"));
    }
}

#[test]
fn what_the_sources_do_not_tell_is_left_to_the_extractor() {
    let show = "pub async fn one(Path(one): Path<One>) {}";
    let fields = "struct One { other: u64 }";
    for (controllers, types) in [
        (show, ""),
        (show, fields),
        (show, "type One<T = u64> = (T, u64);"),
        (show, "type One = Two; type Two = One;"),
        (
            show,
            "#[derive(Deserialize)] struct One { #[serde(flatten)] other: Other }",
        ),
        (
            show,
            "#[derive(Deserialize)] #[serde(try_from = \"String\")] struct One { other: u64 }",
        ),
        (
            show,
            "#[derive(Deserialize)] #[serde(untagged)] enum One { A }",
        ),
        (show, "#[derive(Deserialize)] struct One { other: Unknown }"),
        (
            show,
            "#[derive(Deserialize)] struct One { #[cfg(unix)] other: u64 }",
        ),
        (
            show,
            "#[derive(Deserialize)] struct One<T> { other: u64, x: T }",
        ),
        (
            show,
            "#[cfg(unix)] #[derive(Deserialize)] struct One { other: u64 }",
        ),
        (
            show,
            "#[serde_as] #[derive(Deserialize)] struct One { other: u64 }",
        ),
        (
            show,
            "#[derive(Deserialize)] struct One { #[serde(from = \"x\")] other: u64 }",
        ),
        (
            "use other::One; pub async fn one(Path(one): Path<One>) {}",
            "#[derive(Deserialize)] struct One { other: u64 }",
        ),
        (
            "use other::Path; pub async fn one(Path(x): Path<(u64, u64)>) {}",
            "",
        ),
        (
            "use kalgan::X as Path; pub async fn one(Path(x): Path<(u64, u64)>) {}",
            "",
        ),
        (
            "struct Path<T>(T); pub async fn one(Path(x): Path<(u64, u64)>) {}",
            "",
        ),
        ("pub async fn one(x: other::Path<(u64, u64)>) {}", ""),
        ("pub async fn one<T>(x: Path<(T, T)>) {}", ""),
        ("#[changes] pub async fn one(x: Path<(u64, u64)>) {}", ""),
        ("pub async fn one(#[cfg(unix)] x: Path<(u64, u64)>) {}", ""),
        (
            "pub async fn one(x: Result<Path<(u64, u64)>, Error>) {}",
            "",
        ),
        (
            "pub async fn one(x: Option<other::Path<(u64, u64)>>) {}",
            "",
        ),
        (
            "use other::Option; pub async fn one(x: Option<Path<(u64, u64)>>) {}",
            "",
        ),
        (
            "use other::String; pub async fn one(x: Path<String>) {}",
            "",
        ),
        // One's own, by a glob.
        (
            "use extra::*; pub async fn one(x: Path<(u64, u64)>) {}",
            "mod extra { pub struct Path<T>(T); }",
        ),
        // What a macro may have added or changed.
        (
            show,
            "use macros::stamped; #[derive(Deserialize)] #[stamped] struct One { other: u64 }",
        ),
        (
            show,
            "entity! { #[derive(Deserialize)] struct One { other: u64 } }",
        ),
        (
            "pub async fn one(x: Path<Option<u64, u64>>) {}",
            "struct Option<A, B>(A, B);",
        ),
        // Other traits of the same name.
        (
            show,
            "#[derive(rkyv::Deserialize)] struct One { other: u64 }",
        ),
        (
            show,
            "use rkyv::Deserialize; #[derive(Deserialize)] struct One { other: u64 }",
        ),
        (
            "pub async fn one(x: Mine<(u64, u64)>) {}",
            "use other::Path as Mine;",
        ),
    ] {
        assert_eq!(said(controllers, types), [""; 0], "{controllers} {types}");
    }
}

#[test]
fn a_type_that_no_value_has() {
    let main = "mod controller { pub mod c { use super::C; use kalgan::Path; pub fn a(Path(x): Path<u64>) {} \
                pub fn b(Path((_, x)): Path<(String, u8)>) {} pub fn c(x: Path<C>) {} \
                pub fn d(x: Option<Path<bool>>) {} pub fn e(x: Path<i32>) {} } \
                #[derive(Deserialize)] struct C { x: i8 } }";

    let texts = |a: &str, b: &str, c: &str, d: &str, e: &str| -> Vec<String> {
        let routes = format!(
            "routes:
  - a: {{path: '/a/{{x}}', controller: c::a, requirements: {{x: '{a}'}}}}
  - b: {{path: '/b/{{w}}/{{x}}', controller: c::b, requirements: {{x: '{b}'}}}}
  - c: {{path: '/c/{{x}}', controller: c::c, requirements: {{x: '{c}'}}}}
  - d: {{path: '/d/{{x}}', controller: c::d, requirements: {{x: '{d}'}}}}
  - e: {{path: '/e/{{x}}', controller: c::e, language: x, requirements: {{x: '{e}'}}}}
"
        );
        let found = diagnostics_of(main, &routes);
        found.iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        texts("[a-z]+|7", ".*", "1|x", "true|yes", "[0-9a-f]+"),
        [""; 0],
        "some values will do"
    );
    let all = texts("[a-z]+", "256|300", "all|none", "yes|no", "en|es");
    assert_eq!(all.len(), 5, "{all:#?}");
    for (text, ty) in all.iter().zip(["u64", "u8", "i8", "bool", "i32"]) {
        assert!(
            text.contains(&format!(
                "no value of the path parameter `x` can be a `{ty}`"
            )),
            "{text}"
        );
    }
    assert!(
        all[0].ends_with("it must match `[a-z]+`: take a `String`, or write another requirement")
    );
}

#[test]
fn middlewares_take_what_their_routes_have() {
    let main = "mod controller { pub mod c { pub async fn a() {} } }
        mod middleware { pub mod m { use kalgan::prelude::*;
            pub async fn one(Path(id): Path<u64>, request: Request, next: Next) -> Response {} } }";
    let routes = "routes:
  - a: {path: '/a/{id}', controller: c::a, middleware: m::one}
  - b: {path: '/b', controller: c::a, middleware: m::one}
  - c: {path: '/c/{id}', controller: c::a, middleware: m::one, requirements: {id: 'x|y'}}
";
    let found: Vec<String> = diagnostics_of(main, routes)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].starts_with(
        "config/routes/a.yaml:3:51: error: the middleware `m::one` takes 1 path parameter, but `/b` has none"
    ));
    assert!(found[1].contains("no value of the path parameter `id` can be a `u64`"));
}

#[test]
fn a_default_that_is_no_value_of_the_type() {
    let main = "mod controller { pub mod c { use kalgan::Path;
        pub fn a(Path(id): Path<u8>) {}
        pub fn b(all: Path<Page>) {}
        #[derive(serde::Deserialize)] pub struct Page { id: String, size: u8, tab: Option<bool> } } }";
    let routes = |id: &str, size: &str, tab: &str| {
        format!(
            "routes:
  - a: {{path: '/a/{{id}}', controller: c::a, defaults: {{id: {id}}}}}
  - b: {{path: '/b/{{id}}', controller: c::b, defaults: {{id: {id}, size: {size}, tab: {tab}}}}}
"
        )
    };
    assert!(diagnostics_of(main, &routes("7", "20", "true")).is_empty());
    for (id, size, tab, expected) in [
        (
            "all",
            "20",
            "true",
            "2:59: error: the default `all` of the path parameter `id` is no `u8`",
        ),
        (
            "7",
            "300",
            "true",
            "3:68: error: the default `300` of the path parameter `size` is no `u8`",
        ),
        (
            "7",
            "20",
            "open",
            "3:77: error: the default `open` of the path parameter `tab` is no `bool`",
        ),
    ] {
        let found = diagnostics_of(main, &routes(id, size, tab));
        assert_eq!(found.len(), 1, "{found:?}");
        let text = found[0].to_string();
        assert!(
            text.starts_with(&format!("config/routes/a.yaml:{expected}")),
            "{text}"
        );
    }
}

#[test]
fn the_argument_is_shown_in_its_file() {
    let main = "mod controller {
    pub mod c {
        pub async fn none() {}
        pub async fn one(
            lang: Lang,
            kalgan::extract::Path((a, b)): kalgan::extract::Path<(u64, u64)>,
        ) {}
    }
}
";
    let found = diagnostics_of(main, ROUTES);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, Some("path-count"));
    let note = &found[0].notes[0];
    assert_eq!(note.place.display(), "src/main.rs:6:13");
    assert_eq!(
        note.place.file.slice(note.place.span),
        "kalgan::extract::Path((a, b)): kalgan::extract::Path<(u64, u64)>"
    );
}
