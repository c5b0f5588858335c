//! `trans!`: a message.

use crate::expand::{expression, track};
use crate::input::arguments::CratePath;
use crate::input::call::{self, Argument, Call, Named};
use crate::site::{self, LoadedSite};
use crate::{check, mistake};
use kalgan_core::diagnostic::Severity;
use kalgan_core::lint::calls;
use kalgan_core::messages::{Language, Placeholder, ValueKind};
use kalgan_core::suggest::{did_you_mean, list};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr};

const EXAMPLE: &str = "write `trans!(\"message.key\", placeholder = value)`, with a language before \
                       the key where it is not the request's";

/// A call, taken apart.
struct Trans {
    language: Option<Expr>,
    key: Option<LitStr>,
    given: Vec<Named>,
}

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let of = quote!(::std::string::String);
    let call: Call = match syn::parse2(input) {
        Ok(call) => call,
        Err(error) => return mistake::expression(&error, &of),
    };
    let (site, krate) = match site::current(&call.krate) {
        Ok(site) => site,
        Err(error) => return mistake::expression(&error, &of),
    };
    let mut errors = Vec::new();
    let trans = Trans::new(call, &mut errors);
    let is_known = trans.check(&site, &mut errors);
    let values: Vec<&Expr> = trans
        .given
        .iter()
        .map(|named| &named.value)
        .chain(&trans.language)
        .collect();
    if let Some(error) = mistake::all(errors) {
        return expression::broken(&error, &of, &values);
    }
    // Always there where no error is.
    let key = &trans.key;
    let tracked = match key {
        Some(key) if is_known => track::files(&site.root, site.files_of_message(&key.value())),
        _ => track::site(&site),
    };
    let numbers = trans.numbers(&site);
    let call = expression::evaluate(&values, |names| {
        let language = match (&trans.language, names.last()) {
            (Some(language), Some(name)) => {
                let name = expression::named_at(name, language);
                quote_spanned! {name.span()=>
                    ::core::option::Option::Some(
                        ::core::convert::AsRef::<::core::primitive::str>::as_ref(#name)
                    )
                }
            }
            _ => quote!(::core::option::Option::None),
        };
        let pairs = trans.given.iter().zip(names).map(|(named, name)| {
            let text = named.text();
            let value = if numbers.contains(&text) {
                number(&krate, name, &named.value)
            } else {
                expression::display(name, &named.value)
            };
            quote!((#text, #value))
        });
        quote!(#krate::__private::trans(#language, #key, &[#(#pairs),*]))
    });
    quote!({ #tracked #call })
}

/// A reference to a value that must be a number, with an error where the user wrote it.
fn number(krate: &CratePath, name: &Ident, value: &Expr) -> TokenStream {
    let name = expression::named_at(name, value);
    let number = quote_spanned!(name.span()=> #krate::__private::number);
    quote_spanned!(name.span()=> #number(#name))
}

impl Trans {
    /// A leading text is the key unless another text follows it.
    fn new(call: Call, errors: &mut Vec<syn::Error>) -> Self {
        let mut arguments = call.arguments.into_iter().peekable();
        let first = match call::first(arguments.next()) {
            Ok(first) => first,
            Err(span) => {
                let message = "the key of the message is missing";
                errors.push(mistake::new(span, message, EXAMPLE));
                return Self {
                    language: None,
                    key: None,
                    given: call::named(arguments, errors),
                };
            }
        };
        let second = match arguments.peek() {
            Some(Argument::Positional(second)) => Some((second.span(), call::string(second))),
            _ => None,
        };
        let (language, key) = match (call::string(&first).cloned(), second) {
            (_, Some((_, Some(key)))) => {
                let key = key.clone();
                arguments.next();
                (Some(first), Some(key))
            }
            (Some(key), _) => (None, Some(key)),
            (None, second) => {
                errors.push(mistake::new(
                    second.map_or(first.span(), |(span, _)| span),
                    "the key of a message is a text here, so that the build can check it",
                    format!(
                        "{EXAMPLE}; for a key that only the run time knows there is `kalgan::trans`"
                    ),
                ));
                (Some(first), None)
            }
        };
        Self {
            language,
            key,
            given: call::named(arguments, errors),
        }
    }

    /// Whether the message is known. It may stand in a file that has mistakes; then that is none.
    fn check(&self, site: &LoadedSite, errors: &mut Vec<syn::Error>) -> bool {
        let catalogue = &site.site.catalogue;
        let language = self.language.as_ref().and_then(call::string);
        if let Some(language) = language
            && catalogue.lookup(&language.value()).is_none()
        {
            if !site.is_good() {
                return false;
            }
            let value = language.value();
            let codes: Vec<&str> = catalogue
                .languages
                .iter()
                .map(|l| l.code.as_ref())
                .collect();
            errors.push(mistake::with(
                language.span(),
                format!("there are no messages in `{value}`"),
                did_you_mean(&value, &codes),
            ));
        }
        let Some(key) = &self.key else {
            return false;
        };
        let value = key.value();
        let having: Vec<&Language> = catalogue
            .languages
            .iter()
            .filter(|language| language.find(&value).is_some())
            .collect();
        if having.is_empty() {
            if site.is_good() {
                errors.push(unknown(site, key));
            }
            return false;
        }
        if let Some(language) = language
            && catalogue.lookup(&language.value()).is_some()
            && catalogue.find(&language.value(), &value).is_err()
            && site.is_good()
        {
            let codes: Vec<&str> = having.iter().map(|l| l.code.as_ref()).collect();
            errors.push(mistake::new(
                key.span(),
                format!(
                    "the message `{value}` is neither in `{}` nor in the default language `{}`",
                    language.value(),
                    catalogue.default
                ),
                format!(
                    "it is in {}; add it to the files of the other",
                    list(&codes)
                ),
            ));
        }
        let values = catalogue.values(&value).unwrap_or_default();
        let placeholders: Vec<&str> = values.iter().map(|value| value.name).collect();
        self.check_values(site, key, &values, errors);
        check::call::compare(key, &self.given, errors, |given| {
            calls::check_message(&value, &placeholders, given)
        });
        true
    }

    /// The values that must be numbers.
    fn numbers(&self, site: &LoadedSite) -> Vec<String> {
        let key = self.key.as_ref().map(LitStr::value).unwrap_or_default();
        let values = site.site.catalogue.values(&key).unwrap_or_default();
        values
            .into_iter()
            .filter(|value| value.kind == ValueKind::Number)
            .map(|value| value.name.to_owned())
            .collect()
    }

    /// Literals must fit what the message does with them; other values show at run time. What is no
    /// number is rustc's to tell.
    fn check_values(
        &self,
        site: &LoadedSite,
        key: &LitStr,
        values: &[Placeholder<'_>],
        errors: &mut Vec<syn::Error>,
    ) {
        let language = self.language.as_ref().and_then(call::string);
        let language = language.map(LitStr::value);
        for named in &self.given {
            let text = named.text();
            let mut numbers = values.iter();
            let is_number =
                numbers.any(|value| value.name == text && value.kind == ValueKind::Number);
            let Some(literal) = call::displayed(&named.value).filter(|_| !is_number) else {
                continue;
            };
            let wrong = calls::check_message_value(
                &site.site.catalogue,
                (&key.value(), language.as_deref()),
                (&text, &literal),
                &|name| {
                    let mut given = self.given.iter();
                    call::displayed(&given.find(|given| given.text() == name)?.value)
                },
            );
            if let Some(wrong) = wrong
                && wrong.severity == Severity::Error
            {
                errors.push(mistake::new(named.value.span(), wrong.message, wrong.help));
            }
        }
    }
}

fn unknown(site: &LoadedSite, key: &LitStr) -> syn::Error {
    let catalogue = &site.site.catalogue;
    let value = key.value();
    let help = if let Some(hint) = site.hint() {
        Some(hint)
    } else if catalogue.languages.is_empty() {
        Some(String::from(
            "this app has no messages yet: write them into files of the folder `config/i18n/en`, \
             and of one folder for each further language",
        ))
    } else {
        catalogue
            .nearest(&value)
            .map(|nearest| format!("did you mean `{nearest}`?"))
            .or_else(|| Some(format!("add it to the messages in `{}`", catalogue.default)))
    };
    mistake::with(key.span(), format!("there is no message `{value}`"), help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalgan_core::loader::Loader;
    use kalgan_core::source::Memory;

    fn mistakes(call: &str) -> Vec<String> {
        let memory = Memory::with([
            (
                "settings.yaml",
                "i18n: {missing: allow, language: {default: en}}",
            ),
            (
                "config/i18n/en/a.yaml",
                "home: {title: Home}\nuser: 'Hi {last} {name}'\n\
                 items: {one: '{count} item', other: '{count} items, {when|date}'}\n\
                 open: '{when|time}'\n\
                 seen: {select: who, she: 'She', he: 'He', other: 'They'}\n",
            ),
            (
                "config/i18n/es/a.yaml",
                "home: {title: Inicio}\nuser: 'Hola {name} {last}'\nsolo: x\n\
                 items: '{when|date}'\nopen: '{when|date}'\n\
                 seen: {select: who, she: 'Ella', he: 'Él', other: 'Alguien'}\n",
            ),
        ]);
        let loaded = Loader::new(None).refresh(&memory).unwrap();
        assert!(loaded.is_good(), "{:?}", loaded.diagnostics);
        let site = LoadedSite::new(std::path::Path::new("."), loaded, Vec::new());
        let mut errors = Vec::new();
        let trans = Trans::new(syn::parse_str(call).unwrap(), &mut errors);
        trans.check(&site, &mut errors);
        let texts = errors
            .iter()
            .map(|error| error.to_string().replace("\nhelp:", ";"));
        texts.collect()
    }

    #[test]
    fn good_calls() {
        for call in [
            "\"home.title\"",
            "\"en\", \"home.title\"",
            "\"es-MX\", \"home.title\"",
            "lang, \"user\", name = n, last = \"x\"",
            "\"user\", name, last",
            "user.lang(), \"user\", name, last = 5",
            "\"solo\"",
            "lang, \"solo\"",
            "\"items\", count = 5, when = \"2026-11-24\"",
            "\"items\", count = n, when = 1795532645",
            "\"items\", count = n, when",
            "\"es\", \"open\", when = \"2026-11-24\"",
            "\"seen\", who = \"she\"",
            "\"seen\", who = \"other\"",
            "\"seen\", who = \"nobody\"",
        ] {
            assert_eq!(mistakes(call), [""; 0], "{call}");
        }
    }

    #[test]
    fn every_mistake() {
        for (call, expected) in [
            ("", vec!["the key of the message is missing"]),
            ("name = 5", vec!["the key of the message is missing"]),
            ("lang", vec!["the key of a message is a text here"]),
            ("lang, key", vec!["the key of a message is a text here"]),
            (
                "\"home.titel\"",
                vec!["there is no message `home.titel`; did you mean `home.title`?"],
            ),
            (
                "\"something.else\"",
                vec!["there is no message `something.else`; add it to the messages in `en`"],
            ),
            (
                "\"fr\", \"home.titel\"",
                vec![
                    "there are no messages in `fr`; there are `en` and `es`",
                    "there is no message `home.titel`",
                ],
            ),
            (
                "\"en\", \"solo\"",
                vec![
                    "the message `solo` is neither in `en` nor in the default language `en`; it \
                     is in `es`",
                ],
            ),
            (
                "\"user\", nam = 5, name = 6, name = 7",
                vec![
                    "`name` is given twice",
                    "the message `user` has no placeholder `nam`; did you mean `name`?",
                    "the message `user` needs a value for `last`; add `last = …`",
                ],
            ),
            (
                "\"home.title\", name = 5",
                vec!["the message `home.title` has no placeholder `name`; it has none"],
            ),
            ("\"home.title\", 5", vec!["this value has no name"]),
            (
                "\"items\", when = \"tomorrow\"",
                vec![
                    "`tomorrow` is not a date, as the message `items` needs for `when`; expected one",
                    "the message `items` needs a value for `count`",
                ],
            ),
            (
                "\"open\", when = \"2026-11-24\"",
                vec![
                    "`2026-11-24` has no time, as the message `open` needs for `when`; expected one",
                ],
            ),
            (
                "\"seen\", who = \"shee\"",
                vec!["the message `seen` has no form for the `who` `shee`; did you mean `she`?"],
            ),
        ] {
            let found = mistakes(call);
            assert_eq!(found.len(), expected.len(), "{call}: {found:#?}");
            for (found, expected) in found.iter().zip(expected) {
                assert!(found.starts_with(expected), "{call}: {found}");
            }
        }
    }
}
