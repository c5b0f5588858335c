//! Lets cargo see files that are added, renamed or deleted.

fn main() {
    // Cargo runs this at every build where a path that it names is missing. A new folder is named
    // after an edit in `src`.
    for path in ["src", "config", "template", "static"] {
        if std::path::Path::new(path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    println!("cargo::rustc-env=KALGAN_WATCH=1");
}
