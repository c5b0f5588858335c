//! Takes the pictures of docs/development.md: `cargo run -p kalgan-tests --example screenshots`.

#![forbid(unsafe_code)]

use kalgan_tests::{Browser, Profile, Site};
use std::fs;
use std::path::Path;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/images");
    fs::create_dir_all(&folder).expect("the folder of the pictures can be made");
    let browser = Browser::open().expect("there is a browser");
    let take = |name: &str| {
        let path = folder.join(name);
        fs::write(&path, browser.screenshot()).expect("a picture can be written");
        println!("{}", path.display());
    };
    let shadow = |selector: &str| {
        format!("document.querySelector('kalgan-dev')?.shadowRoot.querySelector('{selector}')")
    };
    let museum = Site::of_example("museum", "museum-screenshots");
    let server = museum.build(Profile::Debug).launch().serve();
    browser.resize(1180, 820);

    browser.visit(&format!("http://{}/en/about", server.address()));
    browser.wait_until(&format!("{} != null", shadow(".bar .facts")));
    let _ = browser.eval(&format!("{}.click()", shadow(".bar .facts")));
    browser.wait_until(&format!("{} != null", shadow(".bar .details")));
    take("bar.png");
    let _ = browser.eval(&format!("{}.click()", shadow(".bar .facts")));

    museum.replace(
        "template/about.html",
        "\"about.lead\"|trans",
        "\"about.laed\"|trans",
    );
    museum.replace("template/part/footer.html", "|url", "|ulr");
    browser.wait_until(&format!("{} != null", shadow("dialog[open]")));
    take("overlay.png");
    server.stop_well();

    let workshop = Site::of_app("workshop", "workshop-screenshots");
    let server = workshop.build(Profile::Debug).launch().serve();
    browser.visit(&format!("http://{}/accounts/Friday", server.address()));
    browser.wait_until("document.readyState === 'complete'");
    take("error.png");
    server.stop_well();
}
