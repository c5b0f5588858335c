//! The Museum of Elements: a site in three languages, made with Kalgan.

#![forbid(unsafe_code)]

mod controller;
mod element;
mod guestbook;
mod language;
mod middleware;
mod pagination;
mod search;
mod shells;
mod sitemap;
mod store;
#[cfg(test)]
mod tests;
mod timeline;

use store::Store;

#[kalgan::app]
async fn main(app: kalgan::App) -> kalgan::Result<()> {
    app.state(Store::load()?).run().await
}
