mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn call() {
    let _ = kalgan::url!("user");
}

#[kalgan::app(root = "links")]
fn main() {}
