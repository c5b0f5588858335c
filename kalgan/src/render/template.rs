//! Templates whose name and variables are known when the app is compiled.

use super::compiled;
use super::error::not_rendered;
use super::page::{left_to_tera, render_text, response, site_with, utf8};
use super::response::page;
use crate::Result;
use crate::dev;
use crate::engine::compiled::{Arena, At, Program, put};
use crate::error::Error;
use crate::response::Response;
use crate::site::Site;
use std::fmt;
use std::sync::Arc;
use tera::{Context, Value};

/// A template with its variables: what `#[derive(kalgan::Template)]` makes of a struct. It is the
/// typed form of `render!`.
///
/// ```ignore
/// #[derive(kalgan::Template)]
/// #[template("user/show.html")]
/// pub struct ShowUser {
///     user: User,
///     orders: Vec<Order>,
/// }
///
/// pub async fn show(Path(id): Path<u64>, State(store): State<Store>) -> Result<ShowUser> {
///     Ok(ShowUser { user: store.user(id)?, orders: store.orders(id)? })
/// }
/// ```
///
/// Each field is a variable of the template; its type is `Serialize`. The build fails where the
/// template needs a variable that the struct does not have, where it uses none of a field's name,
/// and where it uses a field of a nested struct that is not there. See
/// [the derive](derive@crate::Template) for its options.
///
/// The struct is a response, too: a controller may return it.
pub trait Template {
    /// The name of the template.
    const NAME: &'static str;

    #[doc(hidden)]
    fn give(&self, variables: &mut Variables<'_>) -> Result<()>;

    /// The template as a response. Its content type follows the template's name.
    ///
    /// # Errors
    /// A 500: a field cannot be serialised, or rendering fails. The error names file, line and
    /// column.
    fn render(&self) -> Result<Response> {
        render(Self::NAME, &|variables| self.give(variables))
    }

    /// The template as text, for what is no response, such as a mail.
    ///
    /// # Errors
    /// As those of [`Template::render`].
    fn render_text(&self) -> Result<String> {
        let give: &Give<'_> = &|variables| self.give(variables);
        let site = site_with(Self::NAME)?;
        let context = || context(&site, Self::NAME, give);
        match by_program(&site, Self::NAME, give) {
            Tried::Rendered(text) => match utf8(text) {
                Some(text) => Ok(text),
                None => left_to_tera(&site, Self::NAME, context()?),
            },
            Tried::Left => left_to_tera(&site, Self::NAME, context()?),
            Tried::No => render_text(&site, Self::NAME, context()?),
        }
    }
}

/// Gives the variables of a template.
pub(crate) type Give<'g> = dyn Fn(&mut Variables<'_>) -> Result<()> + 'g;

/// The variables of a template whose name is known when the app is compiled.
pub struct Variables<'a>(To<'a>);

/// Where variables go.
enum To<'a> {
    /// For Tera.
    Values(Vec<(&'static str, Value)>),
    /// For a program, as far as it reads them.
    Arena(&'a mut Arena, &'a Program),
}

impl Variables<'_> {
    /// Adds a variable.
    ///
    /// # Errors
    /// A 500: the value cannot be serialised.
    pub fn insert<T: serde::Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<()> {
        let failed = || {
            Error::internal(format!(
                "the variable `{name}` of a template cannot be serialised"
            ))
        };
        match &mut self.0 {
            To::Values(values) => {
                let value = Value::try_from_serializable(value)
                    .map_err(|error| failed().with_source(error))?;
                values.push((name, value));
            }
            To::Arena(arena, program) => {
                if let Some(root) = program.root(name) {
                    let at = At::try_from(root).map_err(|_| failed())?;
                    put(arena, at, &program.roots[root].1, value).map_err(|_| failed())?;
                }
            }
        }
        Ok(())
    }
}

/// The context for the template of this name. In development it is checked anew first.
fn context(site: &Site, name: &'static str, give: &Give<'_>) -> Result<Context> {
    let mut variables = Variables(To::Values(Vec::new()));
    give(&mut variables)?;
    let To::Values(values) = variables.0 else {
        return Err(Error::internal("the variables of a template are gone"));
    };
    let given = values.iter().map(|(name, _)| *name);
    dev::check_request(site, name, given).map_err(|diagnostics| not_rendered(name, diagnostics))?;
    let mut context = Context::new();
    for (name, value) in values {
        context.insert_value(name, value);
    }
    Ok(context)
}

/// What came of a page by its program.
enum Tried {
    Rendered(Vec<u8>),
    /// Tera has to render it.
    Left,
    /// It has no program, or needs more than it is given here.
    No,
}

fn by_program(site: &Arc<Site>, name: &str, give: &Give<'_>) -> Tried {
    let Some(program) = compiled::program(site, name) else {
        return Tried::No;
    };
    // These may have to be made first.
    let mut globals = site.globals.names();
    if program.needs_all || globals.any(|name| program.root(name).is_some()) {
        return Tried::No;
    }
    let rendered = compiled::of_arena(site, program, |arena| {
        give(&mut Variables(To::Arena(arena, program))).ok()
    });
    rendered.map_or(Tried::Left, Tried::Rendered)
}

/// The template of this name as a response.
pub(crate) fn render(name: &'static str, give: &Give<'_>) -> Result<Response> {
    let site = site_with(name)?;
    match by_program(&site, name, give) {
        Tried::Rendered(text) => Ok(response(name, text)),
        Tried::Left => {
            let text = left_to_tera(&site, name, context(&site, name, give)?)?;
            Ok(response(name, text))
        }
        Tried::No => {
            let context = context(&site, name, give)?;
            page(site, name, context)
        }
    }
}

impl fmt::Debug for Variables<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variables").finish_non_exhaustive()
    }
}
