//! The macros of Kalgan.
//!
//! `entry` has one file for each macro: it parses its tokens (`input`), has `kalgan-core` read the
//! site's files, checks them against the user's crate (`krate`, `check`), and writes an expansion
//! that is data and calls into `kalgan::__private` (`expand`). Use the macros through the `kalgan`
//! crate, which re-exports them.

#![forbid(unsafe_code)]

mod check;
mod entry;
mod expand;
mod input;
mod krate;
mod mistake;
mod site;
#[cfg(test)]
mod testing;

use proc_macro::TokenStream;

/// Makes `fn main` the app that the files of this package describe.
///
/// ```ignore
/// mod controller;
///
/// #[kalgan::app]
/// fn main() {}
/// ```
///
/// The function may be
/// - `fn main() {}`, or with statements that run before the app serves, `async` or not;
/// - `async fn main(app: kalgan::App) -> kalgan::Result<()>`, which adds to the app and runs it;
/// - `fn main(app: kalgan::App) -> kalgan::App`, or `-> kalgan::Result<kalgan::App>`, which adds to
///   the app and hands it back to be run.
///
/// `#[kalgan::app(settings = "config/other.yaml")]` names the file or folder of the settings,
/// `root = "folder"` the folder of the site below that of the package's `Cargo.toml`, and
/// `crate = path` the crate `kalgan` where it has another name; the other macros of the package
/// follow all three.
///
/// A mistake in a file of the site is an error of the build: file, line, column and what to do.
#[proc_macro_attribute]
pub fn app(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::app::expand(arguments.into(), item.into()).into()
}

/// The app that the files of this package describe, as an expression of the type `kalgan::App`.
///
/// `embed!()` looks where `#[kalgan::app]` looks. `embed!("path")` takes a path below the folder of
/// the package's `Cargo.toml` and decides by looking at it:
/// - a file is the settings;
/// - a folder that holds a folder `config`, or a settings file beside `template`, `static`, `src`
///   or `Cargo.toml`, is an app's folder;
/// - a folder `config` that holds `app/` or `app.yaml` is that of an app's configuration, so the
///   app's folder is the one above it; where it has another name, its `app` is the settings;
/// - any other folder is one of settings files.
///
/// `embed!("path", crate = web)` names the crate `kalgan` where it has another name.
#[proc_macro]
pub fn embed(input: TokenStream) -> TokenStream {
    entry::embed::expand(input.into()).into()
}

/// Renders a template that is known to exist: a `kalgan::Result<kalgan::Response>`.
///
/// ```ignore
/// render!("user/show.html", { user, orders: &orders })
/// ```
///
/// Every variable that the template needs is given, with those of what it extends and includes; one
/// that none of them uses is an error, too. A variable that the template can do without
/// (`{{ x | default(value=1) }}`, `{% if x is defined %}`) may be left out.
#[proc_macro]
pub fn render(input: TokenStream) -> TokenStream {
    entry::render::expand(input.into()).into()
}

/// A struct whose fields are the variables of a template: the trait `kalgan::Template`, and
/// `IntoResponse`.
///
/// ```ignore
/// #[derive(kalgan::Template)]
/// #[template("user/show.html")]
/// pub struct ShowUser<'a> {
///     user: &'a User,
///     orders: Vec<Order>,
/// }
///
/// pub async fn show() -> Result<Response> {
///     ShowUser { user: &user, orders }.render()
/// }
/// ```
///
/// `#[template("name", crate = path)]` on the struct names the crate `kalgan` where it has another
/// name. A field with `#[template(skip)]` is no variable, and one with `#[template(rename = "x")]`
/// is the variable `x`. The fields' types are `Serialize`; the struct need not be.
///
/// The variables are checked as those of `render!` are. So are the fields of structs that the package
/// itself defines with `#[derive(Serialize)]`: `{{ user.nmae }}` is an error of the build.
#[proc_macro_derive(Template, attributes(template))]
pub fn template(input: TokenStream) -> TokenStream {
    entry::template::expand(input.into()).into()
}

/// The URL of a route that is known to exist, as a `String`.
///
/// ```ignore
/// url!("user", id = 5, _lang = "en")
/// ```
///
/// `url!("user", id)` is short for `id = id`. A parameter with a default may be left out, and so
/// may the one that holds the language: it is the request's then. `_query` is no parameter but the
/// query: `_query = { q, page: 2 }`, or whatever serialises, such as a struct or a list of pairs.
#[proc_macro]
pub fn url(input: TokenStream) -> TokenStream {
    entry::url::expand(input.into()).into()
}

/// A response that sends the browser to a route; the arguments are those of `url!`.
#[proc_macro]
pub fn redirect(input: TokenStream) -> TokenStream {
    entry::redirect::expand(input.into()).into()
}

/// A struct that reads a section of the settings, which the build compares with it.
///
/// ```ignore
/// #[kalgan::settings("shop")]
/// #[derive(serde::Deserialize)]
/// pub struct Shop {
///     name: String,
///     page_size: u32,
///     currency: Option<Currency>,
///     payment_key: kalgan::Secret,
/// }
///
/// let shop = Shop::get()?;
/// ```
///
/// A setting that is missing, one that the struct does not have, and a value that is none of its type are
/// errors of the build, at the line of the file; in development the page shows them. What the environment
/// and the file of `KALGAN_SETTINGS` say is compared at the start. The rules are those of serde with its
/// attributes; a type that the sources of the package do not tell may hold anything.
///
/// `#[kalgan::settings("shop", crate = path)]` names the crate `kalgan` where it has another name.
#[proc_macro_attribute]
pub fn settings(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::settings::expand(arguments.into(), item.into()).into()
}

/// A message that is known to exist, as a `String`.
///
/// ```ignore
/// trans!("user.title", name = user.name)         // in the request's language
/// trans!("en", "user.title", name = "Ann")
/// trans!(lang, "user.title", name = "Ann")       // any `impl AsRef<str>`
/// ```
#[proc_macro]
pub fn trans(input: TokenStream) -> TokenStream {
    entry::trans::expand(input.into()).into()
}

/// Bakes a site's files. `app` and `embed` write a call of it under a `cfg`, so that builds which
/// read the files from disk do not pay for it.
#[doc(hidden)]
#[proc_macro]
pub fn __bake(input: TokenStream) -> TokenStream {
    entry::bake::expand(input.into()).into()
}
