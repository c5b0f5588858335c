//! What the routes of `config/routes` name.

pub mod error_controller;
pub mod home_controller;
