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
pub struct Show<'a> {
    user: &'a User,
    site_name: &'a str,
}

pub async fn call(user: User) -> kalgan::Result<kalgan::Response> {
    use kalgan::Template;
    Show { user: &user, site_name: "A" }.render()
}

#[kalgan::app(root = "shop")]
fn main() {}
