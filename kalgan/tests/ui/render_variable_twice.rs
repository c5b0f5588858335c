mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn call() {
    let _ = kalgan::render!("user/show.html", { a: 1, a: 2 });
}

#[kalgan::app(root = "render_variable_twice")]
fn main() {}
