//! What cargo knows of the package: how to build this very binary, and of which sources it is made.

use super::place::{Place, real};
use kalgan_core::source::{Fingerprint, is_visible};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

/// A target of a package, as `cargo build` is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) name: String,
    /// `bin` or `example`.
    pub(super) kind: &'static str,
}

/// How to build the binary, and what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) manifest: PathBuf,
    pub(super) target: Target,
    /// What `cargo build` needs so that it builds what is running.
    pub(super) options: Vec<OsString>,
    pub(super) sources: Sources,
}

/// Where the sources are: of the package, and of those that it depends on by a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sources {
    /// Folders with all that is below them.
    pub(super) trees: BTreeSet<PathBuf>,
    /// Single files.
    pub(super) files: BTreeSet<PathBuf>,
}

impl Sources {
    /// The files and folders that are at these paths.
    pub(super) fn at(paths: impl Iterator<Item = PathBuf>) -> Self {
        let (trees, files) = paths.partition(|path| path.is_dir());
        Self { trees, files }
    }

    /// Whether a manifest may have changed since a time.
    pub(super) fn have_new_manifest(&self, since: SystemTime) -> bool {
        let mut manifests = self
            .files
            .iter()
            .filter(|file| file.ends_with("Cargo.toml"));
        manifests.any(|file| {
            let metadata = std::fs::metadata(file);
            metadata.is_ok_and(|metadata| !Fingerprint::of(&metadata).is_settled(since))
        })
    }

    /// Whether a file is one of them. What editors write beside a file is not.
    pub(super) fn has(&self, path: &Path) -> bool {
        let name = path.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| is_visible(&name))
            && (self.files.contains(path) || self.trees.iter().any(|tree| path.starts_with(tree)))
    }
}

/// Why it is not known how to build.
#[derive(Debug)]
pub(super) enum PlanError {
    NoManifest(PathBuf),
    Cargo(String),
    NoTarget(PathBuf),
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoManifest(root) => write!(
                f,
                "there is no Cargo.toml in `{}` or above it: have the sources moved?",
                root.display()
            ),
            Self::Cargo(why) => write!(f, "`cargo metadata` has failed: {why}"),
            Self::NoTarget(manifest) => {
                write!(f, "the package of `{}` has no binary", manifest.display())
            }
        }
    }
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    target_directory: PathBuf,
    workspace_root: PathBuf,
    /// What the packages depend on; only where all of them are asked for.
    resolve: Option<Resolve>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Resolved>,
}

#[derive(Debug, Deserialize)]
struct Resolved {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Debug, Deserialize)]
struct Kind {
    kind: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    /// `None` where it is on this machine.
    source: Option<String>,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
    targets: Vec<PackageTarget>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    #[serde(flatten)]
    kind: Kind,
    path: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct PackageTarget {
    name: String,
    kind: Vec<String>,
    src_path: PathBuf,
}

/// The cargo that has started this, else the one of the path.
pub(super) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))
}

impl Plan {
    /// Asks cargo. No network is needed.
    ///
    /// # Errors
    /// There is no package, or cargo cannot read it.
    pub(super) fn find(root: &Path, program: &Path) -> Result<Self, PlanError> {
        let manifest = root
            .ancestors()
            .map(|folder| folder.join("Cargo.toml"))
            .find(|manifest| manifest.is_file())
            .ok_or_else(|| PlanError::NoManifest(root.to_owned()))?;
        let metadata = Metadata::read(&manifest, &["--no-deps"])?;
        let package = metadata
            .package(&manifest)
            .ok_or_else(|| PlanError::NoTarget(manifest.clone()))?;
        let place = Place::of(program, &metadata.target_directory);
        let target = package
            .target(program, &place)
            .ok_or_else(|| PlanError::NoTarget(manifest.clone()))?;
        let sources = metadata.sources(&manifest)?;
        Ok(Self {
            manifest,
            target,
            options: place.options,
            sources,
        })
    }

    /// The same after an edit of a manifest. The options stay: what the place of a later binary
    /// says may be what it was asked for by further arguments.
    ///
    /// # Errors
    /// As those of [`find`](Self::find).
    pub(super) fn renewed(&self, root: &Path, program: &Path) -> Result<Self, PlanError> {
        Ok(Self {
            options: self.options.clone(),
            ..Self::find(root, program)?
        })
    }
}

impl Metadata {
    fn read(manifest: &Path, options: &[&str]) -> Result<Self, PlanError> {
        let mut command = Command::new(cargo());
        command
            .args(["metadata", "--format-version", "1"])
            .args(options)
            .arg("--manifest-path")
            .arg(manifest);
        serde_json::from_slice(&said(command)?).map_err(|error| PlanError::Cargo(error.to_string()))
    }

