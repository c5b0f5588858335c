mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub struct Filter;

pub fn call(filter: &Filter) {
    let _ = kalgan::url!("user", id = 5, _query = filter);
    let _ = kalgan::url!("user", id = 5, _query = { filter, page: 2 });
}

#[kalgan::app(root = "links")]
fn main() {}
