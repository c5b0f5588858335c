//! The apps that are measured, each in a workspace of its own: what they depend on is not for the
//! repository.

use crate::common::{cargo, lock, repository, write};
use crate::site::{self, CONTROLLERS, Dialect, Marker};
use kalgan_tests::Launch;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A framework, as it is used in development.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Kalgan,
    /// Rocket with `rocket_dyn_templates`, which watches the folder of its templates.
    Rocket,
    /// axum with a Tera that reads all its templates again for each request.
    Axum,
}

/// An app with a site of some size.
pub(crate) struct App {
    /// The folder with its files.
    pub(crate) folder: PathBuf,
    pub(crate) dialect: Dialect,
    /// As in development.
    pub(crate) live: Launch,
    /// The same debug build, which does not look at its files again.
    pub(crate) fixed: Launch,
}

impl Framework {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "kalgan" => Some(Self::Kalgan),
            "rocket" => Some(Self::Rocket),
            "axum" => Some(Self::Axum),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kalgan => "Kalgan",
            Self::Rocket => "Rocket",
            Self::Axum => "axum",
        }
    }

    /// What can be edited.
    pub(crate) fn markers(self) -> &'static [Marker] {
        match self {
            Self::Kalgan => &[Marker::Page, Marker::Layout, Marker::Message, Marker::Route],
            Self::Rocket | Self::Axum => &[Marker::Page, Marker::Layout],
        }
    }

    /// Writes the app with a site of this size, and builds it.
    pub(crate) fn app(self, root: &Path, size: usize, optimised: bool) -> App {
        let workspace = root.join(self.name().to_lowercase());
        let folder = workspace.join(format!("site-{size}"));
        let profile = if optimised { "optimised" } else { "dev" };
        let binary = |profile: &str, package: &str| {
            let folder = if profile == "dev" { "debug" } else { profile };
            workspace.join("target").join(folder).join(package)
        };
        match self {
            Self::Kalgan => {
                let dialect = Dialect::Kalgan;
                let package = format!("site-{size}");
                kalgan_workspace(&workspace, &package);
                site::write_site(&folder, dialect, size);
                build(&workspace, profile, &package);
                let live = Launch::new(&binary(profile, &package));
                App {
                    folder,
                    dialect,
                    fixed: live.clone().env("KALGAN_ENVIRONMENT__IS_PROD", "true"),
                    live,
                }
            }
            Self::Rocket => {
                let dialect = Dialect::Tera1;
                rocket_workspace(&workspace);
                site::write_site(&folder, dialect, size);
                let fixed = format!("{profile}-fixed");
                let [live, fixed] = [profile, &fixed].map(|profile| {
                    build(&workspace, profile, "app");
                    Launch::new(&binary(profile, "app")).env("SITE", &folder)
                });
                App {
                    folder,
                    dialect,
                    live,
                    fixed,
                }
            }
            Self::Axum => {
                let dialect = Dialect::Tera2;
                axum_workspace(&workspace);
                site::write_site(&folder, dialect, size);
                build(&workspace, profile, "app");
                let live = Launch::new(&binary(profile, "app")).env("SITE", &folder);
                App {
                    folder,
                    dialect,
                    fixed: live.clone().env("FIXED", "1"),
                    live,
                }
            }
        }
    }
}

fn build(workspace: &Path, profile: &str, package: &str) {
    cargo(
        workspace,
        ["build", "--quiet", "--profile", profile, "-p", package],
    );
}

/// The manifest of a workspace: `dev` is what `cargo run` builds, `optimised` the same with all
/// dependencies optimised, as many do for development.
fn workspace_manifest(members: &str, more: &str) -> String {
    format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{members:?}]\n\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n\n\
         [profile.optimised]\ninherits = \"dev\"\n\n\
         [profile.optimised.package.\"*\"]\nopt-level = 2\n{more}"
    )
}

fn manifest(name: &str, dependencies: &str) -> String {
    format!(
        "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{dependencies}"
    )
}

fn kalgan_workspace(workspace: &Path, package: &str) {
    // One package for each size: the macros prove the site that the app has.
    write(
        &workspace.join("Cargo.toml"),
        &workspace_manifest("site-*", ""),
    );
    lock(workspace);
    let folder = workspace.join(package);
    let kalgan = repository().join("kalgan").display().to_string();
    write(
        &folder.join("Cargo.toml"),
        &manifest(package, &format!("kalgan = {{ path = {kalgan:?} }}\n")),
    );
    write(
        &folder.join("build.rs"),
        "fn main() {\n    for folder in [\"config\", \"template\"] {\n        \
         println!(\"cargo::rerun-if-changed={folder}\");\n    }\n    \
         println!(\"cargo::rustc-env=KALGAN_WATCH=1\");\n}\n",
    );
    let mut text = String::from(
        "use kalgan::prelude::*;\n\n#[kalgan::app]\nfn main() {}\n\nmod controller {\n    \
         pub mod pages {\n        use super::super::*;\n        use std::collections::BTreeMap;\n\n",
    );
    for number in 0..CONTROLLERS {
        let _ = writeln!(
            text,
            "        pub async fn show{number}() -> Result<Response> {{\n            \
             render!({:?}, {{\n                title: \"Page {number}\",\n                \
             items: {},\n                user: BTreeMap::from([(\"name\", \"Ada\")]),\n            \
             }})\n        }}\n",
            Dialect::Kalgan.page(number),
            ITEMS,
        );
    }
    text.push_str("    }\n}\n");
    write(&folder.join("src/main.rs"), &text);
}

