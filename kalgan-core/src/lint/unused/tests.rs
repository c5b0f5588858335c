//! Whole sites in memory, and the sources of their apps.

use crate::lint::{Rust, all};
use crate::loader::Loader;
use crate::source::Memory;
use crate::templates::registered::Registered;

/// What is unused, in the order of files and places.
fn found(files: &[(&str, &str)], rust: &[&str]) -> Vec<String> {
    let memory = Memory::with(files.iter().copied());
    let loaded = Loader::new(None).refresh(&memory).unwrap();
    let registered = Registered::default();
    let texts: Vec<String> = rust.iter().map(|text| (*text).to_owned()).collect();
    let rust = Rust {
        texts: Some(&texts),
        ..Rust::new(&registered)
    };
    let mut diagnostics = all(&loaded, rust);
    crate::diagnostic::sort(&mut diagnostics);
    assert!(diagnostics.iter().all(|one| !one.is_error()));
    diagnostics
        .iter()
        .map(|one| format!("{} {}", one.location().unwrap(), one.message))
        .collect()
}

/// The keys of English messages that are unused.
fn keys(messages: &str, template: &str, rust: &str) -> Vec<String> {
    let files = [
        ("config/i18n/en.yaml", messages),
        ("template/page.html", template),
    ];
    let found = found(&files, &["\"page.html\"", rust]);
    let keys = found.iter().filter_map(|line| line.split('`').nth(1));
    keys.map(str::to_owned).collect()
}

#[test]
fn a_message_is_listed_once_with_its_languages() {
    let found = found(
        &[
            (
                "config/app.yaml",
                "i18n: {missing: allow, language: {default: es}}\n",
            ),
            ("config/i18n/en.yaml", "a: {b: x, c: y}\nd: z\n"),
            ("config/i18n/es.yaml", "a:\n  c: y\n  b: x\n"),
            ("template/page.html", "{{ \"a.c\"|trans }}"),
        ],
        &["fn a() { render!(\"page.html\", {}) }"],
    );
    assert_eq!(
        found,
        [
            "config/i18n/en.yaml:2:1 nothing names the message `d`, which stands in `en`",
            "config/i18n/es.yaml:3:3 nothing names the message `a.b`, which stands in `en` and `es`",
        ]
    );
}

#[test]
fn what_may_name_a_message() {
    let messages = "a: {b: x, c: x}\nd: x\n";
    let none = || vec!["a.b".to_owned(), "a.c".to_owned(), "d".to_owned()];
    assert_eq!(keys(messages, "", ""), none());
    assert_eq!(keys(messages, "a.b {# \"d\" #}", "// \"d\""), none());
    for (template, rust, unused) in [
        ("{{ trans(key=\"d\") }}", "", &["a.b", "a.c"][..]),
        ("{% set x = \"d\" %}", "", &["a.b", "a.c"]),
        ("{% set x = {\"d\": 1} %}", "", &["a.b", "a.c"]),
        ("{{ (\"a.\" ~ x)|trans }}", "", &["d"]),
        ("{{ (\"a\" ~ \".\" ~ x)|trans }}", "", &["d"]),
        ("{{ (x ~ \".c\")|trans }}", "", &["a.b", "d"]),
        (
            "{{ <c /> }}{% component c(x=\"d\") %}{{ x|trans }}{% endcomponent c %}",
            "",
            &["a.b", "a.c"],
        ),
        ("", "trans!(\"d\")", &["a.b", "a.c"]),
        ("", "f(r#\"d\"#)", &["a.b", "a.c"]),
        ("", "format!(\"a.{x}\")", &["d"]),
        ("", "\"a.\".to_owned() + x", &["d"]),
        ("", "b\"d\"", &["a.b", "a.c", "d"]),
        // What is no Rust is looked through all the same.
        ("", "f(\"d\"", &["a.b", "a.c"]),
    ] {
        assert_eq!(keys(messages, template, rust), unused, "{template} {rust}");
    }
}

#[test]
fn forms_are_no_messages_of_their_own() {
    let messages = "n:\n  one: '{count} one'\n  other: '{count} more'\n";
    assert_eq!(keys(messages, "", ""), ["n"]);
    assert_eq!(keys(messages, "{{ \"n\"|trans(count=2) }}", ""), [""; 0]);
    // Kalgan 0.9.1 knew them by their own keys.
    assert_eq!(keys(messages, "", "\"n.one\""), [""; 0]);
}

