//! From a request to its route, and from a route's name to its URL.

mod ascii_class;
pub(crate) mod decode;
pub(crate) mod expression;
mod matcher;
pub(crate) mod route;
pub(crate) mod router;
mod search;
mod tree;
pub(crate) mod url;

#[cfg(test)]
mod tests;
