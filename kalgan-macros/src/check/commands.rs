//! The commands that the app registers: their names, and what their documentation says.

use crate::krate::functions::Function;
use crate::krate::item::{Method, Registration};
use crate::krate::{Crate, File};
use kalgan_core::commands::{BadName, Command};
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::rust::texts;
use kalgan_core::text::{Place, Span};
use std::ops::Range;
use std::sync::Arc;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// What is registered by `App::command` under literal names.
#[derive(Default)]
pub(crate) struct Commands {
    pub(crate) all: Vec<Command>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

pub(super) fn check(krate: &Crate) -> Commands {
    let mut commands = Commands::default();
    let mut places: Vec<(String, Place)> = Vec::new();
    for (file, is_test) in krate.files() {
        if is_test || !file.mentions(Method::Command.name()) {
            continue;
        }
        for one in &file.scan().registrations {
            let literal = texts(file.str(&one.literal)).and_then(|texts| texts.into_iter().next());
            let Some(name) = literal.filter(|_| one.method == Method::Command) else {
                continue;
            };
            let span = Span::new(one.literal.start, one.literal.end);
            let place = Place::new(Arc::clone(&file.source), span);
            let function = function(krate, file, one);
            let before = places.iter().map(|(name, _)| name.as_str());
            match BadName::of(&name, before) {
                // What else has a method of this name is not known to be ours.
                Some(bad) if function.is_some() => {
                    let first = places.iter().find(|(known, _)| *known == name);
                    let mut diagnostic = Diagnostic::error_at(place, bad.message(&name))
                        .with_code("command-name")
                        .with_help(bad.help(&name));
                    if let Some((_, first)) = first {
                        diagnostic =
                            diagnostic.with_note("it is registered here first", first.clone());
                    }
                    commands.diagnostics.push(diagnostic);
                }
                Some(_) => {}
                None => {
                    let about = function
                        .map(|function| documentation(file_of(krate, &function), &function));
                    commands.all.push(Command {
                        name: name.clone().into(),
                        about: about.unwrap_or_default().into(),
                    });
                    places.push((name, place));
                }
            }
        }
    }
    commands.all.sort_by(|a, b| a.name.cmp(&b.name));
    commands
}

/// The function of a command, where it is written out in the package.
fn function(krate: &Crate, file: &File, command: &Registration) -> Option<Function> {
    let path: syn::Path = syn::parse_str(file.str(command.function.as_ref()?)).ok()?;
    krate.function_at(krate.place_of(file)?, &path)
}

fn file_of<'a>(krate: &'a Crate, function: &Function) -> &'a File {
    krate.file_of(function.place)
}

/// The text of a function's doc comments, without the indentation that all of its lines have.
fn documentation(file: &File, function: &Function) -> String {
    let attributes = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<proc_macro2::TokenStream>()?;
        Ok(attributes)
    };
    let attributes = attributes.parse_str(file.str(&with_comments(file, &function.front)));
    let lines: Vec<String> = attributes
        .unwrap_or_default()
        .iter()
        .filter_map(doc)
        .collect();
    let text = lines.join("\n");
    let lines: Vec<&str> = text.lines().collect();
    let written = lines.iter().filter(|line| !line.trim().is_empty());
    let indents = written.map(|line| line.len() - line.trim_start().len());
    let indent = indents.min().unwrap_or_default();
    let lines = lines
        .iter()
        .map(|line| line.get(indent..).unwrap_or_default().trim_end());
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// A range with the doc comments in front of it, which are no tokens.
fn with_comments(file: &File, range: &Range<usize>) -> Range<usize> {
    let text = file.source.text();
    let mut start = range.start;
    loop {
        let before = text.get(..start).unwrap_or_default().trim_end();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let comment = match before.strip_suffix("*/") {
            // One that documents nothing ends the search.
            Some(inner) => inner
                .rfind("/*")
                .filter(|at| inner[*at..].starts_with("/**")),
            None => before[line..]
                .trim_start()
                .starts_with("///")
                .then_some(line),
        };
        match comment {
            Some(comment) => start = comment,
            None => return start..range.end,
        }
    }
}

fn doc(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expand;
    use crate::input::arguments::CratePath;
    use crate::testing::TestPackage;

    fn shown(commands: &Commands) -> Vec<(&str, &str)> {
        let all = commands.all.iter();
        all.map(|one| (one.name.as_ref(), one.about.as_ref()))
            .collect()
    }

    #[test]
    fn names_and_documentation_are_those_of_the_sources() {
        let main = "
mod user;
use user::remove as gone;
fn main(app: App) {
    app.command(\"user:add\", user::add)
        .command(\"user:remove\", gone)
        .command(
            \"seed\",
            seed,
        )
        .command(\"none\", none)
        .command(\"closure\", async |args: Args| {})
        .command(NAME, seed);
    other.command(\"ls\");
}
/** Of nothing. */ struct A;
/* Not this. */
/** Fills the database. */
/// And more.
fn seed() {}
/** Of nothing. */ struct B;
/* Nor this. */
async fn none() {}
#[cfg(test)]
mod tests { fn f() { app.command(\"test\", seed); } }
";
        let user = "/// Adds a user.\n///\n/// Usage: `user:add NAME`\n///   indented\n#[inline]\n\
                    pub async fn add() {}\npub(crate) fn remove() {}";
        let app = TestPackage::new(&[
            ("src/main.rs", main),
            ("src/user.rs", user),
            (
                "src/lib.rs",
                "pub fn f() { app.command(\"of-lib\", g) }\n    /// G\nfn g() {}",
            ),
        ]);
        let commands = check(&app.krate());
        assert!(commands.diagnostics.is_empty());
        assert_eq!(
            shown(&commands),
            [
                ("closure", ""),
                ("none", ""),
                ("of-lib", "G"),
                ("seed", "Fills the database.\nAnd more."),
                (
                    "user:add",
                    "Adds a user.\n\nUsage: `user:add NAME`\n  indented"
                ),
                ("user:remove", ""),
            ]
        );
        let tokens = expand::spec::commands(&commands.all, &CratePath::default());
        syn::parse2::<Expr>(tokens).expect("an expression");
    }

    #[test]
    fn names_that_no_command_has() {
        let main = "fn f() {}
fn main() {
    app.command(\"serve\", f).command(\"a\", f).command(\"a\", f).command(\"--b\", f);
    docker.command(\"serve\", arguments).command(\"serve\", |x| x);
}";
        let app = TestPackage::new(&[("src/main.rs", main)]);
        let commands = check(&app.krate());
        let said: Vec<String> = commands
            .diagnostics
            .iter()
            .map(ToString::to_string)
            .collect();
        for (said, expected) in said.iter().zip([
            "src/main.rs:3:17: error: every app has a command `serve`; call it otherwise, such as `app:serve`",
            "src/main.rs:3:53: error: the command `a` is registered twice",
            "src/main.rs:3:69: error: `--b` is not a name of a command",
        ]) {
            assert!(said.starts_with(expected), "{said}");
        }
        assert_eq!(said.len(), 3);
        assert_eq!(shown(&commands), [("a", "")]);
    }
}
