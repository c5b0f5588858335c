use super::*;
use crate::testing::TestPackage;

fn said(source: &str) -> Vec<String> {
    let main = format!("mod controller;\nmod middleware {{ use kalgan::prelude::*;\n{source} }}");
    let app = TestPackage::new(&[
        ("src/main.rs", &main),
        (
            "src/controller.rs",
            &format!("use kalgan::prelude::*;\n{source}\npub fn other() {{}}"),
        ),
        (
            "config/routes/a.yaml",
            "routes:\n  - a: {path: '/{id}', controller: c, methods: get}\n  - b: {path: '/{id}/{b}', controller: c}\n",
        ),
    ]);
    let site = crate::site::load(app.folder.path(), None);
    assert!(site.is_good(), "{:?}", site.diagnostics);
    let krate = app.krate();
    let mut functions = functions::check(&site, &krate, true);
    let found = check(&site, &mut functions, &krate);
    // rustc does not see what is reported, and sees all else.
    assert_eq!(functions.has(Role::Controller, "c"), found.is_empty());
    found
        .iter()
        .map(|one| {
            assert_eq!((one.code, one.notes.len()), (Some("body-argument"), 1));
            let place = one.place.as_ref().unwrap().display();
            format!("{place}: {}; {}", one.message, one.help.as_ref().unwrap())
        })
        .collect()
}

#[test]
fn only_the_last_argument_reads_the_body() {
    for (arguments, shown, at) in [
        ("Form(f): Form<Order>, lang: Lang", "Form<…>", 16),
        (
            "lang: Lang, Json(a): Json<u8>, cookies: Cookies",
            "Json<…>",
            28,
        ),
        ("text: String, lang: Lang", "String", 16),
        ("text: std::string::String, lang: Lang", "String", 16),
        ("request: Request, lang: Lang", "Request", 16),
        ("request: kalgan::Request, lang: Lang", "Request", 16),
        ("bytes: bytes::Bytes, lang: Lang", "Bytes", 16),
        ("f: axum::extract::Multipart, lang: Lang", "Multipart", 16),
        ("f: Option<Json<u8>>, lang: Lang", "Json<…>", 16),
        ("f: Result<Form<Order>>, lang: Lang", "Form<…>", 16),
        ("f: Body, lang: Lang", "Form<…>", 16),
    ] {
        let source = format!("pub fn c({arguments}) {{}} type Body = Form<Order>;");
        let place = format!("src/controller.rs:2:{}", at - 6);
        let shown = match arguments.contains(": Body") {
            true => "Form",
            false => shown,
        };
        assert_eq!(
            said(&source),
            [format!(
                "{place}: `{shown}` reads the body: it must be the last argument of the controller \
                 `c`; move it behind the others: `fn c(…, {shown})`"
            )],
            "{arguments}"
        );
    }
    let two = said("pub fn c(f: Form<Order>, request: Request) {}");
    assert!(
        two[0].ends_with("it can be read once: take one of them"),
        "{two:?}"
    );
}

#[test]
fn what_is_right_or_not_known_is_left_to_rustc() {
    for source in [
        "pub fn c() {}",
        "pub fn c(Form(f): Form<Order>) {}",
        "pub fn c(lang: Lang, request: Request) {}",
        "pub fn c(query: Query<Order>, path: Path<u8>, text: String) {}",
        // One's own, and what another crate or a macro may define.
        "pub fn c(f: Form<Order>, lang: Lang) {} pub struct Form<T>(T);",
        "pub fn c(f: mine::Form<Order>, lang: Lang) {}",
        "pub fn c(f: Valid<Form<Order>>, lang: Lang) {}",
        "pub fn c<Form>(f: Form, lang: Lang) {}",
        "use other::*; pub fn c(f: Bytes, lang: Lang) {}",
        "pub fn c(#[cfg(unix)] f: Form<Order>, lang: Lang) {}",
    ] {
        assert_eq!(said(source), [""; 0], "{source}");
    }
}
