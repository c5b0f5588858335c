//! Where the package renders templates and what it gives to all of them, as data: for `myapp check` and the development server, which
//! compare the templates as they are now with what the binary was compiled with.

use super::shapes::{Shapes, TypeContext};
use crate::input::arguments::CratePath;
use crate::input::call::Named;
use crate::input::render::Render;
use crate::input::template::{self, TemplateStruct};
use crate::krate::functions::Function;
use crate::krate::item::{Item, ItemKind, Method, Registration};
use crate::krate::package::Package;
use crate::krate::resolve::{Meaning, derived};
use crate::krate::{Crate, File, ScopeId};
use kalgan_core::rust::texts;
use kalgan_core::templates::views::{RustPlace, Variable, View};
use syn::ext::IdentExt;
use syn::{
    DeriveInput, GenericArgument, Generics, LitStr, PathArguments, ReturnType, Signature, Type,
};

/// All calls of `render!` and structs with `#[derive(Template)]` that every build compiles, and the
/// variables of `App::global`. The crate `kalgan` may have another name.
pub(crate) fn all(krate: &Crate, name: &CratePath) -> Vec<View> {
    let mut views = Vec::new();
    views.extend(registrations(krate).filter_map(|(file, global)| of_global(krate, file, global)));
    let is_renamed = krate.files().any(|(file, _)| file.mentions("render as "));
    for (file, is_test) in krate.files() {
        let may_render = is_renamed || file.mentions("render!");
        if may_render && !is_test {
            views.extend(renders(krate, file, name).into_iter().map(|(_, view)| view));
        }
        // Parsing is slow in comparison.
        if file.mentions("Template") && file.mentions("template(") {
            views.extend(structs(krate, file));
        }
    }
    views
}

/// Whether there are variables of `App::global`.
pub(crate) fn has_globals(krate: &Crate) -> bool {
    registrations(krate).next().is_some()
}

/// The calls of `App::global`, each with its file.
fn registrations(krate: &Crate) -> impl Iterator<Item = (&File, &Registration)> {
    let files = krate.files().map(|(file, _)| &**file);
    let files = files.filter(|file| file.mentions(Method::Global.name()));
    files.flat_map(|file| {
        let registrations = file.scan().registrations.iter();
        let globals = registrations.filter(|one| one.method == Method::Global);
        globals.map(move |global| (file, global))
    })
}

/// The call of `render!` that is expanded, with what its values are, as far as the sources tell.
pub(crate) fn of_call(krate: &Crate, render: &Render) -> Option<View> {
    let file = Package::current().ok()?.call_file?;
    let (file, _) = krate.files().find(|(known, _)| known.path == file)?;
    let span = proc_macro::is_available().then(proc_macro::Span::call_site)?;
    let mut views = renders(krate, file, &render.krate).into_iter();
    let (_, view) = views
        .find(|(_, view)| (view.place.line, view.place.column) == (span.line(), span.column()))?;
    let given = render.variables.iter().map(Named::text);
    let known = view.variables.iter().map(|variable| &*variable.name);
    known.eq(given).then_some(view)
}

/// The calls of `render!` in a function.
pub(super) fn rendered_in(krate: &Crate, function: &Function, name: &CratePath) -> Vec<View> {
    let all = renders(krate, krate.file_of(function.place), name).into_iter();
    let own = all.filter(|(at, _)| function.extent.contains(at));
    own.map(|(_, view)| view).collect()
}

/// The calls of `render!` in a file, with the byte where each begins.
fn renders(krate: &Crate, file: &File, name: &CratePath) -> Vec<(usize, View)> {
    // One's own of the name hides what is imported.
    if file.mentions("macro_rules! render") {
        return Vec::new();
    }
    let calls = krate.text_calls(file).into_iter();
    let views = calls.filter_map(|(call, place)| {
        let path: syn::Path = syn::parse_str(file.str(&call.path)).ok()?;
        if !is_render(&krate.meaning(place, &path), name) {
            return None;
        }
        let render: Render = syn::parse_str(file.str(&call.arguments)).ok()?;
        let given = |tokens| {
            let render = syn::parse2::<Render>(tokens);
            let variables = render.map_or_else(|_| Vec::new(), |render| render.variables);
            variables
                .into_iter()
                .map(|variable| variable.value)
                .collect()
        };
        let types = krate.values_at(place, call.path.start, &given);
        let types = types.unwrap_or_default();
        let mut shapes = Shapes::new(krate);
        let variables = render.variables.iter().enumerate().map(|(at, variable)| {
            let shape = types.get(at).and_then(Option::as_ref).and_then(|typed| {
                let scope = TypeContext {
                    place: typed.place,
                    generics: &Generics::default(),
                    given: &[],
                };
                shapes.of(&typed.ty, scope)
            });
            Variable {
                name: variable.text().into(),
                shape,
            }
        });
        let variables: Vec<Variable> = variables.collect();
        let view = View {
            template: render.name.value().into(),
            place: file.place(call.path.start),
            variables: variables.into(),
            shapes: shapes.all.into(),
        };
        Some((call.path.start, view))
    });
    views.collect()
}

