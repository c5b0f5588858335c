//! A server that is stopped and started again: a Rust edit, for instance.

use crate::browser::{Studio, text};

#[test]
fn a_page_connects_again_and_loads_what_the_new_server_has() {
    let Some(mut studio) = Studio::open() else {
        return;
    };
    studio.visit("/en/about");
    let port = studio.server.address().port();
    let stopped = std::mem::replace(
        &mut studio.server,
        // Any server stands in while the first one's port becomes free.
        studio.build.launch().serve(),
    );
    assert_eq!(stopped.stop().code, Some(0), "open streams hold up nothing");
    assert!(studio.is_marked());
    // Meanwhile a file changes, too.
    studio
        .site
        .replace("template/about.html", "<h1>", "<h1>Again: ");
    studio.server = studio.build.launch().serve_at(port);
    studio
        .browser
        .wait_until(&format!("{}.startsWith('Again: ')", text("h1")));
    assert!(!studio.is_marked());
}
