mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[derive(kalgan::Template)]
pub struct Show {
    pub user: u32,
}

#[kalgan::app(root = "shop")]
fn main() {}
