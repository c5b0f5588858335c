//! Whether the forms of a message are those that its language has.

use super::reference;
use crate::diagnostic::Diagnostic;
use crate::messages::forms::{COUNT, ParsedCase, ParsedForms, is_number};
use crate::messages::merge::{Entry, Merged};
use crate::messages::{Category, Choice, Number, Part, Plurals, Rules};
use crate::routes::is_identifier;
use crate::suggest::{did_you_mean, list, nearest};

/// Finds forms that a language does not have or lacks, and forms that two languages choose
/// differently.
#[must_use]
pub fn forms(merged: &Merged<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (code, language) in &merged.languages {
        let mut is_reported = false;
        for (key, entry) in &language.entries {
            let Entry::Forms(forms) = entry else {
                continue;
            };
            let checked = Checked {
                language: code,
                plurals: &language.plurals,
                forms,
                reference: reference(merged, key, |entry| match entry {
                    Entry::Forms(forms) => Some(forms),
                    _ => None,
                })
                .filter(|(reference, _)| reference != code),
            };
            if !is_reported && forms.choice() != Choice::Select && !language.plurals.is_known() {
                is_reported = true;
                diagnostics.push(checked.unknown_language());
            }
            checked.check(&mut diagnostics);
            checked.check_lacking(merged, &mut diagnostics);
        }
    }
    diagnostics
}

/// A message of a language, and what it is measured against.
struct Checked<'a> {
    language: &'a str,
    plurals: &'a Plurals,
    forms: &'a ParsedForms,
    reference: Option<(&'a str, &'a ParsedForms)>,
}

