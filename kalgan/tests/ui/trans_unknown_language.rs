mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn call() {
    let _ = kalgan::trans!("fr", "user.title", name = "Ann");
}

#[kalgan::app(root = "links")]
fn main() {}
