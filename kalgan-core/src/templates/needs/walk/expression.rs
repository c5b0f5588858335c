//! The expressions of a walk: which values of the context each one uses.

use super::super::guard::Says;
use super::super::need::{Read, Step, Use};
use super::super::scope::{Found, Path, Scopes};
use super::{Mode, Walk, filtered, gives, implicit_parameters, step_of};
use crate::syntax::ast::{
    Argument, Attribute, Binary, ComponentCall, Entry as Item, Expr, ExprKind, FilterCall,
    MapEntry, Unary,
};
use crate::templates::builtin::ALL_VARIABLES;
use crate::text::{Place, Span};
use std::sync::Arc;

impl<'s> Walk<'s> {
    /// An expression that is asked for its truth: what is missing is false.
    pub(super) fn condition(&mut self, expr: &'s Expr) {
        match &expr.kind {
            ExprKind::Unary(Unary::Not, inner) => self.condition(inner),
            ExprKind::Binary(operator @ (Binary::And | Binary::Or), left, right) => {
                self.condition(left);
                self.guarded(left, *operator == Binary::And, |walk| walk.condition(right));
            }
            _ => {
                self.expr(expr, Mode::Optional);
            }
        }
    }

    /// Walks through an expression. The value of the context that it is, where it is one.
    pub(super) fn expr(&mut self, expr: &'s Expr, mode: Mode) -> Option<Path> {
        let path = self.parts(expr, mode)?;
        self.read(&path, expr);
        Some(path)
    }

    fn read(&mut self, path: &Path, expr: &Expr) {
        let Some(reads) = &mut self.reads else {
            return;
        };
        let guards = self
            .guards
            .iter()
            .filter(|guard| guard.says != Says::Defined);
        let covered = guards.filter_map(|guard| guard.path.common(path));
        let some = covered.max();
        let is_default = |expr: &Expr| match &expr.kind {
            ExprKind::Filter { call, .. } => &*call.name.text == "default",
            _ => false,
        };
        reads.push(Read {
            root: path.root.clone(),
            steps: path.steps.clone(),
            place: Place::new(Arc::clone(self.file), expr.span),
            some,
            has_default: is_default(expr),
        });
    }

