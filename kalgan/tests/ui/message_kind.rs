mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[kalgan::app(root = "message_kind")]
fn main() {}
