//! The classes of mistakes. A class keeps its name from one release to the next, since editors and
//! CI filter by it.

/// A class of mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The name, as [`Diagnostic::code`](super::Diagnostic::code) has it.
    pub name: &'static str,
    /// What such a mistake is, in one sentence.
    pub about: &'static str,
}

const fn code(name: &'static str, about: &'static str) -> Code {
    Code { name, about }
}

/// All classes, sorted by name.
#[rustfmt::skip]
pub const CODES: &[Code] = &[
    code("bad-function-path", "A controller or a middleware is written as no path of a function."),
    code("bad-host", "The host of a route cannot be read."),
    code("bad-path", "The path of a route, or the prefix of a group, cannot be read."),
    code("bad-requirement", "The requirement of a parameter is no regular expression."),
    code("body-argument", "An argument reads the body of the request where it cannot."),
    code("button-type", "A button in a form does not say what it does."),
    code("command-name", "A command of the app has a name that it cannot have."),
    code("component-call", "A component is called with other parameters than it takes."),
    code("control-label", "A control of a form has no label."),
    code("dead-link", "A link leads to a path that no route and no static file answers."),
    code("default-requirement", "The default of a parameter does not meet its requirement."),
    code("default-without-parameter", "A default is called nearly like a parameter of its path, and is of none."),
    code("duplicate-attribute", "An attribute stands twice in a tag."),
    code("duplicate-component", "Two components have the same name."),
    code("duplicate-id", "An id stands twice in a page."),
    code("duplicate-key", "A key stands twice in one map."),
    code("duplicate-message", "A message is defined twice in one language."),
    code("duplicate-middleware", "A middleware stands twice on one route."),
    code("duplicate-route", "Two routes have the same name."),
    code("duplicate-setting", "Two files hold the same setting."),
    code("error-controller", "A controller of an error takes what requests that no route answers do not have."),
    code("failing-expression", "An expression of a template fails whatever its values are."),
    code("filter-arguments", "A filter, test or function lacks an argument that it needs, or is given one that it does not take."),
    code("foreign-parameter", "A parameter of a path is written as another router has it, and stands for itself."),
    code("foreign-placeholder", "A message has a placeholder as another library writes it, which is shown as it stands."),
    code("form-missing", "A message lacks a form for a value that it has one for in another language."),
    code("form-other", "A message has no form for all that no other form is for."),
    code("format-option", "An option of a placeholder's format is none, or its value is not good."),
    code("heading-level", "A heading skips a level."),
    code("image-alt", "An image has no text for those who do not see it."),
    code("impossible-comparison", "A variable that Kalgan provides is compared with a text that it never is."),
    code("key-with-dot", "A key of settings has a dot, or is empty."),
    code("link-method", "A link or a form sends a method that its route does not answer."),
    code("message-braces", "A brace in a message has no partner."),
    code("message-empty", "A message has no text."),
    code("message-entity", "A message has an entity of HTML and is printed, so that it is shown as it stands."),
    code("message-file", "A file of messages is no map."),
    code("message-key", "A key of messages has a dot, or is empty."),
    code("message-list", "A message is a list."),
    code("message-placeholders", "A message is given other values than it has placeholders."),
    code("message-selector", "Two languages choose the forms of a message differently."),
    code("message-value", "A message is given a value that it cannot be made of."),
    code("missing-controller", "A controller that a route or a setting names is not there."),
    code("missing-message", "A language lacks a message that another one has."),
    code("missing-middleware", "A middleware that a route names is not there."),
    code("missing-module", "A module on the way to a controller or a middleware is not there."),
    code("missing-path", "A file or a folder that is named is not there."),
    code("missing-setting", "A struct of the app reads a section that lacks a setting."),
    code("missing-value", "A value that may be none or left out is used where it has to be there."),
    code("missing-variable", "A template needs a variable that Rust does not give it."),
    code("no-disk", "The app was built without the feature `disk` and is to read a file."),
    code("no-effect", "A section of settings of Kalgan 0.9.1 has no effect yet."),
    code("not-a-list", "A template loops over a value that is no list."),
    code("not-compiled", "Tera renders a page also in release builds, since something in it has no compiled form."),
    code("not-registered", "A filter, test or function is declared that nothing registers."),
    code("not-utf8", "A file, or a path, is not UTF-8."),
    code("page-language", "A page does not say in which language it is."),
    code("page-title", "A page has no title."),
    code("path-count", "A controller takes another number of path parameters than its route has."),
    code("path-field", "A controller takes a path parameter that its route does not have."),
    code("path-outside", "A path leaves the folder of the app."),
    code("path-type", "No value of a path parameter can be of the type that the controller takes."),
    code("placeholder-kind", "A value of a message is a number at one place and a date at another."),
    code("placeholder-name", "What stands in braces is no name of a placeholder."),
    code("placeholders-differ", "A message has other placeholders in one language than in another."),
    code("plural-category", "A message has a form for a category that its language does not have."),
    code("plural-form", "A message lacks a form that its language needs."),
    code("private-function", "A controller, a middleware or a module on the way to it is not public."),
    code("requirement-without-parameter", "A requirement names no parameter of its path."),
    code("root-of-group", "The path `/` of a route in a group makes the prefix end with a slash, and the prefix itself is not found."),
    code("route-incomplete", "A route lacks its name, its path or its controller."),
    code("route-language", "The language of a route is neither a parameter nor a language."),
    code("route-parameters", "A link gives other parameters than its route has, or values that they cannot have."),
    code("route-value", "The value of a route's key is of another shape."),
    code("routes-shape", "What stands in a file of routes is no route."),
    code("script-value", "A value stands in a script, where escaping for HTML does not help."),
    code("secret-in-file", "A secret stands in a file that the binary carries."),
    code("select-case", "A message has a case that it does not have in another language."),
    code("select-value", "A message is given a value that chooses a form, and no form is for it."),
    code("selector-name", "What chooses the form of a message is no name of a value."),
    code("setting-value", "The value of a setting is not of its type."),
    code("settings-shape", "A section of settings holds a value, or a setting holds a section."),
    code("source-published", "A folder of static files holds the app's own sources."),
    code("stray-end-tag", "An end tag closes nothing that is open, or comes before that of an inner element."),
    code("style-value", "A value stands in a style sheet, where escaping for HTML does not help."),
    code("super-without-parent", "`super()` stands where no template above has the block."),
    code("superfluous-variable", "Rust gives a template a variable that it does not use."),
    code("template-circle", "A template extends or includes itself in the end."),
    code("template-error", "The templates do not fit together."),
    code("template-syntax", "A template cannot be read."),
    code("unclosed-tag", "An element is not closed."),
    code("unknown-asset", "A template names a static file that is not there."),
    code("unknown-block", "A template fills a block that no template above has."),
    code("unknown-component", "A template calls a component that is not there."),
    code("unknown-field", "A template uses a field that a value does not have."),
    code("unknown-filter", "A template names a filter that is neither built in nor registered."),
    code("unknown-format", "A placeholder has a format that there is not."),
    code("unknown-fragment", "A link leads to a part of its page that is not there."),
    code("unknown-function", "A template names a function that is neither built in nor registered."),
    code("unknown-id", "An attribute names an id that no element of the page has."),
    code("unknown-language", "A language is named that has no messages."),
    code("unknown-message", "A message is named that no language has."),
    code("unknown-method", "A route names a method that HTTP does not have."),
    code("unknown-plural-rules", "A language has plurals, and its rules are not known."),
    code("unknown-route", "A route is named that is not there."),
    code("unknown-route-key", "A route, a group or a file of routes has a key that means nothing."),
    code("unknown-section", "A section of settings is nearly called like one of Kalgan's."),
    code("unknown-setting", "There is no setting of this name."),
    code("unknown-template", "A template is named that is not there."),
    code("unknown-test", "A template names a test that is neither built in nor registered."),
    code("unknown-variable", "A variable is used that its template does not have."),
    code("unquoted-value", "A value stands in an attribute without quotes."),
    code("unreachable-route", "Earlier routes answer all requests of a route."),
    code("unreadable-file", "A file or a folder cannot be read."),
    code("unsafe-url", "A link begins with a value, which may be `javascript:`."),
    code("unused-block", "The body of a block is shown by no page."),
    code("unused-component", "A component is called by nothing that is used."),
    code("unused-message", "A message is named by nothing that is used."),
    code("unused-parameter", "A component does not use its parameter."),
    code("unused-route", "Nothing links to a route."),
    code("unused-setting", "Nothing reads a setting of the app's own."),
    code("unused-template", "A template is named by nothing that is used."),
    code("yaml-alias", "An alias in a YAML file names no complete anchor."),
    code("yaml-document", "A YAML file holds more than one document."),
    code("yaml-key", "A key in a YAML file is no word."),
    code("yaml-merge", "The key `<<` of a map takes in what is no map."),
    code("yaml-syntax", "A file is not YAML."),
    code("yaml-too-large", "A YAML file nests too deeply, or its aliases write out to too much."),
];

