//! `cargo build --release` sees every file of the site that is new, changed, renamed or deleted,
//! without a Rust file being touched; and does nothing where nothing has changed.

use kalgan_tests::{Build, BuildFailed, Profile, Server, Site};
use std::sync::{Mutex, MutexGuard};

/// A copy of the app that shows what its binary carries. One test at a time has it, as it was.
fn mirror() -> (Site, MutexGuard<'static, ()>) {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
    (Site::of_app("mirror", "mirror"), turn)
}

/// Builds the changed site, and starts it where it finds no files.
fn rebuilt(site: &Site) -> Server {
    let build = site.build(Profile::Release);
    assert!(!build.is_fresh(), "cargo saw no change");
    let server = build.launch().serve();
    let again = site.build(Profile::Release);
    assert!(again.is_fresh(), "cargo built again:\n{}", again.messages());
    server
}

#[test]
fn templates_come_change_move_and_go() {
    let (site, _turn) = mirror();
    let _ = site.build(Profile::Release);

    site.write("template/sub/two.html", "two");
    let server = rebuilt(&site);
    server.get("/template/sub%2Ftwo").expect(200, "two");
    server.get("/template/one").expect(200, "one");

    site.write("template/sub/two.html", "2 2");
    let server = rebuilt(&site);
    server.get("/template/sub%2Ftwo").expect(200, "2 2");

    site.rename("template/sub/two.html", "template/sub/zwei.html");
    let server = rebuilt(&site);
    server.get("/template/sub%2Fzwei").expect(200, "2 2");
    assert_eq!(server.get("/template/sub%2Ftwo").status, 500);

    site.remove("template/sub/zwei.html");
    let server = rebuilt(&site);
    assert_eq!(server.get("/template/sub%2Fzwei").status, 500);
    server.get("/template/one").expect(200, "one");
}

#[test]
fn messages_routes_and_settings_come_change_move_and_go() {
    let (site, _turn) = mirror();
    let _ = site.build(Profile::Release);

    // New: each alone, so that none is noticed by another one's change.
    site.write("config/i18n/es/n.yaml", "new: nuevo\n");
    let server = rebuilt(&site);
    server.get("/message/es/new").expect(200, "nuevo");
    site.write(
        "config/routes/a.yaml",
        "routes:\n  - early: {path: '/template/{name}', controller: route, \
         requirements: {name: 'o.*'}}\n",
    );
    let server = rebuilt(&site);
    server.get("/template/one").expect(200, "early one");
    site.write("config/app/b.yaml", "other:\n  colour: blue\n");
    let server = rebuilt(&site);
    server.get("/setting/other.colour").expect(200, "blue");

    // Changed.
    site.write("config/i18n/es/n.yaml", "new: novísimo\n");
    rebuilt(&site)
        .get("/message/es/new")
        .expect(200, "novísimo");
    site.replace("config/routes/a.yaml", "early", "prior");
    rebuilt(&site).get("/template/one").expect(200, "prior one");
    site.replace("config/app/b.yaml", "blue", "green");
    let server = rebuilt(&site);
    server.get("/setting/other.colour").expect(200, "green");

    // Renamed: a message to another language, a route behind the others, a setting's origin.
    site.rename("config/i18n/es/n.yaml", "config/i18n/en/n.yaml");
    rebuilt(&site)
        .get("/message/en/new")
        .expect(200, "novísimo");
    site.rename("config/routes/a.yaml", "config/routes/z.yaml");
    let server = rebuilt(&site);
    let one = server.get("/template/one");
    assert_eq!((one.status, one.text().trim()), (200, "one"));
    site.rename("config/app/b.yaml", "config/app/c.yaml");
    drop(rebuilt(&site));
    let table = site.build(Profile::Release).launch().arg("settings").run();
    assert!(
        table.stdout.contains("config/app/c.yaml:2:"),
        "{}",
        table.stdout
    );

    // Deleted.
    site.remove("config/i18n/en/n.yaml");
    let server = rebuilt(&site);
    assert!(!server.get("/message/en/new").has("novísimo"));
    server.get("/message/es/hello").expect(200, "hola");
    site.remove("config/routes/z.yaml");
    let table = rebuilt_routes(&site);
    assert!(!table.contains("prior"), "{table}");
    site.remove("config/app/c.yaml");
    let server = rebuilt(&site);
    assert_eq!(server.get("/setting/other.colour").status, 500);
    server.get("/setting/mirror.colour").expect(200, "red");
}

fn rebuilt_routes(site: &Site) -> String {
    drop(rebuilt(site));
    let ran = site.build(Profile::Release).launch().arg("routes").run();
    assert_eq!(ran.code, Some(0));
    ran.stdout
}

