//! The filters, tests, functions and variables that every template has.

/// Tera's filters, sorted.
pub const TERA_FILTERS: [&str; 37] = [
    "abs",
    "capitalize",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "newlines_to_br",
    "nth",
    "pairs",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "values",
    "wordcount",
];

/// Tera's tests, sorted.
pub const TERA_TESTS: [&str; 17] = [
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];

/// Tera's functions, sorted. `super` is one that only blocks have.
pub const TERA_FUNCTIONS: [&str; 3] = ["range", "super", "throw"];

/// The filters that Kalgan adds.
pub const FILTERS: [&str; 11] = [
    "asset",
    "css_string",
    "date",
    "datetime",
    "here",
    "json",
    "number",
    "safe_url",
    "time",
    "trans",
    "url",
];

/// The functions that Kalgan adds.
pub const FUNCTIONS: [&str; 4] = ["asset", "here", "trans", "url"];

/// The variables that Kalgan gives every template.
pub const PROVIDED: [&str; 3] = ["lang", "request", "route"];

/// The fields of those that have any.
pub const PROVIDED_FIELDS: [(&str, &[&str]); 2] = [
    (
        "request",
        &["method", "path", "query", "host", "scheme", "url"],
    ),
    ("route", &["name", "path", "controller", "parameters"]),
];

/// The variable that holds all others; whoever uses it uses them all.
pub const ALL_VARIABLES: &str = "__tera_context";

/// The kinds of names that can be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallKind {
    /// A filter.
    Filter,
    /// A test.
    Test,
    /// A function.
    Function,
}

impl CallKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Filter, Self::Test, Self::Function];

    /// As a sentence calls it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Test => "test",
            Self::Function => "function",
        }
    }

    /// The setting that declares names of this kind.
    #[must_use]
    pub fn setting(self) -> &'static str {
        match self {
            Self::Filter => "tera.filters",
            Self::Test => "tera.tests",
            Self::Function => "tera.functions",
        }
    }

    /// The names that need no registration.
    pub fn built_in(self) -> impl Iterator<Item = &'static str> {
        let (tera, own): (&[&str], &[&str]) = match self {
            Self::Filter => (&TERA_FILTERS, &FILTERS),
            Self::Test => (&TERA_TESTS, &[]),
            Self::Function => (&TERA_FUNCTIONS, &FUNCTIONS),
        };
        tera.iter().chain(own).copied()
    }

    /// Whether a name of this kind is built in.
    #[must_use]
    pub fn is_built_in(self, name: &str) -> bool {
        self.built_in().any(|known| known == name)
    }
}

/// A file of the source of the Tera that is built in.
#[cfg(all(test, feature = "parse"))]
pub(super) fn source_of_tera(file: &str) -> String {
    let run = |program: &std::path::Path, arguments: &[&str]| {
        let output = std::process::Command::new(program)
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("the toolchain can be started");
        String::from_utf8(output.stdout).expect("it writes text")
    };
    let cargo = std::path::Path::new(env!("CARGO"));
    let version = run(&cargo.with_file_name("rustc"), &["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    // Packages of other platforms need not be on this machine.
    let arguments = ["metadata", "--format-version", "1", "--offline"];
    let platform = ["--filter-platform", host.unwrap_or_default()];
    let metadata = run(cargo, &[&arguments[..], &platform[..]].concat());
    let manifest = metadata
        .split('"')
        .find(|text| text.contains("/tera-2.") && text.ends_with("/Cargo.toml"))
        .expect("Tera is a dependency");
    let source = manifest.replace("Cargo.toml", file);
    std::fs::read_to_string(source).expect("Tera has this file")
}

#[cfg(all(test, feature = "parse"))]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use tera::Tera;

    /// What Tera's own source registers.
    fn registered(method: &str) -> BTreeSet<String> {
        super::source_of_tera("src/tera.rs")
            .lines()
            .filter_map(|line| {
                let call = line.trim().strip_prefix("self.")?.strip_prefix(method)?;
                call.strip_prefix("(\"")?.split('"').next()
            })
            .map(str::to_owned)
            .collect()
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_lists_are_those_of_tera() {
        assert_eq!(registered("register_filter"), set(&TERA_FILTERS));
        assert_eq!(registered("register_test"), set(&TERA_TESTS));
        let mut functions = registered("register_function");
        functions.insert(String::from("super"));
        assert_eq!(functions, set(&TERA_FUNCTIONS));
        for lists in [&TERA_FILTERS[..], &TERA_TESTS, &TERA_FUNCTIONS] {
            assert!(lists.is_sorted());
        }
    }

    #[test]
    fn tera_knows_each_of_them() {
        let mut tera = Tera::new();
        for name in TERA_FILTERS {
            tera.add_raw_template(name, &format!("{{{{ 1|{name} }}}}"))
                .unwrap();
        }
        for name in TERA_TESTS {
            tera.add_raw_template(name, &format!("{{{{ 1 is {name} }}}}"))
                .unwrap();
        }
        let unknown = tera.add_raw_template("x", "{{ 1|no_such_filter }}");
        assert!(unknown.is_err());
    }
}