fn is_render(meaning: &Meaning<'_>, name: &CratePath) -> bool {
    let Meaning::Foreign(names) = meaning else {
        return false;
    };
    match names.as_slice() {
        // `#[macro_use]` brings it in without its path.
        [own] => own == "render",
        [first, .., last] => (first == "kalgan" || name.is_called(first)) && last == "render",
        [] => false,
    }
}

fn of_global(krate: &Crate, file: &File, global: &Registration) -> Option<View> {
    let name = texts(file.str(&global.literal))?.into_iter().next()?;
    let mut shapes = Shapes::new(krate);
    let shape = global.function.as_ref().and_then(|function| {
        let path: syn::Path = syn::parse_str(file.str(function)).ok()?;
        let function = krate.function_at(krate.place_of(file)?, &path)?;
        let scope = TypeContext {
            place: function.place,
            generics: &function.signature.generics,
            given: &[],
        };
        shapes.of(result_of(&function.signature)?, scope)
    });
    let name = name.into();
    Some(View {
        template: String::new().into(),
        place: file.place(global.literal.start),
        variables: vec![Variable { name, shape }].into(),
        shapes: shapes.all.into(),
    })
}

/// The `T` of a function that returns `Result<T>`.
fn result_of(signature: &Signature) -> Option<&Type> {
    let ReturnType::Type(_, ty) = &signature.output else {
        return None;
    };
    let Type::Path(path) = &**ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) if last.ident == "Result" => Some(ty),
        _ => None,
    }
}

fn structs(krate: &Crate, file: &File) -> impl Iterator<Item = View> {
    let mut items = krate.items(&file.path);
    items.sort_by_key(|(item, _)| item.span.start);
    items.into_iter().filter_map(|(item, place)| {
        let text = file.str(&item.span);
        if item.kind != ItemKind::Struct
            || item.is_optional
            || !krate.is_compiled(place)
            || !text.contains("template(")
        {
            return None;
        }
        let input: DeriveInput = syn::parse_str(text).ok()?;
        let parsed = template::parse(&input);
        let names = derived(&input.attrs);
        let mut names = names.iter().filter_map(|path| path.segments.last());
        let is_ours = parsed.errors.is_empty() && names.any(|last| last.ident == "Template");
        is_ours.then(|| of_struct(krate, Some((item, place)), &input, &parsed))
    })
}

/// The struct that `#[derive(Template)]` stands on. Where it is not found in the crate, nothing is
/// known of its fields' types.
pub(crate) fn of_derive(krate: &Crate, input: &DeriveInput, parsed: &TemplateStruct) -> View {
    let package = Package::current().ok();
    let file = package.and_then(|package| package.call_file);
    let name = input.ident.unraw().to_string();
    let items = file.iter().flat_map(|file| krate.items(file));
    let named = items.filter(|(item, _)| item.kind == ItemKind::Struct && item.name == name);
    let named: Vec<(&Item, ScopeId)> = named.collect();
    // Two modules of one file may each have a struct of this name.
    let line = proc_macro::is_available().then(|| input.ident.span().unwrap().line());
    let is_here = |(item, place): &&(&Item, ScopeId)| {
        Some(krate.file_of(*place).place(item.name_span.start).line) == line
    };
    let found = named.iter().find(is_here).or(named.first());
    of_struct(krate, found.copied(), input, parsed)
}

fn of_struct(
    krate: &Crate,
    item: Option<(&Item, ScopeId)>,
    input: &DeriveInput,
    parsed: &TemplateStruct,
) -> View {
    let mut shapes = Shapes::new(krate);
    let variables = parsed.fields.iter().map(|field| Variable {
        name: field.name.clone().into(),
        shape: item.and_then(|(_, place)| {
            let scope = TypeContext {
                place,
                generics: &input.generics,
                given: &[],
            };
            shapes.of(&field.ty, scope)
        }),
    });
    let variables: Vec<Variable> = variables.collect();
    let template = parsed.template.as_ref().map(LitStr::value);
    let place = match item {
        Some((item, place)) => krate.file_of(place).place(item.name_span.start),
        None => RustPlace {
            file: input.ident.to_string().into(),
            line: 1,
            column: 1,
        },
    };
    View {
        template: template.unwrap_or_default().into(),
        place,
        variables: variables.into(),
        shapes: shapes.all.into(),
    }
}

#[cfg(test)]
mod tests {
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
}
