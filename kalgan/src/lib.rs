//! Kalgan.

mod app;
mod routing;
#[allow(dead_code)]
mod server;

pub use app::states::States;
pub use routing::route::Route;
pub use server::connection::Connection;
