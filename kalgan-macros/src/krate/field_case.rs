//! Serde's rules for the names of fields.

/// How serde renames fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    None,
    Upper,
    Pascal,
    Camel,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Rule {
    pub(crate) fn read(text: &str) -> Option<Self> {
        Some(match text {
            // Fields are written so.
            "lowercase" | "snake_case" => Self::None,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    pub(crate) fn apply(self, name: &str) -> String {
        match self {
            Self::None => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
            Self::Pascal => pascal(name),
            Self::Camel => {
                let pascal = pascal(name);
                match pascal.get(..1) {
                    Some(first) => first.to_ascii_lowercase() + &pascal[1..],
                    None => pascal,
                }
            }
        }
    }
}

/// The name of a variant by a rule, which variants follow in another way: they are written as
/// `PascalCase`.
pub(crate) fn variant(rule: &str, name: &str) -> Option<String> {
    let snake = || {
        let mut snake = String::with_capacity(name.len() + 4);
        for (at, c) in name.char_indices() {
            if at > 0 && c.is_uppercase() {
                snake.push('_');
            }
            snake.push(c.to_ascii_lowercase());
        }
        snake
    };
    Some(match rule {
        "PascalCase" => name.to_owned(),
        "lowercase" => name.to_ascii_lowercase(),
        "UPPERCASE" => name.to_ascii_uppercase(),
        "camelCase" => match name.get(..1) {
            Some(first) => first.to_ascii_lowercase() + &name[1..],
            None => name.to_owned(),
        },
        "snake_case" => snake(),
        "SCREAMING_SNAKE_CASE" => snake().to_ascii_uppercase(),
        "kebab-case" => snake().replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => snake().to_ascii_uppercase().replace('_', "-"),
        _ => return None,
    })
}

fn pascal(name: &str) -> String {
    let mut pascal = String::with_capacity(name.len());
    let mut is_first = true;
    for c in name.chars() {
        if c == '_' {
            is_first = true;
        } else if std::mem::take(&mut is_first) {
            pascal.push(c.to_ascii_uppercase());
        } else {
            pascal.push(c);
        }
    }
    pascal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_variants() {
        for (rule, expected) in [
            ("lowercase", "veryhigh"),
            ("UPPERCASE", "VERYHIGH"),
            ("PascalCase", "VeryHigh"),
            ("camelCase", "veryHigh"),
            ("snake_case", "very_high"),
            ("SCREAMING_SNAKE_CASE", "VERY_HIGH"),
            ("kebab-case", "very-high"),
            ("SCREAMING-KEBAB-CASE", "VERY-HIGH"),
        ] {
            assert_eq!(variant(rule, "VeryHigh").unwrap(), expected);
        }
        assert_eq!(variant("Title Case", "A"), None);
    }

    #[test]
    fn rules_of_names() {
        for (rule, expected) in [
            ("lowercase", "first_name"),
            ("UPPERCASE", "FIRST_NAME"),
            ("PascalCase", "FirstName"),
            ("camelCase", "firstName"),
            ("snake_case", "first_name"),
            ("SCREAMING_SNAKE_CASE", "FIRST_NAME"),
            ("kebab-case", "first-name"),
            ("SCREAMING-KEBAB-CASE", "FIRST-NAME"),
        ] {
            assert_eq!(Rule::read(rule).unwrap().apply("first_name"), expected);
        }
        assert_eq!(Rule::read("Title Case"), None);
        assert_eq!(Rule::Camel.apply("_"), "");
    }
}
