//! Types where they are named, and what those of the crate have: fields, and methods that return some.

use super::item::ItemKind;
use super::modules::{Crate, ScopeId};
use super::resolve::{Definition, Meaning, unraw};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericArgument, PathArguments, PathSegment, ReturnType, Type};

/// A type, and where it is named.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) ty: Type,
    pub(crate) place: ScopeId,
}

impl Crate {
    /// What a method of a type returns.
    pub(super) fn method(&self, of: Definition<'_>, name: &str) -> Option<Typed> {
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
    pub(super) fn field(&self, of: Definition<'_>, name: &str) -> Option<Typed> {
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

    pub(super) fn struct_of(&self, typed: &Typed) -> Option<Definition<'_>> {
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
    pub(super) fn known(&self, typed: &Typed) -> Option<(String, Vec<Typed>)> {
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
        let types = type_arguments(last).into_iter().map(|ty| Typed {
            ty: ty.clone(),
            place: typed.place,
        });
        Some((name, types.collect()))
    }

    /// What a reference or a pointer leads to.
    pub(super) fn peeled(&self, mut typed: Typed) -> Typed {
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
    pub(super) fn inner(&self, typed: &Typed) -> Option<Typed> {
        let (name, inner) = self.known(typed)?;
        let is_some = matches!(name.as_str(), "Result" | "Option");
        is_some.then(|| inner.into_iter().next())?
    }
}

/// The types in the angle brackets behind a name.
pub(crate) fn type_arguments(name: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &name.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// What a function returns.
pub(super) fn returned(signature: &syn::Signature) -> Option<Type> {
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
