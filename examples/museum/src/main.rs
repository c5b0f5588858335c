//! The Museum of Elements: a site in three languages, made with Kalgan.

#![forbid(unsafe_code)]

mod controller;
mod element;
mod guestbook;
mod language;
mod middleware;
mod options;
mod pagination;
mod search;
mod shells;
mod sitemap;
mod store;
#[cfg(test)]
mod tests;
mod timeline;
mod visitor;

use store::Store;

#[kalgan::app]
async fn main(app: kalgan::App) -> kalgan::Result<()> {
    furnished(app, Store::load()?).run().await
}

/// The app with all that only Rust can say, for `main` and for tests.
fn furnished(app: kalgan::App, store: Store) -> kalgan::App {
    app.state(store).global("visitor", visitor::visitor)
}
