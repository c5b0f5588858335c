//! Whether the site's files, the crate and the macro calls fit together.

pub(crate) mod app;
pub(crate) mod assets;
mod bodies;
pub(crate) mod call;
mod commands;
mod errors;
pub(crate) mod fit;
pub(crate) mod functions;
mod own_settings;
mod path;
mod path_scalar;
mod path_shape;
mod shapes;
pub(crate) mod views;
