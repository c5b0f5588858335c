//! What was reported and what was not.

use crate::mutations::mutation::Mutation;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The outcomes, in the order of the kinds.
#[derive(Debug, Default)]
pub(crate) struct Report {
    kinds: Vec<&'static str>,
    counts: BTreeMap<&'static str, Counts>,
    escapes: Vec<Escape>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    applied: usize,
    reported: usize,
    right: usize,
}

/// A mistake that was not reported where it is.
#[derive(Debug)]
pub(crate) struct Escape {
    pub(crate) kind: &'static str,
    pub(crate) what: String,
    /// What was said instead.
    said: String,
}

impl Report {
    /// Counts a mistake: whether any error was reported, whether all expected ones were.
    pub(crate) fn add(
        &mut self,
        mutation: &Mutation,
        is_reported: bool,
        is_right: bool,
        said: &str,
    ) {
        let kind = mutation.kind;
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        let counts = self.counts.entry(kind).or_default();
        counts.applied += 1;
        counts.reported += usize::from(is_reported);
        counts.right += usize::from(is_right);
        if !is_right {
            let lines: Vec<String> = mutation
                .expected
                .iter()
                .map(|at| format!("{}:{}", at.file, at.line))
                .collect();
            self.escapes.push(Escape {
                kind,
                what: format!("{kind}: {}", mutation.what),
                said: format!("expected {}; {said}", lines.join(", ")),
            });
        }
    }

    /// How many mistakes there were.
    pub(crate) fn applied(&self) -> usize {
        self.total().applied
    }

    /// What was not reported where it is.
    pub(crate) fn escapes(&self) -> impl Iterator<Item = &Escape> {
        self.escapes.iter()
    }

    fn total(&self) -> Counts {
        self.counts
            .values()
            .fold(Counts::default(), |sum, counts| Counts {
                applied: sum.applied + counts.applied,
                reported: sum.reported + counts.reported,
                right: sum.right + counts.right,
            })
    }

    /// Prints the table, and what escaped.
    pub(crate) fn print(&self, known: &[(&str, &str)]) {
        let mut text = format!(
            "{:<58}{:>8}{:>9}{:>7}\n",
            "kind", "applied", "reported", "right"
        );
        let mut row = |kind: &str, counts: Counts| {
            let Counts {
                applied,
                reported,
                right,
            } = counts;
            let _ = writeln!(text, "{kind:<58}{applied:>8}{reported:>9}{right:>7}");
        };
        for kind in &self.kinds {
            row(kind, self.counts[kind]);
        }
        row("all", self.total());
        for escape in &self.escapes {
            let why = known.iter().find(|(kind, _)| *kind == escape.kind);
            let why = why.map_or("", |(_, why)| why);
            let _ = writeln!(
                text,
                "escaped: {}\n    {}\n    {why}",
                escape.what, escape.said
            );
        }
        println!("{text}");
    }
}
