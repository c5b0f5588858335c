//! Makes the folder of a new app.

use crate::cli::New;
use crate::name;
use crate::template::{TEMPLATES, fill};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why there is no new app.
#[derive(Debug)]
pub(crate) enum NewError {
    /// The name is not one of a package.
    Name(String),
    /// The folder has something in it.
    NotEmpty(PathBuf),
    /// There is no Kalgan where one was said to be.
    NoKalgan(PathBuf),
    /// The system refuses.
    Io(PathBuf, io::Error),
    /// A file of the new app is not as it has to be: a mistake of Kalgan's.
    Template(&'static str, String),
}

impl fmt::Display for NewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(why) => f.write_str(why),
            Self::NotEmpty(folder) => write!(
                f,
                "`{}` is there and not an empty folder: choose another one with `--path`, or empty \
                 it",
                folder.display()
            ),
            Self::NoKalgan(folder) => write!(
                f,
                "`{}` has no Cargo.toml: `--kalgan-path` takes the folder of the crate `kalgan`",
                folder.display()
            ),
            Self::Io(path, error) => write!(f, "`{}` cannot be made: {error}", path.display()),
            Self::Template(path, why) => {
                write!(f, "the template of `{path}` has a mistake: {why}")
            }
        }
    }
}

/// Makes the app, and says what was done and what comes next.
pub(crate) fn make(new: &New) -> Result<String, NewError> {
    name::check(&new.name).map_err(NewError::Name)?;
    let folder = new.path.clone().unwrap_or_else(|| new.name.clone().into());
    // Whatever is wrong is found before anything is written.
    let files = files(&new.name, &dependency(new.kalgan.as_deref())?)?;
    match fs::read_dir(&folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Ok(false) => return Err(NewError::NotEmpty(folder)),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(NewError::NotEmpty(folder));
        }
        Err(error) => return Err(NewError::Io(folder, error)),
    }
    for (path, text) in &files {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(&folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| NewError::Io(path.clone(), error))?;
    }
    let shown = folder.display();
    let mut report = format!("Made the app `{}` in `{shown}`", new.name);
    if new.with_git && make_repository(&folder) {
        report.push_str(", with a git repository");
    }
    report.push_str(".\n");
    if let Some(manifest) = workspace_around(&folder) {
        report.push_str(&format!(
            "It lies in the workspace of `{}`: add it to `members` there.\n",
            manifest.display()
        ));
    }
    report.push_str(&format!(
        "\n    cd {shown}\n    cargo run -- dev\n\nThen open http://127.0.0.1:7878.\n"
    ));
    Ok(report)
}

/// The files of an app, filled in.
fn files(name: &str, kalgan: &str) -> Result<Vec<(&'static str, String)>, NewError> {
    let title = name::title(name);
    let identifier = name::identifier(name);
    let tag = name::tag(name);
    let host = format!("{tag}.example");
    let with_test = format!("{{ {kalgan}, features = [\"test\"] }}");
    let kalgan = match kalgan.strip_prefix("version = ") {
        Some(version) => version.to_owned(),
        None => format!("{{ {kalgan} }}"),
    };
    let values = [
        ("name", name),
        ("title", &title),
        ("identifier", &identifier),
        ("host", &host),
        ("tag", &tag),
        ("kalgan", &kalgan),
        ("kalgan_test", &with_test),
        ("rust_version", env!("CARGO_PKG_RUST_VERSION")),
    ];
    TEMPLATES
        .iter()
        .map(|(path, text)| {
            let text = fill(text, &values).map_err(|why| NewError::Template(path, why))?;
            Ok((*path, text))
        })
        .collect()
}

/// Where Kalgan comes from, as a manifest says it.
fn dependency(path: Option<&Path>) -> Result<String, NewError> {
    let Some(path) = path else {
        return Ok(format!("version = \"{}\"", env!("CARGO_PKG_VERSION")));
    };
    let absolute = path
        .canonicalize()
        .ok()
        .filter(|path| path.join("Cargo.toml").is_file())
        .ok_or_else(|| NewError::NoKalgan(path.to_owned()))?;
    // A debug string has the escapes that a basic string of TOML has.
    Ok(format!("path = {:?}", absolute.to_string_lossy()))
}

