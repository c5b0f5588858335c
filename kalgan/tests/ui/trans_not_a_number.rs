mod controller {
    pub mod home {
        pub async fn index() -> String {
            kalgan::trans!("cart.items", count = "many")
        }
    }
}

#[kalgan::app(root = "numbers")]
fn main() {}
