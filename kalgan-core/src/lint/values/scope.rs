//! What is known of the variables at a place of a template.

use super::kind::{Kind, Operand, of_parameter};
use crate::syntax::ast::{Component, ExprKind, Node, Template};
use crate::syntax::visit::{self, Visitor};
use std::collections::{HashMap, HashSet};

/// The variables that are set in a template, by the bodies in which they are.
pub(super) struct Scope {
    frames: Vec<Frame>,
    /// Set at several places: which of them was the last is not looked for.
    unclear: HashSet<Box<str>>,
    /// Whether what is set outside of blocks is not there within them.
    has_parent: bool,
}

#[derive(Default)]
struct Frame {
    variables: HashMap<Box<str>, Operand>,
    /// Whether the frames before are not seen.
    is_closed: bool,
}

impl Scope {
    pub(super) fn new(template: &Template) -> Self {
        let mut sets = Sets::default();
        visit::walk(&mut sets, template);
        Self {
            frames: vec![Frame::default()],
            unclear: sets.several,
            has_parent: template.parent.is_some(),
        }
    }

    /// Enters a body: what is set there is forgotten behind it.
    pub(super) fn enter(&mut self) {
        self.frames.push(Frame::default());
    }

    /// Enters a block, which a template that extends another one renders by itself.
    pub(super) fn enter_block(&mut self) {
        self.frames.push(Frame {
            is_closed: self.has_parent,
            ..Frame::default()
        });
    }

    /// Enters a component, which sees its parameters only.
    pub(super) fn enter_component(&mut self, component: &Component) {
        let mut frame = Frame {
            is_closed: true,
            ..Frame::default()
        };
        for parameter in &component.parameters {
            let has_default = match &parameter.default {
                Some(default) => !matches!(default.kind, ExprKind::None),
                None => true,
            };
            let kind = parameter.kind.as_ref().filter(|_| has_default);
            let kind = kind.map_or(Kind::Any, |kind| of_parameter(&kind.text));
            frame
                .variables
                .insert(parameter.name.text.clone(), Operand::Of(kind));
        }
        self.frames.push(frame);
    }

    pub(super) fn leave(&mut self) {
        self.frames.pop();
    }

    pub(super) fn set(&mut self, name: &str, value: Operand, is_global: bool) {
        let value = match is_global || self.unclear.contains(name) {
            true => Operand::Of(Kind::Any),
            false => value,
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.variables.insert(name.into(), value);
        }
    }

    pub(super) fn find(&self, name: &str) -> Operand {
        for frame in self.frames.iter().rev() {
            if let Some(value) = frame.variables.get(name) {
                return value.clone();
            }
            if frame.is_closed {
                break;
            }
        }
        Operand::Of(Kind::Any)
    }
}

/// The names that are set.
#[derive(Default)]
struct Sets {
    once: HashSet<Box<str>>,
    several: HashSet<Box<str>>,
}

impl Sets {
    fn add(&mut self, name: &str) {
        if !self.once.insert(name.into()) {
            self.several.insert(name.into());
        }
    }
}

impl<'a> Visitor<'a> for Sets {
    fn node(&mut self, node: &'a Node) {
        for name in visit::assigned(node) {
            self.add(&name.text);
        }
        visit::walk_node(self, node);
    }
}
