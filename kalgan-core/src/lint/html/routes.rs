//! The routes as a tree of their segments, in which a path finds those that may answer it without a look
//! at each.

use super::fit::{self, PathSegment};
use crate::routes::requirement::segment_takes;
use crate::routes::{RouteDef, Segment};
use std::collections::HashMap;

/// The routes of an app.
#[derive(Default)]
pub(super) struct Routes<'r> {
    routes: Vec<&'r RouteDef>,
    nodes: Vec<Node<'r>>,
    is_strict: bool,
}

#[derive(Default)]
struct Node<'r> {
    literals: HashMap<&'r str, usize>,
    others: Vec<(&'r Segment, usize)>,
    /// The routes that end here or take the remainder.
    ends: Vec<usize>,
    /// All routes from here on.
    below: Vec<usize>,
}

impl<'r> Routes<'r> {
    pub(super) fn new(routes: &'r [RouteDef], is_strict: bool) -> Self {
        let mut tree = Self {
            routes: routes.iter().collect(),
            nodes: vec![Node::default()],
            is_strict,
        };
        for (at, route) in routes.iter().enumerate() {
            let segments: &[Segment] = &route.pattern.segments;
            for absent in 0..=route.pattern.optional.min(segments.len()) {
                tree.insert(at, &segments[..segments.len() - absent]);
            }
        }
        tree
    }

    fn insert(&mut self, route: usize, segments: &'r [Segment]) {
        let mut at = 0;
        self.nodes[at].below.push(route);
        for segment in segments {
            let new = self.nodes.len();
            let node = &mut self.nodes[at];
            at = match segment {
                Segment::Rest(_) => break,
                // A slash at the end is looked at later.
                Segment::Literal(text) if text.is_empty() && !self.is_strict => continue,
                Segment::Literal(text) => *node.literals.entry(text).or_insert(new),
                segment => {
                    let known = node.others.iter().find(|(known, _)| *known == segment);
                    match known {
                        Some((_, child)) => *child,
                        None => {
                            node.others.push((segment, new));
                            new
                        }
                    }
                }
            };
            if at == new {
                self.nodes.push(Node::default());
            }
            self.nodes[at].below.push(route);
        }
        self.nodes[at].ends.push(route);
    }

    /// The routes that may answer a path, in their order.
    pub(super) fn answering(&self, path: &[PathSegment]) -> Vec<&'r RouteDef> {
        let mut found = Vec::new();
        self.collect(0, path, &mut found);
        found.sort_unstable();
        found.dedup();
        let routes = found.into_iter().map(|at| self.routes[at]);
        routes
            .filter(|route| fit::may_answer(route, path, self.is_strict))
            .collect()
    }

    fn collect(&self, node: usize, path: &[PathSegment], found: &mut Vec<usize>) {
        let node = &self.nodes[node];
        found.extend(&node.ends);
        let Some((segment, behind)) = path.split_first() else {
            return;
        };
        let Some(text) = fit::literal(segment) else {
            found.extend(&node.below);
            return;
        };
        if text.is_empty() && !self.is_strict {
            return self.collect_here(node, behind, found);
        }
        if let Some(child) = node.literals.get(&*text) {
            self.collect(*child, behind, found);
        }
        for (other, child) in &node.others {
            if segment_takes(other, &text) {
                self.collect(*child, behind, found);
            }
        }
    }

    /// An empty segment that counts for nothing.
    fn collect_here(&self, node: &Node<'r>, behind: &[PathSegment], found: &mut Vec<usize>) {
        if !behind.is_empty() {
            found.extend(&node.below);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'r RouteDef> + '_ {
        self.routes.iter().copied()
    }
}
