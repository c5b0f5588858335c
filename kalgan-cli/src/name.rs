//! What a package may be called: the rules of `cargo new`, in its words.

/// Rust's keywords, those of the future among them.
const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The folders that cargo makes beside a binary.
const BUILD_FOLDERS: [&str; 4] = ["build", "deps", "examples", "incremental"];

/// The crates that every program has already.
const STANDARD: [&str; 5] = ["alloc", "core", "proc-macro", "proc_macro", "std"];

/// The package's names that Kalgan's own crates have: cargo takes no second one of a name.
const OWN: [&str; 4] = ["kalgan", "kalgan-cli", "kalgan-core", "kalgan-macros"];

/// Names that no file may have on Windows.
const WINDOWS: [&str; 22] = [
    "aux", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con", "lpt1",
    "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];

/// Checks a name.
///
/// # Errors
/// Why no package can be called so.
pub(crate) fn check(name: &str) -> Result<(), String> {
    let invalid = |why: &str| Err(format!("invalid package name `{name}`: {why}"));
    let Some(first) = name.chars().next() else {
        return Err(String::from("the package name cannot be empty"));
    };
    if first.is_ascii_digit() {
        return invalid("the name cannot start with a digit");
    }
    if name.contains(['/', '\\']) {
        return invalid("it is a path; the folder is given with `--path`");
    }
    if let Some(bad) = name
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
    {
        return invalid(&format!(
            "`{}` is in it; the characters are ASCII letters, digits, `-` and `_`",
            bad.escape_debug()
        ));
    }
    if first == '-' {
        return invalid("the name cannot start with `-`");
    }
    if !name.contains(|c: char| c.is_ascii_alphanumeric()) {
        return invalid("it has neither a letter nor a digit");
    }
    if KEYWORDS.contains(&name) {
        return invalid("it is a Rust keyword");
    }
    if name == "test" {
        return invalid("it conflicts with Rust's built-in test library");
    }
    if BUILD_FOLDERS.contains(&name) {
        return invalid("it conflicts with cargo's build directory names");
    }
    if STANDARD.contains(&name) {
        return invalid("a crate of Rust's standard library has it");
    }
    if OWN.contains(&name.replace('_', "-").as_str()) {
        return invalid("a crate of Kalgan has it");
    }
    if WINDOWS.contains(&name.to_ascii_lowercase().as_str()) {
        return invalid("no file can be called so on Windows");
    }
    Ok(())
}

/// The name as one word of letters, digits and `_`: the crate's.
pub(crate) fn identifier(name: &str) -> String {
    name.replace('-', "_")
}

/// The name as hosts and images of Docker have it: `My_App` is `my-app`.
pub(crate) fn tag(name: &str) -> String {
    let dashed = name.replace('_', "-").to_lowercase();
    dashed.trim_matches('-').to_owned()
}

/// The name as people write it: `my-app` is `My app`.
pub(crate) fn title(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let words = words.trim();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cargo_takes() {
        for name in [
            "my-app", "my_app", "app2", "_x", "union", "MyApp", "tokio", "a",
        ] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn names_that_it_does_not() {
        for (name, why) in [
            ("", "cannot be empty"),
            ("1app", "start with a digit"),
            ("-x", "start with `-`"),
            ("_", "neither a letter nor a digit"),
            ("fn", "Rust keyword"),
            ("async", "Rust keyword"),
            ("test", "built-in test library"),
            ("deps", "build directory names"),
            ("std", "standard library"),
            ("proc-macro", "standard library"),
            ("kalgan_core", "a crate of Kalgan"),
            ("CON", "Windows"),
            ("a b", "` ` is in it"),
            ("a.b", "`.` is in it"),
            ("é", "`é` is in it"),
            ("a\nb", "`\\n` is in it"),
            ("../a", "given with `--path`"),
            ("a/b", "given with `--path`"),
        ] {
            let error = check(name).unwrap_err();
            assert!(error.contains(why), "{name}: {error}");
        }
    }

    #[test]
    fn other_forms_of_a_name() {
        assert_eq!(identifier("my-app"), "my_app");
        assert_eq!(tag("_My_App-"), "my-app");
        assert_eq!(title("my-app"), "My app");
        assert_eq!(title("_blog_2"), "Blog 2");
    }
}
