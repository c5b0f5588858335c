use crate::lint::tests::against;
use crate::templates::registered::Registered;

fn found(text: &str) -> Vec<String> {
    let lines = against(text, &Registered::default());
    let lines = lines.iter();
    lines
        .map(|line| line.replace("template/page.html:1:", ""))
        .collect()
}

#[test]
fn what_fails_for_all_values_is_found() {
    for text in [
        "{{ 1 / 0 }}",
        "{{ n / 0 }}",
        "{{ n % 0 }}",
        "{{ 2 ** 200 }}",
        "{{ [1, 2][5] }}",
        "{{ 5|upper }}",
        "{{ \"abc\"|round }}",
        "{{ true|length }}",
        "{{ \"2026-13-45\"|date }}",
        "{{ text|truncate(length=\"x\") }}",
        "{% for x in range(end=3, step_by=0) %}{% endfor %}",
        "{% for x in 5 %}{% endfor %}",
        "{% for k, v in [1] %}{% endfor %}",
        "{% set m = {\"a\": 1} %}{{ m.b }}",
        "{{ n|round + \"a\" }}",
        "{{ text|upper|round }}",
        "{{ -(text|upper) }}",
        "{{ text|upper > 1 }}",
        "{{ loop_|length|upper }}",
        "{% set size = 5 %}{{ size|upper }}",
        "{% set size = 5 %}{% if x %}{{ size|upper }}{% endif %}",
        "{% for x in xs %}{{ loop.index|upper }}{% endfor %}",
        "{% component a(size: integer) %}{{ size|upper }}{% endcomponent %}{{ <a size={1}/> }}",
        "{% if n|int is containing(pat=1) %}{% endif %}",
        "{% filter replace(from=1, to=2) %}a{% endfilter %}",
        "{{ 1 in 5 }}",
    ] {
        let found = found(text);
        println!("{text}\n    {found:?}");
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        let is_told = found[0].contains("` fails: ") || found[0].ends_with("` is undefined");
        assert!(is_told, "{text}: {found:?}");
    }
}

#[test]
fn what_may_succeed_is_left_alone() {
    for text in [
        "{{ a + b }}{{ a|upper }}{{ a|round }}{{ a / b }}{{ a[1] }}{{ a.b.c }}{{ a[b] }}",
        "{{ a|get(key=\"x\") }}{{ a|nth(n=7) }}{{ a|date }}{{ a|time(style=\"short\") }}",
        "{{ a|sort(attribute=\"name\") }}{{ a|group_by(attribute=\"name\") }}{{ a|datetime }}",
        "{{ a|int(base=2) }}{{ a|truncate(length=b) }}{{ a|replace(from=b, to=c) }}",
        "{% set m = {\"a\": 1} %}{{ m.b|default(value=2) }}{% if m.b is defined %}{% endif %}{% if m.b %}{% endif %}",
        "{% set m = {\"a\": 1} %}{{ m.a }}{{ [1, 2][1] }}{{ \"abc\"[1:] }}{{ [1, 2][n] }}",
        "{% set size = 5 %}{% set size = \"a\" %}{{ size|upper }}",
        "{% if x %}{% set size = 5 %}{% endif %}{{ size|upper }}",
        "{% for size in 1|range %}{% endfor %}{{ size|upper }}"
            .replace("1|range", "sizes")
            .as_str(),
        "{% component a(text: string = none) %}{{ text|upper }}{% endcomponent %}{{ <a/> }}",
        "{{ [x for x in xs if x > 1] }}{{ a ~ 1 }}{{ a and 1 }}{{ a[1:2] }}{{ a == 1 }}",
        "{{ throw(message=\"x\") }}{{ a in b }}{{ \"a\" in b }}{{ 1 in b }}{{ a < 1 }}{{ -a }}",
        "{{ a|pluralize }}{{ a|join(sep=\",\") }}{{ a|split(pat=\",\")|first|upper }}",
        "{{ (a if b else c)|upper }}{{ a?.b|upper }}{{ range(end=n) }}{{ range(start=1, end=3) }}",
        "{% filter upper %}a{% endfilter %}{% filter indent(width=2) %}a{% endfilter %}",
        "{% for k, v in a %}{% endfor %}{% for c in \"abc\" %}{% endfor %}",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}

/// Each built-in takes some of the values that are tried, or operations with it would be refused.
#[test]
fn each_built_in_takes_what_is_not_known() {
    use crate::templates::CallKind;
    use crate::templates::signatures::SIGNATURES;
    for signature in SIGNATURES {
        let name = signature.name;
        for given in [
            signature.required.to_vec(),
            signature.arguments().collect::<Vec<_>>(),
        ] {
            let given: Vec<String> = given.iter().map(|name| format!("{name}=x")).collect();
            let given = match given.is_empty() && signature.kind != CallKind::Function {
                true => String::new(),
                false => format!("({})", given.join(", ")),
            };
            let text = match signature.kind {
                CallKind::Filter => format!("{{{{ a|{name}{given} }}}}"),
                CallKind::Test => format!("{{% if a is {name}{given} %}}{{% endif %}}"),
                CallKind::Function => format!("{{{{ {name}{given} }}}}"),
            };
            let failing: Vec<String> = found(&text)
                .into_iter()
                .filter(|line| line.contains("fails: "))
                .collect();
            assert_eq!(failing, Vec::<String>::new(), "{text}");
        }
    }
}

/// What would make as much as a number says is not tried with large ones, wherever they come from.
#[test]
fn large_numbers() {
    for text in [
        "{% for i in range(end=4000000000) %}{% endfor %}",
        "{% set most = 4000000000 %}{{ range(end=most)|length }}",
        "{{ range(end=2 ** 70)|length }}",
        "{{ text|indent(width=4000000000) }}{{ \"a\"|indent(width=4000000000) }}",
        "{% filter indent(width=4000000000) %}a{% endfilter %}",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}

/// Each part of a long expression is looked at a few times only.
#[test]
fn long_expressions() {
    let sum = vec!["1"; 120].join(" + ");
    let list = vec!["1"; 20_000].join(", ");
    let text = format!("{{{{ {sum} }}}}{{{{ [{list}]|length }}}}").repeat(20);
    assert_eq!(found(&text), Vec::<String>::new());
}
