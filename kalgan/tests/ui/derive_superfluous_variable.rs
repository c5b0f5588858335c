mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[derive(serde::Serialize)]
pub struct User {
    name: String,
}

#[derive(serde::Serialize)]
pub struct Order {
    number: u32,
    lines: Vec<Line>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    title: String,
    unit_price: u32,
}

#[derive(kalgan::Template)]
#[template("user/show.html")]
pub struct Show {
    user: User,
    orders: Vec<Order>,
    site_name: String,
    users: u32,
    #[template(skip)]
    pub kept: u32,
}

#[kalgan::app(root = "shop")]
fn main() {}
