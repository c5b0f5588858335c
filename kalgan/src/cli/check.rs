//! The commands of the feature `disk`. `check`: all that is wrong with the files on disk, for people
//! and for programs; `schema`: what editors know of the files.

use super::arguments::Format;
use super::fix;
use super::print::{print, say, say_error};
use crate::app::start::layers_of_settings;
use crate::disk::{self, new_loader};
use crate::engine::compiled::{Folded, Given, Natives, Programs};
use crate::engine::suffixes;
use crate::global::Globals;
use crate::render::filters;
use crate::site::plan::Plan;
use crate::spec::{Files, Spec};
use kalgan_core::diagnostic::{Diagnostic, Severity, json, sarif};
use kalgan_core::messages::Message;
use kalgan_core::schema::{FileKind, of_settings};
use kalgan_core::settings::{Setting, schema};
use kalgan_core::source::{Disk, Source};
use kalgan_core::suggest::counted;
use kalgan_core::templates::Templates;
use kalgan_core::templates::registered::Registered;
use kalgan_core::text::{Place, Span};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tera::{Kwargs, State, Tera, Value};

/// What is to be told, and how.
pub(super) struct Asked {
    pub(super) format: Format,
    pub(super) with_unused: bool,
    pub(super) with_compiled: bool,
    pub(super) fix: bool,
}

/// Checks the files on disk as the build does, and that the binary has what they name; where it is
/// asked for, also what nothing names, and which pages are not compiled.
pub(super) fn run(spec: &'static Spec, settings: Vec<Setting>, asked: Asked) -> ExitCode {
    let Asked {
        format,
        with_unused,
        with_compiled,
        fix: is_fix,
    } = asked;
    let plan = &Plan::new(spec, (spec.functions)(), Vec::new(), Globals::default());
    let layer = match layers_of_settings(settings) {
        Ok(layer) => layer,
        Err(diagnostics) => return fail(plan, format, &diagnostics),
    };
    // The process ends behind this: nothing is given back piece by piece.
    let mut loader = ManuallyDrop::new(new_loader(spec, layer));
    let loaded = loader.refresh(&Disk::new(spec.root())).unwrap_or_default();
    let loaded = ManuallyDrop::new(loaded);
    let files = loader.files().len();
    if files == 0 {
        let help = match &spec.files {
            Files::Disk { .. } => disk::FOLDER_IS_GONE,
            Files::Baked { .. } => {
                "start `check` in the app's folder, or name that with KALGAN_ROOT"
            }
        };
        return fail(plan, format, &[disk::no_files(&spec.root(), help)]);
    }
    let mut diagnostics = loaded.diagnostics.clone();
    let settings = &loaded.site.settings;
    diagnostics.extend(schema::without_effect(settings, spec.own_sections));
    disk::check_functions(plan, &loaded, &mut diagnostics);
    let texts = with_unused.then(|| sources(&plan.spec.root()));
    let texts = texts.transpose().unwrap_or_else(|problem| {
        diagnostics.push(*problem);
        None
    });
    diagnostics.extend(disk::lint::check(plan.spec, &loaded, texts.as_deref()));
    if with_compiled && count(&diagnostics, Severity::Error) == 0 {
        let registered = Registered::from(spec.registered);
        diagnostics.extend(not_compiled(&loaded.site.templates, &registered));
    }
    kalgan_core::diagnostic::sort(&mut diagnostics);
    report(plan, format, &diagnostics);
    if is_fix {
        return repair(plan, &diagnostics);
    }
    let errors = count(&diagnostics, Severity::Error);
    let warnings = count(&diagnostics, Severity::Warning);
    let summary = format!(
        "{}: {}, {}, {}",
        counted(files, "file"),
        counted(loaded.site.routes.routes.len(), "route"),
        counted(loaded.site.catalogue.languages.len(), "language"),
        counted(loaded.site.templates.files().len(), "template")
    );
    let warnings = counted(warnings, "warning");
    if errors > 0 {
        let errors = counted(errors, "error");
        say_error(&format!("{summary}; {errors}, {warnings}"));
        return ExitCode::FAILURE;
    }
    let summary = format!("{summary}; no errors, {warnings}");
    match format {
        Format::Text => say(&format!("{summary}\n")),
        // The standard output is for programs.
        Format::Json | Format::Sarif => say_error(&summary),
    }
    ExitCode::SUCCESS
}

