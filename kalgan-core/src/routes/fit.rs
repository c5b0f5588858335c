//! Requirements as checks of a value's characters. Most need no regex engine: `[0-9]+`, `en|es`,
//! `[A-Z][a-z]?`, `[0-9]{4}-[0-9]{2}`. The positions of such an expression are the bits of a word, and
//! a look at a character leads from those that may take it to those that may follow.

use std::iter::Peekable;
use std::str::Chars;

/// The check of a requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// One of these, sorted.
    Words(Box<[Box<str>]>),
    Positions(Box<Positions>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Positions {
    /// By ASCII character the positions that take it.
    ascii: [u64; 128],
    /// Those that take every other character.
    others: u64,
    /// Those of which only Unicode's tables tell whether they take one that is not ASCII.
    unknown: u64,
    first: u64,
    last: u64,
    follow: Box<[u64]>,
    takes_nothing: bool,
}

/// The most positions, and the most often that a part may repeat.
const MOST: usize = 64;
/// How deeply groups may nest.
const DEEPEST: usize = 16;

impl Fit {
    /// The check of a requirement that is a regular expression of the `regex` crate; `None` for one
    /// that needs more than this.
    #[must_use]
    pub fn of(requirement: &str) -> Option<Self> {
        let node = Parser {
            rest: requirement.chars().peekable(),
            depth: 0,
        }
        .parse()?;
        if let Some(mut words) = node.words() {
            words.sort_unstable();
            words.dedup();
            return Some(Self(Kind::Words(
                words.into_iter().map(String::into).collect(),
            )));
        }
        let mut sets = Vec::new();
        let mut follow = Vec::new();
        let ends = node.build(&mut sets, &mut follow)?;
        let mut positions = Positions {
            ascii: [0; 128],
            others: 0,
            unknown: 0,
            first: ends.first,
            last: ends.last,
            follow: follow.into(),
            takes_nothing: ends.is_empty,
        };
        for (at, set) in sets.iter().enumerate() {
            let bit = 1 << at;
            for (byte, mask) in positions.ascii.iter_mut().enumerate() {
                if set.ascii & (1 << byte) != 0 {
                    *mask |= bit;
                }
            }
            match set.others {
                Others::None => {}
                Others::All => positions.others |= bit,
                Others::Unknown => positions.unknown |= bit,
            }
        }
        Some(Self(Kind::Positions(Box::new(positions))))
    }

    /// Whether it tells of every value whether it fits.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        match &self.0 {
            Kind::Words(_) => true,
            Kind::Positions(positions) => positions.unknown == 0,
        }
    }

    /// Whether a value as a whole fits; `None` where only Unicode's tables tell.
    #[must_use]
    pub fn takes(&self, value: &str) -> Option<bool> {
        match &self.0 {
            Kind::Words(words) if words.len() <= 8 => {
                Some(words.iter().any(|word| **word == *value))
            }
            Kind::Words(words) => Some(words.binary_search_by(|word| (**word).cmp(value)).is_ok()),
            Kind::Positions(positions) => positions.takes(value),
        }
    }
}

impl Positions {
    fn takes(&self, value: &str) -> Option<bool> {
        if value.is_empty() {
            return Some(self.takes_nothing);
        }
        let mut may_take = self.first;
        let mut taken = 0;
        for byte in value.bytes() {
            taken = match self.ascii.get(usize::from(byte)) {
                Some(mask) => may_take & mask,
                // A further byte of the same character.
                None if byte & 0xC0 == 0x80 => continue,
                None if may_take & self.unknown != 0 => return None,
                None => may_take & self.others,
            };
            if taken == 0 {
                return Some(false);
            }
            may_take = 0;
            let mut left = taken;
            while left != 0 {
                may_take |= self.follow[left.trailing_zeros() as usize];
                left &= left - 1;
            }
        }
        Some(taken & self.last != 0)
    }
}

/// The characters that a position takes.
#[derive(Clone, Copy)]
struct Set {
    ascii: u128,
    others: Others,
}

#[derive(Clone, Copy)]
enum Others {
    None,
    All,
    Unknown,
}

impl Set {
    fn of(c: char) -> Option<Self> {
        c.is_ascii().then(|| Self {
            ascii: 1 << c as u32,
            others: Others::None,
        })
    }

    fn of_range(range: std::ops::RangeInclusive<char>) -> Self {
        Self {
            ascii: range.fold(0, |bits, c| bits | 1 << c as u32),
            others: Others::None,
        }
    }

