mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[derive(kalgan::Template)]
#[template("user/show.html", skip)]
pub struct Show {
    pub user: u32,
    #[template(rname = "orders")]
    pub list: u32,
    #[template(rename = "site-name")]
    pub site: u32,
}

#[kalgan::app(root = "shop")]
fn main() {}
