//! The command line of an app.

use crate::{hello, museum};
use kalgan_tests::{Launch, Profile, Ran, Site};
use std::path::Path;
use std::sync::Mutex;

fn ran(launch: Launch, arguments: &str, code: i32) -> Ran {
    let ran = launch.args(arguments).run();
    let (out, err) = (&ran.stdout, &ran.stderr);
    assert_eq!(ran.code, Some(code), "`{arguments}`:\n{out}{err}");
    assert!(!err.contains("panicked"), "{err}");
    ran
}

fn run(profile: Profile, arguments: &str, code: i32) -> Ran {
    ran(museum(profile), arguments, code)
}

/// The row of a table that begins with this word.
fn row<'a>(table: &'a str, name: &str) -> Vec<&'a str> {
    let row = table
        .lines()
        .find(|line| line.split(' ').next() == Some(name));
    let row = row.unwrap_or_else(|| panic!("no row `{name}` in\n{table}"));
    row.split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect()
}

#[test]
fn routes() {
    let tables = Profile::ALL.map(|profile| run(profile, "routes", 0).stdout);
    assert_eq!(
        tables[0], tables[1],
        "both know the same routes, and where they are"
    );
    let table = &tables[0];
    assert_eq!(
        row(table, "archive")[..5],
        [
            "archive",
            "GET",
            "/{_lang}/archive",
            "member_controller::archive",
            "member_middleware::check"
        ]
    );
    assert!(
        row(table, "sitemap")
            .last()
            .unwrap()
            .starts_with("config/routes/feeds.yaml:")
    );
    // In the order in which they are tried.
    assert!(table.find("\nsitemap ").unwrap() < table.find("\nroot ").unwrap());
    assert!(table.find("\nhome ").unwrap() < table.find("\nmissing ").unwrap());
}

#[test]
fn which_route_answers() {
    for profile in Profile::ALL {
        let element = run(profile, "routes /en/element/H", 0).stdout;
        assert_eq!(row(&element, "route"), ["route", "element"]);
        assert_eq!(row(&element, "controller")[1], "element_controller::show");
        assert_eq!(row(&element, "{_lang}"), ["{_lang}", "en"]);
        assert_eq!(row(&element, "{symbol}"), ["{symbol}", "H"]);
        let sign = run(profile, "routes POST /en/guestbook", 0).stdout;
        assert_eq!(row(&sign, "route"), ["route", "guestbook_sign"]);
        let show = run(profile, "routes /en/guestbook?a=b", 0).stdout;
        assert_eq!(row(&show, "route"), ["route", "guestbook"]);
        let archive = run(profile, "routes /ja/archive", 0).stdout;
        assert_eq!(
            row(&archive, "middleware"),
            ["middleware", "member_middleware::check"]
        );
        let rest = run(profile, "routes /en/a/b%20c", 0).stdout;
        assert_eq!(row(&rest, "{rest}"), ["{rest}", "a/b c"]);

        let none = run(profile, "routes /fr", 1);
        assert!(
            none.stderr.contains("no route answers GET /fr"),
            "{}",
            none.stderr
        );
        let other = run(profile, "routes DELETE /en/guestbook", 1);
        assert!(
            other.stderr.contains("GET, HEAD, OPTIONS, POST"),
            "{}",
            other.stderr
        );
        let malformed = run(profile, "routes /%ff", 1);
        assert!(malformed.stderr.contains("UTF-8"), "{}", malformed.stderr);
    }
}

