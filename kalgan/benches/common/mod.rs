//! Apps of files that a benchmark writes.

use kalgan::__private::{Files, Functions, Linked, Spec, app};
use kalgan::App;

/// An app of these files, and their folder. They are read at the first request.
pub(crate) fn app_of(
    files: &[(&str, &str)],
    functions: fn() -> Functions,
) -> (App, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }
    let root: &'static str = folder.path().to_str().expect("UTF-8").to_owned().leak();
    let spec: &'static Spec = Box::leak(Box::new(Spec {
        name: "bench",
        version: "0.0.0",
        registered: Default::default(),
        commands: &[],
        own_sections: &[],
        own_settings: &[],
        views: &[],
        files: Files::Disk {
            package: root,
            root: "",
            settings: None,
            linked: Linked::ALL,
        },
        functions,
    }));
    (app(spec), folder)
}
