mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[kalgan::app(root = "unreachable_file")]
fn main() {}
