//! Makes the mistakes, and looks at what is said.

use crate::mutation::{At, Museum, Mutation};
use crate::report::Report;
use kalgan_tests::{Build, BuildFailed, Profile, Site};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::thread;

/// Makes each mistake in a copy and runs `check` there.
pub(crate) fn check(build: &Build, museum: &Museum, mutations: &[Mutation], report: &mut Report) {
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let outcomes: Vec<(usize, Vec<Error>)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let folder = tempfile::tempdir().unwrap();
                    for (path, content) in museum.contents() {
                        write(folder.path(), path, Some(content));
                    }
                    assert_eq!(errors(build, folder.path()), [], "the museum itself");
                    let own = mutations.iter().enumerate().skip(worker).step_by(workers);
                    let outcomes: Vec<_> = own
                        .map(|(at, mutation)| (at, made(build, folder.path(), museum, mutation)))
                        .collect();
                    assert_eq!(errors(build, folder.path()), [], "the museum itself");
                    outcomes
                })
            })
            .collect();
        let all = threads.into_iter().flat_map(|thread| thread.join().unwrap());
        all.collect()
    });
    let mut outcomes = outcomes;
    outcomes.sort_by_key(|(at, _)| *at);
    for (at, found) in outcomes {
        let mutation = &mutations[at];
        let is_right = mutation
            .expected
            .iter()
            .all(|expected| found.iter().any(|error| error.at.as_ref() == Some(expected)));
        let said: Vec<String> = found.iter().map(|error| error.said.clone()).collect();
        report.add(mutation, !found.is_empty(), is_right, &said.join("; "));
    }
}

/// An error of `check`.
#[derive(Debug, PartialEq)]
struct Error {
    at: Option<At>,
    said: String,
}

fn made(build: &Build, folder: &Path, museum: &Museum, mutation: &Mutation) -> Vec<Error> {
    for (path, content) in &mutation.changes {
        write(folder, path, content.as_deref());
    }
    let found = errors(build, folder);
    for (path, _) in &mutation.changes {
        write(folder, path, museum.content(path));
    }
    found
}

/// The errors that `check` finds. Warnings do not count.
fn errors(build: &Build, folder: &Path) -> Vec<Error> {
    let ran = build
        .launch()
        .in_folder(folder)
        .env("KALGAN_ROOT", folder)
        .args("check --format json")
        .run();
    let lines = ran.stdout.lines().map(|line| {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    });
    let errors: Vec<Error> = lines
        .filter(|diagnostic| diagnostic["severity"] == "error")
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
    let code = if errors.is_empty() { 0 } else { 1 };
    assert_eq!(ran.code, Some(code), "{}{}", ran.stdout, ran.stderr);
    errors
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
        for (path, content) in &mutation.changes {
            write(site.folder(), path, content.as_deref());
        }
        let outcome = site.try_build(Profile::Debug);
        for (path, _) in &mutation.changes {
            write(site.folder(), path, museum.content(path));
        }
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
    // The next run of the copy starts from the museum as it is.
    let _ = site.build(Profile::Debug);
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
