mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[derive(kalgan::Template)]
#[template("user/show.html")]
pub enum Show {
    One(u32),
}

pub fn call(show: Show) -> kalgan::Result<kalgan::Response> {
    kalgan::Template::render(&show)
}

#[kalgan::app(root = "shop")]
fn main() {}