    /// `\d`, `\w` and `\s`, which are Unicode's.
    fn of_letter(letter: char) -> Option<Self> {
        let is_in: fn(&u8) -> bool = match letter {
            'd' => |byte| byte.is_ascii_digit(),
            'w' => |byte| byte.is_ascii_alphanumeric() || *byte == b'_',
            's' => |byte| matches!(byte, b'\t'..=b'\r' | b' '),
            _ => return None,
        };
        let bytes = (0..128_u8).filter(is_in);
        Some(Self {
            ascii: bytes.fold(0, |bits, byte| bits | 1 << byte),
            others: Others::Unknown,
        })
    }

    fn and(self, other: Self) -> Self {
        Self {
            ascii: self.ascii | other.ascii,
            others: match (self.others, other.others) {
                (Others::None, Others::None) => Others::None,
                _ => Others::Unknown,
            },
        }
    }

    fn negated(self) -> Self {
        Self {
            ascii: !self.ascii,
            others: match self.others {
                Others::None => Others::All,
                Others::All => Others::None,
                Others::Unknown => Others::Unknown,
            },
        }
    }
}

enum Node {
    Set(Set),
    Sequence(Vec<Node>),
    Either(Vec<Node>),
    Repeat {
        node: Box<Node>,
        least: usize,
        /// `None` without a limit.
        most: Option<usize>,
    },
}

/// The edges of what a node takes.
struct Ends {
    first: u64,
    last: u64,
    is_empty: bool,
}

impl Node {
    /// The words of a mere choice between words.
    fn words(&self) -> Option<Vec<String>> {
        let word = |node: &Node| match node {
            Self::Sequence(nodes) if !nodes.is_empty() => {
                let letters = nodes.iter().map(|node| match node {
                    Self::Set(set) if set.ascii.count_ones() == 1 => match set.others {
                        Others::None => Some(char::from(set.ascii.trailing_zeros() as u8)),
                        _ => None,
                    },
                    _ => None,
                });
                letters.collect()
            }
            _ => None,
        };
        match self {
            Self::Either(nodes) => nodes.iter().map(word).collect(),
            node => Some(vec![word(node)?]),
        }
    }

    /// Adds the positions of the node. `None`: there are too many.
    fn build(&self, sets: &mut Vec<Set>, follow: &mut Vec<u64>) -> Option<Ends> {
        match self {
            Self::Set(set) => {
                if sets.len() == MOST {
                    return None;
                }
                let bit = 1 << sets.len();
                sets.push(*set);
                follow.push(0);
                Some(Ends {
                    first: bit,
                    last: bit,
                    is_empty: false,
                })
            }
            Self::Sequence(nodes) => {
                let mut whole = Ends::nothing();
                for node in nodes {
                    let next = node.build(sets, follow)?;
                    whole = whole.then(next, follow);
                }
                Some(whole)
            }
            Self::Either(nodes) => {
                let mut whole = Ends {
                    is_empty: false,
                    ..Ends::nothing()
                };
                for node in nodes {
                    let next = node.build(sets, follow)?;
                    whole.first |= next.first;
                    whole.last |= next.last;
                    whole.is_empty |= next.is_empty;
                }
                Some(whole)
            }
            Self::Repeat { node, least, most } => {
                let mut whole = Ends::nothing();
                for at in 0..most.unwrap_or((*least).max(1)) {
                    let mut next = node.build(sets, follow)?;
                    next.is_empty |= at >= *least;
                    if most.is_none() && at + 1 >= *least {
                        link(next.last, next.first, follow);
                    }
                    whole = whole.then(next, follow);
                }
                Some(whole)
            }
        }
    }
}

impl Ends {
    fn nothing() -> Self {
        Self {
            first: 0,
            last: 0,
            is_empty: true,
        }
    }

    fn then(self, next: Self, follow: &mut [u64]) -> Self {
        link(self.last, next.first, follow);
        Self {
            first: self.first | if self.is_empty { next.first } else { 0 },
            last: next.last | if next.is_empty { self.last } else { 0 },
            is_empty: self.is_empty && next.is_empty,
        }
    }
}

fn link(from: u64, to: u64, follow: &mut [u64]) {
    for (at, after) in follow.iter_mut().enumerate() {
        if from & (1 << at) != 0 {
            *after |= to;
        }
    }
}

/// Reads the part of the syntax that needs no regex engine. Whatever else there is, is `None`.
struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
    depth: usize,
}

