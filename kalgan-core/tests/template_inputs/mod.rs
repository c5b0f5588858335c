//! Templates for the tests of the parser: those of Tera's own tests, of the examples and of the
//! corpus, and mutants of them.

#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test crate uses a part of it, and a test may panic"
)]

pub mod generate;
mod mutate;

pub use mutate::{Mutator, PAIRS, WORDS};

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tera::{ErrorKind, Tera};

/// A template, and what to call it in a failure.
pub struct Input {
    pub name: String,
    pub text: String,
}

/// The templates of the corpus, by their names.
pub fn corpus() -> Vec<Input> {
    below(&corpus_folder().join("template"))
}

/// The site that the corpus is.
pub fn corpus_folder() -> PathBuf {
    core().join("tests/corpus")
}

/// All templates, except for mutants.
pub fn all() -> Vec<Input> {
    let mut inputs = corpus();
    for example in entries(&core().join("../examples")) {
        inputs.extend(below(&example.join("template")));
    }
    let tera = tera_folder().join("src/snapshot_tests");
    let folders = entries(&tera).into_iter().filter(|folder| {
        let name = folder.file_name().unwrap().to_string_lossy();
        name.ends_with("_inputs") || name == "build_errors"
    });
    let mut from_tera = 0;
    for file in folders.flat_map(|folder| below(&folder)) {
        inputs.extend(split(&file));
        inputs.push(file);
        from_tera += 1;
    }
    assert!(from_tera > 150, "only {from_tera} files of Tera's tests");
    inputs
}

fn core() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of Tera's source, which has the inputs of its tests.
fn tera_folder() -> PathBuf {
    let run = |program: &Path, arguments: &[&str]| {
        let command = Command::new(program)
            .args(arguments)
            .current_dir(core())
            .output();
        command.unwrap().stdout
    };
    let cargo = Path::new(env!("CARGO"));
    let version = String::from_utf8(run(&cargo.with_file_name("rustc"), &["-vV"])).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    // Packages of other platforms need not be on this machine.
    let arguments = ["metadata", "--offline", "--format-version", "1"];
    let platform = ["--filter-platform", host.unwrap()];
    let metadata = run(cargo, &[&arguments[..], &platform[..]].concat());
    let metadata: serde_json::Value = serde_json::from_slice(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let tera = packages
        .iter()
        .find(|package| package["name"] == "tera")
        .unwrap();
    let manifest = tera["manifest_path"].as_str().unwrap();
    Path::new(manifest).parent().unwrap().to_owned()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

fn below(folder: &Path) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder_or_file) = open.pop() {
        if folder_or_file.is_dir() {
            open.extend(entries(&folder_or_file));
            continue;
        }
        let name = folder_or_file.strip_prefix(folder).unwrap();
        inputs.push(Input {
            name: name.to_string_lossy().replace('\\', "/"),
            text: fs::read_to_string(&folder_or_file).unwrap(),
        });
    }
    inputs.sort_by(|a, b| a.name.cmp(&b.name));
    inputs
}

/// The templates of one of Tera's files, which `$$ name` begins.
fn split(file: &Input) -> Vec<Input> {
    let text = file.text.replace("\r\n", "\n");
    text.split("$$ ")
        .skip(1)
        .map(|part| {
            let (name, text) = part.split_once('\n').unwrap_or((part, ""));
            Input {
                name: format!("{}: {name}", file.name),
                text: text.trim().to_owned(),
            }
        })
        .collect()
}

/// Whether Tera finds the syntax of a template right, whatever the template refers to.
pub fn tera_accepts(text: &str) -> bool {
    match Tera::new().add_raw_template("template.html", text) {
        Ok(()) => true,
        Err(error) => !matches!(error.kind(), ErrorKind::SyntaxError(_)),
    }
}
