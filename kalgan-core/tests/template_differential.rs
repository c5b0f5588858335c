//! The parser of templates takes what Tera takes, and nothing else.

mod template_inputs;

use kalgan_core::syntax;
use std::time::Instant;
use template_inputs::{Mutator, PAIRS, WORDS, all, tera_accepts};

/// How often the two disagree before a test gives up.
const ENOUGH: usize = 10;

#[derive(Default)]
struct Comparison {
    accepted: usize,
    rejected: usize,
    disagreements: Vec<String>,
}

impl Comparison {
    fn add(&mut self, name: &str, text: &str) {
        let ours = syntax::parse(text);
        let accepts = tera_accepts(text);
        if accepts {
            self.accepted += 1;
        } else {
            self.rejected += 1;
        }
        if ours.is_ok() != accepts {
            let verdict = if accepts { "takes" } else { "rejects" };
            let ours = match ours {
                Ok(_) => String::from("takes it"),
                Err(error) => format!("says {error} at {:?}", error.span),
            };
            let message = format!("=== {name}: Tera {verdict} it, the parser {ours}\n{text}\n");
            self.disagreements.push(message);
        }
    }

    fn end(self) -> (usize, usize) {
        assert!(
            self.disagreements.is_empty(),
            "{} disagreements in {} templates:\n{}",
            self.disagreements.len(),
            self.accepted + self.rejected,
            self.disagreements.join("\n")
        );
        (self.accepted, self.rejected)
    }
}

#[test]
fn agrees_with_tera_on_real_templates() {
    let mut comparison = Comparison::default();
    for input in all() {
        comparison.add(&input.name, &input.text);
    }
    let (accepted, rejected) = comparison.end();
    assert!(accepted > 150 && rejected > 80, "{accepted} / {rejected}");
}

/// `KALGAN_MUTANTS` sets how many, `KALGAN_SEED` which ones.
#[test]
fn agrees_with_tera_on_mutants() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let count = number("KALGAN_MUTANTS").unwrap_or(20_000);
    let seed = number("KALGAN_SEED").unwrap_or(0x6b61_6c67_616e);
    let inputs = all();
    let mut mutator = Mutator::new(&inputs, seed);
    let mut comparison = Comparison::default();
    let start = Instant::now();
    for index in 0..count {
        let text = mutator.next();
        comparison.add(&format!("mutant {index} of seed {seed}"), &text);
        if comparison.disagreements.len() == ENOUGH {
            break;
        }
    }
    let (accepted, rejected) = comparison.end();
    println!(
        "{accepted} accepted, {rejected} rejected, in {:?}",
        start.elapsed()
    );
    // A mutator that makes nonsense only, or nothing new, tests nothing.
    assert!(accepted * 10 > rejected && rejected * 10 > accepted);
}

/// Each limit, from both sides: what nests, what is in a row, and both.
#[test]
fn agrees_with_tera_at_its_limits() {
    // A debug build of Tera needs more than the 2 MiB of a test's thread.
    std::thread::Builder::new()
        .stack_size(32 << 20)
        .spawn(compare_at_the_limits)
        .unwrap()
        .join()
        .unwrap();
}

fn compare_at_the_limits() {
    let mut comparison = Comparison::default();
    let mut add = |text: String| comparison.add("a limit", &text);
    for (before, after) in PAIRS {
        let is_tag = before.starts_with("{%") || before.starts_with("{{");
        for count in [1, 2, 3, 4, 5, 6, 18, 19, 20, 21, 36, 37, 38, 39, 40, 41, 42] {
            let (open, close) = (before.repeat(count), after.repeat(count));
            if is_tag {
                add(format!("{open}{close}"));
                add(format!("{open}{{{{ a[b[c[d]]] + [[1]] }}}}{close}"));
                continue;
            }
            for inner in [
                "a",
                "[1]",
                "a[b]",
                "a[b[c]]",
                "a + b * c ** d",
                "(a if b else c)",
            ] {
                add(format!("{{{{ {open}{inner}{close} }}}}"));
                add(format!("{{% if {open}{inner}{close} %}}{{% endif %}}"));
                add(format!(
                    "{{% <c a={{{open}{inner}{close}}}> %}}{{% </c> %}}"
                ));
                let text = format!("{{% component c(a = {open}{inner}{close}) %}}");
                add(text + "{% endcomponent %}");
            }
        }
    }
    let rows = [
        " + a",
        ".b",
        "?.b",
        "[0]",
        " | f",
        " is t",
        " and a",
        " ** a",
        " in a",
        " not in a",
        " if a else a",
        " ~ a",
        " | f(a=b.c)",
        "[a:b]",
        "?[0]",
    ];
    for row in rows {
        for count in [
            20, 38, 39, 40, 41, 84, 85, 86, 127, 128, 129, 255, 256, 257, 258,
        ] {
            add(format!("{{{{ a{} }}}}", row.repeat(count)));
            add(format!("{{{{ [a, (b){}] }}}}", row.repeat(count)));
        }
    }
    let (accepted, rejected) = comparison.end();
    assert!(accepted > 500 && rejected > 500, "{accepted} / {rejected}");
}

/// Every pair of words, in two of seven places each.
#[test]
fn agrees_with_tera_on_pairs_of_words() {
    let mut comparison = Comparison::default();
    for (row, first) in WORDS.iter().enumerate() {
        for (column, second) in WORDS.iter().enumerate() {
            for place in [(row + column) % 7, (row + 3 * column + 1) % 7] {
                let text = match place {
                    0 => format!("{{{{ {first} {second} }}}}"),
                    1 => format!("{{{{ a {first} {second} }}}}"),
                    2 => format!("{{{{ a {first} {second} b }}}}"),
                    3 => format!("{{% {first} {second} %}}"),
                    4 => format!("{{% for x in a %}}{{% {first} {second} %}}{{% endfor %}}"),
                    5 => format!("{{% component c({first} {second}) %}}{{% endcomponent %}}"),
                    _ => format!("{{% set {first} {second} %}}a{{% endset %}}"),
                };
                comparison.add("words", &text);
            }
        }
    }
    let (accepted, rejected) = comparison.end();
    assert!(accepted > 500 && rejected > 500, "{accepted} / {rejected}");
}
