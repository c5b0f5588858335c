//! Mistakes in templates. The right place is the line of the name that is misspelt, or of the call
//! that lacks something; where a definition is changed, the lines of those who use it.

use crate::mutations::mutation::{At, Museum, Mutation, at, misspell, some_of_each};
use kalgan_core::routes::QUERY;
use kalgan_core::syntax::ast::{
    Attribute, Binary, Component, ComponentCall, Expr, ExprKind, Name, Node, NodeKind, Template,
    Unary,
};
use kalgan_core::syntax::parse;
use kalgan_core::syntax::visit::{self, Visitor};
use kalgan_core::templates::references::{Call, References};
use kalgan_core::text::{SourceFile, Span};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many of each kind.
pub(crate) const MOST: usize = 7;

/// A template of the museum.
pub(crate) struct Parsed {
    /// The name that others use.
    pub(crate) name: String,
    pub(crate) file: Arc<SourceFile>,
    pub(crate) tree: Template,
    pub(crate) references: References,
}

/// The templates, in name order.
pub(crate) fn parsed(museum: &Museum) -> Vec<Parsed> {
    let files = museum.below("template/");
    files
        .map(|file| {
            let tree = parse(file.text()).expect("the museum's templates are good");
            Parsed {
                name: file.path().strip_prefix("template/").unwrap().to_owned(),
                file: Arc::clone(file),
                references: References::of(&tree),
                tree,
            }
        })
        .collect()
}

/// The mistakes in templates.
pub(crate) fn all(museum: &Museum) -> Vec<Mutation> {
    let templates = parsed(museum);
    let derived = derived(museum, &templates);
    let mut found = Vec::new();
    for template in &templates {
        names(template, &mut found);
        let mut walk = Walk {
            file: &template.file,
            is_derived: derived.contains(&template.name),
            is_component: false,
            found: &mut found,
        };
        visit::walk(&mut walk, &template.tree);
        blocks(template, &mut found);
        syntax(template, &mut found);
    }
    component_parameters(&templates, &mut found);
    some_of_each(found, MOST)
}

/// A name within quotes.
fn quoted(kind: &'static str, file: &SourceFile, name: &Name) -> Mutation {
    let inner = Span::new(name.span.start + 1, name.span.end - 1);
    assert_eq!(file.slice(inner), &*name.text);
    Mutation::replace(kind, file, inner, &misspell(&name.text))
}

fn bare(kind: &'static str, file: &SourceFile, name: &Name) -> Mutation {
    assert_eq!(file.slice(name.span), &*name.text);
    Mutation::replace(kind, file, name.span, &misspell(&name.text))
}

/// What a template names.
fn names(template: &Parsed, found: &mut Vec<Mutation>) {
    let Parsed {
        file, references, ..
    } = template;
    if let Some(parent) = &template.tree.parent {
        found.push(quoted("template: parent misspelt", file, parent));
    }
    for name in &references.includes {
        found.push(quoted("template: include misspelt", file, name));
    }
    for name in &references.filters {
        found.push(bare("template: filter misspelt", file, &name.name));
        let (kind, span) = ("template: filter of another language", name.name.span);
        found.push(Mutation::replace(kind, file, span, "raw"));
    }
    for name in &references.tests {
        found.push(bare("template: test misspelt", file, &name.name));
    }
    for name in &references.functions {
        found.push(bare("template: function misspelt", file, &name.name));
    }
    for name in &references.assets {
        found.push(quoted("template: static file misspelt", file, name));
    }
    for comparison in &references.comparisons {
        let kind = "template: text misspelt that `lang`, `route` or `request` is compared with";
        found.push(quoted(kind, file, &comparison.text));
    }
    for call in &references.urls {
        found.push(quoted("template: route misspelt", file, &call.name));
        arguments(
            file,
            call,
            [
                "template: route's parameter misspelt",
                "template: route's parameter dropped",
                "template: route's parameter superfluous",
            ],
            found,
        );
        for given in call.given.iter().filter(|given| &*given.name.text != QUERY) {
            let kind = "template: route's parameter against its requirement";
            found.push(Mutation::replace(kind, file, given.span, "\"~\""));
        }
    }
    for call in &references.messages {
        found.push(quoted("template: message misspelt", file, &call.name));
        arguments(
            file,
            call,
            [
                "template: message's value misspelt",
                "template: message's value dropped",
                "template: message's value superfluous",
            ],
            found,
        );
        if let Some(last) = call.given.last() {
            let kind = "template: message in a language without messages";
            let end = Span::new(last.span.end, last.span.end);
            found.push(Mutation::replace(kind, file, end, ", _lang=\"fr\""));
        }
    }
}

