mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn call() {
    let _ = kalgan::url!("usr", id = 5);
}

#[kalgan::app(root = "links")]
fn main() {}
