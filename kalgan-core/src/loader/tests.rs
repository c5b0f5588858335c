mod random;

use super::*;
use crate::source::{Disk, Memory, Node};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

fn site() -> Memory {
    Memory::with([
        (
            "config/app/app.yaml",
            "server:\n  port: 8080\ni18n:\n  language:\n    default: en\n",
        ),
        (
            "config/routes/b.yaml",
            "routes:\n  - late: {path: '/{x}', controller: a::b}\n",
        ),
        (
            "config/routes/a.yml",
            "routes:\n  - home: {path: /, controller: a::b, middleware: m::n}\n",
        ),
        ("config/i18n/en/m.yaml", "a: Hello\nb: Bye\n"),
        ("config/i18n/es/m.yaml", "a: Hola\nb: Adiós\n"),
        ("template/base.html", "{% block x %}{% endblock %}"),
        (
            "template/a/page.html",
            "{% extends \"base.html\" %}{% block x %}{{ y }}{% endblock %}",
        ),
    ])
}

fn texts(loaded: &Loaded) -> Vec<String> {
    loaded.diagnostics.iter().map(ToString::to_string).collect()
}

fn names_of(loaded: &Loaded) -> Vec<String> {
    let files = loaded.site.templates.files().into_iter();
    files.map(|template| template.name.into_owned()).collect()
}

fn load(memory: &Memory) -> Loaded {
    Loader::new(None).refresh(memory).unwrap()
}

#[test]
fn a_whole_site() {
    let loaded = load(&site());
    assert_eq!(texts(&loaded), [""; 0]);
    let names: Vec<&str> = loaded
        .site
        .routes
        .routes
        .iter()
        .map(|r| r.name.as_ref())
        .collect();
    assert_eq!(names, ["home", "late"], "files in name order");
    assert_eq!(
        loaded.site.settings.get_number("server.port").unwrap(),
        8080
    );
    assert_eq!(loaded.site.catalogue.languages.len(), 2);
    assert_eq!(names_of(&loaded), ["a/page.html", "base.html"]);
    assert_eq!(loaded.template_folder, "template");
}

#[test]
fn an_empty_folder_is_a_site() {
    let loaded = load(&Memory::new());
    assert_eq!(texts(&loaded), [""; 0]);
    assert_eq!(loaded.site.catalogue.default, "en");
}

#[test]
fn all_mistakes_of_all_files() {
    let mut memory = site();
    memory.write("config/app/app.yaml", "server:\n  prot: 1\n");
    memory.write("config/app/b.yaml", "tera:\n  path: gone\n");
    memory.write(
        "config/routes/b.yaml",
        "routes:\n  - home: {path: /x, controller: a::b}\n",
    );
    memory.write("config/i18n/es/m.yaml", "a: '{'\n");
    memory.write("config/i18n/es/bad.yaml", vec![0xff_u8]);
    let all = texts(&load(&memory));
    for expected in [
        "config/app/app.yaml:2:3: error: there is no setting `server.prot`",
        "config/app/b.yaml:2:9: error: there is nothing at `gone`",
        "config/routes/b.yaml:2:5: error: there are two routes of the name `home`",
        "config/i18n/es/m.yaml:1:5: error: this `{` has no partner",
        "config/i18n/es/bad.yaml:1:1: error: this file is not UTF-8 text",
    ] {
        assert!(
            all.iter().any(|d| d.starts_with(expected)),
            "{expected}\n{all:#?}"
        );
    }
}

#[test]
fn a_message_that_a_language_lacks() {
    let mut memory = site();
    memory.write("config/i18n/es/m.yaml", "a: Hola\n");
    let with = |memory: &mut Memory, missing: &str| {
        memory.write("config/app/i.yaml", format!("x: 1\n{missing}\n"));
        texts(&load(memory))
    };
    memory.write("config/app/app.yaml", "");
    let place = "config/i18n/en/m.yaml:2:1";
    let refused = with(&mut memory, "");
    assert!(refused[0].starts_with(&format!("{place}: error: the message `b`")));
    let warned = with(&mut memory, "i18n: {missing: warn}");
    assert!(warned[0].starts_with(&format!("{place}: warning: the message `b`")));
    assert_eq!(with(&mut memory, "i18n: {missing: allow}"), [""; 0]);
}

