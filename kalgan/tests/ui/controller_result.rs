mod controller {
    pub mod home {
        pub async fn index() -> u64 {
            7
        }
    }
}

#[kalgan::app(root = "controller_result")]
fn main() {}