const ITEMS: &str =
    "[\"one\", \"two\", \"three\", \"four\", \"five\", \"six\", \"seven\", \"eight\"]";

/// What both other apps say of themselves on the command line.
const PORT: &str = "fn port() -> u16 {\n    let port = std::env::args().nth(2);\n    \
                    port.and_then(|port| port.parse().ok()).expect(\"--port NUMBER\")\n}\n";

fn rocket_workspace(workspace: &Path) {
    // Rocket's templates are watched where the crate has debug assertions.
    let mut fixed = String::new();
    for profile in ["dev", "optimised"] {
        let _ = write!(
            fixed,
            "\n[profile.{profile}-fixed]\ninherits = \"{profile}\"\n\n\
             [profile.{profile}-fixed.package.rocket_dyn_templates]\ndebug-assertions = false\n"
        );
        if profile == "optimised" {
            fixed.push_str("opt-level = 2\n");
        }
    }
    write(
        &workspace.join("Cargo.toml"),
        &workspace_manifest("app", &fixed),
    );
    write(
        &workspace.join("app/Cargo.toml"),
        &manifest(
            "app",
            "rocket = \"0.5\"\nrocket_dyn_templates = { version = \"0.2\", features = [\"tera\"] }\n",
        ),
    );
    let mut text = String::from("use rocket::{get, launch, routes};\n");
    text.push_str("use rocket_dyn_templates::{Template, context};\n\n");
    let mut names = String::new();
    for number in 0..CONTROLLERS {
        let _ = writeln!(
            text,
            "#[get(\"/<lang>/section{number}/page{number}/<_id>\")]\n\
             fn show{number}(lang: &str, _id: u32) -> Template {{\n    \
             Template::render({:?}, context! {{\n        lang,\n        \
             title: \"Page {number}\",\n        items: {ITEMS},\n        \
             user: context! {{ name: \"Ada\" }},\n    }})\n}}\n",
            Dialect::Tera1.page(number),
        );
        let _ = write!(names, "show{number}, ");
    }
    let _ = write!(
        text,
        "#[launch]\nfn rocket() -> _ {{\n    \
         let site = std::env::var(\"SITE\").expect(\"SITE is set\");\n    \
         let config = rocket::Config::figment()\n        .merge((\"port\", port()))\n        \
         .merge((\"template_dir\", format!(\"{{site}}/template\")));\n    \
         rocket::custom(config).mount(\"/\", routes![{names}]).attach(Template::fairing())\n}}\n\n{PORT}"
    );
    write(&workspace.join("app/src/main.rs"), &text);
}

fn axum_workspace(workspace: &Path) {
    write(
        &workspace.join("Cargo.toml"),
        &workspace_manifest("app", ""),
    );
    write(
        &workspace.join("app/Cargo.toml"),
        &manifest(
            "app",
            "axum = \"0.8\"\nserde_json = \"1\"\ntera = { version = \"2.4\", features = [\"glob_fs\"] }\n\
             tokio = { version = \"1\", features = [\"full\"] }\n",
        ),
    );
    let mut text = String::from(
        "use axum::extract::{Path, State};\nuse axum::response::Html;\nuse axum::{Router, routing::get};\n\
         use serde_json::json;\nuse std::sync::{Arc, RwLock};\nuse tera::{Context, Tera};\n\n\
         #[derive(Clone)]\nstruct App {\n    tera: Arc<RwLock<Tera>>,\n    reloads: bool,\n}\n\n\
         impl App {\n    fn render(&self, name: &str, context: serde_json::Value) -> Html<String> {\n        \
         if self.reloads {\n            \
         self.tera.write().unwrap().full_reload().expect(\"the templates are right\");\n        }\n        \
         let context = Context::from_serialize(&context).expect(\"a context is an object\");\n        \
         Html(self.tera.read().unwrap().render(name, &context).expect(\"the template is right\"))\n    \
         }\n}\n\n",
    );
    let mut routes = String::new();
    for number in 0..CONTROLLERS {
        let _ = writeln!(
            text,
            "async fn show{number}(State(app): State<App>, Path((lang, _)): Path<(String, u32)>) \
             -> Html<String> {{\n    app.render({:?}, json!({{\n        \"lang\": lang,\n        \
             \"title\": \"Page {number}\",\n        \"items\": {ITEMS},\n        \
             \"user\": {{ \"name\": \"Ada\" }},\n    }}))\n}}\n",
            Dialect::Tera2.page(number),
        );
        let _ = writeln!(
            routes,
            "        .route(\"/{{lang}}/section{number}/page{number}/{{id}}\", get(show{number}))"
        );
    }
    let _ = write!(
        text,
        "#[tokio::main]\nasync fn main() {{\n    \
         let site = std::env::var(\"SITE\").expect(\"SITE is set\");\n    \
         let mut tera = Tera::default();\n    \
         tera.load_from_glob(&format!(\"{{site}}/template/**/*\")).expect(\"the templates are right\");\n    \
         let app = App {{\n        tera: Arc::new(RwLock::new(tera)),\n        \
         reloads: std::env::var_os(\"FIXED\").is_none(),\n    }};\n    \
         let router = Router::new()\n{routes}        .with_state(app);\n    \
         let listener = tokio::net::TcpListener::bind((\"127.0.0.1\", port())).await.unwrap();\n    \
         axum::serve(listener, router).await.unwrap();\n}}\n\n{PORT}"
    );
    write(&workspace.join("app/src/main.rs"), &text);
}
