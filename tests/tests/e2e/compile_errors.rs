//! Compile errors: each case in `kalgan/tests/ui` is an app with a mistake, and the exact text that
//! the compiler shows. All are binaries of one package.
//!
//! `OVERWRITE=1 cargo test --workspace --test e2e compile_errors` writes the texts anew.

use kalgan_tests::Site;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// What the compiler says at the end of a list of errors, which says nothing of them.
const ENDS: [&str; 3] = [
    "error: aborting due to",
    "Some errors have detailed explanations",
    "For more information about",
];

#[test]
fn each_mistake_has_its_exact_text() {
    let folder = repository().join("kalgan/tests/ui");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect();
    cases.sort();
    assert!(cases.len() > 100, "{}", cases.len());

    let said = errors(&folder, &cases);
    let overwrites = std::env::var_os("OVERWRITE").is_some();
    let mut wrong = String::new();
    for case in &cases {
        let name = name(case);
        let is = said.get(&name).map_or("", String::as_str);
        assert!(!is.is_empty(), "{name} has no mistake");
        let text = case.with_extension("stderr");
        let expected = fs::read_to_string(&text).unwrap_or_default();
        if is_same(is, &expected) {
            continue;
        }
        if overwrites {
            fs::write(&text, is).unwrap();
        } else {
            let _ = writeln!(wrong, "== {name}, expected:\n{expected}\n-- is:\n{is}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn name(case: &Path) -> String {
    case.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// What the compiler says of each case.
fn errors(folder: &Path, cases: &[PathBuf]) -> BTreeMap<String, String> {
    let mut manifest = String::from("[package]\nname = \"ui\"\nedition = \"2024\"\n");
    for case in cases {
        let name = name(case);
        let _ = write!(
            manifest,
            "\n[[bin]]\nname = \"{name}\"\npath = \"tests/ui/{name}.rs\"\n"
        );
    }
    manifest.push_str("\n[dependencies]\nkalgan.workspace = true\nserde.workspace = true\n");
    let site = Site::of_package("ui", &manifest, folder, "tests/ui");
    let messages = site.diagnostics(
        "--bins --keep-going",
        &[
            // The sites are named in relation to the cases.
            ("KALGAN_BUILD_ROOT", &site.folder().join("tests/ui")),
            ("RUSTC_WORKSPACE_WRAPPER", &compiler(&site)),
        ],
    );
    let mut errors: BTreeMap<String, String> = BTreeMap::new();
    for message in messages {
        let text = message["message"]["rendered"].as_str().unwrap();
        if ENDS.iter().any(|end| text.starts_with(end)) {
            continue;
        }
        let name = message["target"]["name"].as_str().unwrap();
        let said = errors.entry(name.to_owned()).or_default();
        if !said.is_empty() {
            said.push('\n');
        }
        let _ = writeln!(said, "{}", without_other_lines(text).trim_end());
    }
    errors
}

/// A compiler that writes types in full, and does not mind what a case leaves unused.
fn compiler(site: &Site) -> PathBuf {
    let path = site.folder().join("compiler");
    let script = "#!/bin/sh\ncase \"$*\" in\n*--crate-name*) exec \"$@\" --diagnostic-width=1000 -A dead_code ;;\n\
                  *) exec \"$@\" ;;\nesac\n";
    if fs::read_to_string(&path).is_ok_and(|old| old == script) {
        return path;
    }
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// Takes what changes with Kalgan's own files out of a message: their folder, and the numbers of
/// their lines.
fn without_other_lines(text: &str) -> String {
    let kalgan = format!("{}/", repository().join("kalgan").display());
    let mut is_other = false;
    let lines = text.lines().map(|line| {
        let start = line.trim_start();
        if let Some(place) = start.strip_prefix("--> ").or(start.strip_prefix("::: ")) {
            let file = place.strip_prefix(&kalgan);
            is_other = file.is_some();
            if let Some((file, _)) = file.and_then(|place| place.split_once(':')) {
                return format!("--> {file}");
            }
        } else if start.starts_with("and ") && line.ends_with(" others") {
            // How many depends on the versions of crates.
            return String::from("and $N others");
        } else if is_other && let Some((number, code)) = start.split_once(" |") {
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
            if is_number {
                return format!("|{code}");
            }
        }
        line.to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether two texts are the same but for how far their lines are indented, which depends on the
/// numbers of lines in Kalgan's own files.
fn is_same(one: &str, other: &str) -> bool {
    let lines = |text| str::lines(text).map(str::trim_start);
    lines(one).eq(lines(other))
}

fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests
        .parent()
        .expect("the tests lie in the repository")
        .to_owned()
}