    /// The packages on this machine that a package is made of, those among them that stand in for
    /// others (`[patch]`, also in cargo's own settings). They are known where all packages are here.
    fn resolved(manifest: &Path) -> Option<Vec<Package>> {
        let mut command = Command::new(cargo());
        command.arg("-vV");
        let version = String::from_utf8(said(command).ok()?).ok()?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))?;
        // Those of other platforms need not be here.
        let metadata = Self::read(manifest, &["--offline", "--filter-platform", host]).ok()?;
        let mut next = vec![metadata.package(manifest)?.id.clone()];
        let nodes = metadata.resolve?.nodes;
        let mut used = BTreeSet::new();
        while let Some(id) = next.pop() {
            let node = nodes.iter().find(|node| node.id == id);
            if used.insert(id) {
                let deps = node.into_iter().flat_map(|node| &node.deps);
                let built = deps.filter(|dep| dep.dep_kinds.iter().any(Kind::is_built));
                next.extend(built.map(|dep| dep.pkg.clone()));
            }
        }
        let is_used = |package: &Package| package.source.is_none() && used.contains(&package.id);
        Some(metadata.packages.into_iter().filter(is_used).collect())
    }

    fn package(&self, manifest: &Path) -> Option<&Package> {
        let is_it = |package: &&Package| is_same(&package.manifest_path, manifest);
        self.packages.iter().find(is_it)
    }

    /// The sources of a package of the workspace, and of all that it depends on by a path.
    fn sources(&self, manifest: &Path) -> Result<Sources, PlanError> {
        let mut sources = Sources::default();
        for name in ["Cargo.toml", "Cargo.lock"] {
            sources.files.insert(real(&self.workspace_root.join(name)));
        }
        let mut seen = BTreeSet::new();
        let mut next = vec![manifest.to_owned()];
        while let Some(manifest) = next.pop() {
            if !seen.insert(real(&manifest)) {
                continue;
            }
            // A package outside of the workspace belongs to another one.
            let other;
            let package = match self.package(&manifest) {
                Some(package) => package,
                None => {
                    other = Self::read(&manifest, &["--no-deps"])?;
                    match other.package(&manifest) {
                        Some(package) => package,
                        None => continue,
                    }
                }
            };
            package.add_to(&mut sources);
            let paths = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind.is_built())
                .filter_map(|dependency| dependency.path.as_ref());
            next.extend(paths.map(|path| path.join("Cargo.toml")));
        }
        for package in Self::resolved(manifest).unwrap_or_default() {
            package.add_to(&mut sources);
        }
        Ok(sources)
    }
}

impl Kind {
    /// Whether the package itself needs it, and not only its tests.
    fn is_built(&self) -> bool {
        self.kind.as_deref() != Some("dev")
    }
}

/// What cargo says.
fn said(mut command: Command) -> Result<Vec<u8>, PlanError> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| PlanError::Cargo(error.to_string()))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(PlanError::Cargo(said))
}

impl Package {
    fn add_to(&self, sources: &mut Sources) {
        let folder = self.manifest_path.parent().map(real).unwrap_or_default();
        sources.files.insert(folder.join("Cargo.toml"));
        sources.trees.insert(folder.join("src"));
        for target in &self.targets {
            let is_not_run = ["test", "bench"]
                .iter()
                .any(|kind| target.kind.iter().any(|other| other == kind));
            let path = real(&target.src_path);
            match path.parent() {
                _ if is_not_run => {}
                // All that lies beside the manifest would be too much.
                Some(parent) if parent == folder => {
                    sources.files.insert(path);
                }
                Some(parent) => {
                    sources.trees.insert(parent.to_owned());
                }
                None => {}
            }
        }
    }

