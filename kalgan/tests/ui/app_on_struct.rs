#[kalgan::app]
struct Main;

fn main() {}
