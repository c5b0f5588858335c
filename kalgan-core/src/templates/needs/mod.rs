//! What a template needs of its context: every variable, and the fields of each, with the place of
//! each use.
//!
//! The walk follows what Tera does when it renders: the outermost parent with the blocks of its
//! children, includes with all that is set where they stand, components with nothing but their
//! parameters. A variable is optional where the template itself says that it may be missing: by
//! `is defined`, `|default`, `?.` or a condition on it.

mod guard;
mod need;
mod scope;
mod walk;

pub use need::{Need, Needs, Read, Step, Use};
pub use walk::component_needs;
