//! Messages and URLs: what of them is known becomes text.

use super::compile::Compiler;
use super::expression::{FILTERS, FUNCTIONS};
use super::names::Given;
use super::program::{Arguments, Expr, FoldedMessage, Link, Message};
use super::translation::{Translation, only_shows};
use super::unsupported::Result;
use crate::intl::Lazy;
use kalgan_core::routes::QUERY;
use kalgan_core::syntax::ast::{Argument, Expr as Written, ExprKind};
use std::borrow::Cow;
use std::sync::Arc;

impl Compiler<'_> {
    /// A message whose key is a literal, and what it is given.
    pub(super) fn known_message<'e>(
        &self,
        expr: &'e Written,
    ) -> Option<(&'e str, Cow<'e, [Argument]>)> {
        let text = |of: &'e Written| match &of.kind {
            ExprKind::Text(text) => Some(&**text),
            _ => None,
        };
        match &expr.kind {
            ExprKind::Filter { of, call }
                if *call.name.text == *"trans" && self.is_native(&FILTERS, "trans") =>
            {
                Some((text(of)?, call.arguments.as_slice().into()))
            }
            ExprKind::Call { name, arguments }
                if *name.text == *"trans" && self.is_native(&FUNCTIONS, "trans") =>
            {
                let mut keys = arguments.iter();
                let key = keys.find(|argument| *argument.name.text == *"key")?;
                let others = arguments.iter().filter(|other| !std::ptr::eq(*other, key));
                Some((text(&key.value)?, others.cloned().collect()))
            }
            _ => None,
        }
    }

    fn arguments(&mut self, arguments: &[Argument], but: &str) -> Result<Arguments> {
        let others = arguments.iter().filter(|other| *other.name.text != *but);
        others
            .map(|argument| Ok((argument.name.text.clone(), self.value(&argument.value)?)))
            .collect()
    }

    fn named(&mut self, arguments: &[Argument], name: &str) -> Result<Option<Expr>> {
        let mut arguments = arguments.iter();
        let found = arguments.find(|argument| *argument.name.text == *name);
        found.map(|found| self.value(&found.value)).transpose()
    }

    pub(super) fn message(&mut self, key: Expr, arguments: &[Argument]) -> Result<Expr> {
        if let Expr::Text(key) = &key
            && let Some(folded) = self.folded(key, arguments, false)?
        {
            return Ok(folded);
        }
        let language = self.named(arguments, "_lang")?;
        let values = self.arguments(arguments, "_lang")?;
        Ok(Expr::Message(Box::new(Message {
            key,
            language,
            arguments: values,
        })))
    }

    /// A message whose key is known, in each language. `None`: something of it is known at the request.
    pub(super) fn folded(
        &mut self,
        key: &str,
        arguments: &[Argument],
        is_written: bool,
    ) -> Result<Option<Expr>> {
        let folded = self.known.folded;
        let found = (0..folded.languages()).map(|language| folded.message(language, key));
        let Some(found) = found.collect::<Option<Vec<_>>>() else {
            return Ok(None);
        };
        let names: Vec<&str> = arguments.iter().map(|of| &*of.name.text).collect();
        let is_twice = |(at, name)| names[..at].contains(name);
        if names.contains(&"_lang") || names.iter().enumerate().any(is_twice) {
            return Ok(None);
        }
        let is_escaped = is_written && self.known.escapes;
        let translations = found
            .iter()
            .map(|(message, language)| Translation::new(message, language, &names, is_escaped));
        let Some(translations) = translations.collect::<Option<Arc<[_]>>>() else {
            return Ok(None);
        };
        let mut values = Vec::new();
        for argument in arguments {
            let name = &*argument.name.text;
            let is_shown = found.iter().all(|(message, _)| only_shows(message, name));
            let value = match is_escaped && is_shown {
                true => self.shown(&argument.value)?,
                false => self.value(&argument.value)?,
            };
            values.push((argument.name.text.clone(), value));
        }
        if let Some(literals) = literals(&values) {
            let texts = found.iter().map(|(message, language)| {
                let value = |name: &str| {
                    let found = literals.iter().find(|(known, _)| *known == name);
                    found.map(|(_, value)| value)
                };
                message.format(&Lazy::new(language), value).ok()
            });
            let texts = texts.collect::<Option<Vec<String>>>();
            return Ok(texts.map(Self::localized_text));
        }
        Ok(Some(Expr::Folded(Box::new(FoldedMessage {
            values: values.into_iter().map(|(_, value)| value).collect(),
            translations,
            is_escaped,
        }))))
    }

    pub(super) fn link(&mut self, name: Expr, arguments: &[Argument]) -> Result<Expr> {
        let query = self.named(arguments, QUERY)?;
        let parameters = self.arguments(arguments, QUERY)?;
        if let (Expr::Text(name), None) = (&name, &query)
            && let Some(values) = literals(&parameters)
        {
            let values: Vec<Given<'_>> = values
                .iter()
                .map(|(name, value)| (*name, value as _))
                .collect();
            let folded = self.known.folded;
            let urls = (0..folded.languages()).map(|language| folded.url(language, name, &values));
            if let Some(urls) = urls.collect::<Option<Vec<String>>>() {
                self.has_links = true;
                return Ok(Self::localized_text(urls));
            }
        }
        Ok(Expr::Link(Box::new(Link {
            name,
            parameters,
            query,
        })))
    }

    pub(super) fn asset(&mut self, path: Expr) -> Expr {
        if let Expr::Text(path) = &path
            && let Some(url) = self.known.folded.asset(path)
        {
            self.has_links = true;
            return Expr::Text(url.into());
        }
        Expr::Asset(Box::new(path))
    }

    /// A text in each language.
    fn localized_text(texts: Vec<String>) -> Expr {
        if let Some((first, others)) = texts.split_first()
            && others.iter().all(|other| other == first)
        {
            return Expr::Text(first.as_str().into());
        }
        Expr::Localized(texts.into_iter().map(Into::into).collect())
    }
}

/// The values of arguments that are literals.
fn literals(arguments: &Arguments) -> Option<Vec<(&str, String)>> {
    let each = arguments.iter().map(|(name, value)| match value {
        Expr::Text(text) => Some((&**name, text.to_string())),
        Expr::Integer(value) => Some((&**name, value.to_string())),
        _ => None,
    });
    each.collect()
}
