//! The tree of the routes' segments, as it grows.

use crate::routing::ascii_class::AsciiClass;
use crate::routing::matcher::{Matcher, Requirement, Requirements, Values};
use kalgan_core::routes::{RouteTable, Segment};
use kalgan_core::text::Text;
use std::sync::Arc;

/// What may follow the segments that lead to a node.
#[derive(Debug)]
pub(super) struct Node {
    /// Sorted by the text.
    pub(super) literals: Vec<(Text, usize)>,
    pub(super) dynamic: Vec<(Matcher, usize)>,
    /// Routes whose remainder begins here.
    pub(super) rests: Vec<(Option<Arc<Requirement>>, usize)>,
    /// Routes that end here.
    pub(super) ends: Vec<usize>,
    /// The first route at or below this node.
    pub(super) first: usize,
}

/// The nodes, the root first.
#[derive(Debug)]
pub(super) struct Tree(pub(super) Vec<Node>);

impl Node {
    fn new(first: usize) -> Self {
        Self {
            literals: Vec::new(),
            dynamic: Vec::new(),
            rests: Vec::new(),
            ends: Vec::new(),
            first,
        }
    }

    fn literal(&self, text: &str) -> Option<usize> {
        let at = self
            .literals
            .binary_search_by(|(known, _)| known.as_ref().cmp(text))
            .ok()?;
        Some(self.literals[at].1)
    }
}

impl Tree {
    pub(super) fn new() -> Self {
        Self(vec![Node::new(usize::MAX)])
    }

    /// Adds a path of the route at this index.
    pub(super) fn insert(
        &mut self,
        at: usize,
        segments: &[Segment],
        requirements: &mut Requirements,
    ) {
        let mut node = 0;
        self.0[node].first = self.0[node].first.min(at);
        for segment in segments {
            if let Segment::Rest(param) = segment {
                let requirement = param.requirement.as_ref();
                let requirement = requirement.map(|text| requirements.get(text));
                self.0[node].rests.push((requirement, at));
                return;
            }
            node = self.child(node, requirements.matcher(segment), at);
        }
        self.0[node].ends.push(at);
    }

    fn child(&mut self, node: usize, matcher: Matcher, at: usize) -> usize {
        let known = match &matcher {
            Matcher::Literal(text) => self.0[node].literal(text),
            matcher => self.0[node]
                .dynamic
                .iter()
                .find(|(known, _)| known.is_same(matcher))
                .map(|(_, child)| *child),
        };
        let child = known.unwrap_or_else(|| {
            let child = self.0.len();
            self.0.push(Node::new(at));
            match matcher {
                Matcher::Literal(text) => {
                    let literals = &mut self.0[node].literals;
                    let at = literals.partition_point(|(known, _)| *known < text);
                    literals.insert(at, (text, child));
                }
                matcher => self.0[node].dynamic.push((matcher, child)),
            }
            child
        });
        self.0[child].first = self.0[child].first.min(at);
        child
    }

    /// Whether an earlier route may answer URLs of this one.
    pub(super) fn is_contested(
        &self,
        table: &RouteTable,
        requirements: &Requirements,
        at: usize,
    ) -> bool {
        let route = &table.routes[at];
        if route.pattern.params().next().is_none() {
            return false;
        }
        let contest = Contest {
            tree: self,
            table,
            requirements,
            at,
        };
        let segments = &route.pattern.segments;
        (0..=route.pattern.optional.min(segments.len()))
            .any(|absent| contest.has_earlier(0, &segments[..segments.len() - absent]))
    }
}

/// The search for routes before one that may answer its URLs.
struct Contest<'a> {
    tree: &'a Tree,
    table: &'a RouteTable,
    requirements: &'a Requirements,
    at: usize,
}

impl Contest<'_> {
    /// Whether there is one at or below a node for what these segments make.
    fn has_earlier(&self, node: usize, segments: &[Segment]) -> bool {
        let node = &self.tree.0[node];
        if node.first >= self.at {
            return false;
        }
        if node.rests.iter().any(|(_, earlier)| self.is_one(*earlier)) {
            return true;
        }
        let Some((segment, rest)) = segments.split_first() else {
            return node.ends.iter().any(|earlier| self.is_one(*earlier));
        };
        let below = |child: &usize| self.has_earlier(*child, rest);
        match segment {
            Segment::Literal(text) => {
                node.literal(text).is_some_and(|child| below(&child))
                    || node.dynamic.iter().any(|(matcher, child)| {
                        matcher.take(text, &mut Values::new()) && below(child)
                    })
            }
            // Where it ends is not known.
            Segment::Rest(_) => true,
            Segment::Param(param) => {
                let requirement = param.requirement.as_deref();
                let takes = |text: &str| match requirement {
                    Some(requirement) => self.requirements.meets(requirement, text),
                    None => !text.is_empty(),
                };
                let class = requirement.and_then(AsciiClass::of);
                let may_meet = |matcher: &Matcher| match (matcher, class) {
                    (Matcher::Class(a), Some(b)) => a.meets(b),
                    _ => true,
                };
                (node.literals.iter()).any(|(text, child)| takes(text) && below(child))
                    || (node.dynamic.iter())
                        .any(|(matcher, child)| may_meet(matcher) && below(child))
            }
            Segment::Mixed(_) => {
                let literals = node.literals.iter().map(|(_, child)| child);
                let dynamic = node.dynamic.iter().map(|(_, child)| child);
                literals.chain(dynamic).any(below)
            }
        }
    }

    fn is_one(&self, earlier: usize) -> bool {
        let (route, other) = (&self.table.routes[self.at], &self.table.routes[earlier]);
        let same_method =
            route.methods.is_empty() || route.methods.iter().any(|method| other.allows(method));
        earlier < self.at && same_method && (other.host.is_none() || other.host == route.host)
    }
}
