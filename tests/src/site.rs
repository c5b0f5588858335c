//! A copy of an app, in a workspace of its own outside the repository.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::features;
use crate::folders::{repository, scratch};

/// A copy of an app.
///
/// Its folder is made of the label, and two copies with the same label are the same one: each test
/// that changes its copy needs a label of its own.
#[derive(Clone, Debug)]
pub struct Site {
    workspace: PathBuf,
    folder: PathBuf,
    package: String,
}

impl Site {
    /// A copy of an example of the repository, as it is there.
    #[must_use]
    pub fn of_example(example: &str, label: &str) -> Self {
        Self::of_folder(&repository().join("examples").join(example), label, false)
    }

    /// A copy of an app that is made for a test: one of the folders in `tests/apps`.
    #[must_use]
    pub fn of_app(app: &str, label: &str) -> Self {
        Self::of_folder(&repository().join("tests/apps").join(app), label, true)
    }

    /// A package with this manifest, which is its own workspace, and the files of a folder at a path
    /// in it.
    #[must_use]
    pub fn of_package(label: &str, manifest: &str, files: &Path, path: &str) -> Self {
        let folder = scratch().join(label);
        mirror(files, &folder.join(path));
        let text = format!("{manifest}{}", features::dependency());
        write_if_other(
            &folder.join("Cargo.toml"),
            format!("{}{text}", workspace_manifest(None, None)).as_bytes(),
        );
        copy_lock_file(&folder);
        Self {
            workspace: folder.clone(),
            folder,
            package: label.to_owned(),
        }
    }

    /// `is_quick` leaves the app itself unoptimised in release builds, as it is built often; what
    /// it depends on is as in any other.
    fn of_folder(original: &Path, label: &str, is_quick: bool) -> Self {
        let workspace = scratch().join(label);
        // Cargo tells packages in a workspace apart by the path below it, so this has to be another
        // one for each copy that shares the target folder.
        let folder = workspace.join(label);
        let manifest = fs::read_to_string(original.join("Cargo.toml"))
            .unwrap_or_else(|error| panic!("{} is no app: {error}", original.display()));
        let manifest: toml::Table = manifest.parse().expect("the app's manifest is TOML");
        let package = manifest["package"]["name"]
            .as_str()
            .expect("the app has a name")
            .to_owned();
        fs::create_dir_all(&workspace).expect("the workspace's folder can be made");
        write_if_other(
            &workspace.join("Cargo.toml"),
            workspace_manifest(Some(label), is_quick.then_some(&package)).as_bytes(),
        );
        copy_lock_file(&workspace);
        mirror(original, &folder);
        Self {
            workspace,
            folder,
            package,
        }
    }

