//! Builds of copies.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::folders::{outer_target, repository, target};
use crate::process::Launch;
use crate::site::Site;

/// How to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// `cargo build`: the files are read at run time.
    Debug,
    /// `cargo build --release`: the files are in the binary.
    Release,
}

impl Profile {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Debug, Self::Release];

    fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

/// A build that succeeded.
#[derive(Clone, Debug)]
pub struct Build {
    binary: PathBuf,
    messages: String,
    is_fresh: bool,
}

/// A build that failed, with what cargo and the compiler said.
#[derive(Clone, Debug)]
pub struct BuildFailed(pub String);

impl Build {
    /// The binary, a copy that no later build replaces, unless it is of the same copy and profile.
    #[must_use]
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// What cargo and the compiler said.
    #[must_use]
    pub fn messages(&self) -> &str {
        &self.messages
    }

    /// Whether the app was not compiled, as nothing had changed since the last build.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.is_fresh
    }

    /// A start of the binary.
    #[must_use]
    pub fn launch(&self) -> Launch {
        Launch::new(&self.binary)
    }

    /// A start of its command `dev`, which builds as the tests do. Hold [`hold_builds`] while it
    /// runs: whoever else builds would hold it up.
    #[must_use]
    pub fn launch_dev(&self) -> Launch {
        let dev = self.launch().arg("dev").env("CARGO_NET_OFFLINE", "true");
        let settings = environment();
        settings
            .into_iter()
            .fold(dev, |dev, (name, value)| dev.env(name, value))
    }
}

impl Site {
    /// Builds the app.
    ///
    /// # Panics
    /// When the build fails.
    #[must_use]
    pub fn build(&self, profile: Profile) -> Build {
        match self.try_build(profile) {
            Ok(build) => build,
            Err(BuildFailed(messages)) => panic!("the app cannot be built:\n{messages}"),
        }
    }

    /// Builds the app, which may fail.
    ///
    /// # Errors
    /// What cargo and the compiler say.
    pub fn try_build(&self, profile: Profile) -> Result<Build, BuildFailed> {
        let _turn = turn();

        let mut output = self.cargo(profile, true);
        let mut messages = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() && messages.contains("--offline") {
            // Something is not on this machine yet.
            output = self.cargo(profile, false);
            messages = String::from_utf8_lossy(&output.stderr).into_owned();
        }
        if !output.status.success() {
            return Err(BuildFailed(messages));
        }
        let artifacts = json_lines(&output.stdout);
        let artifact = artifacts
            .iter()
            .find(|artifact| artifact["executable"].is_string())
            .unwrap_or_else(|| panic!("cargo made no binary:\n{messages}"));
        let built = artifact["executable"].as_str().expect("a path is text");
        let binary = self
            .workspace()
            .join("binaries")
            .join(profile.name())
            .join(self.package());
        place(Path::new(built), &binary);
        Ok(Build {
            binary,
            messages,
            is_fresh: artifact["fresh"] == true,
        })
    }

    fn cargo(&self, profile: Profile, is_offline: bool) -> Output {
        let mut command = command(self.workspace());
        command.args(["build", "--message-format=json-render-diagnostics"]);
        if profile == Profile::Release {
            command.arg("--release");
        }
        if is_offline {
            command.arg("--offline");
        }
        command.output().expect("cargo can be started")
    }

    /// Builds the app, with arguments for cargo that spaces separate and environment variables, whether
    /// it can be built or not. It gives what the compiler says, in cargo's format of JSON.
    #[must_use]
    pub fn diagnostics(&self, arguments: &str, variables: &[(&str, &Path)]) -> Vec<Value> {
        let _turn = turn();
        let mut command = command(self.workspace());
        command
            .args(["build", "--offline", "--message-format=json"])
            .args(arguments.split(' '))
            .envs(variables.iter().copied());
        let output = command.output().expect("cargo can be started");
        let mut messages = json_lines(&output.stdout);
        messages.retain(|message| message["reason"] == "compiler-message");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!messages.is_empty(), "cargo says nothing but:\n{said}");
        messages
    }

    /// Runs cargo for the app, without a network, with arguments that spaces separate. It gives what
    /// cargo said.
    ///
    /// # Errors
    /// It failed, and this is what it said.
    pub fn run_cargo(&self, arguments: &str) -> Result<String, BuildFailed> {
        let _turn = turn();
        run(command(self.workspace()).args(arguments.split(' ')))
    }
}

