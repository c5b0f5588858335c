//! Templates that are a little wrong, or right in another way.

use super::{Input, generate};
use fastrand::Rng;

/// What is put in: all that the language knows, and what it does not.
pub const WORDS: &[&str] = &[
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "{{-",
    "-}}",
    "{%-",
    "-%}",
    "{#-",
    "-#}",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "</",
    "/>",
    "/",
    "//",
    "*",
    "**",
    "%",
    "+",
    "-",
    "~",
    "|",
    "=",
    "==",
    "!=",
    "<=",
    ">=",
    ".",
    "?.",
    "?[",
    "?",
    ",",
    ":",
    "::",
    "!",
    "@",
    "...",
    "&",
    "\\",
    "\"",
    "'",
    "`",
    "\"x\"",
    "'y'",
    "`z`",
    "\"\\n\"",
    "\"\\x\"",
    "0",
    "1",
    "-1",
    "1.5",
    "1.",
    "1..2",
    "9223372036854775807",
    "9223372036854775808",
    "true",
    "False",
    "none",
    "None",
    "null",
    "loop",
    "loop.index",
    "loop.last",
    "loop.nope",
    "self",
    "super()",
    "and",
    "or",
    "not",
    "is",
    "in",
    "not in",
    "is not",
    "if",
    "else",
    "elif",
    "endif",
    "for",
    "endfor",
    "set",
    "set_global",
    "endset",
    "block",
    "endblock",
    "extends",
    "include",
    "filter",
    "endfilter",
    "component",
    "endcomponent",
    "raw",
    "endraw",
    "break",
    "continue",
    "body",
    "a",
    "b",
    "x",
    "name",
    "a.b",
    "f(x=1)",
    "| upper",
    "is defined",
    "a: string",
    "a: integer = 1",
    "a: float = \"x\"",
    "a: bytes = 1",
    "...rest",
    "@a",
    " ",
    "\n",
    "\u{a0}",
    "é",
    "日本",
    "\u{0}",
    "\r\n",
    "\t",
];

/// Whole tags and pairs of them, which most often keep a template right.
pub const PAIRS: &[(&str, &str)] = &[
    ("{% if a %}", "{% endif %}"),
    ("{% if a %}{% elif b %}", "{% endif %}"),
    ("{% if a %}", "{% else %}{% endif %}"),
    ("{% for x in y %}", "{% endfor %}"),
    ("{% for x, y in z %}", "{% else %}{% endfor %}"),
    ("{% for x in y %}{% else %}", "{% endfor %}"),
    ("{% block a %}", "{% endblock %}"),
    ("{% block b %}", "{% endblock b %}"),
    ("{% filter upper %}", "{% endfilter %}"),
    ("{% set x %}", "{% endset %}"),
    ("{% set x | upper | trim %}", "{% endset %}"),
    (
        "{% component c(a: string, b = [1], ...rest) %}",
        "{% endcomponent %}",
    ),
    ("{% <c a={b} {...c} d> %}", "{% </c> %}"),
    ("{%- raw -%}", "{%- endraw -%}"),
    ("{#", "#}"),
    ("{{ ", " }}"),
    ("{% extends \"a\" %}", ""),
    ("{% include \"a\" %}", ""),
    ("{% break %}", ""),
    ("{% continue %}", ""),
    ("(", ")"),
    ("[", "]"),
    ("a[", "]"),
    ("[x for x in ", "]"),
    ("[x for x, y in ", " if x]"),
    ("{\"a\": ", "}"),
    ("{...", "}"),
    ("[...", "]"),
    ("f(a=", ")"),
    ("a | f(a=", ")"),
    ("a is f(a=", ")"),
    ("a if ", " else b"),
    ("<c a={", "} />"),
    ("not ", ""),
    ("-", ""),
    ("a ~ ", ""),
    ("a ~ -", ""),
    ("a ~ not ", ""),
    ("a ** ", ""),
    ("a not in ", ""),
];

/// The tokens of a template, roughly, which of them stand in tags, and before which there is none.
struct Tokens<'a> {
    all: Vec<&'a str>,
    in_tags: Vec<usize>,
    between: Vec<usize>,
}

impl<'a> Tokens<'a> {
    fn of(text: &'a str) -> Self {
        let mut all = Vec::new();
        let mut in_tags = Vec::new();
        let mut between = Vec::new();
        let mut is_tag = false;
        let mut rest = text;
        while !rest.is_empty() {
            let starts = ["{{", "{%"].iter().any(|start| rest.starts_with(start));
            let ends = ["}}", "%}"].iter().any(|end| rest.starts_with(end));
            let length = if starts || ends {
                is_tag = starts;
                2
            } else if is_tag {
                word_length(rest)
            } else {
                text_length(rest)
            };
            if starts || !is_tag && !ends {
                between.push(all.len());
            }
            if is_tag && !starts {
                in_tags.push(all.len());
            }
            all.push(&rest[..length]);
            rest = &rest[length..];
        }
        between.push(all.len());
        Self {
            all,
            in_tags,
            between,
        }
    }
}

