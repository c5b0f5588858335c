//! Tags that are not closed, close nothing, or cross each other, along every way through a page.
//!
//! What is open is a stack of tags, and branches make several of them. A tag is wrong where it is
//! wrong for each; where it is right for some, the others are ways that nobody goes, such as that of
//! `{% if x %}<div>{% endif %}…{% if x %}</div>{% endif %}` with the first and without the second.

use super::open::{Ended, Met, Open, Stack};
use super::page::{At, MOST_STEPS, Page, Scope};
use super::tree::{Item, List, Tag};
use std::collections::BTreeMap;
use std::ops::Range;

/// How many stacks there may be before nothing more is said.
const MOST_STACKS: usize = 32;

/// So few items are not remembered.
const SHORT: usize = 4;

/// Something that is wrong, in the order in which it was met.
#[derive(Clone, Debug)]
pub(super) enum Wrong {
    /// The end tag closes over what is still open.
    Crosses { end: Met, open: Met },
    /// The end tag closes nothing.
    Stray { end: Met },
    /// At the end of the page it is still open.
    Unclosed { open: Met },
}

/// What may be open; `None` where it is not known.
type Stacks = Option<Vec<Stack>>;

/// What is known behind a list.
#[derive(Clone)]
struct Behind {
    stacks: Stacks,
    wrong: Vec<Wrong>,
    /// Start tags that were closed while others may have been open.
    closed: Vec<usize>,
    /// Start tags that are open on ways that nobody goes.
    suspects: Vec<(usize, Met)>,
}

/// Where a run of items begins, and what is open there.
type Key = (usize, Vec<Stack>);

/// A walk through pages, which remembers what it has seen.
#[derive(Default)]
pub(super) struct Walk {
    open: Open,
    known: BTreeMap<Key, Behind>,
}

struct Going<'w, 'p> {
    walk: &'w mut Walk,
    page: &'w Page<'p>,
    wrong: Vec<Wrong>,
    closed: Vec<usize>,
    suspects: Vec<(usize, Met)>,
    /// The stacks at the jumps of the innermost loop.
    jumps: Vec<Stacks>,
    steps: usize,
}

impl Walk {
    /// What is wrong with the tags of a page.
    pub(super) fn page(&mut self, page: &Page<'_>) -> Vec<Wrong> {
        let Some((list, scope)) = page.top() else {
            return Vec::new();
        };
        let mut going = Going {
            walk: self,
            page,
            wrong: Vec::new(),
            closed: Vec::new(),
            suspects: Vec::new(),
            jumps: Vec::new(),
            steps: 0,
        };
        let stacks = going.list(list, &scope, Some(vec![Stack::default()]));
        let (mut wrong, closed, suspects) = (going.wrong, going.closed, going.suspects);
        let Some(stacks) = stacks else {
            return wrong;
        };
        let open: Vec<Vec<(usize, Met)>> = stacks
            .iter()
            .map(|stack| self.open.unclosed(*stack))
            .collect();
        let maybe = match open.split_first() {
            Some((first, others)) => {
                for (tag, met) in first {
                    let is_always = others
                        .iter()
                        .all(|all| all.iter().any(|(one, _)| one == tag));
                    if is_always {
                        wrong.push(Wrong::Unclosed { open: met.clone() });
                    }
                }
                match others.is_empty() {
                    true => Vec::new(),
                    false => open.concat(),
                }
            }
            None => Vec::new(),
        };
        for (tag, met) in suspects.into_iter().chain(maybe) {
            let unclosed = Wrong::Unclosed { open: met.clone() };
            let is_told = wrong.iter().any(|wrong| match wrong {
                Wrong::Unclosed { open } | Wrong::Crosses { open, .. } => *open == met,
                Wrong::Stray { .. } => false,
            });
            if !closed.contains(&tag) && !is_told {
                wrong.push(unclosed);
            }
        }
        wrong
    }
}

fn union(a: Stacks, b: Stacks) -> Stacks {
    let (mut a, b) = (a?, b?);
    if a != b {
        a.extend(b);
        a = once(a);
    }
    (a.len() <= MOST_STACKS).then_some(a)
}

/// In order, each once.
fn once(mut stacks: Vec<Stack>) -> Vec<Stack> {
    if stacks.len() > 1 {
        stacks.sort_unstable();
        stacks.dedup();
    }
    stacks
}

