//! The mutation test: single mistakes, made one by one from the museum's own files, each of which
//! `check` or the build has to report at the right file and line.
//!
//! The mistakes are not a list: they are made from every name that the parsers find, a few of each
//! kind, spread over the files. Each module says which places are the right ones; all of them have to
//! be named.

mod files;
mod html;
mod messages;
mod mutation;
mod random;
mod report;
mod routes;
mod run;
mod rust;
mod settings;
mod templates;

use kalgan_tests::{Profile, Site};
use mutation::{Museum, Mutation};
use report::Report;
use std::collections::BTreeSet;

/// What no check of files can find, and why. All other kinds are reported in full.
const ESCAPE: &[(&str, &str)] = &[];

#[test]
fn every_single_mistake_is_reported_at_its_place() {
    let site = Site::of_example("museum", "museum-mutated");
    let build = site.build(Profile::Debug);
    let museum = Museum::read(site.folder());
    let mutations: Vec<Mutation> = [
        templates::all(&museum),
        messages::all(&museum),
        routes::all(&museum),
        settings::all(&museum),
        files::all(&museum),
        html::all(&museum),
    ]
    .concat();
    for mutation in &mutations {
        assert!(museum.is_changed_by(mutation), "no change: {mutation:?}");
    }

    let mut report = Report::default();
    run::check(&site, &build, &museum, &mutations, &mut report);
    run::builds(&site, &museum, &rust::all(&museum), &mut report);
    report.print(ESCAPE);

    assert!(report.applied() >= 250, "{}", report.applied());
    let known: BTreeSet<&str> = ESCAPE.iter().map(|(kind, _)| *kind).collect();
    let escaped: Vec<&str> = report
        .escapes()
        .filter(|escape| !known.contains(escape.kind))
        .map(|escape| escape.what.as_str())
        .collect();
    assert!(escaped.is_empty(), "escaped: {escaped:#?}");
    // What is found after all has no place among what is not.
    for kind in known {
        assert!(report.escapes().any(|escape| escape.kind == kind), "{kind}");
    }
}
