//! The names that a template has bound itself at a place: by `set`, loops and parameters.

use super::need::Step;
use std::collections::HashMap;

/// A value of the context: a variable and the way into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) root: Box<str>,
    pub(super) steps: Vec<Step>,
}

impl Path {
    pub(super) fn root(name: &str) -> Self {
        Self {
            root: name.into(),
            steps: Vec::new(),
        }
    }

    pub(super) fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// How many steps both take alike, where they begin with the same variable.
    pub(super) fn common(&self, other: &Self) -> Option<usize> {
        let steps = self.steps.iter().zip(&other.steps);
        let common = steps.take_while(|(own, other)| own == other).count();
        (self.root == other.root).then_some(common)
    }

    /// Whether whoever has `self` has `other`, too, on the way.
    pub(super) fn passes(&self, other: &Self) -> bool {
        self.root == other.root && self.steps.starts_with(&other.steps)
    }
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Binding {
    /// The value of the context that it is, where it is one as a whole.
    path: Option<Path>,
    /// Whether it is bound whichever way was taken to the place.
    is_certain: bool,
}

/// What a name is found to be.
pub(super) enum Found {
    /// Bound by the template.
    Bound(Option<Path>),
    /// Bound on some of the ways to the place only.
    Perhaps,
    /// Not bound: the context has it, or nobody.
    Free,
}

/// The names that are bound, from the outermost scope to the innermost.
#[derive(Clone, Debug)]
pub(super) struct Scopes {
    scopes: Vec<HashMap<Box<str>, Binding>>,
    /// The scope that `set_global` binds in: each included template has its own.
    global: usize,
}

impl Scopes {
    pub(super) fn new() -> Self {
        Self {
            scopes: vec![HashMap::new()],
            global: 0,
        }
    }

    pub(super) fn push(&mut self) {
        self.scopes.push(HashMap::new());
    }

    pub(super) fn pop(&mut self) {
        self.scopes.pop();
    }

    /// Enters an included template, whose own names are gone behind it.
    pub(super) fn enter_template(&mut self) {
        self.push();
        self.global = self.scopes.len() - 1;
    }

    pub(super) fn bind(&mut self, name: &str, path: Option<Path>) {
        let at = self.scopes.len() - 1;
        self.bind_in(at, name, path);
    }

    pub(super) fn bind_global(&mut self, name: &str, path: Option<Path>) {
        self.bind_in(self.global, name, path);
    }

    fn bind_in(&mut self, at: usize, name: &str, path: Option<Path>) {
        if let Some(scope) = self.scopes.get_mut(at) {
            let binding = Binding {
                path,
                is_certain: true,
            };
            scope.insert(name.into(), binding);
        }
    }

    pub(super) fn find(&self, name: &str) -> Found {
        let mut perhaps = false;
        for binding in self.scopes.iter().rev().filter_map(|scope| scope.get(name)) {
            if binding.is_certain && !perhaps {
                return Found::Bound(binding.path.clone());
            }
            if binding.is_certain {
                // One of two values, and which is not known.
                return Found::Bound(None);
            }
            perhaps = true;
        }
        if perhaps { Found::Perhaps } else { Found::Free }
    }

    /// What is bound behind a fork: with certainty what both ways have bound.
    pub(super) fn join(mut self, other: &Self) -> Self {
        for (own, others) in self.scopes.iter_mut().zip(&other.scopes) {
            for (name, binding) in own.iter_mut() {
                match others.get(name) {
                    Some(other) => {
                        binding.is_certain &= other.is_certain;
                        if binding.path != other.path {
                            binding.path = None;
                        }
                    }
                    None => binding.is_certain = false,
                }
            }
            for (name, binding) in others {
                own.entry(name.clone()).or_insert_with(|| Binding {
                    path: binding.path.clone(),
                    is_certain: false,
                });
            }
        }
        self
    }
}
