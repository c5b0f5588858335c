//! Components: their definitions and their calls.

use super::expression::{is_literal, is_none};
use super::tag::other_end_name;
use super::{
    Context, End, ErrorExt, HashSet, Name, NodeKind, Opener, Parser, Result, Span, SyntaxError,
    Token, error,
};
use crate::suggest;
use crate::syntax::ast::{Attribute, Component, ComponentCall, Expr, ExprKind, Parameter};

const TYPES: [&str; 8] = [
    "array", "bool", "bytes", "float", "integer", "map", "number", "string",
];

impl Parser<'_> {
    /// A component's name; dots are part of it.
    fn component_name(&mut self) -> Result<Name> {
        let mut name = self.expect_name("the component's name")?;
        if self.next.token != Token::Dot {
            return Ok(name);
        }
        let mut text = String::from(name.text);
        while self.take_if(Token::Dot)? {
            let part = self.expect(Token::Name, "the next part of the component's name")?;
            text.push('.');
            text.push_str(self.slice(part));
        }
        name.text = text.into();
        name.span.end = self.end;
        Ok(name)
    }

    // --- Calls ---

    /// A call within an expression, behind its `<`.
    pub(super) fn inline_component(&mut self, start: usize) -> Result<Expr> {
        let name = self.component_name()?;
        let attributes = self.attributes()?;
        if self.next.token == Token::Greater {
            let help = format!(
                "close it with `/>`, or write `{{% <{0}> %}}…{{% </{0}> %}}`",
                name.text
            );
            return Err(error(
                Span::new(start, self.next.span.end),
                "a component in an expression has no body",
            )
            .help(help));
        }
        self.expect(Token::Slash, "an attribute or `/>`")?;
        self.expect(Token::Greater, "`>`")?;
        Ok(Expr {
            kind: ExprKind::Component(ComponentCall {
                name,
                attributes,
                body: None,
            }),
            span: Span::new(start, self.end),
        })
    }

    /// A call with a body, behind its `<`.
    pub(super) fn component_with_body(&mut self, start: Span, less: Span) -> Result<NodeKind> {
        let name = self.component_name()?;
        let attributes = self.attributes()?;
        if self.next.token == Token::Slash {
            return Err(self.expected("an attribute or `>`").help(format!(
                "a component without a body is an expression: `{{{{ <{} /> }}}}`",
                name.text
            )));
        }
        self.expect(Token::Greater, "an attribute or `>`")?;
        self.expect(Token::TagEnd, "`%}`")?;
        let opener = Opener {
            context: Context::Capture,
            title: "component's body",
            end: "{% </name> %}",
            span: Span::new(start.start, name.span.end),
        };
        let body = self.within(opener, |parser| parser.body(End::Component, Some(opener)))?;
        self.expect(Token::LessSlash, "`</`")?;
        let end_name = self.component_name()?;
        if end_name.text != name.text {
            let found = other_end_name("component", &name.text, &end_name.text, end_name.span);
            return Err(found.note(opener.span, Self::begins_here(&opener)));
        }
        self.expect(Token::Greater, "`>`")?;
        Ok(NodeKind::Expression(Expr {
            kind: ExprKind::Component(ComponentCall {
                name,
                attributes,
                body: Some(body),
            }),
            span: Span::new(less.start, self.end),
        }))
    }

    fn attributes(&mut self) -> Result<Vec<Attribute>> {
        let mut attributes = Vec::new();
        loop {
            match self.next.token {
                Token::Name => {
                    let span = self.take()?.span;
                    let name = self.name(span);
                    let value = if self.take_if(Token::Equal)? {
                        self.attribute_value()?
                    } else {
                        Expr {
                            kind: ExprKind::Variable(name.text.clone()),
                            span,
                        }
                    };
                    attributes.push(Attribute::Value(name, value));
                }
                Token::LeftBrace => {
                    self.take()?;
                    self.expect(Token::Spread, "`...`")?;
                    let value = self.expression(0)?;
                    self.expect(Token::RightBrace, "`}`")?;
                    attributes.push(Attribute::Spread(value));
                }
                _ => return Ok(attributes),
            }
        }
    }

    fn attribute_value(&mut self) -> Result<Expr> {
        match self.next.token {
            Token::Quoted { has_escapes } => {
                let span = self.take()?.span;
                Ok(Expr {
                    kind: ExprKind::Text(self.unquote(span, has_escapes)),
                    span,
                })
            }
            Token::LeftBrace => {
                self.take()?;
                let value = self.expression(0)?;
                self.expect(Token::RightBrace, "an operator or `}`")?;
                Ok(value)
            }
            _ => {
                let help = match self.next.token {
                    Token::End => return Err(self.expected("a text in quotes or `{`")),
                    _ => format!("write `{{{}}}`", self.slice(self.next.span)),
                };
                Err(self.expected("a text in quotes or `{`").help(help))
            }
        }
    }

    // --- Definitions ---

    /// A definition, behind its keyword. Its span is set by who knows where its tag ends.
    pub(super) fn component_definition(&mut self, start: Span) -> Result<Component> {
        let span = Span::new(start.start, self.end);
        if let Some(opener) = self.open.last() {
            return Err(error(span, "a component is defined in another tag")
                .help(format!("move it out of the {}", opener.title))
                .note(opener.span, Self::begins_here(opener)));
        }
        let opener = Opener {
            context: Context::Component,
            title: "component's definition",
            end: "{% endcomponent %}",
            span,
        };
        self.within(opener, |parser| parser.component(opener))
    }

    fn component(&mut self, opener: Opener) -> Result<Component> {
        let name = self.component_name()?;
        if let Some(first) = self.component_names.insert(name.text.clone(), name.span) {
            let message = format!("there are two components named `{}`", name.text);
            return Err(error(name.span, message)
                .help("rename one of them")
                .note(first, "the first one"));
        }
        self.expect(Token::LeftParen, "`(`")?;
        let (parameters, rest) = self.parameters()?;
        self.expect(Token::RightParen, "`)`")?;
        let metadata = if self.next.token == Token::LeftBrace {
            Some(self.literal("the metadata")?)
        } else {
            None
        };
        self.expect(Token::TagEnd, "`%}`")?;
        let body = self.body(End::Keyword(&["endcomponent"]), Some(opener))?;
        self.take()?;
        if self.next.token == Token::Name {
            let end_name = self.component_name()?;
            if end_name.text != name.text {
                let found = other_end_name("component", &name.text, &end_name.text, end_name.span);
                return Err(found.note(name.span, Self::begins_here(&opener)));
            }
        }
        Ok(Component {
            name,
            parameters,
            rest,
            metadata,
            body,
            span: opener.span,
        })
    }

    fn parameters(&mut self) -> Result<(Vec<Parameter>, Option<Name>)> {
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut seen: HashSet<Box<str>> = HashSet::new();
        loop {
            if self.next.token == Token::RightParen {
                return Ok((parameters, None));
            }
            if !parameters.is_empty() {
                self.expect(Token::Comma, "`,` or `)`")?;
                if self.next.token == Token::RightParen {
                    return Ok((parameters, None));
                }
            }
            let is_rest = self.take_if(Token::Spread)?;
            let is_implicit = !is_rest && self.take_if(Token::At)?;
            let name = self.expect_name("a parameter's name")?;
            if &*name.text == "body" {
                return Err(error(name.span, "a parameter is named `body`").help(
                    "`body` is what stands between the tags of a call; give it another name",
                ));
            }
            if !seen.insert(name.text.clone()) {
                let message = format!("there are two parameters named `{}`", name.text);
                let found = error(name.span, message).help("rename one of them");
                let first = parameters
                    .iter()
                    .find(|parameter| parameter.name.text == name.text);
                return Err(match first {
                    Some(first) => found.note(first.name.span, "the first one"),
                    None => found,
                });
            }
            if is_rest {
                if self.next.token != Token::RightParen {
                    return Err(self.expected("`)`").help(format!(
                        "`...{}` takes what is left and stands last",
                        name.text
                    )));
                }
                return Ok((parameters, Some(name)));
            }
            parameters.push(self.parameter(name, is_implicit)?);
        }
    }

    fn parameter(&mut self, name: Name, is_implicit: bool) -> Result<Parameter> {
        let mut kind = None;
        if self.take_if(Token::Colon)? {
            let found = self.expect_name("a type")?;
            if !TYPES.contains(&&*found.text.to_ascii_lowercase()) {
                return Err(no_such_type(&found));
            }
            kind = Some(found);
        }
        let mut default = None;
        if self.take_if(Token::Equal)? {
            let value = self.default_value()?;
            if let Some(kind) = &kind {
                check_type(kind, &value)?;
            }
            default = Some(value);
        }
        Ok(Parameter {
            name,
            is_implicit,
            kind,
            default,
        })
    }

    /// The value where none is given; Tera takes literals only.
    fn default_value(&mut self) -> Result<Expr> {
        let start = self.next.span.start;
        let kind = match self.next.token {
            Token::LeftBracket | Token::LeftBrace => return self.literal("a default"),
            Token::Minus => {
                self.take()?;
                match self.next.token {
                    Token::Integer(value) => ExprKind::Integer(-value),
                    Token::Float(value) => ExprKind::Float(-value),
                    _ => return Err(self.expected("a number")),
                }
            }
            Token::Bool(value) => ExprKind::Bool(value),
            Token::Integer(value) => ExprKind::Integer(value),
            Token::Float(value) => ExprKind::Float(value),
            Token::Quoted { has_escapes } => {
                ExprKind::Text(self.unquote(self.next.span, has_escapes))
            }
            Token::Name if is_none(self.slice(self.next.span)) => ExprKind::None,
            _ => {
                return Err(self
                    .expected("a default value")
                    .help("it is a text, a number, `true`, `false`, `none`, an array or a map"));
            }
        };
        self.take()?;
        Ok(Expr {
            kind,
            span: Span::new(start, self.end),
        })
    }

    /// An array or a map of nothing but literals.
    fn literal(&mut self, title: &str) -> Result<Expr> {
        let open = self.take()?;
        let value = if open.token == Token::LeftBrace {
            self.map(open.span.start)?
        } else {
            self.array(open.span.start)?
        };
        if is_literal(&value) {
            return Ok(value);
        }
        let message = format!("{title} is made of literals only");
        Err(error(value.span, message).help("write texts, numbers, `true`, `false` or `none`"))
    }
}

#[cold]
fn no_such_type(found: &Name) -> Box<SyntaxError> {
    let unknown = error(found.span, format!("there is no type `{}`", found.text));
    match suggest::did_you_mean(&found.text, &TYPES) {
        Some(help) => unknown.help(help),
        None => unknown,
    }
}

fn check_type(kind: &Name, value: &Expr) -> Result<()> {
    let found = match value.kind {
        ExprKind::Text(_) => "string",
        ExprKind::Bool(_) => "bool",
        ExprKind::Integer(_) => "integer",
        ExprKind::Float(_) => "float",
        ExprKind::Array(_) => "array",
        ExprKind::Map(_) => "map",
        // `none` fits all, and nothing else is a literal.
        _ => return Ok(()),
    };
    let expected = kind.text.to_ascii_lowercase();
    let is_number = expected == "number" && matches!(found, "integer" | "float");
    if is_number || expected == found {
        return Ok(());
    }
    let message = format!("the default is of type `{found}`, the parameter of type `{expected}`");
    Err(error(value.span, message)
        .help("change one of them")
        .note(kind.span, "the type"))
}
