//! Lets cargo see files that are added, renamed or deleted.

fn main() {
    for folder in ["config", "template", "static"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    println!("cargo::rustc-env=KALGAN_WATCH=1");
}
