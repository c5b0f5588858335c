mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

mod middleware {
    pub async fn check(next: kalgan::Next, request: kalgan::Request) -> kalgan::Response {
        next.run(request).await
    }
}

#[kalgan::app(root = "middleware_signature")]
fn main() {}
