//! What a page tells of itself: its ids, and what refers to them, under the conditions under which
//! they are written.

use super::page::{At, MOST_STEPS, Page, Scope};
use super::tree::{Attribute, Item, List, Piece, Tag, Within};
use crate::text::Place;

/// A tag of a page.
pub(super) struct Fact<'p> {
    pub(super) tag: &'p Tag,
    pub(super) list: &'p List,
    pub(super) within: Within,
    /// The branches that it stands in; loops are one.
    pub(super) branches: Vec<(usize, usize)>,
    /// Whether it stands in a loop, or somewhere that may not be shown.
    pub(super) is_certain: bool,
}

/// What is known of a page.
#[derive(Default)]
pub(super) struct Facts<'p> {
    pub(super) tags: Vec<Fact<'p>>,
    /// Whether it has markup that is not known.
    pub(super) is_open: bool,
    /// Whether some of it could not be followed.
    pub(super) is_lost: bool,
    steps: usize,
}

impl<'p> Facts<'p> {
    pub(super) fn of(page: &Page<'p>) -> Self {
        let mut facts = Self::default();
        if let Some((list, scope)) = page.top() {
            let at = Around {
                within: Within::default(),
                branches: Vec::new(),
                is_certain: true,
            };
            facts.list(page, list, &scope, &at);
        }
        facts
    }

    fn list(&mut self, page: &Page<'p>, list: &'p List, scope: &Scope<'p>, around: &Around) {
        for notable in &list.notable {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                self.is_lost = true;
                return;
            }
            let item = &list.items[notable.at];
            let within = around.within.and(notable.within);
            let inner = |branch: Option<(usize, usize)>, is_certain: bool| {
                let mut branches = around.branches.clone();
                branches.extend(branch);
                Around {
                    within,
                    branches,
                    is_certain: around.is_certain && is_certain,
                }
            };
            let id = std::ptr::from_ref(item) as usize;
            match item {
                Item::Tag(tag) => self.tags.push(Fact {
                    tag,
                    list,
                    within,
                    branches: around.branches.clone(),
                    is_certain: around.is_certain,
                }),
                Item::Branch(lists) => {
                    for (at, list) in lists.iter().enumerate() {
                        self.list(page, list, scope, &inner(Some((id, at)), true));
                    }
                }
                Item::Loop(body, otherwise) => {
                    self.list(page, body, scope, &inner(Some((id, 0)), false));
                    self.list(page, otherwise, scope, &inner(Some((id, 1)), true));
                }
                Item::Jump => {}
                Item::Opaque => self.is_open = true,
                Item::Aside(list) => {
                    self.is_open = true;
                    self.list(page, list, scope, &inner(None, false));
                }
                Item::Lost => self.is_lost = true,
                item => match page.at(item, scope) {
                    At::List(list, scope) => self.list(page, list, &scope, &inner(None, true)),
                    At::Nothing => {}
                    At::Unknown => self.is_lost = true,
                },
            }
        }
    }

    /// Whether a start tag of this element is there, under any condition.
    pub(super) fn has(&self, element: &str) -> bool {
        self.tags.iter().any(|fact| fact.tag.is_start_of(element))
    }

    /// Whether it is a whole page of which all markup is known.
    pub(super) fn is_known(&self) -> bool {
        self.has("html") && !self.is_open && !self.is_lost
    }

    /// Whether one of these attributes of an element of the page may have this value.
    pub(super) fn may_have(&self, attributes: &[&str], value: &str) -> bool {
        self.tags.iter().any(|fact| {
            fact.tag.is_open
                || fact
                    .tag
                    .attributes
                    .iter()
                    .any(|attribute| match attribute.name.as_deref() {
                        None => true,
                        Some(name) => attributes.contains(&name) && may_be(attribute, value),
                    })
        })
    }

    /// The values of an attribute that are known.
    pub(super) fn values(&self, attribute: &str) -> Vec<String> {
        let tags = self.tags.iter();
        tags.flat_map(|fact| fact.tag.all(attribute))
            .filter_map(Attribute::literal)
            .collect()
    }
}

struct Around {
    within: Within,
    branches: Vec<(usize, usize)>,
    is_certain: bool,
}

impl Within {
    fn and(self, other: Self) -> Self {
        Self {
            label: self.label.saturating_add(other.label),
            template: self.template.saturating_add(other.template),
            foreign: self.foreign.saturating_add(other.foreign),
            form: self.form.saturating_add(other.form),
        }
    }
}

impl Fact<'_> {
    pub(super) fn place(&self, attribute: &Attribute) -> Place {
        let value = attribute.value.as_ref();
        self.list
            .place(value.map_or(attribute.span, |value| value.span))
    }
}

/// Whether the value of an attribute may be this text.
pub(super) fn may_be(attribute: &Attribute, text: &str) -> bool {
    let Some(value) = &attribute.value else {
        return text.is_empty();
    };
    let Some(variants) = value.variants() else {
        return true;
    };
    variants.iter().any(|pieces| is_like(pieces, text))
}

fn is_like(pieces: &[Piece], text: &str) -> bool {
    let Some((first, behind)) = pieces.split_first() else {
        return text.is_empty();
    };
    match first {
        Piece::Text(part) => {
            let rest = text.strip_prefix(&**part);
            rest.is_some_and(|rest| is_like(behind, rest))
        }
        Piece::Hole | Piece::Either(_) => {
            behind.is_empty()
                || (0..=text.len())
                    .filter(|at| text.is_char_boundary(*at))
                    .any(|at| is_like(behind, &text[at..]))
        }
    }
}