#[test]
fn settings_and_routes_may_name_messages() {
    let found = found(
        &[
            ("config/app.yaml", "menu: {first: a.b, all: [c, {x: d}]}\n"),
            (
                "config/routes/r.yaml",
                "routes:\n  - e: {path: '/{p}', controller: a::b, defaults: {p: f}}\n",
            ),
            (
                "config/i18n/en.yaml",
                "a: {b: x}\nc: x\nd: x\ne: x\nf: x\ng: x\nen: x\n",
            ),
        ],
        &["get(\"menu\")"],
    );
    assert_eq!(
        found,
        ["config/i18n/en.yaml:6:1 nothing names the message `g`, which stands in `en`"]
    );
}

#[test]
fn templates_by_name_and_by_other_templates() {
    let files = [
        (
            "template/base.html",
            "{% include \"part/a.html\" %}{% block x %}{% endblock %}",
        ),
        ("template/part/a.html", "{{ <card /> }}"),
        ("template/part/b.html", "\n{{ <lost /> }}"),
        (
            "template/cards.html",
            "{% component card() %}{{ <inner /> }}{% endcomponent card %}",
        ),
        (
            "template/inner.html",
            "{% component inner() %}{% endcomponent inner %}",
        ),
        (
            "template/lost.html",
            "{% component lost() %}{% endcomponent lost %}",
        ),
        ("template/page/one.html", "{% extends \"base.html\" %}"),
        ("template/page/two.html", "2"),
    ];
    let of = |rust: &str| -> Vec<String> {
        let found = found(&files, &[rust]);
        let names = found.iter().filter_map(|line| line.split('`').nth(1));
        names.map(str::to_owned).collect()
    };
    assert_eq!(of("").len(), files.len());
    let lost = ["lost.html", "part/b.html"];
    assert_eq!(
        of("\"page/one.html\""),
        ["lost.html", "page/two.html", "part/b.html"]
    );
    assert_eq!(of("format!(\"page/{name}.html\")"), lost);
    assert_eq!(of("name + \".html\""), [""; 0]);
    assert_eq!(
        found(&files, &["\"page/\""]),
        [
            "template/lost.html:1:1 only unused templates name the template `lost.html`",
            "template/part/b.html:1:1 nothing names the template `part/b.html`",
        ]
    );
}

/// The templates and the messages of two apps that have been merged: nothing renders `old.html`.
const MERGED: [(&str, &str); 8] = [
    (
        "config/i18n/en.yaml",
        "old: x\nshared: x\nbanner: x\nform: x\nnews: x\n",
    ),
    ("template/page.html", "{% extends \"base.html\" %}"),
    ("template/base.html", "{{ \"shared\"|trans }}{{ <used /> }}"),
    (
        "template/old.html",
        "{% extends \"old_base.html\" %}{% block x %}{{ \"shared\"|trans }}{{ <form /> }}{% endblock %}",
    ),
    (
        "template/old_base.html",
        "{% include \"old_part.html\" %}{{ \"old\"|trans }}{% block x %}{% endblock %}",
    ),
    ("template/old_part.html", "{{ (\"ban\" ~ \"ner\")|trans }}"),
    (
        "template/ui.html",
        "{% component used() %}{% endcomponent used %}\n\
         {% component form() %}{{ \"form\"|trans }}{{ <input /> }}{% endcomponent form %}\n\
         {% component lost() %}{{ \"news\"|trans }}{{ <lost /> }}{% endcomponent lost %}",
    ),
    (
        "template/input.html",
        "{% component input() %}{% endcomponent input %}",
    ),
];

