//! Comparisons of what Kalgan provides.

use super::{Rust, all, lines};
use crate::loader::Loader;
use crate::source::Memory;
use crate::templates::registered::Registered;
use crate::templates::views::{RustPlace, Variable, View};

const ROUTES: &str = "routes:
  - home: {path: /, controller: a::b}
  - about: {path: /about, controller: a::b}
";

/// What is wrong with a template of an app in `en` and `pt_BR`, beside one that renders `page.html`.
fn found(template: &str, views: &[View]) -> Vec<String> {
    let memory = Memory::with([
        ("config/routes/a.yaml", ROUTES),
        ("config/i18n/en/m.yaml", "a: A\n"),
        ("config/i18n/pt_BR/m.yaml", "a: A\n"),
        ("template/page.html", template),
    ]);
    let loaded = Loader::new(None).refresh(&memory).unwrap_or_default();
    let registered = Registered::default();
    let rust = Rust {
        views,
        ..Rust::new(&registered)
    };
    let mut diagnostics = all(&loaded.files, rust);
    diagnostics.retain(|diagnostic| diagnostic.code == Some("impossible-comparison"));
    lines(diagnostics)
}

#[test]
fn what_is_never_so() {
    for (template, expected) in [
        (
            "{% if lang == \"fr\" %}{% endif %}",
            "1:15: error: `lang` is never `fr`; there are `en` and `pt-BR`",
        ),
        (
            "{{ 1 if \"pt_BR\" != lang else 2 }}",
            "1:9: error: `lang` is never `pt_BR`; did you mean `pt-BR`?",
        ),
        (
            "{% if route.name in [\"home\", \"abuot\"] %}{% endif %}",
            "1:30: error: `route.name` is never `abuot`; did you mean `about`?",
        ),
        (
            "{% set here = \"hoem\" %}{{ 1 if route.name == here else 2 }}",
            "1:15: error: `route.name` is never `hoem`; did you mean `home`?",
        ),
        (
            "{% if lang in [\"ar\", \"em\"] %}{% endif %}",
            "1:22: error: `lang` is never `em`; did you mean `en`?",
        ),
        // What a component is given is no variable of the page.
        (
            "{% component a(lang: string) %}{{ 1 if lang == \"x\" else 2 }}{% endcomponent %}\
             {% if lang == \"fr\" %}{% endif %}",
            "1:93: error: `lang` is never `fr`; there are `en` and `pt-BR`",
        ),
        (
            "{% if not (request.method == \"post\") %}{% endif %}",
            "1:30: error: `request.method` is never `post`; methods are written in capitals: `POST`",
        ),
    ] {
        let found = found(template, &[]);
        let found: Vec<&str> = found
            .iter()
            .map(|line| line.trim_start_matches("template/page.html:"))
            .collect();
        assert_eq!(found, [expected], "{template}");
    }
}

#[test]
fn what_may_be() {
    for template in [
        "{% if lang == \"en\" or lang in [\"pt-BR\", other] %}{% endif %}",
        "{% if route.name == \"home\" and request.method == \"PROPFIND\" %}{% endif %}",
        "{{ \"rtl\" if lang in [\"ar\", \"he\", \"fa-AF\"] else \"ltr\" }}",
        "{% if lang == other %}{% endif %}{% if user.name == \"fr\" %}{% endif %}",
        "{% for lang in langs %}{{ 1 if lang == \"fr\" else 2 }}{% endfor %}",
        "{% component a(route: map) %}{{ 1 if route.name == \"fr\" else 2 }}{% endcomponent %}",
        "{{ [1 for lang in langs if lang == \"fr\"] }}{% if \"fr\" in lang %}{% endif %}",
    ] {
        assert_eq!(found(template, &[]), [""; 0], "{template}");
    }
    // The app's own variable.
    let view = View {
        template: "page.html".into(),
        variables: vec![Variable {
            name: "lang".into(),
            shape: None,
        }]
        .into(),
        place: RustPlace::default(),
        shapes: Vec::new().into(),
    };
    let template = "{% if lang == \"fr\" %}{% endif %}";
    assert_eq!(found(template, &[view]), [""; 0]);
}
