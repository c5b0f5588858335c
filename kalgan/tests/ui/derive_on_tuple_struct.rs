mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[derive(kalgan::Template)]
#[template("user/show.html")]
pub struct Show(pub u32);

#[kalgan::app(root = "shop")]
fn main() {}
