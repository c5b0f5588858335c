//! The bar at the foot of a page.

use crate::browser::{Studio, shadow};

#[test]
fn it_tells_how_the_page_came_about_and_folds() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let browser = &studio.browser;
    studio.visit("/en/about");
    browser.wait_until(&format!("{} != null", shadow(".bar .facts")));
    let small = browser.eval(&format!("{}.innerText", shadow(".bar")));
    let small = small.as_str().unwrap();
    assert!(small.contains("200") && small.contains("about"), "{small}");
    // On a narrow screen it covers no content of a page that is scrolled to its end.
    browser.resize(390, 700);
    browser.wait_until(&format!(
        "(scrollTo({{top: 1e9, behavior: 'instant'}}), document.body.getBoundingClientRect().bottom \
         <= {}.getBoundingClientRect().top)",
        shadow(".bar")
    ));
    browser.resize(1200, 900);
    let _ = browser.eval(&format!("{}.click()", shadow(".bar .facts")));
    browser.wait_until(&format!("{} != null", shadow(".bar .details")));
    let details = browser.eval(&format!("{}.innerText", shadow(".bar .details")));
    let details = details.as_str().unwrap();
    for expected in [
        "/{_lang}/about",
        "page_controller::about",
        "about.html",
        "base.html",
        "part/header.html",
        "en",
    ] {
        assert!(details.contains(expected), "{expected}\n{details}");
    }
    // It stays as it was left.
    studio.visit("/en");
    browser.wait_until(&format!("{} != null", shadow(".bar .details")));
    let _ = browser.eval(&format!("{}.click()", shadow(".bar .strip .tab")));
    studio.visit("/en/about");
    browser.wait_until(&format!("{} != null", shadow(".bar.folded")));
}

#[test]
fn a_setting_turns_it_off_and_pages_stay_live() {
    let Some(studio) = Studio::with("development: {bar: false}\n") else {
        return;
    };
    studio.visit("/en/about");
    let none = format!("{} == null", shadow(".bar"));
    assert_eq!(studio.browser.eval(&none), true);
    studio
        .site
        .replace("template/about.html", "<h1>", "<h1 id=\"edited\">");
    studio
        .browser
        .wait_until("document.querySelector('#edited') !== null");
    assert_eq!(studio.browser.eval(&none), true);
}
