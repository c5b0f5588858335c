//! The types of a function's variables, and of the expressions with them.

use super::modules::{Crate, ScopeId};
use super::resolve::{split_last, unraw};
use super::types::{Typed, returned};
use std::collections::HashMap;
use syn::visit::{self, Visit};
use syn::{Expr, GenericArgument, Lit, Pat, Type};

/// The variables at a place of a function's body.
pub(super) struct Locals<'a> {
    pub(super) krate: &'a Crate,
    /// The place that names are looked up in.
    pub(super) place: ScopeId,
    /// What is bound to names, from the outermost block to the innermost; what is not known hides what
    /// is.
    pub(super) bound: Vec<HashMap<String, Option<Typed>>>,
}

impl Locals<'_> {
    fn here(&self, ty: Type) -> Typed {
        Typed {
            ty,
            place: self.place,
        }
    }

    fn name(&mut self, name: &syn::Ident, typed: Option<Typed>) {
        if let Some(frame) = self.bound.last_mut() {
            frame.insert(unraw(name), typed);
        }
    }

    /// Binds the names of a pattern to the parts of a value.
    pub(super) fn bind(&mut self, pat: &Pat, typed: Option<Typed>) {
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
    pub(super) fn type_of(&self, expr: &Expr) -> Option<Typed> {
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
            return Some(Typed {
                ty: returned(&function.signature)?,
                place: function.place,
            });
        }
        // A function of a type.
        let (of, name) = split_last(path)?;
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

/// The names that a pattern binds.
#[derive(Default)]
struct Names(Vec<syn::Ident>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.0.push(pat.ident.clone());
        visit::visit_pat_ident(self, pat);
    }
}
