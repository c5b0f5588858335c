mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[kalgan::app(root = "default_without_parameter")]
fn main() {}
