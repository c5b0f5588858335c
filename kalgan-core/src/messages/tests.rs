use super::*;
use crate::text::SourceFile;
use std::sync::Arc;

fn parsed(text: &str) -> ParsedMessages {
    parse(&Arc::new(SourceFile::new(
        "i18n/en/m.yaml",
        text.to_owned(),
    )))
}

/// The catalogue of a file a language; the first one is the default.
pub(super) fn catalogue_of(files: &[(&str, &str)]) -> Catalogue {
    let files: Vec<(&str, ParsedMessages)> = files
        .iter()
        .map(|(code, text)| (*code, parsed(text)))
        .collect();
    for (code, file) in &files {
        assert_eq!(file.diagnostics, [], "{code}");
    }
    let by_language = files
        .iter()
        .map(|(code, file)| (*code, vec![file]))
        .collect();
    let default = files[0].0;
    Catalogue {
        languages: merge::merge(&by_language, default).languages().into(),
        default: default.to_owned().into(),
    }
}

fn catalogue() -> Catalogue {
    catalogue_of(&[
        (
            "en",
            "mock:\n  hello: Hello World\n  user: My name is {name} {surname}\nonly: English\n",
        ),
        ("es", "mock:\n  hello: Hola\n  user: Soy {name}\n"),
        ("pt-BR", "mock:\n  hello: Oi\n"),
    ])
}

