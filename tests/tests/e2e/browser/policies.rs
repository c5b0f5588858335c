//! Pages under a Content-Security-Policy of the app's own: what development adds works all the same.

use crate::browser::shadow;
use kalgan_tests::{Browser, Profile, Site};

const POLICIES: [&str; 5] = [
    "default-src 'none'",
    "default-src 'self'",
    "script-src 'none'; style-src 'none'; connect-src 'none'",
    "script-src 'nonce-c2VjcmV0' 'strict-dynamic'; style-src 'self'",
    "default-src 'none'; require-trusted-types-for 'script'; trusted-types app",
];

#[test]
fn the_overlay_shows_under_any_policy() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let site = Site::of_app("workshop", "workshop-browser");
    let build = site.build(Profile::Debug);
    for policy in POLICIES {
        let server = build.launch().env("WORKSHOP_POLICY", policy).serve();
        browser.visit(&format!("http://{}/page", server.address()));
        browser.wait_until("window.__kalgan !== undefined");
        site.write("template/broken.html", "{{ broken");
        let overlay = shadow("dialog[open]");
        browser.wait_until(&format!(
            "{overlay}?.innerText.includes('template/broken.html:1:')"
        ));
        // Its stylesheet is there: a page without one has no corners.
        let corners = format!("getComputedStyle({overlay}.querySelector('article')).borderRadius");
        assert_ne!(browser.eval(&corners), "0px", "{policy}");
        site.remove("template/broken.html");
        browser.wait_until(&format!("{} == null", shadow("dialog")));
        server.stop_well();
    }
}
