//! Expressions: operators by their binding power, and what they bind.

use super::{ErrorExt, MAX_COMPLEXITY, MAX_DEPTH, Parser, Result, Span, Token, error};
use crate::syntax::ast::{Binary, Entry, Expr, ExprKind, MapEntry, Unary};

/// How strongly an operator binds to its left. What it takes to its right binds more strongly.
pub(super) const TERNARY: u8 = 0;
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
pub(super) fn prefix_power(operator: Unary) -> u8 {
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

    pub(super) fn count(&mut self) -> Result<()> {
        self.complexity += 1;
        if self.complexity > MAX_COMPLEXITY {
            return Err(self.too_complex());
        }
        Ok(())
    }

    /// All since `start`, which a parenthesis may begin.
    pub(super) fn since(&self, start: usize, kind: ExprKind) -> Expr {
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
        let arguments = self.optional_arguments(name.span)?;
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
}