impl Checked<'_> {
    fn check(&self, diagnostics: &mut Vec<Diagnostic>) {
        let forms = self.forms;
        if let Some(selector) = &forms.selector
            && !is_identifier(&selector.name)
        {
            let inner = selector.name.trim_matches(['{', '}', ' ', '$']);
            let help = if is_identifier(inner) {
                format!("write the name alone: `{inner}`")
            } else {
                String::from("use letters, digits and `_`, and no digit first")
            };
            diagnostics.push(
                Diagnostic::error_at(
                    selector.place.clone(),
                    format!("`{}` is not a name for a value", selector.name),
                )
                .with_help(help)
                .with_code("selector-name"),
            );
            return;
        }
        if let Some(difference) = self.other_selector() {
            diagnostics.push(difference);
            return;
        }
        match forms.choice().rules() {
            Some(rules) => self.check_categories(rules, diagnostics),
            None => self.check_cases(diagnostics),
        }
        if forms.case(Category::Other.as_str()).is_none() && !self.misspells_other() {
            let what = match forms.choice() {
                Choice::Select => "values",
                Choice::Plural | Choice::Ordinal => "numbers",
            };
            diagnostics.push(
                Diagnostic::error_at(
                    forms.place.clone(),
                    format!("the message `{}` has no form `other`", forms.key),
                )
                .with_help(format!(
                    "add `other:`; it is for all {what} that no other form is for"
                ))
                .with_code("form-other"),
            );
        }
    }

    fn misspells_other(&self) -> bool {
        let mut strange = self
            .forms
            .cases
            .iter()
            .filter(|case| !self.forms.takes(case));
        strange.any(|case| nearest(&case.name, [Category::Other.as_str()]).is_some())
    }

    fn unknown_language(&self) -> Diagnostic {
        let language = self.language;
        Diagnostic::warning_at(
            self.forms.place.clone(),
            format!("the plural rules of `{language}` are not known, as CLDR has no such language"),
        )
        .with_help(
            "name the folder by a language tag such as `en` or `pt-BR`; until then every number \
             takes the form `other`",
        )
        .with_code("unknown-plural-rules")
    }

    fn other_selector(&self) -> Option<Diagnostic> {
        let (reference, expected) = self.reference?;
        let forms = self.forms;
        if (forms.choice(), forms.chosen_by()) == (expected.choice(), expected.chosen_by()) {
            return None;
        }
        let place = match &forms.selector {
            Some(selector) => selector.place.clone(),
            None => forms.place.clone(),
        };
        let note = match &expected.selector {
            Some(selector) => selector.place.clone(),
            None => expected.place.clone(),
        };
        let help = match (&expected.selector, &forms.selector) {
            (None, Some(_)) => format!("remove `{}`", written(forms)),
            (_, None) => format!("add `{}`", written(expected)),
            (_, Some(_)) => format!("write `{}`", written(expected)),
        };
        Some(
            Diagnostic::error_at(
                place,
                format!(
                    "the forms of `{}` are chosen by `{}` in `{}`, and by `{}` in `{reference}`",
                    forms.key,
                    written(forms),
                    self.language,
                    written(expected)
                ),
            )
            .with_help(help)
            .with_note(format!("it is chosen here in `{reference}`"), note)
            .with_code("message-selector"),
        )
    }

    fn check_categories(&self, rules: Rules, diagnostics: &mut Vec<Diagnostic>) {
        let kind = match rules {
            Rules::Plural => "plural",
            Rules::Ordinal => "ordinal",
        };
        let has = self.plurals.categories(rules);
        let names: Vec<&str> = has.iter().map(|category| category.as_str()).collect();
        for case in &self.forms.cases {
            if !self.forms.takes(case) {
                diagnostics.push(unknown_case(case, kind, &names));
            } else if let Some(category) = Category::of(&case.name)
                && self.plurals.is_known()
                && !has.contains(&category)
            {
                diagnostics.push(self.foreign_category(case, kind, &names));
            }
        }
        if !self.plurals.is_known() {
            return;
        }
        let exact: Vec<u32> = self
            .forms
            .cases
            .iter()
            .filter_map(|case| case.name.parse().ok())
            .collect();
        let lacking: Vec<Category> = self
            .plurals
            .needed(rules, &exact)
            .into_iter()
            .filter(|category| *category != Category::Other)
            .filter(|category| self.forms.case(category.as_str()).is_none())
            .collect();
        if lacking.is_empty() {
            return;
        }
        let names: Vec<&str> = lacking.iter().map(|category| category.as_str()).collect();
        let help: Vec<String> = lacking
            .iter()
            .map(|category| self.add(*category, rules))
            .collect();
        diagnostics.push(
            Diagnostic::error_at(
                self.forms.place.clone(),
                format!(
                    "the message `{}` has no form {}, which `{}` needs",
                    self.forms.key,
                    list(&names),
                    self.language
                ),
            )
            .with_help(help.join("; "))
            .with_code("plural-form"),
        );
    }

    /// ``add `few:` for numbers such as 2, 3 and 4``.
    fn add(&self, category: Category, rules: Rules) -> String {
        let numbers: Vec<String> = (0..1000_u32)
            .map(|number| number.to_string())
            .filter(|number| {
                Number::parse(number)
                    .is_ok_and(|number| self.plurals.category(rules, &number) == category)
            })
            .take(4)
            .collect();
        let name = category.as_str();
        match numbers.as_slice() {
            [] => format!("add `{name}:`"),
            [one] => format!("add `{name}:` for {one}"),
            // There are more of them.
            numbers if numbers.len() == 4 => {
                format!("add `{name}:` for {} and so on", numbers.join(", "))
            }
            [many @ .., last] => format!("add `{name}:` for {} and {last}", many.join(", ")),
        }
    }

    fn foreign_category(&self, case: &ParsedCase, kind: &str, has: &[&str]) -> Diagnostic {
        let exact = match Category::of(&case.name) {
            Some(Category::Zero) => Some(0),
            Some(Category::One) => Some(1),
            Some(Category::Two) => Some(2),
            _ => None,
        };
        let language = self.language;
        let mut help = format!("it has {}; remove this form", list(has));
        if let Some(exact) = exact {
            help.push_str(&format!(", or write `{exact}:` for exactly {exact}"));
        }
        Diagnostic::error_at(
            case.key.clone(),
            format!("`{language}` has no {kind} category `{}`", case.name),
        )
        .with_help(help)
        .with_code("plural-category")
    }

    /// Values that another language has a form for, and for which this one has nothing but `other`.
    fn check_lacking(&self, merged: &Merged<'_>, diagnostics: &mut Vec<Diagnostic>) {
        let forms = self.forms;
        let other = Category::Other.as_str();
        // What needs no forms has `other` alone; but a number such as 0 may be spoken of in words.
        if forms.choice() == Choice::Select && forms.cases.iter().all(|case| case.name == other) {
            return;
        }
        let mut seen: Vec<&str> = Vec::new();
        for (code, language) in &merged.languages {
            let Some(Entry::Forms(others)) = language.entries.get(forms.key.as_str()) else {
                continue;
            };
            if *code == self.language
                || (others.choice(), others.chosen_by()) != (forms.choice(), forms.chosen_by())
            {
                continue;
            }
            for case in &others.cases {
                let name = case.name.as_str();
                let is_exact = forms.choice() == Choice::Select || is_number(name);
                let is_spelt_alike = || {
                    let own = forms.cases.iter().map(|case| case.name.as_str());
                    let own = own.filter(|own| others.case(own).is_none());
                    nearest(name, own).is_some()
                };
                if !is_exact
                    || name == other
                    || seen.contains(&name)
                    || forms.case(name).is_some()
                    || self.tells(name)
                    || is_spelt_alike()
                {
                    continue;
                }
                seen.push(name);
                diagnostics.push(
                    Diagnostic::warning_at(
                        forms.place.clone(),
                        format!(
                            "the message `{}` has no form `{name}` in `{}`, as it has in `{code}`",
                            forms.key, self.language
                        ),
                    )
                    .with_help(format!("add `{name}:`; until then `{other}` is shown"))
                    .with_note(format!("the form in `{code}`"), case.key.clone())
                    .with_code("form-missing"),
                );
            }
        }
    }

    /// Whether the form that is shown for this number tells it: it has the number in its text, or is
    /// for no other, as `one` is in Spanish.
    fn tells(&self, number: &str) -> bool {
        let (Some(rules), Ok(number)) = (self.forms.choice().rules(), number.parse::<u32>()) else {
            return false;
        };
        let category = self.plurals.category_of(rules, number);
        let own = self.forms.case(category.as_str());
        let shown = own.or_else(|| self.forms.case(Category::Other.as_str()));
        let has_number = shown.is_some_and(|case| {
            let mut placeholders = case.parts.iter().filter_map(Part::placeholder);
            placeholders.any(|placeholder| placeholder.name == self.forms.chosen_by())
        });
        let is_its_own = || {
            category != Category::Other
                && own.is_some()
                && (0..1000).all(|n| n == number || self.plurals.category_of(rules, n) != category)
        };
        has_number || is_its_own()
    }

    /// A case that the reference does not have is most likely misspelt in one of the two.
    fn check_cases(&self, diagnostics: &mut Vec<Diagnostic>) {
        let Some((reference, expected)) = self.reference else {
            return;
        };
        let other = Category::Other.as_str();
        let known: Vec<&str> = expected
            .cases
            .iter()
            .map(|case| case.name.as_str())
            .collect();
        if known.iter().all(|name| *name == other) {
            return;
        }
        for case in &self.forms.cases {
            if case.name == other || known.contains(&case.name.as_str()) {
                continue;
            }
            diagnostics.push(
                Diagnostic::warning_at(
                    case.key.clone(),
                    format!(
                        "the message `{}` has the case `{}` in `{}`, and not in `{reference}`",
                        self.forms.key, case.name, self.language
                    ),
                )
                .with_optional_help(did_you_mean(&case.name, &known))
                .with_note(
                    format!("the message in `{reference}`"),
                    expected.place.clone(),
                )
                .with_code("select-case"),
            );
        }
    }
}

fn unknown_case(case: &ParsedCase, kind: &str, has: &[&str]) -> Diagnostic {
    let help = match nearest(&case.name, has.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if !is_number(&case.name) && case.name.parse::<u64>().is_ok() => {
            String::from("write the number without leading zeros")
        }
        None => format!("write {} or a whole number", list(has)),
    };
    Diagnostic::error_at(
        case.key.clone(),
        format!("`{}` is no {kind} category", case.name),
    )
    .with_help(help)
    .with_code("plural-category")
}

/// How a map says what chooses its forms.
fn written(forms: &ParsedForms) -> String {
    let key = match forms.choice() {
        Choice::Plural if forms.chosen_by() == COUNT => return String::from("count"),
        Choice::Plural => "plural",
        Choice::Ordinal => "ordinal",
        Choice::Select => "select",
    };
    format!("{key}: {}", forms.chosen_by())
}
