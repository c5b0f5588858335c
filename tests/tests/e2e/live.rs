//! Development: what is edited while the server runs shows at the next request, and what is broken
//! is explained until it is mended.

use crate::{SCRIPT, museum};
use kalgan_tests::{Build, Profile, Server, Site};
use std::sync::{Mutex, MutexGuard, OnceLock};

/// A museum whose files may be edited, as fresh as in the repository. One test at a time has it.
struct Studio {
    site: Site,
    build: Build,
    _turn: MutexGuard<'static, ()>,
}

impl Studio {
    fn open() -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        static BUILD: OnceLock<Build> = OnceLock::new();
        let turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
        let site = Site::of_example("museum", "museum-live");
        let build = BUILD.get_or_init(|| site.build(Profile::Debug)).clone();
        Self {
            site,
            build,
            _turn: turn,
        }
    }
}

const ABOUT: &str = "template/about.html";
const MESSAGES: &str = "config/i18n/en/about.yaml";
const PAGES: &str = "config/routes/pages.yaml";
const SETTINGS: &str = "config/app/museum.yaml";

/// Nothing has restarted: the same process, which has begun once.
fn is_the_same(server: &mut Server) {
    assert!(server.is_running());
    assert_eq!(server.log().lines_with(" at http://").len(), 1);
    assert!(!server.stderr().text().contains("panicked"));
}

#[test]
fn each_kind_of_edit_shows_at_the_next_request() {
    let studio = Studio::open();
    let site = &studio.site;
    let mut server = studio.build.launch().serve();
    let line = server.log().line_with(" at http://");
    assert!(line.contains("read from disk when they change"), "{line}");
    server.get("/en/about").expect(200, "About the museum");

    site.replace(MESSAGES, "About the museum", "All about the museum");
    server.get("/en/about").expect(200, "All about the museum");

    site.replace(ABOUT, "<h1>", "<h1 class=\"edited\">");
    server.get("/en/about").expect(200, "<h1 class=\"edited\">");
    // A template that others extend.
    site.replace("template/base.html", "<body ", "<body id=\"edited\" ");
    for page in ["/en/about", "/ja", "/es/element/H"] {
        server.get(page).expect(200, "<body id=\"edited\" ");
    }

    server
        .get("/en/collection")
        .expect(200, "Shown here: 24 of 118");
    site.replace(SETTINGS, "page_size: 24", "page_size: 5");
    server
        .get("/en/collection")
        .expect(200, "Shown here: 5 of 118");

    site.replace(PAGES, "path: /{_lang}/about", "path: /{_lang}/colophon");
    server
        .get("/en/colophon")
        .expect(200, "All about the museum");
    assert_eq!(server.get("/en/about").status, 404);
    // The links to it follow.
    server.get("/en").expect(200, "href=\"/en/colophon\"");

    site.append("static/app.css", "\n/* edited */\n");
    server.get("/static/app.css").expect(200, "/* edited */");

    is_the_same(&mut server);
    server.stop_well();
}

/// With `i18n.missing: warn` the page is shown with the default language's text, and the log tells
/// what is missing.
#[test]
fn a_message_that_a_language_lacks() {
    let studio = Studio::open();
    let settings = "config/app/app.yaml";
    studio
        .site
        .replace(settings, "i18n:\n", "i18n:\n  missing: warn\n");
    let mut server = studio.build.launch().serve();
    let text = studio.site.read("config/i18n/es/about.yaml");
    let title = text
        .lines()
        .find(|line| line.starts_with("  title:"))
        .expect("the page has a title");
    studio
        .site
        .replace("config/i18n/es/about.yaml", &format!("{title}\n"), "");
    server.get("/es/about").expect(200, "About the museum");
    let told = server
        .log()
        .line_with("the message `about.title` is missing in `es`");
    assert!(told.contains("WARN"), "{told}");
    is_the_same(&mut server);
}

