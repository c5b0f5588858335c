//! Messages and the values that they are given.

use super::lines;
use crate::loader::Loader;
use crate::source::Memory;

/// What is wrong in an app in two languages with these messages, in English or Spanish, and this page.
fn of_messages(english: &str, spanish: &str, template: &str) -> Vec<String> {
    let memory = Memory::with([
        ("config/app.yaml", "i18n: {language: {default: en}}\n"),
        ("config/i18n/en/m.yaml", english),
        ("config/i18n/es/m.yaml", spanish),
        ("template/page.html", template),
    ]);
    let loaded = Loader::new(None).refresh(&memory).unwrap_or_default();
    lines(loaded.diagnostics)
}

const VALUES: &str =
    "items: {one: '{count} item', other: '{count} items of {sum|number(digits=2)}'}
place: {ordinal: at, one: '{at}st', two: '{at}nd', few: '{at}rd', other: '{at}th'}
due: {select: state, late: 'since {when|datetime}', open: 'until {when|date}', other: '-'}
at: '{when|time}'
";
const VALORES: &str = "items: {one: '{count} cosa', other: '{count} cosas a {sum}'}
place: {ordinal: at, one: '{at}er', other: '{at}º'}
due: {select: state, late: 'desde {when|datetime}', open: 'hasta {when|date}', other: '-'}
at: '{when|date}'
";

#[test]
fn values_of_messages() {
    let mistakes = |template: &str| {
        let found = of_messages(VALUES, VALORES, template);
        let found = found.iter();
        let texts = found.map(|line| line.trim_start_matches("template/page.html:").to_owned());
        texts.collect::<Vec<_>>()
    };
    for (template, expected) in [
        (
            "{{ \"items\"|trans(count=\"many\", sum=1) }}",
            "1:24: error: `many` is not a number, as the message `items` needs for `count`; expected \
             digits such as `5`, `-12` or `1234.5`",
        ),
        (
            "{{ \"items\"|trans(count=1, sum=true) }}",
            "1:31: error: `true` is not a number, as the message `items` needs for `sum`; expected \
             digits such as `5`, `-12` or `1234.5`",
        ),
        (
            "{{ trans(key=\"items\", count=[1, 2], sum=0) }}",
            "1:29: error: `[…]` is not a number, as the message `items` needs for `count`; expected \
             digits such as `5`, `-12` or `1234.5`",
        ),
        (
            "{% set n = \"one\" %}{{ \"place\"|trans(at=n) }}",
            "1:12: error: `one` is not a number, as the message `place` needs for `at`; expected \
             digits such as `5`, `-12` or `1234.5`",
        ),
        (
            "{% for n in [1, \"x\"] %}{{ \"place\"|trans(at=n) }}{% endfor %}",
            "1:17: error: `x` is not a number, as the message `place` needs for `at`; expected \
             digits such as `5`, `-12` or `1234.5`",
        ),
        (
            "{{ \"at\"|trans(when=\"2026-13-45\") }}",
            "1:20: error: `2026-13-45` is not a date, as the message `at` needs for `when`; expected \
             one such as `2026-11-24` or `2026-11-24T15:04:05Z` (RFC 3339), or Unix seconds",
        ),
        // English writes the time of day.
        (
            "{{ \"at\"|trans(when=\"2026-11-24\") }}",
            "1:20: error: `2026-11-24` has no time, as the message `at` needs for `when`; expected \
             one such as `2026-11-24T15:04:05Z` (RFC 3339), or Unix seconds",
        ),
        (
            "{{ \"due\"|trans(state=\"late\", when=\"2026-11-24\") }}",
            "1:35: error: `2026-11-24` has no time, as the message `due` needs for `when`; expected \
             one such as `2026-11-24T15:04:05Z` (RFC 3339), or Unix seconds",
        ),
        (
            "{{ \"due\"|trans(state=\"lat\", when=0) }}",
            "1:22: error: the message `due` has no form for the `state` `lat`; did you mean `late`?",
        ),
        (
            "{{ \"due\"|trans(state=\"unheard\", when=0) }}",
            "1:22: warning: the message `due` has no form for the `state` `unheard`; it has `late` and \
             `open`; write `other` where the form for all others is meant",
        ),
        (
            "{{ \"at\"|trans(when=0, _lang=5) }}",
            "1:29: error: `5` is not a language; `_lang` is the tag of a language, such as `\"en\"`",
        ),
    ] {
        assert_eq!(mistakes(template), [expected], "{template}");
    }
    for template in [
        "{{ \"items\"|trans(count=3, sum=\"1.5\") }}{{ \"items\"|trans(count=\"3\", sum=-2.5) }}",
        "{{ \"items\"|trans(count=n, sum=(a if b else 5)) }}",
        "{{ \"at\"|trans(when=\"2026-11-24\", _lang=\"es\") }}{{ \"at\"|trans(when=1795532645) }}",
        "{{ \"due\"|trans(state=\"other\", when=0) }}{{ \"due\"|trans(state=state, when=when) }}",
        // The other forms have none of it.
        "{{ \"due\"|trans(state=\"other\", when=\"soon\") }}",
        "{{ \"due\"|trans(state=\"open\", when=\"2026-11-24\") }}",
        "{% for s in [\"late\", \"paid\"] %}{{ \"due\"|trans(state=s, when=0) }}{% endfor %}",
        // Neither there yet, nor any longer.
        "{{ \"place\"|trans(at=n) }}{% set n = \"x\" %}",
        "{% for n in [\"x\"] %}{% endfor %}{{ \"place\"|trans(at=n) }}",
        "{% for i in is %}{% set n = \"x\" %}{% endfor %}{{ \"place\"|trans(at=n) }}",
    ] {
        assert_eq!(mistakes(template), [""; 0], "{template}");
    }
}