#[test]
fn templates_that_do_not_fit() {
    let mut memory = site();
    memory.write("template/base.html", "{% block x %}");
    memory.write("template/c.html", "{% include \"nope.html\" %}");
    let all = texts(&load(&memory));
    assert_eq!(all.len(), 2, "{all:#?}");
    assert!(all[0].starts_with("template/base.html:1:"));
    assert!(
        all[1].starts_with(
            "template/c.html:1:12: error: there is no template `nope.html` to include"
        )
    );
}

#[test]
fn only_what_changed_is_read_again() {
    let mut memory = site();
    let mut loader = Loader::new(None);
    assert!(loader.refresh(&memory).is_some());
    assert_eq!(loader.reads(), 7);
    assert_eq!(loader.files().len(), 7);
    assert!(loader.refresh(&memory).is_none());
    assert!(loader.is_up_to_date(&memory, Look::All));
    assert_eq!(loader.reads(), 7);
    memory.write("config/i18n/es/m.yaml", "a: Buenas\nb: Adiós\n");
    let loaded = loader.refresh(&memory).unwrap();
    assert_eq!(loader.reads(), 8);
    let message = loaded.site.catalogue.find("es", "a").unwrap().message;
    let plurals = crate::messages::Plurals::of("es");
    assert_eq!(
        message.format(&plurals, |_| None::<&str>).unwrap(),
        "Buenas"
    );
    memory.remove("template/a/page.html");
    let loaded = loader.refresh(&memory).unwrap();
    assert_eq!(loader.reads(), 8);
    assert_eq!(names_of(&loaded).len(), 1);
    memory.write("template/new.html", "x");
    assert_eq!(names_of(&loader.refresh(&memory).unwrap()).len(), 2);
    assert_eq!(loader.reads(), 9);
}

#[test]
fn a_moved_folder_is_followed() {
    let mut memory = site();
    let mut loader = Loader::new(None);
    loader.refresh(&memory);
    memory.write("config/app/app.yaml", "tera:\n  path: views\n");
    memory.write("views/x.html", "x");
    let loaded = loader.refresh(&memory).unwrap();
    assert_eq!(names_of(&loaded), ["x.html"]);
    let changed: Vec<&str> = loaded.changed_templates.iter().map(AsRef::as_ref).collect();
    assert_eq!(changed, ["a/page.html", "base.html", "x.html"]);
    assert_eq!(loaded.template_folder, "views");
}

#[test]
fn layers_lie_over_the_files() {
    let layer = crate::settings::from_environment([("KALGAN_SERVER__PORT".into(), "9".into())]);
    let mut loader = Loader::new(None).with_layer(layer.collect());
    let loaded = loader.refresh(&site()).unwrap();
    assert_eq!(loaded.site.settings.get_number("server.port").unwrap(), 9);
}

#[test]
fn paths_outside_and_missing_settings() {
    let mut memory = site();
    memory.write("config/app/app.yaml", "tera:\n  path: ../other\n");
    let all = texts(&load(&memory));
    assert!(all[0].starts_with("config/app/app.yaml:2:9: error: the path `../other` leaves"));
    let mut loader = Loader::new(None);
    loader.refresh(&memory);
    let paths: Vec<&str> = loader.paths().collect();
    assert_eq!(paths, ["config/app", "config/routes", "config/i18n"]);
    assert!(loader.refresh(&memory).is_none(), "nothing has changed");
    memory.write("config/app/app.yaml", "");
    assert_eq!(texts(&loader.refresh(&memory).unwrap()), [""; 0]);
    let mut loader = Loader::new(Some("nowhere".into()));
    let loaded = loader.refresh(&memory).unwrap();
    assert!(texts(&loaded)[0].contains("there are no settings at `nowhere`"));
    assert!(loader.refresh(&memory).is_none(), "nothing has changed");
}

#[test]
fn a_default_language_without_messages() {
    let mut memory = site();
    memory.write(
        "config/app/app.yaml",
        "i18n:\n  language:\n    default: fr\n",
    );
    let all = texts(&load(&memory));
    assert!(all[0].starts_with("config/app/app.yaml:3:14: error: there are no messages in `fr`"));
}

