mod controller {
    pub mod home {
        use kalgan::prelude::*;

        pub async fn index() -> Result<Response> {
            Err(Error::not_found())
        }
    }
}

#[kalgan::app(root = "missing_controller")]
fn main() {}
