//! `kalgan new`: what it makes builds without a network, is clean, passes its own test, and works in
//! production.

use kalgan_tests::{
    BuildFailed, Launch, Profile, Server, Site, free_port, has_tool, kalgan_binary, skipped,
};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

const NAME: &str = "my-app";

/// The new app, for one test at a time.
fn app() -> (Site, MutexGuard<'static, Option<Site>>) {
    static SITE: Mutex<Option<Site>> = Mutex::new(None);
    let mut site = SITE.lock().unwrap_or_else(PoisonError::into_inner);
    let made = site.get_or_insert_with(|| Site::new_app(NAME, "new-app"));
    (made.clone(), site)
}

#[track_caller]
fn cargo(site: &Site, arguments: &str) {
    if let Err(BuildFailed(text)) = site.run_cargo(arguments) {
        panic!("cargo {arguments}:\n{text}");
    }
}

fn both_languages_answer(server: &Server) {
    let root = server
        .ask("GET", "/")
        .header("accept-language", "es")
        .send();
    assert_eq!(root.header("location"), "/es");
    let home = server.get("/en");
    home.expect(200, "<html lang=\"en\">");
    home.expect(200, "<h1>It works.</h1>");
    home.expect(200, ">My app</a>");
    let home = server.get("/es");
    home.expect(200, "<html lang=\"es\">");
    home.expect(200, "<h1>Funciona.</h1>");
    server.get("/en/nowhere").expect(404, "Nothing is here");
    for path in ["/static/app.css", "/static/favicon.svg"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
}

#[test]
fn it_builds_is_clean_and_answers() {
    let (site, _turn) = app();
    let build = site.build(Profile::Debug);
    let own = format!("warning: `{NAME}`");
    assert!(!build.messages().contains(&own), "{}", build.messages());
    cargo(&site, "fmt --check");
    let launch = build.launch().env("CARGO_MANIFEST_DIR", site.folder());
    let server = launch.serve();
    both_languages_answer(&server);
    // In development the names of the files lead to the editor.
    let home = server.get("/en");
    let link = format!(
        "href=\"vscode://file/{}/template/home.html\"",
        site.folder().display()
    );
    home.expect(200, &link);
    // What the page names is there.
    let mut named = 0;
    for path in home.text().split("</a>\n").filter_map(|text| {
        let (_, path) = text.rsplit_once('>')?;
        path.contains('/').then(|| path.to_owned())
    }) {
        assert!(site.folder().join(&path).is_file(), "{path}");
        named += 1;
    }
    assert_eq!(named, 7);
    server.stop_well();

    // All its pages have a compiled form, too.
    let check = build.launch();
    let check = check.arg("check").arg("--unused").arg("--compiled").run();
    assert_eq!(check.code, Some(0), "{check:?}");
    assert!(!check.stderr.contains("warning"), "{check:?}");
}

#[test]
fn clippy_and_its_own_test_pass() {
    let (site, _turn) = app();
    cargo(
        &site,
        "clippy --offline --all-targets --no-deps -- -D warnings",
    );
    cargo(&site, "test --offline");
}

#[test]
fn its_release_build_needs_nothing_but_itself() {
    let (site, _turn) = app();
    let build = site.build(Profile::Release);
    let folder = tempfile::tempdir().unwrap();
    let binary = folder.path().join("moved");
    std::fs::copy(build.binary(), &binary).unwrap();
    let server = Launch::new(&binary).in_folder(folder.path()).serve();
    both_languages_answer(&server);
    let home = server.get("/en");
    home.expect(200, "<code>template/home.html</code>");
    assert!(!home.has("vscode"));

    // What the Dockerfile asks a container's health with.
    if has_tool("bash", &["--version"]) {
        let health = health_check(&site);
        let port = server.address().port().to_string();
        let ask = |port: &str| {
            let mut bash = Command::new(&health[0]);
            bash.args(&health[1..]).env("KALGAN_SERVER__PORT", port);
            bash.output().unwrap().status.success()
        };
        assert!(ask(&port), "{health:?}");
        assert!(!ask(&free_port().to_string()), "{health:?}");
    } else {
        skipped("bash");
    }
    server.stop_well();
}

/// The arguments of the Dockerfile's HEALTHCHECK.
fn health_check(site: &Site) -> Vec<String> {
    let text = site.read("Dockerfile");
    let (_, after) = text.split_once("HEALTHCHECK").expect("it has one");
    let (_, after) = after.split_once("CMD ").expect("it has a command");
    let line = after.lines().next().expect("it is on a line");
    serde_json::from_str(line).expect("it is in the form of JSON")
}

#[test]
fn the_dockerfile_names_what_there_is() {
    let (site, _turn) = app();
    let text = site.read("Dockerfile");
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .collect();
    let stages: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("FROM "))
        .collect();
    assert_eq!(
        stages,
        ["rust:1-slim-trixie AS build", "debian:trixie-slim"]
    );
    // The build takes the whole folder, but for what .dockerignore names.
    assert!(lines.contains(&"COPY . ."));
    let ignored = site.read(".dockerignore");
    for needed in [
        "Cargo.toml",
        "Cargo.lock",
        "build.rs",
        "config",
        "src",
        "static",
        "template",
    ] {
        assert!(site.folder().join(needed).exists(), "{needed}");
        assert!(
            !ignored.lines().any(|line| line.trim_matches('/') == needed),
            "{needed}"
        );
    }
    assert!(!site.read(".gitignore").contains("Cargo.lock"));
    // What is built is what is copied, and what is started.
    for line in [
        String::from("cargo build --release --locked"),
        format!("COPY --from=build /build/target/release/{NAME} /usr/local/bin/{NAME}"),
        String::from("USER 65534:65534"),
        format!("CMD [\"{NAME}\"]"),
    ] {
        assert!(lines.contains(&line.as_str()), "{line} in\n{text}");
    }
}