impl<'p> Going<'_, 'p> {
    fn list(&mut self, list: &'p List, scope: &Scope<'p>, stacks: Stacks) -> Stacks {
        let mut stacks = stacks;
        let mut from = 0;
        // What stands between blocks is the same on each page.
        for at in &list.blocks {
            stacks = self.run(list, from..*at, scope, stacks);
            stacks = self.items(list, *at..at + 1, scope, stacks);
            from = at + 1;
        }
        self.run(list, from..list.items.len(), scope, stacks)
    }

    /// Items without blocks.
    fn run(
        &mut self,
        list: &'p List,
        range: Range<usize>,
        scope: &Scope<'p>,
        stacks: Stacks,
    ) -> Stacks {
        let stacks = stacks?;
        if range.is_empty() || stacks.is_empty() {
            return Some(stacks);
        }
        // A body that has blocks means something else on each page, and what is short is not worth it.
        if scope.has_body() || range.len() < SHORT {
            return self.items(list, range, scope, Some(stacks));
        }
        let key = (
            std::ptr::from_ref(&list.items[range.start]) as usize,
            stacks.clone(),
        );
        if let Some(known) = self.walk.known.get(&key) {
            self.wrong.extend(known.wrong.iter().cloned());
            self.closed.extend(&known.closed);
            self.suspects.extend(known.suspects.iter().cloned());
            return known.stacks.clone();
        }
        let before = (self.wrong.len(), self.closed.len(), self.suspects.len());
        let jumps = self.jumps.len();
        let behind = self.items(list, range, scope, Some(stacks));
        // A jump leaves the list another way.
        if self.jumps.len() == jumps {
            let known = Behind {
                stacks: behind.clone(),
                wrong: self.wrong[before.0..].to_vec(),
                closed: self.closed[before.1..].to_vec(),
                suspects: self.suspects[before.2..].to_vec(),
            };
            self.walk.known.insert(key, known);
        }
        behind
    }

    fn items(
        &mut self,
        list: &'p List,
        range: Range<usize>,
        scope: &Scope<'p>,
        stacks: Stacks,
    ) -> Stacks {
        let mut stacks = stacks;
        for item in &list.items[range] {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return None;
            }
            stacks = match item {
                Item::Tag(tag) => self.tag(list, tag, stacks?),
                Item::Branch(lists) => {
                    let before = stacks?;
                    let mut all = Some(Vec::new());
                    for list in lists {
                        let behind = self.list(list, scope, Some(before.clone()));
                        all = union(all, behind);
                    }
                    all
                }
                Item::Loop(body, otherwise) => {
                    let before = stacks?;
                    let other = self.list(otherwise, scope, Some(before.clone()));
                    let behind = self.rounds(body, scope, before);
                    union(behind, other)
                }
                Item::Jump => {
                    self.jumps.push(stacks.take());
                    Some(Vec::new())
                }
                Item::Opaque | Item::Aside(_) => stacks,
                Item::Lost => None,
                item => match self.page.at(item, scope) {
                    At::List(list, scope) => {
                        // A jump in what is included is its own.
                        self.list(list, &scope, stacks)
                    }
                    At::Nothing => stacks,
                    At::Unknown => None,
                },
            };
            stacks.as_ref()?;
        }
        stacks
    }

    /// A loop: what is open after a round is open before the next one.
    fn rounds(&mut self, body: &'p List, scope: &Scope<'p>, before: Vec<Stack>) -> Stacks {
        let told = (self.wrong.len(), self.closed.len(), self.suspects.len());
        let behind = self.round(body, scope, before.clone())?;
        if behind.iter().all(|stack| before.contains(stack)) {
            return Some(before);
        }
        self.wrong.truncate(told.0);
        self.closed.truncate(told.1);
        self.suspects.truncate(told.2);
        let all = union(Some(before), Some(behind))?;
        let again = self.round(body, scope, all.clone())?;
        union(Some(all), Some(again))
    }

    fn round(&mut self, body: &'p List, scope: &Scope<'p>, before: Vec<Stack>) -> Stacks {
        let jumps = std::mem::take(&mut self.jumps);
        let behind = self.list(body, scope, Some(before));
        let own = std::mem::replace(&mut self.jumps, jumps);
        own.into_iter().fold(behind, union)
    }

    fn tag(&mut self, list: &List, tag: &Tag, stacks: Vec<Stack>) -> Stacks {
        let open = &mut self.walk.open;
        if !tag.is_end {
            let all: Option<Vec<Stack>> = stacks
                .into_iter()
                .map(|stack| open.start(stack, list, tag))
                .collect();
            return all.map(once);
        }
        let is_one = stacks.len() == 1;
        let mut right = Vec::new();
        let mut crossing = Vec::new();
        let mut stray = Vec::new();
        for stack in stacks {
            match open.end(stack, tag) {
                Ended::Right { stack, closed } => {
                    if !is_one {
                        self.closed.extend(closed);
                    }
                    right.push(stack);
                }
                Ended::Crosses { stack, over } => crossing.push((stack, over)),
                Ended::Stray => {
                    stray.push(stack);
                }
                Ended::Unknown => return None,
            }
        }
        if !right.is_empty() {
            let over = crossing.into_iter().flat_map(|(_, over)| over);
            self.suspects.extend(over);
            return Some(once(right));
        }
        let end = Met {
            name: tag.name.clone().unwrap_or_default(),
            place: list.place(tag.span),
        };
        if let Some((_, over)) = crossing.first() {
            for (_, met) in over {
                self.wrong.push(Wrong::Crosses {
                    end: end.clone(),
                    open: met.clone(),
                });
            }
            let stacks = crossing.into_iter().map(|(stack, _)| stack);
            return Some(once(stacks.collect()));
        }
        self.wrong.push(Wrong::Stray { end });
        Some(once(stray))
    }
}
