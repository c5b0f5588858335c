//! The page in two languages. Its routes are an app of their own, so that those of the usual page stay few.

mod controller;

#[kalgan::app]
fn main() {}
