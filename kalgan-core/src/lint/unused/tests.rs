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
            "{% component c(x=\"d\") %}{{ x|trans }}{% endcomponent c %}",
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
        &[],
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
            "template/lost.html:1:1 nothing names the template `lost.html`",
            "template/part/b.html:1:1 nothing names the template `part/b.html`",
        ]
    );
}

#[test]
fn nothing_is_said_where_a_template_is_broken() {
    let files = [("template/a.html", "a"), ("template/b.html", "{{ a")];
    assert_eq!(found(&files, &[]), [""; 0]);
}