/// The repository's own binary `kalgan`.
///
/// # Panics
/// When it cannot be built.
#[must_use]
pub fn kalgan_binary() -> PathBuf {
    let _turn = turn();
    let arguments = "build --package kalgan-cli --offline";
    let mut command = clean(repository());
    command
        .args(arguments.split(' '))
        .env("CARGO_TARGET_DIR", outer_target());
    if let Err(BuildFailed(messages)) = run(&mut command) {
        panic!("`kalgan` cannot be built:\n{messages}");
    }
    outer_target().join("debug/kalgan")
}

/// A tree of the repository's dependencies, by `cargo tree` with arguments that spaces separate.
pub(crate) fn tree(arguments: &str) -> String {
    let mut command = clean(repository());
    command.arg("tree").args(arguments.split(' '));
    let output = command.output().expect("cargo can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo tree {arguments}:\n{said}");
    String::from_utf8(output.stdout).expect("names of crates are ASCII")
}

/// Keeps all builds of copies waiting while it lives.
#[derive(Debug)]
pub struct NoBuilds(#[expect(dead_code, reason = "it is held")] MutexGuard<'static, ()>);

/// Waits for the builds of copies that are under way, and keeps others from beginning: for a test
/// of an app that calls cargo itself.
#[must_use]
pub fn hold_builds() -> NoBuilds {
    NoBuilds(turn())
}

/// The copies' binaries have the same place until they are copied.
fn turn() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

fn json_lines(output: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(output)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

fn run(command: &mut Command) -> Result<String, BuildFailed> {
    let output = command.output().expect("cargo can be started");
    let text = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    let text = text.concat();
    if output.status.success() {
        Ok(text)
    } else {
        Err(BuildFailed(text))
    }
}

/// How cargo builds the copies.
fn environment() -> Vec<(&'static str, OsString)> {
    // Most of a release build's time goes into speed, which is not what is tested. Macros and build
    // scripts are compiled as all else is, so that what they share with the app is compiled once.
    let release = [
        "CARGO_PROFILE_RELEASE_OPT_LEVEL",
        "CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_OPT_LEVEL",
    ];
    let mut variables: Vec<_> = release.map(|name| (name, OsString::from("1"))).into();
    variables.extend([
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16".into()),
        (
            "CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_CODEGEN_UNITS",
            "16".into(),
        ),
        ("CARGO_PROFILE_RELEASE_LTO", "off".into()),
        // What it keeps would take more room than all else, and is hardly ever used again.
        ("CARGO_INCREMENTAL", "0".into()),
        ("CARGO_TARGET_DIR", target().into()),
        ("CARGO_BUILD_BUILD_DIR", outer_target().into()),
    ]);
    variables
}

/// A cargo in a folder that builds as the copies are built.
fn command(folder: &Path) -> Command {
    let mut command = clean(folder);
    command.envs(environment());
    command
}

/// A cargo in a folder, with nothing of the one that runs the tests.
fn clean(folder: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(folder).stdin(Stdio::null());
    // What the cargo that runs the tests has set for them is not for this one.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let is_outer = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "KALGAN_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
            || [
                "CARGO_BUILD_TARGET",
                "CARGO_ENCODED_RUSTFLAGS",
                "RUSTFLAGS",
                "RUSTC_WRAPPER",
                "RUSTC_WORKSPACE_WRAPPER",
            ]
            .contains(&name.as_ref());
        if is_outer {
            command.env_remove(name.as_ref());
        }
    }
    command
}

/// Puts a binary to another place. A link is better than a copy: a process that is started while
/// another thread writes a program inherits the open file, and the system starts no program that is
/// open for writing.
pub(crate) fn place(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().expect("a binary lies in a folder")).expect("it can be made");
    let _ = fs::remove_file(to);
    fs::hard_link(from, to)
        .or_else(|_| fs::copy(from, to).map(drop))
        .unwrap_or_else(|error| panic!("{} cannot be copied: {error}", from.display()));
}
