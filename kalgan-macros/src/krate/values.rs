//! The types of the values that a macro is given in a function's body, as far as the sources tell:
//! by arguments, annotations, and what functions and methods of the crate return.

use super::item::{Item, ItemKind};
use super::modules::{Crate, ScopeId};
use super::resolve::{Definition, Meaning, unraw};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::HashMap;
use syn::visit::{self, Visit};
use syn::{Expr, FnArg, GenericArgument, Lit, Pat, PathArguments, ReturnType, Type};

/// A type, and where it is named.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) ty: Type,
    pub(crate) place: ScopeId,
}

/// What is bound to names, from the outermost block to the innermost; what is not known hides what
/// is.
type Bound = Vec<HashMap<String, Option<Typed>>>;

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
            krate: self,
            place,
            bound: vec![HashMap::new()],
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
            body.bind(&argument.pat, ty.map(|ty| Typed { ty, place }));
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

    /// What a method of a type returns.
    fn method(&self, of: Definition<'_>, name: &str) -> Option<Typed> {
        let mut found: Option<Typed> = None;
        for file in self.all_files() {
            if !file.mentions(name) {
                continue;
            }
            for member in file
                .scan()
                .members
                .iter()
                .filter(|member| member.name == name)
            {
                let place = self.place_in(file, member.scope)?;
                let header = format!("{} {{}}", file.str(&member.of));
                let Ok(block) = syn::parse_str::<syn::ItemImpl>(&header) else {
                    continue;
                };
                let Type::Path(path) = &*block.self_ty else {
                    continue;
                };
                match self.meaning(place, &path.path) {
                    Meaning::Type(definition) if definition == of => {}
                    _ => continue,
                }
                let text = file.str(&member.signature);
                let signature: syn::Signature = syn::parse_str(text).ok()?;
                let output = returned(&signature)?;
                if mentions(&output, &block.generics) {
                    return None;
                }
                let ty = with_self(&output, &block.self_ty)?;
                let same = |known: &Typed| known.place == place && known.ty == ty;
                if found.as_ref().is_some_and(|known| !same(known)) {
                    // Several traits may have it.
                    return None;
                }
                found = Some(Typed { ty, place });
            }
        }
        found
    }

    /// The type of a field of a struct.
    fn field(&self, of: Definition<'_>, name: &str) -> Option<Typed> {
        let text = self.file_of(of.place).str(&of.item.span);
        let item: syn::ItemStruct = syn::parse_str(text).ok()?;
        let mut fields = item.fields.iter();
        let field =
            fields.find(|field| field.ident.as_ref().is_some_and(|own| unraw(own) == name))?;
        (!mentions(&field.ty, &item.generics)).then(|| Typed {
            ty: field.ty.clone(),
            place: of.place,
        })
    }

    fn struct_of(&self, typed: &Typed) -> Option<Definition<'_>> {
        let Type::Path(path) = &typed.ty else {
            return None;
        };
        match self.meaning(typed.place, &path.path) {
            Meaning::Type(definition) if definition.item.kind == ItemKind::Struct => {
                Some(definition)
            }
            _ => None,
        }
    }

    /// The name and the parameters of a type of the standard library, or of an extractor.
    fn known(&self, typed: &Typed) -> Option<(String, Vec<Typed>)> {
        let Type::Path(path) = &typed.ty else {
            return None;
        };
        let last = path.path.segments.last()?;
        let name = self.std_name(typed.place, &path.path);
        let name = name.or_else(|| match self.meaning(typed.place, &path.path) {
            Meaning::Foreign(names) => names.last().cloned(),
            // An alias for results with the crate's own error.
            Meaning::Type(of) if of.item.kind == ItemKind::OtherType && last.ident == "Result" => {
                Some(String::from("Result"))
            }
            _ => None,
        })?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else {
            return Some((name, Vec::new()));
        };
        let types = arguments.args.iter().filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(Typed {
                ty: ty.clone(),
                place: typed.place,
            }),
            _ => None,
        });
        Some((name, types.collect()))
    }

    /// What a reference or a pointer leads to.
    fn peeled(&self, mut typed: Typed) -> Typed {
        loop {
            if let Type::Reference(reference) = &typed.ty {
                typed.ty = (*reference.elem).clone();
                continue;
            }
            if let Type::Paren(inner) = &typed.ty {
                typed.ty = (*inner.elem).clone();
                continue;
            }
            match self.known(&typed) {
                Some((name, mut inner))
                    if matches!(name.as_str(), "Box" | "Arc" | "Rc") && inner.len() == 1 =>
                {
                    typed = inner.remove(0);
                }
                _ => return typed,
            }
        }
    }

    /// What is in a `Result` or an `Option`.
    fn inner(&self, typed: &Typed) -> Option<Typed> {
        let (name, inner) = self.known(typed)?;
        let is_some = matches!(name.as_str(), "Result" | "Option");
        is_some.then(|| inner.into_iter().next())?
    }
}

