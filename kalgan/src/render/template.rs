//! Templates whose name and variables are known when the app is compiled.

use super::error::not_rendered;
use super::page::{render_text, site_with};
use super::response::page;
use crate::Result;
use crate::dev;
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
    fn variables(&self) -> Result<Variables>;

    /// The template as a response. Its content type follows the template's name.
    ///
    /// # Errors
    /// A 500: a field cannot be serialised, or rendering fails. The error names file, line and
    /// column.
    fn render(&self) -> Result<Response> {
        self.variables()?.render(Self::NAME)
    }

    /// The template as text, for what is no response, such as a mail.
    ///
    /// # Errors
    /// As those of [`Template::render`].
    fn render_text(&self) -> Result<String> {
        self.variables()?.render_text(Self::NAME)
    }
}

/// The variables of a template whose name is known when the app is compiled.
#[derive(Default)]
pub struct Variables(Vec<(&'static str, Value)>);

impl Variables {
    /// No variables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable.
    ///
    /// # Errors
    /// A 500: the value cannot be serialised.
    pub fn insert<T: serde::Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<()> {
        let value = Value::try_from_serializable(value).map_err(|error| {
            Error::internal(format!(
                "the variable `{name}` of a template cannot be serialised"
            ))
            .with_source(error)
        })?;
        self.0.push((name, value));
        Ok(())
    }

    /// The snapshot and the context for the template of this name. In development it is checked anew
    /// first.
    fn context(self, name: &'static str) -> Result<(Arc<Site>, Context)> {
        let site = site_with(name)?;
        let given = self.0.iter().map(|(name, _)| *name);
        dev::check_request(&site, name, given)
            .map_err(|diagnostics| not_rendered(name, diagnostics))?;
        let mut context = Context::new();
        for (name, value) in self.0 {
            context.insert_value(name, value);
        }
        Ok((site, context))
    }

    /// The template of this name as text.
    pub(crate) fn render_text(self, name: &'static str) -> Result<String> {
        let (site, context) = self.context(name)?;
        render_text(&site, name, context)
    }

    /// The template of this name as a response.
    pub(crate) fn render(self, name: &'static str) -> Result<Response> {
        let (site, context) = self.context(name)?;
        page(site, name, context)
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variables").finish_non_exhaustive()
    }
}