/// Edits of messages that change nothing but what they take.
#[test]
fn values_are_checked_again_when_a_message_changes() {
    let mut memory = Memory::with([
        ("config/i18n/en/m.yaml", "a: '{n}'\n"),
        ("template/page.html", "{{ \"a\"|trans(n=\"x\") }}"),
    ]);
    let mut loader = Loader::new(None);
    assert!(loader.refresh(&memory).unwrap().is_good());
    memory.write("config/i18n/en/m.yaml", "a: '{n|number}'\n");
    assert!(!loader.refresh(&memory).unwrap().is_good());
    memory.write(
        "config/i18n/en/m.yaml",
        "a: {select: n, y: Y, other: '-'}\n",
    );
    let loaded = loader.refresh(&memory).unwrap();
    assert_eq!(loaded.diagnostics.len(), 1);
    memory.write(
        "config/i18n/en/m.yaml",
        "a: {select: n, x: X, other: '-'}\n",
    );
    assert!(loader.refresh(&memory).unwrap().diagnostics.is_empty());
}

/// HTML within messages that are printed.
#[test]
fn entities_of_html() {
    let english =
        "a: 'Hello&nbsp;there'\nb: {one: 'A &amp; B', other: '{count} &#169;'}\nc: 'Q&A; R&D'\n";
    let spanish = "a: Hola\nb: '{count}'\nc: 'x'\n";
    let found = of_messages(
        english,
        spanish,
        "{{ \"a\"|trans }}{{ \"c\"|trans }}\n{{ trans(key=\"b\", count=1) if x else 5 }}",
    );
    assert_eq!(
        found,
        [
            "config/i18n/en/m.yaml:1:10: warning: `&nbsp;` in the message `a` is shown as it stands: what \
             is printed is escaped; write the character itself, in double quotes as `\\u00A0`",
            "config/i18n/en/m.yaml:2:13: warning: `&amp;` in the message `b` is shown as it stands: what \
             is printed is escaped; write `&`",
            "config/i18n/en/m.yaml:2:39: warning: `&#169;` in the message `b` is shown as it stands: what \
             is printed is escaped; write the character itself",
        ]
    );
    for template in [
        "{{ \"a\"|trans|safe }}{{ \"a\"|trans|markdown }}",
        "{% set a = \"a\"|trans %}{{ a|safe }}{% filter markdown %}{{ \"a\"|trans }}{% endfilter %}",
        "{{ <c label={\"a\"|trans} /> }}{% component c(label: string) %}{{ label|safe }}{% endcomponent %}",
    ] {
        let found = of_messages(english, spanish, template);
        let found: Vec<&String> = found
            .iter()
            .filter(|line| line.contains("&nbsp;"))
            .collect();
        assert!(found.is_empty(), "{found:?}");
    }
}
