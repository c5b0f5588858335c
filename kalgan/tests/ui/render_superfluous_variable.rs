mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn call(user: &str) {
    let _ = kalgan::render!("user/show.html", {
        user,
        orders: [1, 2],
        site_name: "A",
        page: 5,
    });
}

#[kalgan::app(root = "shop")]
fn main() {}
