mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[kalgan::app(root = "template_impossible_comparison")]
fn main() {}
