//! Whether earlier routes answer all requests that a later one would. Where that cannot be told,
//! they do not.
//!
//! The earlier routes form a tree of their segments, as the router's do, so that a route costs what
//! its path is long and not what the table is.

use super::requirement::{segment_takes, takes};
use super::words::words;
use super::{HostPattern, Param, Piece, RouteDef, Segment, pieces_regex};
use crate::text::Text;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// What stands for the methods where a route has none, and so answers all.
const ANY_METHOD: &str = "";

/// The path `/`, which is left where all segments are optional.
static ROOT: [Segment; 1] = [Segment::Literal(Text::Borrowed(""))];

/// The routes that come before one.
pub(super) struct Earlier<'a> {
    routes: Vec<&'a RouteDef>,
    nodes: Vec<Node<'a>>,
    requirements: Requirements<'a>,
}

#[derive(Default)]
struct Node<'a> {
    literals: HashMap<&'a str, usize>,
    dynamic: Vec<(&'a Segment, usize)>,
    /// The same by what they take, whatever their parameters are called.
    by_shape: HashMap<String, usize>,
    /// Routes whose remainder begins here.
    rests: Vec<(&'a Param, usize)>,
    /// Routes that end here.
    ends: Vec<usize>,
}

impl<'a> Earlier<'a> {
    pub(super) fn new() -> Self {
        Self {
            routes: Vec::new(),
            nodes: vec![Node::default()],
            requirements: Requirements::default(),
        }
    }

    pub(super) fn add(&mut self, route: &'a RouteDef) {
        let at = self.routes.len();
        self.routes.push(route);
        for variant in variants(route) {
            self.insert(at, variant);
        }
    }

    fn insert(&mut self, at: usize, path: &'a [Segment]) {
        let mut node = 0;
        for segment in path {
            let new = self.nodes.len();
            let current = &mut self.nodes[node];
            node = match segment {
                Segment::Rest(param) => {
                    current.rests.push((param, at));
                    return;
                }
                Segment::Literal(text) => *current.literals.entry(text).or_insert(new),
                Segment::Param(_) | Segment::Mixed(_) => {
                    let child = *current.by_shape.entry(shape(segment)).or_insert(new);
                    if child == new {
                        current.dynamic.push((segment, new));
                    }
                    child
                }
            };
            if node == new {
                self.nodes.push(Node::default());
            }
        }
        self.nodes[node].ends.push(at);
    }

    /// The routes, by their order, that together answer all that this one would; none where
    /// something is left for it.
    pub(super) fn covering(&self, route: &'a RouteDef) -> Vec<usize> {
        let by_path: Vec<Vec<usize>> = variants(route)
            .map(|variant| {
                let mut found = Vec::new();
                self.collect(0, variant, &mut found);
                found.retain(|at| {
                    let host = self.routes[*at].host.as_ref();
                    self.requirements.covers_host(host, route.host.as_ref())
                });
                found.sort_unstable();
                found
            })
            .collect();
        // One that does it alone explains the most.
        let alone = by_path.first().into_iter().flatten().find(|at| {
            by_path.iter().all(|found| found.contains(at))
                && methods(route).all(|method| allows(self.routes[**at], method))
        });
        if let Some(alone) = alone {
            return vec![*alone];
        }
        // Several may do it together: one for each method, one for each length of the path.
        let mut covering = Vec::new();
        for found in &by_path {
            for method in methods(route) {
                match found.iter().find(|at| allows(self.routes[**at], method)) {
                    Some(at) => covering.push(*at),
                    None => return Vec::new(),
                }
            }
        }
        covering.sort_unstable();
        covering.dedup();
        covering
    }

    /// The routes below a node that fit all that a path fits.
    fn collect(&self, node: usize, path: &'a [Segment], found: &mut Vec<usize>) {
        let node = &self.nodes[node];
        for (rest, route) in &node.rests {
            if self.requirements.rest_covers(rest, path) {
                found.push(*route);
            }
        }
        let Some((segment, below)) = path.split_first() else {
            found.extend(&node.ends);
            return;
        };
        let literal = match segment {
            Segment::Literal(text) => node.literals.get(text.as_ref()),
            // A parameter that may be one word only.
            Segment::Param(param) => match self.requirements.words_of(param).as_deref() {
                Some([word]) => node.literals.get(word.as_str()),
                _ => None,
            },
            Segment::Mixed(_) | Segment::Rest(_) => None,
        };
        if let Some(child) = literal {
            self.collect(*child, below, found);
        }
        for (earlier, child) in &node.dynamic {
            if self.requirements.covers_segment(earlier, segment) {
                self.collect(*child, below, found);
            }
        }
    }
}

/// A segment without the names of its parameters.
fn shape(segment: &Segment) -> String {
    let param = |param: &Param| format!("{{{:?}}}", param.requirement);
    match segment {
        Segment::Literal(text) => text.to_string(),
        Segment::Param(one) | Segment::Rest(one) => param(one),
        Segment::Mixed(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => text.to_string(),
                Piece::Param(one) => param(one),
            })
            .collect(),
    }
}

