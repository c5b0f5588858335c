use super::{Files, in_files};
use crate::diagnostic::Diagnostic;
use crate::messages::{Catalogue, Language};
use crate::routes::{self, RouteTable};
use crate::text::SourceFile;
use std::sync::Arc;

fn unknown_languages(text: &str, codes: &[&'static str]) -> Vec<Diagnostic> {
    let catalogue = Catalogue {
        languages: codes
            .iter()
            .map(|code| Language {
                code: (*code).into(),
                messages: Vec::new().into(),
            })
            .collect(),
        default: "en".into(),
    };
    let parsed = routes::parse(&Arc::new(SourceFile::new("routes.yaml", text.to_owned())));
    assert_eq!(parsed.diagnostics, []);
    let (routes, places): (Vec<_>, Vec<_>) = parsed
        .routes
        .into_iter()
        .map(|parsed| (parsed.route, parsed.places))
        .unzip();
    let mut files = Files {
        route_places: Arc::new(places),
        message_folder: String::from("config/i18n"),
        ..Files::default()
    };
    files.site.routes = Arc::new(RouteTable {
        routes: routes.into(),
    });
    files.site.catalogue = Arc::new(catalogue);
    let mut found = in_files(&files);
    crate::diagnostic::sort(&mut found);
    found
}

#[test]
fn languages_without_messages() {
    let text = "routes:
  - shop:
      prefix: '/{_lang}'
      language: _lang
      requirements: {_lang: 'en|fr|es'}
      routes:
        - a: {path: /a, controller: a::b}
        - b: {path: /b, controller: a::b}
  - c: {path: /c, controller: a::b, language: de}
  - d: {path: /d, controller: a::b, language: es-MX}
";
    let found = unknown_languages(text, &["en", "es"]);
    let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "routes.yaml:5:33: error: there are no messages in `fr`; there are `en` and `es`; add \
             the folder `config/i18n/fr`, or leave `fr` out",
            "routes.yaml:9:47: error: there are no messages in `de`; there are `en` and `es`; add \
             the folder `config/i18n/de`, or leave `de` out",
        ]
    );
    assert_eq!(found[0].label.as_deref(), Some("`_lang` may be `fr`"));
    assert_eq!(found[0].code, Some("unknown-language"));
    assert_eq!(unknown_languages(text, &[]), [], "no messages at all");
    assert_eq!(unknown_languages(text, &["en", "es", "fr", "de"]), []);
}

#[test]
fn a_requirement_that_is_no_choice_of_words_says_nothing_of_languages() {
    for requirement in ["[a-z]{2}", ".+", "en|[a-z]+"] {
        let text = format!(
            "routes:\n  - a: {{path: '/{{l}}', controller: a::b, language: l, requirements: \
             {{l: '{requirement}'}}}}\n"
        );
        assert_eq!(unknown_languages(&text, &["en"]), [], "{requirement}");
    }
    let text = "routes: [{a: {path: '/{l}', controller: a::b, language: l}}]";
    assert_eq!(unknown_languages(text, &["en"]), []);
}

#[test]
fn a_default_that_is_no_language_of_the_app() {
    let text = "routes:
  - a: {path: '/{l}/x', controller: a::b, language: l, defaults: {l: fr}}
  - b: {path: '/{l}/y', controller: a::b, language: l, defaults: {l: es}}
";
    let found = unknown_languages(text, &["en", "es"]);
    let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "routes.yaml:2:70: error: there are no messages in `fr`; there are `en` and `es`; add the \
             folder `config/i18n/fr`, or leave `fr` out"
        ]
    );
}