impl Parser<'_> {
    fn parse(mut self) -> Option<Node> {
        let node = self.either()?;
        self.rest.next().is_none().then_some(node)
    }

    fn either(&mut self) -> Option<Node> {
        let mut nodes = vec![self.sequence()?];
        while self.rest.next_if_eq(&'|').is_some() {
            nodes.push(self.sequence()?);
        }
        Some(match nodes.len() {
            1 => nodes.pop()?,
            _ => Node::Either(nodes),
        })
    }

    fn sequence(&mut self) -> Option<Node> {
        let mut nodes = Vec::new();
        // The whole value is compared, so that these say nothing new at its edges.
        while self.depth == 0 && self.rest.next_if_eq(&'^').is_some() {}
        while let Some(c) = self.rest.next_if(|c| !matches!(c, '|' | ')')) {
            let node = match c {
                '$' if self.depth == 0 => {
                    while self.rest.next_if_eq(&'$').is_some() {}
                    if self.rest.peek().is_some_and(|c| *c != '|') {
                        return None;
                    }
                    break;
                }
                '.' => Node::Set(Set::of('\n')?.negated()),
                '[' => Node::Set(self.class()?),
                '(' => self.group()?,
                '\\' => Node::Set(self.escape()?),
                '^' | '$' | '*' | '+' | '?' | '{' | '}' | ']' => return None,
                c => Node::Set(Set::of(c)?),
            };
            let node = self.repeated(node)?;
            nodes.push(node);
        }
        Some(Node::Sequence(nodes))
    }

    fn group(&mut self) -> Option<Node> {
        if self.rest.next_if_eq(&'?').is_some() {
            self.rest.next_if_eq(&':')?;
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let node = self.either()?;
        self.depth -= 1;
        self.rest.next_if_eq(&')')?;
        Some(node)
    }

    fn repeated(&mut self, node: Node) -> Option<Node> {
        let (least, most) = match self.rest.peek() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => {
                self.rest.next();
                let least = self.number()?;
                let most = match self.rest.next_if_eq(&',') {
                    None => Some(least),
                    Some(_) if self.rest.peek() == Some(&'}') => None,
                    Some(_) => Some(self.number()?),
                };
                if self.rest.peek() != Some(&'}') || most.is_some_and(|most| most < least) {
                    return None;
                }
                (least, most)
            }
            _ => return Some(node),
        };
        self.rest.next();
        // As few as possible are in the end as many as it takes.
        _ = self.rest.next_if_eq(&'?');
        if matches!(self.rest.peek(), Some('?' | '*' | '+' | '{')) {
            return None;
        }
        Some(Node::Repeat {
            node: Box::new(node),
            least,
            most,
        })
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(10)) {
            self.rest.next();
            number = Some(number.unwrap_or(0) * 10 + digit as usize);
            if number > Some(MOST) {
                return None;
            }
        }
        number
    }

    fn escape(&mut self) -> Option<Set> {
        match self.rest.next()? {
            c @ ('d' | 'w' | 's') => Set::of_letter(c),
            c @ ('D' | 'W' | 'S') => Set::of_letter(c.to_ascii_lowercase()).map(Set::negated),
            // Others are anchors, classes of Unicode or codes.
            c if is_escaped(c) => Set::of(c),
            _ => None,
        }
    }

    /// What follows a bracket.
    fn class(&mut self) -> Option<Set> {
        let is_negated = self.rest.next_if_eq(&'^').is_some();
        let mut class = Set {
            ascii: 0,
            others: Others::None,
        };
        let mut is_first = true;
        loop {
            let item = match self.rest.next()? {
                ']' if !is_first => break,
                '\\' => match *self.rest.peek()? {
                    c if is_escaped(c) => {
                        self.rest.next();
                        c
                    }
                    _ => {
                        class = class.and(self.escape()?);
                        is_first = false;
                        // Not the begin of a range.
                        if self.rest.next_if_eq(&'-').is_some() {
                            class = class.and(Set::of('-')?);
                            if self.rest.peek() != Some(&']') {
                                return None;
                            }
                        }
                        continue;
                    }
                },
                // One at the end stands for itself; further ones have rules of their own.
                '-' if self.rest.peek() == Some(&']') => '-',
                c if is_plain(c) => c,
                _ => return None,
            };
            is_first = false;
            if self.rest.peek() != Some(&'-') {
                class = class.and(Set::of(item)?);
                continue;
            }
            self.rest.next();
            match self.rest.next()? {
                ']' => {
                    class = class.and(Set::of(item)?).and(Set::of('-')?);
                    break;
                }
                last if is_plain(last) && item <= last => {
                    class = class.and(Set::of_range(item..=last));
                }
                _ => return None,
            }
        }
        Some(if is_negated { class.negated() } else { class })
    }
}

/// What stands for itself in a class, at either end of a range, too.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_.,:;/ @!%+*?='\"".contains(c)
}