/// A walk through the body of a function, up to a call of a macro.
struct Body<'a> {
    krate: &'a Crate,
    place: ScopeId,
    bound: Bound,
    index: usize,
    seen: usize,
    given: &'a dyn Fn(TokenStream) -> Vec<Expr>,
    found: Option<Vec<Option<Typed>>>,
}

impl Body<'_> {
    fn here(&self, ty: Type) -> Typed {
        Typed {
            ty,
            place: self.place,
        }
    }

    fn within(&mut self, walk: impl FnOnce(&mut Self)) {
        self.bound.push(HashMap::new());
        walk(self);
        self.bound.pop();
    }

    fn name(&mut self, name: &syn::Ident, typed: Option<Typed>) {
        if let Some(frame) = self.bound.last_mut() {
            frame.insert(unraw(name), typed);
        }
    }

    /// Binds the names of a pattern to the parts of a value.
    fn bind(&mut self, pat: &Pat, typed: Option<Typed>) {
        match (pat, typed) {
            (Pat::Ident(pat), typed) if pat.subpat.is_none() => self.name(&pat.ident, typed),
            (Pat::Type(pat), _) => {
                let typed = match &*pat.ty {
                    Type::Infer(_) => None,
                    ty => Some(self.here(ty.clone())),
                };
                self.bind(&pat.pat, typed);
            }
            (Pat::Reference(pat), Some(typed)) => {
                let typed = match typed.ty {
                    Type::Reference(of) => Some(Typed {
                        ty: *of.elem,
                        place: typed.place,
                    }),
                    _ => None,
                };
                self.bind(&pat.pat, typed);
            }
            (Pat::Paren(pat), typed) => self.bind(&pat.pat, typed),
            (Pat::Tuple(pat), Some(typed)) => {
                let types = match &typed.ty {
                    Type::Tuple(tuple) if tuple.elems.len() == pat.elems.len() => {
                        tuple.elems.iter().cloned().map(Some).collect()
                    }
                    _ => vec![None; pat.elems.len()],
                };
                for (pat, ty) in pat.elems.iter().zip(types) {
                    let place = typed.place;
                    self.bind(pat, ty.map(|ty| Typed { ty, place }));
                }
            }
            (Pat::TupleStruct(pat), Some(typed)) if pat.elems.len() == 1 => {
                let name = pat.path.segments.last().map(|last| unraw(&last.ident));
                let inner = self.krate.known(&typed).and_then(|(known, mut inner)| {
                    let is_part = match (name.as_deref()?, known.as_str()) {
                        ("Some", "Option") | ("Ok", "Result") => true,
                        // An extractor: `State(store): State<Store>`.
                        (name, known) => name == known && inner.len() == 1,
                    };
                    (is_part && !inner.is_empty()).then(|| inner.remove(0))
                });
                self.bind(&pat.elems[0], inner);
            }
            (Pat::Struct(pat), Some(typed)) => {
                let definition = self.krate.struct_of(&typed);
                for field in &pat.fields {
                    let typed = match (&field.member, definition) {
                        (syn::Member::Named(name), Some(definition)) => {
                            self.krate.field(definition, &unraw(name))
                        }
                        _ => None,
                    };
                    self.bind(&field.pat, typed);
                }
            }
            (pat, _) => {
                let mut names = Names::default();
                names.visit_pat(pat);
                for name in names.0 {
                    self.name(&name, None);
                }
            }
        }
    }

    fn local(&self, name: &str) -> Option<Typed> {
        let frames = self.bound.iter().rev();
        frames.filter_map(|frame| frame.get(name)).next()?.clone()
    }

    /// The type of an expression.
    fn type_of(&self, expr: &Expr) -> Option<Typed> {
        match expr {
            Expr::Path(path) if path.qself.is_none() => self.local(&unraw(path.path.get_ident()?)),
            Expr::Reference(of) => self.type_of(&of.expr),
            Expr::Paren(of) => self.type_of(&of.expr),
            Expr::Group(of) => self.type_of(&of.expr),
            Expr::Await(of) => self.type_of(&of.base),
            Expr::Try(of) => self.krate.inner(&self.type_of(&of.expr)?),
            Expr::Unary(of) => match of.op {
                syn::UnOp::Not(_) | syn::UnOp::Neg(_) => self.type_of(&of.expr),
                _ => Some(self.krate.peeled(self.type_of(&of.expr)?)),
            },
            Expr::Cast(of) => Some(self.here((*of.ty).clone())),
            Expr::Struct(of) => Some(self.here(Type::Path(syn::TypePath {
                attrs: Vec::new(),
                qself: of.qself.clone(),
                path: of.path.clone(),
            }))),
            Expr::Lit(of) => self.scalar(match &of.lit {
                Lit::Str(_) => "String",
                Lit::Bool(_) => "bool",
                Lit::Char(_) => "char",
                Lit::Float(_) => "f64",
                Lit::Int(number) => match number.suffix() {
                    "" => "i32",
                    suffix => suffix,
                },
                _ => return None,
            }),
            Expr::Binary(of) => {
                use syn::BinOp::{And, Eq, Ge, Gt, Le, Lt, Ne, Or};
                match of.op {
                    And(_) | Or(_) | Eq(_) | Ne(_) | Lt(_) | Le(_) | Gt(_) | Ge(_) => {
                        self.scalar("bool")
                    }
                    _ => None,
                }
            }
            Expr::Array(of) => {
                let Typed { ty, place } = self.type_of(of.elems.first()?)?;
                let ty = syn::parse_quote!([#ty; 0]);
                Some(Typed { ty, place })
            }
            Expr::Macro(of) if of.mac.path.is_ident("format") => self.scalar("String"),
            Expr::Field(of) => {
                let syn::Member::Named(name) = &of.member else {
                    return None;
                };
                let base = self.krate.peeled(self.type_of(&of.base)?);
                self.krate.field(self.krate.struct_of(&base)?, &unraw(name))
            }
            Expr::Call(of) => self.call(of),
            Expr::MethodCall(of) => self.method_call(of),
            _ => None,
        }
    }

    fn scalar(&self, name: &str) -> Option<Typed> {
        Some(self.here(syn::parse_str(name).ok()?))
    }

    fn call(&self, call: &syn::ExprCall) -> Option<Typed> {
        let Expr::Path(path) = &*call.func else {
            return None;
        };
        let path = &path.path;
        let names: Vec<String> = path.segments.iter().map(|one| unraw(&one.ident)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let first = || self.type_of(call.args.first()?);
        match names.as_slice() {
            ["Some"] => {
                let Typed { ty, place } = first()?;
                let ty = syn::parse_quote!(::std::option::Option<#ty>);
                return Some(Typed { ty, place });
            }
            ["Box" | "Arc" | "Rc", "new"] => return first(),
            ["String", "new" | "from"] => return self.scalar("String"),
            _ => {}
        }
        if let Some(function) = self.krate.function_at(self.place, path) {
            let signature = &function.signature;
            let ty = returned(signature)?;
            let place = function.place;
            return (!mentions(&ty, &signature.generics)).then_some(Typed { ty, place });
        }
        // A function of a type.
        let mut of = path.clone();
        let name = of.segments.pop()?.ident;
        of.segments.pop_punct();
        if of.segments.is_empty() {
            return None;
        }
        let of = self.here(syn::parse_quote!(#of));
        self.krate.method(self.krate.struct_of(&of)?, &unraw(&name))
    }

    fn method_call(&self, call: &syn::ExprMethodCall) -> Option<Typed> {
        let name = unraw(&call.method);
        let receiver = self.type_of(&call.receiver);
        let receiver = receiver.map(|receiver| self.krate.peeled(receiver));
        let definition = receiver.as_ref().and_then(|of| self.krate.struct_of(of));
        if let Some(own) = definition.and_then(|definition| self.krate.method(definition, &name)) {
            return Some(own);
        }
        match name.as_str() {
            "to_string" => return self.scalar("String"),
            "len" => return self.scalar("usize"),
            "is_empty" | "is_some" | "is_none" | "contains" | "starts_with" => {
                return self.scalar("bool");
            }
            "collect" => {
                let turbofish = call.turbofish.as_ref()?;
                let GenericArgument::Type(ty) = turbofish.args.first()? else {
                    return None;
                };
                return Some(self.here(ty.clone()));
            }
            _ => {}
        }
        let peeled = receiver?;
        match name.as_str() {
            "clone" | "to_owned" | "cloned" | "as_ref" | "as_slice" | "to_vec" => Some(peeled),
            "unwrap" | "expect" | "unwrap_or" | "unwrap_or_default" | "unwrap_or_else" => {
                self.krate.inner(&peeled)
            }
            "ok" | "ok_or" | "ok_or_else" | "map_err" | "or_not_found" => {
                let Typed { ty, place } = self.krate.inner(&peeled)?;
                let ty = match name.as_str() {
                    "ok" => syn::parse_quote!(::std::option::Option<#ty>),
                    _ => syn::parse_quote!(::std::result::Result<#ty>),
                };
                Some(Typed { ty, place })
            }
            _ => None,
        }
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
            typed = self.type_of(&init.expr);
        }
        self.bind(&local.pat, typed);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.within(|body| {
            for input in &closure.inputs {
                body.bind(input, None);
            }
            body.visit_expr(&closure.body);
        });
    }

    fn visit_expr_match(&mut self, of: &'ast syn::ExprMatch) {
        self.visit_expr(&of.expr);
        let typed = self.type_of(&of.expr);
        for arm in &of.arms {
            self.within(|body| {
                body.bind(&arm.pat, typed.clone());
                visit::visit_arm(body, arm);
            });
        }
    }

    fn visit_expr_for_loop(&mut self, of: &'ast syn::ExprForLoop) {
        self.visit_expr(&of.expr);
        self.within(|body| {
            body.bind(&of.pat, None);
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
        let typed = self.type_of(&of.expr);
        self.bind(&of.pat, typed);
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
            self.found = Some(given.iter().map(|expr| self.type_of(expr)).collect());
        }
        self.seen += 1;
    }
}

/// The names that a pattern binds.
#[derive(Default)]
struct Names(Vec<syn::Ident>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.0.push(pat.ident.clone());
        visit::visit_pat_ident(self, pat);
    }
}

/// What a function returns.
fn returned(signature: &syn::Signature) -> Option<Type> {
    match &signature.output {
        ReturnType::Type(_, ty) if !mentions(ty, &signature.generics) => Some((**ty).clone()),
        _ => None,
    }
}

/// Whether a type names one of these parameters.
pub(crate) fn mentions(ty: &Type, generics: &syn::Generics) -> bool {
    names(ty.to_token_stream(), &|ident| {
        generics.type_params().any(|known| known.ident == *ident)
    })
}

/// Whether such a name is among the tokens.
pub(crate) fn names(tokens: TokenStream, is: &dyn Fn(&syn::Ident) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => is(&ident),
        TokenTree::Group(group) => names(group.stream(), is),
        _ => false,
    })
}

/// A type with another one in the place of `Self`.
fn with_self(ty: &Type, own: &Type) -> Option<Type> {
    let tokens = ty.to_token_stream().into_iter().map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => own.to_token_stream(),
        token => quote!(#token),
    });
    syn::parse2(tokens.collect()).ok()
}