#[test]
fn nginx_takes_its_site() {
    let debian = "/usr/sbin/nginx";
    let nginx = if Path::new(debian).exists() {
        debian
    } else {
        "nginx"
    };
    for (program, argument) in [(nginx, "-v"), ("openssl", "version")] {
        if !has_tool(program, &[argument]) {
            skipped(program);
            return;
        }
    }
    let (site, _turn) = app();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let made = Command::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        ])
        .args(["-subj", "/CN=my-app.example"])
        .args(["-keyout", &format!("{path}/key.pem")])
        .args(["-out", &format!("{path}/certificate.pem")])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let mut text = site.read("deploy/nginx.conf");
    for (times, old, new) in [
        (2, "listen 80", format!("listen 127.0.0.1:{}", free_port())),
        (2, "listen 443", format!("listen 127.0.0.1:{}", free_port())),
        (2, "/etc/ssl/my-app/", format!("{path}/")),
        (
            2,
            "server_name my-app.example;",
            String::from("server_name my-app.example;"),
        ),
    ] {
        assert_eq!(text.matches(old).count(), times, "{old} in\n{text}");
        text = text.replace(old, &new);
    }
    std::fs::write(folder.path().join("site.conf"), &text).unwrap();
    let around = format!(
        "pid {path}/nginx.pid;\nerror_log {path}/error.log;\nevents {{}}\n\
         http {{ access_log off; include {path}/site.conf; }}\n"
    );
    std::fs::write(folder.path().join("nginx.conf"), around).unwrap();
    let test = Command::new(nginx)
        .args(["-t", "-e", "stderr", "-c", "nginx.conf", "-p", path])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&test.stderr);
    assert!(test.status.success(), "{said}\n{text}");
    // A later nginx than Debian's 1.22 wants `http2 on`.
    let mut warnings = said.lines().filter(|line| line.contains("[warn]"));
    assert!(
        warnings.all(|line| line.contains("\"listen ... http2\" directive is deprecated")),
        "{said}"
    );
}

#[test]
fn the_command_line() {
    let kalgan = |arguments: &str| {
        let launch = Launch::new(&kalgan_binary());
        launch.args(arguments).run()
    };
    let help = kalgan("--help");
    assert_eq!(help.code, Some(0));
    assert!(help.stdout.contains("kalgan new NAME"), "{help:?}");
    let version = kalgan("--version");
    let expected = format!("kalgan {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(version.stdout, expected);
    // Cargo installs no pre-release that is not named.
    let install = format!(
        "`cargo install kalgan-cli --version {}`",
        env!("CARGO_PKG_VERSION")
    );
    for document in ["README.md", "docs/guide.md", "CHANGELOG.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(document);
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.contains(&install), "{install} in {document}");
    }
    for (line, code, why) in [
        ("nwe x", 2, "the commands are `new` and `help`"),
        ("new fn", 1, "it is a Rust keyword"),
        ("new x --path /usr", 1, "choose another one with `--path`"),
    ] {
        let ran = kalgan(line);
        assert_eq!(ran.code, Some(code), "{ran:?}");
        assert!(ran.stderr.contains(why), "{ran:?}");
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn a_repository_is_made_where_there_is_none() {
    if !has_tool("git", &["--version"]) {
        skipped("git");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let new = |name: &str| {
        let launch = Launch::new(&kalgan_binary()).in_folder(folder.path());
        let ran = launch.args("new").arg(OsStr::new(name)).run();
        assert_eq!(ran.code, Some(0), "{ran:?}");
        (ran.stdout, folder.path().join(name).join(".git").exists())
    };
    let (report, is_repository) = new("first");
    assert!(is_repository && report.contains("with a git repository"));
    let around = Command::new("git")
        .args(["init", "--quiet"])
        .current_dir(folder.path())
        .status();
    assert!(around.unwrap().success());
    let (report, is_repository) = new("second");
    assert!(!is_repository && !report.contains("git"), "{report}");
}
