mod controller {
    pub mod user {
        use kalgan::extract::Path;

        #[derive(serde::Deserialize)]
        pub struct User {
            idd: u64,
        }

        pub async fn show(Path(user): Path<User>) -> String {
            user.idd.to_string()
        }
    }
}

#[kalgan::app(root = "path_field")]
fn main() {}
