//! Measures the time from a save to the changed page in Chromium, for a template and for a message of the
//! museum: `cargo run -p kalgan-tests --example saves`. The medians of 15 saves each.

#![forbid(unsafe_code)]

use kalgan_tests::{Browser, Profile, Site};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const ROUNDS: usize = 15;

fn main() {
    let browser = Browser::open().expect("there is a browser");
    let site = Site::of_example("museum", "museum-saves");
    let server = site.build(Profile::Debug).launch().serve();
    browser.visit(&format!("http://{}/en/about", server.address()));
    browser.wait_until("document.readyState === 'complete'");

    let template = site.read("template/about.html");
    let messages = site.read("config/i18n/en/about.yaml");
    let title = "title: About the museum";
    assert!(messages.contains(title), "the museum's title is another");
    for (what, file, make) in [
        (
            "template",
            "template/about.html",
            Box::new(|word: &str| {
                let lead = "<p class=\"lead\">";
                template.replacen(lead, &format!("{lead}<b>{word}</b> "), 1)
            }) as Box<dyn Fn(&str) -> String>,
        ),
        (
            "message",
            "config/i18n/en/about.yaml",
            Box::new(|word: &str| messages.replacen(title, &format!("title: {word}"), 1)),
        ),
    ] {
        let mut times: Vec<Duration> = (0..ROUNDS)
            .map(|round| {
                let word = format!("{what}{round}");
                // A page that is changed in place keeps what watches it; one that is loaded anew
                // tells when it was ready.
                let _ = browser.eval(&format!(
                    "(() => {{ window.seen = null; window.watcher?.disconnect(); \
                     const look = () => {{ if (window.seen === null && \
                     document.body.textContent.includes('{word}')) \
                     window.seen = performance.timeOrigin + performance.now(); }}; \
                     window.watcher = new MutationObserver(look); \
                     window.watcher.observe(document, {{ subtree: true, childList: true, \
                     characterData: true }}); return true; }})()"
                ));
                let text = make(&word);
                let saved = SystemTime::now();
                site.write(file, &text);
                browser.wait_until(&format!(
                    "window.seen !== null && document.body?.textContent.includes('{word}') && \
                     document.readyState === 'complete'"
                ));
                let seen = browser.eval(
                    "window.seen ?? performance.timeOrigin + \
                     performance.getEntriesByType('navigation')[0].domContentLoadedEventStart",
                );
                let seen = seen.as_f64();
                let seen = Duration::from_secs_f64(seen.expect("a time") / 1_000.0);
                let saved = saved.duration_since(UNIX_EPOCH).expect("after 1970");
                seen.saturating_sub(saved)
            })
            .collect();
        times.sort_unstable();
        println!(
            "{what}: median {:?}, fastest {:?}, slowest {:?}",
            times[ROUNDS / 2],
            times[0],
            times[ROUNDS - 1]
        );
    }
    server.stop_well();
}
