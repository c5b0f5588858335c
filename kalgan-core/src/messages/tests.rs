use super::*;
use crate::diagnostic::Severity;
use crate::text::SourceFile;
use std::sync::Arc;

fn parsed(text: &str) -> ParsedMessages {
    parse(&Arc::new(SourceFile::new(
        "i18n/en/m.yaml",
        text.to_owned(),
    )))
}

fn language(code: &'static str, text: &str) -> Language {
    let parsed = parsed(text);
    assert_eq!(parsed.diagnostics, []);
    let mut messages: Vec<Message> = parsed.messages.into_iter().map(|m| m.message).collect();
    messages.sort_by(|a, b| a.key.cmp(&b.key));
    Language {
        code: code.into(),
        messages: messages.into(),
    }
}

fn catalogue() -> Catalogue {
    Catalogue {
        languages: vec![
            language(
                "en",
                "mock:\n  hello: Hello World\n  user: My name is {name} {surname}\nonly: English\n",
            ),
            language("es", "mock:\n  hello: Hola\n  user: Soy {name}\n"),
            language("pt-BR", "mock:\n  hello: Oi\n"),
        ]
        .into(),
        default: "en".into(),
    }
}

fn say(language: &str, key: &str) -> Result<String, MessageError> {
    let catalogue = catalogue();
    let found = catalogue.find(language, key)?;
    found.message.format(|name| match name {
        "name" => Some("John"),
        "surname" => Some("Doe"),
        _ => None,
    })
}

#[test]
fn the_format_of_0_9_1() {
    assert_eq!(say("en", "mock.hello").unwrap(), "Hello World");
    assert_eq!(say("en", "mock.user").unwrap(), "My name is John Doe");
    assert_eq!(say("es", "mock.user").unwrap(), "Soy John");
}

#[test]
fn fallbacks() {
    let catalogue = catalogue();
    assert!(!catalogue.find("es", "mock.hello").unwrap().is_fallback);
    let mexican = catalogue.find("es-MX", "mock.hello").unwrap();
    assert_eq!((mexican.language, mexican.is_fallback), ("es", true));
    let english = catalogue.find("es", "only").unwrap();
    assert_eq!((english.language, english.is_fallback), ("en", true));
    assert_eq!(
        catalogue.find("es", "mock.helo").unwrap_err().to_string(),
        "there is no message `mock.helo`; did you mean `mock.hello`?"
    );
}

#[test]
fn lookup_by_rfc_4647() {
    let catalogue = catalogue();
    let code = |tag: &str| {
        catalogue
            .lookup(tag)
            .map(|language| language.code.to_string())
    };
    assert_eq!(code("es-MX").as_deref(), Some("es"));
    assert_eq!(code("ES").as_deref(), Some("es"));
    assert_eq!(code("pt_br").as_deref(), Some("pt-BR"));
    assert_eq!(code("pt-BR-x-private").as_deref(), Some("pt-BR"));
    assert_eq!(code("pt"), None);
    assert_eq!(code("zh-Hant-TW"), None);
    assert_eq!(code(""), None);
}

#[test]
fn a_missing_value_is_an_error() {
    let catalogue = catalogue();
    let message = catalogue.find("en", "mock.user").unwrap().message;
    assert_eq!(message.placeholders(), ["name", "surname"]);
    let error = message
        .format(|name| (name == "name").then_some("x"))
        .unwrap_err();
    assert!(error.to_string().contains("needs a value for `surname`"));
}

#[test]
fn braces() {
    let one = |text: &str| {
        let file = format!("a: '{text}'");
        match parsed(&file) {
            parsed if parsed.diagnostics.is_empty() => parsed.messages[0]
                .message
                .format(|name| Some(format!("<{name}>")))
                .unwrap(),
            parsed => parsed.diagnostics[0].to_string(),
        }
    };
    assert_eq!(one("{a}{ b } x"), "<a><b> x");
    assert_eq!(one("{{literal}}"), "{literal}");
    assert_eq!(
        one("日本 {名}"),
        "i18n/en/m.yaml:1:8: error: `名` is not a name for a placeholder; use letters, digits and `_`, and no digit first; braces themselves are written `{{` and `}}`"
    );
    assert!(one("open {a").starts_with("i18n/en/m.yaml:1:10: error: this `{` has no partner"));
    assert!(one("close a}").contains("this `}` has no partner"));
    assert!(one("{a{b}}").contains("has no partner"));
    assert!(one("{}").contains("is not a name"));
    assert_eq!(one(""), "");
}

#[test]
fn mistakes_in_a_file() {
    for (text, expected) in [
        ("a.b: x", "1:1: error: the message key `a.b` has a dot"),
        ("a: [x]", "1:4: error: the message `a` is a list"),
        ("a:\n  b:\n", "2:3: error: the message `a.b` has no text"),
        ("- x", "messages are a map"),
        ("a: x\na: y", "stands twice"),
    ] {
        let all = parsed(text).diagnostics;
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        assert!(all[0].to_string().contains(expected), "{}", all[0]);
    }
    assert_eq!(
        parsed("a: 2026\nb: true").messages.len(),
        2,
        "scalars are text"
    );
}

#[test]
fn languages_are_compared() {
    let en = parsed("a: x\nb: y\n");
    let es = parsed("a: x\n");
    let again = parsed("a: z\n");
    let languages: check::ByLanguage<'_> = [
        ("en", en.messages.iter().chain(&again.messages).collect()),
        ("es", es.messages.iter().collect()),
    ]
    .into();
    let duplicates = check::duplicates(&languages);
    assert_eq!(duplicates.len(), 1);
    assert!(duplicates[0].message.contains("`a` is defined twice"));
    let missing = check::missing(&languages, Severity::Warning);
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].severity, Severity::Warning);
    assert_eq!(missing[0].message, "the message `b` is missing in `es`");
}

#[test]
fn the_language_of_a_file() {
    assert_eq!(
        language_of("config/i18n/en/a.yaml", "config/i18n"),
        Some("en")
    );
    assert_eq!(
        language_of("config/i18n/pt-BR/x/a.yml", "config/i18n"),
        Some("pt-BR")
    );
    assert_eq!(
        language_of("config/i18n/en.yaml", "config/i18n"),
        Some("en")
    );
    assert_eq!(language_of("config/i18n/notes.txt", "config/i18n"), None);
    assert_eq!(language_of("elsewhere/en.yaml", "config/i18n"), None);
}