/// Two writes of one length, faster than the clock of the file system ticks.
#[test]
fn the_second_of_two_quick_saves_is_seen() {
    let root = std::env::temp_dir().join(format!("kalgan-loader-{}", std::process::id()));
    std::fs::create_dir_all(root.join("template")).unwrap();
    let path = root.join("template/x.html");
    let disk = Disk::new(&root);
    let mut loader = Loader::new(None);
    for round in 0..200 {
        let text = format!("{:03}", round);
        std::fs::write(&path, &text).unwrap();
        let loaded = loader.refresh(&disk);
        let loaded = loaded.expect("a new text is a change");
        let file = loaded.site.templates.get("x.html").unwrap();
        assert_eq!(file.text(), text);
    }
    std::fs::remove_dir_all(root).unwrap();
}

/// A site of which one file and one folder cannot be read.
struct Locked(Memory);

impl Source for Locked {
    fn look(&self, path: &str) -> std::io::Result<Option<Node>> {
        self.0.look(path)
    }

    fn list(&self, folder: &str) -> std::io::Result<Vec<String>> {
        match folder {
            "locked/inner" => Err(std::io::ErrorKind::PermissionDenied.into()),
            _ => self.0.list(folder),
        }
    }

    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        if path.ends_with("es/m.yaml") {
            return Err(std::io::ErrorKind::PermissionDenied.into());
        }
        self.0.read(path)
    }
}

#[test]
fn a_file_that_cannot_be_read() {
    let loaded = Loader::new(None).refresh(&Locked(site())).unwrap();
    assert_eq!(
        texts(&loaded),
        ["config/i18n/es/m.yaml:1:1: error: this file cannot be read: permission denied"]
    );
    assert_eq!(loaded.diagnostics[0].code, Some("unreadable-file"));
}

#[test]
fn a_folder_of_settings_that_cannot_be_read_has_some_all_the_same() {
    let mut memory = Memory::with([("locked/inner/app.yaml", "")]);
    let mut loader = Loader::new(Some("locked".into()));
    let mut refresh = |memory: &Memory| loader.refresh(&Locked(memory.clone()));
    let expected = "error: `locked` cannot be read: `locked/inner`: permission denied";
    assert_eq!(texts(&refresh(&memory).unwrap()), [expected]);
    assert!(refresh(&memory).is_none(), "nothing has changed");
    memory.rename("locked/inner", "locked/open");
    assert_eq!(texts(&refresh(&memory).unwrap()), [""; 0]);
}

/// A site of which one file changes while it is read, and is gone soon after.
struct Vanishing {
    memory: Mutex<Memory>,
    was_read: AtomicBool,
}

const VANISHING: &str = "template/sedXY";

impl Source for Vanishing {
    fn look(&self, path: &str) -> std::io::Result<Option<Node>> {
        let mut memory = self.memory.lock().unwrap();
        let node = memory.look(path);
        if path == VANISHING && self.was_read.load(Ordering::Relaxed) {
            memory.remove(path);
        }
        node
    }

    fn list(&self, folder: &str) -> std::io::Result<Vec<String>> {
        self.memory.lock().unwrap().list(folder)
    }

    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        let mut memory = self.memory.lock().unwrap();
        let text = memory.read(path);
        if path == VANISHING && !self.was_read.swap(true, Ordering::Relaxed) {
            memory.write(path, "the other half");
        }
        text
    }
}

#[test]
fn a_file_that_changes_while_it_is_read_and_goes() {
    let mut memory = site();
    let mut loader = Loader::new(None);
    loader.refresh(&memory);
    memory.write(VANISHING, "{% if a %}");
    let source = Vanishing {
        memory: Mutex::new(memory),
        was_read: AtomicBool::new(false),
    };
    let loaded = loader.refresh(&source).unwrap();
    assert_eq!(texts(&loaded), [""; 0]);
    assert_eq!(names_of(&loaded), ["a/page.html", "base.html"]);
    assert!(loader.refresh(&source).is_none());
    assert_eq!(loader.files().len(), 7);
}

#[test]
fn static_files_are_looked_for_where_links_lead() {
    let missing = |path: &str, name: &str| {
        let memory = Memory::with([
            (
                "config/app/app.yaml",
                &*format!("static: {{path: {path}, folders: static}}\n"),
            ),
            ("template/a.html", &*format!("{{{{ \"{name}\"|asset }}}}")),
            ("static/css/a.css", ""),
            ("static/.hidden.css", ""),
        ]);
        texts(&Loader::new(None).refresh(&memory).unwrap())
    };
    for path in ["/static", "/static/", "static"] {
        for name in ["css/a.css", "/css/a.css"] {
            assert_eq!(missing(path, name), [""; 0], "{path} {name}");
        }
        let mistakes = missing(path, "css/b.css");
        assert!(mistakes[0].contains("template/a.html:1:4"), "{mistakes:?}");
        assert!(
            mistakes[0].contains("did you mean `/css/a.css`?"),
            "{mistakes:?}"
        );
        assert_eq!(missing(path, "/.hidden.css").len(), 1, "it is not served");
    }
}

