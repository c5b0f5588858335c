mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn call() {
    let _ = kalgan::trans!("en", "user.title", name = "Ann", age = 7);
}

#[kalgan::app(root = "links")]
fn main() {}
