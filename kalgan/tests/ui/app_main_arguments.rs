mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[kalgan::app(root = "home")]
async fn main(_a: u8, _b: u8) {}
