//! Operands: literals, variables and calls, and what stands in brackets.

use super::expression::{TERNARY, is_none, prefix_power};
use super::{
    Context, ErrorExt, Lexeme, MAX_BRACKETS, MAX_DIMENSIONS, Name, Parser, Result, Span, Token,
    error,
};
use crate::syntax::SyntaxError;
use crate::syntax::ast::{
    Argument, Entry, Expr, ExprKind, FilterCall, LoopField, MapEntry, MapKey, Unary,
};

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Result<Expr> {
        let Lexeme { token, span } = self.next;
        let kind = match token {
            Token::Integer(value) => ExprKind::Integer(value),
            Token::Float(value) => ExprKind::Float(value),
            Token::Bool(value) => ExprKind::Bool(value),
            Token::Quoted { has_escapes } => ExprKind::Text(self.unquote(span, has_escapes)),
            Token::Name => {
                let word = self.slice(span);
                if word == "not" {
                    return self.unary(Unary::Not);
                }
                if !is_none(word) {
                    return self.variable_or_call();
                }
                ExprKind::None
            }
            Token::Minus => return self.unary(Unary::Minus),
            Token::Less => {
                self.take()?;
                return self.inline_component(span.start);
            }
            Token::LeftBrace => {
                self.take()?;
                return self.map(span.start);
            }
            Token::LeftBracket => {
                self.take()?;
                return self.array(span.start);
            }
            Token::LeftParen => {
                self.take()?;
                let inner = self.expression(0)?;
                self.expect(Token::RightParen, "an operator or `)`")?;
                return Ok(inner);
            }
            _ => return Err(self.expected("a value")),
        };
        self.take()?;
        Ok(Expr { kind, span })
    }

    /// A number with a sign is a number, as it is for Tera.
    fn unary(&mut self, operator: Unary) -> Result<Expr> {
        let start = self.take()?.span.start;
        if self.next.token == Token::Minus || self.is_keyword("not") {
            return Err(error(
                Span::new(start, self.next.span.end),
                "`-` and `not` stand behind each other",
            )
            .help("use parentheses"));
        }
        let of = self.expression(prefix_power(operator))?;
        let kind = match (operator, of.kind) {
            // A literal has no sign, so the smallest number cannot be here.
            (Unary::Minus, ExprKind::Integer(value)) => ExprKind::Integer(-value),
            (Unary::Minus, ExprKind::Float(value)) => ExprKind::Float(-value),
            (operator, kind) => {
                let span = of.span;
                ExprKind::Unary(operator, Box::new(Expr { kind, span }))
            }
        };
        Ok(self.since(start, kind))
    }

    fn variable_or_call(&mut self) -> Result<Expr> {
        let Lexeme { span, .. } = self.take()?;
        let start = span.start;
        if self.next.token == Token::LeftParen {
            let name = self.name(span);
            let arguments = self.arguments(span)?;
            return Ok(self.since(start, ExprKind::Call { name, arguments }));
        }
        let word = self.slice(span);
        let is_loop = word == "loop"
            && self
                .open
                .iter()
                .any(|opener| opener.context == Context::Loop);
        let mut value = Expr {
            kind: ExprKind::Variable(word.into()),
            span,
        };
        loop {
            match self.next.token {
                Token::Dot | Token::OptionalDot => {
                    self.count()?;
                    let is_optional = self.take()?.token == Token::OptionalDot;
                    let name = self.expect_name("an attribute's name")?;
                    let kind = if is_loop {
                        // Whatever stands before it: to Tera, `loop.index.last` is `loop.last`.
                        ExprKind::Loop(loop_field(&name)?)
                    } else {
                        ExprKind::Attribute {
                            of: Box::new(value),
                            name,
                            is_optional,
                        }
                    };
                    value = self.since(start, kind);
                }
                Token::LeftBracket | Token::OptionalBracket => {
                    self.count()?;
                    value = self.subscript(start, value)?;
                }
                Token::LeftParen => {
                    return Err(error(
                        Span::new(start, self.next.span.end),
                        "a function is called on a value",
                    )
                    .help("apply a filter instead: `value | name(argument=1)`"));
                }
                _ => return Ok(value),
            }
        }
    }

    /// What stands in brackets behind a value.
    pub(super) fn subscript(&mut self, start: usize, of: Expr) -> Result<Expr> {
        if self.brackets == MAX_BRACKETS {
            return Err(error(self.next.span, "the brackets nest too deeply")
                .help("give the inner value a name with `{% set %}`"));
        }
        let is_optional = self.take()?.token == Token::OptionalBracket;
        self.brackets += 1;
        let mut first = None;
        if self.next.token != Token::Colon {
            first = Some(Box::new(self.expression(0)?));
        }
        let is_slice = self.take_if(Token::Colon)?;
        let mut end = None;
        let mut step = None;
        if is_slice {
            if !matches!(self.next.token, Token::Colon | Token::RightBracket) {
                end = Some(Box::new(self.expression(0)?));
            }
            if self.take_if(Token::Colon)? {
                step = Some(Box::new(self.expression(0)?));
            }
        }
        self.expect(Token::RightBracket, "an operator or `]`")?;
        self.brackets -= 1;
        let of = Box::new(of);
        let kind = match first {
            Some(index) if !is_slice => ExprKind::Item {
                of,
                index,
                is_optional,
            },
            start => ExprKind::Slice {
                of,
                start,
                end,
                step,
                is_optional,
            },
        };
        Ok(self.since(start, kind))
    }

    /// A filter's name and its arguments.
    pub(super) fn filter_call(&mut self) -> Result<FilterCall> {
        let name = self.expect_name("a filter's name")?;
        let arguments = self.optional_arguments(name.span)?;
        Ok(FilterCall { name, arguments })
    }

    pub(super) fn optional_arguments(&mut self, callee: Span) -> Result<Vec<Argument>> {
        if self.next.token == Token::LeftParen {
            self.arguments(callee)
        } else {
            Ok(Vec::new())
        }
    }

    fn arguments(&mut self, callee: Span) -> Result<Vec<Argument>> {
        let unnamed = |mut error: Box<SyntaxError>| {
            error.callee = Some(callee);
            error.help("arguments have names: `name(argument=value)`")
        };
        self.take()?;
        let mut arguments: Vec<Argument> = Vec::new();
        loop {
            if self.take_if(Token::RightParen)? {
                return Ok(arguments);
            }
            if !arguments.is_empty() {
                self.expect(Token::Comma, "`,` or `)`")?;
                if self.take_if(Token::RightParen)? {
                    return Ok(arguments);
                }
            }
            if self.next.token != Token::Name {
                return Err(unnamed(self.expected("an argument's name")));
            }
            let span = self.take()?.span;
            let name = self.name(span);
            if let Some(first) = arguments.iter().find(|first| first.name.text == name.text) {
                let message = format!("the argument `{}` is given twice", name.text);
                return Err(error(span, message)
                    .help("remove one of them")
                    .note(first.name.span, "the first one"));
            }
            if self.next.token != Token::Equal {
                return Err(unnamed(self.expected("`=`")));
            }
            self.take()?;
            let value = self.expression(0)?;
            arguments.push(Argument { name, value });
        }
    }

    /// A map, behind its `{`.
    pub(super) fn map(&mut self, start: usize) -> Result<Expr> {
        let mut entries = Vec::new();
        loop {
            if self.take_if(Token::RightBrace)? {
                break;
            }
            if !entries.is_empty() {
                self.expect(Token::Comma, "`,` or `}`")?;
                if self.take_if(Token::RightBrace)? {
                    break;
                }
            }
            if self.take_if(Token::Spread)? {
                entries.push(MapEntry::Spread(self.expression(0)?));
                continue;
            }
            let key = match self.next.token {
                Token::Quoted { has_escapes } => {
                    MapKey::Text(self.unquote(self.next.span, has_escapes))
                }
                Token::Integer(value) => MapKey::Integer(value),
                Token::Bool(value) => MapKey::Bool(value),
                _ => {
                    return Err(self
                        .expected("a key")
                        .help("a key is a text in quotes, a whole number, `true` or `false`"));
                }
            };
            let span = self.take()?.span;
            self.expect(Token::Colon, "`:`")?;
            entries.push(MapEntry::Pair(key, span, self.expression(0)?));
        }
        Ok(self.since(start, ExprKind::Map(entries)))
    }

    /// An array or a list comprehension, behind its `[`.
    pub(super) fn array(&mut self, start: usize) -> Result<Expr> {
        if self.dimensions == MAX_DIMENSIONS {
            return Err(error(
                Span::new(start, start + 1),
                format!("an array has more than {MAX_DIMENSIONS} dimensions"),
            )
            .help("give the inner array a name with `{% set %}`"));
        }
        self.dimensions += 1;
        let mut entries = Vec::new();
        loop {
            if self.take_if(Token::RightBracket)? {
                break;
            }
            if !entries.is_empty() {
                self.expect(Token::Comma, "`,` or `]`")?;
                if self.take_if(Token::RightBracket)? {
                    break;
                }
            }
            if self.take_if(Token::Spread)? {
                entries.push(Entry::Spread(self.expression(0)?));
                continue;
            }
            let item = self.expression(0)?;
            if entries.is_empty() && self.is_keyword("for") {
                self.dimensions -= 1;
                return self.comprehension(start, item);
            }
            entries.push(Entry::Item(item));
        }
        self.dimensions -= 1;
        Ok(self.since(start, ExprKind::Array(entries)))
    }

    fn comprehension(&mut self, start: usize, value: Expr) -> Result<Expr> {
        self.take()?;
        let (key, item) = self.loop_variables()?;
        let target = Box::new(self.expression(TERNARY + 1)?);
        let mut condition = None;
        if self.is_keyword("if") {
            self.take()?;
            condition = Some(Box::new(self.expression(TERNARY + 1)?));
        }
        if self.is_keyword("for") {
            let message = "a list comprehension has one `for`";
            return Err(error(self.next.span, message).help("loop over another list comprehension"));
        }
        self.expect(Token::RightBracket, "an operator or `]`")?;
        Ok(self.since(
            start,
            ExprKind::Comprehension {
                value: Box::new(value),
                key,
                item,
                target,
                condition,
            },
        ))
    }

    /// The variables of a loop, and the `in` behind them.
    pub(super) fn loop_variables(&mut self) -> Result<(Option<Name>, Name)> {
        let mut key = None;
        let mut value = self.variable_name()?;
        if self.take_if(Token::Comma)? {
            key = Some(value);
            value = self.variable_name()?;
        }
        self.expect_keyword("in")?;
        Ok((key, value))
    }
}

fn loop_field(name: &Name) -> Result<LoopField> {
    Ok(match &*name.text {
        "index" => LoopField::Index,
        "index0" => LoopField::Index0,
        "first" => LoopField::First,
        "last" => LoopField::Last,
        "length" => LoopField::Length,
        other => {
            return Err(error(name.span, format!("`loop` has no `{other}`"))
                .help("there are `index`, `index0`, `first`, `last` and `length`"));
        }
    })
}
