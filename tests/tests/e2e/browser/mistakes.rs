//! Files that are saved with a mistake while a page is open.

use crate::browser::{Studio, shadow, text};

const ABOUT: &str = "template/about.html";

#[test]
fn a_broken_template_shows_the_overlay_and_its_repair_removes_it() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    let good = site.read(ABOUT);
    studio.visit("/en/about");
    assert_eq!(browser.eval(&format!("{} == null", shadow("dialog"))), true);
    site.replace(ABOUT, "\"about.lead\"|trans", "\"about.laed\"|trans");
    let overlay = shadow("dialog[open]");
    browser.wait_until(&format!("{overlay} != null"));
    let shown = browser.eval(&format!("{overlay}.innerText"));
    let shown = shown.as_str().unwrap();
    for expected in [
        "there is no message `about.laed`",
        "template/about.html:7:22",
        "did you mean `about.lead`?",
    ] {
        assert!(shown.contains(expected), "{expected}\n{shown}");
    }
    // The page behind is the one that was open, and the place leads to the editor.
    assert!(studio.is_marked());
    let link = browser.eval(&format!("{overlay}.querySelector('a').href"));
    let link = link.as_str().unwrap();
    assert!(link.starts_with("vscode://file/"), "{link}");
    assert!(link.ends_with("template/about.html:7:22"), "{link}");

    // A second mistake joins the first.
    site.write("template/extra.html", "{{ broken");
    browser.wait_until(&format!("{overlay}?.innerText.includes('2 mistakes')"));
    site.remove("template/extra.html");
    browser.wait_until(&format!(
        "{overlay}?.innerText.includes('about.laed') && !{overlay}.innerText.includes('2 mistakes')"
    ));

    site.write(ABOUT, &good.replace("<h1>", "<h1>Mended: "));
    browser.wait_until(&format!("{}.startsWith('Mended: ')", text("h1")));
    browser.wait_until(&format!("{} == null", shadow("dialog")));
}

/// A page that is loaded while there are mistakes explains them and goes away by itself.
#[test]
fn a_page_of_mistakes_becomes_the_page_again() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    let good = site.read(ABOUT);
    site.write(ABOUT, "{{ broken");
    studio.visit("/en/about");
    assert_eq!(browser.eval("document.title"), "A mistake in a file");
    // Another mistake in its place.
    site.write(ABOUT, "<body>{{ \"nope\"|url }}</body>");
    browser.wait_until("document.body.innerText.includes('there is no route `nope`')");
    site.write(ABOUT, &good);
    browser.wait_until(&format!("{} === 'About the museum'", text("h1")));
}

#[test]
fn escape_closes_the_overlay_and_the_bar_keeps_the_count() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    studio.visit("/en/about");
    site.write(ABOUT, "{{ broken");
    browser.wait_until(&format!("{} != null", shadow("dialog[open]")));
    browser.press_escape();
    browser.wait_until(&format!("{} == null", shadow("dialog[open]")));
    browser.wait_until(&format!("{}?.innerText.includes('1')", shadow(".bar .bad")));
    // It stays closed when the page comes back from behind another one and is told again.
    let _ = browser.eval(
        "(() => { const Real = EventSource; window.told = 0; \
         window.EventSource = function (url) { const source = new Real(url); \
         source.addEventListener('hello', () => setTimeout(() => { window.told += 1 })); \
         return source } })()",
    );
    for event in ["pagehide", "pageshow"] {
        let _ = browser.eval(&format!(
            "dispatchEvent(new PageTransitionEvent('{event}', {{persisted: true}}))"
        ));
    }
    browser.wait_until("window.told === 1");
    assert_eq!(
        browser.eval(&format!("{} == null", shadow("dialog[open]"))),
        true
    );
    let _ = browser.eval(&format!("{}.click()", shadow(".bar .bad")));
    browser.wait_until(&format!("{} != null", shadow("dialog[open]")));
}