#[test]
fn check_tells_all_mistakes_at_once() {
    let site = Site::of_example("museum", "museum-checked");
    // A release binary checks the files of the folder that it is started in, or is told.
    let debug = site.build(Profile::Debug);
    let release = museum(Profile::Release);
    let starts = || {
        [
            debug.launch(),
            release.clone().in_folder(site.folder()),
            release.clone().env("KALGAN_ROOT", site.folder()),
        ]
    };
    for start in starts() {
        let good = ran(start, "check", 0);
        assert!(good.stdout.contains("no errors"), "{}", good.stdout);
        assert!(good.stdout.contains("3 languages"), "{}", good.stdout);
    }

    site.replace("template/about.html", "<h1>{{", "<h1>{{ ]");
    site.replace("config/routes/feeds.yaml", "methods: get", "methods: fetch");
    site.replace(
        "config/routes/pages.yaml",
        "page_controller::about",
        "page_controller::abuot",
    );
    site.replace("config/i18n/es/site.yaml", "nav:", "nav: {");
    site.replace("config/app/server.yaml", "7878", "many");
    for start in starts() {
        let bad = ran(start, "check", 1);
        for part in [
            "template/about.html:6:10",
            "config/routes/feeds.yaml:",
            "config/routes/pages.yaml:",
            "config/i18n/es/site.yaml:",
            "config/app/server.yaml:4:9",
            "did you mean `page_controller::about`?",
            "errors",
        ] {
            assert!(bad.stderr.contains(part), "no `{part}` in\n{}", bad.stderr);
        }
        assert!(!bad.stdout.contains("no errors"));
    }

    // Programs read the same, from the standard output alone.
    for start in starts() {
        let lines = ran(start, "check --format json", 1).stdout;
        let found: Vec<serde_json::Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).expect("an object a line"))
            .collect();
        let port = found
            .iter()
            .find(|found| found["code"] == "setting-value")
            .unwrap_or_else(|| panic!("no setting in {lines}"));
        let file = port["file"].as_str().unwrap_or_default();
        assert!(file.ends_with("config/app/server.yaml"), "{file}");
        assert_eq!((&port["line"], &port["column"]), (&4.into(), &9.into()));
        let rendered = port["rendered"].as_str().unwrap_or_default();
        assert!(
            rendered.contains("config/app/server.yaml:4:9"),
            "{rendered}"
        );
    }
    for start in starts() {
        let log = ran(start, "check --format sarif", 1).stdout;
        let log: serde_json::Value = serde_json::from_str(&log).expect("one log");
        assert_eq!(log["version"], "2.1.0");
        let results = log["runs"][0]["results"].as_array().map(Vec::len);
        assert!(results.is_some_and(|results| results >= 5), "{log}");
    }

    // Where there is no app it says so.
    let empty = tempfile::tempdir().unwrap();
    let lost = ran(release.clone().in_folder(empty.path()), "check", 1);
    assert!(lost.stderr.contains("KALGAN_ROOT"), "{}", lost.stderr);
    let lost = ran(
        release.clone().in_folder(empty.path()),
        "check --format json",
        1,
    );
    assert!(lost.stdout.contains("\"missing-path\""), "{}", lost.stdout);
}

#[test]
fn pages_without_a_compiled_form_are_warnings() {
    let site = Site::of_example("museum", "museum-compiled");
    let start = || museum(Profile::Release).in_folder(site.folder());
    let none = ran(start(), "check --compiled", 0);
    assert!(
        none.stdout.contains("no errors, 0 warnings"),
        "{}{}",
        none.stdout,
        none.stderr
    );
    site.write(
        "template/part/rest.html",
        "{% component rest(...others) %}{{ others }}{% endcomponent %}\n{{ <rest a=\"x\" /> }}\n",
    );
    let one = ran(start(), "check --compiled", 0);
    for part in [
        "template/part/rest.html:1:1",
        "Tera renders `part/rest.html` in release builds, too",
    ] {
        assert!(one.stderr.contains(part), "{part}: {}", one.stderr);
    }
    assert!(
        one.stdout.contains("no errors, 1 warning\n"),
        "{}",
        one.stdout
    );
}

