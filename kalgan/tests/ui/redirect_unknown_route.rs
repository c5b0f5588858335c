mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn call() {
    let _ = kalgan::redirect!("hmoe");
}

#[kalgan::app(root = "redirect_unknown_route")]
fn main() {}