/// The class of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Code> {
    position(name).map(|at| &CODES[at])
}

/// The position of this class among [`CODES`].
#[must_use]
pub fn position(name: &str) -> Option<usize> {
    CODES.binary_search_by(|code| code.name.cmp(name)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    /// The sources of the crates that make diagnostics, without this file and without tests.
    fn sources() -> Vec<(PathBuf, String)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut folders: Vec<PathBuf> = ["kalgan-core/src", "kalgan-macros/src", "kalgan/src"]
            .iter()
            .map(|folder| root.join(folder))
            .collect();
        let mut sources = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    if path.file_name().unwrap() != "tests" {
                        folders.push(path);
                    }
                    continue;
                }
                let name = path.file_name().unwrap().to_str().unwrap();
                if name == "codes.rs" || name == "tests.rs" || !name.ends_with(".rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                sources.push((path, code.to_owned()));
            }
        }
        assert!(sources.len() > 100, "{}", sources.len());
        sources
    }

    #[test]
    fn the_classes_are_sorted_and_told_in_one_sentence() {
        assert!(CODES.is_sorted_by(|a, b| a.name < b.name));
        for code in CODES {
            let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(code.name.chars().all(is_kebab), "{}", code.name);
            assert!(code.about.ends_with('.'), "{}", code.name);
            assert_eq!(find(code.name), Some(code));
        }
        assert_eq!(find("no-such-class"), None);
    }

    #[test]
    fn each_class_in_use_is_listed_and_each_listed_one_is_in_use() {
        let sources = sources();
        // Given to a diagnostic, or to a parser's own `error`, which gives it on.
        let given =
            Regex::new(r#"(?:with_code\(|self\.error\(|_CODE: &str =)\s*"([^"\s]+)""#).unwrap();
        let mut used = BTreeSet::new();
        for (path, text) in &sources {
            for captures in given.captures_iter(text) {
                let name = captures.get(1).unwrap().as_str();
                assert!(
                    find(name).is_some(),
                    "`{name}` of {} is not listed",
                    path.display()
                );
                used.insert(name.to_owned());
            }
        }
        // Where it is chosen first and given later it is a literal, too.
        let unused: Vec<&str> = CODES
            .iter()
            .map(|code| code.name)
            .filter(|name| !used.contains(*name))
            .filter(|name| {
                let literal = format!("\"{name}\"");
                !sources.iter().any(|(_, text)| text.contains(&literal))
            })
            .collect();
        assert!(unused.is_empty(), "in no source: {unused:?}");
    }
}