/// Offers the repairs.
fn repair(plan: &Plan, diagnostics: &[Diagnostic]) -> ExitCode {
    let mut offered = 0;
    let made = fix::make(&plan.spec.root(), diagnostics, |shown| {
        offered += 1;
        say(&format!("\n{shown}write it? [y/N] "));
        let mut answer = String::new();
        // What cannot be read agrees to nothing.
        let _ = std::io::stdin().read_line(&mut answer);
        matches!(answer.trim(), "y" | "Y" | "yes")
    });
    match made {
        Ok(0) if offered == 0 => say("no mistake has one obvious repair\n"),
        Ok(made) => say(&format!(
            "\n{} written; `check` tells what is left\n",
            counted(made, "repair")
        )),
        Err(error) => {
            say_error(&format!("{}: {error}", plan.spec.name));
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Prints the JSON Schema of a kind of file.
pub(super) fn schema(spec: &Spec, name: &str) -> ExitCode {
    // The command line has taken known names only.
    match FileKind::named(name) {
        Some(FileKind::Settings) => say(&format!("{:#}\n", of_settings(spec.own_settings))),
        Some(kind) => say(&format!("{:#}\n", kind.schema())),
        None => {}
    }
    ExitCode::SUCCESS
}

/// A site of which nothing is known.
struct Nothing;

impl Folded for Nothing {
    fn languages(&self) -> usize {
        1
    }

    fn message(&self, _: usize, _: &str) -> Option<(&Message, &str)> {
        None
    }

    fn url(&self, _: usize, _: &str, _: &[Given<'_>]) -> Option<String> {
        None
    }

    fn asset(&self, _: &str) -> Option<String> {
        None
    }
}

/// The pages that have no compiled form, with the reason of each. Of what the app registers the names
/// are enough.
fn not_compiled(templates: &Templates, registered: &Registered) -> Vec<Diagnostic> {
    let mut tera = Tera::new();
    filters::register(&mut tera);
    for name in &registered.filters {
        tera.register_filter(name.clone(), |_: &Value, _: Kwargs, _: &State| "");
    }
    for name in &registered.tests {
        tera.register_test(name.clone(), |_: &Value, _: Kwargs, _: &State| true);
    }
    for name in &registered.functions {
        tera.register_function(name.clone(), |_: Kwargs, _: &State| "");
    }
    let files = templates.files();
    let ends = suffixes(&files).into_iter().collect();
    let programs = Programs::new(templates, &Arc::new(tera), Natives::default(), ends);
    let pages = files.iter().filter_map(|file| {
        let why = programs.get(&file.name, templates, &Nothing)?.err()?;
        let place = Place::new(Arc::clone(&file.file), Span::new(0, 0));
        let text = format!("Tera renders `{}` in release builds, too: {why}", file.name);
        Some(Diagnostic::warning_at(place, text).with_code("not-compiled"))
    });
    pages.collect()
}

/// The sources of the package whose folder is that of the site or one above.
fn sources(root: &Path) -> Result<Vec<String>, Box<Diagnostic>> {
    let root = absolute(root);
    let mut folders = root.ancestors().take(4);
    let package =
        folders.find(|folder| folder.join("Cargo.toml").is_file() && folder.join("src").is_dir());
    let Some(package) = package else {
        return Err(Box::new(
            Diagnostic::general(format!(
                "`--unused` needs the sources of the app, and there are none at `{}`",
                root.display()
            ))
            .with_code("missing-path")
            .with_help("start `check` in the package's folder, where Cargo.toml and `src` are"),
        ));
    };
    let disk = Disk::new(package);
    let unreadable = |path: &str, error: std::io::Error| {
        let problem = Diagnostic::general(format!("`{path}` cannot be read: {error}"));
        Box::new(problem.with_code("unreadable-file"))
    };
    let entries = disk.walk("src").map_err(|error| unreadable("src", error))?;
    let entries = entries.unwrap_or_default().into_iter();
    entries
        .filter(|entry| entry.path.ends_with(".rs"))
        .map(|entry| match disk.read(&entry.path) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => Err(unreadable(&entry.path, error)),
        })
        .collect()
}

/// What stands in the way of any check.
fn fail(plan: &Plan, format: Format, diagnostics: &[Diagnostic]) -> ExitCode {
    report(plan, format, diagnostics);
    ExitCode::FAILURE
}

fn report(plan: &Plan, format: Format, diagnostics: &[Diagnostic]) {
    match format {
        Format::Text if diagnostics.is_empty() => {}
        Format::Text => print(diagnostics),
        Format::Json => say(&json::lines(diagnostics, &seen_from_here(plan).1)),
        Format::Sarif => {
            let (base, prefix) = seen_from_here(plan);
            let folder_uri = folder_uri(&base);
            let run = sarif::Run {
                version: env!("CARGO_PKG_VERSION"),
                prefix: &prefix,
                folder_uri: folder_uri.as_deref(),
            };
            say(&sarif::log(diagnostics, run));
        }
    }
}

fn count(diagnostics: &[Diagnostic], severity: Severity) -> usize {
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == severity)
        .count()
}

/// The folder that paths are relative to, and what stands before them: the working directory, where
/// the app lies below it, so that a check of a whole repository names its files; else the app's own.
fn seen_from_here(plan: &Plan) -> (PathBuf, String) {
    let root = absolute(&plan.spec.root());
    let here = std::env::current_dir().map(|here| absolute(&here));
    match here {
        Ok(here) => match prefix(&root, &here) {
            Some(prefix) => (here, prefix),
            None => (root, String::new()),
        },
        Err(_) => (root, String::new()),
    }
}

/// Without links, so that two ways to one folder are the same.
fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The path from one folder to another below it, with a `/` behind each part.
fn prefix(root: &Path, here: &Path) -> Option<String> {
    let below = root.strip_prefix(here).ok()?;
    let mut prefix = String::new();
    for part in below.components() {
        prefix.push_str(part.as_os_str().to_str()?);
        prefix.push('/');
    }
    Some(prefix)
}

/// The folder as a URI (RFC 8089), where its path is UTF-8.
fn folder_uri(folder: &Path) -> Option<String> {
    let path = folder.to_str()?.replace('\\', "/");
    // Windows writes so that a path is without links.
    let path = path.trim_start_matches("//?/").trim_end_matches('/');
    let slash = if path.starts_with('/') || path.is_empty() {
        ""
    } else {
        "/"
    };
    Some(format!("file://{slash}{}/", sarif::uri_path(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_those_of_the_package() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let site = folder.path().join("app/site");
        write("app/site/config/app.yaml", "");
        write("app/src/a/b.rs", "b");
        let none = sources(&site).unwrap_err().to_string();
        assert!(none.contains("needs the sources"), "{none}");
        write("app/Cargo.toml", "[package]");
        write("app/src/main.rs", "main");
        write("app/src/notes.txt", "notes");
        assert_eq!(sources(&site).unwrap(), ["b", "main"]);
        assert_eq!(sources(&folder.path().join("app")).unwrap(), ["b", "main"]);
    }

    #[test]
    fn paths_are_those_from_the_working_directory() {
        let prefix = |root: &str, here: &str| prefix(Path::new(root), Path::new(here));
        assert_eq!(prefix("/a/b", "/a/b").as_deref(), Some(""));
        assert_eq!(prefix("/a/b/c d", "/a").as_deref(), Some("b/c d/"));
        assert_eq!(prefix("/a", "/a/b"), None);
        assert_eq!(prefix("/ab", "/a"), None);
    }

    #[test]
    fn folders_as_uris() {
        let uri = |path: &str| folder_uri(Path::new(path)).unwrap();
        assert_eq!(uri("/work/my app"), "file:///work/my%20app/");
        assert_eq!(uri("/"), "file:///");
        assert_eq!(uri("C:\\app"), "file:///C%3A/app/");
    }
}
