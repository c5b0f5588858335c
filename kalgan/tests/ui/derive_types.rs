mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[derive(serde::Serialize)]
pub struct Page<T> {
    items: Vec<T>,
    number: u32,
}

#[derive(serde::Serialize)]
pub struct User {
    name: String,
    age: u8,
    email: Option<String>,
    status: Status,
    address: Option<Address>,
    #[serde(skip_serializing_if = "String::is_empty")]
    nick: String,
}

#[derive(serde::Serialize)]
pub struct Address {
    city: String,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Draft,
    Published,
}

#[derive(kalgan::Template)]
#[template("users.html")]
pub struct Users {
    page: Page<User>,
}

#[kalgan::app(root = "derive_types")]
fn main() {}
