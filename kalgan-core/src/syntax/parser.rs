//! From tokens to the syntax tree: what all parts of the parser share, and bodies of tags.
//!
//! The limits are Tera's. They keep the parser and whoever walks over the tree from running out of
//! stack, so each recursion is counted by one of them.

mod component;
mod expression;
mod operand;
mod tag;

use super::ast::{Component, Name, Node, NodeKind, Template};
use super::error::{ErrorExt, Result, SyntaxError, error};
use super::lexer::{Lexeme, Lexer, Token, unescape};
use crate::text::Span;
use std::collections::{HashMap, HashSet};

/// How deeply tags nest, the template itself being the first level.
const MAX_NESTING: usize = 40;
/// How deeply expressions nest.
const MAX_DEPTH: usize = 40;
/// How many operators, filters, tests and attributes an expression has.
const MAX_COMPLEXITY: usize = 256;
/// How deeply arrays nest.
const MAX_DIMENSIONS: usize = 2;
/// How deeply brackets behind values nest: `a[b[c]]` are two.
const MAX_BRACKETS: usize = 4;
/// How many `elif` an `if` has. Tera has no such limit; a debug build of it overflows a thread's stack
/// of 2 MiB by then.
const MAX_BRANCHES: usize = 256;

/// Names that no variable may have.
const RESERVED: [&str; 12] = [
    "loop", "self", "and", "or", "not", "is", "in", "continue", "break", "none", "None", "null",
];

/// The inside of a tag, for what must not stand in it.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    Loop,
    Block,
    If,
    Component,
    /// What is rendered into a value: a filter section, a set block or a component's body.
    Capture,
}

/// A tag that is open.
#[derive(Clone, Copy)]
struct Opener {
    context: Context,
    /// As messages call it.
    title: &'static str,
    /// Its end, for the help.
    end: &'static str,
    /// From its first delimiter to its keyword.
    span: Span,
}

/// What ends a body.
#[derive(Clone, Copy)]
enum End {
    /// The end of the template.
    Template,
    /// One of these keywords.
    Keyword(&'static [&'static str]),
    /// `</`.
    Component,
}

/// What a tag is parsed into.
enum ParsedTag {
    Node(NodeKind),
    Extends,
    Component(Component),
}