    /// A new app, as `kalgan new` makes it, with the lock file of the repository. It depends on the
    /// repository's crates.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn new_app(package: &str, label: &str) -> Self {
        let folder = scratch().join(label);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the old app can be removed");
        }
        let ran = crate::Launch::new(&crate::kalgan_binary())
            .args("new --no-git")
            .arg(package)
            .arg("--path")
            .arg(&folder)
            .arg("--kalgan-path")
            .arg(repository().join("kalgan"))
            .run();
        assert_eq!(ran.code, Some(0), "{ran:?}");
        copy_lock_file(&folder);
        let site = Self {
            workspace: folder.clone(),
            folder,
            package: package.to_owned(),
        };
        site.append("Cargo.toml", &features::dependency());
        site
    }

    /// The app's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of its workspace.
    #[must_use]
    pub fn workspace(&self) -> &Path {
        &self.workspace
    }

    /// The name of the app's package.
    #[must_use]
    pub fn package(&self) -> &str {
        &self.package
    }

    /// Reads a file of the app.
    #[must_use]
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes a file of the app, in one step, as editors do.
    pub fn write(&self, path: &str, text: &str) {
        let file = self.folder.join(path);
        let folder = file.parent().expect("a file lies in a folder");
        fs::create_dir_all(folder).expect("the folder can be made");
        let new = folder.join(".new~");
        fs::write(&new, text).unwrap_or_else(|error| panic!("{path}: {error}"));
        fs::rename(new, file).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Replaces a text in a file, everywhere.
    ///
    /// # Panics
    /// When it is not there: the edit would change nothing.
    pub fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} has no `{old}`:\n{text}");
        self.write(path, &text.replace(old, new));
    }

    /// Adds a text at the end of a file.
    pub fn append(&self, path: &str, text: &str) {
        let old = self.read(path);
        self.write(path, &format!("{old}{text}"));
    }

    /// Removes a file of the app.
    pub fn remove(&self, path: &str) {
        fs::remove_file(self.folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Gives a file of the app another name.
    pub fn rename(&self, from: &str, to: &str) {
        fs::rename(self.folder.join(from), self.folder.join(to))
            .unwrap_or_else(|error| panic!("{from}: {error}"));
    }

    /// Deletes the whole copy: the binary that was built of it is on its own then.
    pub fn delete(self) {
        fs::remove_dir_all(&self.workspace).expect("the copy can be deleted");
        assert!(!self.folder.exists());
    }
}

/// The repository's root manifest for a workspace of one app, which may be its root itself: the paths
/// absolute.
fn workspace_manifest(member: Option<&str>, unoptimised: Option<&String>) -> String {
    let text = fs::read_to_string(repository().join("Cargo.toml")).expect("there is a manifest");
    let mut manifest: toml::Table = text.parse().expect("the root manifest is TOML");
    let workspace = manifest["workspace"]
        .as_table_mut()
        .expect("it is the manifest of a workspace");
    workspace.remove("exclude");
    workspace.remove("default-members");
    let members: Vec<String> = member.into_iter().map(str::to_owned).collect();
    workspace.insert("members".to_owned(), members.into());
    let dependencies = workspace["dependencies"]
        .as_table_mut()
        .expect("the dependencies are a table");
    for (_, dependency) in dependencies.iter_mut() {
        if let Some(path) = dependency.get_mut("path") {
            let absolute = repository().join(path.as_str().expect("a path is text"));
            *path = absolute.to_str().expect("the path is UTF-8").into();
        }
    }
    let mut text = manifest.to_string();
    if let Some(package) = unoptimised {
        text.push_str(&format!(
            "\n[profile.release.package.{package}]\nopt-level = 0\n"
        ));
    }
    text
}

fn copy_lock_file(folder: &Path) {
    fs::copy(repository().join("Cargo.lock"), folder.join("Cargo.lock"))
        .expect("the lock file can be copied");
}

/// All files below a folder, relative to it and sorted; without `target`.
#[must_use]
pub fn files_below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).unwrap_or_else(|e| panic!("{}: {e}", next.display()));
        for entry in entries {
            let path = entry.expect("the folder can be listed").path();
            if !path.is_dir() {
                let relative = path.strip_prefix(folder).expect("it is below the folder");
                files.insert(relative.to_owned());
            } else if !path.ends_with("target") {
                folders.push(path);
            }
        }
    }
    files
}

/// Makes `to` the same as `from`, with the features that all copies have. What is the same already keeps its time, so that cargo does not
/// build it again.
fn mirror(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the copy's folder can be made");
    let files = files_below(from);
    for extra in files_below(to).difference(&files) {
        fs::remove_file(to.join(extra)).expect("a file of the copy can be deleted");
    }
    for file in &files {
        let mut bytes = fs::read(from.join(file)).expect("a file of the app can be read");
        if file == Path::new("Cargo.toml") {
            bytes.extend(features::dependency().bytes());
        }
        write_if_other(&to.join(file), &bytes);
    }
}

pub(crate) fn write_if_other(path: &Path, bytes: &[u8]) {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a file lies in a folder"))
        .expect("the folder can be made");
    fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
