#[kalgan::settings("server")]
#[derive(serde::Deserialize)]
pub struct Server {
    pub port: u16,
}

#[kalgan::settings]
#[derive(serde::Deserialize)]
pub struct Shop {
    pub name: String,
}

#[kalgan::settings("shop")]
#[derive(serde::Deserialize)]
pub enum Kind {
    Big,
}

fn main() {}