    fn parts(&mut self, expr: &'s Expr, mode: Mode) -> Option<Path> {
        match &expr.kind {
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Integer(_)
            | ExprKind::Float(_)
            | ExprKind::Text(_)
            | ExprKind::Loop(_) => None,
            ExprKind::Array(entries) => {
                for entry in entries {
                    let (Item::Item(value) | Item::Spread(value)) = entry;
                    self.expr(value, Mode::Required);
                }
                None
            }
            ExprKind::Map(entries) => {
                for entry in entries {
                    let (MapEntry::Pair(_, _, value) | MapEntry::Spread(value)) = entry;
                    self.expr(value, Mode::Required);
                }
                None
            }
            ExprKind::Variable(name) => self.variable(name, expr.span, mode),
            ExprKind::Attribute {
                of,
                name,
                is_optional,
            } => {
                let path = self.expr(of, of_mode(*is_optional))?;
                Some(self.step(path, Step::Field(name.text.clone()), name.span, mode))
            }
            ExprKind::Item {
                of,
                index,
                is_optional,
            } => {
                let path = self.expr(of, of_mode(*is_optional));
                self.expr(index, Mode::Required);
                Some(self.step(path?, step_of(index)?, index.span, mode))
            }
            ExprKind::Slice {
                of,
                start,
                end,
                step,
                is_optional,
            } => {
                let path = self.expr(of, of_mode(*is_optional));
                for bound in [start, end, step].into_iter().flatten() {
                    self.expr(bound, Mode::Required);
                }
                path
            }
            ExprKind::Filter { of, call } => self.filter(of, call, expr.span),
            ExprKind::Test {
                of,
                name,
                arguments,
            } => {
                let mode = match name.text.as_ref() {
                    "defined" | "undefined" => Mode::Asked,
                    _ => Mode::Required,
                };
                self.expr(of, mode);
                self.arguments(arguments);
                None
            }
            ExprKind::Call { name, arguments } => {
                self.arguments(arguments);
                if name.text.as_ref() == "super"
                    && let Some((block, level)) = self.block
                {
                    self.render_block(block, level + 1);
                }
                None
            }
            ExprKind::Ternary {
                condition,
                then,
                otherwise,
            } => {
                self.condition(condition);
                self.guarded(condition, true, |walk| {
                    walk.expr(then, mode);
                });
                self.guarded(condition, false, |walk| {
                    walk.expr(otherwise, mode);
                });
                None
            }
            ExprKind::Comprehension {
                value,
                key,
                item,
                target,
                condition,
            } => {
                let path = self.expr(target, Mode::Required);
                self.scopes.push();
                if let Some(key) = key {
                    self.scopes.bind(&key.text, None);
                }
                self.scopes
                    .bind(&item.text, path.map(|path| path.then(Step::Each)));
                match condition {
                    Some(condition) => {
                        self.condition(condition);
                        self.guarded(condition, true, |walk| {
                            walk.expr(value, Mode::Required);
                        });
                    }
                    None => {
                        self.expr(value, Mode::Required);
                    }
                }
                self.scopes.pop();
                None
            }
            ExprKind::Component(call) => {
                self.component_call(call);
                None
            }
            ExprKind::Unary(Unary::Not, inner) => {
                self.condition(inner);
                None
            }
            ExprKind::Unary(Unary::Minus, inner) => {
                self.expr(inner, Mode::Required);
                None
            }
            ExprKind::Binary(operator @ (Binary::And | Binary::Or), left, right) => {
                self.condition(left);
                self.guarded(left, *operator == Binary::And, |walk| {
                    walk.expr(right, mode);
                });
                None
            }
            ExprKind::Binary(_, left, right) => {
                self.expr(left, Mode::Required);
                self.expr(right, Mode::Required);
                None
            }
        }
    }

    fn variable(&mut self, name: &str, span: Span, mode: Mode) -> Option<Path> {
        if name == ALL_VARIABLES {
            // A component has only what it is given.
            self.takes_all |= self.within.is_empty();
            return None;
        }
        match self.scopes.find(name) {
            // What a component lacks is said where it is defined.
            Found::Perhaps | Found::Free if !self.within.is_empty() => None,
            Found::Bound(path) => path,
            Found::Perhaps => {
                self.add(&Path::root(name), span, Mode::Asked);
                None
            }
            Found::Free => {
                let path = Path::root(name);
                self.add(&path, span, mode);
                Some(path)
            }
        }
    }

    fn step(&mut self, path: Path, step: Step, span: Span, mode: Mode) -> Path {
        let path = path.then(step);
        self.add(&path, span, mode);
        path
    }

    pub(super) fn add(&mut self, path: &Path, span: Span, mode: Mode) {
        let guards = self.guards.iter().filter(|guard| guard.path.passes(path));
        let is_said = |says| guards.clone().any(|guard| guard.says == says);
        let is_only_defined = is_said(Says::Defined);
        let is_there = is_only_defined || is_said(Says::Some);
        let is_required = mode == Mode::Required && !is_there;
        let place = Place::new(Arc::clone(self.file), span);
        let found = self.found.entry(path.root.clone()).or_default();
        found.is_required |= is_required && path.steps.is_empty();
        found.uses.push(Use {
            steps: path.steps.clone(),
            place,
            is_required,
            is_asked: mode == Mode::Asked || is_only_defined,
        });
    }

