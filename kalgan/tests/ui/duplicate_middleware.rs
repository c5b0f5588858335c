mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

mod middleware {
    pub mod auth {
        pub async fn check(request: kalgan::Request, next: kalgan::Next) -> kalgan::Response {
            next.run(request).await
        }
    }
}

#[kalgan::app(root = "duplicate_middleware")]
fn main() {}
