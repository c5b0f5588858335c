//! The tree of the routes' segments, as it is searched. A look-up in a large table waits for memory
//! more than it computes, so a node is one line of the processor's caches, and the child behind a text
//! is found by a hash.

use crate::routing::decode::Segments;
use crate::routing::matcher::{Matcher, Requirement, Values};
use crate::routing::tree::Tree;
use kalgan_core::routes::{RouteDef, RouteTable};
use kalgan_core::text::Text;
use rustc_hash::FxHasher;
use smallvec::SmallVec;
use std::borrow::Cow;
use std::hash::Hasher as _;
use std::sync::Arc;

/// What the nodes have, each in one list for all of them.
#[derive(Debug)]
pub(super) struct Index {
    /// The root first.
    nodes: Vec<Node>,
    labels: Vec<u8>,
    slots: Vec<Slot>,
    dynamic: Vec<(Matcher, usize)>,
    rests: Vec<(Option<Arc<Requirement>>, usize)>,
    ends: Vec<End>,
    /// By route; none where no route names a host.
    hosts: Vec<Option<Vec<Matcher>>>,
}

#[derive(Debug, Default)]
#[repr(align(64))]
struct Node {
    /// The text that leads here, where a text does.
    label: Part,
    /// The children behind texts, by their hashes: a power of two, at most half of them taken.
    slots: Part,
    dynamic: Part,
    rests: Part,
    ends: Part,
    /// The first route at or below this node.
    first: u32,
}

/// A part of a list of the index. No list has as many as 2³² items: a route takes more than a byte.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    start: u32,
    len: u32,
}

impl Part {
    fn of<T>(self, all: &[T]) -> &[T] {
        &all[self.start as usize..][..self.len as usize]
    }

    /// Adds items to a list.
    fn add<T>(all: &mut Vec<T>, items: impl IntoIterator<Item = T>) -> Self {
        let start = all.len();
        all.extend(items);
        Self {
            start: start as u32,
            len: (all.len() - start) as u32,
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    hash: u32,
    /// The root, which is no child, where the slot is free.
    child: u32,
}

/// A route that ends at a node.
#[derive(Clone, Copy, Debug)]
struct End {
    route: u32,
    /// Those of [`METHODS`] that it answers.
    methods: u16,
}

const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE",
];

/// The bit of a method; none for methods of an app's own.
fn bit(method: &str) -> u16 {
    match method {
        "GET" => 1,
        "HEAD" => 2,
        "POST" => 4,
        "PUT" => 8,
        "DELETE" => 16,
        "PATCH" => 32,
        "OPTIONS" => 64,
        "CONNECT" => 128,
        "TRACE" => 256,
        _ => 0,
    }
}

impl End {
    fn new(at: usize, route: &RouteDef) -> Self {
        let methods = METHODS.iter().filter(|method| route.allows(method));
        Self {
            route: at as u32,
            methods: methods.fold(0, |bits, method| bits | bit(method)),
        }
    }
}

fn hash(text: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.finish() as u32
}

impl Index {
    pub(super) fn new(tree: Tree, table: &RouteTable, hosts: Vec<Option<Vec<Matcher>>>) -> Self {
        let mut index = Self {
            nodes: Vec::new(),
            labels: Vec::new(),
            slots: Vec::new(),
            dynamic: Vec::new(),
            rests: Vec::new(),
            ends: Vec::new(),
            hosts,
        };
        index.nodes.resize_with(tree.0.len(), Node::default);
        for (at, node) in tree.0.into_iter().enumerate() {
            let ends = node.ends.iter().map(|at| End::new(*at, &table.routes[*at]));
            let ends = Part::add(&mut index.ends, ends);
            let slots = index.add_slots(&node.literals);
            let known = &mut index.nodes[at];
            known.slots = slots;
            known.ends = ends;
            known.dynamic = Part::add(&mut index.dynamic, node.dynamic);
            known.rests = Part::add(&mut index.rests, node.rests);
            known.first = u32::try_from(node.first).unwrap_or(u32::MAX);
        }
        index
    }

    fn add_slots(&mut self, literals: &[(Text, usize)]) -> Part {
        let count = match literals.len() {
            0 => 0,
            count => (2 * count).next_power_of_two(),
        };
        let mut slots = vec![Slot::default(); count];
        for (text, child) in literals {
            let hash = hash(text.as_bytes());
            let mut at = hash as usize & (count - 1);
            while slots[at].child != 0 {
                at = (at + 1) & (count - 1);
            }
            slots[at] = Slot {
                hash,
                child: *child as u32,
            };
            self.nodes[*child].label = Part::add(&mut self.labels, text.bytes());
        }
        Part::add(&mut self.slots, slots)
    }

