//! A release binary carries its site: moved away from the sources, which are deleted, it serves the
//! same as before.

use crate::museum::{Likeness, compare, routes_in_log};
use crate::{hello, museum, without_extras};
use kalgan_tests::{Launch, Profile, Server, Site, has_tool, skipped};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tempfile::TempDir;

/// Where the static files of a moved museum are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StaticFiles {
    Embedded,
    OnDisk,
}

/// A release binary alone in a folder, its sources gone.
struct Moved {
    folder: TempDir,
    /// Where the sources were.
    sources: PathBuf,
}

impl Moved {
    fn museum(files: StaticFiles) -> Self {
        // Both copies have one label, so that they are compiled with the same dependencies once.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(|e| e.into_inner());
        let site = Site::of_example("museum", "museum-moved");
        let settings = site.read("config/app/app.yaml");
        let without: String = settings
            .lines()
            .filter(|line| !line.trim_start().starts_with("embed:"))
            .map(|line| format!("{line}\n"))
            .collect();
        let embed = files == StaticFiles::Embedded;
        site.write(
            "config/app/app.yaml",
            &without.replacen("\nstatic:\n", &format!("\nstatic:\n  embed: {embed}\n"), 1),
        );
        assert!(site.read("config/app/app.yaml").contains("embed:"));
        let binary = site.build(Profile::Release).binary().to_owned();

        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let moved = Self {
            sources: site.folder().to_owned(),
            folder,
        };
        std::fs::copy(binary, moved.binary()).expect("the binary can be copied");
        if files == StaticFiles::OnDisk {
            let (from, to) = (site.folder().join("static"), moved.root().join("static"));
            for file in kalgan_tests::files_below(&from) {
                let to = to.join(&file);
                std::fs::create_dir_all(to.parent().expect("it is in a folder")).expect("made");
                std::fs::copy(from.join(file), to).expect("a static file can be copied");
            }
        }
        site.delete();
        moved
    }

    fn binary(&self) -> PathBuf {
        self.folder.path().join("museum")
    }

    /// A folder beside the binary's, for the variant with files on disk.
    fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn launch(&self) -> Launch {
        Launch::new(&self.binary()).in_folder(self.folder.path())
    }
}

#[test]
fn with_embedded_files_it_serves_everything_from_an_empty_folder() {
    let moved = Moved::museum(StaticFiles::Embedded);
    assert_eq!(
        kalgan_tests::files_below(moved.folder.path()),
        BTreeSet::from([PathBuf::from("museum")])
    );
    let server = moved.launch().serve();
    assert!(server.log().text().contains("its files are in the binary"));

    let development = without_extras(museum(Profile::Debug)).serve();
    compare(&server, &development, Likeness::Modes);
    development.stop_well();
    every_route_was_asked(&moved.launch(), &server);
    server.stop_well();

    let server = moved.launch().serve();
    let production = museum(Profile::Debug)
        .env("KALGAN_ENVIRONMENT__IS_PROD", "true")
        .serve();
    compare(&server, &production, Likeness::Exact);
    production.stop_well();
    server.stop_well();
}

/// The list of requests is not worth much if it leaves a route out.
fn every_route_was_asked(launch: &Launch, server: &Server) {
    let table = launch.clone().arg("routes").run();
    assert_eq!(table.code, Some(0), "{}", table.stderr);
    let names: BTreeSet<String> = table
        .stdout
        .lines()
        .skip(1)
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect();
    assert_eq!(routes_in_log(server), names);
}

#[test]
fn with_files_on_disk_it_serves_them_from_the_root_that_it_is_told() {
    let moved = Moved::museum(StaticFiles::OnDisk);
    let server = moved.launch().env("KALGAN_ROOT", moved.root()).serve();
    let production = museum(Profile::Debug)
        .env("KALGAN_ENVIRONMENT__IS_PROD", "true")
        .serve();
    compare(&server, &production, Likeness::Exact);
    server.stop_well();

    // Without being told it looks in the working directory.
    let server = moved.launch().in_folder(&moved.root()).serve();
    assert_eq!(server.get("/static/app.css").status, 200);
    server.stop_well();
    let server = moved.launch().serve();
    assert_eq!(server.get("/static/app.css").status, 404);
    assert_eq!(server.get("/en").status, 200);
    server.stop_well();
}

#[test]
fn hello_needs_nothing_but_its_binary() {
    let folder = tempfile::tempdir().unwrap();
    let binary = folder.path().join("renamed");
    std::fs::copy(hello(Profile::Release).binary(), &binary).unwrap();
    let server = Launch::new(&binary).in_folder(folder.path()).serve();
    server.get("/Ann").expect(200, "<h1>Hello Ann</h1>");
    server.stop_well();
}

