use crate::diagnostic::{Diagnostic, Severity};
use crate::messages::merge::{ByLanguage, Merged, merge};
use crate::messages::{ParsedMessages, parse};
use crate::text::SourceFile;
use std::sync::Arc;

/// What `check` finds in a file a language; the first one is the default.
fn found(files: &[(&str, &str)], check: impl Fn(&Merged<'_>) -> Vec<Diagnostic>) -> Vec<String> {
    let parsed: Vec<(&str, ParsedMessages)> = files
        .iter()
        .map(|(code, text)| {
            let file = SourceFile::new(format!("{code}.yaml"), (*text).to_owned());
            (*code, parse(&Arc::new(file)))
        })
        .collect();
    let mut by_language = ByLanguage::new();
    for (code, file) in &parsed {
        assert_eq!(file.diagnostics, [], "{code}");
        by_language.entry(code).or_default().push(file);
    }
    let merged = merge(&by_language, files[0].0);
    check(&merged).iter().map(ToString::to_string).collect()
}

fn all(files: &[(&str, &str)]) -> Vec<String> {
    found(files, |merged| {
        let mut all = super::duplicates(merged);
        all.extend(super::placeholders(merged));
        all.extend(super::forms(merged));
        all.extend(super::kinds(merged));
        all.extend(super::foreign_placeholders(merged));
        all.extend(super::missing(merged, Severity::Error));
        assert!(all.iter().all(|diagnostic| diagnostic.code.is_some()));
        all
    })
}

#[test]
fn what_is_right() {
    let cases: &[&[(&str, &str)]] = &[
        &[("en", "a: x"), ("es", "a: y")],
        // One text will do where others have forms, with the number or without it.
        &[
            ("en", "a: {one: '{count} item', other: '{count} items'}"),
            ("ja", "a: '{count}個'"),
            ("ko", "a: '많이'"),
            ("zh", "a: {other: '{count}个'}"),
            (
                "pl",
                "a: {one: Jeden, few: '{count} pliki', many: '{count} plików', other: x}",
            ),
        ],
        &[
            ("ja", "a: 多い"),
            ("en", "a: {one: '{count} item', other: '{count} items'}"),
        ],
        // The number of a form need not be shown, and exact numbers stand for categories.
        &[
            ("en", "a: {0: none, 1: one, other: '{count}'}"),
            ("es", "a: {one: un, other: '{count}'}"),
        ],
        &[("en", "a: {plural: n, 1: one, other: more}")],
        // Sections of 0.9.1, in languages that have fewer categories.
        &[
            ("en", "a: {one: One, two: Two, other: Other}"),
            ("ja", "a: {one: 一, two: 二, other: 他}"),
        ],
        &[
            ("en", "a: {select: Select, cancel: Cancel, other: Other}"),
            ("es", "a: {select: elegir, cancel: cancelar, other: otro}"),
        ],
        &[
            ("en", "a: {select: gender, other: '{name}'}"),
            (
                "fr",
                "a: {select: gender, female: '{name}: elle', other: '{name}: il'}",
            ),
            ("ja", "a: '{name}'"),
        ],
        // `many` is of a million, or of fractions.
        &[("fr", "a: {one: '{count} jour', other: '{count} jours'}")],
        &[(
            "cs",
            "a: {one: '{count} den', few: '{count} dny', other: '{count} dní'}",
        )],
        &[
            (
                "en",
                "a: {ordinal: n, one: '{n}st', two: '{n}nd', few: '{n}rd', other: '{n}th'}",
            ),
            ("de", "a: {ordinal: n, other: '{n}.'}"),
        ],
    ];
    for files in cases {
        assert_eq!(all(files), [""; 0], "{files:?}");
    }
}

#[test]
fn values_that_one_language_has_a_form_for() {
    let lacking = |files: &[(&str, &str)]| {
        let mut found = all(files);
        found.retain(|text| text.contains("as it has in"));
        found
    };
    let en = ("en", "a: {0: 'No', 1: 'Yes', other: Unknown}");
    assert_eq!(
        lacking(&[en, ("es", "a: {1: Sí, other: Desconocido}")]),
        [
            "es.yaml:1:1: warning: the message `a` has no form `0` in `es`, as it has in `en`; add `0:`; \
          until then `other` is shown"
        ]
    );
    // In the default language as in the others.
    assert!(
        lacking(&[
            ("en", "a: {1: 'Yes', other: Unknown}"),
            ("es", "a: {0: 'No', 1: Sí, other: x}")
        ])[0]
            .starts_with("en.yaml:1:1: warning: the message `a` has no form `0` in `en`")
    );
    assert_eq!(
        lacking(&[en, ("es", "a: {other: '{count}'}"), ("de", "a: {other: x}")]).len(),
        2
    );
    // `one` is 1 in Spanish; in French it is 0, too.
    assert!(lacking(&[en, ("es", "a: {0: 'No', one: Sí, other: x}")]).is_empty());
    assert_eq!(lacking(&[en, ("fr", "a: {one: x, other: y}")]).len(), 2);
    let genders = ("en", "a: {select: g, female: She, male: He, other: They}");
    assert_eq!(
        lacking(&[genders, ("es", "a: {select: g, female: Ella, other: x}")]),
        [
            "es.yaml:1:1: warning: the message `a` has no form `male` in `es`, as it has in `en`; add \
          `male:`; until then `other` is shown"
        ]
    );
    assert!(lacking(&[genders, ("es", "a: {select: g, other: x}")]).is_empty());
    // One that is misspelt is reported as such.
    assert!(
        lacking(&[
            genders,
            ("es", "a: {select: g, femal: E, male: e, other: x}")
        ])
        .is_empty()
    );
    let places = (
        "en",
        "a: {ordinal: n, 1: first, one: '{n}st', two: '{n}nd', few: '{n}rd', other: '{n}th'}",
    );
    assert!(lacking(&[places, ("de", "a: {ordinal: n, other: '{n}.'}")]).is_empty());
}

#[test]
fn keys() {
    assert_eq!(
        all(&[("en", "a: x\nb: y"), ("es", "a: x"), ("fr", "a: x")]),
        [
            "en.yaml:2:1: error: the message `b` is missing in `es` and `fr`; add it to `es.yaml` \
             and `fr.yaml`; with `i18n.missing: warn` the default language's text is shown until \
             then"
        ]
    );
    let twice = [("en", "a: x"), ("en", "a: y")];
    let all = all(&twice);
    assert_eq!(all.len(), 1);
    assert!(
        all[0].starts_with("en.yaml:1:1: error: the message `a` is defined twice"),
        "{all:?}"
    );
    let forms = "a: {one: '{count} x', other: x}";
    let all = self::all(&[("en", forms), ("en", forms)]);
    assert_eq!(all.len(), 1, "{all:?}");
    let all = self::all(&[("en", forms), ("es", "b: x")]);
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(
        all[0].contains("the message `a` is missing in `es`"),
        "{all:?}"
    );
}

#[test]
fn placeholders_that_differ() {
    for (en, es, expected) in [
        (
            "a: Hi {name}",
            "a: Hola {nmae}",
            "es.yaml:1:9: error: the message `a` has `{nmae}` in `es` where `en` has `{name}`; did you mean `{name}`?",
        ),
        (
            "a: Hi {name} {last}",
            "a: '日本 {name}'",
            "es.yaml:1:4: error: the message `a` lacks `{last}` in `es`; write `{last}` where the value shall stand, as `en` does",
        ),
        (
            "a: Hi",
            "a: 'Hola { name | number }'",
            "es.yaml:1:10: error: the message `a` has `{name}` in `es`, and not in `en`; remove it here",
        ),
        (
            "a: {one: '{count} in {place}', other: '{count} in {place}'}",
            "a: {one: '{count}', other: '{count}'}",
            "es.yaml:1:1: error: the message `a` lacks `{place}` in `es`",
        ),
        (
            "a: {one: '{count}', other: '{count}'}",
            "a: {one: 'x', other: '{cuont} x'}",
            "es.yaml:1:23: error: the message `a` has `{cuont}` in `es`, and not in `en`",
        ),
    ] {
        let all = found(&[("en", en), ("es", es)], super::placeholders);
        assert_eq!(all.len(), 1, "{es}: {all:?}");
        assert!(all[0].starts_with(expected), "{expected}\n{}", all[0]);
    }
}

#[test]
fn categories_that_a_language_does_not_have() {
    for (code, file, expected) in [
        (
            "en",
            "a: {one: '{count} x', few: x, other: x}",
            &[
                "en.yaml:1:23: error: `en` has no plural category `few`; it has `one` and `other`; remove this form",
            ][..],
        ),
        (
            "en",
            "a: {zero: x, one: '{count} x', other: x}",
            &[
                "en.yaml:1:5: error: `en` has no plural category `zero`; it has `one` and `other`; remove this form, or write `0:` for exactly 0",
            ],
        ),
        (
            "pl",
            "a: {one: '{count} x', other: x}",
            &[
                "pl.yaml:1:1: error: the message `a` has no form `few` and `many`, which `pl` needs; add `few:` for 2, 3, 4, 22 and so on; add `many:` for 0, 5, 6, 7 and so on",
            ],
        ),
        (
            "en",
            "a: {one: '{count} x'}",
            &[
                "en.yaml:1:1: error: the message `a` has no form `other`; add `other:`; it is for all numbers that no other form is for",
            ],
        ),
        (
            "en",
            "a: {one: '{count} x', othr: '{count} y'}",
            &["en.yaml:1:23: error: `othr` is no plural category; did you mean `other`?"],
        ),
        (
            "en",
            "a: {ordinal: n, one: '{n}st', frist: x, 01: y, other: x, two: x, few: x}",
            &[
                "en.yaml:1:31: error: `frist` is no ordinal category; write `one`, `two`, `few` and `other` or a whole number",
                "en.yaml:1:41: error: `01` is no ordinal category; write the number without leading zeros",
            ],
        ),
        (
            "de",
            "a: {ordinal: n, one: '{n}.', other: '{n}.'}",
            &[
                "de.yaml:1:17: error: `de` has no ordinal category `one`; it has `other`; remove this form, or write `1:` for exactly 1",
            ],
        ),
        (
            "xx",
            "a: {one: '{count} x', other: x}\nb: {one: '{count} x', other: x}",
            &[
                "xx.yaml:1:1: warning: the plural rules of `xx` are not known, as CLDR has no such language; name the folder",
            ],
        ),
        (
            "en",
            "a: {select: '{gender}', other: x}",
            &[
                "en.yaml:1:13: error: `{gender}` is not a name for a value; write the name alone: `gender`",
            ],
        ),
        (
            "en",
            "a: {plural: user.count, one: x, other: y}",
            &["en.yaml:1:13: error: `user.count` is not a name for a value; use letters"],
        ),
    ] {
        let all = all(&[(code, file)]);
        assert_eq!(all.len(), expected.len(), "{file}: {all:#?}");
        for (found, expected) in all.iter().zip(expected) {
            assert!(found.starts_with(expected), "{expected}\n{found}");
        }
    }
}

#[test]
fn forms_that_are_chosen_differently() {
    for (en, es, expected) in [
        (
            "a: {plural: n, one: x, other: y}",
            "a: {one: x, other: y}",
            "es.yaml:1:1: error: the forms of `a` are chosen by `count` in `es`, and by `plural: n` in `en`; add `plural: n`",
        ),
        (
            "a: {one: '{count} x', other: y}",
            "a: {plural: n, one: x, other: y}",
            "es.yaml:1:13: error: the forms of `a` are chosen by `plural: n` in `es`, and by `count` in `en`; remove `plural: n`",
        ),
        (
            "a: {select: gender, female: x, other: y}",
            "a: {select: gendre, female: x, other: y}",
            "es.yaml:1:13: error: the forms of `a` are chosen by `select: gendre` in `es`, and by `select: gender` in `en`; write `select: gender`",
        ),
        (
            "a: {select: gender, female: x, other: y}",
            "a: {female: x, other: y}",
            "es.yaml:1:1: error: the forms of `a` are chosen by `count` in `es`, and by `select: gender` in `en`; add `select: gender`",
        ),
        (
            "a: {select: gender, female: x, other: y}",
            "a: {select: gender, femal: x, other: y}",
            "es.yaml:1:21: warning: the message `a` has the case `femal` in `es`, and not in `en`; did you mean `female`?",
        ),
        (
            "a: {select: gender, female: x, other: y}",
            "a: {select: gender, female: x}",
            "es.yaml:1:1: error: the message `a` has no form `other`; add `other:`; it is for all values",
        ),
    ] {
        let all = all(&[("en", en), ("es", es)]);
        assert_eq!(all.len(), 1, "{es}: {all:#?}");
        assert!(all[0].starts_with(expected), "{expected}\n{}", all[0]);
    }
}

#[test]
fn a_number_and_a_date() {
    for (english, spanish, expected) in [
        (
            "a: '{at|date}'",
            "a: '{at|number}'",
            &[
                "es.yaml:1:5: error: `at` of the message `a` is a number in `es`, and a date or a time in \
               `en`; use one format for it, or give the message two values",
            ][..],
        ),
        (
            "a: {one: '{count} at {x|time}', other: '{count} at {x|date}'}",
            "a: {one: '{count|date(long)} a {x|datetime}', other: '{count} a {x}'}",
            &[
                "es.yaml:1:11: error: `count` of the message `a` is a date or a time in `es`, and a number in \
               `en`; use one format for it, or give the message two values",
            ],
        ),
        (
            "a: {plural: n, one: '1', other: '{n|date}'}",
            "a: {plural: n, one: '1', other: '{n}'}",
            &[
                "en.yaml:1:34: error: `n` of the message `a` is a date or a time in `en`, and a number here \
               as well; use one format for it, or give the message two values",
            ],
        ),
        (
            "a: '{n|number} {d|date}'",
            "a: '{n} {d|datetime(long)}'",
            &[],
        ),
        (
            "a: '{n|number}'\nb: '{n|date}'",
            "a: '{n|number}'\nb: '{n|date}'",
            &[],
        ),
    ] {
        let found = all(&[("en", english), ("es", spanish)]);
        assert_eq!(found, expected, "{english} {spanish}");
    }
}

#[test]
fn placeholders_of_other_libraries() {
    let one = |language: &str, text: &str| all(&[(language, &format!("a: \"{text}\""))]);
    for (text, expected) in [
        (
            "Hello {{name}}!",
            "1:11: warning: `{{name}}` is shown as `{name}`: two braces are one that is shown; write \
             `{name}` for a value",
        ),
        (
            "Hello {{ user.name|upper }}",
            "1:11: warning: `{{ user.name|upper }}` is shown as `{ user.name|upper }`: two braces are one \
             that is shown; write `{name}` for a value",
        ),
        (
            "Hello %{name}",
            "1:11: warning: `%{name}` shows a `%` before the value; write `{name}`",
        ),
        (
            "Hello %s!",
            "1:11: warning: `%s` is shown as it stands: it is no placeholder here; write `{name}` for a value",
        ),
        (
            "%1$s has %2$d",
            "1:5: warning: `%1$s` is shown as it stands: it is no placeholder here; write `{name}` for a value",
        ),
        (
            "Hello %(name)s",
            "1:11: warning: `%(name)s` is shown as it stands: it is no placeholder here; write `{name}` for \
             a value",
        ),
        (
            "Hello %name%",
            "1:11: warning: `%name%` is shown as it stands: it is no placeholder here; write `{name}` for a \
             value",
        ),
    ] {
        assert_eq!(one("en", text), [format!("en.yaml:{expected}")], "{text}");
    }
    for text in [
        "{n}% of {{ and, }}, {{}}, {{ a b }}, {{1}}, {{{n}}}",
        "100% sure, 5 %d'or, 50%s, {n}%{unit}, 10%{unit}, 100 %, %, %PATH%, 100%%s",
        "{n|number}%, %{n|number}, a%b%c d, % s, %sales",
    ] {
        assert_eq!(one("en", text), [""; 0], "{text}");
    }
    assert_eq!(one("tr", "%{oran} indirim"), [""; 0]);
}
