//! The nearest name, lists and numbers, for the texts that people read.

use std::fmt::Display;

/// The candidate that a misspelt `name` most likely meant, if one is near enough.
///
/// Near is an edit distance (insertions, deletions, swaps of neighbours) of at most a third of the
/// longer name, and at least one.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let (length, lower_length) = (name.chars().count(), lower.chars().count());
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .filter_map(|candidate| {
            let most = (length.max(candidate.chars().count()) / 3).max(1);
            let candidate_lower = candidate.to_lowercase();
            // What differs in its length is as far away at least.
            if lower_length.abs_diff(candidate_lower.chars().count()) > most {
                return None;
            }
            let distance = strsim::osa_distance(&lower, &candidate_lower);
            (distance <= most).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How alike two texts are: from 0 (nothing in common) to 1 (equal but for upper case).
#[must_use]
pub fn likeness(a: &str, b: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(&a.to_lowercase(), &b.to_lowercase())
}

/// ``did you mean `x`?``, or what there is, if that is short; else nothing.
#[must_use]
pub fn did_you_mean(name: &str, candidates: &[&str]) -> Option<String> {
    if let Some(nearest) = nearest(name, candidates.iter().copied()) {
        return Some(format!("did you mean `{nearest}`?"));
    }
    (!candidates.is_empty() && candidates.len() <= 12).then(|| there_is(candidates))
}

/// ``there are `a`, `b` and `c` ``.
#[must_use]
pub fn there_is(names: &[&str]) -> String {
    let verb = if names.len() < 2 { "is" } else { "are" };
    format!("there {verb} {}", list(names))
}

/// `` `a`, `b` and `c` ``.
#[must_use]
pub fn list(names: &[&str]) -> String {
    match names {
        [] => String::from("nothing"),
        [one] => format!("`{one}`"),
        [many @ .., last] => {
            let many: Vec<String> = many.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and `{last}`", many.join(", "))
        }
    }
}

/// `1 file`, `2 files`.
#[must_use]
pub fn counted(count: impl Copy + Display + PartialEq + From<u8>, noun: &str) -> String {
    format!("{count} {}", plural(count, noun))
}

/// The noun as it stands with so many: `file`, `files`.
#[must_use]
pub fn plural(count: impl PartialEq + From<u8>, noun: &str) -> String {
    match count == 1.into() {
        true => noun.to_owned(),
        false => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_only() {
        let keys = ["path", "controller", "methods", "middleware"];
        assert_eq!(nearest("controler", keys), Some("controller"));
        assert_eq!(nearest("mehtods", keys), Some("methods"));
        assert_eq!(nearest("Path", keys), Some("path"));
        assert_eq!(nearest("banana", keys), None);
    }

    #[test]
    fn one_is_no_plural() {
        let counts = [0, 1, 2].map(|count| counted(count, "file"));
        assert_eq!(counts, ["0 files", "1 file", "2 files"]);
    }

    #[test]
    fn help_lists_what_there_is() {
        assert_eq!(
            did_you_mean("zzz", &["a", "bc"]).as_deref(),
            Some("there are `a` and `bc`")
        );
        assert_eq!(did_you_mean("zzz", &["a"]).as_deref(), Some("there is `a`"));
        assert_eq!(did_you_mean("zzz", &[]), None);
    }
}
