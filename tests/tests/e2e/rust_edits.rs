//! `myapp dev`: after an edit of Rust the server is another one, and no request notices more than
//! that. The tests take turns, since each builds the same copy.

use crate::dev_pages::Listener;
use crate::hello;
use kalgan_tests::{
    Launch, NoBuilds, Profile, Server, Signal, Site, free_port, hold_builds, wait_for,
};
use rustix::process::{Pid, test_kill_process};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

const CONTROLLER: &str = "src/controller.rs";

/// A controller that says its version, and in which process it is.
fn controller(version: &str) -> String {
    format!(
        "use kalgan::prelude::*;\n\n\
         pub async fn hello(Path(name): Path<String>) -> Response {{\n    \
             if name == \"crash\" {{\n        std::process::exit(3);\n    }}\n    \
             kalgan::response::text(format!(\"{version} {{}} {{name}}\", std::process::id()))\n\
         }}\n"
    )
}

struct Turn {
    site: Site,
    launch: Launch,
    _builds: NoBuilds,
    _turn: MutexGuard<'static, ()>,
}

impl Turn {
    /// A copy of the smallest app, built, with the version `one`.
    fn take() -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let site = Site::of_example("hello", "rust-edits");
        // A name of its own, as other tests build others of that name in the same folder.
        site.replace("Cargo.toml", "name = \"hello\"", "name = \"rust-edits\"");
        site.write(CONTROLLER, &controller("one"));
        let build = site.build(Profile::Debug);
        let launch = build.launch_dev();
        Self {
            site,
            launch,
            // From here on the app builds, and whoever held cargo's lock would hold it up.
            _builds: hold_builds(),
            _turn: turn,
        }
    }

    fn serve(&self) -> Server {
        self.launch.clone().serve()
    }
}

/// The version and the process that answer.
#[track_caller]
fn ask(server: &Server) -> (String, Pid) {
    let answer = server.get("/x");
    answer.expect(200, " x");
    let text = answer.text();
    let (version, rest) = text.split_once(' ').unwrap();
    let id = rest.split(' ').next().unwrap().parse().unwrap();
    (version.to_owned(), Pid::from_raw(id).unwrap())
}

fn wait_for_version(server: &Server, version: &str) -> Pid {
    wait_for(&format!("version {version}"), || {
        let (now, id) = ask(server);
        (now == version).then_some(id)
    })
}

fn wait_for_end(id: Pid) {
    wait_for("the end of a process", || test_kill_process(id).err());
}

fn wait_for_port(address: SocketAddr) {
    wait_for("the port to be free", || TcpListener::bind(address).ok());
}

/// How many times a text was said on the standard error.
fn said(server: &Server, part: &str) -> usize {
    server.stderr().lines_with(part).len()
}

#[test]
fn no_request_is_lost_while_the_server_is_replaced() {
    let turn = Turn::take();
    let server = turn.serve();
    let (version, first) = ask(&server);
    assert_eq!(version, "one");
    let is_over = AtomicBool::new(false);
    let (second, answers) = std::thread::scope(|scope| {
        let hammer = scope.spawn(|| {
            let mut answers = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                // Each has a connection of its own.
                let answer = server.ask("GET", "/x").try_send();
                answers.push(answer.map(|answer| (answer.status, answer.text())));
            }
            answers
        });
        turn.site.write(CONTROLLER, &controller("two"));
        let second = wait_for("the new server", || {
            let answer = server.ask("GET", "/x").try_send().ok()?;
            let text = answer.text();
            let id = text.strip_prefix("two ")?.split(' ').next()?.parse().ok()?;
            Pid::from_raw(id)
        });
        wait_for_end(first);
        is_over.store(true, Ordering::Relaxed);
        (second, hammer.join().unwrap())
    });
    assert_ne!(first, second);
    let mut seen = [false; 2];
    for answer in &answers {
        let (status, text) = answer.as_ref().expect("every request is answered");
        assert_eq!(*status, 200, "{text}");
        let is_new = text.starts_with("two ");
        assert!(is_new || text.starts_with("one "), "{text}");
        seen[usize::from(is_new)] = true;
    }
    assert_eq!(seen, [true; 2], "{} answers", answers.len());

    // Ctrl-C ends all of it.
    let address = server.address();
    server.signal(Signal::INT);
    let ran = server.wait();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    wait_for_end(second);
    wait_for_port(address);
}

