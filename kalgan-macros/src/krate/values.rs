//! The types of the values that a macro is given in a function's body, as far as the sources tell:
//! by arguments, annotations, and what functions and methods of the crate return.

use super::item::{Item, ItemKind};
use super::locals::Locals;
use super::modules::{Crate, ScopeId};
use super::resolve::unraw;
use super::types::{Typed, mentions};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::HashMap;
use syn::visit::{self, Visit};
use syn::{Expr, FnArg};

impl Crate {
    /// The types of expressions that stand in a call of a macro, whose byte this is: what `given` reads
    /// of the tokens of the call.
    pub(crate) fn values_at(
        &self,
        place: ScopeId,
        offset: usize,
        given: &dyn Fn(TokenStream) -> Vec<Expr>,
    ) -> Option<Vec<Option<Typed>>> {
        let file = self.file_of(place);
        let item = self.function_around(place, offset)?;
        // Which of the calls in the function it is.
        let calls = file.scan().calls.iter().map(|call| call.path.start);
        let calls: Vec<usize> = calls
            .filter(|at| (item.span.start..item.end).contains(at))
            .collect();
        let index = calls.iter().position(|at| *at == offset)?;
        let function: syn::ItemFn = syn::parse_str(file.str(&(item.head..item.end))).ok()?;
        let mut body = Body {
            locals: Locals {
                krate: self,
                place,
                bound: vec![HashMap::new()],
            },
            index,
            seen: 0,
            given,
            found: None,
        };
        let generics = &function.sig.generics;
        for argument in &function.sig.inputs {
            let FnArg::Typed(argument) = argument else {
                continue;
            };
            let ty = (!mentions(&argument.ty, generics)).then(|| (*argument.ty).clone());
            body.locals
                .bind(&argument.pat, ty.map(|ty| Typed { ty, place }));
        }
        body.visit_block(&function.block);
        // A macro with some within it would have them counted otherwise.
        (body.seen == calls.len()).then_some(body.found)?
    }

    fn function_around(&self, place: ScopeId, offset: usize) -> Option<&Item> {
        let scopes = self.file_of(place).scan().scopes.iter();
        let items = scopes.flat_map(|scope| &scope.items);
        let around = items.filter(|item| {
            item.kind == ItemKind::Function && (item.head..item.end).contains(&offset)
        });
        around.max_by_key(|item| item.span.start)
    }
}

/// A walk through the body of a function, up to a call of a macro.
struct Body<'a> {
    locals: Locals<'a>,
    index: usize,
    seen: usize,
    given: &'a dyn Fn(TokenStream) -> Vec<Expr>,
    found: Option<Vec<Option<Typed>>>,
}

impl Body<'_> {
    fn within(&mut self, walk: impl FnOnce(&mut Self)) {
        self.locals.bound.push(HashMap::new());
        walk(self);
        self.locals.bound.pop();
    }
}

impl<'ast> Visit<'ast> for Body<'_> {
    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.within(|body| visit::visit_block(body, block));
    }

    // Functions within have their own names.
    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let mut typed = None;
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            if let Some((_, otherwise)) = &init.diverge {
                self.visit_expr(otherwise);
            }
            typed = self.locals.type_of(&init.expr);
        }
        self.locals.bind(&local.pat, typed);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.within(|body| {
            for input in &closure.inputs {
                body.locals.bind(input, None);
            }
            body.visit_expr(&closure.body);
        });
    }

    fn visit_expr_match(&mut self, of: &'ast syn::ExprMatch) {
        self.visit_expr(&of.expr);
        let typed = self.locals.type_of(&of.expr);
        for arm in &of.arms {
            self.within(|body| {
                body.locals.bind(&arm.pat, typed.clone());
                visit::visit_arm(body, arm);
            });
        }
    }

    fn visit_expr_for_loop(&mut self, of: &'ast syn::ExprForLoop) {
        self.visit_expr(&of.expr);
        self.within(|body| {
            body.locals.bind(&of.pat, None);
            body.visit_block(&of.body);
        });
    }

    fn visit_expr_if(&mut self, of: &'ast syn::ExprIf) {
        self.within(|body| {
            body.visit_expr(&of.cond);
            body.visit_block(&of.then_branch);
        });
        if let Some((_, otherwise)) = &of.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_while(&mut self, of: &'ast syn::ExprWhile) {
        self.within(|body| {
            body.visit_expr(&of.cond);
            body.visit_block(&of.body);
        });
    }

    /// `let` in a condition.
    fn visit_expr_let(&mut self, of: &'ast syn::ExprLet) {
        self.visit_expr(&of.expr);
        let typed = self.locals.type_of(&of.expr);
        self.locals.bind(&of.pat, typed);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let first = call.tokens.clone().into_iter().next();
        let is_text =
            matches!(&first, Some(TokenTree::Literal(text)) if text.to_string().ends_with('"'));
        let name = call.path.segments.last().map(|last| unraw(&last.ident));
        if !is_text || name.is_none_or(|name| super::scan::is_of_std(&name)) {
            return;
        }
        if self.seen == self.index {
            let given = (self.given)(call.tokens.clone());
            self.found = Some(given.iter().map(|expr| self.locals.type_of(expr)).collect());
        }
        self.seen += 1;
    }
}
