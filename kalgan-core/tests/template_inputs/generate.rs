//! Templates and expressions that are made up by the grammar, most of which are right.

use fastrand::Rng;

/// Operators of two operands, with the space that a word needs.
const BINARY: &[&str] = &[
    "+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", " and ", " or ",
    " in ", " not in ",
];

/// What a value may be. The variables are those of [`CONTEXT`].
const VALUES: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "7",
    "1.5",
    "true",
    "False",
    "none",
    "'a'",
    "\"ab\"",
    "`c`",
    "a",
    "b",
    "xs",
    "m.k",
    "m?.k",
    "nope?.k",
    "xs[0]",
    "xs[-1]",
    "m['k']",
    "xs[1:]",
    "xs[::-1]",
    "[1, 2]",
    "[]",
    "{}",
    "{'k': 1}",
    "[...xs, 3]",
    "range(end=3)",
    "[x + 1 for x in xs if x > 1]",
];

const FILTERS: &[&str] = &[
    "abs",
    "str",
    "upper",
    "length",
    "first",
    "join(sep='-')",
    "default(value=1)",
    "int",
    "sort",
];

const TESTS: &[&str] = &[
    "defined",
    "odd",
    "string",
    "not none",
    "not number",
    "divisible_by(divisor=2)",
    "array",
    "containing(pat='a')",
];

/// The variables of generated expressions, as JSON.
pub const CONTEXT: &str = r#"{"a": 5, "b": "text", "xs": [3, 1, 2], "m": {"k": "value"}}"#;

/// A value of at most this many levels.
pub fn expression(rng: &mut Rng, levels: usize) -> String {
    if levels == 0 || rng.u8(..4) == 0 {
        return pick(rng, VALUES).to_owned();
    }
    let mut inner = || expression(rng, levels - 1);
    let (left, right) = (inner(), inner());
    match rng.u8(..16) {
        0 => format!("({left})"),
        1 => format!("-{left}"),
        2 => format!("not {left}"),
        3 => format!("{left} if {right} else {}", expression(rng, levels - 1)),
        4 => format!("({left})[{right}]"),
        5 | 6 => format!("{left}|{}", pick(rng, FILTERS)),
        7 => format!("{left} is {}", pick(rng, TESTS)),
        8 => format!("[{left}, {right}]"),
        _ => format!("{left}{}{right}", pick(rng, BINARY)),
    }
}

/// Words in any order, which now and then are an expression.
pub fn words(rng: &mut Rng, words: &[&str]) -> String {
    let count = rng.usize(1..=7);
    let chosen: Vec<&str> = (0..count)
        .map(|_| words[rng.usize(..words.len())])
        .collect();
    chosen.join(" ")
}

/// A template of nested tags, with expressions in all places.
pub fn template(rng: &mut Rng, levels: usize) -> String {
    let mut text = String::new();
    for _ in 0..rng.usize(0..4) {
        text.push_str(&piece(rng, levels));
    }
    text
}

fn piece(rng: &mut Rng, levels: usize) -> String {
    let value = expression(rng, 2);
    if levels == 0 {
        return match rng.u8(..9) {
            0 => String::from(" text\n"),
            1 => format!("{{% set v = {value} %}}"),
            2 => format!("{{% set_global v = {value} %}}"),
            3 => String::from("{% break %}"),
            4 => String::from("{% continue %}"),
            5 => String::from("{#- note #}"),
            6 => String::from("{{ loop.index }}"),
            7 => format!("{{{{ <c v={{{value}}} w /> }}}}"),
            _ => format!("{{{{- {value} }}}}"),
        };
    }
    let inner = template(rng, levels - 1);
    let other = template(rng, levels - 1);
    match rng.u8(..11) {
        0 => format!("{{% if {value} %}}{inner}{{% endif %}}"),
        1 => format!("{{% if {value} %}}{inner}{{% elif a %}}{other}{{% else %}}{{% endif %}}"),
        2 => format!("{{% for x in {value} %}}{inner}{{% endfor %}}"),
        3 => format!("{{% for k, x in {value} %}}{inner}{{% else %}}{other}{{% endfor %}}"),
        4 => format!("{{% block b{} %}}{inner}{{% endblock %}}", rng.u8(..20)),
        5 => format!("{{% set v | trim %}}{inner}{{% endset %}}"),
        6 => format!("{{% filter upper | trim %}}{inner}{{% endfilter %}}"),
        7 => format!("{{% <c v={{{value}}}> %}}{inner}{{% </c> %}}"),
        8 => format!(
            "{{% component c{}(v) %}}{inner}{{% endcomponent %}}",
            rng.u8(..5)
        ),
        9 => format!("{{% extends 'p' %}}{inner}"),
        _ => inner + &piece(rng, 0) + &other,
    }
}

/// Text and tags that write nothing, with `-` at any delimiter.
pub fn spaces(rng: &mut Rng) -> String {
    const TEXTS: &[&str] = &[" ", "x", " x ", "\n\t", "\u{a0}y\u{2003}", "{ ", "}-", " -"];
    let mut text = String::new();
    for _ in 0..rng.usize(1..9) {
        let mut dash = || if rng.bool() { "-" } else { "" };
        let (a, b, c, d) = (dash(), dash(), dash(), dash());
        text.push_str(&match rng.u8(..9) {
            0 => format!("{{{{{a} '' {b}}}}}"),
            1 => format!("{{#{a} note {b}#}}"),
            2 => format!("{{%{a} set v = 1 {b}%}}"),
            3 => {
                let inner = pick(rng, TEXTS);
                format!("{{%{a} raw {b}%}}{inner}{{{{ x{{%{c} endraw {d}%}}")
            }
            4 => {
                let inner = pick(rng, TEXTS);
                format!("{{%{a} if true {b}%}}{inner}{{%{c} endif {d}%}}")
            }
            _ => pick(rng, TEXTS).to_owned(),
        });
    }
    text
}

fn pick(rng: &mut Rng, of: &[&'static str]) -> &'static str {
    of[rng.usize(..of.len())]
}
