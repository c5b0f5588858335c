//! A real browser: Debian's Chromium, driven by its chromedriver.

use std::process::{Child, Command, Stdio};

use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};

use crate::tool::{has_tool, skipped};
use crate::{free_port, wait_for};

/// A window of a browser with a profile of its own. It ends with the value.
pub struct Browser {
    runtime: tokio::runtime::Runtime,
    client: Client,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens a window of 1280 by 800 pixels. `None`, and a word about it, where there is no browser.
    ///
    /// # Panics
    /// When the browser cannot be started, or where `CI` is set and there is none.
    #[must_use]
    pub fn open() -> Option<Self> {
        Self::open_at("127.0.0.1")
    }

    /// As [`Browser::open`], with a word for the driver about who may call it.
    fn open_at(host: &str) -> Option<Self> {
        let is_there = ["chromium", "chromedriver"]
            .into_iter()
            .all(|program| has_tool(program, &["--version"]));
        if !is_there {
            skipped("chromium and chromedriver (Debian: chromium, chromium-driver)");
            return None;
        }
        let profile = tempfile::tempdir().expect("a folder for the profile can be made");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a run time can be made");
        let (driver, port) = start_driver(host);
        let capabilities = json!({
            "goog:chromeOptions": {
                "args": [
                    "--headless=new",
                    // Tests may run as root, in a container.
                    "--no-sandbox",
                    "--disable-dev-shm-usage",
                    "--disable-gpu",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--window-size=1280,800",
                    format!("--user-data-dir={}", profile.path().display()),
                ]
            }
        });
        let capabilities = capabilities
            .as_object()
            .expect("it was written as an object");
        let client = runtime.block_on(async {
            let connector = fantoccini::wd::Capabilities::from(capabilities.clone());
            ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
                .capabilities(connector)
                .connect(&format!("http://{host}:{port}"))
                .await
        });
        Some(Self {
            client: client.expect("chromedriver starts the browser"),
            runtime,
            driver,
            _profile: profile,
        })
    }

    /// Loads a page, with all that it names.
    ///
    /// # Panics
    /// When it cannot be loaded.
    pub fn visit(&self, url: &str) {
        self.runtime
            .block_on(self.client.goto(url))
            .unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// The value of an expression of JavaScript in the page.
    ///
    /// # Panics
    /// When it throws.
    #[must_use]
    pub fn eval(&self, expression: &str) -> Value {
        self.try_eval(expression)
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    fn try_eval(&self, expression: &str) -> Result<Value, String> {
        let script = format!("return ({expression});");
        let value = self.client.execute(&script, Vec::new());
        self.runtime.block_on(value).map_err(|e| e.to_string())
    }

    /// Waits until an expression is true. While the page is loaded anew it has no value.
    ///
    /// # Panics
    /// When that takes longer than [`DEADLINE`](crate::DEADLINE).
    pub fn wait_until(&self, expression: &str) {
        let mut last = String::new();
        let begun = std::time::Instant::now();
        while begun.elapsed() < crate::DEADLINE {
            match self.try_eval(expression) {
                Ok(Value::Bool(true)) => return,
                Ok(other) => last = other.to_string(),
                Err(error) => last = error,
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let page = self
            .try_eval("document.documentElement.outerHTML")
            .unwrap_or_default();
        panic!("waited in vain for {expression}: {last}\n{page:#}");
    }

    /// Presses the Escape key.
    pub fn press_escape(&self) {
        let press = async {
            let body = self.client.find(fantoccini::Locator::Css("body")).await?;
            body.send_keys(&Key::Escape.to_string()).await
        };
        self.runtime
            .block_on(press)
            .unwrap_or_else(|error| panic!("Escape: {error}"));
    }

    /// Opens a further tab and goes on in it.
    pub fn new_tab(&self) {
        let open = async {
            let window = self.client.new_window(true).await?;
            self.client.switch_to_window(window.handle).await
        };
        self.runtime
            .block_on(open)
            .unwrap_or_else(|error| panic!("a tab: {error}"));
    }

    /// Sets the size of the window.
    pub fn resize(&self, width: u32, height: u32) {
        self.runtime
            .block_on(self.client.set_window_rect(0, 0, width, height))
            .unwrap_or_else(|error| panic!("the window's size: {error}"));
    }

    /// The window's content, as PNG.
    #[must_use]
    pub fn screenshot(&self) -> Vec<u8> {
        self.runtime
            .block_on(self.client.screenshot())
            .unwrap_or_else(|error| panic!("a screenshot: {error}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The error is that it has ended already.
        let _ = self.runtime.block_on(self.client.clone().close());
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Starts chromedriver and waits until it takes connections.
fn start_driver(host: &str) -> (Child, u16) {
    wait_for("chromedriver", || {
        let port = free_port();
        let mut driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver can be started");
        wait_for("chromedriver's port", || {
            if let Ok(Some(_)) = driver.try_wait() {
                // Somebody else has got the port.
                return Some(None);
            }
            std::net::TcpStream::connect((host, port)).ok().map(Some)
        })
        .map(|_| (driver, port))
    })
}
