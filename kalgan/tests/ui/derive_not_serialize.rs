mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub struct User;

#[derive(kalgan::Template)]
#[template("page.html")]
pub struct Show {
    pub user: User,
}

#[kalgan::app(root = "derive_not_serialize")]
fn main() {}
