mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

pub fn setup(tera: &mut kalgan::tera::Tera) {
    tera.register_filter("time", |text: &str, _: kalgan::tera::Kwargs, _: &kalgan::tera::State| {
        text.to_uppercase()
    });
}

#[kalgan::app(root = "template_filter_arguments")]
fn main() {}
