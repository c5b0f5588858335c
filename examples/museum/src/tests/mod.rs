//! Visits to the museum, without a socket.

mod collection;
mod guestbook;
mod languages;
mod members;

use crate::store::Store;
use kalgan::test::Client;

/// A visitor of a museum that nobody else visits.
fn visitor() -> Client {
    Client::new(museum())
}

fn museum() -> kalgan::App {
    crate::furnished(kalgan::embed!(), Store::load().unwrap())
}
