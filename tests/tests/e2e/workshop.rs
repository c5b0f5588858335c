//! An app that uses what only Rust can say: state, Tera's extensions, layers, middlewares, streams,
//! and two sites within a server of axum.

use crate::Builds;
use kalgan_tests::{Build, Profile, Server, Site};

pub(crate) fn workshop(profile: Profile) -> Build {
    static BUILDS: Builds = Builds::new();
    BUILDS.get(profile, || Site::of_app("workshop", "workshop"))
}

/// Both profiles; the release binary works in the app's folder, from which it sends a file.
fn servers() -> [Server; 2] {
    Profile::ALL.map(|profile| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/apps/workshop");
        workshop(profile)
            .launch()
            .in_folder(folder.as_ref())
            .serve()
    })
}

#[test]
fn state_and_what_is_added_to_tera() {
    for server in servers() {
        server.get("/").expect(200, "<h1>IDA, 1, 4</h1>");
        let second = server.get("/");
        second.expect(200, "<h1>IDA, 2, 4</h1>");
        second.expect(200, "<p>saw (short): 12.5</p>");
        second.expect(200, "<p>&lt;hammer&gt;: 8");
        server.stop_well();
    }
}

#[test]
fn checked_macros() {
    for server in servers() {
        let links = server
            .ask("GET", "/links")
            .header("accept-language", "es")
            .send();
        let links = links.text();
        let lines: Vec<&str> = links.lines().collect();
        assert_eq!(
            lines,
            [
                "/shelf/5/a%2Fb%20c",
                "/es/greet",
                "Hola Ann",
                "Hola Ann",
                "Hola <Ann>",
                "measure twice"
            ]
        );
        server
            .get("/es/greet")
            .expect(200, "<p lang=\"es\">Hola Ann es /en/greet</p>");
        let away = server.get("/away");
        assert_eq!((away.status, away.header("location")), (303, "/plain/7"));
        server.stop_well();
    }
}

#[test]
fn routes_of_all_kinds() {
    for server in servers() {
        for (path, answer) in [
            ("/plain/18446744073709551615", "number 18446744073709551615"),
            ("/shelf/5", "tool id=5 kind=hand"),
            ("/shelf/5/power", "tool id=5 kind=power"),
            ("/shelf/inner/5", "first second"),
            ("/books/a/b%20c/d", "books rest=a/b c/d"),
            ("/image/a.b.svg", "image name=a.b format=svg"),
            ("/where", "anywhere "),
        ] {
            let got = server.get(path);
            assert!(got.status < 300, "{path}: {got:?}");
            assert_eq!(got.text(), answer, "{path}");
        }
        for path in ["/plain/x", "/shelf/x", "/image/a.gif", "/books", "/no"] {
            let page = server.get(path);
            page.expect(404, &format!("<h1>404 none {path}</h1>"));
        }
        // The route fits, the number does not.
        assert_eq!(server.get("/plain/18446744073709551616").status, 404);
        for (host, answer) in [
            ("saws.example.com", "shop shop=saws"),
            ("SAWS.Example.COM:8080", "shop shop=saws"),
            ("www.example.org", "main "),
            ("other.example.org", "anywhere "),
        ] {
            let got = server.ask("GET", "/where").header("host", host).send();
            assert_eq!(got.text().to_lowercase(), answer, "{host}");
        }
        let slash = server.get("/links/?a=b");
        assert_eq!(
            (slash.status, slash.header("location")),
            (308, "/links?a=b")
        );
        let refused = server.ask("DELETE", "/shelf/5").send();
        assert_eq!(refused.status, 405);
        assert_eq!(refused.header("allow"), "GET, HEAD, OPTIONS, POST");
        server.stop_well();
    }
}

#[test]
fn middlewares_change_stop_and_answer() {
    for server in servers() {
        let drawer = server.get("/shelf/inner/5");
        assert_eq!((drawer.status, drawer.header("x-first")), (203, "after"));
        let refused = server.get("/shelf/inner/refused");
        assert_eq!((refused.status, refused.header("x-first")), (403, "after"));
        let door = server.get("/door");
        assert_eq!((door.status, door.header("location")), (303, "/plain/1"));
        assert!(
            door.headers.get("x-first").is_none(),
            "the next one did not run"
        );
        let knocked = server.ask("GET", "/door").header("x-knock", "1").send();
        knocked.expect(200, "first");
        assert!(knocked.header("set-cookie").starts_with("knocked=once;"));
        server.stop_well();
    }
}

#[test]
fn layers_are_around_everything() {
    for server in servers() {
        for path in ["/", "/static/a.txt", "/no", "/teapot"] {
            let answer = server.get(path);
            let layers: Vec<_> = answer.headers.get_all("x-layer").iter().collect();
            assert_eq!(layers, ["inner", "outer"], "{path}");
        }
        server.stop_well();
    }
    for profile in Profile::ALL {
        let server = workshop(profile)
            .launch()
            .env("WORKSHOP_TIMEOUT", "1")
            .serve();
        assert_eq!(server.get("/never").status, 503);
        server.stop_well();
    }
}

