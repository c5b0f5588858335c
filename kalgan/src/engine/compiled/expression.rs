//! Expressions of templates as those of programs.

use super::compile::Compiler;
use super::program::{Arguments, Collect, Comparison, Expr, Island, Operator};
use super::scope::{Found, Place};
use super::unsupported::{Result, unsupported};
use kalgan_core::syntax::ast::{
    Argument, Binary, Entry, Expr as Written, ExprKind, FilterCall, MapEntry, MapKey, Name, Unary,
};
use kalgan_core::templates::CallKind;
use std::fmt::Write as _;

/// The filters, functions and tests that are known here.
pub(super) const FILTERS: [&str; 6] = ["asset", "default", "length", "safe", "trans", "url"];
pub(super) const FUNCTIONS: [&str; 3] = ["asset", "trans", "url"];
const TESTS: [&str; 2] = ["defined", "undefined"];

impl Compiler<'_> {
    /// An expression whose value is used.
    pub(super) fn value(&mut self, expr: &Written) -> Result<Expr> {
        if let Some(found) = self.reference(expr)? {
            if let Some(place) = &found.place
                && let Some(shape) = self.scopes.shape(place)
            {
                shape.read();
            }
            return Ok(found.into());
        }
        self.expression(expr)
    }

    /// An expression whose value is written.
    pub(super) fn written(&mut self, expr: &Written) -> Result<Expr> {
        if let Some((key, arguments)) = self.known_message(expr)
            && let Some(folded) = self.folded(key, &arguments, true)?
        {
            return Ok(folded);
        }
        self.shown(expr)
    }

    /// An expression of whose value only the text is used, escaped.
    pub(super) fn shown(&mut self, expr: &Written) -> Result<Expr> {
        if self.known.escapes
            && let Some(found) = self.reference(expr)?
            && found.path.is_plain()
            && let Some(place) = &found.place
            && let Some(shape) = self.scopes.shape(place)
        {
            shape.write();
            return Ok(found.into());
        }
        self.value(expr)
    }

    /// An expression that is only asked whether it is true.
    pub(super) fn condition(&mut self, expr: &Written) -> Result<Expr> {
        Ok(match &expr.kind {
            ExprKind::Binary(Binary::And, a, b) => Expr::And(self.conditions(a, b)?),
            ExprKind::Binary(Binary::Or, a, b) => Expr::Or(self.conditions(a, b)?),
            ExprKind::Unary(Unary::Not, of) => {
                Expr::Not(Box::new(self.deeper(|compiler| compiler.condition(of))?))
            }
            _ => match self.reference(expr)? {
                Some(found) => found.into(),
                None => self.expression(expr)?,
            },
        })
    }

    fn conditions(&mut self, a: &Written, b: &Written) -> Result<Box<(Expr, Expr)>> {
        self.deeper(|compiler| Ok(Box::new((compiler.condition(a)?, compiler.condition(b)?))))
    }

    /// What is looped over, and which part of what the page was given its items are.
    pub(super) fn target(
        &mut self,
        expr: &Written,
        has_key: bool,
    ) -> Result<(Expr, Option<Place>)> {
        let Some(found) = self.reference(expr)? else {
            return Ok((self.expression(expr)?, None));
        };
        let mut items = None;
        if let Some(place) = &found.place {
            match has_key {
                true => {
                    if let Some(shape) = self.scopes.shape(place) {
                        shape.read_whole();
                    }
                }
                false => items = self.scopes.items(place),
            }
        }
        Ok((found.into(), items))
    }

    /// A variable or an attribute of one.
    pub(super) fn reference(&mut self, expr: &Written) -> Result<Option<Found>> {
        match &expr.kind {
            ExprKind::Variable(name) if name.starts_with("__tera_") => {
                unsupported(format!("`{name}`"))
            }
            ExprKind::Variable(name) => {
                let may_be_set = self.is_set(name);
                match self.scopes.variable(name, may_be_set) {
                    Some(found) => Ok(Some(found)),
                    None => unsupported(format!("`{name}` is set within a component")),
                }
            }
            ExprKind::Attribute {
                of,
                name,
                is_optional,
            } => {
                let Some(mut found) = self.reference(of)? else {
                    return Ok(None);
                };
                match self.scopes.attribute(&mut found, &name.text, *is_optional) {
                    Some(()) => Ok(Some(found)),
                    None => unsupported("a value with too many attributes"),
                }
            }
            _ => Ok(None),
        }
    }

    fn boxed(&mut self, a: &Written, b: &Written) -> Result<Box<(Expr, Expr)>> {
        Ok(Box::new((self.value(a)?, self.value(b)?)))
    }

    /// An expression that is no reference.
    fn expression(&mut self, expr: &Written) -> Result<Expr> {
        self.deeper(|compiler| compiler.operation(expr))
    }

    fn operation(&mut self, expr: &Written) -> Result<Expr> {
        Ok(match &expr.kind {
            ExprKind::None => Expr::None,
            ExprKind::Bool(value) => Expr::Bool(*value),
            ExprKind::Integer(value) => Expr::Integer(*value),
            ExprKind::Float(value) => Expr::Float(*value),
            ExprKind::Text(text) => Expr::Text(text.clone()),
            ExprKind::Loop(field) => match self.scopes.current_loop() {
                Some(at) => Expr::Loop(at, *field),
                None => return unsupported("`loop` outside of a loop"),
            },
            ExprKind::Unary(Unary::Not, of) => Expr::Not(Box::new(self.condition(of)?)),
            ExprKind::Unary(Unary::Minus, of) => {
                let of = self.value(of)?;
                self.island(vec![of], "(-\0)")?
            }
            ExprKind::Binary(binary, a, b) => self.binary(*binary, a, b)?,
            ExprKind::Ternary {
                condition,
                then,
                otherwise,
            } => {
                let condition = self.condition(condition)?;
                Expr::Ternary(Box::new((
                    condition,
                    self.value(then)?,
                    self.value(otherwise)?,
                )))
            }
            ExprKind::Filter { of, call } => {
                // A literal or a variable that is only counted need not be whole.
                let of = match (&*call.name.text, call.arguments.as_slice()) {
                    ("length", []) if self.is_native(&FILTERS, "length") => {
                        self.target(of, false)?.0
                    }
                    _ => self.value(of)?,
                };
                self.filter(of, call)?
            }
            ExprKind::Test {
                of,
                name,
                arguments,
            } => match (&*name.text, arguments.as_slice()) {
                (test @ ("defined" | "undefined"), []) if self.is_native(&TESTS, test) => {
                    let of = match self.reference(of)? {
                        Some(found) => found.into(),
                        None => self.expression(of)?,
                    };
                    let defined = Expr::Defined(Box::new(of));
                    match test {
                        "defined" => defined,
                        _ => Expr::Not(Box::new(defined)),
                    }
                }
                _ => {
                    let of = self.value(of)?;
                    self.call(CallKind::Test, vec![of], "(\0 is ", name, arguments, ")")?
                }
            },
            ExprKind::Call { name, arguments } => self.function(name, arguments)?,
            ExprKind::Attribute {
                of,
                name,
                is_optional,
            } => {
                let of = self.value(of)?;
                let dot = if *is_optional { "?." } else { "." };
                self.island(vec![of], &format!("\0{dot}{}", name.text))?
            }
            ExprKind::Item {
                of,
                index,
                is_optional,
            } => {
                let both = vec![self.value(of)?, self.value(index)?];
                self.island(both, if *is_optional { "\0?[\0]" } else { "\0[\0]" })?
            }
            ExprKind::Slice {
                of,
                start,
                end,
                step,
                is_optional,
            } => {
                let mut text = String::from(if *is_optional { "\0?[" } else { "\0[" });
                let mut values = vec![self.value(of)?];
                for (at, part) in [start, end, step].into_iter().enumerate() {
                    if at > 0 && (at < 2 || part.is_some()) {
                        text.push(':');
                    }
                    if let Some(part) = part {
                        values.push(self.value(part)?);
                        text.push('\0');
                    }
                }
                text.push(']');
                self.island(values, &text)?
            }
            ExprKind::Array(entries) => {
                let mut text = String::from("[");
                let mut values = Vec::new();
                for entry in entries {
                    let (start, value) = match entry {
                        Entry::Item(value) => ("", value),
                        Entry::Spread(value) => ("...", value),
                    };
                    values.push(self.value(value)?);
                    text.extend([start, "\0, "]);
                }
                text.push(']');
                self.island(values, &text)?
            }
            ExprKind::Map(entries) => self.map(entries)?,
            ExprKind::Comprehension {
                value,
                key,
                item,
                target,
                condition,
            } => {
                let (target, items) = self.target(target, key.is_some())?;
                let key_name = key.as_ref().map(|key| &*key.text);
                let at = self.scopes.enter_loop(&item.text, key_name, items, true);
                let condition = condition.as_ref().map(|of| self.condition(of)).transpose();
                let value = self.value(value);
                self.scopes.leave();
                Expr::Collect(Box::new(Collect {
                    target,
                    has_key: key.is_some(),
                    at,
                    condition: condition?,
                    value: value?,
                }))
            }
            ExprKind::Component(_) => return unsupported("a component within an expression"),
            ExprKind::Variable(_) => return unsupported("a variable"),
        })
    }

    fn binary(&mut self, binary: Binary, a: &Written, b: &Written) -> Result<Expr> {
        let comparison = match binary {
            Binary::Equal => Some(Comparison::Equal),
            Binary::NotEqual => Some(Comparison::NotEqual),
            Binary::Less => Some(Comparison::Less),
            Binary::LessOrEqual => Some(Comparison::LessOrEqual),
            Binary::Greater => Some(Comparison::Greater),
            Binary::GreaterOrEqual => Some(Comparison::GreaterOrEqual),
            _ => None,
        };
        let operator = match binary {
            Binary::Plus => Some(Operator::Plus),
            Binary::Minus => Some(Operator::Minus),
            Binary::Multiply => Some(Operator::Multiply),
            Binary::Divide => Some(Operator::Divide),
            Binary::FloorDivide => Some(Operator::FloorDivide),
            Binary::Modulo => Some(Operator::Modulo),
            _ => None,
        };
        let both = self.boxed(a, b)?;
        Ok(match (binary, comparison, operator) {
            (_, Some(comparison), _) => Expr::Compare(comparison, both),
            (_, _, Some(operator)) => Expr::Arithmetic(operator, both),
            (Binary::And, ..) => Expr::And(both),
            (Binary::Or, ..) => Expr::Or(both),
            (Binary::Concatenate, ..) => Expr::Concatenate(both),
            (Binary::Power, ..) => self.island(vec![both.0, both.1], "(\0 ** \0)")?,
            _ => self.island(vec![both.0, both.1], "(\0 in \0)")?,
        })
    }

    fn map(&mut self, entries: &[MapEntry]) -> Result<Expr> {
        let mut text = String::from("{");
        let mut values = Vec::new();
        for entry in entries {
            let value = match entry {
                MapEntry::Spread(value) => {
                    text.push_str("...");
                    value
                }
                MapEntry::Pair(key, _, value) => {
                    match key {
                        MapKey::Text(key) => text.push_str(&quoted(key)?),
                        // Nothing that is added to a text fails.
                        MapKey::Integer(key) => {
                            let _ = write!(text, "{key}");
                        }
                        MapKey::Bool(key) => {
                            let _ = write!(text, "{key}");
                        }
                    }
                    text.push_str(": ");
                    value
                }
            };
            values.push(self.value(value)?);
            text.push_str("\0, ");
        }
        text.push('}');
        self.island(values, &text)
    }

    pub(super) fn is_native(&self, known: &[&str], name: &str) -> bool {
        known.contains(&name) && !self.known.natives.replaced.contains(name)
    }

    /// A filter.
    pub(super) fn filter(&mut self, of: Expr, call: &FilterCall) -> Result<Expr> {
        let (name, arguments) = (&*call.name.text, call.arguments.as_slice());
        if self.is_native(&FILTERS, name) {
            match (name, arguments) {
                ("safe", []) => return Ok(Expr::Safe(Box::new(of))),
                ("length", []) => return Ok(Expr::Length(Box::new(of))),
                ("default", [argument]) if *argument.name.text == *"value" => {
                    let default = self.value(&argument.value)?;
                    return Ok(Expr::Default(Box::new((of, default))));
                }
                ("asset", []) => return Ok(self.asset(of)),
                ("trans", _) => return self.message(of, arguments),
                ("url", _) => return self.link(of, arguments),
                _ => {}
            }
        }
        self.call(CallKind::Filter, vec![of], "\0|", &call.name, arguments, "")
    }

    fn function(&mut self, name: &Name, arguments: &[Argument]) -> Result<Expr> {
        if *name.text == *"super" {
            return unsupported("`super()` within an expression");
        }
        let subject = match &*name.text {
            "asset" => Some("path"),
            "trans" => Some("key"),
            "url" => Some("name"),
            _ => None,
        };
        if self.is_native(&FUNCTIONS, &name.text)
            && let Some(subject) = subject
            && let Some(at) = arguments
                .iter()
                .position(|argument| *argument.name.text == *subject)
        {
            let of = self.value(&arguments[at].value)?;
            let mut others = arguments.to_vec();
            others.remove(at);
            match &*name.text {
                "asset" if others.is_empty() => return Ok(self.asset(of)),
                "asset" => {}
                "trans" => return self.message(of, &others),
                _ => return self.link(of, &others),
            }
        }
        self.call(CallKind::Function, Vec::new(), "", name, arguments, "")
    }

    /// A call that is left to Tera: what stands before its name, and behind it.
    fn call(
        &mut self,
        kind: CallKind,
        mut values: Vec<Expr>,
        before: &str,
        name: &Name,
        arguments: &[Argument],
        after: &str,
    ) -> Result<Expr> {
        let is_own =
            !kind.is_built_in(&name.text) || self.known.natives.replaced.contains(&*name.text);
        let around = if is_own { Some(self.around()?) } else { None };
        let mut text = format!("{before}{}", name.text);
        let is_function = before.is_empty();
        if is_function || !arguments.is_empty() {
            text.push('(');
        }
        for argument in arguments {
            values.push(self.value(&argument.value)?);
            text.extend([&*argument.name.text, "=\0, "]);
        }
        if !arguments.is_empty() {
            text.truncate(text.len() - ", ".len());
        }
        if is_function || !arguments.is_empty() {
            text.push(')');
        }
        text.push_str(after);
        let mut island = self.island(values, &text)?;
        if let Expr::Island(island) = &mut island {
            island.around = around;
        }
        Ok(island)
    }

    /// The variables around a function of the app, which may ask for any.
    fn around(&mut self) -> Result<Arguments> {
        self.needs_all = true;
        let Some(mut names) = self.scopes.names_around() else {
            return unsupported("a function of the app within a component");
        };
        names.extend(self.names_set());
        names.sort_unstable();
        names.dedup();
        let variables = names.into_iter().map(|name| {
            let may_be_set = self.is_set(&name);
            match self.scopes.variable(&name, may_be_set) {
                Some(found) => Ok((name, found.into())),
                None => unsupported(format!("`{name}` is set within a component")),
            }
        });
        variables.collect()
    }

    /// An expression that Tera evaluates: `\0` stands for each of the values.
    fn island(&mut self, values: Vec<Expr>, text: &str) -> Result<Expr> {
        let mut parts = text.split('\0');
        let mut written = String::from(parts.next().unwrap_or_default());
        let mut variables = Vec::new();
        for (value, part) in values.into_iter().zip(parts) {
            let literal = match &value {
                Expr::None => Some(String::from("none")),
                Expr::Bool(value) => Some(value.to_string()),
                Expr::Integer(value @ 0..) => Some(value.to_string()),
                Expr::Text(text) => quoted(text).ok(),
                _ => None,
            };
            match literal {
                Some(literal) => written.push_str(&literal),
                None => {
                    let name = format!("__kalgan_{}", variables.len());
                    written.push_str(&name);
                    variables.push((name.into(), value));
                }
            }
            written.push_str(part);
        }
        let template = format!("{{{{ ({written})|{} }}}}", super::take::FILTER);
        let known = self.islands.iter().position(|known| *known == template);
        let at = known.unwrap_or_else(|| {
            self.islands.push(template);
            self.islands.len() - 1
        });
        Ok(Expr::Island(Box::new(Island {
            name: at.to_string().into(),
            variables,
            around: None,
        })))
    }
}

/// A text as a literal, where nothing in it has to be escaped.
fn quoted(text: &str) -> Result<String> {
    let is_plain = |c: char| !c.is_control() && !matches!(c, '"' | '\\' | '{' | '}' | '%' | '#');
    match text.chars().all(is_plain) {
        true => Ok(format!("\"{text}\"")),
        false => unsupported(format!("the text {text:?} as a key")),
    }
}