/// The path with none, one, … all of its optional segments left out, as the router has them.
fn variants(route: &RouteDef) -> impl Iterator<Item = &[Segment]> {
    let segments: &[Segment] = &route.pattern.segments;
    (0..=route.pattern.optional.min(segments.len())).map(move |absent| {
        let present = &segments[..segments.len() - absent];
        if present.is_empty() && absent > 0 {
            return &ROOT[..];
        }
        present
    })
}

fn methods(route: &RouteDef) -> impl Iterator<Item = &str> {
    let any = route.methods.is_empty().then_some(ANY_METHOD);
    any.into_iter()
        .chain(route.methods.iter().map(AsRef::as_ref))
}

fn allows(route: &RouteDef, method: &str) -> bool {
    if method == ANY_METHOD {
        route.methods.is_empty()
    } else {
        route.allows(method)
    }
}

type Words = Option<Rc<[String]>>;

/// What requirements allow, each looked at once.
#[derive(Default)]
struct Requirements<'a> {
    words: RefCell<HashMap<&'a str, Words>>,
}

impl<'a> Requirements<'a> {
    fn words_of(&self, param: &'a Param) -> Words {
        let requirement = param.requirement.as_deref()?;
        let mut known = self.words.borrow_mut();
        known
            .entry(requirement)
            .or_insert_with(|| words(requirement).map(Rc::from))
            .clone()
    }

    fn covers_host(&self, a: Option<&'a HostPattern>, b: Option<&'a HostPattern>) -> bool {
        match (a, b) {
            (None, _) => true,
            (Some(a), Some(b)) => {
                a.labels.len() == b.labels.len()
                    && a.labels
                        .iter()
                        .zip(b.labels.iter())
                        .all(|(a, b)| self.covers_segment(a, b))
            }
            (Some(_), None) => false,
        }
    }

    /// Whether a parameter for the remainder takes all that is left of a path.
    fn rest_covers(&self, rest: &'a Param, path: &'a [Segment]) -> bool {
        if let [Segment::Rest(other)] = path {
            return self.allows_all_of(rest.requirement.as_deref(), other);
        }
        let Some(requirement) = &rest.requirement else {
            return path.len() > 1 || path.iter().any(|segment| self.is_never_empty(segment));
        };
        let literals: Option<Vec<&str>> = path
            .iter()
            .map(|segment| match segment {
                Segment::Literal(text) => Some(text.as_ref()),
                _ => None,
            })
            .collect();
        literals.is_some_and(|literals| {
            let remainder = literals.join("/");
            !remainder.is_empty() && takes(requirement, &remainder)
        })
    }

    fn covers_segment(&self, a: &'a Segment, b: &'a Segment) -> bool {
        match (a, b) {
            // One segment does not cover many.
            (_, Segment::Rest(_)) | (Segment::Rest(_), _) => false,
            (a, Segment::Literal(text)) => segment_takes(a, text),
            (Segment::Literal(a), Segment::Param(b)) => self
                .words_of(b)
                .is_some_and(|words| words.iter().all(|word| word == a)),
            (Segment::Param(a), Segment::Param(b)) => {
                self.allows_all_of(a.requirement.as_deref(), b)
            }
            (Segment::Param(a), Segment::Mixed(_)) => {
                a.requirement.is_none() && self.is_never_empty(b)
            }
            (Segment::Mixed(pieces), Segment::Param(b)) => self.words_of(b).is_some_and(|words| {
                pieces_regex(pieces)
                    .is_ok_and(|regex| words.iter().all(|word| regex.is_match(word)))
            }),
            (Segment::Mixed(a), Segment::Mixed(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b.iter()).all(|pair| match pair {
                        (Piece::Literal(a), Piece::Literal(b)) => a == b,
                        (Piece::Param(a), Piece::Param(b)) => {
                            self.allows_all_of(a.requirement.as_deref(), b)
                        }
                        _ => false,
                    })
            }
            (Segment::Literal(_), Segment::Mixed(_)) => false,
        }
    }

    /// Whether a parameter with this requirement, or without one, takes all values of another.
    fn allows_all_of(&self, requirement: Option<&'a str>, other: &'a Param) -> bool {
        match (requirement, &other.requirement) {
            // Without a requirement every value but the empty one will do.
            (None, None) => true,
            (None, Some(other)) => !takes(other, ""),
            (Some(_), None) => false,
            (Some(requirement), Some(same)) if requirement == same => true,
            (Some(requirement), Some(_)) => self
                .words_of(other)
                .is_some_and(|words| words.iter().all(|word| takes(requirement, word))),
        }
    }

    fn is_never_empty(&self, segment: &'a Segment) -> bool {
        match segment {
            Segment::Literal(text) => !text.is_empty(),
            Segment::Param(param) => self.allows_all_of(None, param),
            Segment::Mixed(pieces) => pieces_regex(pieces).is_ok_and(|regex| !regex.is_match("")),
            // The router gives no route an empty remainder.
            Segment::Rest(_) => true,
        }
    }
}
