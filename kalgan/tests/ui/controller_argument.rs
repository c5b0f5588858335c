mod controller {
    pub mod home {
        pub async fn index(_id: u64) -> &'static str {
            "home"
        }
    }
}

#[kalgan::app(root = "home")]
fn main() {}
