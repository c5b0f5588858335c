//! Kalgan.

mod app;
#[allow(dead_code)]
mod assets;
mod routing;
#[allow(dead_code)]
mod server;

pub use app::states::States;
#[doc(hidden)]
pub use assets::EmbeddedAsset;
pub use routing::route::Route;
pub use server::connection::Connection;
