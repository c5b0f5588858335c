mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn setup(tera: &mut kalgan::tera::Tera) {
    tera.register_filter("shout", |text: &str, _: kalgan::tera::Kwargs, _: &kalgan::tera::State| {
        text.to_uppercase()
    });
}

#[kalgan::app(root = "template_unknown_filter")]
fn main() {}
