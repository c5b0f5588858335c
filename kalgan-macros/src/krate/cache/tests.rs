use super::*;
use crate::testing::write;

fn package(root: &Path, call: Option<&str>, binary: Option<&str>) -> Package {
    Package {
        folder: root.to_owned(),
        base: root.to_owned(),
        call_file: call.map(|file| root.join(file)),
        binary: binary.map(str::to_owned),
    }
}

fn krate(package: &Package) -> Arc<Crate> {
    Crate::of(package, package.root())
}

fn paths(krate: &Crate) -> Vec<&str> {
    krate.files().map(|(file, _)| file.source.path()).collect()
}

#[test]
fn the_files_of_a_package() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path();
    for (file, text) in [
        ("src/main.rs", "mod a; struct A;"),
        ("src/a.rs", "pub mod b;"),
        ("src/a/b.rs", "struct A;"),
        ("src/old.rs", "struct A;"),
        ("src/server.rs", "mod c; fn main() {}"),
        ("src/c.rs", "struct A;"),
        ("src/bin/one.rs", "struct A;"),
        ("src/bin/two/main.rs", "struct A;"),
        ("tests/it.rs", "mod sub; struct A;"),
        ("tests/sub/mod.rs", "struct A;"),
        ("build.rs", "struct A;"),
    ] {
        write(root, file, text);
    }
    let of = |call: &str, binary| krate(&package(root, Some(call), binary));
    let main = ["src/a/b.rs", "src/a.rs", "src/main.rs"];
    assert_eq!(paths(&of("src/a/b.rs", None)), main);
    assert_eq!(paths(&of("gone.rs", None)), main);
    let with = |others: &[&'static str]| {
        let mut all = [&main, others].concat();
        all.sort_unstable_by(|a, b| Path::new(a).cmp(Path::new(b)));
        all
    };
    assert_eq!(
        paths(&of("tests/it.rs", None)),
        with(&["tests/it.rs", "tests/sub/mod.rs"])
    );
    assert_eq!(
        paths(&of("tests/sub/mod.rs", None)),
        with(&["tests/sub/mod.rs"])
    );
    assert_eq!(
        paths(&of("src/a.rs", Some("two"))),
        with(&["src/bin/two/main.rs"])
    );
    // The root may have a name of its own in Cargo.toml.
    assert_eq!(
        paths(&of("src/c.rs", Some("x"))),
        with(&["src/c.rs", "src/server.rs"])
    );
    assert!(paths(&krate(&package(&root.join("gone"), None, None))).is_empty());
}

#[test]
fn a_library_belongs_to_the_app() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path();
    write(root, "src/main.rs", "mod both;");
    write(root, "src/lib.rs", "mod both; mod only;");
    write(root, "src/both.rs", "struct A;");
    write(root, "src/only.rs", "");
    let all = ["src/both.rs", "src/lib.rs", "src/main.rs", "src/only.rs"];
    for binary in [None, Some("x")] {
        let krate = krate(&package(root, Some("src/both.rs"), binary));
        assert_eq!(paths(&krate), all);
        let (_, place) = krate.items(&root.join("src/both.rs"))[0];
        let root = &krate
            .file_of(krate.module(krate.root_of(place.module)))
            .source;
        let expected = if binary.is_some() {
            "src/main.rs"
        } else {
            "src/lib.rs"
        };
        assert_eq!(root.path(), expected);
    }
}

#[test]
fn files_change_come_and_go() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path();
    let of = || krate(&package(root, None, None));
    let names = |krate: &Crate| -> Vec<String> {
        let items = krate.items(&root.join("src/main.rs")).into_iter();
        items.map(|(item, _)| item.name.clone()).collect()
    };
    assert!(of().files().next().is_none());
    write(root, "src/main.rs", "mod a;");
    let first = of();
    assert!(Arc::ptr_eq(&first, &of()));
    write(root, "src/main.rs", "mod a; struct B;");
    let second = of();
    assert_eq!(
        (names(&first), names(&second)),
        (vec!["a".into()], vec!["a".into(), "B".into()])
    );
    assert_eq!(paths(&second), ["src/main.rs"]);
    write(root, "src/a.rs", "");
    let third = of();
    assert_eq!(paths(&third), ["src/a.rs", "src/main.rs"]);
    let main = |krate: &Crate| Arc::as_ptr(krate.files().last().unwrap().0);
    assert_eq!(main(&second), main(&third), "read once");
    std::fs::remove_file(root.join("src/a.rs")).unwrap();
    assert_eq!(paths(&of()), ["src/main.rs"]);
    assert_eq!(
        paths(&third),
        ["src/a.rs", "src/main.rs"],
        "who holds it keeps it"
    );
}

#[test]
fn a_path_that_leads_back_ends() {
    let temp = tempfile::tempdir().unwrap();
    write(temp.path(), "src/main.rs", "#[path = \"main.rs\"] mod a;");
    assert_eq!(
        paths(&krate(&package(temp.path(), None, None))),
        ["src/main.rs"]
    );
}
