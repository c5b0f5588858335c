//! Tags, but for those of components.

use super::{
    Context, End, ErrorExt, Lexeme, MAX_BRANCHES, Node, NodeKind, Opener, ParsedTag, Parser,
    Result, Span, SyntaxError, Token, error,
};
use crate::suggest;
use crate::syntax::ast::{Expr, FilterCall};

const TAGS: [&str; 12] = [
    "block",
    "break",
    "component",
    "continue",
    "extends",
    "filter",
    "for",
    "if",
    "include",
    "raw",
    "set",
    "set_global",
];

impl Parser<'_> {
    /// A tag, from its keyword to before its `%}`.
    pub(super) fn tag(
        &mut self,
        start: Span,
        is_first: bool,
        within: Option<Opener>,
    ) -> Result<ParsedTag> {
        let Lexeme { token, span } = self.next;
        let kind = match token {
            Token::Less => {
                self.take()?;
                return self.component_with_body(start, span).map(ParsedTag::Node);
            }
            Token::Name => match self.slice(span) {
                "component" => {
                    self.take()?;
                    return self.component_definition(start).map(ParsedTag::Component);
                }
                "extends" => return self.extends(is_first).map(|()| ParsedTag::Extends),
                "set" => self.set(start, false)?,
                "set_global" => self.set(start, true)?,
                "include" => {
                    self.take()?;
                    NodeKind::Include(self.quoted_name()?)
                }
                "block" => self.block(start)?,
                "for" => self.for_loop(start)?,
                "if" => self.if_chain(start)?,
                "filter" => self.filter_section(start)?,
                "break" => self.jump(NodeKind::Break)?,
                "continue" => self.jump(NodeKind::Continue)?,
                _ => return Err(self.unknown_tag(within)),
            },
            _ => return Err(self.unknown_tag(within)),
        };
        Ok(ParsedTag::Node(kind))
    }

    #[cold]
    fn unknown_tag(&self, within: Option<Opener>) -> Box<SyntaxError> {
        if self.next.token == Token::End {
            return self.expected("a tag's name");
        }
        let name = self.slice(self.next.span);
        let is_end = name.starts_with("end") || matches!(name, "else" | "elif" | "</");
        let message = if is_end {
            format!("`{name}` closes nothing here")
        } else if self.next.token == Token::Name {
            format!("there is no tag `{name}`")
        } else {
            return self.expected("a tag's name");
        };
        let found = error(self.next.span, message);
        match (name, within) {
            (_, Some(opener)) if is_end => found
                .help(format!(
                    "close the {} first: `{}`",
                    opener.title, opener.end
                ))
                .note(opener.span, Self::begins_here(&opener)),
            (_, None) if is_end => found,
            ("macro" | "import" | "endmacro", _) => {
                found.help("there are components instead: `{% component name(argument) %}`")
            }
            _ => match suggest::did_you_mean(name, &TAGS) {
                Some(help) => found.help(help),
                None => found,
            },
        }
    }

    /// Remembers an open tag while `inside` runs.
    pub(super) fn within<T>(
        &mut self,
        opener: Opener,
        inside: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.open.push(opener);
        let result = inside(self);
        self.open.pop();
        result
    }

    /// From the tag's first delimiter to its keyword, which is taken.
    fn open_tag(&mut self, start: Span) -> Result<Span> {
        let keyword = self.take()?.span;
        Ok(Span::new(start.start, keyword.end))
    }

    fn tag_end(&mut self) -> Result<Span> {
        self.expect(Token::TagEnd, "`%}`")
    }

    fn extends(&mut self, is_first: bool) -> Result<()> {
        let keyword = self.take()?.span;
        let name = self.quoted_name()?;
        let span = Span::new(keyword.start, name.span.end);
        if let Some(parent) = &self.parent {
            let message = format!("the template extends `{}` already", parent.text);
            return Err(error(span, message).note(parent.span, "here"));
        }
        if !is_first {
            return Err(error(span, "`extends` is not the first tag")
                .help("move it to the beginning of the template"));
        }
        if let Some(opener) = self.open.last() {
            return Err(error(span, "`extends` stands in another tag")
                .help("move it to the beginning of the template")
                .note(opener.span, Self::begins_here(opener)));
        }
        self.parent = Some(name);
        Ok(())
    }

    fn set(&mut self, start: Span, is_global: bool) -> Result<NodeKind> {
        let span = self.open_tag(start)?;
        let name = self.variable_name()?;
        if self.take_if(Token::Equal)? {
            let value = self.expression(0)?;
            return Ok(NodeKind::Set {
                name,
                value,
                is_global,
            });
        }
        if !matches!(self.next.token, Token::Pipe | Token::TagEnd) {
            return Err(self
                .expected("`=` or `%}`")
                .help("write `{% set name = value %}` or `{% set name %}text{% endset %}`"));
        }
        let mut filters = Vec::new();
        while self.take_if(Token::Pipe)? {
            filters.push(self.filter_call()?);
        }
        self.tag_end()?;
        let opener = Opener {
            context: Context::Capture,
            title: "`set` block",
            end: "{% endset %}",
            span,
        };
        let body = self.captured(opener, &["endset"])?;
        Ok(NodeKind::SetBlock {
            name,
            filters,
            body,
            is_global,
        })
    }

    /// A body and the keyword behind it.
    fn captured(&mut self, opener: Opener, end: &'static [&'static str]) -> Result<Vec<Node>> {
        let body = self.within(opener, |parser| {
            parser.body(End::Keyword(end), Some(opener))
        })?;
        self.take()?;
        Ok(body)
    }

    fn filter_section(&mut self, start: Span) -> Result<NodeKind> {
        let span = self.open_tag(start)?;
        let mut filters: Vec<FilterCall> = Vec::with_capacity(1);
        loop {
            filters.push(self.filter_call()?);
            if !self.take_if(Token::Pipe)? {
                break;
            }
        }
        self.tag_end()?;
        let opener = Opener {
            context: Context::Capture,
            title: "filter section",
            end: "{% endfilter %}",
            span,
        };
        let body = self.captured(opener, &["endfilter"])?;
        Ok(NodeKind::FilterSection { filters, body })
    }

    fn block(&mut self, start: Span) -> Result<NodeKind> {
        let span = self.open_tag(start)?;
        let outside = self
            .open
            .iter()
            .find(|opener| matches!(opener.context, Context::Loop | Context::Component));
        if let Some(opener) = outside {
            return Err(error(span, format!("a block stands in a {}", opener.title))
                .help(format!("move it out of the {}", opener.title))
                .note(opener.span, Self::begins_here(opener)));
        }
        let name_span = self.expect(Token::Name, "the block's name")?;
        let text = self.slice(name_span);
        if let Some(first) = self.blocks.insert(text, name_span) {
            let message = format!("there are two blocks named `{text}`");
            return Err(error(name_span, message)
                .help("rename one of them")
                .note(first, "the first one"));
        }
        self.tag_end()?;
        let opener = Opener {
            context: Context::Block,
            title: "block",
            end: "{% endblock %}",
            span: Span::new(span.start, name_span.end),
        };
        let body = self.captured(opener, &["endblock"])?;
        if self.next.token == Token::Name {
            let end_name = self.take()?.span;
            if self.slice(end_name) != text {
                return Err(
                    other_end_name("block", text, self.slice(end_name), end_name)
                        .note(name_span, Self::begins_here(&opener)),
                );
            }
        }
        Ok(NodeKind::Block {
            name: self.name(name_span),
            body,
        })
    }

    fn for_loop(&mut self, start: Span) -> Result<NodeKind> {
        let opener = Opener {
            context: Context::Loop,
            title: "`for` loop",
            end: "{% endfor %}",
            span: self.open_tag(start)?,
        };
        // What is looped over counts as inside of the loop.
        let (key, value, target, body) = self.within(opener, |parser| {
            let (key, value) = parser.loop_variables()?;
            let target = parser.expression(0)?;
            parser.expect(Token::TagEnd, "an operator or `%}`")?;
            let body = parser.body(End::Keyword(&["endfor", "else"]), Some(opener))?;
            Ok((key, value, target, body))
        })?;
        let mut otherwise = Vec::new();
        if self.is_keyword("else") {
            self.take()?;
            self.tag_end()?;
            otherwise = self.body(End::Keyword(&["endfor"]), Some(opener))?;
        }
        self.take()?;
        Ok(NodeKind::For {
            key,
            value,
            target,
            body,
            otherwise,
        })
    }

    fn if_chain(&mut self, start: Span) -> Result<NodeKind> {
        let opener = Opener {
            context: Context::If,
            title: "`if`",
            end: "{% endif %}",
            span: self.open_tag(start)?,
        };
        let (mut branches, mut otherwise) =
            self.within(opener, |parser| parser.branches(start, opener))?;
        self.expect_keyword("endif")?;
        // All of them end with the tag, whose `%}` comes next if nothing is wrong.
        let end = self.next.span.end;
        while branches.len() > 1 {
            // The length is checked above.
            let Some((span, condition, body)) = branches.pop() else {
                break;
            };
            let kind = NodeKind::If {
                condition,
                body,
                otherwise,
            };
            let span = Span::new(span.start, end);
            otherwise = vec![Node { kind, span }];
        }
        match branches.pop() {
            Some((_, condition, body)) => Ok(NodeKind::If {
                condition,
                body,
                otherwise,
            }),
            // There is a first branch, or an error before.
            None => Err(self.expected("a condition")),
        }
    }

    /// The `if` and each `elif`, with the first delimiter of its tag, and the `else`. A loop, since
    /// nothing but the template's length bounds how many there are.
    #[allow(clippy::type_complexity)]
    fn branches(
        &mut self,
        start: Span,
        opener: Opener,
    ) -> Result<(Vec<(Span, Expr, Vec<Node>)>, Vec<Node>)> {
        let mut branches = Vec::with_capacity(1);
        let mut start = start;
        loop {
            let condition = self.expression(0)?;
            self.expect(Token::TagEnd, "an operator or `%}`")?;
            let body = self.body(End::Keyword(&["endif", "else", "elif"]), Some(opener))?;
            let branch_start = start;
            start = self.tag_start;
            branches.push((branch_start, condition, body));
            if !self.is_keyword("elif") {
                break;
            }
            if branches.len() > MAX_BRANCHES {
                let message = format!("the `if` has more than {MAX_BRANCHES} `elif`");
                return Err(error(self.next.span, message)
                    .help("look the value up in a map")
                    .note(opener.span, Self::begins_here(&opener)));
            }
            self.take()?;
        }
        let mut otherwise = Vec::new();
        if self.is_keyword("else") {
            self.take()?;
            self.tag_end()?;
            otherwise = self.body(End::Keyword(&["endif"]), Some(opener))?;
        }
        Ok((branches, otherwise))
    }

    fn jump(&mut self, kind: NodeKind) -> Result<NodeKind> {
        let span = self.take()?.span;
        let word = self.slice(span);
        for opener in self.open.iter().rev() {
            if opener.context == Context::Loop {
                return Ok(kind);
            }
            if opener.context == Context::Capture {
                let message = format!("`{word}` stands in a {}", opener.title);
                return Err(error(span, message)
                    .help(format!("move it out of the {}", opener.title))
                    .note(opener.span, Self::begins_here(opener)));
            }
        }
        let message = format!("`{word}` stands outside of a `for` loop");
        Err(error(span, message).help("remove it"))
    }
}

pub(super) fn other_end_name(
    title: &str,
    name: &str,
    end_name: &str,
    span: Span,
) -> Box<SyntaxError> {
    error(
        span,
        format!("the {title} `{name}` is closed as `{end_name}`"),
    )
    .help(format!("write `{name}` here, too"))
}
