mod controller {
    pub mod user {
        use kalgan::extract::Path;

        pub async fn show(Path((id, tab)): Path<(u64, String)>) -> String {
            format!("{id} {tab}")
        }
    }
}

#[kalgan::app(root = "path_count")]
fn main() {}