#[test]
fn files_may_come_and_go() {
    let studio = Studio::open();
    let site = &studio.site;
    let mut server = studio.build.launch().serve();

    // A template, and one that needs it.
    site.write("template/part/added.html", "<p>added {{ lang }}</p>");
    let about = site.read(ABOUT);
    site.replace(
        ABOUT,
        "<div class=\"prose\">",
        "{% include \"part/added.html\" %}<div class=\"prose\">",
    );
    server.get("/ja/about").expect(200, "<p>added ja</p>");
    site.remove("template/part/added.html");
    let broken = server.get("/ja/about");
    broken.expect(500, "template/about.html:");
    broken.expect(500, "part/added.html");
    site.write(ABOUT, &about);
    assert_eq!(server.get("/ja/about").status, 200);

    // Messages.
    for language in ["en", "es", "ja"] {
        site.write(
            &format!("config/i18n/{language}/added.yaml"),
            &format!("added:\n  hello: hello in {language}\n"),
        );
    }
    site.replace(ABOUT, "<h1>", "<h1>{{ \"added.hello\"|trans }} ");
    server.get("/es/about").expect(200, "<h1>hello in es ");
    site.rename("config/i18n/es/added.yaml", "config/i18n/es/renamed.yaml");
    server.get("/es/about").expect(200, "<h1>hello in es ");
    for file in ["en/added.yaml", "es/renamed.yaml", "ja/added.yaml"] {
        site.remove(&format!("config/i18n/{file}"));
    }
    let broken = server.get("/es/about");
    broken.expect(500, "added.hello");
    site.write(ABOUT, &about);
    assert_eq!(server.get("/es/about").status, 200);

    // Routes: the file's name is before that of the others, so it wins.
    assert_eq!(server.get("/en/added").status, 404);
    site.write(
        "config/routes/added.yaml",
        "routes:\n  - added: {path: '/{_lang}/added', controller: page_controller::about, \
         language: _lang, requirements: {_lang: en|es|ja}}\n",
    );
    server.get("/en/added").expect(200, "About the museum");
    site.remove("config/routes/added.yaml");
    assert_eq!(server.get("/en/added").status, 404);

    // Settings.
    site.rename(SETTINGS, "config/app/renamed.yaml");
    server
        .get("/en/collection")
        .expect(200, "Shown here: 24 of 118");
    site.remove("config/app/renamed.yaml");
    assert_eq!(server.get("/en/collection").status, 500);
    let _ = server.log().line_with("museum.page_size");
    site.write(
        SETTINGS,
        "museum: {page_size: 7, code_word: x, base_url: 'http://x', guestbook: {max_length: 9}}\n",
    );
    server
        .get("/en/collection")
        .expect(200, "Shown here: 7 of 118");

    // Static files.
    assert_eq!(server.get("/static/added.txt").status, 404);
    site.write("static/added.txt", "added");
    server.get("/static/added.txt").expect(200, "added");
    site.remove("static/added.txt");
    assert_eq!(server.get("/static/added.txt").status, 404);

    is_the_same(&mut server);
    server.stop_well();
}

/// A way to break a file: what is replaced by what, and where the mistake is then.
struct Break {
    file: &'static str,
    old: &'static str,
    new: &'static str,
    /// What of the new text the place points at.
    at: &'static str,
    /// What the page says, apart from the place.
    says: &'static [&'static str],
}

const BREAKS: [Break; 8] = [
    Break {
        file: ABOUT,
        old: "<h2>{{ \"about.colours\"|trans }}</h2>",
        new: "<h2>{{ \"about.colours\"|tarns }}</h2><script>alert(1)</script>",
        at: "tarns",
        says: &["tarns", "trans"],
    },
    Break {
        file: ABOUT,
        old: "<h2>{{ \"about.colours\"|trans }}</h2>",
        new: "<h2>{{ \"about.colours\" ] }}</h2><script>alert(1)</script>",
        at: "]",
        says: &[],
    },
    Break {
        file: ABOUT,
        old: "\"about.building\"|trans",
        new: "\"about.bulding\"|trans",
        at: "\"about.bulding\"",
        says: &["about.bulding", "about.building"],
    },
    Break {
        file: PAGES,
        old: "controller: page_controller::about",
        new: "controler: page_controller::about # <script>alert(1)</script>",
        at: "controler",
        says: &["controler", "`controller`"],
    },
    Break {
        file: PAGES,
        old: "controller: page_controller::about",
        new: "controller: page_controller::abuot # <script>alert(1)</script>",
        at: "page_controller::abuot",
        says: &["did you mean `page_controller::about`?"],
    },
    Break {
        file: MESSAGES,
        old: "title: About the museum",
        new: "title: \"About the museum",
        at: "",
        says: &[],
    },
    Break {
        file: MESSAGES,
        old: "title: About the museum",
        new: "title: About {the museum <script>alert(1)</script>",
        at: "{the museum",
        says: &["{"],
    },
    Break {
        file: "config/app/server.yaml",
        old: "port: 7878",
        new: "port: many # <script>alert(1)</script>",
        at: "many",
        says: &["server.port", "many"],
    },
];

