mod paths;

use super::modules::Lookup;
use super::*;
use std::path::Path;

struct Crate {
    folder: tempfile::TempDir,
}

impl Crate {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        Self { folder }
    }

    fn package(&self) -> Package {
        Package {
            folder: self.folder.path().to_owned(),
            base: self.folder.path().to_owned(),
            call_file: Some(self.folder.path().join("src/main.rs")),
            binary: Some(String::from("x")),
        }
    }

    fn find(&self, path: &str) -> Lookup {
        let package = self.package();
        Sources::new(package.main_root().unwrap(), &package).find("controller", path)
    }
}

fn inline(controllers: &str) -> Crate {
    Crate::new(&[(
        "src/main.rs",
        &format!("mod controller {{ {controllers} }}"),
    )])
}

fn missing(name: &str, file: &str, candidates: &[&str]) -> Lookup {
    Lookup::Missing {
        name: name.to_owned(),
        file: file.to_owned(),
        candidates: candidates.iter().map(|name| (*name).to_owned()).collect(),
    }
}

#[test]
fn inline_modules() {
    let app = inline(
        "pub mod home { pub async fn index() {} pub(crate) fn near() {} fn hidden() {} \
         pub const CLOSURE: fn() = near; pub fn r#type() {} }
         mod secret { pub fn x() {} }
         pub fn top() {}",
    );
    assert_eq!(app.find("home::index"), Lookup::Found);
    assert_eq!(app.find("home::near"), Lookup::Found);
    assert_eq!(app.find("home::CLOSURE"), Lookup::Found);
    assert_eq!(app.find("home::type"), Lookup::Found);
    assert_eq!(app.find("top"), Lookup::Found);
    assert_eq!(
        app.find("home::idnex"),
        missing("idnex", "src/main.rs", &["index", "near", "hidden", "type"])
    );
    assert_eq!(
        app.find("home::hidden"),
        Lookup::Private {
            name: "hidden".into(),
            file: "src/main.rs".into(),
        }
    );
    assert_eq!(
        app.find("secret::x"),
        Lookup::PrivateModule {
            name: "secret".into(),
            path: "controller::secret".into(),
            file: "src/main.rs".into(),
        }
    );
    assert_eq!(
        app.find("hoem::index"),
        Lookup::NoModule {
            name: "hoem".into(),
            path: "controller::hoem".into(),
            file: "src/main.rs".into(),
            candidates: vec!["home".into(), "secret".into()],
        }
    );
}

