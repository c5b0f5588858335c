use super::*;
use crate::expand;
use crate::testing::TestPackage;
use kalgan_core::templates::views::Shape;

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
fn types_are_those_of_the_place() {
    let main = "
mod tests;
fn one() {
    #[derive(Serialize)] struct User { a: u8 }
    if true { #[derive(Template)] #[template(\"a.html\")] struct Page { user: User } }
}
fn two() {
    use model::User;
    #[derive(Template)] #[template(\"b.html\")] struct Page { user: User }
}
mod model;
#[derive(Template)] #[template(\"c.html\")] struct Page { user: User }
#[cfg(test)] mod more;
fn render() { render!(\"d.html\") }
";
    let page = "#[derive(Template)] #[template(\"e.html\")] struct Page { user: User } \
                    fn f() { render!(\"f.html\") }";
    let user = "#[derive(Serialize)] pub struct User { b: String }";
    let app = TestPackage::new(&[
        ("src/main.rs", main),
        ("src/model.rs", user),
        ("src/more.rs", page),
        ("src/old.rs", page),
    ]);
    let views = super::all(&app.krate(), &CratePath::default());
    let all: Vec<String> = views.iter().map(shown).collect();
    assert_eq!(
        all,
        [
            "d.html src/main.rs:14:15 [] 0",
            "a.html src/main.rs:5:64 [user Some(0)] 2",
            "b.html src/main.rs:9:54 [user Some(0)] 2",
            "c.html src/main.rs:12:50 [user None] 0",
        ],
        "tests and files that no `mod` names are left out"
    );
}

#[test]
fn calls_are_those_of_kalgan_that_are_compiled() {
    let main = "
pub use kalgan::render as view;
use minijinja::render;
mod a; mod b; #[cfg(feature = \"x\")] mod c;
fn f() { render!(\"no.html\"); view!(\"a.html\"); minijinja::render!(\"no.html\") }
fn g() { use kalgan::{render as r, prelude}; r!(\"b.html\"); prelude::render!(\"c.html\") }
#[cfg(unix)] #[derive(Template)] #[template(\"no.html\")] struct A {}
";
    let app = TestPackage::new(&[
        ("src/main.rs", main),
        (
            "src/a.rs",
            "use kalgan::prelude::*; use other::*; fn f() { render!(\"d.html\"); crate::view!(\"e.html\") }",
        ),
        (
            "src/b.rs",
            "use other::*; fn f() { render!(\"no.html\"); other::page!(\"no.html\") }",
        ),
        (
            "src/c.rs",
            "use kalgan::render; fn f() { render!(\"no.html\") } \
                          #[derive(Template)] #[template(\"no.html\")] struct A {}",
        ),
    ]);
    let views = super::all(&app.krate(), &CratePath::default());
    let mut names: Vec<&str> = views.iter().map(|view| view.template.as_ref()).collect();
    names.sort_unstable();
    assert_eq!(names, ["a.html", "b.html", "c.html", "d.html", "e.html"]);

    let text = "use web::prelude::*; fn f() { web::render!(\"a.html\") }";
    let app = TestPackage::new(&[("src/main.rs", text)]);
    let name = syn::parse_str("web").unwrap();
    assert_eq!(super::all(&app.krate(), &name).len(), 1);
    assert!(super::all(&app.krate(), &CratePath::default()).is_empty());
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
    let app = TestPackage::new(&[("src/main.rs", text)]);
    let views = super::all(&app.krate(), &CratePath::default());
    let all: Vec<String> = views.iter().map(shown).collect();
    assert_eq!(
        all,
        [
            "a.html src/main.rs:3:5 [user None, n Some(0)] 1",
            "b.html src/main.rs:7:8 [user Some(0), t None] 3",
        ]
    );
    let tokens = |views: &[View]| expand::views::views(views, &CratePath::default());
    syn::parse2::<syn::Expr>(tokens(&views)).expect("an expression");
    assert_eq!(tokens(&[]).to_string(), "& []");
}

#[test]
fn variables_of_all_templates_have_the_shape_of_their_functions_results() {
    let main = "
mod shared;
use shared::cart;
use shared::visitor as who;
async fn here() -> Result<Here, Error> { todo!() }
#[derive(Serialize)] struct Here { x: u8 }
fn main(app: App) {
    app.global(\"here\", here)
        .global(\"cart\", cart)
        .global(\"who\", who)
        .global(\"visitor\", crate::shared::visitor)
        .global(\"closure\", |lang: Lang| async move { Ok(1) })
        .global(\"no\", shared::nothing)
        .global(name, here);
}
";
    let shared = "
#[derive(Serialize)] pub struct Visitor { name: String }
pub async fn visitor() -> kalgan::Result<Option<Visitor>> { todo!() }
pub async fn cart() -> Result<Vec<Visitor>> { todo!() }
";
    let app = TestPackage::new(&[("src/main.rs", main), ("src/shared.rs", shared)]);
    let views = super::all(&app.krate(), &CratePath::default());
    assert!(views.iter().all(View::is_global));
    let shapes: Vec<String> = views
        .iter()
        .map(|view| {
            let [variable] = &*view.variables else {
                panic!("one variable");
            };
            let shape = variable.shape.map(|shape| match &view.shapes[shape] {
                Shape::Struct(of) => of.name.to_string(),
                other => format!("{other:?}"),
            });
            format!("{} {shape:?}", variable.name)
        })
        .collect();
    assert_eq!(
        shapes,
        [
            "here Some(\"Here\")",
            "cart Some(\"List(Some(0))\")",
            "who Some(\"Option(Some(0))\")",
            "visitor Some(\"Option(Some(0))\")",
            "closure None",
            "no None",
        ]
    );
    assert!(has_globals(&app.krate()));
}

/// The shape in a word.
fn word(all: &[Shape], shape: Option<usize>) -> String {
    let Some(shape) = shape.and_then(|shape| all.get(shape)) else {
        return String::from("?");
    };
    match shape {
        Shape::Scalar(name) => name.to_string(),
        Shape::List(items) => format!("[{}]", word(all, *items)),
        Shape::Map(values) => format!("{{{}}}", word(all, *values)),
        Shape::Option(value) => format!("{} or none", word(all, *value)),
        Shape::Skipped(value) => format!("{} or nothing", word(all, *value)),
        Shape::Struct(of) => of.name.to_string(),
        Shape::Enum(of) => of.name.to_string(),
    }
}

#[test]
fn types_of_what_render_is_given() {
    let model = "
use kalgan::prelude::*;
use std::sync::Arc;
#[derive(Serialize)] pub struct User { pub id: u64, pub email: Option<String>, pub home: Home }
#[derive(Serialize)] pub struct Home { city: String }
#[derive(Serialize)] pub struct Page<T> { items: Vec<T> }
pub struct Store { users: Vec<User> }
impl Store {
    pub fn users(&self) -> &[User] { &self.users }
    pub async fn find(&self, id: u64) -> Result<Option<User>> { todo!() }
    pub fn open() -> Self { todo!() }
    pub fn len(&self) -> User { todo!() }
    fn any<T>(&self) -> T { todo!() }
    fn other(&self) -> impl Iterator<Item = User> { todo!() }
}
impl Clone for Store { fn clone(&self) -> Self { todo!() } }
pub fn count(of: &str) -> usize { 1 }
pub mod own {
    pub type Result<T> = std::result::Result<T, ()>;
    pub fn all() -> Result<Vec<super::User>> { todo!() }
}
pub async fn page() -> Result<Page<User>> { todo!() }
fn same<T>(value: T) -> T { value }
";
    for (arguments, body, value, expected) in [
        ("x: &User", "", "x", "User"),
        ("x: Vec<User>", "", "x: &x", "[User]"),
        ("mut x: Option<String>", "", "x", "String or none"),
        (
            "State(store): State<Arc<Store>>",
            "",
            "x: store.users()",
            "[User]",
        ),
        (
            "State(store): State<Store>",
            "let x = store.find(1).await?;",
            "x",
            "User or none",
        ),
        (
            "State(store): State<Store>",
            "let x = store.find(1).await?.ok_or_else(Error::not_found)?;",
            "x",
            "User",
        ),
        ("Path((a, x)): Path<(u8, String)>", "", "x", "String"),
        (
            "Query(User { email, .. }): Query<User>",
            "",
            "x: email",
            "String or none",
        ),
        ("user: User", "", "x: &user.home", "Home"),
        (
            "user: User",
            "let User { home: x, .. } = user;",
            "x",
            "Home",
        ),
        (
            "",
            "let x: Vec<User> = all().into_iter().collect();",
            "x",
            "[User]",
        ),
        ("", "let x = all().collect::<Vec<User>>();", "x", "[User]"),
        ("", "let x = page().await?;", "x", "Page"),
        ("", "let x = own::all()?;", "x", "[User]"),
        ("State(store): State<Store>", "", "x: store.len()", "User"),
        ("", "let page = page().await?;", "x: page.items", "?"),
        ("", "", "x: count(\"a\")", "usize"),
        ("", "", "x: 5", "i32"),
        ("", "", "x: 5_u8", "u8"),
        ("", "", "x: \"a\"", "String"),
        ("", "", "x: format!(\"{}\", 1)", "String"),
        ("user: User", "", "x: Some(user)", "User or none"),
        ("user: User", "", "x: User { ..user }", "User"),
        ("users: Vec<User>", "", "x: users.len() > 1", "bool"),
        ("x: Option<User>", "if let Some(x) = x {", "x", "User"),
        (
            "x: Option<User>",
            "match x { None => {} Some(x) => {",
            "x",
            "User",
        ),
        (
            "x: Option<User>",
            "let Some(x) = x else { return }; ",
            "x",
            "User",
        ),
        (
            "",
            "let x = Store::open().clone();",
            "x: x.users()",
            "[User]",
        ),
        // What hides it, and what is not known.
        ("x: User", "let x = other::thing();", "x", "?"),
        ("x: User", "for x in list {", "x", "?"),
        ("x: User", "let f = |x| {", "x", "?"),
        ("x: User", "match y { x => {", "x", "?"),
        ("x: User", "let (x, y) = pair();", "x", "?"),
        ("x: User", "{ let x = 5; }", "x", "User"),
        ("x: User", "if let Some(x) = y { } else {", "x", "User"),
        ("State(store): State<Store>", "", "x: store.any()", "?"),
        ("State(store): State<Store>", "", "x: store.other()", "?"),
        ("user: User", "", "x: same(user)", "?"),
        ("x: impl Serialize", "", "x", "?"),
        ("x: other::User", "", "x", "?"),
        ("", "", "x: y", "?"),
        ("x: User", "macro_like! { let x = 1; }", "x", "User"),
        (
            "x: User",
            "warn!(\"a\"); note!(\"b\", render!(\"c\"));",
            "x",
            "?",
        ),
    ] {
        let opened = body.matches('{').count() - body.matches('}').count();
        let closed = "}".repeat(opened);
        let text = format!(
            "{model}\nasync fn show({arguments}) {{ {body} \
                 render!(\"a.html\", {{ {value} }}) {closed} }}"
        );
        let app = TestPackage::new(&[("src/main.rs", &text)]);
        let views = super::all(&app.krate(), &CratePath::default());
        let view = views.iter().find(|view| view.template == "a.html").unwrap();
        let found = word(&view.shapes, view.variables[0].shape);
        assert_eq!(found, expected, "{arguments} | {body} | {value}");
    }
}

#[test]
fn types_of_other_crates_of_the_workspace() {
    let app = TestPackage::new(&[
        (
            "Cargo.toml",
            "[package]\nname = \"app\"\n[dependencies]\nmodel = { path = \"model\" }\n",
        ),
        (
            "src/main.rs",
            "use model::user::User;
async fn show(State(store): State<model::Store>) -> Result<Response> {
    let user: User = store.find(1).await?;
    let named: model::Named = store.named();
    render!(\"a.html\", { user, all: store.all(), named })
}
#[derive(Template)]
#[template(\"b.html\")]
struct Show { user: ::model::user::User, other: gone::User }",
        ),
        (
            "model/src/lib.rs",
            "pub mod user; pub use user::User as Named; pub struct Store;
impl Store { pub async fn find(&self, id: u64) -> Result<User> {} pub fn all(&self) -> Vec<Named> {}
    pub fn named(&self) -> Named {} }",
        ),
        (
            "model/src/user.rs",
            "#[derive(serde::Serialize)] pub struct User { name: String }",
        ),
    ]);
    let krate = app.krate();
    let views = super::all(&krate, &CratePath::default());
    let shown = views.iter().map(|view| {
        let words = view.variables.iter();
        let words = words.map(|variable| word(&view.shapes, variable.shape));
        words.collect::<Vec<_>>().join(" ")
    });
    let shown: Vec<String> = shown.collect();
    assert_eq!(shown, ["User [User] User", "User ?"]);
    let Some(Shape::Struct(user)) = views[0].shapes.first() else {
        panic!("a struct");
    };
    assert_eq!(user.place.file, "model/src/user.rs");
    assert!(krate.source("model/src/user.rs").is_some());
    assert_eq!(krate.files().count(), 1);
}