#[test]
fn a_broken_edit_leaves_the_server_as_it_is() {
    let turn = Turn::take();
    let server = turn.serve();
    let (_, first) = ask(&server);

    turn.site.append(CONTROLLER, "nonsense\n");
    let _ = server.stderr().line_with("the build has failed");
    assert!(said(&server, "error: could not compile") >= 1);
    assert_eq!(ask(&server), (String::from("one"), first));

    // What gives the same binary starts nothing anew.
    let builds = said(&server, "Finished");
    turn.site.write(CONTROLLER, &controller("one"));
    wait_for("the build", || {
        (said(&server, "Finished") > builds).then_some(())
    });
    // Nor do templates, which are live.
    turn.site.append("template/hello.html", "<!-- new -->\n");

    turn.site.write(CONTROLLER, &controller("two"));
    let second = wait_for_version(&server, "two");
    wait_for_end(first);
    // Each start is in the log, which may come after the first answer.
    wait_for("the line of each start", || {
        (server.log().lines_with(" at http://").len() >= 2).then_some(())
    });
    assert_eq!(server.log().lines_with(" at http://").len(), 2);

    // A new server that does not come up replaces nothing.
    let main = turn.site.read("src/main.rs");
    let ends = "mod controller;\n\n#[kalgan::app]\nasync fn main(_: kalgan::App) -> \
                kalgan::Result<()> {\n    Ok(())\n}\n";
    turn.site.write("src/main.rs", ends);
    let _ = server.stderr().line_with("before it took connections");
    assert_eq!(ask(&server), (String::from("two"), second));
    // In this order no build between the two edits gives a server that is there for a moment.
    turn.site.write(CONTROLLER, &controller("three"));
    turn.site.write("src/main.rs", &main);
    let third = wait_for_version(&server, "three");
    // Until it has ended the old server takes connections as well.
    wait_for_end(second);

    // One that ends by itself is started by the next edit, be it of a template, and who asks
    // meanwhile waits.
    assert!(server.ask("GET", "/crash").try_send().is_err());
    let _ = server
        .stderr()
        .line_with("the app has ended (exit status: 3)");
    wait_for_end(third);
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| ask(&server).0);
        turn.site.append("template/hello.html", "<!-- newer -->\n");
        assert_eq!(waits.join().unwrap(), "three");
    });

    let (_, fourth) = ask(&server);
    let address = server.address();
    server.stop_well();
    wait_for_end(fourth);
    wait_for_port(address);
}

#[test]
fn an_edit_of_a_manifest_changes_what_is_built() {
    let turn = Turn::take();
    let server = turn.serve();
    turn.site
        .replace("Cargo.toml", "\"rust-edits\"", "\"rust-edits-2\"");
    turn.site.write(CONTROLLER, &controller("two"));
    let _ = wait_for_version(&server, "two");

    // A package that is new to it is watched even though it does not compile.
    turn.site.write(
        "lib/Cargo.toml",
        "[package]\nname = \"rust-edits-lib\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    turn.site.write("lib/src/lib.rs", "nonsense\n");
    turn.site.replace(
        "Cargo.toml",
        "[dependencies]\n",
        "[dependencies]\nrust-edits-lib = { path = \"lib\" }\n",
    );
    let _ = server
        .stderr()
        .line_with("could not compile `rust-edits-lib`");
    turn.site.write(CONTROLLER, &controller("three"));
    wait_for("the second failure", || {
        (said(&server, "the build has failed") >= 2).then_some(())
    });
    turn.site.write("lib/src/lib.rs", "");
    let _ = wait_for_version(&server, "three");
    server.stop_well();
}

/// A `main` that leaves its process's id and waits for a file before it serves.
const WAITS: &str = "\
mod controller;

#[kalgan::app]
async fn main(app: kalgan::App) -> kalgan::Result<()> {
    let folder = std::path::Path::new(env!(\"CARGO_MANIFEST_DIR\"));
    std::fs::write(folder.join(\"started\"), std::process::id().to_string())?;
    while !folder.join(\"gate\").exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    app.run().await
}
";

#[test]
fn a_server_that_starts_slowly_is_told_of_and_told() {
    let turn = Turn::take();
    let server = turn.serve();
    let (_, first) = ask(&server);
    turn.site.write("src/main.rs", WAITS);
    let _ = server.stderr().line_with("has taken no connections for");
    assert_eq!(ask(&server).1, first);
    // It takes over although the sources are broken by now, and says so.
    turn.site.append(CONTROLLER, "nonsense\n");
    let _ = server.stderr().line_with("the build has failed");
    turn.site.write("gate", "");
    wait_for_end(first);
    let mut page = Listener::of(&server);
    let failure = "\"failure\":{\"compiles\":false,";
    while !page.next("data: ").unwrap().contains(failure) {}

    // The process that serves is gone while another one still waits: that one ends, too.
    let (_, second) = ask(&server);
    turn.site.remove("gate");
    turn.site.write(CONTROLLER, &controller("two"));
    let third = wait_for("the next server", || {
        let id = turn.site.read("started").parse().ok()?;
        Pid::from_raw(id).filter(|id| *id != second)
    });
    let address = server.address();
    server.signal(Signal::KILL);
    let _ = server.wait();
    wait_for_end(third);
    wait_for_port(address);
}

#[test]
fn the_child_does_not_outlive_a_parent_that_is_killed() {
    let turn = Turn::take();
    let server = turn.serve();
    let (_, child) = ask(&server);
    let address = server.address();
    server.signal(Signal::KILL);
    let _ = server.wait();
    wait_for_end(child);
    wait_for_port(address);
}

#[test]
fn what_keeps_it_from_starting_is_said() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let dev = hello(Profile::Debug).launch().arg("dev");
    let ran = dev.args(&format!("--port {port}")).run();
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("another program listens"), "{ran:?}");

    // No edit would mend it.
    let dev = hello(Profile::Debug).launch().arg("dev");
    let ran = dev.env("KALGAN_SERVER__PORT", "abc").run();
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("KALGAN_SERVER__PORT"), "{ran:?}");

    let dev = hello(Profile::Release).launch().arg("dev");
    let ran = dev.args(&format!("--port {}", free_port())).run();
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("a release build"), "{ran:?}");
}
