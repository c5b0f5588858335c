//! What one template refers to: filters, tests, functions, routes, messages and static files, each
//! with its place.

use super::builtin::{CallKind, PROVIDED};
use super::constants::{Constants, Literal, LiteralKind};
use crate::syntax::ast::{
    Argument, Binary, Component, Entry, Expr, ExprKind, FilterCall, MapEntry, Name, Node, NodeKind,
    Template,
};
use crate::syntax::visit::{self, Visitor};
use crate::text::Span;
use std::collections::BTreeSet;

/// The references of a template, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct References {
    /// Filters, and what they are given.
    pub filters: Vec<Call>,
    /// Tests, and what they are given.
    pub tests: Vec<Call>,
    /// Functions, and what they are given.
    pub functions: Vec<Call>,
    /// Templates that are included.
    pub includes: Vec<Name>,
    /// URLs of routes: `"name"|url(…)` and `url(name="name", …)`.
    pub urls: Vec<Call>,
    /// Messages: `"key"|trans(…)` and `trans(key="key", …)`.
    pub messages: Vec<Call>,
    /// Static files: `"/path"|asset` and `asset(path="/path")`.
    pub assets: Vec<Name>,
    /// Languages of messages and of this page: `"key"|trans(_lang="es")`, `"es"|here`.
    pub languages: Vec<Name>,
    /// What a query cannot hold: in `_query={"a": {}}` the inner map.
    pub not_in_queries: Vec<Span>,
    /// What Kalgan provides, compared with texts: `lang == "es"`, `route.name in ["home"]`.
    pub comparisons: Vec<Comparison>,
    /// The variables that Kalgan provides and that are set here, components apart.
    pub overridden: BTreeSet<&'static str>,
    /// Every text in quotes; a name that is put together at run time begins with one.
    pub texts: Vec<Box<str>>,
}

/// What Kalgan provides, compared with a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What is compared.
    pub of: Provided,
    /// The text.
    pub text: Name,
    /// Whether it is one of a list: `lang in ["ar", "he"]`.
    pub is_listed: bool,
}

/// What Kalgan provides and has few values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provided {
    /// `lang`.
    Language,
    /// `route.name`.
    RouteName,
    /// `request.method`.
    Method,
}

impl Provided {
    /// What an expression stands for.
    fn of(expr: &Expr) -> Option<Self> {
        match &expr.kind {
            ExprKind::Variable(name) if &**name == "lang" => Some(Self::Language),
            ExprKind::Attribute { of, name, .. } => match (&of.kind, &*name.text) {
                (ExprKind::Variable(of), "name") if &**of == "route" => Some(Self::RouteName),
                (ExprKind::Variable(of), "method") if &**of == "request" => Some(Self::Method),
                _ => None,
            },
            _ => None,
        }
    }

    /// The variable.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Self::Language => "lang",
            Self::RouteName => "route",
            Self::Method => "request",
        }
    }
}

/// A reference with arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is called.
    pub name: Name,
    /// What it is given.
    pub given: Vec<Given>,
}

impl Call {
    /// What an argument may be, where that stands in the template.
    #[must_use]
    pub fn literals(&self, name: &str) -> &[Literal] {
        let mut given = self.given.iter();
        given
            .find(|given| &*given.name.text == name)
            .map_or(&[], |given| &given.literals)
    }
}

/// An argument of a [`Call`].
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Its name.
    pub name: Name,
    /// What its value may be, where that stands in the template: itself, by a variable or by branches.
    pub literals: Vec<Literal>,
    /// Where the value stands.
    pub span: Span,
}

impl Given {
    /// The value that stands here and is no list, no map and not `none`.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.literals.as_slice() {
            [one] if one.span == self.span && one.kind != LiteralKind::Other => Some(&one.text),
            _ => None,
        }
    }
}

impl References {
    /// The calls of filters, tests or functions.
    #[must_use]
    pub fn calls(&self, kind: CallKind) -> &[Call] {
        match kind {
            CallKind::Filter => &self.filters,
            CallKind::Test => &self.tests,
            CallKind::Function => &self.functions,
        }
    }

    /// The references of a template.
    #[must_use]
    pub fn of(template: &Template) -> Self {
        let mut reader = Reader {
            found: Self::default(),
            constants: Constants::of(&template.nodes),
        };
        visit::walk(&mut reader, template);
        reader.found
    }
}

struct Reader {
    found: References,
    constants: Constants,
}

impl Reader {
    /// What Kalgan's own filters and functions refer to by `subject`, and what they are given.
    fn refer(&mut self, function: &str, subject: &Expr, arguments: &[Argument], own: &str) {
        for name in self.constants.texts(subject) {
            match function {
                "asset" => {
                    self.found.assets.push(name);
                    continue;
                }
                "here" => {
                    self.found.languages.push(name);
                    continue;
                }
                _ => {}
            }
            let call = Call {
                name,
                given: self.given(arguments, own),
            };
            match function {
                "url" => self.found.urls.push(call),
                "trans" => self.found.messages.push(call),
                _ => {}
            }
        }
    }

    fn call(&self, name: &Name, arguments: &[Argument]) -> Call {
        Call {
            name: name.clone(),
            given: self.given(arguments, ""),
        }
    }

    /// The arguments, without the one of this name.
    fn given(&self, arguments: &[Argument], own: &str) -> Vec<Given> {
        let arguments = arguments.iter();
        arguments
            .filter(|argument| argument.name.text.as_ref() != own)
            .map(|argument| Given {
                name: argument.name.clone(),
                literals: self.constants.literals(&argument.value),
                span: argument.value.span,
            })
            .collect()
    }

