//! Messages with values, in each language, by their programs and by Tera.

use super::{Outcome, render, same};
use serde::Serialize;
use serde_json::json;
use tera::Value;

#[track_caller]
fn of(template: &str, variables: &[(&str, impl Serialize)], page: &str) -> Outcome {
    render(&[(page, template)], page, variables)
}

#[test]
fn every_form_and_number() {
    let numbers = (0..=120).chain([999, 1000, 1001, 12_345, 1_000_000]);
    let mut values: Vec<_> = numbers.map(|number| json!(number)).collect();
    values.extend([
        json!(-1),
        json!(-1000),
        json!(0.0),
        json!(1.0),
        json!(1.5),
        json!(1e21),
        json!(u64::MAX),
        json!(i64::MIN),
        json!("1"),
        json!("1.0"),
        json!("007"),
        json!("+7"),
    ]);
    let template = "{{ \"items\"|trans(n=n, t=t) }}|{{ \"place\"|trans(n=n) }}|\
                    {{ trans(key=\"both\", t=t, n=n) }}|{{ \"english\"|trans(n=n, t=t) }}\
                    {% set x = \"items\"|trans(n=n, t=t) %}{{ x }}{{ x|safe }}{{ x|length }}";
    for value in values {
        let variables = [("n", value), ("t", json!("<&'ñ>"))];
        for page in ["page.html", "page.txt"] {
            let outcome = of(template, &variables, page);
            assert!(matches!(outcome, Outcome::Same(_)), "{outcome:?}");
        }
    }
}

#[test]
fn values_of_every_kind() {
    for value in [
        json!("a<b>"),
        json!("x"),
        json!("true"),
        json!(true),
        json!(null),
        json!(1.0),
        json!(0.1_f32),
        json!(0.1),
        json!([1, "<"]),
        json!({"a": "<"}),
    ] {
        let variables =
            json!({"v": value, "m": {"v": value}, "l": [{"v": value}], "d": "2026-11-24"});
        same(
            "{{ \"name\"|trans(n=v, t=m.v) }}{{ v }}{% for x in l %}{{ \"name\"|trans(n=x.v, t=x.v) }}\
             {{ \"kind\"|trans(n=x.v, t=v) }}{% endfor %}{% for x in [v] %}{{ \"name\"|trans(n=1, t=x) }}\
             {% endfor %}{{ \"when\"|trans(n=d) }}{{ \"name\"|trans(n=v ~ v, t=\"name\"|trans(n=v, t=1)) }}",
            variables,
        );
    }
    // A safe text is escaped with the message around it.
    let safe = Value::safe_string("<b>");
    let outcome = of(
        "{{ v }}{{ \"name\"|trans(n=v, t=v|safe) }}",
        &[("v", safe)],
        "page.html",
    );
    let expected = "<b>Hi &lt;&lt;b&gt;&gt; &amp; &lt;b&gt;";
    assert_eq!(outcome, Outcome::Same(expected.to_owned()));
}

#[test]
fn literals_are_part_of_the_text() {
    assert_eq!(
        same(
            "{{ \"items\"|trans(n=1, t=\"<x>\") }}, {{ \"items\"|trans(n=2000, t=\"<x>\") }}",
            json!({})
        ),
        "1 item, 2,000 items of &lt;x&gt;"
    );
    same(
        "{{ \"kind\"|trans(n=0, t=\"x\") }}{{ \"when\"|trans(n=\"2026-11-24\") }}{{ \"a\"|trans(n=5) }}",
        json!({}),
    );
}

#[test]
fn mistakes_in_values_are_left_to_tera() {
    let variables = [("n", json!("many")), ("t", json!("t"))];
    for template in [
        "{{ \"items\"|trans(n=n, t=t) }}",
        "{{ \"both\"|trans(n=n, t=t) }}",
        "{{ \"when\"|trans(n=n) }}",
        "{{ \"name\"|trans(n=n) }}",
        "{{ \"items\"|trans(n=\"x\", t=t) }}",
        "{{ \"none\"|trans(n=n) }}",
    ] {
        let outcome = of(template, &variables, "page.html");
        assert!(
            matches!(outcome, Outcome::Mistake(_)),
            "{template}: {outcome:?}"
        );
    }
    for template in [
        "{{ \"name\"|trans(n=n, t=missing) }}",
        "{{ \"a\"|trans(n=missing) }}",
    ] {
        let outcome = of(template, &variables, "page.html");
        assert!(
            matches!(outcome, Outcome::Left(_)),
            "{template}: {outcome:?}"
        );
    }
}

#[test]
fn a_value_that_is_given_twice() {
    let variables = [("n", json!(1)), ("t", json!(2))];
    let twice = of("{{ \"place\"|trans(n=n, n=t) }}", &variables, "page.html");
    assert!(!matches!(twice, Outcome::Left(_)), "{twice:?}");
}
