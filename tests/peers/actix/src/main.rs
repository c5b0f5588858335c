//! Plain text, and the page with Tera. The arguments are `--port PORT`.

use actix_web::error::ErrorInternalServerError;
use actix_web::web::{self, Data, Html};
use actix_web::{App, HttpServer, Result};
use peer_items::{TITLE, items};
use tera::{Context, Tera};

async fn plain() -> &'static str {
    "Hello, World!"
}

async fn page(tera: Data<Tera>) -> Result<Html> {
    let mut context = Context::new();
    context.insert("title", TITLE);
    context.insert("items", &items());
    let page = tera.render("page.html", &context);
    page.map(Html::new).map_err(ErrorInternalServerError)
}

#[actix_web::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(2).ok_or("--port PORT is missing")?;
    let mut tera = Tera::new();
    tera.add_raw_templates([
        (
            "layout.html",
            include_str!("../../kalgan/template/layout.html"),
        ),
        ("page.html", include_str!("../../kalgan/template/page.html")),
    ])?;
    let tera = Data::new(tera);
    let app = move || {
        App::new()
            .app_data(Data::clone(&tera))
            .route("/plain", web::get().to(plain))
            .route("/tera", web::get().to(page))
    };
    let server = HttpServer::new(app).workers(1);
    server.bind(("127.0.0.1", port.parse()?))?.run().await?;
    Ok(())
}