    /// The target that the program was built of: the one of its name, else the first binary.
    fn target(&self, program: &Path, place: &Place) -> Option<Target> {
        let stem = program.file_stem()?.to_string_lossy();
        let of_kind = |kind: &'static str| {
            self.targets
                .iter()
                .filter(move |target| target.kind.iter().any(|other| other == kind))
                .map(move |target| Target {
                    name: target.name.clone(),
                    kind,
                })
        };
        let kind = if place.is_example { "example" } else { "bin" };
        of_kind(kind)
            .find(|target| target.name == stem)
            .or_else(|| of_kind("bin").next())
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || real(one) == real(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn sources_are_those_of_path_dependencies_too() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/hello");
        let root = root.canonicalize().unwrap();
        let program = Path::new("/elsewhere/hello");
        let plan = Plan::find(&root.join("template"), program).unwrap();
        assert_eq!(plan.target.name, "hello");
        assert_eq!(plan.manifest, root.join("Cargo.toml"));
        let workspace = root.join("../..").canonicalize().unwrap();
        for (path, is_one) in [
            ("examples/hello/src/main.rs", true),
            ("examples/hello/src/controller/new.rs", true),
            ("examples/hello/src/.main.rs.swp", false),
            ("examples/hello/src/main.rs~", false),
            ("examples/hello/src/#main.rs#", false),
            ("examples/hello/build.rs", true),
            ("examples/hello/Cargo.toml", true),
            ("examples/hello/template/hello.html", false),
            ("examples/hello/config/routes/hello.yaml", false),
            ("kalgan/src/lib.rs", true),
            ("kalgan-core/src/lib.rs", true),
            ("kalgan/tests/ui.rs", false),
            ("examples/museum/src/main.rs", false),
            ("Cargo.toml", true),
            ("Cargo.lock", true),
        ] {
            assert_eq!(plan.sources.has(&workspace.join(path)), is_one, "{path}");
        }
    }

    /// A package of the registry that is here under another path, named by nobody's dependencies.
    #[test]
    fn what_stands_in_for_a_package_is_a_source() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let write = |package: &str, manifest: &str| {
            let folder = root.join(package);
            std::fs::create_dir_all(folder.join("src")).unwrap();
            let manifest = format!("[package]\nedition = \"2024\"\n{manifest}");
            std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
            std::fs::write(folder.join("src/lib.rs"), "").unwrap();
        };
        write(
            "app",
            "name = \"app\"\n[workspace]\n[dependencies]\nmiddle = { path = \"../middle\" }\n\
             [dev-dependencies]\nmemchr = \"2\"\n[patch.crates-io]\n\
             itoa = { path = \"../fork\" }\nmemchr = { path = \"../test\" }\n",
        );
        std::fs::write(root.join("app/src/main.rs"), "fn main() {}").unwrap();
        write(
            "middle",
            "name = \"middle\"\n[dependencies]\nitoa = \"1\"\n",
        );
        write("fork", "name = \"itoa\"\nversion = \"1.99.0\"\n");
        write("test", "name = \"memchr\"\nversion = \"2.99.0\"\n");
        let plan = Plan::find(&root.join("app"), Path::new("/elsewhere/app")).unwrap();
        for (path, is_one) in [
            ("app/src/main.rs", true),
            ("middle/src/lib.rs", true),
            ("fork/src/lib.rs", true),
            ("fork/Cargo.toml", true),
            ("test/src/lib.rs", false),
        ] {
            assert_eq!(plan.sources.has(&root.join(path)), is_one, "{path}");
        }
    }

    #[test]
    fn a_manifest_that_is_edited_meanwhile_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["Cargo.toml", "Cargo.lock", "build.rs"] {
            std::fs::write(path(name), "").unwrap();
        }
        let sources = |names: &[&str]| Sources::at(names.iter().map(|name| path(name)));
        let (now, later) = (
            SystemTime::now(),
            SystemTime::now() + Duration::from_secs(60),
        );
        let all = sources(&["Cargo.toml", "Cargo.lock", "build.rs"]);
        assert!(all.have_new_manifest(now));
        assert!(!all.have_new_manifest(later));
        // These name no sources.
        assert!(!sources(&["Cargo.lock", "build.rs"]).have_new_manifest(now));
    }

    #[test]
    fn the_options_stay_as_they_were() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/hello");
        let target = Metadata::read(&root.join("Cargo.toml"), &["--no-deps"])
            .unwrap()
            .target_directory;
        let fast = target.join("fast/hello");
        let plan = Plan::find(&root, &fast).unwrap();
        assert_eq!(plan.options, ["--profile", "fast"]);
        let plan = Plan::find(&root, &target.join("debug/hello")).unwrap();
        assert_eq!(plan.renewed(&root, &fast).unwrap(), plan);
    }

    #[test]
    fn without_a_package_it_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let error = Plan::find(folder.path(), Path::new("/x")).unwrap_err();
        assert!(matches!(error, PlanError::NoManifest(_)), "{error}");
        std::fs::write(folder.path().join("Cargo.toml"), "[package").unwrap();
        let error = Plan::find(folder.path(), Path::new("/x")).unwrap_err();
        assert!(matches!(error, PlanError::Cargo(_)), "{error}");
    }
}
