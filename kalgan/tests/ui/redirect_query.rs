mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn call() {
    let _ = kalgan::redirect!("user", id = 5, _query = { page = 2 });
}

#[kalgan::app(root = "links")]
fn main() {}
