//! A page: a template with all that it extends, includes and calls.

use super::read::{Read, Use};
use super::tree::{Item, List};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// How many pieces of a page are followed.
pub(super) const MOST_STEPS: usize = 100_000;
/// How deeply they are followed.
const MOST_DEPTH: usize = 64;

/// A page.
pub(super) struct Page<'p> {
    /// The templates of its chain, the page's own first.
    pub(super) chain: Vec<&'p Read>,
    pub(super) reads: &'p HashMap<Use, Arc<Read>>,
}

/// What names mean at a place of a page.
#[derive(Clone, Default)]
pub(super) struct Scope<'p> {
    /// The block, and by which template of the chain it is filled.
    block: Option<(&'p str, usize)>,
    body: Option<Rc<Bound<'p>>>,
    /// The components within which this is, the innermost first.
    called: Option<Rc<Called<'p>>>,
    depth: usize,
}

/// A component that is called, within another one.
struct Called<'p> {
    name: &'p str,
    around: Option<Rc<Self>>,
}

/// The body of a component's call, where it was called.
struct Bound<'p> {
    list: &'p List,
    scope: Scope<'p>,
}

/// What stands at an item.
pub(super) enum At<'p> {
    /// What is written, and what names mean in it.
    List(&'p List, Scope<'p>),
    /// Nothing.
    Nothing,
    /// It is not known.
    Unknown,
}

impl<'p> Scope<'p> {
    fn deeper(&self) -> Option<Self> {
        (self.depth < MOST_DEPTH).then(|| Self {
            depth: self.depth + 1,
            ..self.clone()
        })
    }

    /// Whether this is within a component of that name.
    fn is_in(&self, name: &str) -> bool {
        let mut next = self.called.as_ref();
        while let Some(called) = next {
            if called.name == name {
                return true;
            }
            next = called.around.as_ref();
        }
        false
    }

    /// Whether `body` means something.
    pub(super) fn has_body(&self) -> bool {
        self.body.is_some()
    }
}

impl<'p> Page<'p> {
    pub(super) fn top(&self) -> Option<(&'p List, Scope<'p>)> {
        Some((&self.chain.last()?.top, Scope::default()))
    }

    /// What a block, an include, a component, `super()` or `body` stands for.
    pub(super) fn at(&self, item: &'p Item, scope: &Scope<'p>) -> At<'p> {
        let Some(inner) = scope.deeper() else {
            return At::Unknown;
        };
        match item {
            Item::Block(name, default) => match self.fill(name, 0) {
                Some((list, level)) => At::List(
                    list,
                    Scope {
                        block: Some((name, level)),
                        ..inner
                    },
                ),
                None => At::List(default, inner),
            },
            Item::Super => {
                let Some((name, level)) = scope.block else {
                    return At::Unknown;
                };
                match self.fill(name, level + 1) {
                    Some((list, level)) => At::List(
                        list,
                        Scope {
                            block: Some((name, level)),
                            ..inner
                        },
                    ),
                    None => At::Nothing,
                }
            }
            Item::Include(name) => match self.reads.get(&Use::Template(name.clone())) {
                Some(read) => At::List(&read.top, inner),
                None => At::Unknown,
            },
            // It opens what it closes, and has the ids that it has without itself.
            Item::Component(name, _) if scope.is_in(name) => At::Nothing,
            Item::Component(name, body) => match self.reads.get(&Use::Component(name.clone())) {
                Some(read) => At::List(
                    &read.top,
                    Scope {
                        block: None,
                        body: body.as_ref().map(|list| {
                            Rc::new(Bound {
                                list,
                                scope: scope.clone(),
                            })
                        }),
                        called: Some(Rc::new(Called {
                            name,
                            around: inner.called,
                        })),
                        depth: inner.depth,
                    },
                ),
                None => At::Unknown,
            },
            Item::Body => match &scope.body {
                Some(bound) => At::List(
                    bound.list,
                    Scope {
                        depth: inner.depth,
                        ..bound.scope.clone()
                    },
                ),
                None => At::Nothing,
            },
            _ => At::Unknown,
        }
    }

    /// What fills a block, from a level of the chain on.
    fn fill(&self, name: &str, from: usize) -> Option<(&'p List, usize)> {
        let mut levels = self.chain.iter().enumerate().skip(from);
        levels.find_map(|(level, read)| Some((read.blocks.get(name)?, level)))
    }
}
