use super::super::ast::{
    Attribute, Binary, Entry, Expr, ExprKind, LoopField, MapEntry, MapKey, NodeKind, Unary,
};
use super::{expression, node, template};
use crate::text::Span;

/// An expression with parentheses around every operation.
fn shape(value: &Expr) -> String {
    match &value.kind {
        ExprKind::None => String::from("none"),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Integer(value) => value.to_string(),
        ExprKind::Float(value) => format!("{value:?}"),
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Variable(name) => name.to_string(),
        ExprKind::Loop(field) => format!("loop:{field:?}"),
        ExprKind::Attribute { of, name, .. } => format!("{}.{}", shape(of), name.text),
        ExprKind::Item { of, index, .. } => format!("{}[{}]", shape(of), shape(index)),
        ExprKind::Filter { of, call } => format!("({} | {})", shape(of), call.name.text),
        ExprKind::Test { of, name, .. } => format!("({} is {})", shape(of), name.text),
        ExprKind::Call { name, .. } => format!("{}()", name.text),
        ExprKind::Ternary {
            condition,
            then,
            otherwise,
        } => format!(
            "({} if {} else {})",
            shape(then),
            shape(condition),
            shape(otherwise)
        ),
        ExprKind::Unary(Unary::Not, of) => format!("(not {})", shape(of)),
        ExprKind::Unary(Unary::Minus, of) => format!("(-{})", shape(of)),
        ExprKind::Binary(operator, left, right) => {
            let operator = match operator {
                Binary::Multiply => "*",
                Binary::Divide => "/",
                Binary::Modulo => "%",
                Binary::Plus => "+",
                Binary::Minus => "-",
                Binary::FloorDivide => "//",
                Binary::Power => "**",
                Binary::Less => "<",
                Binary::Greater => ">",
                Binary::LessOrEqual => "<=",
                Binary::GreaterOrEqual => ">=",
                Binary::Equal => "==",
                Binary::NotEqual => "!=",
                Binary::And => "and",
                Binary::Or => "or",
                Binary::Concatenate => "~",
                Binary::In => "in",
            };
            format!("({} {operator} {})", shape(left), shape(right))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn operators_bind_as_in_tera() {
    let cases = [
        ("1 + 2 * 3", "(1 + (2 * 3))"),
        ("1 - 2 - 3", "((1 - 2) - 3)"),
        ("2 ** 3 ** 2", "(2 ** (3 ** 2))"),
        ("-2 ** 2", "(-2 ** 2)"),
        ("-a ** 2", "((-a) ** 2)"),
        ("7 // 2 % 3", "((7 // 2) % 3)"),
        ("1 + 2 | f", "(1 + (2 | f))"),
        ("-1.5 | abs", "(-1.5 | abs)"),
        ("-a | abs", "((-a) | abs)"),
        ("a ** b | f", "(a ** (b | f))"),
        ("a | f | g", "((a | f) | g)"),
        ("a ~ b ~ c | f", "((a ~ b) ~ (c | f))"),
        ("a or b and not c", "(a or (b and (not c)))"),
        ("not a in b", "(not (a in b))"),
        ("a not in b", "(not (a in b))"),
        ("a + 1 not in b and c", "((not ((a + 1) in b)) and c)"),
        ("a is not defined", "(not (a is defined))"),
        ("a is defined and b", "((a is defined) and b)"),
        ("not a is defined", "(not (a is defined))"),
        ("a < b == c", "((a < b) == c)"),
        ("a if b else c if d else e", "(a if b else (c if d else e))"),
        ("a or b if c else d", "((a or b) if c else d)"),
        ("(a + b)[0]", "(a + b)[0]"),
        ("a | first[0]", "(a | first)[0]"),
        ("1 + a | f[0]", "(1 + (a | f)[0])"),
        ("a.b?.c[0]?[x].d", "a.b.c[0][x].d"),
        ("-(-1)", "1"),
        ("none", "none"),
        ("if", "if"),
        (
            "'\\'' ~ `\"` ~ \"\\n\\\\\"",
            "((\"'\" ~ \"\\\"\") ~ \"\\n\\\\\")",
        ),
        ("1.", "1.0"),
    ];
    for (text, expected) in cases {
        assert_eq!(shape(&expression(text)), expected, "{text}");
    }
}

#[test]
fn spans_leave_parentheses_around_out() {
    let text = "{{ ((a) + (b | f)) }}";
    let value = match node(text).kind {
        NodeKind::Expression(value) => value,
        other => panic!("{other:?}"),
    };
    assert_eq!(&text[value.span.start..value.span.end], "(a) + (b | f)");
    let ExprKind::Binary(_, left, right) = value.kind else {
        panic!("{text}");
    };
    assert_eq!(&text[left.span.start..left.span.end], "a");
    assert_eq!(&text[right.span.start..right.span.end], "b | f");
}

#[test]
fn a_sign_is_part_of_a_number() {
    let value = expression("-1");
    assert_eq!(value.kind, ExprKind::Integer(-1));
    assert_eq!(value.span, Span::new(3, 5));
}

#[test]
fn fields_of_a_loop_are_no_attributes() {
    let text = "{% for a in b %}{{ loop.index0 }}{{ loop.first.last }}{% else %}{{ loop.last }}{% endfor %}";
    let NodeKind::For {
        body, otherwise, ..
    } = node(text).kind
    else {
        panic!("{text}");
    };
    let fields: Vec<_> = body
        .iter()
        .map(|node| match &node.kind {
            NodeKind::Expression(value) => value.kind.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [LoopField::Index0, LoopField::Last].map(ExprKind::Loop);
    assert_eq!(fields, expected);
    // Nothing is repeated there.
    assert!(matches!(
        &otherwise[0].kind,
        NodeKind::Expression(Expr {
            kind: ExprKind::Attribute { .. },
            ..
        })
    ));
}

#[test]
fn minus_trims_the_text_beside_it() {
    let cases: [(&str, &[&str]); 8] = [
        (" a {{- x }} b ", &[" a", " b "]),
        (" a {{ x -}} b ", &[" a ", "b "]),
        (" a {%- if x -%} {%- endif %} b ", &[" a", " b "]),
        (" a {#- x -#} b ", &[" a", "b "]),
        // A comment without `-` hands on what is before it.
        ("{{ x -}}{# #} b ", &["b "]),
        (" {{ x -}} \u{a0}\u{2003}b ", &[" ", "b "]),
        ("{{ x -}} {{- y }}", &[""]),
        (" { {% set x = 1 -%} } ", &[" { ", "} "]),
    ];
    for (text, expected) in cases {
        let found: Vec<&str> = template(text)
            .nodes
            .iter()
            .filter_map(|node| match node.kind {
                NodeKind::Text(span) => Some(&text[span.start..span.end]),
                _ => None,
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn raw_blocks_are_text() {
    let cases = [
        ("{% raw %} {{ a }} {% endraw %}", " {{ a }} "),
        ("{%- raw -%} {% x {%- endraw -%}", "{% x"),
        ("{{ a -}}{% raw %} b {% endraw %}{{- c }}", "b"),
        ("{% raw %}{% raw %}{% endraw %}", "{% raw %}"),
    ];
    for (text, expected) in cases {
        let nodes = template(text).nodes;
        let found = nodes.iter().find_map(|node| match node.kind {
            NodeKind::Raw(span) => Some(&text[span.start..span.end]),
            _ => None,
        });
        assert_eq!(found, Some(expected), "{text}");
    }
}

#[test]
fn an_elif_is_an_if_up_to_the_end() {
    let text = "{% if a %}1{%- elif b %}2{% else %}3{% endif -%}";
    let first = node(text);
    assert_eq!(first.span, Span::new(0, text.len()));
    let NodeKind::If { otherwise, .. } = first.kind else {
        panic!("{text}");
    };
    assert_eq!(otherwise[0].span, Span::new(11, text.len()));
    let NodeKind::If {
        body, otherwise, ..
    } = &otherwise[0].kind
    else {
        panic!("{text}");
    };
    assert_eq!((body.len(), otherwise.len()), (1, 1));
}

#[test]
fn a_map_and_an_array() {
    let text = "{\"a\": 1, 2: [...b, c], true: {}, ...d}";
    let ExprKind::Map(entries) = expression(text).kind else {
        panic!("{text}");
    };
    let [
        MapEntry::Pair(MapKey::Text(a), span, _),
        MapEntry::Pair(MapKey::Integer(2), _, array),
        MapEntry::Pair(MapKey::Bool(true), _, _),
        MapEntry::Spread(_),
    ] = &entries[..]
    else {
        panic!("{entries:?}");
    };
    assert_eq!((&**a, *span), ("a", Span::new(4, 7)));
    let ExprKind::Array(items) = &array.kind else {
        panic!("{array:?}");
    };
    assert!(matches!(items[..], [Entry::Spread(_), Entry::Item(_)]));
}

#[test]
fn a_component_and_its_call() {
    let text = "{% component a . b(@c: String, d = [1, {\"x\": -1}], ...e) {\"m\": 1} %}{{ body }}{% endcomponent a.b %}\
                {% <a.b c d={1} e=\"f\" {...g}> %}h{% </a.b> %}{{ <a.b/> }}";
    let tree = template(text);
    let component = &tree.components[0];
    assert_eq!(&*component.name.text, "a.b");
    let slice = |span: Span| &text[span.start..span.end];
    assert_eq!(slice(component.name.span), "a . b");
    assert!(slice(component.span).ends_with("{% endcomponent a.b %}"));
    let [c, d] = &component.parameters[..] else {
        panic!("{component:?}");
    };
    assert!(c.is_implicit && c.default.is_none());
    assert_eq!(c.kind.as_ref().map(|kind| &*kind.text), Some("String"));
    assert!(!d.is_implicit && d.kind.is_none());
    let default = d.default.as_ref().unwrap();
    assert_eq!(slice(default.span), "[1, {\"x\": -1}]");
    assert_eq!(component.rest.as_ref().map(|rest| &*rest.text), Some("e"));
    assert!(component.metadata.is_some());

    let NodeKind::Expression(Expr {
        kind: ExprKind::Component(call),
        span,
    }) = &tree.nodes[0].kind
    else {
        panic!("{tree:?}");
    };
    assert!(slice(*span).starts_with("<a.b c") && slice(*span).ends_with("</a.b>"));
    assert!(slice(tree.nodes[0].span).starts_with("{% <"));
    assert_eq!(call.body.as_ref().map(Vec::len), Some(1));
    let [
        Attribute::Value(c, variable),
        Attribute::Value(..),
        Attribute::Value(..),
        Attribute::Spread(_),
    ] = &call.attributes[..]
    else {
        panic!("{call:?}");
    };
    assert_eq!(c.span, variable.span);
    assert_eq!(variable.kind, ExprKind::Variable("c".into()));
}

#[test]
fn a_parent_and_blocks() {
    let text = "{# x #}\n{% extends 'a\\'b' %}{% block c %}{{ super() }}{% endblock c %}";
    let tree = template(text);
    let parent = tree.parent.unwrap();
    assert_eq!(&*parent.text, "a'b");
    assert_eq!(&text[parent.span.start..parent.span.end], "'a\\'b'");
    assert_eq!(tree.nodes.len(), 3, "a comment, a line break and the block");
}