#[test]
fn what_is_broken_is_explained_until_it_is_mended() {
    let studio = Studio::open();
    let site = &studio.site;
    // What development adds to pages is another test's subject, and not the same each time.
    let mut server = studio
        .build
        .launch()
        .env("KALGAN_DEVELOPMENT__LIVE_RELOAD", "false")
        .env("KALGAN_DEVELOPMENT__BAR", "false")
        .serve();
    let good = server.get("/en/about");
    assert_eq!(good.status, 200);
    for broken in &BREAKS {
        let before = site.read(broken.file);
        site.replace(broken.file, broken.old, broken.new);
        let answer = server.get("/en/about");
        let page = answer.text();
        assert_eq!(answer.status, 500, "{page}");
        assert_eq!(answer.header("cache-control"), "no-store");
        if !broken.at.is_empty() {
            let (line, column) = place(&site.read(broken.file), broken);
            let place = format!("{}:{line}:{column}", broken.file);
            answer.expect(500, &place);
        }
        answer.expect(500, &format!("{}:", broken.file));
        // The excerpt: the mistaken line, and one around it.
        let line = site.read(broken.file);
        let line = line.lines().find(|line| line.contains(broken.new)).unwrap();
        let shown = plain(&page);
        assert!(shown.contains(line.trim()), "no `{line}` in {shown}");
        answer.expect(500, "<mark>");
        for part in broken.says {
            assert!(shown.contains(part), "no `{part}` in {shown}");
        }
        assert!(
            !page.contains(SCRIPT),
            "the file's text is not escaped: {page}"
        );
        assert!(!page.to_lowercase().contains("<script"), "{page}");

        // A program gets text.
        let text = server
            .ask("GET", "/en/about")
            .header("accept", "text/plain")
            .send();
        text.expect(500, "error: ");
        text.expect(500, broken.file);
        assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
        // And the log has it as well.
        assert!(!server.log().lines_with(broken.file).is_empty());

        site.write(broken.file, &before);
        let mended = server.get("/en/about");
        assert_eq!(mended.text(), good.text(), "{} was mended", broken.file);
        is_the_same(&mut server);
    }

    // All mistakes are on one page.
    for broken in [&BREAKS[1], &BREAKS[3], &BREAKS[6], &BREAKS[7]] {
        site.replace(broken.file, broken.old, broken.new);
    }
    let page = server.get("/en");
    for broken in [&BREAKS[1], &BREAKS[3], &BREAKS[6], &BREAKS[7]] {
        page.expect(500, &format!("{}:", broken.file));
    }
    server.stop_well();
}

/// The line and the column, in characters, of what the place of a mistake should point at.
fn place(text: &str, broken: &Break) -> (usize, usize) {
    let new = text.find(broken.new).unwrap();
    let at = new + broken.new.find(broken.at).unwrap();
    let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[..at].matches('\n').count() + 1;
    (line, text[line_start..at].chars().count() + 1)
}

/// The text of a page, without its tags.
fn plain(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or("", |(_, text)| text));
    }
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    text
}

#[test]
fn a_server_can_start_with_broken_files_and_recover() {
    let studio = Studio::open();
    let broken = &BREAKS[0];
    studio.site.replace(broken.file, broken.old, broken.new);
    let server = studio.build.launch().serve();
    server.get("/en").expect(500, "template/about.html:");
    studio.site.replace(broken.file, broken.new, broken.old);
    assert_eq!(server.get("/en").status, 200);
    server.stop_well();
}

#[test]
fn between_two_looks_the_files_are_left_alone() {
    let studio = Studio::open();
    let server = studio
        .build
        .launch()
        .env("KALGAN_ENVIRONMENT__REFRESH_CONFIG_TIMEOUT", "3600")
        .serve();
    assert_eq!(server.get("/en/about").status, 200);
    studio.site.replace(MESSAGES, "About the museum", "Edited");
    server.get("/en/about").expect(200, "About the museum");
    server.stop_well();
}

#[test]
fn in_production_mode_a_debug_build_reads_its_files_once() {
    let studio = Studio::open();
    let site = &studio.site;
    site.append("config/app/app.yaml", "\n# edited\n");
    site.replace(
        "config/app/app.yaml",
        "refresh_config_timeout: 0",
        "refresh_config_timeout: 0\n  is_prod: true",
    );
    let server = studio.build.launch().serve();
    let line = server.log().line_with(" at http://");
    assert!(line.contains("read once"), "{line}");
    let before = server.get("/en/about");
    before.expect(200, "/static/app.css?v001");
    site.replace(MESSAGES, "About the museum", "Edited");
    site.replace(ABOUT, "<h1>", "<h1>{{ broken");
    site.remove(PAGES);
    assert_eq!(server.get("/en/about").text(), before.text());
    server.stop_well();

    // Nothing is explained to strangers, and nothing is served half.
    let ran = studio.build.launch().arg("--port").arg("0").run();
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains("template/about.html:"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_release_build_never_reads_again_whatever_the_settings_say() {
    let studio = Studio::open();
    let site = &studio.site;
    let server = museum(Profile::Release)
        .in_folder(site.folder())
        .env("KALGAN_ROOT", site.folder())
        .env("KALGAN_ENVIRONMENT__IS_PROD", "false")
        .env("KALGAN_ENVIRONMENT__REFRESH_CONFIG_TIMEOUT", "0")
        .serve();
    let before = server.get("/en/about");
    before.expect(200, "About the museum");
    // Production's versions of assets, not development's.
    before.expect(200, "/static/app.css?v001");
    site.replace(MESSAGES, "About the museum", "Edited");
    site.replace(ABOUT, "<h1>", "<h1>{{ broken");
    site.replace(SETTINGS, "page_size: 24", "page_size: 5");
    assert_eq!(server.get("/en/about").text(), before.text());
    server
        .get("/en/collection")
        .expect(200, "Shown here: 24 of 118");
    // Errors tell strangers nothing.
    let refused = server.ask("POST", "/en/about").send();
    assert_eq!(refused.status, 405);
    assert!(!refused.has("page_controller"), "{refused:?}");
    server.stop_well();
}
