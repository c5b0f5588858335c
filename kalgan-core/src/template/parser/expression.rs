//! Expressions: operators by their binding power, and what they bind.

use super::{
    Context, ErrorExt, Lexeme, MAX_BRACKETS, MAX_COMPLEXITY, MAX_DEPTH, MAX_DIMENSIONS, Name,
    Parser, Result, Span, Token, error,
};
use crate::template::ast::{
    Argument, Binary, Entry, Expr, ExprKind, FilterCall, LoopField, MapEntry, MapKey, Unary,
};

/// How strongly an operator binds to its left. What it takes to its right binds more strongly.
const TERNARY: u8 = 0;
const IN: u8 = 5;
const IS: u8 = 5;
const PIPE: u8 = 17;

/// How strongly a binary operator binds to its left, and what binds to its right.
fn powers(operator: Binary) -> (u8, u8) {
    match operator {
        Binary::Or => (1, 2),
        Binary::And => (3, 4),
        Binary::In => (IN, 6),
        Binary::Equal
        | Binary::NotEqual
        | Binary::Less
        | Binary::LessOrEqual
        | Binary::Greater
        | Binary::GreaterOrEqual => (7, 8),
        Binary::Plus | Binary::Minus => (11, 12),
        Binary::Multiply
        | Binary::Divide
        | Binary::Modulo
        | Binary::Concatenate
        | Binary::FloorDivide => (13, 14),
        Binary::Power => (16, 15),
    }
}

/// How strongly an operator binds that stands before its operand.
fn prefix_power(operator: Unary) -> u8 {
    match operator {
        Unary::Not => 5,
        Unary::Minus => 20,
    }
}

pub(super) fn is_none(word: &str) -> bool {
    matches!(word, "none" | "None" | "null")
}

/// Whether a value is known without a context.
pub(super) fn is_literal(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Integer(_)
        | ExprKind::Float(_)
        | ExprKind::Text(_) => true,
        ExprKind::Array(entries) => entries
            .iter()
            .all(|entry| matches!(entry, Entry::Item(item) if is_literal(item))),
        ExprKind::Map(entries) => entries
            .iter()
            .all(|entry| matches!(entry, MapEntry::Pair(_, _, item) if is_literal(item))),
        _ => false,
    }
}

