//! The checks between templates find whatever Tera finds in a set, and no more of its kind.

mod template_inputs;

use kalgan_core::lint::{Changes, Files, Known, Lint, Rust, all};
use kalgan_core::templates::registered::Registered;
use kalgan_core::templates::{Entry, ParsedTemplate, Set, TemplateFile, judge};
use kalgan_core::text::SourceFile;
use std::sync::Arc;
use template_inputs::{Input, Mutator, corpus, tera_accepts};

/// What Tera looks at in a set, too.
const SHARED: &[&str] = &[
    "duplicate-component",
    "template-circle",
    "unknown-block",
    "unknown-component",
    "unknown-filter",
    "unknown-function",
    "unknown-template",
    "unknown-test",
];

struct Verdicts {
    /// What the checks say of what Tera looks at, and of all.
    shared: Vec<String>,
    all: Vec<String>,
    tera: Vec<String>,
}

fn verdicts(templates: &[Input]) -> Verdicts {
    let files: Vec<TemplateFile> = templates
        .iter()
        .map(|input| TemplateFile {
            name: input.name.clone().into(),
            file: Arc::new(SourceFile::new(input.name.clone(), input.text.clone())),
        })
        .collect();
    let set = Set::new(files.iter().map(|template| {
        let tree = kalgan_core::syntax::parse(template.file.text()).ok();
        let entry = Entry {
            file: Arc::clone(&template.file),
            is_good: tree.is_some(),
            parsed: tree.map(|tree| Arc::new(ParsedTemplate::new(tree))),
            fingerprint: None,
        };
        (template.name.clone(), entry)
    }));
    let known = Files {
        templates: Arc::new(set),
        ..Files::default()
    };
    let mut lint = Lint::of_files();
    lint.update(&Known::new(&known, None), Changes::default());
    let mut found: Vec<_> = lint.diagnostics().cloned().collect();
    found.extend(all(&known, Rust::new(&Registered::default())));
    let texts = |diagnostics: &[kalgan_core::diagnostic::Diagnostic]| {
        diagnostics.iter().map(ToString::to_string).collect()
    };
    let all = texts(&found);
    found.retain(|one| one.code.is_some_and(|code| SHARED.contains(&code)));
    Verdicts {
        shared: texts(&found),
        all,
        tera: texts(&judge(&files, [])),
    }
}

/// `KALGAN_SETS` sets how many, `KALGAN_SEED` which ones.
#[test]
fn agrees_with_tera_on_sets_with_a_mutant() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<usize>().ok();
    let count = number("KALGAN_SETS").unwrap_or(100);
    let seed = number("KALGAN_SEED").unwrap_or(0x73_6574) as u64;
    let corpus = corpus();
    let plain = verdicts(&corpus);
    assert_eq!(
        (plain.all.as_slice(), plain.tera.as_slice()),
        (&[][..], &[][..])
    );
    let mut mutator = Mutator::new(&corpus, seed);
    let (mut good, mut bad) = (0, 0);
    for round in 0..count {
        let text = loop {
            let text = mutator.next();
            if tera_accepts(&text) {
                break text;
            }
        };
        let mut set: Vec<Input> = corpus
            .iter()
            .map(|input| Input {
                name: input.name.clone(),
                text: input.text.clone(),
            })
            .collect();
        let at = round % set.len();
        set[at].text = text;
        let found = verdicts(&set);
        let mutant = &set[at];
        assert_eq!(
            found.shared.is_empty(),
            found.tera.is_empty(),
            "round {round}: {} is\n{}\nthe checks: {:#?}\nTera: {:#?}",
            mutant.name,
            mutant.text,
            found.all,
            found.tera
        );
        if found.tera.is_empty() {
            good += 1;
        } else {
            bad += 1;
        }
    }
    println!("{good} good sets, {bad} bad ones");
    assert!(good * 20 > bad && bad * 20 > good, "{good} / {bad}");
}
