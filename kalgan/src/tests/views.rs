//! Templates that have changed since the app was compiled.

use super::*;
use crate::render::checked;
use kalgan_core::loader::Loader;
use kalgan_core::source::Disk;
use kalgan_core::templates::views::{RustPlace, Shape, StructShape, Variable};
use std::borrow::Cow::Borrowed;

/// What `render!("user.html", { user, n: 5 })` expands to.
pub(super) async fn user() -> Result<Response> {
    checked::render("user.html", |variables| {
        variables.insert("user", &BTreeMap::from([("name", "Ann")]))?;
        variables.insert("n", &5)
    })
}

const ROUTES: &str = "routes: [{user: {path: /, controller: home::user}}]";

/// As a struct with `#[derive(Template)]`, whose field `user` is known.
static VIEWS: &[View] = &[View {
    template: Borrowed("user.html"),
    place: RustPlace {
        file: Borrowed("src/home.rs"),
        line: 2,
        column: 5,
    },
    variables: Borrowed(&[
        Variable {
            name: Borrowed("user"),
            shape: Some(0),
        },
        Variable {
            name: Borrowed("n"),
            shape: None,
        },
    ]),
    shapes: Borrowed(&[Shape::Struct(StructShape {
        name: Borrowed("User"),
        place: RustPlace {
            file: Borrowed("src/user.rs"),
            line: 1,
            column: 8,
        },
        fields: Borrowed(&[Variable {
            name: Borrowed("name"),
            shape: None,
        }]),
        is_open: false,
    })]),
}];

fn site(template: &str, settings: &str) -> Site {
    let files = [
        ("config/app.yaml", settings),
        ("config/routes/site.yaml", ROUTES),
        ("template/user.html", template),
        (
            "src/home.rs",
            "fn f() {\n    render!(\"user.html\", { user, n: 5 })\n}\n",
        ),
    ];
    Site::compiled_with(&files, VIEWS, |app| {
        app.tera(|tera| tera.global_context().insert("global", "G"))
    })
}

#[tokio::test]
async fn a_variable_that_a_branch_needs() {
    let site = site("{{ user.name }} {{ n }} {{ global }}", "");
    assert_eq!(site.get("/").await.body, "Ann 5 G");
    site.write(
        "template/user.html",
        "{{ user.name }}\n{% if n > 9 %}\n  {{ orders }}\n{% endif %}",
    );
    let page = site.get("/").await;
    assert_eq!(page.status, 500);
    for expected in [
        "needs the variable `orders`",
        "template/user.html:3:6",
        "src/home.rs:2:5",
        "<mark>render!</mark>",
    ] {
        assert!(page.body.contains(expected), "{expected}: {}", page.body);
    }
    site.write(
        "template/user.html",
        "{{ user.name }}{% if n > 9 %}{{ orders | default(value=1) }}{% endif %}",
    );
    assert_eq!(site.get("/").await.body, "Ann");
}

#[tokio::test]
async fn a_field_that_the_struct_does_not_have() {
    let site = site("{% if n > 9 %}{{ user.nmae }}{% endif %}", "");
    let page = site.get("/").await;
    assert_eq!(page.status, 500);
    for expected in [
        "`User` has no field `nmae`",
        "did you mean `name`?",
        "src/user.rs:1:8",
    ] {
        assert!(page.body.contains(expected), "{expected}: {}", page.body);
    }
}

#[tokio::test]
async fn a_superfluous_variable_is_no_error() {
    assert_eq!(site("{{ user.name }}", "").get("/").await.body, "Ann");
}

#[tokio::test]
async fn production_does_not_look() {
    let template = "{{ n }}{% if n > 9 %}{{ orders }}{% endif %}";
    let site = site(template, "environment: {is_prod: true}");
    assert_eq!(site.get("/").await.body, "5");
}

#[test]
fn the_command_check_finds_the_same() {
    let texts = |template: &str| -> Vec<String> {
        let site = site(template, "tera: {variables: global}");
        let loaded = Loader::new(None).refresh(&Disk::new(site.folder.path()));
        let spec: &'static Spec = Box::leak(Box::new(Spec {
            name: "site",
            version: "0.0.0",
            commands: &[],
            own_sections: &[],
            own_settings: &[],
            registered: kalgan_core::templates::views::RegisteredNames {
                filters: &["shout"],
                ..Default::default()
            },
            views: VIEWS,
            files: Files::Disk {
                package: Box::leak(site.folder.path().to_str().unwrap().into()),
                root: "",
                settings: None,
                linked: Linked::ALL,
            },
            functions,
        }));
        let found = crate::disk::lint::check(spec, &loaded.unwrap(), None);
        found.iter().map(ToString::to_string).collect()
    };
    assert_eq!(texts("{{ user.name | shout }}{{ n }}{{ global }}"), [""; 0]);
    assert_eq!(
        texts("{{ user.nmae | shuot }}"),
        [
            "template/user.html:1:16: error: there is no filter `shuot`; did you mean `shout`?",
            "template/user.html:1:9: error: `User` has no field `nmae`; did you mean `name`?",
            "src/home.rs:2:5: error: the template `user.html` does not use the variable `n`; \
             remove it, or use it in the template",
        ]
    );
    assert_eq!(texts("{{ broken"), [""; 0]);
}
