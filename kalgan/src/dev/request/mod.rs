//! What is noted of a request, and what its page carries because of it.

mod bar;
mod csp;
mod inject;
mod log;
mod notes;
mod noting;
mod page;
mod record;

pub(crate) use log::{lines, writes};
pub(crate) use noting::{has_fallen_back, has_found, has_met, has_no_request, rendering};
pub(crate) use record::{Look, Record};
