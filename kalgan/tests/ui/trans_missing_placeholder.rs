mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn call() {
    let _ = kalgan::trans!("en", "user.title");
}

#[kalgan::app(root = "trans_missing_placeholder")]
fn main() {}
