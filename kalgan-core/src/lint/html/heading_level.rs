//! Headings that skip a level.

use super::elements;
use super::levels::Levels;
use super::page::{At, MOST_STEPS, Page, Scope};
use super::tree::{Item, List};
use crate::diagnostic::Diagnostic;

/// The levels that the last heading may have: bit 1 to bit 6. Bit 0 is one that is not known.
type Last = u8;

const UNKNOWN: Last = 1;

struct Headings<'h, 'p> {
    levels: &'h Levels,
    page: &'h Page<'p>,
    found: Vec<Diagnostic>,
    steps: usize,
}

pub(super) fn check(levels: &Levels, page: &Page<'_>) -> Vec<Diagnostic> {
    let mut headings = Headings {
        levels,
        page,
        found: Vec::new(),
        steps: 0,
    };
    if let Some((list, scope)) = page.top() {
        headings.list(list, &scope, UNKNOWN);
    }
    headings.found
}

impl<'p> Headings<'_, 'p> {
    fn list(&mut self, list: &'p List, scope: &Scope<'p>, mut last: Last) -> Last {
        for notable in &list.notable {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return UNKNOWN;
            }
            last = match &list.items[notable.at] {
                Item::Tag(tag) => {
                    let Some(name) = tag.name.as_deref() else {
                        last |= UNKNOWN;
                        continue;
                    };
                    let Some(level) =
                        elements::heading(name).filter(|_| notable.within.template == 0)
                    else {
                        continue;
                    };
                    let skips = (1..level.saturating_sub(1)).map(|level| 1 << level);
                    let skips: Last = skips.fold(0, |all, one| all | one);
                    if last != 0 && last & !skips == 0 && !tag.may_have("aria-level") {
                        self.skipped(list, tag.span, level, last);
                    }
                    1 << level
                }
                Item::Branch(lists) => lists
                    .iter()
                    .fold(0, |all, list| all | self.list(list, scope, last)),
                Item::Loop(body, otherwise) => {
                    let told = self.found.len();
                    let once = self.list(body, scope, last);
                    self.found.truncate(told);
                    let again = self.list(body, scope, last | once);
                    last | again | self.list(otherwise, scope, last)
                }
                Item::Jump => last,
                Item::Opaque | Item::Aside(_) | Item::Lost => last | UNKNOWN,
                item => match self.page.at(item, scope) {
                    At::List(list, scope) => self.list(list, &scope, last),
                    At::Nothing => last,
                    At::Unknown => last | UNKNOWN,
                },
            };
        }
        last
    }

    fn skipped(&mut self, list: &List, span: crate::text::Span, level: u8, last: Last) {
        // The nearest of those that may stand before.
        let before = 7 - u8::try_from(last.leading_zeros()).unwrap_or(7);
        let mistake = self.levels.mistake(
            "heading-level",
            list.place(span),
            format!("`<h{level}>` follows `<h{before}>`, so a level is missing"),
        );
        self.found
            .extend(mistake.map(|mistake| mistake.with_help(format!("write `<h{}>`", before + 1))));
    }
}
