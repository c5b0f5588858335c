mod controller;

#[kalgan::app]
fn main() {}