    /// A comparison with a text, or with each of a list.
    fn compare(&mut self, operator: Binary, left: &Expr, right: &Expr) {
        let (of, others) = match operator {
            Binary::Equal | Binary::NotEqual => match (Provided::of(left), Provided::of(right)) {
                (Some(of), None) => (of, self.constants.texts(right)),
                (None, Some(of)) => (of, self.constants.texts(left)),
                _ => return,
            },
            Binary::In => match (Provided::of(left), &right.kind) {
                (Some(of), ExprKind::Array(items)) => {
                    let items = items.iter().filter_map(|item| match item {
                        Entry::Item(item) => Some(self.constants.texts(item)),
                        Entry::Spread(_) => None,
                    });
                    (of, items.flatten().collect())
                }
                _ => return,
            },
            _ => return,
        };
        let comparisons = others.into_iter().map(|text| Comparison {
            of,
            text,
            is_listed: operator == Binary::In,
        });
        self.found.comparisons.extend(comparisons);
    }

    /// A variable that is set, or a parameter.
    fn override_by(&mut self, name: &Name) {
        let provided = PROVIDED.iter().filter(|provided| **provided == &*name.text);
        self.found.overridden.extend(provided);
    }

    /// What some arguments of Kalgan's own filters and functions mean, whatever these are applied to.
    fn arguments(&mut self, function: &str, arguments: &[Argument]) {
        for argument in arguments {
            match (function, argument.name.text.as_ref()) {
                ("trans", "_lang") => self
                    .found
                    .languages
                    .extend(self.constants.texts(&argument.value)),
                ("url" | "here", "_query") => {
                    self.found
                        .not_in_queries
                        .extend(not_in_a_query(&argument.value));
                }
                _ => {}
            }
        }
    }
}

impl<'a> Visitor<'a> for Reader {
    fn node(&mut self, node: &'a Node) {
        if let NodeKind::Include(name) = &node.kind {
            self.found.includes.push(name.clone());
        }
        for name in visit::assigned(node) {
            self.override_by(name);
        }
        visit::walk_node(self, node);
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Text(text) => self.found.texts.push(text.clone()),
            ExprKind::Binary(operator, left, right) => self.compare(*operator, left, right),
            ExprKind::Comprehension { .. } => {
                for name in visit::bound(expr) {
                    self.override_by(name);
                }
            }
            ExprKind::Filter { of, call } => {
                visit::walk_expr(self, expr);
                let called = self.call(&call.name, &call.arguments);
                self.found.filters.push(called);
                self.arguments(&call.name.text, &call.arguments);
                self.refer(&call.name.text, of, &call.arguments, "");
                return;
            }
            ExprKind::Test {
                name, arguments, ..
            } => {
                visit::walk_expr(self, expr);
                let called = self.call(name, arguments);
                self.found.tests.push(called);
                return;
            }
            ExprKind::Call { name, arguments } => {
                let called = self.call(name, arguments);
                self.found.functions.push(called);
                self.arguments(&name.text, arguments);
                let own = match name.text.as_ref() {
                    "url" => "name",
                    "trans" => "key",
                    "asset" => "path",
                    "here" => "_lang",
                    _ => "",
                };
                let subject = arguments
                    .iter()
                    .find(|argument| argument.name.text.as_ref() == own);
                if let Some(subject) = subject {
                    self.refer(&name.text, &subject.value, arguments, own);
                }
            }
            _ => {}
        }
        visit::walk_expr(self, expr);
    }

    fn component(&mut self, component: &'a Component) {
        // Its parameters and what it sets are its own.
        let overridden = std::mem::take(&mut self.found.overridden);
        let comparisons = std::mem::take(&mut self.found.comparisons);
        let constants = Constants::of_component(component);
        let constants = std::mem::replace(&mut self.constants, constants);
        for parameter in &component.parameters {
            self.override_by(&parameter.name);
        }
        visit::nodes(self, &component.body);
        self.constants = constants;
        let own = std::mem::replace(&mut self.found.overridden, overridden);
        let within = std::mem::replace(&mut self.found.comparisons, comparisons);
        let within = within.into_iter();
        let within = within.filter(|comparison| !own.contains(comparison.of.variable()));
        self.found.comparisons.extend(within);
    }

    fn section_filter(&mut self, call: &'a FilterCall) {
        let called = self.call(&call.name, &call.arguments);
        self.found.filters.push(called);
        visit::arguments(self, &call.arguments);
    }
}

/// The maps and lists that stand where a query has texts and numbers.
fn not_in_a_query(query: &Expr) -> Vec<Span> {
    let ExprKind::Map(entries) = &query.kind else {
        return Vec::new();
    };
    let values = entries.iter().filter_map(|entry| match entry {
        MapEntry::Pair(_, _, value) => Some(value),
        MapEntry::Spread(_) => None,
    });
    let mut found = Vec::new();
    for value in values {
        match &value.kind {
            ExprKind::Map(_) => found.push(value.span),
            ExprKind::Array(items) => {
                let items = items.iter().filter_map(|item| match item {
                    Entry::Item(item) => Some(item),
                    Entry::Spread(_) => None,
                });
                let nested =
                    items.filter(|item| matches!(item.kind, ExprKind::Map(_) | ExprKind::Array(_)));
                found.extend(nested.map(|item| item.span));
            }
            _ => {}
        }
    }
    found
}
