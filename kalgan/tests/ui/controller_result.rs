mod controller {
    pub mod home {
        pub async fn index() -> u64 {
            7
        }
    }
}

#[kalgan::app(root = "home")]
fn main() {}
