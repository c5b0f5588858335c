//! Arguments of what is built in.

use super::against;
use crate::templates::registered::Registered;

fn found(text: &str, registered: &Registered) -> Vec<String> {
    against(text, registered)
        .iter()
        .map(|line| line.replace("template/page.html:1:", ""))
        .collect()
}

#[test]
fn each_mistake_has_its_place_and_the_nearest_name() {
    for (text, expected) in [
        (
            "{{ n|number(digts=2) }}",
            &["13: error: the filter `number` has no argument `digts`; did you mean `digits`?"][..],
        ),
        (
            "{{ d|date(style='lnog') }}",
            &["17: error: the format `date` has no style `lnog`; did you mean `long`?"],
        ),
        (
            "{{ n|number(min=3, max=2) }}",
            &[
                "24: error: at least 3 digits and at most 2 cannot both be; give `digits=` alone, or a \
                 `min=` that is not above `max=`",
            ],
        ),
        (
            "{{ asset(pth='/a.css') }}",
            &["10: error: the function `asset` has no argument `pth`; did you mean `path`?"],
        ),
        (
            "{{ asset() }}",
            &["4: error: the function `asset` needs the argument `path`; add `path=…`"],
        ),
        (
            "{{ '/a.css'|asset(version=1) }}",
            &[
                "19: error: the filter `asset` has no argument `version`; it takes no arguments; remove it",
            ],
        ),
        (
            "{{ url(id=5) }}",
            &["4: error: the function `url` needs the argument `name`; add `name=…`"],
        ),
        (
            "{{ trans(kye='a') }}",
            &[
                "4: error: the function `trans` needs the argument `key`; write `key` for `kye`, if it \
                 was meant",
            ],
        ),
        (
            "{{ a|replace }}",
            &[
                "6: error: the filter `replace` needs the arguments `from` and `to`; add `from=…, to=…`",
            ],
        ),
        (
            "{{ a|replace(form='x', to='y') }}",
            &["14: error: the filter `replace` has no argument `form`; did you mean `from`?"],
        ),
        (
            "{{ a|join(spe=' '|upper(y=1)) }}",
            &[
                "11: error: the filter `join` has no argument `spe`; did you mean `sep`?",
                "25: error: the filter `upper` has no argument `y`; it takes no arguments; remove it",
            ],
        ),
        (
            "{{ a|round(method='ciel') }}",
            &[
                "19: error: `ciel` is no value of the argument `method` of the filter `round`; did you \
                 mean `ceil`?",
            ],
        ),
        (
            "{% filter truncate(len=5) %}{% endfilter %}",
            &[
                "11: error: the filter `truncate` needs the argument `length`; add `length=…`",
                "20: error: the filter `truncate` has no argument `len`; there are `length` and `end`",
            ],
        ),
        (
            "{% if a is containing(pta='x') or a is odd(x=1) %}{% endif %}",
            &[
                "23: error: the test `containing` has no argument `pta`; did you mean `pat`?",
                "44: error: the test `odd` has no argument `x`; it takes no arguments; remove it",
            ],
        ),
        (
            "{% for i in range(start=1) %}{% endfor %}",
            &["13: error: the function `range` needs the argument `end`; add `end=…`"],
        ),
    ] {
        assert_eq!(found(text, &Registered::default()), expected, "{text}");
    }
}

#[test]
fn what_is_taken() {
    let registered = Registered {
        filters: [String::from("mine")].into(),
        tests: [String::from("mine")].into(),
        functions: [String::from("f")].into(),
        ..Registered::default()
    };
    let text = "{{ n|number(digits=2, _lang='es') }}{{ n|number(digits=n) }}{{ d|time(style=s) }}\
                {{ 'a'|trans(x=1, _lang=l) }}{{ trans(key=k, x=1) }}{{ 'r'|url(id=1) }}\
                {{ url(name='r', id=1) }}{{ a|replace(from='x', to='y') }}{{ a|truncate(length=5) }}\
                {{ a|indent(first=true) }}{{ a|round(method='ceil') }}{{ a|round(method=m) }}\
                {{ range(end=5, step_by=2) }}{{ a|mine(x=1) }}{{ f(x=1) }}{{ a is mine(x=1) }}\
                {% block a %}{{ super() }}{% endblock %}";
    assert_eq!(found(text, &registered), [""; 0]);
}

#[test]
fn what_the_app_registers_takes_what_it_likes() {
    let registered = Registered {
        filters: [String::from("date")].into(),
        ..Registered::default()
    };
    let text = "{{ d|date(format='%Y') }}{{ d|time(format='%H') }}";
    let found = found(text, &registered);
    assert!(found[0].starts_with("36: error: the filter `time` has no argument `format`; "));
    assert_eq!(found.len(), 1);
}
