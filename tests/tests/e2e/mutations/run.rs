//! Makes the mistakes, and looks at what is said.

use crate::mutations::mutation::{At, Museum, Mutation};
use crate::mutations::report::Report;
use kalgan_tests::{Build, BuildFailed, Profile, Site};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Makes each mistake in the copy and runs `check`, which reads the files of the copy.
pub(crate) fn check(
    site: &Site,
    build: &Build,
    museum: &Museum,
    mutations: &[Mutation],
    report: &mut Report,
) {
    assert_eq!(errors(build, site.folder()), [], "the museum itself");
    for mutation in mutations {
        make(site, mutation);
        let found = errors(build, site.folder());
        mend(site, museum, mutation);
        let is_right = mutation.expected.iter().all(|expected| {
            found
                .iter()
                .any(|error| error.at.as_ref() == Some(expected))
        });
        let said: Vec<&str> = found.iter().map(|error| error.said.as_str()).collect();
        report.add(mutation, !found.is_empty(), is_right, &said.join("; "));
    }
    assert_eq!(errors(build, site.folder()), [], "the museum itself");
}

/// The classes that are warnings on purpose.
const WARNINGS: [&str; 11] = [
    "foreign-parameter",
    "foreign-placeholder",
    "message-entity",
    "unknown-section",
    "root-of-group",
    "button-type",
    "control-label",
    "heading-level",
    "image-alt",
    "page-language",
    "page-title",
];

/// An error of `check`.
#[derive(Debug, PartialEq)]
struct Error {
    at: Option<At>,
    said: String,
}

fn make(site: &Site, mutation: &Mutation) {
    for (path, content) in &mutation.changes {
        write(site.folder(), path, content.as_deref());
    }
}

fn mend(site: &Site, museum: &Museum, mutation: &Mutation) {
    for (path, _) in &mutation.changes {
        write(site.folder(), path, museum.content(path));
    }
}

/// The errors that `check` finds, and warnings of the classes that are warnings on purpose.
fn errors(build: &Build, folder: &Path) -> Vec<Error> {
    let ran = build
        .launch()
        .in_folder(folder)
        .args("check --format json")
        .run();
    let lines = ran.stdout.lines().map(|line| {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    });
    let mut has_errors = false;
    let errors: Vec<Error> = lines
        .filter(|diagnostic| {
            let is_error = diagnostic["severity"] == "error";
            has_errors |= is_error;
            let code = diagnostic["code"].as_str().unwrap_or_default();
            is_error || WARNINGS.contains(&code)
        })
        .map(|diagnostic| {
            let at = diagnostic["file"].as_str().map(|file| At {
                file: file.to_owned(),
                line: diagnostic["line"].as_u64().unwrap().try_into().unwrap(),
            });
            let place = at.as_ref().map(|at| format!("{}:{}", at.file, at.line));
            Error {
                said: format!(
                    "{}: {}",
                    place.as_deref().unwrap_or("nowhere"),
                    diagnostic["message"].as_str().unwrap()
                ),
                at,
            }
        })
        .collect();
    assert_eq!(
        ran.code,
        Some(i32::from(has_errors)),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    errors
}

/// Whether `check` finds no error.
pub(crate) fn finds_nothing(build: &Build, folder: &Path) -> bool {
    let check = build.launch().in_folder(folder).args("check");
    check.run().code == Some(0)
}

fn write(folder: &Path, path: &str, content: Option<&[u8]>) {
    let file = folder.join(path);
    match content {
        Some(content) => {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        None => fs::remove_file(file).unwrap(),
    }
}

/// Makes each mistake in the copy and builds it, which has to fail.
pub(crate) fn builds(site: &Site, museum: &Museum, mutations: &[Mutation], report: &mut Report) {
    for mutation in mutations {
        make(site, mutation);
        let outcome = site.try_build(Profile::Debug);
        mend(site, museum, mutation);
        let (is_reported, is_right, said) = match outcome {
            Ok(_) => (false, false, String::from("it was built")),
            Err(BuildFailed(messages)) => {
                let errors = errors_of_compiler(&messages);
                let is_right = mutation.expected.iter().all(|at| {
                    let place = format!("{}:{}:", at.file, at.line);
                    errors.iter().any(|error| error.contains(&place))
                });
                (!errors.is_empty(), is_right, errors.join("\n"))
            }
        };
        report.add(mutation, is_reported, is_right, &said);
    }
}

/// The errors among what cargo and the compiler said, each with its places.
fn errors_of_compiler(messages: &str) -> Vec<String> {
    let mut errors: Vec<String> = Vec::new();
    let mut is_error = false;
    for line in messages.lines() {
        if line.starts_with("error") {
            is_error = true;
            errors.push(String::new());
        } else if line.starts_with("warning") {
            is_error = false;
        }
        if let (true, Some(error)) = (is_error, errors.last_mut()) {
            error.push_str(line);
            error.push('\n');
        }
    }
    errors
}
