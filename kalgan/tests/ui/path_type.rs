mod controller {
    pub mod user {
        use kalgan::extract::Path;

        pub async fn show(Path(id): Path<u64>) -> String {
            id.to_string()
        }
    }
}

#[kalgan::app(root = "path_type")]
fn main() {}