/// What stands for itself behind a backslash.
fn is_escaped(c: char) -> bool {
    "\\.+*?()|[]{}^$#&-~/".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::whole;

    const VALUES: &[&str] = &[
        "",
        "0",
        "7",
        "42",
        "2026",
        "2026-11",
        "2026-11-24",
        "a",
        "z",
        "A",
        "He",
        "H",
        "he",
        "ab",
        "abc",
        "aab",
        "-",
        "_",
        ".",
        "a-b",
        "a-",
        "a.b",
        "a_b",
        "en",
        "es",
        "ens",
        "EN",
        "en-GB",
        "css",
        "js",
        "css.js",
        "1.0",
        "v1",
        "v12",
        "a b",
        " ",
        "\n",
        "a\nb",
        "é",
        "aé",
        "éa",
        "٣",
        "日本",
        "ſ",
        "K",
        "a/b",
        "/",
        "x]",
        "]",
        "^",
        "$",
        "a$",
        "{",
        "a{2}",
        "aa",
        "aaa",
        "aaaa",
        "#",
        "&",
        "~",
        "\\",
        "\u{7f}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "0é",
        "b",
        "ba",
        "bab",
    ];

    fn compare(requirement: &str) -> bool {
        let Some(fit) = Fit::of(requirement) else {
            return false;
        };
        let regex = whole(requirement).unwrap_or_else(|error| panic!("{requirement}: {error}"));
        for value in VALUES {
            match fit.takes(value) {
                Some(takes) => assert_eq!(takes, regex.is_match(value), "{requirement} {value:?}"),
                None => assert!(
                    !fit.is_exact() && !value.is_ascii(),
                    "{requirement} {value:?}"
                ),
            }
        }
        true
    }

    #[test]
    fn what_is_checked_by_characters() {
        for requirement in [
            "[0-9]+",
            "en|es",
            "en|es|ja",
            "[a-z0-9-]+",
            "[A-Z][a-z]?",
            "[a-z]{2}",
            "[a-z]{2,3}",
            "[0-9]{4}-[0-9]{2}",
            "[0-9]{4}(-[0-9]{2}){0,2}",
            "a{2,}",
            "(?:css|js)",
            "^[0-9]+$",
            "^css$|^js$",
            "[^.]+",
            "[^/]*",
            ".+",
            ".*",
            "[a-z]+(-[a-z]+)*",
            r"\d+",
            r"\w+",
            r"[\w-]+",
            r"\d{4}",
            r"v\d+(\.\d+)?",
            r"\S+",
            r"[^\s]+",
            "a|b|",
            "a??",
            "a+?b",
            "(a|b)*ab",
            "[a-zA-Z_][a-zA-Z0-9_]*",
            r"[\^\]]",
            r"a\$",
            r"[\-a]",
            "[a-]",
            "[_.-]+",
            "((a))",
            "()",
            "",
            "a|ab|abc",
            "[a-c]{0,2}",
            "a{0}",
            "(ab?)+",
            "x{1,3}y?",
            "alkali-metal|alkaline-earth-metal|transition-metal|post-transition-metal|nonmetal|\
             halogen|noble-gas|lanthanide|actinide",
        ] {
            assert!(compare(requirement), "{requirement} needs a regex engine");
        }
    }

    #[test]
    fn what_needs_a_regex_engine() {
        for requirement in [
            r"\bx\b",
            "(?i)en",
            r"\p{L}+",
            "é+",
            "[é]",
            "[[:alpha:]]",
            "[a&&b]",
            "[a--b]",
            "[a~~b]",
            "a^b",
            "a$b",
            "(^a)",
            "(a$)",
            "(?P<x>a)",
            r"\x41",
            "a**",
            "[a-z]{65}",
            "[]a]",
            "[--a]",
            "(a",
            "a)",
            "[a",
            "a{",
            "a{,2}",
            "[z-a]",
            r"\<a",
            "[a-z]{8}[a-z]{60}",
            "日本",
        ] {
            assert_eq!(Fit::of(requirement), None, "{requirement}");
        }
        assert!(Fit::of("[0-9]+").unwrap().is_exact());
        assert!(Fit::of("[^.]+").unwrap().is_exact());
        assert!(!Fit::of(r"\d+").unwrap().is_exact());
        assert_eq!(Fit::of(r"\d+").unwrap().takes("٣"), None);
    }

    #[test]
    fn it_is_equal_to_the_regex_of_any_expression() {
        let mut random = fastrand::Rng::with_seed(11);
        let parts = [
            "a", "b", "0", "-", r"\.", ".", "[a-c]", "[^a]", "[0-9]", r"\d", r"\w", "(", "(?:",
            ")", "|", "?", "*", "+", "{2}", "{1,2}", "{0,1}", "^", "$", "[a-]", r"[\w.]", "é",
            "??",
        ];
        let mut checked = 0;
        for _ in 0..8_000 {
            let requirement: String = (0..random.usize(1..9))
                .map(|_| parts[random.usize(..parts.len())])
                .collect();
            if whole(&requirement).is_ok() && compare(&requirement) {
                checked += 1;
            }
        }
        assert!(checked > 1_000, "{checked}");
    }
}
