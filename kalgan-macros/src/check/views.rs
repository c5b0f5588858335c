//! Where the package renders templates and what it gives to all of them, as data: for `myapp check` and the development server, which
//! compare the templates as they are now with what the binary was compiled with.

use super::shapes::{Shapes, TypeContext};
use crate::input::arguments::CratePath;
use crate::input::call::Named;
use crate::input::render::Render;
use crate::input::template::{self, TemplateStruct};
use crate::krate::functions::Function;
use crate::krate::item::{Item, ItemKind, Method, Registration};
use crate::krate::package::Package;
use crate::krate::resolve::{Meaning, derived};
use crate::krate::types::type_arguments;
use crate::krate::{Crate, File, ScopeId};
use kalgan_core::rust::texts;
use kalgan_core::templates::views::{RustPlace, Variable, View};
use syn::ext::IdentExt;
use syn::{DeriveInput, Generics, LitStr, ReturnType, Signature, Type};

/// All calls of `render!` and structs with `#[derive(Template)]` that every build compiles, and the
/// variables of `App::global`. The crate `kalgan` may have another name.
pub(crate) fn all(krate: &Crate, name: &CratePath) -> Vec<View> {
    let mut views = Vec::new();
    views.extend(registrations(krate).filter_map(|(file, global)| of_global(krate, file, global)));
    let is_renamed = krate.files().any(|(file, _)| file.mentions("render as "));
    for (file, is_test) in krate.files() {
        let may_render = is_renamed || file.mentions("render!");
        if may_render && !is_test {
            views.extend(
                renders(krate, file, name, &|_| true)
                    .into_iter()
                    .map(|(_, view)| view),
            );
        }
        // Parsing is slow in comparison.
        if file.mentions("Template") && file.mentions("template(") {
            views.extend(structs(krate, file));
        }
    }
    views
}

/// Whether there are variables of `App::global`.
pub(crate) fn has_globals(krate: &Crate) -> bool {
    registrations(krate).next().is_some()
}

/// The calls of `App::global`, each with its file.
fn registrations(krate: &Crate) -> impl Iterator<Item = (&File, &Registration)> {
    let files = krate.files().map(|(file, _)| &**file);
    let files = files.filter(|file| file.mentions(Method::Global.name()));
    files.flat_map(|file| {
        let registrations = file.scan().registrations.iter();
        let globals = registrations.filter(|one| one.method == Method::Global);
        globals.map(move |global| (file, global))
    })
}

/// The call of `render!` that is expanded, with what its values are, as far as the sources tell.
pub(crate) fn of_call(krate: &Crate, render: &Render) -> Option<View> {
    let file = Package::current().ok()?.call_file?;
    let (file, _) = krate.files().find(|(known, _)| known.path == file)?;
    let span = proc_macro::is_available().then(proc_macro::Span::call_site)?;
    // Reading what the others are given takes time.
    let is_here = |start: usize| {
        let place = file.place(start);
        (place.line, place.column) == (span.line(), span.column())
    };
    let mut views = renders(krate, file, &render.krate, &is_here).into_iter();
    let (_, view) = views.next()?;
    let given = render.variables.iter().map(Named::text);
    let known = view.variables.iter().map(|variable| &*variable.name);
    known.eq(given).then_some(view)
}

/// The calls of `render!` in a function.
pub(super) fn rendered_in(krate: &Crate, function: &Function, name: &CratePath) -> Vec<View> {
    let is_own = |start: usize| function.extent.contains(&start);
    let own = renders(krate, krate.file_of(function.place), name, &is_own).into_iter();
    own.map(|(_, view)| view).collect()
}

/// The calls of `render!` in a file that begin at a byte that `is_wanted` says yes to, each with its byte.
fn renders(
    krate: &Crate,
    file: &File,
    name: &CratePath,
    is_wanted: &dyn Fn(usize) -> bool,
) -> Vec<(usize, View)> {
    // One's own of the name hides what is imported.
    if file.mentions("macro_rules! render") {
        return Vec::new();
    }
    let calls = krate.text_calls(file).into_iter();
    let calls = calls.filter(|(call, _)| is_wanted(call.path.start));
    let views = calls.filter_map(|(call, place)| {
        let path: syn::Path = syn::parse_str(file.str(&call.path)).ok()?;
        if !is_render(&krate.meaning(place, &path), name) {
            return None;
        }
        let render: Render = syn::parse_str(file.str(&call.arguments)).ok()?;
        let given = |tokens| {
            let render = syn::parse2::<Render>(tokens);
            let variables = render.map_or_else(|_| Vec::new(), |render| render.variables);
            variables
                .into_iter()
                .map(|variable| variable.value)
                .collect()
        };
        let types = krate.values_at(place, call.path.start, &given);
        let types = types.unwrap_or_default();
        let mut shapes = Shapes::new(krate);
        let variables = render.variables.iter().enumerate().map(|(at, variable)| {
            let shape = types.get(at).and_then(Option::as_ref).and_then(|typed| {
                let scope = TypeContext {
                    place: typed.place,
                    generics: &Generics::default(),
                    given: &[],
                };
                shapes.of(&typed.ty, scope)
            });
            Variable {
                name: variable.text().into(),
                shape,
            }
        });
        let variables: Vec<Variable> = variables.collect();
        let view = View {
            template: render.name.value().into(),
            place: file.place(call.path.start),
            variables: variables.into(),
            shapes: shapes.all.into(),
        };
        Some((call.path.start, view))
    });
    views.collect()
}