impl Parser<'_> {
    /// An expression of operators that bind at least as strongly as `least`.
    pub(super) fn expression(&mut self, least: u8) -> Result<Expr> {
        if self.depth == 0 {
            self.complexity = 0;
        }
        if self.depth == MAX_DEPTH {
            return Err(self.too_complex());
        }
        self.depth += 1;
        let result = self.operators(least);
        self.depth -= 1;
        result
    }

    #[cold]
    fn too_complex(&self) -> Box<super::SyntaxError> {
        error(self.next.span, "the expression is too complex")
            .help("give a part of it a name with `{% set %}`")
    }

    fn count(&mut self) -> Result<()> {
        self.complexity += 1;
        if self.complexity > MAX_COMPLEXITY {
            return Err(self.too_complex());
        }
        Ok(())
    }

    /// All since `start`, which a parenthesis may begin.
    fn since(&self, start: usize, kind: ExprKind) -> Expr {
        Expr {
            kind,
            span: Span::new(start, self.end),
        }
    }

    fn operators(&mut self, least: u8) -> Result<Expr> {
        let start = self.next.span.start;
        let mut left = self.operand()?;
        loop {
            let operator = match self.next.token {
                Token::Star => Binary::Multiply,
                Token::Slash => Binary::Divide,
                Token::SlashSlash => Binary::FloorDivide,
                Token::Percent => Binary::Modulo,
                Token::Plus => Binary::Plus,
                Token::Minus => Binary::Minus,
                Token::StarStar => Binary::Power,
                Token::Less => Binary::Less,
                Token::LessEqual => Binary::LessOrEqual,
                Token::Greater => Binary::Greater,
                Token::GreaterEqual => Binary::GreaterOrEqual,
                Token::EqualEqual => Binary::Equal,
                Token::NotEqual => Binary::NotEqual,
                Token::Tilde => Binary::Concatenate,
                Token::Pipe if least <= PIPE => {
                    left = self.filter(start, left)?;
                    continue;
                }
                Token::LeftBracket => {
                    self.count()?;
                    left = self.subscript(start, left)?;
                    continue;
                }
                Token::Name => match self.slice(self.next.span) {
                    "and" => Binary::And,
                    "or" => Binary::Or,
                    "in" => Binary::In,
                    "not" if least <= IN => {
                        left = self.not_in(start, left)?;
                        continue;
                    }
                    "is" if least <= IS => {
                        left = self.test(start, left)?;
                        continue;
                    }
                    "if" if least == TERNARY => return self.ternary(start, left),
                    _ => return Ok(left),
                },
                _ => return Ok(left),
            };
            if powers(operator).0 < least {
                return Ok(left);
            }
            left = self.binary(start, left, operator)?;
        }
    }

    fn binary(&mut self, start: usize, left: Expr, operator: Binary) -> Result<Expr> {
        self.count()?;
        self.take()?;
        let right = self.expression(powers(operator).1)?;
        if operator == Binary::Concatenate
            && let ExprKind::Unary(unary, _) = &right.kind
        {
            let sign = match unary {
                Unary::Not => "not",
                Unary::Minus => "-",
            };
            return Err(error(right.span, format!("`{sign}` stands behind a `~`"))
                .help("give the value a name with `{% set %}` and join that"));
        }
        Ok(self.since(
            start,
            ExprKind::Binary(operator, Box::new(left), Box::new(right)),
        ))
    }

    fn negated(of: Expr) -> Expr {
        let span = of.span;
        Expr {
            kind: ExprKind::Unary(Unary::Not, Box::new(of)),
            span,
        }
    }

    fn not_in(&mut self, start: usize, left: Expr) -> Result<Expr> {
        self.take()?;
        if !self.is_keyword("in") {
            return Err(self
                .expected("`in`")
                .help("`not` stands before a value or in `not in` and `is not`"));
        }
        self.binary(start, left, Binary::In).map(Self::negated)
    }

    fn test(&mut self, start: usize, left: Expr) -> Result<Expr> {
        self.count()?;
        self.take()?;
        let is_negated = self.is_keyword("not");
        if is_negated {
            self.take()?;
        }
        let name = self.expect_name("a test's name")?;
        let arguments = self.optional_arguments()?;
        let test = self.since(
            start,
            ExprKind::Test {
                of: Box::new(left),
                name,
                arguments,
            },
        );
        Ok(if is_negated {
            Self::negated(test)
        } else {
            test
        })
    }

    fn filter(&mut self, start: usize, left: Expr) -> Result<Expr> {
        self.count()?;
        self.take()?;
        if self.next.token == Token::Pipe {
            return Err(self.expected("a filter's name").help("write `or`"));
        }
        let call = self.filter_call()?;
        Ok(self.since(
            start,
            ExprKind::Filter {
                of: Box::new(left),
                call,
            },
        ))
    }

    fn ternary(&mut self, start: usize, then: Expr) -> Result<Expr> {
        self.take()?;
        let condition = self.expression(0)?;
        self.expect_keyword("else")?;
        let otherwise = self.expression(0)?;
        Ok(self.since(
            start,
            ExprKind::Ternary {
                condition: Box::new(condition),
                then: Box::new(then),
                otherwise: Box::new(otherwise),
            },
        ))
    }

    // --- Operands ---

    fn operand(&mut self) -> Result<Expr> {
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
            let arguments = self.arguments()?;
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
    fn subscript(&mut self, start: usize, of: Expr) -> Result<Expr> {
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
        let arguments = self.optional_arguments()?;
        Ok(FilterCall { name, arguments })
    }

    fn optional_arguments(&mut self) -> Result<Vec<Argument>> {
        if self.next.token == Token::LeftParen {
            self.arguments()
        } else {
            Ok(Vec::new())
        }
    }

    fn arguments(&mut self) -> Result<Vec<Argument>> {
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
                return Err(self
                    .expected("an argument's name")
                    .help("arguments have names: `name(argument=value)`"));
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
                return Err(self
                    .expected("`=`")
                    .help("arguments have names: `name(argument=value)`"));
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
                .help("there is `index`, `index0`, `first`, `last` and `length`"));
        }
    })
}
