//! The arguments of the filters, tests and functions that every template has.

use super::builtin::CallKind;

/// What a filter, a test or a function takes beside what it is applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// What it is.
    pub kind: CallKind,
    /// Its name.
    pub name: &'static str,
    /// The arguments that it fails without.
    pub required: &'static [&'static str],
    /// The arguments that may be left out.
    pub optional: &'static [&'static str],
    /// Whether it takes further ones: the parameters of a route, the placeholders of a message.
    pub is_open: bool,
    /// The texts that an argument may be, where there are few.
    pub values: &'static [(&'static str, &'static [&'static str])],
}

const fn of(
    kind: CallKind,
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Signature {
    Signature {
        kind,
        name,
        required,
        optional,
        is_open: false,
        values: &[],
    }
}

const fn filter(
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Signature {
    of(CallKind::Filter, name, required, optional)
}

const fn test(name: &'static str, required: &'static [&'static str]) -> Signature {
    of(CallKind::Test, name, required, &[])
}

const fn function(
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Signature {
    of(CallKind::Function, name, required, optional)
}

impl Signature {
    /// The signature of what is built in. `super` has none: it is part of Tera's language.
    #[must_use]
    pub fn of(kind: CallKind, name: &str) -> Option<&'static Self> {
        SIGNATURES
            .iter()
            .find(|signature| signature.kind == kind && signature.name == name)
    }

    /// All that it takes by name, what it must have first.
    pub fn arguments(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }

    const fn open(self) -> Self {
        Self {
            is_open: true,
            ..self
        }
    }

    const fn with_values(self, values: &'static [(&'static str, &'static [&'static str])]) -> Self {
        Self { values, ..self }
    }
}

