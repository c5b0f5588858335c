mod controller {
    use kalgan::prelude::*;

    pub async fn index() -> &'static str {
        "home"
    }

    pub async fn not_found(Path(_id): Path<u64>) -> Result<Response> {
        render!("gone.html", crate = kalgan)
    }
}

#[kalgan::app(root = "error_controller")]
fn main() {}
