//! Plain text, and the page with Rocket's templates. The arguments are `--port PORT`.

use peer_items::{Item, TITLE, items};
use rocket::log::LogLevel;
use rocket::{Config, get, routes};
use rocket_dyn_templates::Template;
use serde::Serialize;

#[derive(Serialize)]
struct Shown {
    title: &'static str,
    items: Vec<Item>,
}

#[get("/plain")]
async fn plain() -> &'static str {
    "Hello, World!"
}

#[get("/tera")]
async fn page() -> Template {
    let shown = Shown {
        title: TITLE,
        items: items(),
    };
    Template::render("page", shown)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(2).ok_or("--port PORT is missing")?;
    let config = Config {
        port: port.parse()?,
        workers: 1,
        log_level: LogLevel::Off,
        ..Config::release_default()
    };
    let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
    let figment = rocket::figment::Figment::from(config).merge(("template_dir", templates));
    let rocket = rocket::custom(figment)
        .attach(Template::fairing())
        .mount("/", routes![plain, page]);
    rocket::execute(rocket.launch())?;
    Ok(())
}