fn arguments(file: &SourceFile, call: &Call, kinds: [&'static str; 3], found: &mut Vec<Mutation>) {
    let [misspelt, dropped, superfluous] = kinds;
    let text = file.text();
    for given in &call.given {
        found.push(bare(misspelt, file, &given.name));
        // The language may be left out: it is that of the request. So may a query.
        if !["_lang", QUERY].contains(&&*given.name.text) {
            let (mut start, mut end) = (given.name.span.start, given.span.end);
            let behind = &text[end..];
            if behind.starts_with(", ") {
                end += 2;
            } else {
                start = text[..start].trim_end_matches([' ', ',']).len();
            }
            let place = at(file, call.name.span.start);
            found.push(
                Mutation::replace(dropped, file, Span::new(start, end), "").expecting(vec![place]),
            );
        }
    }
    if let Some(last) = call.given.last() {
        let end = Span::new(last.span.end, last.span.end);
        found.push(Mutation::replace(superfluous, file, end, ", colour=1"));
    }
}

/// Variables, fields, and calls of components.
struct Walk<'m> {
    file: &'m SourceFile,
    /// Whether a struct with `#[derive(Template)]` is rendered with it.
    is_derived: bool,
    is_component: bool,
    found: &'m mut Vec<Mutation>,
}

impl Walk<'_> {
    /// What is only asked whether it is there and true.
    fn condition(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Unary(Unary::Not, inner) => self.condition(inner),
            ExprKind::Binary(Binary::And | Binary::Or, left, right) => {
                self.condition(left);
                self.condition(right);
            }
            ExprKind::Variable(_) => {
                let kind = "template: variable misspelt in a condition";
                self.variable(kind, expr);
            }
            ExprKind::Attribute { of, name, .. } => {
                let kind = "template: field misspelt in a condition";
                self.found.push(bare(kind, self.file, name));
                self.expr(of);
            }
            _ => self.expr(expr),
        }
    }

    /// Expressions that fail whatever their values are, in the place of one that is written.
    fn values(&mut self, expr: &Expr) {
        let text = self.file.slice(expr.span);
        for (kind, new) in [
            ("template: division by zero", String::from("1 / 0")),
            ("template: index behind the end", String::from("[1, 2][5]")),
            (
                "template: filter of texts on a number",
                String::from("5|upper"),
            ),
            ("template: length of a boolean", String::from("true|length")),
            (
                "template: date that is none",
                String::from("\"2026-13-45\"|date"),
            ),
            ("template: text rounded", format!("({text})|str|round")),
            ("template: text negated", format!("-({text})|str")),
        ] {
            self.found
                .push(Mutation::replace(kind, self.file, expr.span, &new));
        }
    }

    /// Expressions that fail, or never hold, by the types of what the page of one element is given.
    fn typed(&mut self, span: Span, is_condition: bool) {
        if self.file.path() != "template/element/show.html" {
            return;
        }
        let values = [
            ("template: number in capitals", "element.number|upper"),
            ("template: text in a sum", "element.name + 1"),
            ("template: list as a number", "element.shells|round"),
            ("template: optional value in capitals", "element.note|upper"),
            (
                "template: optional value behind a default of what is undefined",
                "element.note|default(value=\"\")|upper",
            ),
            ("template: optional number in a product", "element.year * 2"),
            (
                "template: sorted by a field that is not there",
                "element.other_names|sort(attribute=\"txet\")|length",
            ),
            (
                "template: grouped by a field that is not there",
                "element.other_names|group_by(attribute=\"txet\")|length",
            ),
            (
                "template: optional parameter of a link",
                "\"element\"|url(_lang=lang, symbol=element.note)",
            ),
        ];
        let conditions = [
            (
                "template: number compared with a text",
                "element.number == \"1\"",
            ),
            (
                "template: text compared with a number",
                "element.symbol == 1",
            ),
            (
                "template: number ordered against a text",
                "element.number > \"1\"",
            ),
        ];
        let all = if is_condition {
            &conditions[..]
        } else {
            &values[..]
        };
        let text = self.file.slice(span);
        // What a condition asks for is there behind it.
        for (kind, new) in all.iter().filter(|(_, new)| !new.contains(text)) {
            self.found
                .push(Mutation::replace(kind, self.file, span, new));
        }
    }

    fn variable(&mut self, kind: &'static str, expr: &Expr) {
        let name = self.file.slice(expr.span);
        let mutation = Mutation::replace(kind, self.file, expr.span, &misspell(name));
        self.found.push(mutation);
    }
}