    /// The child of a node behind a text.
    fn literal(&self, node: &Node, text: &str) -> Option<usize> {
        let slots = node.slots.of(&self.slots);
        let mask = slots.len().checked_sub(1)?;
        let hash = hash(text.as_bytes());
        let mut at = hash as usize;
        loop {
            let slot = slots[at & mask];
            let child = slot.child as usize;
            if child == 0 {
                return None;
            }
            if slot.hash == hash && self.nodes[child].label.of(&self.labels) == text.as_bytes() {
                return Some(child);
            }
            at += 1;
        }
    }
}

/// A search for the route of a request.
pub(super) struct Search<'a> {
    index: &'a Index,
    table: &'a RouteTable,
    method: &'a str,
    bit: u16,
    host: &'a [String],
    values: Values<'a>,
    pub(super) best: Option<Best<'a>>,
    /// Routes of the path for other methods.
    pub(super) other_methods: SmallVec<[usize; 8]>,
}

/// The first route so far that fits, with the values of its parameters.
pub(super) struct Best<'a> {
    pub(super) route: usize,
    pub(super) values: Values<'a>,
    /// All that remained of the path.
    pub(super) rest: Option<Cow<'a, str>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        index: &'a Index,
        table: &'a RouteTable,
        method: &'a str,
        host: Option<&'a [String]>,
    ) -> Self {
        Self {
            index,
            table,
            method,
            bit: bit(method),
            host: host.unwrap_or_default(),
            values: Values::new(),
            best: None,
            other_methods: SmallVec::new(),
        }
    }

    /// Whether this route comes after the best one so far, so that it cannot win.
    fn is_late(&self, route: usize) -> bool {
        self.best.as_ref().is_some_and(|best| best.route < route)
    }

    /// Looks for routes at and below a node, from the root, 0; `None` is the end of the path.
    pub(super) fn enter(&mut self, mut node: usize, mut segments: Option<Segments<'a>>) {
        let index = self.index;
        loop {
            let here = &index.nodes[node];
            if self.is_late(here.first as usize) {
                return;
            }
            let Some(remaining) = segments else {
                for end in here.ends.of(&index.ends) {
                    let allows = match self.bit {
                        0 => self.table.routes[end.route as usize].allows(self.method),
                        bit => end.methods & bit != 0,
                    };
                    self.offer(end.route as usize, allows, None);
                }
                return;
            };
            let (segment, rest) = remaining.split_first();
            let literal = index.literal(here, segment);
            // Most nodes lead on by their texts alone.
            if here.dynamic.len == 0 && here.rests.len == 0 {
                let Some(child) = literal else { return };
                (node, segments) = (child, rest);
                continue;
            }
            if let Some(child) = literal {
                self.enter(child, rest);
            }
            for (matcher, child) in here.dynamic.of(&index.dynamic) {
                let known = self.values.len();
                if matcher.take(segment, &mut self.values) {
                    self.enter(*child, rest);
                }
                self.values.truncate(known);
            }
            if here.rests.len != 0 {
                self.offer_rests(here.rests.of(&index.rests), remaining);
            }
            return;
        }
    }

    /// Offers the routes whose parameter takes all that remains of the path.
    fn offer_rests(
        &mut self,
        rests: &[(Option<Arc<Requirement>>, usize)],
        remaining: Segments<'a>,
    ) {
        let remainder = remaining.join();
        for (requirement, route) in rests {
            let requirement = requirement.as_ref();
            let fits = !remainder.is_empty()
                && requirement.is_none_or(|requirement| requirement.takes(&remainder));
            if fits {
                let allows = self.table.routes[*route].allows(self.method);
                self.offer(*route, allows, Some(&remainder));
            }
        }
    }

    /// A route whose path fits: it is the best if its host and method fit, too, and it comes first.
    fn offer(&mut self, route: usize, allows: bool, rest: Option<&Cow<'a, str>>) {
        if self.best.as_ref().is_some_and(|best| best.route <= route) {
            return;
        }
        let mut in_host = Values::new();
        if let Some(Some(labels)) = self.index.hosts.get(route) {
            let fits = self.host.len() == labels.len()
                && labels
                    .iter()
                    .zip(self.host)
                    .all(|(matcher, label)| matcher.take(label, &mut in_host));
            if !fits {
                return;
            }
        }
        if !allows {
            self.other_methods.push(route);
            return;
        }
        in_host.extend_from_slice(&self.values);
        self.best = Some(Best {
            route,
            values: in_host,
            rest: rest.cloned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_method_has_its_own_bit() {
        let bits = METHODS.map(bit);
        assert_eq!(bits.map(u16::count_ones), [1; 9]);
        assert_eq!(bits.iter().fold(0, |all, bit| all | bit).count_ones(), 9);
    }

    #[test]
    fn a_node_is_one_line_of_the_caches() {
        assert_eq!(size_of::<Node>(), 64);
    }
}