/// Tera ignores an argument that it does not know, and fails without one that it must have, yet
/// only when the template is rendered.
pub const SIGNATURES: &[Signature] = &[
    filter("abs", &[], &[]),
    filter("capitalize", &[], &[]),
    filter("default", &["value"], &["boolean"]),
    filter("escape", &[], &[]),
    filter("escape_html", &[], &[]),
    filter("escape_xml", &[], &[]),
    filter("first", &[], &[]),
    filter("float", &[], &[]),
    filter("get", &["key"], &["default"]),
    filter("group_by", &["attribute"], &[]),
    filter("indent", &[], &["width", "indentation", "first", "blank"]),
    filter("int", &[], &["base"]),
    filter("join", &[], &["sep"]),
    filter("keys", &[], &[]),
    filter("last", &[], &[]),
    filter("length", &[], &[]),
    filter("lower", &[], &[]),
    filter("newlines_to_br", &[], &[]),
    filter("nth", &["n"], &[]),
    filter("pairs", &[], &[]),
    filter("pluralize", &[], &["singular", "plural"]),
    filter("replace", &["from", "to"], &[]),
    filter("reverse", &[], &[]),
    filter("round", &[], &["method", "precision"]).with_values(&[("method", &["ceil", "floor"])]),
    filter("safe", &[], &[]),
    filter("sort", &[], &["attribute"]),
    filter("split", &["pat"], &[]),
    filter("str", &[], &[]),
    filter("title", &[], &[]),
    filter("trim", &[], &["pat"]),
    filter("trim_end", &[], &["pat"]),
    filter("trim_start", &[], &["pat"]),
    filter("truncate", &["length"], &["end"]),
    filter("unique", &[], &[]),
    filter("upper", &[], &[]),
    filter("values", &[], &[]),
    filter("wordcount", &[], &[]),
    test("array", &[]),
    test("bool", &[]),
    test("containing", &["pat"]),
    test("defined", &[]),
    test("divisible_by", &["divisor"]),
    test("ending_with", &["pat"]),
    test("even", &[]),
    test("float", &[]),
    test("integer", &[]),
    test("iterable", &[]),
    test("map", &[]),
    test("none", &[]),
    test("number", &[]),
    test("odd", &[]),
    test("starting_with", &["pat"]),
    test("string", &[]),
    test("undefined", &[]),
    function("range", &["end"], &["start", "step_by"]),
    function("throw", &["message"], &[]),
    filter("asset", &[], &[]),
    // What the values of these four may be, `FormatOptions` says here as when they are written.
    filter("date", &[], &["style", "_lang"]),
    filter("datetime", &[], &["style", "_lang"]),
    filter("css_string", &[], &[]),
    filter("here", &[], &["_query"]),
    filter("json", &[], &[]),
    filter("number", &[], &["digits", "min", "max", "_lang"]),
    filter("safe_url", &[], &[]),
    filter("time", &[], &["style", "_lang"]),
    filter("trans", &[], &["_lang"]).open(),
    filter("url", &[], &["_query"]).open(),
    function("asset", &["path"], &[]),
    function("here", &[], &["_lang", "_query"]),
    function("trans", &["key"], &["_lang"]).open(),
    function("url", &["name"], &["_query"]).open(),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{FORMATS, FormatOptions};
    use crate::templates::{TERA_FILTERS, TERA_FUNCTIONS, TERA_TESTS};
    use std::collections::BTreeSet;
    use tera::{Context, Tera};

    #[test]
    fn all_that_is_built_in_has_one() {
        for kind in CallKind::ALL {
            let names: Vec<&str> = SIGNATURES
                .iter()
                .filter(|signature| signature.kind == kind)
                .map(|signature| signature.name)
                .collect();
            let set: BTreeSet<&str> = names.iter().copied().collect();
            assert_eq!(set.len(), names.len(), "{kind:?}");
            let built_in = kind.built_in().filter(|name| *name != "super").collect();
            assert_eq!(set, built_in, "{kind:?}");
        }
    }

    /// The value that a filter or a test is applied to.
    fn subject(kind: CallKind, name: &str) -> &'static str {
        match (kind, name) {
            (CallKind::Filter, "abs" | "float" | "int" | "pluralize" | "round") => "1",
            (CallKind::Test, "divisible_by" | "even" | "odd") => "1",
            (
                CallKind::Filter,
                "first" | "join" | "last" | "nth" | "reverse" | "sort" | "unique" | "group_by",
            ) => "list",
            (CallKind::Filter, "get" | "keys" | "pairs" | "values") => "map",
            _ => "\"text\"",
        }
    }

    /// A value that an argument takes.
    fn value(name: &str, argument: &str) -> &'static str {
        match (name, argument) {
            ("default", "boolean") | ("indent", "first" | "blank") => "true",
            ("indent", "indentation") => "\"-\"",
            ("round", "method") => "\"ceil\"",
            ("group_by" | "sort", "attribute") => "\"a\"",
            ("get", "key") => "\"a\"",
            (_, "value" | "from" | "to" | "pat" | "end" | "sep" | "message" | "singular")
                if name != "range" =>
            {
                "\"x\""
            }
            (_, "plural" | "default") => "\"x\"",
            (_, "base") => "10",
            _ => "2",
        }
    }

    fn rendered(signature: &Signature, arguments: &[&str]) -> Result<String, tera::Error> {
        let Signature { kind, name, .. } = *signature;
        let given: Vec<String> = arguments
            .iter()
            .map(|argument| format!("{argument}={}", value(name, argument)))
            .collect();
        let given = match given.is_empty() && kind != CallKind::Function {
            true => String::new(),
            false => format!("({})", given.join(", ")),
        };
        let subject = subject(kind, name);
        let text = match kind {
            CallKind::Filter => format!("{{{{ {subject} | {name}{given} }}}}"),
            CallKind::Test => format!("{{{{ {subject} is {name}{given} }}}}"),
            CallKind::Function => format!("{{{{ {name}{given} }}}}"),
        };
        let mut tera = Tera::new();
        tera.add_raw_template("page.html", &text)?;
        let mut context = Context::new();
        let item = std::collections::BTreeMap::from([("a", 1)]);
        context.insert("list", &[&item]);
        context.insert("map", &item);
        tera.render("page.html", &context)
    }

    /// The argument that Tera misses.
    fn missing(result: &Result<String, tera::Error>) -> Option<String> {
        let error = result.as_ref().err()?.to_string();
        let (_, name) = error.split_once("Missing keyword argument `")?;
        Some(name.split('`').next()?.to_owned())
    }

    #[test]
    fn tera_needs_what_is_required_and_nothing_else() {
        let of_tera = |signature: &&Signature| {
            let names: &[&str] = match signature.kind {
                CallKind::Filter => &TERA_FILTERS,
                CallKind::Test => &TERA_TESTS,
                CallKind::Function => &TERA_FUNCTIONS,
            };
            names.contains(&signature.name)
        };
        let mut tried = 0;
        for signature in SIGNATURES.iter().filter(of_tera) {
            let whole = rendered(signature, signature.required);
            if signature.name == "throw" {
                assert!(whole.is_err() && missing(&whole).is_none(), "{whole:?}");
            } else {
                assert!(whole.is_ok(), "{signature:?}: {whole:?}");
            }
            let all: Vec<&str> = signature.arguments().collect();
            let full = rendered(signature, &all);
            assert!(
                full.is_ok() || signature.name == "throw",
                "{signature:?}: {full:?}"
            );
            for required in signature.required {
                let others: Vec<&str> = all
                    .iter()
                    .copied()
                    .filter(|name| name != required)
                    .collect();
                let result = rendered(signature, &others);
                assert_eq!(
                    missing(&result).as_deref(),
                    Some(*required),
                    "{signature:?}"
                );
                tried += 1;
            }
        }
        assert_eq!(tried, 14);
    }

    /// The arguments that Tera's source asks for, by the function that asks.
    #[test]
    fn tera_knows_no_further_argument() {
        let asked = regex::Regex::new(
            r#"(?m)^pub\(crate\) fn (\w+)|kwargs\.(?:must_)?get::<[^>]+>+\("(\w+)"\)"#,
        )
        .unwrap();
        let own = |kind, name: &str| {
            // Tera's functions have other names than what they are registered as.
            let name = match (kind, name) {
                (CallKind::Filter, "as_str") => "str",
                (CallKind::Test, name) => name.trim_start_matches("is_"),
                (_, name) => name,
            };
            Signature::of(kind, name).copied()
        };
        let mut count = 0;
        for (kind, file) in [
            (CallKind::Filter, "src/filters.rs"),
            (CallKind::Test, "src/tests.rs"),
            (CallKind::Function, "src/functions.rs"),
        ] {
            let text = crate::templates::builtin::source_of_tera(file);
            let mut known = None;
            for captures in asked.captures_iter(&text) {
                if let Some(name) = captures.get(1) {
                    known = own(kind, name.as_str());
                } else if let Some(argument) = captures.get(2) {
                    let known = known.unwrap_or_else(|| panic!("{kind:?}: {captures:?}"));
                    assert!(
                        known.arguments().any(|name| name == argument.as_str()),
                        "{known:?}: {captures:?}"
                    );
                    count += 1;
                }
            }
        }
        let listed = SIGNATURES
            .iter()
            .filter(|signature| {
                TERA_FILTERS.contains(&signature.name)
                    || TERA_TESTS.contains(&signature.name)
                    || TERA_FUNCTIONS.contains(&signature.name)
            })
            // A filter of Kalgan's may share its name with a test of Tera's.
            .filter(|signature| {
                signature.kind != CallKind::Filter || TERA_FILTERS.contains(&signature.name)
            })
            .map(|signature| signature.arguments().count());
        assert_eq!(count, listed.sum::<usize>());
    }

    #[test]
    fn the_formats_take_what_is_listed() {
        for name in FORMATS {
            let signature = Signature::of(CallKind::Filter, name).unwrap();
            for argument in signature.arguments().filter(|name| *name != "_lang") {
                let value = if argument == "style" { "short" } else { "2" };
                let mut format = FormatOptions::of(name).unwrap();
                assert_eq!(format.set(argument, value), Ok(()), "{name} {argument}");
            }
        }
    }
}
