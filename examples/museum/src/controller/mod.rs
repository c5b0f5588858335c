//! The controllers, one file for each part of the museum.

pub mod api_controller;
pub mod collection_controller;
pub mod element_controller;
pub mod error_controller;
pub mod guestbook_controller;
pub mod home_controller;
pub mod member_controller;
pub mod page_controller;
pub mod search_controller;
