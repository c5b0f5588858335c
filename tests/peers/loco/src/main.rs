//! Plain text, and the page with Loco's view engine. The arguments are `--port PORT`.

use async_trait::async_trait;
use axum::routing::get;
use axum::{Extension, Router as AxumRouter};
use loco_rs::app::{AppContext, Hooks, Initializer};
use loco_rs::bgworker::Queue;
use loco_rs::boot::{BootResult, ServeParams, StartMode, create_app, start};
use loco_rs::config::Config;
use loco_rs::controller::views::ViewEngine;
use loco_rs::controller::views::engines::TeraView;
use loco_rs::controller::{AppRoutes, Routes, format};
use loco_rs::environment::Environment;
use loco_rs::prelude::Response;
use loco_rs::task::Tasks;
use loco_rs::{Result, controller::views::ViewRenderer};
use peer_items::{TITLE, items};
use serde_json::json;

struct App;

struct Views;

async fn plain() -> Result<Response> {
    format::text("Hello, World!")
}

async fn page(ViewEngine(views): ViewEngine<TeraView>) -> Result<Response> {
    let page = views.render("page.html", json!({"title": TITLE, "items": items()}))?;
    format::html(&page)
}

#[async_trait]
impl Initializer for Views {
    fn name(&self) -> String {
        String::from("views")
    }

    async fn after_routes(&self, router: AxumRouter, _: &AppContext) -> Result<AxumRouter> {
        let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/../kalgan/template");
        let views = TeraView::from_custom_dir(&templates, |_| Ok(()))?;
        Ok(router.layer(Extension(ViewEngine::new(views))))
    }
}

#[async_trait]
impl Hooks for App {
    fn app_name() -> &'static str {
        "peer-loco"
    }

    async fn boot(
        mode: StartMode,
        environment: &Environment,
        config: Config,
    ) -> Result<BootResult> {
        create_app::<Self>(mode, environment, config).await
    }

    async fn initializers(_: &AppContext) -> Result<Vec<Box<dyn Initializer>>> {
        Ok(vec![Box::new(Views)])
    }

    fn routes(_: &AppContext) -> AppRoutes {
        let routes = Routes::new()
            .add("/plain", get(plain))
            .add("/tera", get(page));
        AppRoutes::empty().add_route(routes)
    }

    async fn connect_workers(_: &AppContext, _: &Queue) -> Result<()> {
        Ok(())
    }

    fn register_tasks(_: &mut Tasks) {}
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(2).ok_or("--port PORT is missing")?;
    let port: i32 = port.parse()?;
    let config: Config = serde_json::from_value(json!({
        "logger": {"enable": false, "level": "off", "format": "compact"},
        "server": {"port": port, "binding": "127.0.0.1", "host": "http://127.0.0.1"},
        "workers": {"mode": "ForegroundBlocking"},
    }))?;
    let parameters = ServeParams {
        port,
        binding: String::from("127.0.0.1"),
    };
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?
        .block_on(async {
            let boot = App::boot(StartMode::ServerOnly, &Environment::Production, config).await?;
            Ok(start::<App>(boot, parameters, true).await?)
        })
}
