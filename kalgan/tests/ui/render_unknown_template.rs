mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn call() {
    let _ = kalgan::render!("user/shwo.html", { a: 1 });
}

#[kalgan::app(root = "links")]
fn main() {}
