//! Development as its user sees it: a page is open in a real browser, a file is saved, and the page
//! shows it without a hand on the browser.

mod bar;
mod edits;
mod mistakes;
mod policies;
mod restarts;
mod rust_edits;

use kalgan_tests::{Browser, Build, Profile, Server, Site};
use std::sync::{Mutex, MutexGuard, OnceLock};

/// A museum whose files may be edited, as fresh as in the repository, with its server and a
/// browser. One test at a time has it.
struct Studio {
    browser: Browser,
    server: Server,
    site: Site,
    build: Build,
    _turn: MutexGuard<'static, ()>,
}

impl Studio {
    /// `None` where there is no browser.
    fn open() -> Option<Self> {
        Self::with("")
    }

    /// With a file of further settings.
    fn with(settings: &str) -> Option<Self> {
        static TURN: Mutex<()> = Mutex::new(());
        static BUILD: OnceLock<Build> = OnceLock::new();
        let turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
        let browser = Browser::open()?;
        let site = Site::of_example("museum", "museum-browser");
        if !settings.is_empty() {
            site.write("config/app/studio.yaml", settings);
        }
        let build = BUILD.get_or_init(|| site.build(Profile::Debug)).clone();
        Some(Self {
            browser,
            server: build.launch().serve(),
            site,
            build,
            _turn: turn,
        })
    }

    /// Loads a page and waits until it listens.
    fn visit(&self, path: &str) {
        let url = format!("http://{}{path}", self.server.address());
        self.browser.visit(&url);
        self.browser.wait_until("window.__kalgan !== undefined");
        self.mark();
    }

    /// Leaves a mark on the page, which a reload takes away.
    fn mark(&self) {
        assert_eq!(self.browser.eval("window.marked = true"), true);
    }

    /// Whether the page is still the one that was marked.
    fn is_marked(&self) -> bool {
        self.browser.eval("window.marked === true") == true
    }
}

/// The text of an element in the page.
fn text(selector: &str) -> String {
    format!("(document.querySelector({selector:?})?.textContent ?? '')")
}

/// An expression of what is in the shadow of Kalgan's own element.
fn shadow(selector: &str) -> String {
    format!("document.querySelector('kalgan-dev')?.shadowRoot.querySelector({selector:?})")
}