pub(super) struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    /// The token that is looked at.
    next: Lexeme,
    /// Where the token before it ends.
    end: usize,
    /// The first delimiter of the last tag.
    tag_start: Span,
    open: Vec<Opener>,
    nesting: usize,
    depth: usize,
    complexity: usize,
    dimensions: usize,
    brackets: usize,
    /// The names of the blocks, and where they stand first.
    blocks: HashMap<&'a str, Span>,
    component_names: HashMap<Box<str>, Span>,
    parent: Option<Name>,
    components: Vec<Component>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            lexer: Lexer::new(text),
            next: Lexeme {
                token: Token::Comment,
                span: Span::default(),
            },
            end: 0,
            tag_start: Span::default(),
            open: Vec::new(),
            nesting: 0,
            depth: 0,
            complexity: 0,
            dimensions: 0,
            brackets: 0,
            blocks: HashMap::new(),
            component_names: HashMap::new(),
            parent: None,
            components: Vec::new(),
        }
    }

    pub(super) fn template(mut self) -> Result<Template> {
        self.next = self.lexer.next()?;
        let nodes = self.body(End::Template, None)?;
        Ok(Template {
            parent: self.parent,
            nodes,
            components: self.components,
        })
    }

    // --- Tokens ---

    /// Moves on, and gives the token that was looked at.
    fn take(&mut self) -> Result<Lexeme> {
        let taken = self.next;
        self.next = self.lexer.next()?;
        self.end = taken.span.end;
        Ok(taken)
    }

    /// Moves on if it is this token.
    fn take_if(&mut self, token: Token) -> Result<bool> {
        let is_token = self.next.token == token;
        if is_token {
            self.take()?;
        }
        Ok(is_token)
    }

    fn expect(&mut self, token: Token, expected: &str) -> Result<Span> {
        if self.next.token == token {
            Ok(self.take()?.span)
        } else {
            Err(self.expected(expected))
        }
    }

    fn expect_keyword(&mut self, keyword: &str) -> Result<Span> {
        if self.is_keyword(keyword) {
            Ok(self.take()?.span)
        } else {
            Err(self.expected(&format!("`{keyword}`")))
        }
    }

    fn expect_name(&mut self, expected: &str) -> Result<Name> {
        let span = self.expect(Token::Name, expected)?;
        Ok(self.name(span))
    }

    fn slice(&self, span: Span) -> &'a str {
        &self.text[span.start..span.end]
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        self.next.token == Token::Name && self.slice(self.next.span) == keyword
    }

    fn name(&self, span: Span) -> Name {
        Name {
            text: self.slice(span).into(),
            span,
        }
    }

    /// What a text in quotes means.
    fn unquote(&self, span: Span, has_escapes: bool) -> Box<str> {
        let inner = &self.text[span.start + 1..span.end - 1];
        if has_escapes {
            unescape(inner).into()
        } else {
            inner.into()
        }
    }

    /// A text in quotes, as the name of a template.
    fn quoted_name(&mut self) -> Result<Name> {
        let Token::Quoted { has_escapes } = self.next.token else {
            return Err(self
                .expected("a template's name in quotes")
                .help("write the path below the folder of templates, such as `\"base.html\"`"));
        };
        let span = self.take()?.span;
        Ok(Name {
            text: self.unquote(span, has_escapes),
            span,
        })
    }

    /// The name of a variable that is set.
    fn variable_name(&mut self) -> Result<Name> {
        let name = self.expect_name("a variable's name")?;
        if RESERVED.contains(&&*name.text) {
            let message = format!("`{}` is a reserved word", name.text);
            return Err(error(name.span, message).help("give the variable another name"));
        }
        Ok(name)
    }

    // --- Errors ---

    /// What is looked at, as messages call it.
    fn found(&self) -> String {
        match self.next.token {
            Token::End => String::from("the end of the template"),
            Token::Quoted { .. } => String::from("a text in quotes"),
            _ => format!("`{}`", self.slice(self.next.span)),
        }
    }

    #[cold]
    fn expected(&self, expected: &str) -> Box<SyntaxError> {
        let message = format!("expected {expected}, found {}", self.found());
        let found = error(self.next.span, message);
        match self.next.token {
            Token::Equal if expected.starts_with("an operator") => found.help("compare with `==`"),
            Token::Bang => found.help("write `not`"),
            _ => found,
        }
    }

    #[cold]
    fn not_closed(&self, opener: Opener) -> Box<SyntaxError> {
        error(opener.span, format!("the {} is not closed", opener.title))
            .help(format!("close it with `{}`", opener.end))
            .note(self.next.span, "the template ends here")
    }

    fn begins_here(opener: &Opener) -> String {
        format!("the {} begins here", opener.title)
    }

    // --- Bodies ---

    fn body(&mut self, end: End, opener: Option<Opener>) -> Result<Vec<Node>> {
        if self.nesting == MAX_NESTING {
            return Err(error(self.next.span, "the tags nest too deeply")
                .help("move a part of the template into one of its own and include it"));
        }
        self.nesting += 1;
        let nodes = self.body_nodes(end, opener);
        self.nesting -= 1;
        nodes
    }

    fn body_nodes(&mut self, end: End, opener: Option<Opener>) -> Result<Vec<Node>> {
        let mut nodes = Vec::new();
        // Whether nothing but white space, comments and components was there yet.
        let mut is_blank = true;
        loop {
            let is_child = self.parent.is_some() && self.open.is_empty();
            let Lexeme { token, span } = self.take()?;
            let kind = match token {
                Token::Text(text) | Token::Raw(text) => {
                    if is_child || is_blank {
                        let is_space = self.slice(text).trim_start().is_empty();
                        if is_child && !is_space {
                            return Err(self.unreachable(text));
                        }
                        is_blank &= is_space;
                    }
                    if matches!(token, Token::Raw(_)) {
                        NodeKind::Raw(text)
                    } else {
                        NodeKind::Text(text)
                    }
                }
                Token::Comment => NodeKind::Comment,
                Token::ExpressionStart => {
                    let value = self.expression(0)?;
                    if self.next.token != Token::ExpressionEnd {
                        return Err(self.expression_not_closed(span));
                    }
                    self.take()?;
                    is_blank = false;
                    NodeKind::Expression(value)
                }
                Token::TagStart => {
                    self.tag_start = span;
                    if self.is_end(end) {
                        return Ok(nodes);
                    }
                    let parsed = self.tag(span, is_blank, opener)?;
                    self.expect(Token::TagEnd, "`%}`")?;
                    match parsed {
                        ParsedTag::Node(kind) => {
                            is_blank = false;
                            kind
                        }
                        ParsedTag::Extends => continue,
                        ParsedTag::Component(mut component) => {
                            component.span = Span::new(span.start, self.end);
                            self.components.push(component);
                            continue;
                        }
                    }
                }
                // Outside of tags there is no other token.
                _ => match opener {
                    Some(opener) => return Err(self.not_closed(opener)),
                    None => return Ok(nodes),
                },
            };
            let span = Span::new(span.start, self.end);
            let is_ignored = matches!(
                kind,
                NodeKind::Text(_) | NodeKind::Raw(_) | NodeKind::Comment | NodeKind::Block { .. }
            );
            if is_child && !is_ignored {
                return Err(self.unreachable(span));
            }
            nodes.push(Node { kind, span });
        }
    }

    fn is_end(&self, end: End) -> bool {
        match end {
            End::Template => false,
            End::Component => self.next.token == Token::LessSlash,
            End::Keyword(keywords) => {
                self.next.token == Token::Name && keywords.contains(&self.slice(self.next.span))
            }
        }
    }

    #[cold]
    fn unreachable(&self, span: Span) -> Box<SyntaxError> {
        let text = self.slice(span);
        let start = span.end - text.trim_start().len();
        let end = start + text.trim().len();
        let message = "this is never written, since the template extends another";
        let found = error(Span::new(start, end), message).help("move it into a block");
        match &self.parent {
            Some(parent) => found.note(parent.span, "what it extends"),
            None => found,
        }
    }

    #[cold]
    fn expression_not_closed(&self, start: Span) -> Box<SyntaxError> {
        let found = self.expected("an operator or `}}`");
        if self.next.token == Token::End {
            found
                .help("close it with `}}`")
                .note(start, "the expression begins here")
        } else if self.next.token == Token::LessSlash {
            found.help("close the expression with `}}` before it")
        } else if self.next.token == Token::RightBrace {
            found.help("a `}}` ends the expression; put a space between the braces of a map")
        } else {
            found
        }
    }
}
