mod controller {
    pub mod home {
        pub async fn index() -> &'static str {
            "home"
        }
    }
}

async fn seed() {}

#[kalgan::app(root = "home")]
async fn main(app: kalgan::App) -> kalgan::Result<()> {
    app.command("serve", seed)
        .command("seed", seed)
        .command("seed", seed)
        .command("seed database", seed)
        .run()
        .await
}
