//! Writes the apps that are measured.

use crate::common::{lock, repository, write};
use std::fmt::Write;
use std::path::Path;

const TEMPLATES: usize = 1000;
const ROUTES: usize = 1000;
const MESSAGES: usize = 5000;
/// Sections of messages, each a file.
const SECTIONS: usize = 50;
const LANGUAGES: [&str; 3] = ["en", "es", "ja"];

/// A workspace with three apps: without the macro, with it and nearly no files, and with many.
pub(crate) fn workspace(folder: &Path) {
    let kalgan = repository().join("kalgan");
    write(
        &folder.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"bare\", \"small\", \"large\"]\n\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n",
    );
    lock(folder);
    for app in ["bare", "small", "large"] {
        let manifest = format!(
            "[package]\nname = \"{app}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nkalgan = {{ path = {:?} }}\n",
            kalgan.display().to_string()
        );
        write(&folder.join(app).join("Cargo.toml"), &manifest);
        write(&folder.join(app).join("src/main.rs"), &main_rs(app, None));
    }
    site(&folder.join("small"), 1, 1, 1);
    site(&folder.join("large"), TEMPLATES, ROUTES, MESSAGES);
}

/// Changes the app's only source file.
pub(crate) fn touch(workspace: &Path, app: &str, round: usize) {
    let path = workspace.join(app).join("src/main.rs");
    write(&path, &main_rs(app, Some(round)));
}

/// The only source file. The bare app has what the macros would write, so that it is compiled and
/// linked with the same code.
fn main_rs(app: &str, edit: Option<usize>) -> String {
    let is_bare = app == "bare";
    let mut text = String::from("use kalgan::prelude::*;\n\n");
    if is_bare {
        text.push_str(
            "use kalgan::__private::{self, Files, Functions, Linked, Spec, views::RegisteredNames};\n\n\
             static SPEC: Spec = Spec {\n    name: \"bare\",\n    version: \"0\",\n    \
             functions,\n    registered: RegisteredNames { filters: &[], tests: &[], functions: \
             &[], variables: &[] },\n    commands: &[],\n    own_sections: &[],\n    own_settings: &[],\n    views: &[],\n    files: Files::Disk { \
             package: env!(\"CARGO_MANIFEST_DIR\"), root: \"\", settings: None, linked: Linked::ALL },\n};\n\nfn functions() -> Functions {\n    Functions {\n        \
             controllers: vec![\n",
        );
        for at in 0..10 {
            let _ = writeln!(
                text,
                "            (\"pages::show{at}\", __private::BoxedHandler::new(controller::pages::show{at})),"
            );
        }
        text.push_str(
            "        ],\n        middlewares: vec![],\n    }\n}\n\n\
             fn main() -> std::process::ExitCode {\n    __private::main(&SPEC, |app| async move {\n        \
             println!(\"{}\", controller::edit());\n        App::run(app).await\n    })\n}\n\n",
        );
    } else {
        text.push_str(
            "#[kalgan::app]\nfn main() {\n    println!(\"{}\", controller::edit());\n}\n\n",
        );
    }
    text.push_str("mod controller {\n");
    let _ = writeln!(
        text,
        "    pub fn edit() -> u32 {{\n        {}\n    }}\n",
        edit.map_or(0, |round| round + 1)
    );
    text.push_str("    pub mod pages {\n        use super::super::*;\n\n");
    for at in 0..10 {
        let (title, page) = if is_bare {
            (
                format!(
                    "kalgan::trans(\"en\", \"s0.m0\", [(\"name\", kalgan::url(\"page0\", [(\"id\", {at})])?)])?"
                ),
                "kalgan::render(\"p0/page0.html\", [(\"title\", title)].into_iter().collect::<std::collections::BTreeMap<_, _>>())",
            )
        } else {
            (
                format!("trans!(\"en\", \"s0.m0\", name = url!(\"page0\", id = {at}))"),
                "render!(\"p0/page0.html\", { title, items: [\"a\", \"b\"], user: [(\"name\", \"x\")].into_iter().collect::<std::collections::BTreeMap<_, _>>() })",
            )
        };
        let _ = writeln!(
            text,
            "        pub async fn show{at}() -> kalgan::Result<Response> {{\n            \
             let title = {title};\n            {page}\n        }}\n"
        );
    }
    text.push_str("    }\n}\n");
    text
}

