mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn call(user: &str) {
    let _ = kalgan::render!("user/show.html", { user });
}

#[kalgan::app(root = "shop")]
fn main() {}
