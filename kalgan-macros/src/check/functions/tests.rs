use super::*;
use crate::krate::package::Package;
use crate::testing::TestPackage;

fn check_site(main: &str, routes: &str) -> (Functions, Vec<String>) {
    let app = TestPackage::new(&[
        ("src/main.rs", main),
        ("config/routes/a.yaml", routes),
        ("config/app.yaml", "error:\n  404: errors::gone\n"),
    ]);
    let site = crate::site::load(app.folder.path(), None);
    assert!(site.is_good(), "{:?}", site.diagnostics);
    let functions = check(&site, &app.krate(), true);
    let texts = functions.diagnostics.iter().map(ToString::to_string);
    let texts = texts.collect();
    (functions, texts)
}

const ROUTES: &str = "routes:
  - a: {path: /a, controller: home::index, middleware: 'auth::check, auth::log'}
  - b: {path: /b, controller: home::idnex}
  - c: {path: /c, controller: home::index}
  - d: {path: /d, controller: home::idnex}
";

#[test]
fn each_function_is_referred_to_or_reported_once() {
    let (functions, texts) = check_site(
        "mod controller { pub mod home { pub fn index() {} } pub mod errors { fn gone() {} } }
         mod middleware { pub mod auth { pub fn check() {} } }",
        ROUTES,
    );
    assert_eq!(functions.controllers, ["home::index"]);
    assert_eq!(functions.middlewares, ["auth::check"]);
    assert_eq!(
        texts,
        [
            "config/app.yaml:2:8: error: the controller `errors::gone` is not public; write `pub` \
             before `gone` in `src/main.rs`",
            "config/routes/a.yaml:3:31: error: there is no controller `home::idnex` in \
             `src/main.rs`; did you mean `home::index`?",
            "config/routes/a.yaml:2:70: error: there is no middleware `auth::log` in \
             `src/main.rs`; add `pub async fn log(request: kalgan::Request, next: kalgan::Next) \
             -> kalgan::Response` to `src/main.rs`",
        ]
    );
}

#[test]
fn a_missing_module_is_reported_once() {
    let (functions, texts) = check_site("fn main() {}", ROUTES);
    assert!(functions.controllers.is_empty());
    assert_eq!(texts.len(), 2, "{texts:#?}");
    assert!(
        texts[0].contains("there is no module `controller`"),
        "{texts:#?}"
    );
    assert!(texts[0].ends_with("add `mod controller;` to `src/main.rs`"));
    assert!(texts[1].ends_with("add `mod middleware;` to `src/main.rs`"));
}

#[test]
fn without_sources_everything_is_referred_to() {
    let app = TestPackage::new(&[("config/routes/a.yaml", ROUTES)]);
    let site = crate::site::load(app.folder.path(), None);
    let package = Package {
        call_file: None,
        ..app.package()
    };
    assert!(package.root().is_none());
    let functions = check(&site, &Crate::of(&package, None), false);
    assert_eq!(functions.controllers, ["home::idnex", "home::index"]);
    assert_eq!(functions.middlewares, ["auth::check", "auth::log"]);
}
