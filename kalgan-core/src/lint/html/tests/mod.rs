//! Templates as HTML.

mod links;
mod pages;
mod tags;
mod values;

use crate::loader::Loader;
use crate::source::Memory;
use crate::templates::tests::lines;

const ROUTES: &str = "routes:
  - home: {path: /, controller: a::b, methods: get}
  - about: {path: /about, controller: a::b, methods: get}
  - user: {path: '/user/{id}', controller: a::b, methods: get, requirements: {id: '[0-9]+'}}
  - edit: {path: '/user/{id}/edit', controller: a::b, methods: [get, post]}
  - send: {path: /send, controller: a::b, methods: post}
  - file: {path: '/files/{rest*}', controller: a::b}
  - list: {path: '/list/{page}', controller: a::b, defaults: {page: 1}}
  - local: {path: '/{_lang}/shop', controller: a::b, language: _lang, requirements: {_lang: 'en|es'}}
";

/// What is wrong with the templates of an app.
fn app(settings: &str, templates: &[(&str, &str)]) -> Vec<String> {
    let mut memory = Memory::with([
        ("config/routes/a.yaml", ROUTES),
        (
            "config/i18n/en/m.yaml",
            "hello: Hello {name}\nplain: Plain\n",
        ),
        (
            "config/i18n/es/m.yaml",
            "hello: Hola {name}\nplain: Plano\n",
        ),
        ("static/app.css", ""),
        ("static/img/a b.png", ""),
    ]);
    let settings = format!("static: {{folders: static, path: /static}}\n{settings}");
    memory.write("config/app.yaml", settings);
    for (name, text) in templates {
        memory.write(&format!("template/{name}"), (*text).to_owned());
    }
    let loaded = Loader::new(None).refresh(&memory).unwrap_or_default();
    let told = lines(loaded.diagnostics).into_iter();
    told.map(|line| line.strip_prefix("template/").unwrap_or(&line).to_owned())
        .collect()
}

/// What is wrong with the only template of an app.
fn page(text: &str) -> Vec<String> {
    let told = app("", &[("page.html", text)]).into_iter();
    told.map(|line| line.strip_prefix("page.html:").unwrap_or(&line).to_owned())
        .collect()
}

/// Nothing is wrong with these.
fn assert_right(templates: &[&str]) {
    let told = templates.iter().map(|template| (template, page(template)));
    let wrong: Vec<_> = told.filter(|(_, told)| !told.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// These have one mistake each, whose text begins so.
fn assert_wrong(templates: &[(&str, &str)]) {
    let mut others = Vec::new();
    for (template, expected) in templates {
        let told = page(template);
        if told.len() != 1 || !told[0].starts_with(expected) {
            others.push(format!(
                "{template}\n  expected {expected}\n  told {told:#?}"
            ));
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
}