#[test]
fn modules_in_files() {
    let app = Crate::new(&[
        (
            "src/main.rs",
            "mod controller; #[path = \"other/place.rs\"] mod middleware; fn main() {}",
        ),
        (
            "src/controller.rs",
            "pub mod home; pub mod deep; #[path = \"elsewhere.rs\"] pub mod moved;
             pub mod inline { pub mod file; #[path = \"named.rs\"] pub mod other; }",
        ),
        ("src/controller/home.rs", "pub fn index() {}"),
        ("src/controller/deep/mod.rs", "pub mod deeper;"),
        ("src/controller/deep/deeper.rs", "pub fn index() {}"),
        ("src/elsewhere.rs", "pub fn index() {}"),
        ("src/controller/inline/file.rs", "pub fn index() {}"),
        ("src/controller/inline/named.rs", "pub fn index() {}"),
        ("src/other/place.rs", "pub mod auth;"),
        ("src/other/auth.rs", "pub fn check() {}"),
    ]);
    for path in [
        "home::index",
        "deep::deeper::index",
        "moved::index",
        "inline::file::index",
        "inline::other::index",
    ] {
        assert_eq!(app.find(path), Lookup::Found, "{path}");
    }
    assert_eq!(
        app.find("deep::deeper::show"),
        missing("show", "src/controller/deep/deeper.rs", &["index"])
    );
    let package = app.package();
    let mut sources = Sources::new(package.main_root().unwrap(), &package);
    assert_eq!(sources.find("middleware", "auth::check"), Lookup::Found);
    assert_eq!(
        sources.find("middleware", "auth::chek"),
        missing("chek", "src/other/auth.rs", &["check"])
    );
}

#[test]
fn the_paths_of_files_are_those_of_rustc() {
    // rustc itself is asked, so that the rules here cannot differ from its rules.
    let app = Crate::new(&[
        (
            "src/main.rs",
            "mod controller; fn main() { controller::inline::file::index(); \
             controller::inline::other::index(); controller::moved::inner::index(); }",
        ),
        (
            "src/controller.rs",
            "#[path = \"elsewhere.rs\"] pub mod moved;
             pub mod inline { pub mod file; #[path = \"named.rs\"] pub mod other; }",
        ),
        ("src/elsewhere.rs", "pub mod inner;"),
        ("src/inner.rs", "pub fn index() {}"),
        ("src/controller/inline/file.rs", "pub fn index() {}"),
        ("src/controller/inline/named.rs", "pub fn index() {}"),
    ]);
    let output = std::process::Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()))
        .args(["--edition=2024", "--emit=metadata", "--crate-name=x"])
        .arg("--out-dir")
        .arg(app.folder.path())
        .arg(app.folder.path().join("src/main.rs"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for path in [
        "inline::file::index",
        "inline::other::index",
        "moved::inner::index",
    ] {
        assert_eq!(app.find(path), Lookup::Found, "{path}");
    }
}

#[test]
fn what_the_sources_do_not_tell_is_left_to_rustc() {
    for controllers in [
        "pub use elsewhere::*;",
        "make_controllers!();",
        "include!(\"x.rs\");",
        "#[cfg(feature = \"x\")] pub fn index() {}",
        "#[cfg(unix)] pub fn index() {} #[cfg(windows)] pub fn index() {}",
        "pub(super) fn index() {}",
        "#[generates] pub fn other() {}",
    ] {
        assert_eq!(
            inline(controllers).find("index"),
            Lookup::Unknown,
            "{controllers}"
        );
    }
    for root in [
        "use elsewhere::controller;",
        "use elsewhere::*;",
        "mod controller;",
        "mod (",
    ] {
        let app = Crate::new(&[("src/main.rs", root)]);
        assert_eq!(app.find("home::index"), Lookup::Unknown, "{root}");
    }
}

#[test]
fn a_private_glob_brings_in_nothing_for_others() {
    let app = inline("use kalgan::prelude::*; pub fn index() {}");
    assert_eq!(app.find("index"), Lookup::Found);
    assert!(matches!(app.find("idnex"), Lookup::Missing { .. }));
}

#[test]
fn a_derived_template_brings_in_nothing() {
    let app = inline(
        "#[derive(Template)] #[template(\"home.html\")] pub struct Home {} pub fn index() {}",
    );
    assert_eq!(app.find("index"), Lookup::Found);
    assert!(matches!(app.find("idnex"), Lookup::Missing { .. }));
}

#[test]
fn imports_count() {
    let app = inline(
        "pub use elsewhere::{index, show as display, nested::{self}}; use elsewhere::private;
         pub use elsewhere::module;",
    );
    assert_eq!(app.find("index"), Lookup::Found);
    assert_eq!(app.find("display"), Lookup::Found);
    assert_eq!(app.find("nested"), Lookup::Found);
    assert_eq!(app.find("module::index"), Lookup::Unknown);
    assert!(matches!(app.find("private"), Lookup::Private { .. }));
    assert!(matches!(app.find("show"), Lookup::Missing { .. }));
}

#[test]
fn a_guessed_root_without_the_module_is_left_to_rustc() {
    let app = Crate::new(&[("src/main.rs", ""), ("src/x.rs", "")]);
    let mut package = app.package();
    package.call_file = Some(app.folder.path().join("src/x.rs"));
    let mut sources = Sources::new(package.root().unwrap(), &package);
    assert_eq!(sources.find("controller", "a::b"), Lookup::Unknown);
    assert!(matches!(app.find("a::b"), Lookup::NoModule { .. }));
}

fn check_site(main: &str, routes: &str) -> (Functions, Vec<String>) {
    let app = Crate::new(&[
        ("src/main.rs", main),
        ("config/routes/a.yaml", routes),
        ("config/app.yaml", "error:\n  404: errors::gone\n"),
    ]);
    let site = crate::site::load(app.folder.path(), None);
    assert!(site.is_good(), "{:?}", site.diagnostics);
    let package = app.package();
    let functions = check(&site, package.main_root(), &package);
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
    let app = Crate::new(&[("config/routes/a.yaml", ROUTES)]);
    let site = crate::site::load(app.folder.path(), None);
    let package = Package {
        call_file: None,
        ..app.package()
    };
    assert!(package.root().is_none(), "{}", Path::new("src").display());
    let functions = check(&site, None, &package);
    assert_eq!(functions.controllers, ["home::idnex", "home::index"]);
    assert_eq!(functions.middlewares, ["auth::check", "auth::log"]);
}