fn site(folder: &Path, templates: usize, routes: usize, messages: usize) {
    write(
        &folder.join("build.rs"),
        "fn main() {\n    for folder in [\"config\", \"template\"] {\n        \
         println!(\"cargo::rerun-if-changed={folder}\");\n    }\n    \
         println!(\"cargo::rustc-env=KALGAN_WATCH=1\");\n}\n",
    );
    for at in 0..routes.div_ceil(100) {
        let mut text = String::from("routes:\n");
        for route in at * 100..routes.min((at + 1) * 100) {
            let _ = writeln!(
                text,
                "  - page{route}:\n      path: /{{_lang}}/section{}/page{route}/{{id}}\n      \
                 controller: pages::show{}\n      methods: get\n      language: _lang\n      \
                 requirements: {{ id: \"[0-9]+\", _lang: \"en|es|ja\" }}",
                route % 20,
                route % 10
            );
        }
        write(&folder.join(format!("config/routes/r{at:03}.yaml")), &text);
    }
    for language in LANGUAGES {
        let sections = SECTIONS.min(messages);
        for section in 0..sections {
            let mut text = format!("s{section}:\n");
            for message in (section..messages).step_by(sections) {
                let _ = writeln!(
                    text,
                    "  m{message}: \"{language}: message {message} for {{name}}, and what it says\""
                );
            }
            let path = format!("config/i18n/{language}/s{section:02}.yaml");
            write(&folder.join(path), &text);
        }
    }
    write(
        &folder.join("template/base.html"),
        "<!doctype html>\n<html lang=\"{{ lang }}\">\n<head><title>{% block title %}{{ title }}\
         {% endblock %}</title></head>\n<body>\n{% include \"foot.html\" %}\n\
         {% block body %}{% endblock %}\n</body>\n</html>\n",
    );
    write(
        &folder.join("template/foot.html"),
        "<footer>{{ \"s0.m0\"|trans(name=title) }}</footer>\n",
    );
    let sections = SECTIONS.min(messages);
    for template in 0..templates {
        let message = |at: usize| {
            let number = (template * 5 + at) % messages;
            format!("s{}.m{number}", number % sections)
        };
        let route = template % routes;
        let text = format!(
            "{{% extends \"base.html\" %}}\n\
             {{% block title %}}{{{{ title|upper }}}} – {{{{ super() }}}}{{% endblock %}}\n\
             {{% block body %}}\n\
             <h1>{{{{ \"{}\"|trans(name=user.name) }}}}</h1>\n\
             {{% if items|length > 1 %}}\n<ul>\n\
             {{% for item in items %}}\n\
             \x20 <li class=\"{{{{ \"odd\" if loop.index is odd else \"even\" }}}}\">\n\
             \x20   <a href=\"{{{{ \"page{route}\"|url(id=loop.index) }}}}\">{{{{ item|title }}}}</a>\n\
             \x20   {{{{ \"{}\"|trans(name=item) }}}}\n  </li>\n\
             {{% endfor %}}\n</ul>\n{{% else %}}\n<p>{{{{ \"{}\"|trans(name=\"x\") }}}}</p>\n{{% endif %}}\n\
             {{% set count = items|length * 2 + 1 %}}\n\
             <p>{{{{ count }}}} {{{{ user.email|default(value=\"-\") }}}}</p>\n\
             <p>{{{{ \"{}\"|trans(name=user.name|lower|trim) }}}}</p>\n\
             <a href=\"{{{{ url(name=\"page{route}\", id={template}) }}}}\">…</a>\n\
             {{% endblock %}}\n",
            message(0),
            message(1),
            message(2),
            message(3),
        );
        let path = format!("template/p{}/page{template}.html", template % 40);
        write(&folder.join(path), &text);
    }
}
