use super::*;
use crate::testing::TestPackage;

fn find(app: &TestPackage, path: &str) -> Lookup {
    app.krate().find("controller", path, true)
}

fn inline(controllers: &str) -> TestPackage {
    TestPackage::new(&[(
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
    assert_eq!(find(&app, "home::index"), Lookup::Found);
    assert_eq!(find(&app, "home::near"), Lookup::Found);
    assert_eq!(find(&app, "home::CLOSURE"), Lookup::Found);
    assert_eq!(find(&app, "home::type"), Lookup::Found);
    assert_eq!(find(&app, "top"), Lookup::Found);
    assert_eq!(
        find(&app, "home::idnex"),
        missing("idnex", "src/main.rs", &["index", "near", "hidden", "type"])
    );
    assert_eq!(
        find(&app, "home::hidden"),
        Lookup::Private {
            name: "hidden".into(),
            file: "src/main.rs".into(),
            is_restricted: false,
        }
    );
    assert_eq!(
        find(&app, "secret::x"),
        Lookup::PrivateModule {
            name: "secret".into(),
            path: "controller::secret".into(),
            file: "src/main.rs".into(),
            is_restricted: false,
        }
    );
    assert_eq!(
        find(&app, "hoem::index"),
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
    let app = TestPackage::new(&[
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
        assert_eq!(find(&app, path), Lookup::Found, "{path}");
    }
    assert_eq!(
        find(&app, "deep::deeper::show"),
        missing("show", "src/controller/deep/deeper.rs", &["index"])
    );
    let krate = app.krate();
    assert_eq!(krate.find("middleware", "auth::check", true), Lookup::Found);
    assert_eq!(
        krate.find("middleware", "auth::chek", true),
        missing("chek", "src/other/auth.rs", &["check"])
    );
}

#[test]
fn the_paths_of_files_are_those_of_rustc() {
    // rustc itself is asked, so that the rules here cannot differ from its rules.
    let app = TestPackage::new(&[
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
        assert_eq!(find(&app, path), Lookup::Found, "{path}");
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
        "#[generates] pub fn other() {}",
    ] {
        assert_eq!(
            find(&inline(controllers), "index"),
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
        let app = TestPackage::new(&[("src/main.rs", root)]);
        assert_eq!(find(&app, "home::index"), Lookup::Unknown, "{root}");
    }
}

#[test]
fn a_private_glob_brings_in_nothing_for_others() {
    let app = inline("use kalgan::prelude::*; pub fn index() {}");
    assert_eq!(find(&app, "index"), Lookup::Found);
    assert!(matches!(find(&app, "idnex"), Lookup::Missing { .. }));
}

#[test]
fn a_derived_template_brings_in_nothing() {
    let app = inline(
        "#[derive(Template)] #[template(\"home.html\")] pub struct Home {} pub fn index() {}",
    );
    assert_eq!(find(&app, "index"), Lookup::Found);
    assert!(matches!(find(&app, "idnex"), Lookup::Missing { .. }));
}

#[test]
fn imports_count() {
    let app = inline(
        "pub use elsewhere::{index, show as display, nested::{self}}; use elsewhere::private;
         pub use elsewhere::module;",
    );
    assert_eq!(find(&app, "index"), Lookup::Found);
    assert_eq!(find(&app, "display"), Lookup::Found);
    assert_eq!(find(&app, "nested"), Lookup::Found);
    assert_eq!(find(&app, "module::index"), Lookup::Unknown);
    assert!(matches!(find(&app, "private"), Lookup::Private { .. }));
    assert!(matches!(find(&app, "show"), Lookup::Missing { .. }));
}

#[test]
fn a_guessed_root_without_the_module_is_left_to_rustc() {
    let app = TestPackage::new(&[("src/main.rs", ""), ("src/x.rs", "")]);
    let mut package = app.package();
    package.call_file = Some(app.folder.path().join("src/x.rs"));
    let krate = Crate::of(&package, package.root());
    assert_eq!(krate.find("controller", "a::b", false), Lookup::Unknown);
    assert!(matches!(find(&app, "a::b"), Lookup::NoModule { .. }));
}

#[test]
fn functions_of_types_and_what_macros_change_are_left_to_rustc() {
    let app = inline(
        "pub struct Ctl<T>(T); pub type Users = Ctl<u8>; pub enum Kind { A }
         impl<T> Ctl<T> { pub fn index() {} }
         pub mod home { pub use super::Ctl; #[handler] fn shown() {} pub trait index {} }
         #[handlers] mod made {}",
    );
    for path in [
        "Ctl::index",
        "Users::index",
        "Kind::index",
        "home::Ctl::index",
        "home::shown",
        "made::index",
    ] {
        assert_eq!(find(&app, path), Lookup::Unknown, "{path}");
    }
}

#[test]
fn what_is_public_for_a_part_of_the_crate() {
    let app = inline(
        "pub(super) fn near() {} pub(in crate::controller) fn own() {} pub(in crate) fn all() {}
         pub(super) mod near_home { pub fn x() {} } pub(self) mod own_home { pub fn x() {} }
         pub mod home {
             pub(super) fn near() {} pub(in super::super) fn far() {} pub(self) fn own() {}
             pub(super) mod inner { pub fn x() {} } pub(in super::super) mod outer { pub fn x() {} }
             pub(super) use super::all;
         }",
    );
    for (path, is_restricted) in [
        ("own", Some(true)),
        ("own_home::x", Some(false)),
        ("home::near", Some(true)),
        ("home::own", Some(false)),
        ("home::inner::x", Some(true)),
        ("home::all", Some(true)),
        ("near", None),
        ("all", None),
        ("near_home::x", None),
        ("home::far", None),
        ("home::outer::x", None),
    ] {
        let found = match find(&app, path) {
            Lookup::Found => None,
            Lookup::Private { is_restricted, .. } | Lookup::PrivateModule { is_restricted, .. } => {
                Some(is_restricted)
            }
            other => panic!("{path} {other:?}"),
        };
        assert_eq!(found, is_restricted, "{path}");
    }
}