impl<'a> Visitor<'a> for Walk<'_> {
    fn node(&mut self, node: &'a Node) {
        match &node.kind {
            NodeKind::If {
                condition,
                body,
                otherwise,
            } => {
                for (kind, text) in [
                    ("template: language that is never so", "lang == \"xq\""),
                    ("template: route that is never so", "route.name == \"hoem\""),
                    (
                        "template: method that is never so",
                        "request.method == \"post\"",
                    ),
                ] {
                    let mutation = Mutation::replace(kind, self.file, condition.span, text);
                    self.found.push(mutation);
                }
                self.typed(condition.span, true);
                self.condition(condition);
                visit::nodes(self, body);
                visit::nodes(self, otherwise);
            }
            NodeKind::Expression(expr) => {
                self.values(expr);
                self.typed(expr.span, false);
                visit::walk_node(self, node);
            }
            NodeKind::For { target, .. } => {
                let kind = "template: loop over a number";
                let mutation = Mutation::replace(kind, self.file, target.span, "5");
                self.found.push(mutation);
                visit::walk_node(self, node);
            }
            _ => visit::walk_node(self, node),
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Variable(_) => {
                let kind = if self.is_component {
                    "template: parameter misspelt in a component"
                } else {
                    "template: variable misspelt"
                };
                self.variable(kind, expr);
            }
            ExprKind::Attribute { of, name, .. } => {
                let of_what = self.file.slice(of.span);
                let kind = if of_what == "visitor" {
                    "template: field misspelt of a variable of all templates"
                } else if ["route", "request"].contains(&of_what) {
                    "template: field misspelt of what Kalgan provides"
                } else if self.is_component {
                    "template: field misspelt in a component"
                } else if self.is_derived {
                    "template: field of a derived struct misspelt"
                } else {
                    "template: field misspelt where only `render!` renders"
                };
                self.found.push(bare(kind, self.file, name));
                self.expr(of);
            }
            ExprKind::Binary(Binary::And | Binary::Or, _, _) => self.condition(expr),
            ExprKind::Ternary {
                condition,
                then,
                otherwise,
            } => {
                self.condition(condition);
                self.expr(then);
                self.expr(otherwise);
            }
            _ => visit::walk_expr(self, expr),
        }
    }

    fn component(&mut self, component: &'a Component) {
        self.is_component = true;
        visit::nodes(self, &component.body);
        self.is_component = false;
    }

    fn component_call(&mut self, call: &'a ComponentCall) {
        let file = self.file;
        let mut misspelt = bare("template: component misspelt", file, &call.name);
        if call.body.is_some() {
            // Both of its tags, or it would be a mistake of syntax.
            let end = format!("</{}>", call.name.text);
            let text = file.text();
            let behind = call.name.span.end + text[call.name.span.end..].find(&end).unwrap();
            let name = misspell(&call.name.text);
            let new = format!(
                "{}{name}{}</{name}>{}",
                &text[..call.name.span.start],
                &text[call.name.span.end..behind],
                &text[behind + end.len()..]
            );
            misspelt.changes = vec![(file.path().to_owned(), Some(new.into_bytes()))];
        }
        self.found.push(misspelt);
        for attribute in &call.attributes {
            let Attribute::Value(name, value) = attribute else {
                continue;
            };
            let kind = "template: component's attribute misspelt";
            self.found.push(bare(kind, file, name));
            let is_text = matches!(value.kind, ExprKind::Text(_));
            if is_text {
                let kind = "template: component's attribute of a wrong type";
                self.found
                    .push(Mutation::replace(kind, file, value.span, "{1}"));
            }
            // These are the parameters without a default.
            if ["element", "lang", "name"].contains(&&*name.text) {
                let end = if is_text {
                    value.span.end
                } else {
                    name.span.end
                };
                let span = Span::new(name.span.start, end);
                let kind = "template: component's attribute dropped";
                let place = at(file, call.name.span.start);
                self.found
                    .push(Mutation::replace(kind, file, span, "").expecting(vec![place]));
            }
        }
        let name = Span::new(call.name.span.end, call.name.span.end);
        let kind = "template: component's attribute superfluous";
        self.found
            .push(Mutation::replace(kind, file, name, " colour=\"red\""));
        visit::walk_component_call(self, call);
    }
}