#[test]
fn unused_messages_and_templates_are_warnings() {
    let site = Site::of_example("museum", "museum-unused");
    let start = || museum(Profile::Release).in_folder(site.folder());
    let none = ran(start(), "check --unused", 0);
    assert!(
        none.stdout.contains("no errors, 0 warnings"),
        "{}{}",
        none.stdout,
        none.stderr
    );

    site.write("template/part/lost.html", "lost\n");
    let one = ran(start(), "check --unused", 0);
    assert!(
        one.stdout.contains("no errors, 1 warning\n"),
        "{}",
        one.stdout
    );

    // What only an unused template names is unused, too.
    site.write("template/part/lost.html", "{{ \"lost.word\"|trans }}\n");
    for language in ["en", "es", "ja"] {
        site.write(
            &format!("config/i18n/{language}/lost.yaml"),
            "lost:\n  word: x\n",
        );
    }
    assert!(ran(start(), "check", 0).stderr.is_empty());
    let found = ran(start(), "check --unused", 0);
    for part in [
        "template/part/lost.html:1:1",
        "nothing names the template `part/lost.html`",
        "only unused templates name the message `lost.word`, which stands in `en`, `es` and `ja`",
    ] {
        assert!(found.stderr.contains(part), "{part}: {}", found.stderr);
    }
    assert!(
        found.stdout.contains("no errors, 2 warnings"),
        "{}",
        found.stdout
    );
    let lines = ran(start(), "check --unused --format json", 0).stdout;
    for part in ["\"unused-message\"", "\"unused-template\"", "\"warning\""] {
        assert!(lines.contains(part), "{part}: {lines}");
    }
    let log = ran(start(), "check --unused --format sarif", 0).stdout;
    assert!(log.contains("\"ruleId\":\"unused-template\""), "{log}");

    // Without the sources there is nothing to say.
    site.rename("src", "elsewhere");
    let lost = ran(start(), "check --unused", 1);
    assert!(lost.stderr.contains("needs the sources"), "{}", lost.stderr);
    site.rename("elsewhere", "src");
}

#[test]
fn schemas_are_those_that_are_shipped() {
    for profile in Profile::ALL {
        for kind in ["settings", "routes", "messages"] {
            let printed = run(profile, &format!("schema {kind}"), 0).stdout;
            let mut printed: serde_json::Value = serde_json::from_str(&printed).expect("a schema");
            if kind == "settings" {
                // What a struct of the museum reads.
                let own = printed["properties"]
                    .as_object_mut()
                    .unwrap()
                    .remove("museum");
                let own = &own.expect("the section of its own")["properties"];
                assert_eq!(own["page_size"]["minimum"], 0, "{own}");
                assert_eq!(own["guestbook"]["additionalProperties"], false, "{own}");
            }
            let file = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../kalgan-cli/new/schema")
                .join(format!("{kind}.json"));
            let shipped = std::fs::read_to_string(file).expect("a shipped schema");
            let shipped: serde_json::Value = serde_json::from_str(&shipped).expect("a schema");
            assert_eq!(printed, shipped, "{kind}");
        }
    }
}

#[test]
fn settings_tell_where_they_come_from_and_no_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("local.yaml");
    std::fs::write(
        &file,
        "db:\n  password: hunter1\nmuseum:\n  page_size: 11\n",
    )
    .unwrap();
    for profile in Profile::ALL {
        let launch = museum(profile)
            .env("KALGAN_SETTINGS", &file)
            .env("KALGAN_MAILER__SMTP_PASSWORD", "hunter2")
            .env("KALGAN_REDIS__URL", "redis://user:hunter3@cache.example/1");
        // Nothing of the museum reads these.
        let told = ran(launch.clone(), "settings", 0).stderr;
        for section in ["`db` has no effect", "`mailer` has no effect"] {
            assert!(told.contains(section), "{told}");
        }
        let lines = ran(launch.clone(), "check --format json", 0).stdout;
        assert_eq!(lines.matches("\"no-effect\"").count(), 2, "{lines}");
        let all = ran(launch.clone(), "settings --all --port 99", 0).stdout;
        let table = ran(launch, "settings --port 99", 0).stdout;
        for line in table.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let is_same = |other: &str| other.split_whitespace().eq(words.iter().copied());
            assert!(all.lines().any(is_same), "no {line} in {all}");
        }
        assert!(!all.contains("hunter"), "{all}");
        let key = "server.max_body";
        assert_eq!(row(&all, key), [key, "2 MiB", "# default"]);
        assert!(!table.contains(key), "{table}");
        for secret in ["hunter1", "hunter2", "hunter3"] {
            assert!(!table.contains(secret), "{table}");
        }
        let origin = |key: &str| row(&table, key).last().unwrap().to_string();
        assert_eq!(row(&table, "museum.code_word")[1], "Ytterby");
        assert!(origin("museum.code_word").starts_with("# config/app/museum.yaml:"));
        assert_eq!(row(&table, "museum.page_size")[1], "11");
        assert!(
            origin("museum.page_size").contains("local.yaml:4:"),
            "{table}"
        );
        assert_eq!(row(&table, "db.password")[1], "********");
        assert_eq!(row(&table, "mailer.smtp_password")[1], "********");
        assert_eq!(
            origin("mailer.smtp_password"),
            "# environment KALGAN_MAILER__SMTP_PASSWORD"
        );
        assert!(
            row(&table, "redis.url")[1].contains("cache.example"),
            "{table}"
        );
        assert_eq!(
            row(&table, "server.port"),
            ["server.port", "99", "# option --port"]
        );
    }
}

