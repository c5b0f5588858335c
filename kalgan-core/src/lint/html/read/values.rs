//! What stands between `{{` and `}}`.

use super::branches::Alternative;
use super::{Reader, Use};
use crate::lint::html::context::InContext;
use crate::lint::html::state::Mode;
use crate::lint::html::tree::{Item, Piece};
use crate::lint::html::value::{self, Markup};
use crate::syntax::ast::{ComponentCall, Expr, ExprKind};
use crate::text::Span;

impl<'r, 'k> Reader<'r, 'k> {
    /// Something that is not known is written.
    pub(super) fn unknown(&mut self, span: Span) {
        match self.state.mode {
            Mode::Data => self.push(Item::Opaque),
            _ => self.state.push_unknown(Piece::Hole, span),
        }
    }

    pub(super) fn value(&mut self, expr: &Expr, span: Span) {
        if self.state.mode == Mode::Data {
            return self.markup(expr);
        }
        if matches!(self.state.mode, Mode::Dead | Mode::Lost) {
            return;
        }
        if self.filtered == 0 {
            let text = self.entry.file.slice(expr.span);
            let found = InContext {
                state: &self.state,
                expr,
                text,
                place: self.entry.place(expr.span),
                variables: &self.variables,
                has_placeholders: self.has_placeholders(expr),
            };
            self.found.extend(found.check(self.lookup.levels));
        }
        let choices = value::choices(expr);
        let texts: Option<Vec<String>> = choices.iter().map(|one| value::literal(one)).collect();
        let piece = match texts {
            Some(texts) => Piece::Either(
                texts
                    .into_iter()
                    .map(|text| vec![Piece::Text(text.into())])
                    .collect(),
            ),
            None => Piece::Hole,
        };
        self.state.push_unknown(piece, span);
        self.state.last = 0;
    }

    /// Whether one of the messages that are written needs values.
    fn has_placeholders(&self, expr: &Expr) -> bool {
        value::choices(expr).iter().any(|expr| {
            let ExprKind::Filter { of, .. } = &expr.kind else {
                return true;
            };
            let ExprKind::Text(key) = &of.kind else {
                return true;
            };
            let placeholders = self.lookup.known.placeholders(key);
            placeholders.is_some_and(|names| !names.is_empty())
        })
    }

    /// A value where text is.
    fn markup(&mut self, expr: &Expr) {
        let choices = value::choices(expr);
        match choices.as_slice() {
            [one] => self.markup_of(one),
            many => self.branch(
                many.iter()
                    .map(|one| -> Alternative<'_, 'r, 'k> {
                        Box::new(|reader: &mut Self| reader.markup_of(one))
                    })
                    .collect(),
            ),
        }
    }

    fn markup_of(&mut self, expr: &Expr) {
        if let ExprKind::Component(call) = &expr.kind {
            return self.call(call);
        }
        let captured = &self.captured;
        let markup = value::markup(expr, self.is_component, &|name| captured.contains(name));
        match markup {
            Markup::None => {}
            Markup::Body => self.push(Item::Body),
            Markup::Super => self.push(Item::Super),
            Markup::Any => self.push(Item::Opaque),
        }
    }

    fn call(&mut self, call: &ComponentCall) {
        let body = call.body.as_ref().map(|body| self.apart(body));
        let name = &call.name.text;
        self.uses.insert(Use::Component(name.clone()));
        self.push(Item::Component(name.clone(), body));
    }
}