/// The templates that structs with `#[derive(Template)]` are rendered with, and what these extend
/// and include: the compiler knows the fields there.
fn derived(museum: &Museum, templates: &[Parsed]) -> BTreeSet<String> {
    let mut open: Vec<String> = Vec::new();
    for file in museum.below("src/") {
        let parts = file.text().split("#[template(\"").skip(1);
        open.extend(parts.map(|part| part.split('"').next().unwrap().to_owned()));
    }
    assert!(!open.is_empty());
    let mut derived = BTreeSet::new();
    while let Some(name) = open.pop() {
        let template = templates.iter().find(|template| template.name == name);
        let template = template.unwrap_or_else(|| panic!("no template `{name}`"));
        let includes = template.references.includes.iter();
        let others = includes.chain(&template.tree.parent);
        open.extend(others.map(|name| name.text.to_string()));
        derived.insert(name);
    }
    derived
}

/// Blocks of a child, which its parent has to have. The end tag repeats the name, so both change.
fn blocks(template: &Parsed, found: &mut Vec<Mutation>) {
    if template.tree.parent.is_none() {
        return;
    }
    let file = &template.file;
    for node in &template.tree.nodes {
        let NodeKind::Block { name, .. } = &node.kind else {
            continue;
        };
        let end = format!("endblock {}", name.text);
        let text = file.text();
        let start = name.span.end + text[name.span.end..].find(&end).unwrap();
        let new = misspell(&name.text);
        let mut mutation = bare("template: block misspelt", file, name);
        let text = format!(
            "{}{new}{}endblock {new}{}",
            &text[..name.span.start],
            &text[name.span.end..start],
            &text[start + end.len()..]
        );
        mutation.changes = vec![(file.path().to_owned(), Some(text.into_bytes()))];
        found.push(mutation);
    }
}