#[test]
fn what_is_unused_does_not_name() {
    let messages = [
        "config/i18n/en.yaml:1:1 only unused templates name the message `old`, which stands in `en`",
        "config/i18n/en.yaml:3:1 only unused templates name the message `banner`, which stands in `en`",
        "config/i18n/en.yaml:4:1 only unused templates name the message `form`, which stands in `en`",
        "config/i18n/en.yaml:5:1 only unused templates name the message `news`, which stands in `en`",
    ];
    let templates = [
        "template/input.html:1:1 only unused templates name the template `input.html`",
        "template/old.html:1:1 nothing names the template `old.html`",
        "template/old_base.html:1:1 only unused templates name the template `old_base.html`",
        "template/old_part.html:1:1 only unused templates name the template `old_part.html`",
    ];
    let components = [
        "template/ui.html:2:14 only what is unused calls the component `form`",
        "template/ui.html:3:14 nothing calls the component `lost`",
    ];
    let all = [&messages[..], &templates[..], &components[..]].concat();
    assert_eq!(found(&MERGED, &["render!(\"page.html\")"]), all);
    // Once something renders it, only what it does not call is left.
    assert_eq!(
        found(
            &MERGED,
            &["render!(\"page.html\")", "#[template(\"old.html\")]"]
        ),
        [messages[3], components[1]]
    );
    // Nor does its text make a page of it.
    let none = found(&MERGED[1..], &[]);
    assert_eq!(none.len(), MERGED.len() - 1, "{none:?}");
}

#[test]
fn code_may_call_a_component() {
    let rust = "render!(\"page.html\"); tera.render_component(\"lost\", &context, None)";
    let found = found(&MERGED, &[rust]);
    assert!(!found.iter().any(|line| line.contains("lost")), "{found:?}");
    assert!(!found.iter().any(|line| line.contains("news")), "{found:?}");
}

#[test]
fn templates_in_a_circle_do_not_use_each_other() {
    let files = [
        (
            "template/a.html",
            "{{ <b /> }}{% component a() %}{{ <b /> }}{% endcomponent a %}",
        ),
        (
            "template/b.html",
            "{{ <a /> }}{% component b() %}{{ <a /> }}{% endcomponent b %}",
        ),
    ];
    assert_eq!(
        found(&files, &[]),
        [
            "template/a.html:1:1 only unused templates name the template `a.html`",
            "template/b.html:1:1 only unused templates name the template `b.html`",
        ]
    );
}

#[test]
fn nothing_is_said_where_a_template_is_broken() {
    let files = [("template/a.html", "a"), ("template/b.html", "{{ a")];
    assert_eq!(found(&files, &[]), [""; 0]);
}

#[test]
fn bodies_parameters_routes_and_settings() {
    let files = [
        (
            "template/base.html",
            "{% block title %}Site{% endblock %}{% block body %}{% endblock %}\
             {% block foot %}Foot{% endblock %}{% block nav %}Nav{% endblock %}",
        ),
        (
            "template/a.html",
            "{% extends \"base.html\" %}{% block title %}A{% endblock %}{% block nav %}{{ super() }}{% endblock %}\
             {% block body %}{{ <card title=\"x\" tone=\"y\"/> }}<a href=\"/docs/start\">x</a>{{ \"user\"|url(id=1) }}{% endblock %}",
        ),
        (
            "template/b.html",
            "{% extends \"base.html\" %}{% block title %}B{% endblock %}",
        ),
        (
            "template/card.html",
            "{% component card(title, tone, size = 1, ...rest) %}{{ title }}{{ rest }}{{ tone }}{% endcomponent %}",
        ),
        (
            "config/routes/site.yaml",
            "routes:\n  - home: {path: '/{_lang}', controller: a::b, language: _lang, requirements: {_lang: en}}\n  - user: {path: '/user/{id}', controller: a::b}\n  - docs: {path: '/docs/{page}', controller: a::b}\n  - feed: {path: /feed.xml, controller: a::b}\n  - hook: {path: /hook, controller: a::b, methods: post}\n  - old: {path: /old, controller: a::b}\n  - missing: {path: '/{rest*}', controller: a::b}\n",
        ),
        (
            "config/app.yaml",
            "shop:\n  currency: EUR\n  colour: red\nsite:\n  name: x\ni18n: {missing: allow}\n",
        ),
        ("config/i18n/en.yaml", "{}\n"),
    ];
    let rust = "render!(\"a.html\"); render!(\"b.html\"); redirect!(\"old\"); get(\"shop.currency\"); get::<Site>(\"site\")";
    let found = found(&files, &[rust]);
    assert_eq!(
        found,
        [
            "config/app.yaml:3:3 nothing reads the setting `shop.colour`",
            "config/routes/site.yaml:5:5 nothing links to the route `feed`",
            "template/base.html:1:10 no page shows this body of the block `title`",
            "template/card.html:1:32 the component `card` does not use its parameter `size`",
        ]
    );
}
