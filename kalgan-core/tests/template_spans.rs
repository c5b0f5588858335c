//! Each node of a template's tree stands where its span says.
//!
//! What a node's span covers is parsed again on its own, at the same place of an otherwise blank
//! template: it must give the same node with the same spans.

mod template_inputs;

use kalgan_core::syntax::ast::{
    Argument, Attribute, Component, Entry, Expr, ExprKind, FilterCall, MapEntry, MapKey, Name,
    Node, NodeKind, Template, Unary,
};
use kalgan_core::syntax::parse;
use kalgan_core::text::Span;
use template_inputs::{Mutator, all};

/// Room for the tags that are put around a part, so that it keeps its place.
const ROOM: usize = 64;

#[derive(Default)]
struct Counts {
    templates: usize,
    nodes: usize,
    expressions: usize,
    names: usize,
}

struct Checker<'a> {
    text: &'a str,
    counts: &'a mut Counts,
}

#[test]
fn spans_of_real_templates() {
    let mut counts = Counts::default();
    for input in all() {
        check(&input.text, &mut counts);
    }
    assert!(counts.templates > 300, "{}", counts.templates);
    assert!(counts.nodes > 3_000, "{}", counts.nodes);
    assert!(counts.expressions > 3_000, "{}", counts.expressions);
    assert!(counts.names > 2_000, "{}", counts.names);
}

#[test]
fn spans_of_mutants() {
    let inputs = all();
    let mut mutator = Mutator::new(&inputs, 0x0073_7061_6e73);
    let mut counts = Counts::default();
    for _ in 0..8_000 {
        check(&mutator.next(), &mut counts);
    }
    assert!(counts.templates > 500, "{}", counts.templates);
    assert!(counts.nodes > 5_000, "{}", counts.nodes);
}