/// As cargo does: where there is git, and the folder is in no repository yet.
fn make_repository(folder: &Path) -> bool {
    let git = |arguments: &[&str]| {
        Command::new("git")
            .arg("-C")
            .arg(folder)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
    };
    // It fails outside of a repository, and where there is no git, nothing more is tried.
    match git(&["rev-parse", "--git-dir"]) {
        Ok(status) if !status.success() => {
            git(&["init", "--quiet"]).is_ok_and(|status| status.success())
        }
        _ => false,
    }
}

/// The manifest of a workspace that cargo would take the app for a part of.
fn workspace_around(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    folder
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("Cargo.toml"))
        .find(|manifest| {
            fs::read_to_string(manifest).is_ok_and(|text| {
                text.lines()
                    .any(|line| line.trim_start().starts_with("[workspace"))
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(folder: &Path) -> New {
        New {
            name: String::from("my-app"),
            path: Some(folder.to_owned()),
            kalgan: None,
            with_git: false,
        }
    }

    #[test]
    fn an_app_has_its_name_and_no_open_places() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("a/b");
        let report = make(&new(&folder)).unwrap();
        assert!(report.contains("cargo run -- dev"), "{report}");
        assert!(!report.contains("git"), "{report}");
        for (path, template) in TEMPLATES {
            let text = fs::read_to_string(folder.join(path)).unwrap();
            assert!(!text.contains("@@"), "{path}");
            assert_eq!(text.lines().count(), template.lines().count(), "{path}");
        }
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let version = env!("CARGO_PKG_VERSION");
        assert!(manifest.contains("name = \"my-app\"\n"), "{manifest}");
        assert!(
            manifest.contains(&format!("kalgan = \"{version}\"\n")),
            "{manifest}"
        );
        assert!(
            manifest.contains(&format!(
                "kalgan = {{ version = \"{version}\", features = [\"test\"] }}\n"
            )),
            "{manifest}"
        );
    }

    #[test]
    fn a_name_that_yaml_takes_for_something_else_is_a_text() {
        let files = files("Null", "version = \"1\"").unwrap();
        let mut texts = files
            .iter()
            .filter(|(path, _)| path.ends_with("/site.yaml") && path.contains("/i18n/"))
            .map(|(_, text)| text.contains("  name: \"Null\"\n"));
        assert_eq!(
            [texts.next(), texts.next(), texts.next()],
            [Some(true), Some(true), None]
        );
    }

    #[test]
    fn what_is_there_is_left_alone() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("mine");
        fs::write(&file, "x").unwrap();
        for path in [temp.path(), &file] {
            let error = make(&new(path)).unwrap_err();
            assert!(matches!(error, NewError::NotEmpty(_)), "{error}");
            assert!(error.to_string().contains("--path"), "{error}");
        }
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
        // An empty folder is as good as none.
        let empty = temp.path().join("empty");
        fs::create_dir(&empty).unwrap();
        make(&new(&empty)).unwrap();
    }

    #[test]
    fn a_kalgan_that_is_not_there_writes_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("app");
        let error = make(&New {
            kalgan: Some(temp.path().to_owned()),
            ..new(&folder)
        });
        assert!(matches!(error, Err(NewError::NoKalgan(_))));
        assert!(!folder.exists());
    }

    #[test]
    fn a_workspace_around_is_named() {
        let temp = tempfile::tempdir().unwrap();
        let manifest = temp.path().join("Cargo.toml");
        fs::write(&manifest, "[workspace]\nmembers = []\n").unwrap();
        let report = make(&new(&temp.path().join("app"))).unwrap();
        assert!(report.contains("add it to `members`"), "{report}");
    }
}
