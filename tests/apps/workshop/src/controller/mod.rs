//! The controllers.

pub mod annex;
pub mod error;
pub mod home;
pub mod reply;