fn word_length(rest: &str) -> usize {
    let first = rest.chars().next().unwrap();
    let is_like = |other: char| {
        (first.is_alphanumeric() && (other.is_alphanumeric() || other == '_'))
            || (first.is_whitespace() && other.is_whitespace())
    };
    rest.char_indices()
        .find(|(at, other)| *at > 0 && !is_like(*other))
        .map_or(rest.len(), |(at, _)| at)
}

fn text_length(rest: &str) -> usize {
    let first = rest.chars().next().unwrap().len_utf8();
    rest[first..].find('{').map_or(rest.len(), |at| first + at)
}

/// Makes mutants, the same for the same seed.
pub struct Mutator<'a> {
    inputs: &'a [Input],
    rng: Rng,
}

impl<'a> Mutator<'a> {
    pub fn new(inputs: &'a [Input], seed: u64) -> Self {
        Self {
            inputs,
            rng: Rng::with_seed(seed),
        }
    }

    /// The next mutant.
    pub fn next(&mut self) -> String {
        match self.rng.u8(..16) {
            0 => return generate::template(&mut self.rng, 3),
            1 => return format!("{{{{ {} }}}}", generate::words(&mut self.rng, WORDS)),
            2 => return format!("{{% {} %}}", generate::words(&mut self.rng, WORDS)),
            _ => {}
        }
        let mut text = self.part();
        let changes = [1, 1, 1, 1, 2, 3];
        for _ in 0..changes[self.rng.usize(..changes.len())] {
            text = self.change(&text);
        }
        text
    }

    /// A template, or a part of a long one, so that mutants are short and many.
    fn part(&mut self) -> String {
        if self.rng.u8(..4) == 0 {
            return generate::template(&mut self.rng, 3);
        }
        let text = &self.input().text;
        let tokens = Tokens::of(text).all;
        if tokens.len() < 150 || self.rng.u8(..) < 8 {
            return text.clone();
        }
        let start = self.rng.usize(..tokens.len() - 40);
        let length = self.rng.usize(10..120);
        tokens[start..(start + length).min(tokens.len())].concat()
    }

    fn input(&mut self) -> &'a Input {
        &self.inputs[self.rng.usize(..self.inputs.len())]
    }

    fn change(&mut self, text: &str) -> String {
        let tokens = Tokens::of(text);
        let mut all = tokens.all;
        if all.is_empty() {
            return self.pick(WORDS).to_owned();
        }
        let kind = self.rng.u8(..14);
        if kind >= 11 {
            return self.wrap(&tokens.in_tags, &tokens.between, all);
        }
        let at = match tokens.in_tags.len() {
            0 => self.rng.usize(..all.len()),
            _ if self.rng.u8(..) < 32 => self.rng.usize(..all.len()),
            count => tokens.in_tags[self.rng.usize(..count)],
        };
        let to = (at + self.rng.usize(1..=12)).min(all.len());
        match kind {
            0 => {
                all.remove(at);
            }
            1 => {
                all.drain(at..to);
            }
            2 => all.insert(at, all[at]),
            3 => {
                let again = all[at..to].repeat(self.rng.usize(1..=45));
                all.splice(at..at, again);
            }
            4 => {
                let other = self.rng.usize(..all.len());
                all.swap(at, other);
            }
            5 | 6 => all.insert(at, self.pick(WORDS)),
            7 => all[at] = self.pick(WORDS),
            8 => all.truncate(at),
            9 => return self.splice(&all[..at]),
            _ => return self.change_character(text),
        }
        all.concat()
    }

    /// Puts a pair around a part: a tag where tags may stand, and else where values may.
    fn wrap(&mut self, in_tags: &[usize], between: &[usize], mut all: Vec<&str>) -> String {
        let (before, after) = self.pick(PAIRS);
        let places = if before.starts_with("{%") || in_tags.is_empty() {
            between
        } else {
            in_tags
        };
        let first = self.rng.usize(..places.len());
        let last = (first + self.rng.usize(..8)).min(places.len() - 1);
        let (at, mut to) = (places[first], places[last]);
        if !before.starts_with("{%") && self.rng.bool() {
            // One token, which may be a value.
            to = (at + 1).min(all.len());
        }
        let times = if self.rng.u8(..) < 40 {
            self.rng.usize(2..=45)
        } else {
            1
        };
        all.splice(to..to, vec![after; times]);
        all.splice(at..at, vec![before; times]);
        all.concat()
    }

    fn splice(&mut self, before: &[&str]) -> String {
        let other = Tokens::of(&self.input().text).all;
        let from = self.rng.usize(..=other.len());
        let to = (from + self.rng.usize(1..60)).min(other.len());
        before.concat() + &other[from..to].concat()
    }

    fn change_character(&mut self, text: &str) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        let at = self.rng.usize(..characters.len());
        let other = match self.rng.u8(..8) {
            0 => self.rng.char(..),
            _ => char::from(self.rng.u8(9..127)),
        };
        match self.rng.u8(..3) {
            0 => characters.insert(at, other),
            1 => characters[at] = other,
            _ => {
                characters.remove(at);
            }
        }
        characters.into_iter().collect()
    }

    fn pick<T: Copy>(&mut self, of: &'static [T]) -> T {
        of[self.rng.usize(..of.len())]
    }
}