#[test]
fn bodies_of_all_kinds() {
    for server in servers() {
        let streamed = server.get("/streamed");
        assert_eq!(streamed.header("content-type"), "text/plain");
        assert_eq!(streamed.header("transfer-encoding"), "chunked");
        let parts: String = (0..1000).map(|n| format!("part {n}\n")).collect();
        assert_eq!(streamed.text(), parts);
        // What is torn off must not look whole.
        assert!(server.ask("GET", "/torn").try_send().is_err());

        let file = server.get("/file");
        file.expect(200, "Two boards and a nail.");
        assert!(
            file.header("content-disposition")
                .starts_with("attachment;")
        );
        assert!(
            file.header("content-disposition")
                .contains("The%20plan%20%C3%A9.txt")
        );
        assert_eq!(file.header("content-length"), file.body.len().to_string());
        let head = server.ask("HEAD", "/file").send();
        assert_eq!(head.header("content-length"), file.body.len().to_string());
        assert!(head.body.is_empty());

        for (path, text) in [("/static/a.txt", "static"), ("/public/b.txt", "public")] {
            server.get(path).expect(200, text);
        }

        let json = |body: &'static str| server.ask("POST", "/json").body("application/json", body);
        let order = json("{\"tool\":\"saw\",\"count\":21}").send();
        order.expect(200, "{\"tool\":\"saw\",\"count\":42}");
        assert_eq!(order.header("content-type"), "application/json");
        assert_eq!(json("{\"tool\":").send().status, 400);
        assert_eq!(json("{\"tool\":\"saw\"}").send().status, 422);
        // That route takes less than the others.
        let small =
            |body: &'static str| server.ask("POST", "/small").body("application/json", body);
        assert_eq!(small("{\"tool\":\"saw\", \"count\":21}").send().status, 413);
        small("{\"tool\":\"saw\",\"count\":21}")
            .send()
            .expect(200, "42");
        server.stop_well();
    }
}

#[test]
fn commands_of_its_own() {
    for profile in Profile::ALL {
        let run = |line: &str, code: i32| {
            let launch = workshop(profile).launch().env("WORKSHOP_IN_AXUM", "1");
            let ran = launch.args(line).run();
            assert_eq!(ran.code, Some(code), "{line}: {ran:?}");
            ran
        };
        let greeting = "Hello Ann, says Ida at /away: data/plan.txt\n";
        assert_eq!(run("visit:greet Ann", 0).stdout, greeting);
        let count = run("visit:count --port x -- y", 0);
        assert_eq!(count.stdout, "0 [\"--port\", \"x\", \"--\", \"y\"]\n");
        assert!(count.stderr.contains("counted"), "{}", count.stderr);

        let none = run("visit:greet", 1).stderr;
        assert_eq!(
            none,
            "workshop: the command takes NAME, and was given nothing\n"
        );
        assert_eq!(run("close", 1).stderr, "workshop: the broom is missing\n");
        let launch = workshop(profile)
            .launch()
            .env("KALGAN_WORKSHOP__BROOM", "true");
        assert_eq!(launch.args("close").run().code, Some(7));

        let help = run("help", 0).stdout;
        for row in [
            "  visit:greet              Greets somebody by name.\n",
            "  close\n",
        ] {
            assert!(help.contains(row), "no `{row}` in {help}");
        }
        let on = "visit:greet: Greets somebody by name.\n\nUsage: visit:greet NAME\n";
        for line in ["help visit:greet", "visit:greet --help"] {
            assert_eq!(run(line, 0).stdout, on);
        }
        let unknown = run("visit:gret Ann", 2).stderr;
        assert!(unknown.contains("did you mean `visit:greet`?"), "{unknown}");
    }
}

#[test]
fn errors_and_panics() {
    let [development, production] = servers();
    for server in [&development, &production] {
        assert_eq!(server.get("/question").status, 500);
        assert_eq!(server.get("/panics").status, 500);
        assert_eq!(server.get("/teapot").status, 418);
        assert_eq!(server.get("/").status, 200, "it goes on");
        assert!(server.log().text().contains("a finger in the <saw>"));
    }
    development
        .get("/panics")
        .expect(500, "a finger in the &lt;saw&gt;");
    development.get("/question").expect(500, "invalid digit");
    development
        .get("/question")
        .expect(500, "src/controller/reply.rs:");
    development.get("/teapot").expect(418, "no coffee");
    for path in ["/panics", "/question", "/teapot"] {
        let page = production.get(path);
        for inside in ["saw", "digit", "coffee", ".rs", "reply"] {
            assert!(!page.has(inside), "{path}: {page:?}");
        }
    }
}

#[test]
fn two_sites_within_axum() {
    for profile in Profile::ALL {
        let server = workshop(profile)
            .launch()
            .env("WORKSHOP_IN_AXUM", "1")
            .serve();
        server.get("/axum").expect(200, "this is axum");
        server.get("/").expect(200, "<h1>IDA, 1, 4</h1>");
        // Each has its own files, settings, messages, routes and state.
        let annex = server.get("/annex");
        annex.expect(200, "<h1>Welcome to the annex, Otto</h1>");
        annex.expect(200, "href=\"/annex/motto\"");
        if matches!(profile, Profile::Debug) {
            annex.expect(200, "src=\"/annex/_kalgan/live.js\"");
        }
        server.get("/annex/motto").expect(200, "paint once");
        let client = server.get("/annex/client");
        client.expect(200, "127.0.0.1");
        server.get("/links").expect(200, "measure twice");
        assert_eq!(server.get("/motto").status, 404);
        assert_eq!(server.get("/annex/links").status, 404);
        assert!(server.get("/annex").headers.get("x-layer").is_none());
    }
}
