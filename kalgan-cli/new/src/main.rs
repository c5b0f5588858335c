mod controller;
#[cfg(test)]
mod tests;

#[kalgan::app]
fn main() {}
