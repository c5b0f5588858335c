
#[kalgan::app(root = "missing_controllers")]
fn main() {}