fn say(language: &str, key: &str) -> Result<String, MessageError> {
    let catalogue = catalogue();
    let found = catalogue.find(language, key)?;
    found
        .message
        .format(&Plurals::of(found.language), |name| match name {
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
fn languages_by_their_script() {
    let of = |codes: &[&'static str], tag: &str| {
        let language = |code: &&'static str| Language {
            code: (*code).into(),
            messages: Vec::new().into(),
        };
        let catalogue = Catalogue {
            languages: codes.iter().map(language).collect(),
            default: "en".into(),
        };
        let found = catalogue
            .lookup(tag)
            .map(|language| language.code.to_string());
        found.unwrap_or_default()
    };
    let chinese = &["en", "zh-Hans", "zh-Hant"];
    for (tag, expected) in [
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh_MO", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("ZH-tw", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-Hans-TW", "zh-Hans"),
        ("yue", ""),
        ("fr", ""),
    ] {
        assert_eq!(of(chinese, tag), expected, "{tag}");
    }
    assert_eq!(of(&["en", "zh", "zh-Hant"], "zh-TW"), "zh-Hant");
    assert_eq!(of(&["en", "zh", "zh-Hant"], "zh-CN"), "zh");
    assert_eq!(of(&["en", "zh_Hant"], "zh-TW"), "zh_Hant");
    assert_eq!(
        of(&["en", "zh_Hant"], "zh-CN"),
        "",
        "another script is another language"
    );
    assert_eq!(of(&["zh-Hant-HK", "zh-Hant"], "zh-HK"), "zh-Hant-HK");
    assert_eq!(of(&["zh-Hant-HK"], "zh-TW"), "zh-Hant-HK");
    assert_eq!(of(&["sr", "sr-Latn"], "sr-RS"), "sr");
    assert_eq!(of(&["sr-Cyrl", "sr-Latn"], "sr-ME"), "sr-Latn");
    assert_eq!(of(&["zh-TW"], "zh-TW"), "zh-TW");
    for odd in [
        "zh-",
        "-",
        "zh--TW",
        "é-TW",
        "zh-é",
        &"zh-".repeat(100),
        &"a".repeat(300),
    ] {
        of(chinese, odd);
    }
}

#[test]
fn the_default_may_say_more_than_its_folder() {
    let mut catalogue = catalogue();
    catalogue.default = "en-US".into();
    let found = catalogue.find("en-US", "mock.hello").unwrap();
    assert!(!found.is_missing_in("en-US", &catalogue));
    let found = catalogue.find("es", "only").unwrap();
    assert!(found.language == "en" && found.is_missing_in("es", &catalogue));
    assert!(catalogue.values("mock.user").is_some());
}

#[test]
fn maps_are_taken_in() {
    let parsed = parsed("base: &b {title: T, name: N}\nshop:\n  <<: *b\n  name: Shop\n");
    let keys: Vec<&str> = parsed
        .messages
        .iter()
        .map(|m| m.message.key.as_ref())
        .collect();
    assert_eq!(keys, ["base.title", "base.name", "shop.title", "shop.name"]);
}

#[test]
fn a_missing_value_is_an_error() {
    let catalogue = catalogue();
    let message = catalogue.find("en", "mock.user").unwrap().message;
    assert_eq!(message.placeholders(), ["name", "surname"]);
    let error = message
        .format(&Plurals::of("en"), |name| (name == "name").then_some("x"))
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
                .format(&Plurals::of("en"), |name| Some(format!("<{name}>")))
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

/// The text of a message, or the error.
fn text(catalogue: &Catalogue, language: &str, key: &str, values: &[(&str, &str)]) -> String {
    let found = match catalogue.find(language, key) {
        Ok(found) => found,
        Err(error) => return error.to_string(),
    };
    let value = |name: &str| {
        let value = values.iter().find(|(key, _)| *key == name);
        value.map(|(_, value)| *value)
    };
    found
        .message
        .format(&Plurals::of(found.language), value)
        .unwrap_or_else(|error| error.to_string())
}

#[test]
fn forms_are_chosen_by_the_language() {
    let catalogue = catalogue_of(&[
        (
            "en",
            "items: {0: None, one: '{count} item', other: '{count} items'}",
        ),
        (
            "pl",
            "items: {one: '{count} plik', few: '{count} pliki', many: '{count} plików', other: '{count} pliku'}",
        ),
        ("ja", "items: {other: '{count}個'}"),
        ("ko", "items: '{count}개'"),
    ]);
    let say =
        |language: &str, count: &str| text(&catalogue, language, "items", &[("count", count)]);
    assert_eq!(say("en", "0"), "None");
    assert_eq!(say("en", "0.0"), "None");
    assert_eq!(say("en", "1"), "1 item");
    assert_eq!(say("en", "1.0"), "1.0 items");
    assert_eq!(say("pl", "3"), "3 pliki");
    assert_eq!(say("pl", "12"), "12 plików");
    assert_eq!(say("pl", "1.5"), "1.5 pliku");
    assert_eq!(say("ja", "1"), "1個");
    assert_eq!(say("ko", "1"), "1개");
    // The text is English, so are its rules.
    assert_eq!(say("fr", "0.5"), "0.5 items");
    assert_eq!(
        say("en", "few"),
        "the value of `count` in the message `items`: `few` is not a number; expected digits such \
         as `5`, `-12` or `1234.5`"
    );
    assert_eq!(
        text(&catalogue, "en", "items", &[]),
        "the message `items` needs a value for `count`; give `count=…`"
    );
    assert_eq!(
        text(&catalogue, "pl", "items.few", &[("count", "x")]),
        "x pliki"
    );
    assert_eq!(catalogue.form_of("items.few"), Some("items"));
    assert_eq!(catalogue.form_of("items"), None);
}

#[test]
fn forms_are_chosen_by_text_and_by_place() {
    let catalogue = catalogue_of(&[(
        "en",
        "invited: {select: gender, female: '{name}: her', other: '{name}: their'}\n\
         rank: {ordinal: place, one: '{place}st', two: '{place}nd', few: '{place}rd', other: '{place}th'}\n\
         left: {plural: days, one: '{name}: one day', other: '{name}: {days} days'}\n",
    )]);
    let invited = |gender| {
        text(
            &catalogue,
            "en",
            "invited",
            &[("gender", gender), ("name", "Ann")],
        )
    };
    assert_eq!(invited("female"), "Ann: her");
    assert_eq!(invited("unknown"), "Ann: their");
    let rank = |place| text(&catalogue, "en", "rank", &[("place", place)]);
    assert_eq!(
        ["1", "2", "3", "11", "21"].map(rank),
        ["1st", "2nd", "3rd", "11th", "21st"]
    );
    let left = |days| text(&catalogue, "en", "left", &[("days", days), ("name", "Bo")]);
    assert_eq!(["1", "2"].map(left), ["Bo: one day", "Bo: 2 days"]);
    let values = |key| {
        let values = catalogue.values(key).unwrap_or_default();
        values
            .into_iter()
            .map(|value| (value.name, value.kind))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        values("invited"),
        [("gender", ValueKind::Text), ("name", ValueKind::Text)]
    );
    assert_eq!(
        values("left"),
        [("days", ValueKind::Number), ("name", ValueKind::Text)]
    );
    assert_eq!(values("nothing"), []);
}

#[test]
fn formats() {
    let catalogue = catalogue_of(&[
        (
            "en",
            "a: '{n|number(digits=2)} { when | datetime( long ) } {day|date}'\n",
        ),
        ("es", "a: '{n} {when|time} {day}'\n"),
    ]);
    let values = [
        ("n", "5"),
        ("when", "2026-11-24T15:04:05Z"),
        ("day", "2026-11-24"),
    ];
    assert_eq!(
        text(&catalogue, "en", "a", &values),
        "5 2026-11-24 15:04:05 2026-11-24"
    );
    let kinds: Vec<ValueKind> = catalogue
        .values("a")
        .unwrap()
        .iter()
        .map(|v| v.kind)
        .collect();
    assert_eq!(
        kinds,
        [ValueKind::Number, ValueKind::Moment, ValueKind::Moment]
    );
    let found = catalogue.find("en", "a").unwrap();
    let (shown, error) = found.message.render(&Plurals::of("en"), |name| match name {
        "n" => Some("x"),
        "day" => Some("2026-11-24"),
        _ => None,
    });
    assert_eq!(shown, "x {when} 2026-11-24");
    assert!(error.unwrap().to_string().contains("`x` is not a number"));
}

#[test]
fn mistakes_in_a_format() {
    for (format, column, expected) in [
        (
            "nubmer",
            8,
            "there is no format `nubmer` for a placeholder; did you mean `number`?",
        ),
        (
            "currency",
            8,
            "there is no format `currency` for a placeholder; there are `number`,",
        ),
        ("", 8, "there is no format `` for a placeholder"),
        (
            "number(digts=2)",
            15,
            "the format `number` has no option `digts`; did you mean `digits`?",
        ),
        (
            "number(digits=two)",
            15,
            "`digits` of the format `number` is not a number of digits",
        ),
        (
            "number(min=99)",
            15,
            "`min` of the format `number` is not a number of digits",
        ),
        (
            "number(min=3, max=2)",
            22,
            "at least 3 digits and at most 2 cannot both be",
        ),
        (
            "number(digits=2",
            14,
            "the options of the format `number` have no closing `)`",
        ),
        (
            "date(lnog)",
            13,
            "the format `date` has no style `lnog`; did you mean `long`?",
        ),
        ("date(long, short)", 19, "the format `date` has two styles"),
        (
            "date(styel=long)",
            13,
            "the format `date` has no option `styel`; did you mean `style`?",
        ),
        (
            "number(digits=2,)",
            24,
            "the format `number` has no option ``",
        ),
    ] {
        let all = parsed(&format!("a: '{{n|{format}}}'")).diagnostics;
        assert_eq!(all.len(), 1, "{format}: {all:?}");
        let expected = format!("i18n/en/m.yaml:1:{column}: error: {expected}");
        assert!(
            all[0].to_string().starts_with(&expected),
            "{expected}\n{}",
            all[0]
        );
    }
}

#[test]
fn sections_of_0_9_1_stay_sections() {
    for (file, is_message) in [
        ("x: {one: One, two: Two, other: Other}", false),
        ("x: {one: One, other: Other}", true),
        ("x: {one: One}", false),
        ("x: {other: Other}", false),
        ("x: {1: '{count} a', 2: '{count} b'}", false),
        ("x: {select: Select one, cancel: Cancel}", false),
        ("x: {select: Select, other: Other, cancel: Cancel}", false),
        ("x: {select: choose, cancel: cancel}", false),
        ("x: {select: choose..., other: other...}", false),
        ("x: {singular: item, plural: items}", false),
        ("x: {one: item, plural: items}", false),
        (
            "x: {one: item, other: items, title: 'Items: {count}'}",
            false,
        ),
        ("x: {one: {a: b}, other: c}", false),
    ] {
        let catalogue = catalogue_of(&[("en", file)]);
        assert_eq!(catalogue.find("en", "x").is_ok(), is_message, "{file}");
        let parsed = parsed(file);
        for message in parsed.messages {
            let key = &message.message.key;
            assert_eq!(
                catalogue.find("en", key).unwrap().message,
                &message.message,
                "{file}"
            );
        }
    }
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
