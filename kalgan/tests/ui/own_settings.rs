use serde::Deserialize;

mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[kalgan::settings("shop")]
#[derive(Deserialize)]
pub struct Shop {
    pub name: String,
    pub page_size: u8,
    pub currency: Currency,
    pub address: Option<Address>,
}

#[derive(Deserialize)]
pub struct Address {
    pub street: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Currency {
    Eur,
    Usd,
}

#[kalgan::app(root = "own_settings")]
fn main() {}
