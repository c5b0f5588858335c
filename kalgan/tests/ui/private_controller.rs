mod controller {
    pub mod home {
        async fn index() -> &'static str {
            "home"
        }
    }
}

#[kalgan::app(root = "private_controller")]
fn main() {}
