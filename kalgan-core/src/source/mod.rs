//! Where an app's files come from.

mod disk;
mod file;
mod memory;
mod tree;

pub use disk::Disk;
pub use file::{Entry, Fingerprint, Node, Source, is_fresh, is_visible, normalize, plain};
pub use memory::Memory;
pub use tree::{Changes, Look, Tree, walk};