    fn filter(&mut self, of: &'s Expr, call: &'s FilterCall, span: Span) -> Option<Path> {
        let name = &*call.name.text;
        let mode = match name {
            "default" => Mode::Optional,
            _ => Mode::Required,
        };
        let path = self.expr(of, mode);
        self.arguments(&call.arguments);
        let path = path?;
        if name == "get" {
            let path = filtered(path, call)?;
            let mut arguments = call.arguments.iter();
            let has_default = arguments.any(|argument| &*argument.name.text == "default");
            let mode = match has_default {
                true => Mode::Optional,
                false => Mode::Required,
            };
            self.add(&path, span, mode);
            return Some(path);
        }
        self.attributes(&path, call);
        filtered(path, call)
    }

    /// The fields of a list's items that a filter names: `sort(attribute="owner.name")`.
    fn attributes(&mut self, path: &Path, call: &'s FilterCall) {
        if !matches!(&*call.name.text, "sort" | "group_by") {
            return;
        }
        for argument in &call.arguments {
            let ExprKind::Text(names) = &argument.value.kind else {
                continue;
            };
            if &*argument.name.text == "attribute" {
                let mut path = path.clone().then(Step::Each);
                for name in names.split('.') {
                    path = path.then(Step::Field(name.into()));
                    self.add(&path, argument.value.span, Mode::Required);
                }
            }
        }
    }

    pub(super) fn arguments(&mut self, arguments: &'s [Argument]) {
        for argument in arguments {
            self.expr(&argument.value, Mode::Required);
        }
    }

    fn component_call(&mut self, call: &'s ComponentCall) {
        let mut given: Vec<(&str, Path)> = Vec::new();
        for attribute in &call.attributes {
            let (Attribute::Value(_, value) | Attribute::Spread(value)) = attribute;
            let path = self.expr(value, Mode::Required);
            if let (Attribute::Value(name, _), Some(path)) = (attribute, path) {
                given.push((&name.text, path));
            }
        }
        if !given.is_empty() {
            self.component_body(&call.name.text, &given);
        }
        if !self.is_component && self.within.is_empty() {
            // Within a component, whoever calls that has to have them.
            for (name, is_required) in implicit_parameters(self.set, &call.name.text) {
                if gives(call, &name) {
                    continue;
                }
                match self.scopes.find(&name) {
                    Found::Bound(_) => {}
                    Found::Perhaps => self.add(&Path::root(&name), call.name.span, Mode::Asked),
                    Found::Free => {
                        let mode = match is_required {
                            true => Mode::Required,
                            false => Mode::Optional,
                        };
                        self.add(&Path::root(&name), call.name.span, mode);
                    }
                }
            }
        }
        if let Some(body) = &call.body {
            self.nodes(body);
        }
    }

    /// What a component uses of the values that it is given: a card that is given an element needs
    /// the element's fields.
    fn component_body(&mut self, name: &'s str, given: &[(&str, Path)]) {
        let Some((entry, component)) = self.set.component(name) else {
            return;
        };
        if self.bodies == 0 || self.within.iter().any(|outer| **outer == *name) {
            return;
        }
        self.bodies -= 1;
        let mut scopes = Scopes::new();
        for parameter in &component.parameters {
            let name = &*parameter.name.text;
            let path = given.iter().find(|(given, _)| *given == name);
            scopes.bind(name, path.map(|(_, path)| path.clone()));
        }
        if let Some(rest) = &component.rest {
            scopes.bind(&rest.text, None);
        }
        self.within.push(name.into());
        let scopes = std::mem::replace(&mut self.scopes, scopes);
        let file = std::mem::replace(&mut self.file, &entry.file);
        let block = self.block.take();
        let is_broken = self.is_broken;
        self.nodes(&component.body);
        // What is missing there is said there, and says nothing of the caller.
        self.is_broken = is_broken;
        self.block = block;
        self.file = file;
        self.scopes = scopes;
        self.within.pop();
    }
}

fn of_mode(is_optional: bool) -> Mode {
    if is_optional {
        Mode::Optional
    } else {
        Mode::Required
    }
}
