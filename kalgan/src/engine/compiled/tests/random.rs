//! Random templates with random values, by their programs and by Tera.

use super::{Outcome, render};
use fastrand::Rng;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

/// A random value, of every kind that serde has.
#[derive(Clone, Debug)]
enum Any {
    Null,
    Unit,
    Bool(bool),
    U8(u8),
    I16(i16),
    U64(u64),
    I64(i64),
    U128(u128),
    I128(i128),
    F32(f32),
    F64(f64),
    Char(char),
    Text(String),
    Variant(&'static str),
    Some(Box<Any>),
    Newtype(Box<Any>),
    Tagged(&'static str, Box<Any>),
    List(Vec<Any>),
    /// A list that does not tell its length.
    Stream(Vec<Any>),
    Struct(Vec<(&'static str, Any)>),
    Map(Vec<(Any, Any)>),
}

impl Serialize for Any {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => to.serialize_none(),
            Self::Unit => to.serialize_unit(),
            Self::Bool(value) => to.serialize_bool(*value),
            Self::U8(value) => to.serialize_u8(*value),
            Self::I16(value) => to.serialize_i16(*value),
            Self::U64(value) => to.serialize_u64(*value),
            Self::I64(value) => to.serialize_i64(*value),
            Self::U128(value) => to.serialize_u128(*value),
            Self::I128(value) => to.serialize_i128(*value),
            Self::F32(value) => to.serialize_f32(*value),
            Self::F64(value) => to.serialize_f64(*value),
            Self::Char(value) => to.serialize_char(*value),
            Self::Text(value) => to.serialize_str(value),
            Self::Variant(name) => to.serialize_unit_variant("Any", 0, name),
            Self::Some(value) => to.serialize_some(value),
            Self::Newtype(value) => to.serialize_newtype_struct("Newtype", value),
            Self::Tagged(name, value) => to.serialize_newtype_variant("Any", 0, name, value),
            Self::List(items) => items.serialize(to),
            Self::Stream(items) => {
                let mut list = to.serialize_seq(None)?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Struct(fields) => {
                let mut fields_of = to.serialize_struct("Struct", fields.len())?;
                for (name, value) in fields {
                    fields_of.serialize_field(name, value)?;
                }
                fields_of.end()
            }
            Self::Map(entries) => {
                let mut map = to.serialize_map(None)?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

const INCLUDE: &str = "{% include \"part.html\" %}";
/// Names of variables and fields: a number, a text, a struct, a list of structs, anything.
const NAMES: [&str; 5] = ["n", "t", "s", "list", "any"];
const TEXTS: [&str; 9] = [
    "",
    "x",
    "<b>",
    "a&b\"'",
    "ñ€",
    "5",
    "true",
    "longer text with < in it",
    "2026-11-24",
];

fn text(rng: &mut Rng) -> String {
    TEXTS[rng.usize(..TEXTS.len())].to_owned()
}

fn name(rng: &mut Rng) -> &'static str {
    NAMES[rng.usize(..NAMES.len())]
}

fn value(rng: &mut Rng, depth: usize) -> Any {
    let kinds = if depth == 0 { 16 } else { 24 };
    match rng.usize(..kinds) {
        0 => Any::Null,
        1 => Any::Unit,
        2 => Any::Bool(rng.bool()),
        3 => Any::U8(rng.u8(..4)),
        4 => Any::I16(rng.i16(-3..4)),
        5 => Any::U64(rng.u64(..)),
        6 => Any::I64(rng.i64(-3..4)),
        7 => Any::U128(rng.u128(..)),
        8 => Any::I128(rng.i128(..)),
        9 => Any::F32([0.1, 1.0, -2.5, f32::NAN][rng.usize(..4)]),
        10 => Any::F64([0.1, 1.0, -2.5, 1e21, f64::INFINITY][rng.usize(..5)]),
        11 => Any::Char(['<', 'a', 'ñ'][rng.usize(..3)]),
        12..=14 => Any::Text(text(rng)),
        15 => Any::Variant("Draft"),
        16 => Any::Some(Box::new(value(rng, depth - 1))),
        17 => Any::Newtype(Box::new(value(rng, depth - 1))),
        18 => Any::Tagged(name(rng), Box::new(value(rng, depth - 1))),
        19 => Any::List(values(rng, depth - 1)),
        20 => Any::Stream(values(rng, depth - 1)),
        21 | 22 => Any::Struct(
            values(rng, depth - 1)
                .into_iter()
                .map(|of| (name(rng), of))
                .collect(),
        ),
        _ => {
            let keys = |rng: &mut Rng| match rng.usize(..4) {
                0 => Any::U8(rng.u8(..3)),
                1 => Any::Variant(name(rng)),
                _ => Any::Text(name(rng).to_owned()),
            };
            Any::Map(
                values(rng, depth - 1)
                    .into_iter()
                    .map(|of| (keys(rng), of))
                    .collect(),
            )
        }
    }
}

/// A value as its name promises, now and then another one.
fn value_of(rng: &mut Rng, name: &str, depth: usize) -> Any {
    match name {
        _ if rng.usize(..12) == 0 => value(rng, depth),
        "n" => [
            Any::U8(rng.u8(..4)),
            Any::I64(rng.i64(-3..9)),
            Any::F64(0.5),
            Any::U64(rng.u64(..2000)),
        ][rng.usize(..4)]
        .clone(),
        "t" => Any::Text(text(rng)),
        "s" if depth > 0 => structure(rng, depth - 1),
        "list" if depth > 0 => {
            let items = (0..rng.usize(..4)).map(|_| structure(rng, depth - 1));
            Any::List(items.collect())
        }
        _ => value(rng, depth),
    }
}

fn structure(rng: &mut Rng, depth: usize) -> Any {
    let names = NAMES.iter().filter(|_| rng.usize(..8) > 0).copied();
    let names: Vec<&'static str> = names.collect();
    let fields = names
        .into_iter()
        .map(|name| (name, value_of(rng, name, depth)));
    Any::Struct(fields.collect())
}

fn values(rng: &mut Rng, depth: usize) -> Vec<Any> {
    (0..rng.usize(..4)).map(|_| value(rng, depth)).collect()
}

/// A random number, text, or list, mostly.
fn leaf(rng: &mut Rng, kind: usize) -> String {
    let owner = ["", "", "s.", "s?.", "any?.", "s.s?."][rng.usize(..6)];
    let name = match kind {
        0 => "n",
        1 => "t",
        2 => "list",
        _ => name(rng),
    };
    match (kind, rng.usize(..4)) {
        (0, 0) => ["1", "0", "2", "2.5", "300"][rng.usize(..5)].to_owned(),
        (1, 0) => ["\"<\"", "'x'", "`t`", "\"\""][rng.usize(..4)].to_owned(),
        (3.., 0) => ["true", "false", "none"][rng.usize(..3)].to_owned(),
        _ => format!("{owner}{name}"),
    }
}

/// A random expression.
fn expression(rng: &mut Rng, depth: usize) -> String {
    let any = |rng: &mut Rng| match depth {
        0 => {
            let kind = rng.usize(..5);
            leaf(rng, kind)
        }
        _ => expression(rng, depth - 1),
    };
    let one = |rng: &mut Rng, all: &[&str]| all[rng.usize(..all.len())].to_owned();
    let (number, text, list) = (leaf(rng, 0), leaf(rng, 1), leaf(rng, 2));
    match rng.usize(..if depth == 0 { 6 } else { 32 }) {
        0 => number,
        1 => text,
        2 => list,
        3..=5 => leaf(rng, 3),
        6 => format!("({} {} {})", any(rng), one(rng, &["==", "!="]), any(rng)),
        7 => format!(
            "({number} {} {})",
            one(rng, &["<", ">", "<=", ">="]),
            leaf(rng, 0)
        ),
        8 => format!("({} {} {})", any(rng), one(rng, &["and", "or"]), any(rng)),
        9 => format!("(not {})", any(rng)),
        10 => format!("({text} ~ {})", any(rng)),
        11..=13 => {
            let operator = one(rng, &["+", "-", "*", "/", "//", "%", "**"]);
            format!("({number} {operator} {})", leaf(rng, 0))
        }
        14 => format!("({} if {} else {})", any(rng), any(rng), any(rng)),
        15 => format!(
            "({} is {})",
            leaf(rng, 3),
            one(rng, &["defined", "undefined", "not defined"])
        ),
        16 => format!(
            "({} is {})",
            any(rng),
            one(rng, &["string", "number", "iterable", "none", "map"])
        ),
        17 => format!("({}|default(value={}))", leaf(rng, 3), any(rng)),
        18 => format!("({}|default(value={}, boolean=true))", any(rng), any(rng)),
        19 => format!("({}|safe)", any(rng)),
        20 => format!("({list}|length)"),
        21 => format!(
            "({text}|{})",
            one(
                rng,
                &["upper", "lower", "trim", "reverse", "escape", "title"]
            )
        ),
        22 => format!(
            "({list}|{})",
            one(rng, &["first", "last", "reverse", "unique", "length"])
        ),
        23 => format!("([x.t for x in {list}]|join(sep={text}))"),
        24 => format!("[{}, ...{list}, {}]", any(rng), any(rng)),
        25 => format!("{{\"n\": {}, \"t\": {}}}", any(rng), any(rng)),
        26 => format!("{list}[{}]", one(rng, &["0", "-1", "n"])),
        27 => format!("({text} in {})", leaf(rng, 1)),
        28 => format!("[{} for {} in {list} if {}]", any(rng), name(rng), any(rng)),
        29 => format!("(-{number})"),
        30 => format!("({})", message(rng, depth - 1)),
        _ => format!("{list}[{}:]", rng.usize(..2)),
    }
}

const MESSAGES: [&str; 9] = [
    "a", "name", "both", "items", "place", "kind", "when", "english", "missing",
];

/// A random message: with the values that it needs, mostly.
fn message(rng: &mut Rng, depth: usize) -> String {
    let known = if rng.usize(..8) == 0 { 9 } else { 8 };
    let key = MESSAGES[rng.usize(..known)];
    const NUMBERS: [&str; 10] = [
        "n",
        "n",
        "n",
        "s.n",
        "n|default(value=1)",
        "list|length",
        "0",
        "7",
        "99",
        "1000",
    ];
    const TEXTS: [&str; 6] = ["t", "t", "t", "s.t", "t|default(value=n)", "\"<x>\""];
    const DATES: [&str; 4] = ["\"2026-11-24\"", "\"2026-11-24T15:04:05Z\"", "n", "t"];
    let of = |rng: &mut Rng, usual: &[&str]| match rng.usize(..24) {
        0 => expression(rng, depth),
        _ => usual[rng.usize(..usual.len())].to_owned(),
    };
    let usual = if key == "when" { &DATES[..] } else { &NUMBERS };
    let mut arguments = vec![
        format!("n={}", of(rng, usual)),
        format!("t={}", of(rng, &TEXTS)),
    ];
    if rng.usize(..4) == 0 {
        arguments.reverse();
    }
    match rng.usize(..24) {
        0 => drop(arguments.pop()),
        1 => arguments.push(format!("any={}", of(rng, &NAMES))),
        2 => arguments.push("_lang=\"es\"".to_owned()),
        3 => arguments.push("_lang=t".to_owned()),
        _ => {}
    }
    let arguments = arguments.join(", ");
    match rng.usize(..4) {
        0 => format!("trans(key=\"{key}\", {arguments})"),
        _ => format!("\"{key}\"|trans({arguments})"),
    }
}

/// Random pieces of a template.
fn pieces(rng: &mut Rng, depth: usize) -> String {
    let mut text = String::new();
    for _ in 0..=rng.usize(..3) {
        let kinds = if depth == 0 { 5 } else { 13 };
        let of = expression(rng, 2.min(depth + 1));
        text.push_str(&match rng.usize(..kinds) {
            0 => String::from("text <b> "),
            1 => format!("{{{{- {of} }}}}"),
            2 | 3 => format!("{{{{ {of} }}}}"),
            4 => format!("{{{{ {} }}}}", message(rng, 1)),
            5 => format!(
                "{{% if {of} %}}{}{{% else %}}{}{{% endif %}}",
                pieces(rng, depth - 1),
                pieces(rng, depth - 1)
            ),
            6 => format!(
                "{{% for {} in {} %}}{}{{{{ loop.index }}}}{{% else %}}{}{{% endfor %}}",
                name(rng),
                leaf(rng, 2),
                body(rng, depth - 1),
                pieces(rng, depth - 1)
            ),
            // Most of what is looped over can be.
            7 => {
                let usual = ["list", "[1, t, n]", "s?.list|default(value=[2])"][rng.usize(..3)];
                format!(
                    "{{% for {} in {} %}}{}{{% endfor %}}",
                    name(rng),
                    if rng.usize(..4) == 0 { &of } else { usual },
                    body(rng, depth - 1)
                )
            }
            8 => format!(
                "{{% for k, {} in {} %}}{{{{ k }}}}{}{{% endfor %}}",
                name(rng),
                if rng.usize(..4) == 0 { name(rng) } else { "s" },
                body(rng, depth - 1)
            ),
            9 => format!("{{% set {} = {of} %}}", name(rng)),
            10 => format!("{{% set_global {} = {of} %}}", name(rng)),
            11 => format!(
                "{{% set {} %}}{}{{% endset %}}",
                name(rng),
                pieces(rng, depth - 1)
            ),
            _ => String::from(INCLUDE),
        });
    }
    text
}

/// Random pieces of a loop, which may leave it or go on to the next round.
fn body(rng: &mut Rng, depth: usize) -> String {
    let (first, last) = (["", "<i>"][rng.usize(..2)], ["", "</i>"][rng.usize(..2)]);
    let jump = match rng.usize(..8) {
        0 => "{% if loop.index == 2 %}{% break %}{% endif %}",
        1 => "{% if n %}{% break %}{% endif %}",
        2 => "{% if loop.index == 2 %}{% continue %}{% endif %}",
        3 => "{% if loop.last %}{% continue %}{% endif %}",
        _ => "",
    };
    let mut parts = [first, &pieces(rng, depth), jump, &pieces(rng, depth), last].map(String::from);
    if rng.bool() {
        parts.swap(1, 2);
    }
    parts.concat()
}

/// How many templates are tried: more by the environment's `KALGAN_TEMPLATES`.
fn count() -> usize {
    let count = std::env::var("KALGAN_TEMPLATES").ok();
    count.and_then(|count| count.parse().ok()).unwrap_or(500)
}

#[test]
fn programs_write_what_tera_writes() {
    let mut rng = Rng::with_seed(7);
    let (mut same, mut left, mut mistakes, mut without) = (0, 0, 0, 0);
    let mut why = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..count() {
        let part = pieces(&mut rng, 1).replace(INCLUDE, "");
        let page = pieces(&mut rng, 3);
        let templates = [("page.html", &*page), ("part.html", &*part)];
        for _ in 0..4 {
            let variables: Vec<(&str, Any)> = NAMES
                .iter()
                .filter(|_| rng.usize(..12) > 0)
                .copied()
                .collect::<Vec<_>>()
                .into_iter()
                .map(|name| (name, value_of(&mut rng, name, 3)))
                .collect();
            match render(&templates, "page.html", &variables) {
                Outcome::Same(_) => same += 1,
                Outcome::Left(_) => {
                    left += 1;
                    if std::env::var_os("KALGAN_LEFT").is_some() {
                        eprintln!("left: {page}");
                    }
                }
                Outcome::Mistake(_) => mistakes += 1,
                Outcome::NoProgram(reason) => {
                    without += 1;
                    *why.entry(reason.lines().next().unwrap_or_default().to_owned())
                        .or_default() += 1;
                    break;
                }
            }
        }
    }
    eprintln!(
        "{same} the same, {left} left to Tera, {mistakes} mistakes, {without} without a program: {why:?}"
    );
    assert!(same > 10 * left, "{same} {left}");
    assert!(same > count() / 4, "{same}");
}
