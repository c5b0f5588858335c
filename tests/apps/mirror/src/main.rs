//! Shows whatever its binary carries, by names that are only known at run time.

mod controller;

#[kalgan::app]
fn main() {}