/// Runs `check` with each of these edits of a template, which has to find a mistake in it.
fn check_finds(edits: &[(&str, &str)]) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
    let site = Site::of_example("museum", "museum-mistaken");
    for (old, new) in edits {
        site.replace("template/about.html", old, new);
        let start = museum(Profile::Release).in_folder(site.folder());
        let bad = ran(start, "check", 1);
        assert!(
            bad.stderr.contains("template/about.html:"),
            "{}",
            bad.stderr
        );
        site.replace("template/about.html", new, old);
    }
}

#[test]
fn check_finds_templates_that_are_not_there() {
    check_finds(&[
        ("{% extends \"base.html\" %}", "{% extends \"bse.html\" %}"),
        (
            "<header class=\"page-head\">",
            "{% include \"part/none.html\" %}",
        ),
        ("<header class=\"page-head\">", "{{ <specimen.none /> }}"),
    ]);
}

/// The files of the app, then the file of `KALGAN_SETTINGS`, then the environment, then options:
/// what comes later wins, in what is shown and in what is done.
#[test]
fn layers_win_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("local.yaml");
    std::fs::write(
        &file,
        "museum: {page_size: 11}\nserver: {port: 12, address: 127.0.0.2}\n",
    )
    .unwrap();
    for profile in Profile::ALL {
        let value = |launch: &Launch, arguments: &str, key: &str| {
            let table = ran(launch.clone(), &format!("settings {arguments}"), 0).stdout;
            row(&table, key)[1].to_owned()
        };
        let plain = museum(profile);
        assert_eq!(value(&plain, "", "server.port"), "7878");
        let with_file = plain.clone().env("KALGAN_SETTINGS", &file);
        assert_eq!(value(&with_file, "", "server.port"), "12");
        let with_both = with_file.clone().env("KALGAN_SERVER__PORT", "13");
        assert_eq!(value(&with_both, "", "server.port"), "13");
        assert_eq!(value(&with_both, "--port 14", "server.port"), "14");
        assert_eq!(value(&with_both, "", "server.address"), "127.0.0.2");

        let shown = |launch: Launch, count: usize| {
            let server = launch.serve();
            server
                .get("/en/collection")
                .expect(200, &format!("Shown here: {count} of 118"));
            server
        };
        shown(plain, 24).stop_well();
        let server = shown(with_file.clone(), 11);
        assert_eq!(server.address().ip().to_string(), "127.0.0.2");
        server.stop_well();
        let with_both = with_file.env("KALGAN_MUSEUM__PAGE_SIZE", "7");
        let server = shown(with_both.args("--address 127.0.0.3"), 7);
        assert_eq!(server.address().ip().to_string(), "127.0.0.3");
        server.stop_well();
    }
}

