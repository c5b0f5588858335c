mod controller {
    use kalgan::prelude::*;

    #[derive(serde::Deserialize)]
    pub struct Search {
        pub q: String,
    }

    pub async fn index() -> &'static str {
        "home"
    }

    pub async fn failed(Form(search): Form<Search>) -> String {
        search.q
    }

    pub async fn other(Query(search): Query<Search>) -> String {
        search.q
    }
}

#[kalgan::app(root = "error_controller_body")]
fn main() {}
