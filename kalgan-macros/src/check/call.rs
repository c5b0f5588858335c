//! Whether a call gives what its message or route takes.

use crate::input::call::{Named, displayed};
use crate::mistake;
use kalgan_core::lint::calls::{At, Given, Mistake};
use syn::LitStr;
use syn::spanned::Spanned;

/// Compares what a call gives with what it names; each mistake stands at the part that is wrong.
pub(crate) fn compare<'a>(
    name: &LitStr,
    given: &[Named],
    errors: &mut Vec<syn::Error>,
    check: impl FnOnce(&[Given<'_>]) -> Vec<Mistake<'a>>,
) {
    let texts: Vec<(String, Option<String>)> = given
        .iter()
        .map(|named| (named.text(), displayed(&named.value)))
        .collect();
    let arguments: Vec<Given<'_>> = texts
        .iter()
        .map(|(name, literal)| Given {
            name,
            literal: literal.as_deref(),
        })
        .collect();
    for found in check(&arguments) {
        let (span, help) = match &found.at {
            At::Name(at) => (given[*at].name.span(), found.help),
            At::Value(at) => (given[*at].value.span(), found.help),
            At::Call(missing) => {
                let example: Vec<String> =
                    missing.iter().map(|name| format!("{name} = …")).collect();
                let example = format!("add `{}`", example.join(", "));
                (name.span(), found.help.or(Some(example)))
            }
        };
        errors.push(mistake::with(span, found.message, help));
    }
}