#[test]
fn settings_that_cannot_be_used_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.yaml");
    std::fs::write(&broken, "server:\n  port: [1\n").unwrap();
    for profile in Profile::ALL {
        let start = || museum(profile);
        let missing = start().env("KALGAN_SETTINGS", Path::new("/none/such.yaml"));
        let text = ran(missing, "", 1).stderr;
        assert!(
            text.contains("/none/such.yaml") && text.contains("KALGAN_SETTINGS"),
            "{text}"
        );
        let text = ran(start().env("KALGAN_SETTINGS", &broken), "", 1).stderr;
        assert!(text.contains("broken.yaml:"), "{text}");
        for (name, value) in [
            ("KALGAN_SERVER__ACCESS_LOG", "apache"),
            ("KALGAN_SERVER__TRUSTED_PROXIES", "everyone"),
            ("KALGAN_SERVER__MAX_BODY", "big"),
        ] {
            let text = ran(start().env(name, value), "--port 0", 1).stderr;
            assert!(text.contains(value), "{name}={value}: {text}");
        }
    }
}

#[test]
fn settings_of_a_wrong_type_are_not_passed_over() {
    for profile in Profile::ALL {
        for (name, value) in [
            ("KALGAN_SERVER__PORT", "many"),
            ("KALGAN_SERVER__NUMBER_OF_WORKERS", "many"),
            ("KALGAN_SERVER__HEADER_TIMEOUT", "long"),
            ("KALGAN_ENVIRONMENT__IS_PROD", "perhaps"),
            ("KALGAN_MUSEUM__PAGE_SIZE", "many"),
            ("KALGAN_MUSEUM__PAGESIZE", "24"),
        ] {
            let start = museum(profile).env("KALGAN_SERVER__ADDRESS", "192.0.2.1");
            // Where it is passed over, the address is what keeps the server from starting.
            let text = ran(start.env(name, value), "", 1).stderr;
            assert!(
                text.contains(value) || text.contains(name),
                "{name}={value}: {text}"
            );
        }
        // What is only nearly a setting is told, and the server starts.
        let server = museum(profile).env("KALGAN_SERVR__PORT", "1").serve();
        let line = server.log().line_with("KALGAN_SERVR__PORT");
        assert!(
            line.contains("did you mean `KALGAN_SERVER__PORT`?"),
            "{line}"
        );
    }
}

#[test]
fn addresses_and_ports() {
    let build = hello(Profile::Release);
    let server = build.launch().args("--address 127.0.0.2").serve();
    assert_eq!(server.address().ip().to_string(), "127.0.0.2");
    assert_eq!(server.get("/").status, 200);

    let port = server.address().port();
    for profile in Profile::ALL {
        let taken = hello(profile).launch();
        let text = ran(taken, &format!("--address 127.0.0.2 --port {port}"), 1).stderr;
        for part in ["127.0.0.2", &port.to_string(), "another program", "--port"] {
            assert!(text.contains(part), "no `{part}` in {text}");
        }
        let elsewhere = ran(hello(profile).launch(), "--address 192.0.2.1 --port 0", 1).stderr;
        assert!(elsewhere.contains("--address"), "{elsewhere}");
    }
    server.stop_well();

    // It is told the port, and answers there.
    let server = build.launch().serve_silently();
    assert_eq!(server.get("/").status, 200);
    server.stop_well();
}

#[test]
fn help_version_and_mistakes() {
    for profile in Profile::ALL {
        let help = run(profile, "--help", 0).stdout;
        for part in [
            "museum",
            "routes",
            "check",
            "settings",
            "schema",
            "--format",
            "--port",
            "--address",
            "KALGAN_ROOT",
        ] {
            assert!(help.contains(part), "no `{part}` in {help}");
        }
        let version = run(profile, "--version", 0).stdout;
        assert_eq!(version, format!("museum {}\n", env!("CARGO_PKG_VERSION")));
        for (arguments, hint) in [
            ("rotues", "did you mean `routes`?"),
            ("--prot 1", "--prot"),
            ("--port many", "many"),
            ("--port 99999", "99999"),
            ("routes guestbook", "begins with `/`"),
            ("check --format xml", "`text`, `json` and `sarif`"),
            ("routes --format json", "`check`"),
            ("schema templates", "`messages`"),
        ] {
            let mistake = run(profile, arguments, 2);
            assert!(mistake.stderr.contains(hint), "{}", mistake.stderr);
            assert!(mistake.stderr.contains("--help"), "{}", mistake.stderr);
            assert_eq!(mistake.stdout, "");
        }
    }
}
