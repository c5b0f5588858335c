//! Requirements such as `[0-9]+` and `[a-z-]+`, which most are: they are matched by a table of bits.

/// One or more characters of an ASCII class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AsciiClass(u128);

impl AsciiClass {
    /// The class of a regular expression that is one class and `+`. `None` for all others, and for
    /// classes that mean more than they show: negated ones, and those with `\\`, `&`, `~` or `[`.
    pub(crate) fn of(requirement: &str) -> Option<Self> {
        let class = requirement
            .strip_prefix('[')?
            .strip_suffix("]+")?
            .as_bytes();
        let is_plain = |byte: &u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.');
        if class.is_empty() || !class.iter().all(is_plain) {
            return None;
        }
        let mut bits = 0;
        let mut rest = class;
        while let Some((first, after)) = rest.split_first() {
            let (last, after) = match after {
                // A hyphen at the end stands for itself. Two in a row are an operator.
                [b'-', b'-', ..] => return None,
                [b'-', last, after @ ..] => (last, after),
                _ => (first, after),
            };
            if first == &b'-' && !(rest.len() == class.len() || after.is_empty()) {
                return None;
            }
            if last < first {
                return None;
            }
            for byte in *first..=*last {
                bits |= 1 << byte;
            }
            rest = after;
        }
        Some(Self(bits))
    }

    /// Whether a text may be of both classes.
    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the whole text fits.
    pub(crate) fn is_match(self, text: &str) -> bool {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii() && self.0 & (1 << byte) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalgan_core::routes::whole;

    #[test]
    fn it_matches_what_the_regular_expression_does() {
        let mut classes = 0;
        for requirement in [
            "[0-9]+",
            "[a-z]+",
            "[A-Za-z0-9_-]+",
            "[-a]+",
            "[a-]+",
            "[a.b]+",
            "[abc]+",
            "[z-a]+",
            "[^a]+",
            "[a&&b]+",
            "[a--b]+",
            "[\\d]+",
            "[0-9]",
            "[0-9]*",
            "[]+",
            "[a-z-9]+",
            "[a-c-e]+",
            "[--]+",
            "[a",
            "[0-9]+|[a-z]+",
            "[[:alpha:]]+",
            "[é]+",
            "[a-\u{e9}]+",
            "[.]+",
            "[-]+",
            "[a-z]+[0-9]+",
            "[ ]+",
        ] {
            let Some(class) = AsciiClass::of(requirement) else {
                continue;
            };
            classes += 1;
            let regex = whole(requirement).unwrap();
            for text in [
                "", "0", "9", "a", "z", "-", "_", ".", "5x", "abc", "a-b", "é", "A", "/", " ",
                "a\n", "\u{7f}",
            ] {
                assert_eq!(
                    class.is_match(text),
                    regex.is_match(text),
                    "{requirement} {text:?}"
                );
            }
            for byte in 0..128u8 {
                let text = char::from(byte).to_string();
                assert_eq!(
                    class.is_match(&text),
                    regex.is_match(&text),
                    "{requirement} {text:?}"
                );
            }
        }
        assert!(classes >= 8, "{classes}");
    }
}