#[test]
fn a_debug_binary_reads_the_folder_that_cargo_runs_it_in() {
    let site = Site::of_example("hello", "hello-renamed");
    let build = site.build(Profile::Debug);
    let renamed = site.workspace().join("renamed");
    std::fs::rename(site.folder(), &renamed).unwrap();
    let page = renamed.join("template/hello.html");
    let text = std::fs::read_to_string(&page).unwrap() + "<!-- renamed -->";
    std::fs::write(&page, text).unwrap();

    // As `cargo run` does there; it compiles nothing, as nothing has changed.
    let server = build
        .launch()
        .env("CARGO_PKG_NAME", "hello")
        .env("CARGO_MANIFEST_DIR", &renamed)
        .serve();
    server.get("/Ann").expect(200, "<!-- renamed -->");
    server.stop_well();

    // Alone, or as a child of another package's program, it can only say so.
    let ran = build
        .launch()
        .env("CARGO_PKG_NAME", "other")
        .env("CARGO_MANIFEST_DIR", &renamed)
        .run();
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let folder = site.folder().display();
    let message = format!("there are no files of an app in `{folder}`");
    assert!(ran.stderr.contains(&message), "{ran:?}");
    assert!(ran.stderr.contains("`cargo run`"), "{ran:?}");
    std::fs::rename(&renamed, site.folder()).unwrap();
}

#[test]
fn the_system_sees_no_file_of_the_site_being_opened() {
    let strace = OsStr::new("strace");
    if !has_tool("strace", &["-f", "-o", "/dev/null", "true"]) {
        skipped("strace, and the right to trace processes");
        return;
    }
    let moved = Moved::museum(StaticFiles::Embedded);
    let trace = Trace::of(strace, &moved, moved.launch());
    let paths: Vec<String> = crate::museum::pages()
        .into_iter()
        .map(|(path, _)| path)
        .chain(crate::museum::static_files())
        .collect();
    assert!(paths.len() >= 100);
    for path in paths.iter().take(90).chain(paths.iter().rev().take(10)) {
        let _ = trace.server.get(path);
    }
    let (opened, _) = trace.finish();
    let own: Vec<&String> = opened.iter().filter(|path| moved.is_own(path)).collect();
    println!(
        "strace: {} openat calls in all, {} of the app's files",
        opened.len(),
        own.len()
    );
    assert!(!opened.is_empty(), "a process opens its libraries at least");
    assert_eq!(own, [""; 0]);

    // The same eyes do see the files that are on disk.
    let moved = Moved::museum(StaticFiles::OnDisk);
    let launch = moved.launch().env("KALGAN_ROOT", moved.root());
    let trace = Trace::of(strace, &moved, launch);
    assert_eq!(trace.server.get("/static/app.css").status, 200);
    let (opened, text) = trace.finish();
    assert!(opened.iter().any(|path| moved.is_own(path)), "{text}");
}

impl Moved {
    /// Whether a path is that of a file of the site, wherever it is looked for.
    fn is_own(&self, path: &str) -> bool {
        let path = Path::new(path);
        let names = ["config", "template", "i18n", "static"];
        path.starts_with(&self.sources)
            || path
                .iter()
                .any(|part| names.iter().any(|name| part == OsStr::new(name)))
            || path.extension().is_some_and(|end| {
                ["yaml", "yml", "html", "css", "svg"]
                    .iter()
                    .any(|e| end == OsStr::new(e))
            })
    }
}

/// A server whose openings of files are recorded.
struct Trace {
    server: Server,
    file: PathBuf,
}

impl Trace {
    fn of(strace: &OsStr, moved: &Moved, launch: Launch) -> Self {
        let file = moved.folder.path().with_extension("trace");
        let options = [
            "-D",
            "-f",
            "-q",
            "-s",
            "4096",
            "-e",
            "trace=open,openat,openat2",
        ];
        let mut arguments: Vec<&OsStr> = options.iter().map(OsStr::new).collect();
        arguments.extend([OsStr::new("-o"), file.as_os_str()]);
        let strace = strace.to_str().expect("the name is ASCII");
        Self {
            server: launch.under(strace, &arguments).serve(),
            file,
        }
    }

    /// The paths that were opened, or tried to be, and the whole record.
    fn finish(self) -> (Vec<String>, String) {
        let first = self.server.id().to_string();
        self.server.stop_well();
        // The tracer notes the end of the process that it was started with as the last thing.
        let text = kalgan_tests::wait_for("the end of the trace", || {
            let text = std::fs::read_to_string(&self.file).ok()?;
            let is_end = |line: &str| line.starts_with(&first) && line.contains("+++ exited");
            text.lines().any(is_end).then_some(text)
        });
        let _ = std::fs::remove_file(&self.file);
        let opened = text
            .lines()
            .filter(|line| line.contains(" open"))
            .filter_map(|line| line.split('"').nth(1).map(str::to_owned))
            .collect();
        (opened, text)
    }
}
