
#[kalgan::app(setings = "config")]
fn main() {}
