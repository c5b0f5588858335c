//! What a rendering asks of its site: messages and URLs.

use super::escape::escape;
use super::names::{Given, Names};
use super::program::{Arguments, Expr, FoldedMessage, Link, Message};
use super::run::{Run, Run1};
use super::shown::Shown;
use super::translation::Piece;
use super::value::{ByTera, Val};
use std::borrow::Cow;

impl<'a, N: Names> Run<'a, N> {
    /// Values by their names, which must be there.
    fn arguments(&mut self, arguments: &'a Arguments) -> Run1<Vec<(&'a str, Val<'a>)>> {
        let mut values = Vec::with_capacity(arguments.len());
        for (name, expr) in arguments {
            match self.eval(expr)? {
                Val::Undefined => return Err(ByTera),
                value @ (Val::List { .. } | Val::Record { .. }) => {
                    values.push((&**name, Val::of(Cow::Owned(value.to_tera()?))));
                }
                value => values.push((&**name, value)),
            }
        }
        Ok(values)
    }

    /// Writes a message in the language of the request.
    pub(super) fn folded(&mut self, message: &'a FoldedMessage) -> Run1<()> {
        let language = self.language.ok_or(ByTera)?;
        let translation = message.translations.get(language).ok_or(ByTera)?;
        let first = self.values.len();
        for expr in &message.values {
            let value = self.shown(expr)?;
            self.values.push(value);
        }
        let values = self.values.get(first..).unwrap_or_default();
        let pieces = match translation.chosen_by() {
            None => translation.text(),
            Some(by) => match values.get(by).ok_or(ByTera)? {
                Shown::Unsigned(number) => translation.text_of_number(*number),
                value => translation.text_of(&value.text(self.arena)?),
            },
        };
        let is_escaped = message.is_escaped;
        // A value that cannot choose is a mistake.
        for piece in pieces.ok_or(ByTera)? {
            match piece {
                Piece::Text(text) => self.out.extend_from_slice(text.as_bytes()),
                Piece::Value(at) => {
                    let value = values.get(*at).ok_or(ByTera)?;
                    value.write(&mut self.out, self.arena, is_escaped)?;
                }
                Piece::Formatted(at, format) => {
                    let value = values.get(*at).ok_or(ByTera)?;
                    if let Shown::Unsigned(number) = value
                        && translation.is_plain(*format, *number)
                    {
                        value.write(&mut self.out, self.arena, is_escaped)?;
                        continue;
                    }
                    let value = value.text(self.arena)?;
                    let text = translation.format(*format, &value).ok_or(ByTera)?;
                    match is_escaped {
                        true => escape(&mut self.out, &text),
                        false => self.out.extend_from_slice(text.as_bytes()),
                    }
                }
            }
        }
        self.values.truncate(first);
        Ok(())
    }

    /// The value of a message, which must be there.
    fn shown(&mut self, expr: &'a Expr) -> Run1<Shown<'a>> {
        if let Expr::Path(path) = expr
            && path.is_plain()
            && let Some(node) = self.node(path)
            && let Some(shown) = Shown::of_node(node)
        {
            return Ok(shown);
        }
        Shown::of(self.eval(expr)?)
    }

    pub(super) fn message(&mut self, message: &'a Message) -> Run1<Val<'a>> {
        let key = self.eval(&message.key)?;
        let language = match &message.language {
            Some(language) => Some(self.eval(language)?),
            None => None,
        };
        let language = match &language {
            Some(language) => Some(language.as_text().ok_or(ByTera)?),
            None => None,
        };
        let values = self.arguments(&message.arguments)?;
        let key = key.as_text().ok_or(ByTera)?;
        let text = self.names.message(language, key, &given(&values));
        Ok(Val::text(text.ok_or(ByTera)?))
    }

    pub(super) fn link(&mut self, link: &'a Link) -> Run1<Val<'a>> {
        let name = self.eval(&link.name)?;
        let values = self.arguments(&link.parameters)?;
        let query = match &link.query {
            Some(query) => match self.eval(query)? {
                Val::Undefined => return Err(ByTera),
                query => Some(query.to_tera()?),
            },
            None => None,
        };
        let name = name.as_text().ok_or(ByTera)?;
        let url = self.names.url(name, &given(&values), query.as_ref());
        Ok(Val::text(url.ok_or(ByTera)?))
    }
}

fn given<'v>(values: &'v [(&'v str, Val<'_>)]) -> Vec<Given<'v>> {
    let values = values.iter();
    values.map(|(name, value)| (*name, value as _)).collect()
}
