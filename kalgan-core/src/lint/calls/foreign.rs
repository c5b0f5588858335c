//! What people bring from Tera 1, Jinja, Twig, Django and Liquid, and what to write instead.

use crate::templates::CallKind::{self, Filter, Function, Test};
use crate::templates::signatures::Signature;
use crate::text::Span;

/// What stands for a name of another template language.
#[derive(Clone, Copy, Debug)]
enum Instead {
    /// Something that every template has; the snippets are expressions.
    Write(&'static str),
    /// A feature of `tera-contrib`, and what it has there.
    Contrib(&'static str, &'static str),
    /// The same, where something that every template has may do.
    WriteOrContrib(&'static str, &'static str, &'static str),
    /// Something that only Rust has.
    Rust(&'static str),
}

use Instead::{Contrib, Rust, Write, WriteOrContrib};

/// Names that Tera 2 does not have.
const NAMES: &[(CallKind, &[&str], Instead)] = &[
    (Filter, &["raw", "mark_safe", "safeseq"], Write("`x|safe`")),
    (
        Filter,
        &["e", "forceescape", "force_escape", "escape_once"],
        Write("`x|escape`"),
    ),
    (
        Filter,
        &["nl2br", "linebreaksbr", "linebreaks", "newline_to_br"],
        Write("`x|newlines_to_br`"),
    ),
    (Filter, &["as_str", "string", "to_string"], Write("`x|str`")),
    (Filter, &["count", "size", "len"], Write("`x|length`")),
    (
        Filter,
        &["d", "default_if_none"],
        Write("`x|default(value=\"…\")`"),
    ),
    (Filter, &["downcase", "lowercase"], Write("`x|lower`")),
    (Filter, &["upcase", "uppercase"], Write("`x|upper`")),
    (Filter, &["ucfirst", "capfirst"], Write("`x|capitalize`")),
    (Filter, &["titlecase"], Write("`x|title`")),
    (Filter, &["strip"], Write("`x|trim`")),
    (Filter, &["lstrip", "ltrim"], Write("`x|trim_start`")),
    (Filter, &["rstrip", "rtrim"], Write("`x|trim_end`")),
    (
        Filter,
        &["trim_start_matches"],
        Write("`x|trim_start(pat=\"…\")`"),
    ),
    (
        Filter,
        &["trim_end_matches"],
        Write("`x|trim_end(pat=\"…\")`"),
    ),
    (
        Filter,
        &["truncatechars", "truncate_chars"],
        Write("`x|truncate(length=20)`"),
    ),
    (
        Filter,
        &["groupby"],
        Write("`x|group_by(attribute=\"name\")`"),
    ),
    (Filter, &["items"], Write("`x|pairs`")),
    (Filter, &["slice"], Write("`x[1:3]`")),
    (
        Filter,
        &["concat"],
        Write("`[...x, ...y]` for lists, `x ~ y` for texts"),
    ),
    (
        Filter,
        &["merge"],
        Write("`[...x, ...y]` for lists, `{...x, ...y}` for maps"),
    ),
    (Filter, &["append", "prepend"], Write("`x ~ \"…\"`")),
    (
        Filter,
        &[
            "filter",
            "select",
            "selectattr",
            "reject",
            "rejectattr",
            "where",
        ],
        Write("`[y for y in x if y.name == z]`"),
    ),
    (Filter, &["map", "column"], Write("`[y.name for y in x]`")),
    (Filter, &["attr"], Write("`x.name`, or `x[name]`")),
    (Filter, &["format_date"], Write("`x|date`")),
    (Filter, &["format_datetime"], Write("`x|datetime`")),
    (Filter, &["format_time"], Write("`x|time`")),
    (
        Filter,
        &["number_format", "format_number", "floatformat", "intcomma"],
        Write("`x|number(digits=2)`"),
    ),
    (Filter, &["t", "translate"], Write("`\"a.key\"|trans`")),
    (
        Filter,
        &["static", "asset_url"],
        Write("`\"/app.css\"|asset`"),
    ),
    (
        Filter,
        &["strftime", "date_format", "dateformat"],
        WriteOrContrib(
            "`x|date(style=\"long\")`, as the language writes it",
            "date",
            "dates::date",
        ),
    ),
    (
        Filter,
        &["urlencode", "url_encode"],
        WriteOrContrib(
            "`\"search\"|url(_query={\"q\": x})` in a link",
            "urlencode",
            "urlencode::urlencode",
        ),
    ),
    (
        Filter,
        &["urlencode_strict"],
        Contrib("urlencode", "urlencode::urlencode_strict"),
    ),
    (Filter, &["slugify", "slug"], Contrib("slug", "slug::slug")),
    (
        Filter,
        &["json_encode", "tojson", "to_json", "jsonify"],
        Write("`x|json`"),
    ),
    (
        Filter,
        &["filesizeformat", "filesize_format"],
        Contrib("filesize_format", "filesize_format::filesize_format"),
    ),
    (
        Filter,
        &["b64_encode", "base64_encode"],
        Contrib("base64", "base64::b64_encode"),
    ),
    (
        Filter,
        &["b64_decode", "base64_decode"],
        Contrib("base64", "base64::b64_decode"),
    ),
    (
        Filter,
        &["format", "stringformat"],
        Contrib("format", "format::format"),
    ),
    (
        Filter,
        &["striptags", "strip_tags", "strip_html"],
        Contrib("regex", "regex::striptags"),
    ),
    (Filter, &["spaceless"], Contrib("regex", "regex::spaceless")),
    (
        Filter,
        &["regex_replace"],
        Contrib("regex", "regex::RegexReplace::default()"),
    ),
    (Filter, &["shuffle"], Contrib("rand", "rand::shuffle")),
    (
        Test,
        &["divisibleby", "divisible"],
        Write("`x is divisible_by(divisor=2)`"),
    ),
    (Test, &["object", "mapping", "dict"], Write("`x is map`")),
    (Test, &["sequence", "list"], Write("`x is array`")),
    (Test, &["boolean"], Write("`x is bool`")),
    (Test, &["null", "nil"], Write("`x is none`")),
    (Test, &["empty", "blank"], Write("`x|length == 0`")),
    (
        Test,
        &["sameas", "same", "eq", "equalto"],
        Write("`x == y`"),
    ),
    (Test, &["ne"], Write("`x != y`")),
    (Test, &["lt", "lessthan"], Write("`x < y`")),
    (Test, &["le"], Write("`x <= y`")),
    (Test, &["gt", "greaterthan"], Write("`x > y`")),
    (Test, &["ge"], Write("`x >= y`")),
    (Test, &["lower"], Write("`x == x|lower`")),
    (Test, &["upper"], Write("`x == x|upper`")),
    (
        Test,
        &["startswith", "starts_with"],
        Write("`x is starting_with(pat=\"…\")`"),
    ),
    (
        Test,
        &["endswith", "ends_with"],
        Write("`x is ending_with(pat=\"…\")`"),
    ),
    (Test, &["contains"], Write("`x is containing(pat=\"…\")`")),
    (
        Test,
        &["matching"],
        Contrib("regex", "regex::Matching::default()"),
    ),
    (Test, &["before"], Contrib("date", "dates::is_before")),
    (Test, &["after"], Contrib("date", "dates::is_after")),
    (
        Function,
        &["path", "url_for", "route", "reverse"],
        Write("`url(name=\"home\")`, or `\"home\"|url`"),
    ),
    (
        Function,
        &["gettext", "_", "__", "t", "translate"],
        Write("`trans(key=\"a.key\")`, or `\"a.key\"|trans`"),
    ),
    (
        Function,
        &["static"],
        Write("`asset(path=\"/app.css\")`, or `\"/app.css\"|asset`"),
    ),
    (Function, &["parent"], Write("`super()`")),
    (Function, &["len", "length", "count"], Write("`x|length`")),
    (Function, &["attribute"], Write("`x[name]`")),
    (
        Function,
        &["cycle"],
        Write("`[\"odd\", \"even\"][loop.index0 % 2]`"),
    ),
    (Function, &["dump", "debug"], Write("`__tera_context`")),
    (
        Function,
        &["get_env", "getenv", "env", "config"],
        Rust("give the value to the template in Rust: `settings::get_string(\"…\")?`"),
    ),
    (Function, &["now"], Contrib("date", "dates::now")),
    (
        Function,
        &["get_random", "random"],
        Contrib("rand", "rand::get_random"),
    ),
];

/// Arguments that filters of this name take elsewhere.
const ARGUMENTS: &[(&[&str], &[&str], Instead)] = &[
    (
        &["date"],
        &["format", "timezone"],
        WriteOrContrib(
            "`x|date(style=\"long\")`, as the language writes it",
            "date",
            "dates::date",
        ),
    ),
    (
        &["time", "datetime"],
        &["format", "timezone"],
        WriteOrContrib(
            "`x|time(style=\"short\")`, as the language writes it",
            "date",
            "dates::date",
        ),
    ),
    (
        &["date", "time", "datetime", "number"],
        &["locale", "lang", "language"],
        Write("`x|date(_lang=\"es\")`"),
    ),
    (
        &["number"],
        &["decimals", "precision", "places"],
        Write("`x|number(digits=2)`"),
    ),
    (
        &["indent"],
        &["prefix"],
        Write("`x|indent(indentation=\"…\")`"),
    ),
    (&["sort"], &["reverse"], Write("`x|sort|reverse`")),
    (
        &["sort", "group_by"],
        &["by", "key"],
        Write("`x|sort(attribute=\"name\")`"),
    ),
    (
        &["join"],
        &["d", "separator", "glue"],
        Write("`x|join(sep=\", \")`"),
    ),
    (
        &["split"],
        &["sep", "separator", "delimiter"],
        Write("`x|split(pat=\",\")`"),
    ),
    (
        &["replace"],
        &["old", "new"],
        Write("`x|replace(from=\"a\", to=\"b\")`"),
    ),
    (
        &["default"],
        &["default_value"],
        Write("`x|default(value=\"…\")`"),
    ),
    (
        &["truncate"],
        &["limit", "max", "size"],
        Write("`x|truncate(length=20)`"),
    ),
];

/// What to do about a filter, a test or a function that is one of another language.
pub(super) fn name(kind: CallKind, name: &str) -> Option<String> {
    let mut names = NAMES.iter();
    let found = names.find(|(of, names, _)| *of == kind && names.contains(&name));
    found.map(|(_, _, instead)| help(kind, name, instead))
}

/// What to do about an argument that a filter takes in another language.
pub(super) fn argument(filter: &str, argument: &str) -> Option<String> {
    let mut arguments = ARGUMENTS.iter();
    let found = arguments
        .find(|(filters, names, _)| filters.contains(&filter) && names.contains(&argument));
    found.map(|(_, _, instead)| help(Filter, filter, instead))
}

/// What to do about an argument without a name, as most other languages have them: what the filter,
/// test or function at this place of a template takes, or what stands for it.
pub(crate) fn unnamed_argument(template: &str, callee: Span) -> Option<String> {
    let before = template[..callee.start].trim_end();
    let called = &template[callee.start..callee.end];
    let kind = if before.ends_with('|') {
        Filter
    } else if before.ends_with(" is") || before.ends_with(" not") {
        Test
    } else {
        Function
    };
    let Some(signature) = Signature::of(kind, called) else {
        return name(kind, called);
    };
    let mut arguments = signature.required.to_vec();
    if arguments.is_empty() {
        arguments.extend(
            signature
                .optional
                .iter()
                .filter(|name| !name.starts_with('_')),
        );
        arguments.truncate(1);
    }
    match (arguments.as_slice(), signature.is_open) {
        ([], true) => None,
        ([], false) => Some(format!("`{called}` takes no arguments")),
        (arguments, _) => {
            let named: Vec<String> = arguments.iter().map(|name| format!("{name}=…")).collect();
            Some(format!(
                "arguments have names: `{called}({})`",
                named.join(", ")
            ))
        }
    }
}

fn help(kind: CallKind, name: &str, instead: &Instead) -> String {
    let contrib = |feature: &str, item: &str| {
        format!(
            "the feature `{feature}` of the crate `tera-contrib` has it: \
             `app.tera(|tera| tera.register_{}(\"{name}\", tera_contrib::{item}))`",
            kind.word()
        )
    };
    match instead {
        Write(text) => format!("write {text}"),
        Contrib(feature, item) => contrib(feature, item),
        WriteOrContrib(text, feature, item) => {
            format!("write {text}; else {}", contrib(feature, item))
        }
        Rust(text) => (*text).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tests::against;
    use crate::templates::registered::Registered;
    use std::collections::BTreeSet;

    #[test]
    fn unnamed_arguments_are_named() {
        for (text, expected) in [
            (
                "{{ a|truncate(20) }}",
                Some("arguments have names: `truncate(length=…)`"),
            ),
            (
                "{{ a | default('x') }}",
                Some("arguments have names: `default(value=…)`"),
            ),
            (
                "{{ a|replace('x', 'y') }}",
                Some("arguments have names: `replace(from=…, to=…)`"),
            ),
            (
                "{{ d|date('Y-m-d') }}",
                Some("arguments have names: `date(style=…)`"),
            ),
            (
                "{{ a|join(', ') }}",
                Some("arguments have names: `join(sep=…)`"),
            ),
            ("{{ a|length(1) }}", Some("`length` takes no arguments")),
            ("{{ a|e('js') }}", Some("write `x|escape`")),
            (
                "{% if a is divisibleby(2) %}",
                Some("write `x is divisible_by(divisor=2)`"),
            ),
            (
                "{% if a is not containing('x') %}",
                Some("arguments have names: `containing(pat=…)`"),
            ),
            (
                "{{ path('home') }}",
                Some("write `url(name=\"home\")`, or `\"home\"|url`"),
            ),
            (
                "{{ url('home') }}",
                Some("arguments have names: `url(name=…)`"),
            ),
            (
                "{{ range(3) }}",
                Some("arguments have names: `range(end=…)`"),
            ),
            ("{{ 'a.b'|trans({'n': 1}) }}", None),
            ("{{ a|mine(1) }}", None),
        ] {
            let error = crate::syntax::parse(text).unwrap_err();
            let callee = error.callee.expect(text);
            let found = unnamed_argument(text, callee);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    /// What every template has, in backticks.
    fn snippets(instead: &Instead) -> impl Iterator<Item = &'static str> {
        let text = match instead {
            Write(text) | WriteOrContrib(text, ..) => text,
            Contrib(..) | Rust(_) => "",
        };
        text.split('`').skip(1).step_by(2)
    }

    #[test]
    fn what_is_advised_is_there() {
        let all = NAMES.iter().map(|(_, _, instead)| instead);
        for instead in all.chain(ARGUMENTS.iter().map(|(_, _, instead)| instead)) {
            for snippet in snippets(instead) {
                let page = format!(
                    "{{% block a %}}{{% for i in is %}}{{{{ {snippet} }}}}{{% endfor %}}{{% endblock %}}"
                );
                let page = page.replace(
                    "{% for i in is %}{{ super() }}{% endfor %}",
                    "{{ super() }}",
                );
                let found = against(&page, &Registered::default());
                assert_eq!(found, [""; 0], "{snippet}");
            }
        }
    }

    #[test]
    fn no_name_is_built_in_or_listed_twice() {
        let mut seen = BTreeSet::new();
        for (kind, names, _) in NAMES {
            for name in *names {
                assert!(!kind.is_built_in(name), "{name}");
                assert!(seen.insert((kind, name)), "{name}");
            }
        }
        for (filters, arguments, _) in ARGUMENTS {
            for filter in *filters {
                let signature = Signature::of(Filter, filter).unwrap();
                for argument in *arguments {
                    assert!(
                        signature.arguments().all(|known| known != *argument),
                        "{argument}"
                    );
                }
            }
        }
    }

    /// The names of Tera 1.20 that Tera 2 does not have, but for one that has no counterpart.
    #[test]
    fn all_of_tera_1_is_listed() {
        let filters = "as_str concat date filesizeformat filter json_encode linebreaksbr map slice \
                       slugify spaceless striptags trim_end_matches trim_start_matches urlencode \
                       urlencode_strict";
        for filter in filters.split_whitespace() {
            assert!(
                Filter.is_built_in(filter) || name(Filter, filter).is_some(),
                "{filter}"
            );
        }
        for test in ["divisibleby", "object", "matching"] {
            assert!(name(Test, test).is_some(), "{test}");
        }
        for function in ["now", "get_random", "get_env"] {
            assert!(name(Function, function).is_some(), "{function}");
        }
    }

    #[test]
    fn helps_say_what_to_type() {
        let line = |text: &str| against(text, &Registered::default()).join("\n");
        for (text, expected) in [
            ("{{ a|raw }}", "there is no filter `raw`; write `x|safe`"),
            (
                "{{ a|nl2br }}",
                "there is no filter `nl2br`; write `x|newlines_to_br`",
            ),
            (
                "{% if a is divisibleby(divisor=2) %}{% endif %}",
                "there is no test `divisibleby`; write `x is divisible_by(divisor=2)`",
            ),
            (
                "{{ path(name='home') }}",
                "there is no function `path`; write `url(name=\"home\")`, or `\"home\"|url`",
            ),
            (
                "{{ a|slugify }}",
                "there is no filter `slugify`; the feature `slug` of the crate `tera-contrib` has it: \
                 `app.tera(|tera| tera.register_filter(\"slugify\", tera_contrib::slug::slug))`",
            ),
            (
                "{{ a|urlencode }}",
                "there is no filter `urlencode`; write `\"search\"|url(_query={\"q\": x})` in a link; \
                 else the feature `urlencode` of the crate `tera-contrib` has it: `app.tera(|tera| \
                 tera.register_filter(\"urlencode\", tera_contrib::urlencode::urlencode))`",
            ),
            (
                "{{ now() }}",
                "there is no function `now`; the feature `date` of the crate `tera-contrib` has it: \
                 `app.tera(|tera| tera.register_function(\"now\", tera_contrib::dates::now))`",
            ),
            (
                "{{ d|date(format='%Y') }}",
                "the filter `date` has no argument `format`; write `x|date(style=\"long\")`, as the \
                 language writes it; else the feature `date` of the crate `tera-contrib` has it: \
                 `app.tera(|tera| tera.register_filter(\"date\", tera_contrib::dates::date))`",
            ),
            (
                "{{ a|sort(reverse=true) }}",
                "the filter `sort` has no argument `reverse`; write `x|sort|reverse`",
            ),
            // What no language of these has is the app's own.
            (
                "{{ a|shout }}",
                "there is no filter `shout`; register it in `main`: `app.tera(|tera| \
                 tera.register_filter(\"shout\", …))`; where the name is not written there, declare it \
                 in the setting `tera.filters`",
            ),
        ] {
            assert!(line(text).ends_with(expected), "{}\n{expected}", line(text));
        }
        let registered = Registered {
            filters: [String::from("slug")].into(),
            ..Registered::default()
        };
        let line = against("{{ a|slugify }}{{ a|slgu }}", &registered).join("\n");
        assert!(
            line.contains("tera_contrib") && line.contains("did you mean `slug`?"),
            "{line}"
        );
    }
}