#[test]
fn what_stands_beside_the_folders_of_languages() {
    let mistakes = |files: &[(&str, &str)], settings: &str| {
        let mut all = vec![("config/app/app.yaml", settings)];
        all.extend(files);
        texts(&Loader::new(None).refresh(&Memory::with(all)).unwrap())
    };
    let languages = [
        ("config/i18n/en/a.yaml", "a: x\n"),
        ("config/i18n/pt_BR.yaml", "a: y\n"),
    ];
    assert_eq!(mistakes(&languages, ""), [""; 0]);
    assert_eq!(
        mistakes(
            &[&languages[..], &[("config/i18n/common.yaml", "b: z\n")]].concat(),
            ""
        ),
        [
            "config/i18n/common.yaml:1:1: error: `common` is not a language; put the file into the folder of \
          a language: `config/i18n/en/common.yaml`, and its translations into those of the others"
        ]
    );
    assert_eq!(
        mistakes(
            &[&languages[..], &[("config/i18n/english/b.yaml", "b: z\n")]].concat(),
            ""
        ),
        [
            "config/i18n/english/b.yaml:1:1: error: `english` is not a language; name the folder \
          `config/i18n/english` by a tag such as `en`, `pt-BR` or `zh-Hant`; what all languages share has \
          to be in the folder of each"
        ]
    );
    // A default that says more than its folder is measured by it.
    let settings = "i18n: {language: {default: en-US}}\n";
    let differing = [
        ("config/i18n/de/a.yaml", "a: y {n}\n"),
        ("config/i18n/en/a.yaml", "a: x\n"),
    ];
    assert_eq!(mistakes(&languages, settings), [""; 0]);
    let all = mistakes(&differing, settings);
    assert!(
        all[0].starts_with("config/i18n/de/a.yaml:1:6: error:"),
        "{all:?}"
    );
}

#[test]
fn folders_as_people_write_them() {
    for folder in ["{}", "{}/", "./{}", "./{}/", "{}//"] {
        let written = |path: &str| folder.replace("{}", path);
        let settings = format!(
            "router: {{path: {}}}\ni18n: {{path: {}}}\ntera: {{path: {}}}\nstatic: {{path: /s, folders: {}}}\n",
            written("r"),
            written("m"),
            written("t/h"),
            written("s")
        );
        let memory = Memory::with([
            ("config/app/app.yaml", &*settings),
            ("r/a.yaml", "routes:\n  - a: {path: /, controller: a::b}\n"),
            ("m/en/a.yaml", "a: x\n"),
            (
                "t/h/a.html",
                "{{ 'a'|trans }}{{ 'a.css'|asset }}{{ 'a'|url }}",
            ),
            ("s/a.css", ""),
        ]);
        let loaded = Loader::new(None).refresh(&memory).unwrap();
        assert_eq!(texts(&loaded), [""; 0], "{folder}");
        assert_eq!(names_of(&loaded), ["a.html"], "{folder}");
    }
}

#[test]
fn static_folders_that_hold_sources() {
    let said = |folders: &str| {
        let settings = format!("static:\n  folders: {folders}\n");
        let memory = Memory::with([("config/app.yaml", settings.as_str())]);
        let loaded = Loader::new(None).refresh(&memory).unwrap();
        loaded
            .diagnostics
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<String>>()
    };
    assert_eq!(said("static"), [""; 0]);
    let found = said("static, config, ./src/");
    assert_eq!(found.len(), 2, "{found:?}");
    let place = "config/app.yaml:2:12: error:";
    assert!(
        found.iter().all(|text| text.starts_with(place)),
        "{found:?}"
    );
    assert!(found.iter().any(|text| {
        text.contains("the app's own `config/routes` to everyone, which is in `config`")
    }));
    assert!(
        found
            .iter()
            .any(|text| text.contains("the app's own `src` to everyone"))
    );
}
