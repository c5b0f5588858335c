//! Edits of Rust with a page open: `myapp dev` builds and starts anew, and the page follows.

use crate::browser::shadow;
use kalgan_tests::{Browser, Profile, Site, hold_builds, wait_for};
use std::time::{Duration, Instant};

const CONTROLLER: &str = "src/controller.rs";

fn controller(body: &str) -> String {
    format!(
        "use kalgan::prelude::*;\n\n\
         pub async fn hello(Path(_): Path<String>) -> Response {{\n    \
             kalgan::response::html({body})\n}}\n"
    )
}

fn page(text: &str) -> String {
    controller(&format!(
        "\"<!doctype html><title>x</title><body><p>{text}</p></body>\""
    ))
}

#[test]
fn the_page_shows_the_new_server_and_what_the_compiler_says() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let site = Site::of_example("hello", "rust-browser");
    // A name of its own, as other tests build others of that name in the same folder.
    site.replace("Cargo.toml", "name = \"hello\"", "name = \"rust-browser\"");
    site.write(CONTROLLER, &page("one"));
    let build = site.build(Profile::Debug);
    let _builds = hold_builds();
    let server = build.launch_dev().serve();
    browser.visit(&format!("http://{}/x", server.address()));
    browser.wait_until("window.__kalgan !== undefined");
    browser.wait_until("document.querySelector('p').textContent === 'one'");
    site.write(CONTROLLER, &page("two"));
    browser.wait_until("document.querySelector('p')?.textContent === 'two'");

    browser.wait_until("window.__kalgan !== undefined");
    site.write(CONTROLLER, &controller("missing_name"));
    let overlay = shadow("dialog[open]");
    browser.wait_until(&format!("{overlay}?.innerText.includes('missing_name')"));
    assert_eq!(
        browser.eval("document.querySelector('p').textContent"),
        "two",
        "the old server and its page are there still"
    );
    // A page that is opened now is told as well.
    browser.visit(&format!("http://{}/y", server.address()));
    browser.wait_until(&format!("{overlay}?.innerText.includes('missing_name')"));
    // A mistake in a file hides nothing of it, on this page and on that of the mistake itself.
    site.write("template/extra.html", "{{ broken");
    let both = format!(
        "['missing_name', 'extra.html'].every(part => {overlay}?.innerText.includes(part))"
    );
    browser.wait_until(&both);
    browser.visit(&format!("http://{}/z", server.address()));
    assert_eq!(browser.eval("document.title"), "A mistake in a file");
    browser.wait_until(&both);
    site.remove("template/extra.html");
    browser.wait_until(&format!(
        "{overlay}?.innerText.includes('extra.html') === false"
    ));
    site.write(CONTROLLER, &page("three"));
    browser.wait_until("document.querySelector('p')?.textContent === 'three'");
    browser.wait_until(&format!("{} == null", shadow("dialog")));

    // What gives the same binary starts nothing, and the bar does not wait for it.
    browser.wait_until("window.__kalgan !== undefined");
    let note = shadow(".note");
    browser.wait_until(&format!("{note} == null"));
    // It may not listen yet when a build begins.
    wait_for("a build that the bar tells of", || {
        site.write(CONTROLLER, &page("three"));
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) {
            if browser.eval(&format!("{note}?.innerText === 'compiling…'")) == true {
                return Some(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    });
    browser.wait_until(&format!("{note} == null"));
    server.stop_well();
}
