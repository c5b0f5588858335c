//! The parser of templates takes what Tera takes, and nothing else.

mod template_inputs;

use kalgan_core::template;
use std::time::Instant;
use template_inputs::{Mutator, all, tera_accepts};

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
        let ours = template::parse(text);
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
