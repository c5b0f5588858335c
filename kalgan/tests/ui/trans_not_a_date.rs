mod controller {
    pub mod home {
        pub async fn index() -> String {
            kalgan::trans!("order.placed", day = "tomorrow")
        }
    }
}

#[kalgan::app(root = "numbers")]
fn main() {}
