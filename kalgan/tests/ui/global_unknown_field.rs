mod controller {
    pub mod home {
        use kalgan::prelude::*;

        pub async fn index() -> Result<Response> {
            render!("home.html", { title: "Home" })
        }
    }
}

mod shared {
    #[derive(serde::Serialize)]
    pub struct Visitor {
        name: String,
    }

    pub async fn visitor() -> kalgan::Result<Visitor> {
        let name = String::from("Ann");
        Ok(Visitor { name })
    }
}

#[kalgan::app(root = "global_unknown_field")]
async fn main(app: kalgan::App) -> kalgan::Result<()> {
    app.global("visitor", shared::visitor).run().await
}
