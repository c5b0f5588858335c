mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

#[kalgan::app(root = "template_url_query")]
fn main() {}