/// A parameter that is renamed where a component is defined: all calls are wrong then.
fn component_parameters(templates: &[Parsed], found: &mut Vec<Mutation>) {
    for template in templates {
        for component in &template.tree.components {
            for parameter in &component.parameters {
                let name = &parameter.name;
                let kind = "template: component's parameter renamed";
                let mut calls = Calls {
                    component: &component.name.text,
                    attribute: &name.text,
                    file: &template.file,
                    found: Vec::new(),
                };
                for user in templates {
                    calls.file = &user.file;
                    visit::walk(&mut calls, &user.tree);
                }
                let mutation = bare(kind, &template.file, name);
                if !calls.found.is_empty() {
                    found.push(mutation.expecting(calls.found));
                }
            }
        }
    }
}

/// The attributes of this name in calls of a component.
struct Calls<'m> {
    component: &'m str,
    attribute: &'m str,
    file: &'m SourceFile,
    found: Vec<At>,
}

impl<'a> Visitor<'a> for Calls<'_> {
    fn component_call(&mut self, call: &'a ComponentCall) {
        if &*call.name.text == self.component {
            for attribute in &call.attributes {
                if let Attribute::Value(name, _) = attribute
                    && &*name.text == self.attribute
                {
                    self.found.push(at(self.file, name.span.start));
                }
            }
        }
        visit::walk_component_call(self, call);
    }
}

/// Mistakes of syntax: where the parser cannot go on, or the tag that is not closed.
fn syntax(template: &Parsed, found: &mut Vec<Mutation>) {
    let file = &template.file;
    let text = file.text();
    if let Some(close) = text.find("}}") {
        let kind = "template: expression not closed";
        found.push(Mutation::replace(
            kind,
            file,
            Span::new(close, close + 2),
            "",
        ));
    }
    if let Some(pipe) = text.find("|trans") {
        let kind = "template: two bars";
        found.push(Mutation::replace(kind, file, Span::new(pipe, pipe), "|"));
    }
    if let Some(end) = text.find("\"|") {
        // Behind the name that is left a text begins, where there can be none.
        let kind = "template: quotation mark missing";
        let quote = text[..end].rfind('"').unwrap();
        let span = Span::new(quote, quote + 1);
        found.push(Mutation::replace(kind, file, span, ""));
    }
    if let Some(tag) = text.find("if ") {
        let kind = "template: tag misspelt";
        found.push(Mutation::replace(kind, file, Span::new(tag, tag + 2), "fi"));
    }
    for end in ["endif", "endfor", "endblock", "endcomponent"] {
        let Some(start) = text.find(end) else {
            continue;
        };
        let tag_start = text[..start].rfind("{%").unwrap();
        let tag_end = start + text[start..].find("%}").unwrap() + 2;
        let kind = "template: end tag missing";
        let span = Span::new(tag_start, tag_end);
        let mutation = Mutation::replace(kind, file, span, "");
        let place = at(file, first_wrong_tag(text, span));
        found.push(mutation.expecting(vec![place]));
    }
}

/// The first tag that cannot stand where it does once the one at `gone` is not there; at the end
/// of the text, the tag that is still open.
fn first_wrong_tag(text: &str, gone: Span) -> usize {
    let mut open: Vec<(&str, usize)> = Vec::new();
    for (start, _) in text.match_indices("{%") {
        if start == gone.start {
            continue;
        }
        let tag = text[start + 2..].trim_start_matches(['-', ' ']);
        let end = tag.find(|c: char| !c.is_alphabetic()).unwrap_or(tag.len());
        match &tag[..end] {
            "" if tag.starts_with("</") => match open.pop() {
                Some(("<", _)) => {}
                _ => return start,
            },
            "" => open.push(("<", start)),
            word @ ("if" | "for" | "block" | "component") => open.push((word, start)),
            "else" | "elif" if !matches!(open.last(), Some(("if" | "for", _))) => return start,
            word => {
                if let Some(closed) = word.strip_prefix("end")
                    && open.pop().map(|(word, _)| word) != Some(closed)
                {
                    return start;
                }
            }
        }
    }
    open.last().expect("a tag is open").1
}
