//! The tree of a template means what Tera takes the template for: what Tera writes for a template
//! is what it writes for one that is made of the tree.

mod template_inputs;

use fastrand::Rng;
use kalgan_core::syntax::ast::{
    Argument, Binary, Entry, Expr, ExprKind, MapEntry, MapKey, NodeKind, Unary,
};
use kalgan_core::syntax::parse;
use template_inputs::generate::{CONTEXT, expression, spaces};
use tera::{Context, Tera};

/// What Tera writes; nothing where it cannot.
fn render(text: &str) -> Option<String> {
    let values: serde_json::Value = serde_json::from_str(CONTEXT).expect("it is JSON");
    let context = Context::from_serialize(&values).expect("it is a map");
    let mut tera = Tera::new();
    tera.add_raw_template("template.txt", text).ok()?;
    tera.render("template.txt", &context).ok()
}

fn arguments(arguments: &[Argument]) -> String {
    let all: Vec<String> = arguments
        .iter()
        .map(|argument| format!("{}={}", argument.name.text, explicit(&argument.value)))
        .collect();
    format!("({})", all.join(", "))
}

fn operator(operator: Binary) -> &'static str {
    match operator {
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
    }
}

/// The expression with parentheses around all that may have them.
fn explicit(value: &Expr) -> String {
    let part = |of: &Expr| match of.kind {
        // What is behind a dot must follow a name.
        ExprKind::Variable(_) | ExprKind::Attribute { .. } | ExprKind::Item { .. } => explicit(of),
        _ => format!("({})", explicit(of)),
    };
    let optional = |of: &Option<Box<Expr>>| of.as_ref().map_or(String::new(), |of| explicit(of));
    let mark = |is_optional: bool| if is_optional { "?" } else { "" };
    match &value.kind {
        ExprKind::None => String::from("none"),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Integer(value) => value.to_string(),
        ExprKind::Float(value) => format!("{value:?}"),
        ExprKind::Text(text) => format!("\"{text}\""),
        ExprKind::Variable(name) => name.to_string(),
        ExprKind::Array(entries) => {
            let all: Vec<String> = entries
                .iter()
                .map(|entry| match entry {
                    Entry::Item(item) => explicit(item),
                    Entry::Spread(of) => format!("...{}", part(of)),
                })
                .collect();
            format!("[{}]", all.join(", "))
        }
        ExprKind::Map(entries) => {
            let all: Vec<String> = entries
                .iter()
                .map(|entry| match entry {
                    MapEntry::Pair(MapKey::Text(key), _, item) => {
                        format!("\"{key}\": {}", part(item))
                    }
                    MapEntry::Pair(MapKey::Integer(key), _, item) => {
                        format!("{key}: {}", part(item))
                    }
                    MapEntry::Pair(MapKey::Bool(key), _, item) => format!("{key}: {}", part(item)),
                    MapEntry::Spread(of) => format!("...{}", part(of)),
                })
                .collect();
            format!("{{{} }}", all.join(", "))
        }
        ExprKind::Attribute {
            of,
            name,
            is_optional,
        } => format!("{}{}.{}", explicit(of), mark(*is_optional), name.text),
        ExprKind::Item {
            of,
            index,
            is_optional,
        } => format!("{}{}[{}]", part(of), mark(*is_optional), explicit(index)),
        ExprKind::Slice {
            of,
            start,
            end,
            step,
            is_optional,
        } => {
            let step = step
                .as_ref()
                .map_or(String::new(), |step| format!(":{}", explicit(step)));
            let (start, end) = (optional(start), optional(end));
            format!("{}{}[{start}:{end}{step}]", part(of), mark(*is_optional))
        }
        ExprKind::Filter { of, call } => {
            let given = arguments(&call.arguments);
            format!("{} | {}{given}", part(of), call.name.text)
        }
        ExprKind::Test {
            of,
            name,
            arguments: given,
        } => format!("{} is {}{}", part(of), name.text, arguments(given)),
        ExprKind::Call {
            name,
            arguments: given,
        } => format!("{}{}", name.text, arguments(given)),
        ExprKind::Ternary {
            condition,
            then,
            otherwise,
        } => format!(
            "{} if {} else {}",
            part(then),
            part(condition),
            part(otherwise)
        ),
        ExprKind::Comprehension {
            value,
            key: None,
            item,
            target,
            condition,
        } => {
            let condition = condition.as_ref().map_or(String::new(), |condition| {
                format!(" if {}", part(condition))
            });
            format!(
                "[{} for {} in {}{condition}]",
                part(value),
                item.text,
                part(target)
            )
        }
        ExprKind::Unary(Unary::Not, of) => format!("not {}", part(of)),
        ExprKind::Unary(Unary::Minus, of) => format!("-{}", part(of)),
        ExprKind::Binary(kind, left, right) => {
            format!("{} {} {}", part(left), operator(*kind), part(right))
        }
        other => panic!("{other:?} is not generated"),
    }
}

#[test]
fn operators_bind_as_tera_binds_them() {
    let mut rng = Rng::with_seed(0x0062_696e_6473);
    let mut written = 0;
    for _ in 0..6_000 {
        let text = expression(&mut rng, 4);
        let Ok(template) = parse(&format!("{{{{ {text} }}}}")) else {
            continue;
        };
        let NodeKind::Expression(value) = &template.nodes[0].kind else {
            panic!("{text} is not an expression");
        };
        let explicit = explicit(value);
        if parse(&format!("{{{{ {explicit} }}}}")).is_err() {
            // Parentheses may nest more deeply than Tera lets them.
            continue;
        }
        let theirs = render(&format!("{{{{ {text} }}}}"));
        let ours = render(&format!("{{{{ {explicit} }}}}"));
        assert_eq!(ours, theirs, "{text}\n{explicit}");
        written += usize::from(ours.is_some());
    }
    assert!(written > 1_000, "{written}");
}

/// The text of a template whose tags write nothing is its text nodes.
#[test]
fn text_is_trimmed_as_tera_trims_it() {
    let mut rng = Rng::with_seed(0x7472_696d);
    for _ in 0..6_000 {
        let text = spaces(&mut rng);
        let template = parse(&text).unwrap();
        let mut written = String::new();
        let mut open: Vec<_> = template.nodes.iter().rev().collect();
        while let Some(node) = open.pop() {
            match &node.kind {
                NodeKind::Text(span) | NodeKind::Raw(span) => {
                    written.push_str(&text[span.start..span.end]);
                }
                NodeKind::If { body, .. } => open.extend(body.iter().rev()),
                _ => {}
            }
        }
        assert_eq!(Some(written), render(&text), "{text:?}");
    }
}