#[test]
fn embedded_static_files_come_change_move_and_go() {
    let (site, _turn) = mirror();
    rebuilt_or_fresh(&site)
        .launch()
        .serve()
        .get("/static/one.txt")
        .expect(200, "one");
    site.write("static/sub/two.txt", "two");
    rebuilt(&site).get("/static/sub/two.txt").expect(200, "two");
    site.write("static/sub/two.txt", "2 2");
    rebuilt(&site).get("/static/sub/two.txt").expect(200, "2 2");
    site.rename("static/sub/two.txt", "static/zwei.txt");
    let server = rebuilt(&site);
    server.get("/static/zwei.txt").expect(200, "2 2");
    assert_eq!(server.get("/static/sub/two.txt").status, 404);
    site.remove("static/zwei.txt");
    let server = rebuilt(&site);
    assert_eq!(server.get("/static/zwei.txt").status, 404);
    server.get("/static/one.txt").expect(200, "one");
}

fn rebuilt_or_fresh(site: &Site) -> Build {
    site.build(Profile::Release)
}

#[test]
fn what_does_not_belong_to_the_site_is_not_built_again() {
    let (site, _turn) = mirror();
    for profile in Profile::ALL {
        let _ = site.build(profile);
        let again = site.build(profile);
        assert!(again.is_fresh(), "{}", again.messages());
        assert!(
            !again.messages().contains("Compiling"),
            "{}",
            again.messages()
        );
    }
    site.write("README.md", "Not of the site.\n");
    assert!(site.build(Profile::Release).is_fresh());
}

/// The guide's build script, and the one that a build without any advises.
#[test]
fn a_folder_that_is_missing_is_no_reason_to_build_again() {
    let (site, _turn) = mirror();
    let settings = site.read("config/app/app.yaml");
    let statics = "static:\n  path: /static\n  folders: static\n  embed: true\n";
    site.remove("build.rs");
    let advice = site.build(Profile::Release).messages().to_owned();
    let guide = include_str!("../../../docs/guide.md");
    for (text, end) in [(&*advice, "-->"), (guide, "```")] {
        site.replace("config/app/app.yaml", statics, "");
        std::fs::remove_dir_all(site.folder().join("static")).unwrap();
        let (_, script) = text.split_once("// Cargo runs").unwrap();
        let (script, _) = script.split_once(end).unwrap();
        site.write("build.rs", &format!("fn main() {{ // Cargo runs{script}"));
        assert_eq!(rebuilt(&site).get("/static/one.txt").status, 404);

        // It comes later, and so do files in it.
        site.write("static/one.txt", "one");
        site.write("config/app/app.yaml", &settings);
        rebuilt(&site).get("/static/one.txt").expect(200, "one");
        site.write("static/two.txt", "two");
        rebuilt(&site).get("/static/two.txt").expect(200, "two");
    }
}

/// A mistake in a file fails the build, with its place and what to do, until it is mended.
#[test]
fn mistakes_fail_the_build_all_at_once() {
    let (site, _turn) = mirror();
    site.write("template/one.html", "line\n{{ ] }}\n");
    site.replace(
        "config/routes/mirror.yaml",
        "controller: setting}",
        "controller: seting}",
    );
    site.write("config/i18n/es/m.yaml", "hello: {\n");
    for profile in Profile::ALL {
        let Err(BuildFailed(messages)) = site.try_build(profile) else {
            panic!("the build did not fail");
        };
        for part in [
            "template/one.html:2:4",
            "config/routes/mirror.yaml:6:",
            "did you mean `setting`?",
            "config/i18n/es/m.yaml:",
        ] {
            assert!(messages.contains(part), "no `{part}` in\n{messages}");
        }
    }
    drop(_turn);
    let (site, _turn) = mirror();
    for profile in Profile::ALL {
        let server = site.build(profile).launch().serve();
        server.get("/template/one").expect(200, "one");
        server.stop_well();
    }
}

#[test]
fn without_a_build_script_it_builds_and_says_what_to_add() {
    let (site, _turn) = mirror();
    site.remove("build.rs");
    let release = site.build(Profile::Release);
    for part in [
        "build.rs",
        "cargo::rerun-if-changed={path}",
        "cargo::rustc-env=KALGAN_WATCH=1",
    ] {
        let messages = release.messages();
        assert!(messages.contains(part), "no `{part}` in\n{messages}");
    }
    release
        .launch()
        .serve()
        .get("/template/one")
        .expect(200, "one");
    // Where the files are read from disk nothing can be old.
    let debug = site.build(Profile::Debug);
    assert!(
        !debug.messages().contains("KALGAN_WATCH"),
        "{}",
        debug.messages()
    );
    // A file that is changed, not added, is seen all the same.
    site.write("template/one.html", "changed");
    rebuilt(&site).get("/template/one").expect(200, "changed");
    drop(_turn);

    let (site, _turn) = mirror();
    let with = site.build(Profile::Release);
    assert!(
        !with.messages().contains("KALGAN_WATCH"),
        "{}",
        with.messages()
    );
}
