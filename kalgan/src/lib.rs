//! Kalgan.

mod app;
mod routing;

pub use app::states::States;
pub use routing::route::Route;