fn check(text: &str, counts: &mut Counts) {
    let text = format!("{}{text}", " ".repeat(ROOM));
    let Ok(template) = parse(&text) else {
        return;
    };
    counts.templates += 1;
    Checker {
        text: &text,
        counts,
    }
    .template(&template);
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Spans of children: within the parent, one behind the other.
fn in_order(parent: Span, children: impl IntoIterator<Item = Span>) {
    let mut end = parent.start;
    for child in children {
        assert!(end <= child.start, "{child:?} begins before {end}");
        assert!(child.start <= child.end, "{child:?}");
        end = child.end;
    }
    assert!(end <= parent.end, "a child ends at {end}, past {parent:?}");
}

impl Checker<'_> {
    fn slice(&self, span: Span) -> &str {
        &self.text[span.start..span.end]
    }

    fn template(&mut self, template: &Template) {
        let all = Span::new(0, self.text.len());
        // What is between the nodes of a template is its `extends` and its components.
        let mut spans: Vec<Span> = template
            .nodes
            .iter()
            .map(|node| node.span)
            .chain(template.components.iter().map(|component| component.span))
            .collect();
        spans.sort_by_key(|span| (span.start, span.end));
        let mut at = 0;
        let mut gaps = Vec::new();
        for span in &spans {
            if at < span.start {
                gaps.push(&self.text[at..span.start]);
            }
            // A component may be defined within the `else` of a loop.
            at = at.max(span.end);
        }
        gaps.extend((at < all.end).then(|| &self.text[at..]));
        let extends = usize::from(template.parent.is_some());
        assert!(gaps.len() <= extends, "{gaps:?}");
        assert!(gaps.iter().all(|gap| gap.contains("extends")), "{gaps:?}");
        in_order(all, template.nodes.iter().map(|node| node.span));
        if let Some(parent) = &template.parent {
            self.quoted(parent);
        }
        for node in &template.nodes {
            self.node(node);
        }
        for component in &template.components {
            self.component(component);
        }
    }

    fn plain(&mut self, name: &Name) {
        self.counts.names += 1;
        assert_eq!(self.slice(name.span), &*name.text);
    }

    /// A component's name may have white space around its dots.
    fn dotted(&mut self, name: &Name) {
        self.counts.names += 1;
        let slice: String = self.slice(name.span).split_ascii_whitespace().collect();
        assert_eq!(slice, *name.text);
    }

    fn quoted(&mut self, name: &Name) {
        self.counts.names += 1;
        let slice = self.slice(name.span);
        let quote = slice.chars().next().unwrap_or_default();
        assert!(
            matches!(quote, '"' | '\'' | '`') && slice.ends_with(quote) && slice.len() > 1,
            "{slice}"
        );
        let inner = &slice[1..slice.len() - 1];
        if !inner.contains('\\') {
            assert_eq!(inner, &*name.text);
        }
    }

    fn key(&mut self, key: &MapKey, span: Span) {
        match key {
            MapKey::Text(text) => self.quoted(&Name {
                text: text.clone(),
                span,
            }),
            MapKey::Integer(value) => assert_eq!(self.slice(span).parse(), Ok(*value)),
            MapKey::Bool(value) => {
                assert_eq!(self.slice(span).to_ascii_lowercase(), value.to_string())
            }
        }
    }

    fn component(&mut self, component: &Component) {
        let slice = self.slice(component.span);
        assert!(slice.starts_with("{%") && slice.ends_with("%}"), "{slice}");
        let again = parse(&format!("{}{slice}", " ".repeat(component.span.start)));
        let again = again.map(|template| template.components);
        assert_eq!(again.as_deref(), Ok(std::slice::from_ref(component)));
        self.dotted(&component.name);
        let mut spans = vec![component.name.span];
        for parameter in &component.parameters {
            self.plain(&parameter.name);
            spans.push(parameter.name.span);
            if let Some(kind) = &parameter.kind {
                self.plain(kind);
                spans.push(kind.span);
            }
            if let Some(default) = &parameter.default {
                self.expression(default);
                spans.push(default.span);
            }
        }
        if let Some(rest) = &component.rest {
            self.plain(rest);
            spans.push(rest.span);
        }
        if let Some(metadata) = &component.metadata {
            self.expression(metadata);
            spans.push(metadata.span);
        }
        self.body(&component.body, &mut spans);
        in_order(component.span, spans);
    }

    fn body(&mut self, nodes: &[Node], spans: &mut Vec<Span>) {
        for node in nodes {
            spans.push(node.span);
            self.node(node);
        }
    }

    fn node(&mut self, node: &Node) {
        self.counts.nodes += 1;
        let slice = self.slice(node.span).to_owned();
        match &node.kind {
            NodeKind::Text(span) => {
                self.trimmed(*span, node.span);
                return;
            }
            NodeKind::Raw(span) => {
                assert!(contains(node.span, *span));
                assert!(slice.starts_with("{%") && slice.ends_with("%}"), "{slice}");
                assert!(slice.contains("endraw"), "{slice}");
                // Text beside it may have trimmed it, so it is not parsed again.
                return;
            }
            NodeKind::Comment => {
                assert!(slice.starts_with("{#") && slice.ends_with("#}"), "{slice}");
            }
            NodeKind::Expression(Expr {
                kind: ExprKind::Component(call),
                ..
            }) if call.body.is_some() => {
                assert!(slice.starts_with("{%") && slice.ends_with("%}"), "{slice}");
            }
            NodeKind::Expression(_) => {
                assert!(slice.starts_with("{{") && slice.ends_with("}}"), "{slice}");
            }
            _ => assert!(slice.starts_with("{%") && slice.ends_with("%}"), "{slice}"),
        }
        self.reparse_node(node, &slice);
        let mut spans = Vec::new();
        match &node.kind {
            NodeKind::Text(_)
            | NodeKind::Raw(_)
            | NodeKind::Comment
            | NodeKind::Break
            | NodeKind::Continue => {}
            NodeKind::Expression(value) => {
                spans.push(value.span);
                self.expression(value);
            }
            NodeKind::Set { name, value, .. } => {
                self.plain(name);
                self.expression(value);
                spans.extend([name.span, value.span]);
            }
            NodeKind::SetBlock {
                name,
                filters,
                body,
                ..
            } => {
                self.plain(name);
                spans.push(name.span);
                self.filters(filters, &mut spans);
                self.body(body, &mut spans);
            }
            NodeKind::Include(name) => {
                self.quoted(name);
                spans.push(name.span);
            }
            NodeKind::Block { name, body } => {
                self.plain(name);
                spans.push(name.span);
                self.body(body, &mut spans);
            }
            NodeKind::For {
                key,
                value,
                target,
                body,
                otherwise,
            } => {
                for name in key.iter().chain([value]) {
                    self.plain(name);
                    spans.push(name.span);
                }
                self.expression(target);
                spans.push(target.span);
                self.body(body, &mut spans);
                self.body(otherwise, &mut spans);
            }
            NodeKind::If {
                condition,
                body,
                otherwise,
            } => {
                self.expression(condition);
                spans.push(condition.span);
                self.body(body, &mut spans);
                self.body(otherwise, &mut spans);
            }
            NodeKind::FilterSection { filters, body } => {
                self.filters(filters, &mut spans);
                self.body(body, &mut spans);
            }
        }
        in_order(node.span, spans);
    }

    /// `-` takes white space only, and all of it that there is at a side.
    fn trimmed(&self, left: Span, all: Span) {
        assert!(contains(all, left));
        let before = self.slice(Span::new(all.start, left.start));
        let after = self.slice(Span::new(left.end, all.end));
        let text = self.slice(left);
        assert!(before.trim().is_empty() && after.trim().is_empty());
        if !before.is_empty() {
            assert_eq!(text, text.trim_start());
        }
        let trims_end = self.text[all.end..]
            .strip_prefix(['{'])
            .is_some_and(|rest| rest[1..].starts_with('-'));
        if trims_end {
            assert_eq!(text, text.trim_end());
        } else {
            assert!(after.is_empty() || text.is_empty());
        }
    }

    fn reparse_node(&self, node: &Node, slice: &str) {
        if let NodeKind::If { .. } = node.kind
            && slice
                .trim_start_matches(['{', '%', '-'])
                .trim_start()
                .starts_with("elif")
        {
            return;
        }
        let alone = format!("{}{slice}", " ".repeat(node.span.start));
        let open = "{% for a in b %}";
        let spaces = " ".repeat(node.span.start - open.len());
        let in_loop = format!("{spaces}{open}{slice}{{% endfor %}}");
        let found = [alone, in_loop].iter().any(|text| {
            parse(text).is_ok_and(|template| {
                template.nodes.last().is_some_and(|last| {
                    last == node
                        || matches!(&last.kind, NodeKind::For { body, .. } if body.last() == Some(node))
                })
            })
        });
        assert!(found, "{slice} is not {node:#?}");
    }

    fn expression(&mut self, value: &Expr) {
        self.counts.expressions += 1;
        let slice = self.slice(value.span);
        let is_call_with_body =
            matches!(&value.kind, ExprKind::Component(call) if call.body.is_some());
        if !is_call_with_body {
            self.reparse_expression(value, slice);
        }
        let mut spans = Vec::new();
        match &value.kind {
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Integer(_)
            | ExprKind::Float(_)
            | ExprKind::Text(_) => {}
            ExprKind::Variable(name) => assert_eq!(slice, &**name),
            ExprKind::Loop(_) => assert!(slice.starts_with("loop"), "{slice}"),
            ExprKind::Array(entries) => {
                for entry in entries {
                    let (Entry::Item(item) | Entry::Spread(item)) = entry;
                    spans.push(item.span);
                    self.expression(item);
                }
            }
            ExprKind::Map(entries) => {
                for entry in entries {
                    let (MapEntry::Pair(_, _, item) | MapEntry::Spread(item)) = entry;
                    if let MapEntry::Pair(key, span, _) = entry {
                        self.key(key, *span);
                        spans.push(*span);
                    }
                    spans.push(item.span);
                    self.expression(item);
                }
            }
            ExprKind::Attribute { of, name, .. } => {
                self.plain(name);
                self.expression(of);
                spans.extend([of.span, name.span]);
            }
            ExprKind::Item { of, index, .. } => {
                self.expression(of);
                self.expression(index);
                spans.extend([of.span, index.span]);
            }
            ExprKind::Slice {
                of,
                start,
                end,
                step,
                ..
            } => {
                let parts = [Some(of), start.as_ref(), end.as_ref(), step.as_ref()];
                for part in parts.into_iter().flatten() {
                    self.expression(part);
                    spans.push(part.span);
                }
            }
            ExprKind::Filter { of, call } => {
                self.expression(of);
                spans.push(of.span);
                self.filters(std::slice::from_ref(call), &mut spans);
            }
            ExprKind::Test {
                of,
                name,
                arguments,
            } => {
                self.expression(of);
                self.plain(name);
                spans.extend([of.span, name.span]);
                self.arguments(arguments, &mut spans);
            }
            ExprKind::Call { name, arguments } => {
                self.plain(name);
                spans.push(name.span);
                self.arguments(arguments, &mut spans);
            }
            ExprKind::Ternary {
                condition,
                then,
                otherwise,
            } => {
                for part in [then, condition, otherwise] {
                    self.expression(part);
                    spans.push(part.span);
                }
            }
            ExprKind::Comprehension {
                value,
                key,
                item,
                target,
                condition,
            } => {
                self.expression(value);
                spans.push(value.span);
                for name in key.iter().chain([item]) {
                    self.plain(name);
                    spans.push(name.span);
                }
                for part in [Some(target), condition.as_ref()].into_iter().flatten() {
                    self.expression(part);
                    spans.push(part.span);
                }
            }
            ExprKind::Component(call) => {
                assert!(slice.starts_with('<') && slice.ends_with('>'), "{slice}");
                self.dotted(&call.name);
                spans.push(call.name.span);
                for attribute in &call.attributes {
                    self.attribute(attribute, &mut spans);
                }
                if let Some(body) = &call.body {
                    self.body(body, &mut spans);
                }
            }
            ExprKind::Unary(operator, of) => {
                // `a not in b` and `a is not b` are a `not` around what has the same span, and
                // would again give both.
                let is_infix = *operator == Unary::Not && of.span == value.span;
                if is_infix {
                    match &of.kind {
                        ExprKind::Binary(_, left, right) => {
                            self.expression(left);
                            self.expression(right);
                            in_order(of.span, [left.span, right.span]);
                        }
                        ExprKind::Test { of, name, .. } => {
                            self.expression(of);
                            self.plain(name);
                        }
                        other => panic!("{slice} is not {other:?}"),
                    }
                } else {
                    self.expression(of);
                }
                spans.push(of.span);
            }
            ExprKind::Binary(_, left, right) => {
                self.expression(left);
                self.expression(right);
                spans.extend([left.span, right.span]);
            }
        }
        in_order(value.span, spans);
    }

    fn attribute(&mut self, attribute: &Attribute, spans: &mut Vec<Span>) {
        match attribute {
            // `name` alone is name and value at once.
            Attribute::Value(name, value) if name.span == value.span => {
                self.plain(name);
                spans.push(name.span);
            }
            Attribute::Value(name, value) => {
                self.plain(name);
                self.expression(value);
                spans.extend([name.span, value.span]);
            }
            Attribute::Spread(value) => {
                self.expression(value);
                spans.push(value.span);
            }
        }
    }

    fn filters(&mut self, filters: &[FilterCall], spans: &mut Vec<Span>) {
        for filter in filters {
            self.plain(&filter.name);
            spans.push(filter.name.span);
            self.arguments(&filter.arguments, spans);
        }
    }

    fn arguments(&mut self, arguments: &[Argument], spans: &mut Vec<Span>) {
        for argument in arguments {
            self.plain(&argument.name);
            self.expression(&argument.value);
            spans.extend([argument.name.span, argument.value.span]);
        }
    }

    fn reparse_expression(&self, value: &Expr, slice: &str) {
        let wrappers = [
            ("{% if ", " %}{% endif %}"),
            ("{% for a in b %}{% if ", " %}{% endif %}{% endfor %}"),
        ];
        let found = wrappers.iter().any(|(open, close)| {
            let spaces = " ".repeat(value.span.start - open.len());
            parse(&format!("{spaces}{open}{slice}{close}"))
                .is_ok_and(|template| condition(&template) == Some(value))
        });
        assert!(found, "{slice} is not {value:#?}");
    }
}

/// The condition of the `if` that is last, in a loop or not.
fn condition(template: &Template) -> Option<&Expr> {
    let last = template.nodes.last()?;
    let last = match &last.kind {
        NodeKind::For { body, .. } => body.last()?,
        _ => last,
    };
    match &last.kind {
        NodeKind::If { condition, .. } => Some(condition),
        _ => None,
    }
}
