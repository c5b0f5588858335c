//! Random edits of a site.

use super::*;

/// What a file of each kind may hold, good and bad.
const FILES: [(&str, &[&str]); 8] = [
    (
        "config/app/app.yaml",
        &[
            "a: 1\n",
            "i18n: {missing: warn}\n",
            "i18n: {language: {default: es}}\n",
            "tera: {path: views}\n",
            "tera: {path: ../out}\n",
            "router: {path: nowhere}\n",
            "server: {prot: 1}\n",
            "static: {folders: static}\n",
        ],
    ),
    ("config/app/more.yaml", &["a: 2\n", "b: 2\n"]),
    (
        "config/routes/a.yaml",
        &[
            "routes:\n  - home: {path: /, controller: a::b}\n",
            "routes:\n  - home: {path: '/{x}', controller: a::b, language: x}\n",
            "routes: 1\n",
        ],
    ),
    (
        "config/routes/b.yaml",
        &[
            "routes:\n  - home: {path: /b, controller: a::b}\n",
            "routes: []\n",
        ],
    ),
    (
        "config/i18n/en/m.yaml",
        &["a: A {x}\nb: B\n", "a: A\n", "a: '{'\n"],
    ),
    ("config/i18n/es/m.yaml", &["a: A {x}\nb: B\n", "a: A {y}\n"]),
    (
        "template/page.html",
        &[
            "{{ \"home\"|url }}{{ \"a\"|trans(x=1) }}{{ \"/static/a.css\"|asset }}",
            "{% include \"part.html\" %}",
            "{{ \"b\"|trans }}{% broken",
            "{{ \"/b.css\"|asset }}",
        ],
    ),
    ("views/part.html", &["x", "{% extends \"page.html\" %}"]),
];

/// Folders of templates, some of which are files at other times.
const FOLDERS: [&str; 6] = [
    "template",
    "template/a",
    "template/a/b",
    "template/page.html",
    "views",
    "views/a",
];

/// One edit of a site, and the paths that a system tells of it.
fn edit(memory: &mut Memory, random: &mut fastrand::Rng) -> Vec<String> {
    let (path, texts) = FILES[random.usize(0..FILES.len())];
    let mut pick = || FOLDERS[random.usize(0..FOLDERS.len())];
    let (from, to) = (pick(), pick());
    let path = match random.usize(0..6) {
        0 => path.replace("views/", "template/"),
        1 => String::from("static/static/a.css"),
        2 => format!("{to}/part.html"),
        3 if !from.starts_with(to) && !to.starts_with(from) => {
            memory.rename(from, to);
            return vec![from.to_owned(), to.to_owned()];
        }
        _ => path.to_owned(),
    };
    if random.usize(0..4) == 0 {
        memory.remove(&path);
        return vec![path];
    }
    // A file takes the place of a folder, and a folder that of a file.
    let below = memory.walk(&path).unwrap().unwrap_or_default();
    let mut told: Vec<String> = below.into_iter().map(|entry| entry.path).collect();
    let above = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
    told.extend(above.filter(|path| memory.read(path).is_ok()));
    for path in &told {
        memory.remove(path);
    }
    memory.write(&path, texts[random.usize(0..texts.len())]);
    told.push(path);
    told
}

/// However a site came to be what it is, it is what a first look at it finds.
#[test]
fn what_is_kept_is_what_a_first_look_finds() {
    let mut random = fastrand::Rng::with_seed(3);
    for round in 0..60 {
        let mut memory = Memory::new();
        let mut loader = Loader::new(None);
        let mut kept = Loaded::default();
        for step in 0..30 {
            let mut named = BTreeSet::new();
            for _ in 0..random.usize(1..4) {
                named.extend(edit(&mut memory, &mut random));
            }
            let look = match random.usize(0..4) {
                0 => Look::All,
                _ => Look::Named(&named),
            };
            let is_up_to_date = loader.is_up_to_date(&memory, look);
            if let Some(loaded) = loader.refresh_where(&memory, look) {
                assert!(!is_up_to_date, "step {step}: {named:?}");
                kept = loaded;
            }
            let fresh = load(&memory);
            let context = || format!("{round}, {step}: {named:?}, {:#?}", memory.walk(""));
            assert_eq!(texts(&kept), texts(&fresh), "{}", context());
            assert_eq!(kept.site, fresh.site, "{}", context());
            assert_eq!(kept.template_folder, fresh.template_folder);
            assert_eq!(kept.message_places, fresh.message_places);
            assert_eq!(kept.templates.names(), fresh.templates.names());
            assert_eq!(kept.route_places.len(), fresh.route_places.len());
            let nothing = BTreeSet::new();
            let again = loader.refresh_where(&memory, Look::Named(&nothing));
            assert!(again.is_none(), "{}", context());
        }
    }
}