fn is_render(meaning: &Meaning<'_>, name: &CratePath) -> bool {
    let Meaning::Foreign(names) = meaning else {
        return false;
    };
    match names.as_slice() {
        // `#[macro_use]` brings it in without its path.
        [own] => own == "render",
        [first, .., last] => (first == "kalgan" || name.is_called(first)) && last == "render",
        [] => false,
    }
}

fn of_global(krate: &Crate, file: &File, global: &Registration) -> Option<View> {
    let name = texts(file.str(&global.literal))?.into_iter().next()?;
    let mut shapes = Shapes::new(krate);
    let shape = global.function.as_ref().and_then(|function| {
        let path: syn::Path = syn::parse_str(file.str(function)).ok()?;
        let function = krate.function_at(krate.place_of(file)?, &path)?;
        let scope = TypeContext {
            place: function.place,
            generics: &function.signature.generics,
            given: &[],
        };
        shapes.of(result_of(&function.signature)?, scope)
    });
    let name = name.into();
    Some(View {
        template: String::new().into(),
        place: file.place(global.literal.start),
        variables: vec![Variable { name, shape }].into(),
        shapes: shapes.all.into(),
    })
}

/// The `T` of a function that returns `Result<T>`.
fn result_of(signature: &Signature) -> Option<&Type> {
    let ReturnType::Type(_, ty) = &signature.output else {
        return None;
    };
    let Type::Path(path) = &**ty else { return None };
    let last = path.path.segments.last()?;
    let first = type_arguments(last).into_iter().next();
    first.filter(|_| last.ident == "Result")
}

fn structs(krate: &Crate, file: &File) -> impl Iterator<Item = View> {
    let mut items = krate.items(&file.path);
    items.sort_by_key(|(item, _)| item.span.start);
    items.into_iter().filter_map(|(item, place)| {
        let text = file.str(&item.span);
        if item.kind != ItemKind::Struct
            || item.is_optional
            || !krate.is_compiled(place)
            || !text.contains("template(")
        {
            return None;
        }
        let input: DeriveInput = syn::parse_str(text).ok()?;
        let parsed = template::parse(&input);
        let names = derived(&input.attrs);
        let mut names = names.iter().filter_map(|path| path.segments.last());
        let is_ours = parsed.errors.is_empty() && names.any(|last| last.ident == "Template");
        is_ours.then(|| of_struct(krate, Some((item, place)), &input, &parsed))
    })
}

/// The struct that `#[derive(Template)]` stands on. Where it is not found in the crate, nothing is
/// known of its fields' types.
pub(crate) fn of_derive(krate: &Crate, input: &DeriveInput, parsed: &TemplateStruct) -> View {
    let package = Package::current().ok();
    let file = package.and_then(|package| package.call_file);
    let name = input.ident.unraw().to_string();
    let items = file.iter().flat_map(|file| krate.items(file));
    let named = items.filter(|(item, _)| item.kind == ItemKind::Struct && item.name == name);
    let named: Vec<(&Item, ScopeId)> = named.collect();
    // Two modules of one file may each have a struct of this name.
    let line = proc_macro::is_available().then(|| input.ident.span().unwrap().line());
    let is_here = |(item, place): &&(&Item, ScopeId)| {
        Some(krate.file_of(*place).place(item.name_span.start).line) == line
    };
    let found = named.iter().find(is_here).or(named.first());
    of_struct(krate, found.copied(), input, parsed)
}

fn of_struct(
    krate: &Crate,
    item: Option<(&Item, ScopeId)>,
    input: &DeriveInput,
    parsed: &TemplateStruct,
) -> View {
    let mut shapes = Shapes::new(krate);
    let variables = parsed.fields.iter().map(|field| Variable {
        name: field.name.clone().into(),
        shape: item.and_then(|(_, place)| {
            let scope = TypeContext {
                place,
                generics: &input.generics,
                given: &[],
            };
            shapes.of(&field.ty, scope)
        }),
    });
    let variables: Vec<Variable> = variables.collect();
    let template = parsed.template.as_ref().map(LitStr::value);
    let place = match item {
        Some((item, place)) => krate.file_of(place).place(item.name_span.start),
        None => RustPlace {
            file: input.ident.to_string().into(),
            line: 1,
            column: 1,
        },
    };
    View {
        template: template.unwrap_or_default().into(),
        place,
        variables: variables.into(),
        shapes: shapes.all.into(),
    }
}

#[cfg(test)]
mod tests;
