//! Serde's rules for the names of fields and of variants.

/// How serde renames fields and variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    None,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Rule {
    pub(crate) fn read(text: &str) -> Option<Self> {
        Some(match text {
            "lowercase" => Self::Lower,
            "snake_case" => Self::Snake,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    /// The name of a field, which is written in `snake_case`.
    pub(crate) fn apply(self, name: &str) -> String {
        match self {
            Self::None | Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
            Self::Pascal => pascal(name),
            Self::Camel => camel(&pascal(name)),
        }
    }

    /// The name of a variant, which is written in `PascalCase`.
    pub(crate) fn apply_to_variant(self, name: &str) -> String {
        match self {
            Self::None | Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => camel(name),
            Self::Snake => snake(name),
            Self::ScreamingSnake => snake(name).to_ascii_uppercase(),
            Self::Kebab => snake(name).replace('_', "-"),
            Self::ScreamingKebab => snake(name).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn camel(pascal: &str) -> String {
    let mut chars = pascal.chars();
    let first = chars.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}

fn snake(pascal: &str) -> String {
    let mut snake = String::with_capacity(pascal.len());
    for (at, c) in pascal.char_indices() {
        if at > 0 && c.is_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
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
        for (rule, very_high, on_delivery) in [
            ("lowercase", "veryhigh", "ondelivery"),
            ("UPPERCASE", "VERYHIGH", "ONDELIVERY"),
            ("PascalCase", "VeryHigh", "OnDelivery"),
            ("camelCase", "veryHigh", "onDelivery"),
            ("snake_case", "very_high", "on_delivery"),
            ("SCREAMING_SNAKE_CASE", "VERY_HIGH", "ON_DELIVERY"),
            ("kebab-case", "very-high", "on-delivery"),
            ("SCREAMING-KEBAB-CASE", "VERY-HIGH", "ON-DELIVERY"),
        ] {
            let rule = Rule::read(rule).unwrap();
            assert_eq!(rule.apply_to_variant("VeryHigh"), very_high);
            assert_eq!(rule.apply_to_variant("OnDelivery"), on_delivery);
        }
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
