//! Files that are saved while a page shows them.

use crate::browser::{Studio, text};

#[test]
fn a_template_a_message_a_route_and_a_setting_show_by_themselves() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    studio.visit("/en/about");
    site.replace(
        "template/about.html",
        "<p class=\"lead\">",
        "<p class=\"lead\"><b id=\"new\">A new word.</b> ",
    );
    browser.wait_until(&format!("{} === 'A new word.'", text("#new")));
    assert!(studio.is_marked(), "the page changed in place");

    site.replace(
        "config/i18n/en/about.yaml",
        "title: About the museum",
        "title: About this place",
    );
    browser.wait_until(&format!("{} === 'About this place'", text("h1")));

    // A file that the page's own template includes, and one that it extends.
    site.append(
        "template/part/footer.html",
        "<p id=\"foot\">Mind the step.</p>",
    );
    browser.wait_until(&format!("{} === 'Mind the step.'", text("#foot")));
    site.replace("template/base.html", "<body ", "<body data-edited=\"yes\" ");
    browser.wait_until("document.body.dataset.edited === 'yes'");

    let link = "[...document.querySelectorAll('a')].some(a => a.pathname === '/en/years')";
    assert_eq!(browser.eval(link), false);
    site.replace(
        "config/routes/pages.yaml",
        "path: /{_lang}/timeline",
        "path: /{_lang}/years",
    );
    browser.wait_until(link);

    studio.mark();
    site.write("config/app/more.yaml", "museum_mood: quiet\n");
    browser.wait_until("window.marked !== true && document.querySelector('#foot') !== null");
}

/// What was typed and the scroll position stay; what has a state of its own is a new one where it has
/// changed.
#[test]
fn a_page_without_scripts_changes_in_place() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    let page = |title: &str, body: &str| {
        format!(
            "<!doctype html><html lang=\"en\"><head><title>{title}</title>\
             <link rel=\"stylesheet\" href=\"{{{{ \"/app.css\"|asset }}}}\"></head>\
             <body class=\"{title}\"><input id=\"kept\"><ul>{body}</ul>\
             <svg viewBox=\"0 0 1 1\"><circle r=\"{body_length}\"/></svg>\
             <p style=\"height: 4000px\">end</p></body></html>",
            body_length = body.len()
        )
    };
    site.write("template/about.html", &page("one", "<li>a<li>b<li>c"));
    studio.visit("/en/about");
    let _ = browser.eval("document.querySelector('#kept').value = 'half a sentence'");
    let _ = browser.eval("window.scrollTo(0, 700)");
    let _ = browser.eval("window.sheet = document.querySelector('link')");
    let items = "[...document.querySelectorAll('li')].map(li => li.outerHTML).join('')";
    for (title, body) in [
        ("two", "<li>a<li>b"),
        ("three", "<li id=\"x\">new<li>a<li class=\"y\">b<li>d"),
        ("four", ""),
        ("five", "<li>a<b>b</b><!-- c -->d"),
    ] {
        site.write("template/about.html", &page(title, body));
        browser.wait_until(&format!("document.title === '{title}'"));
        let parsed = format!(
            "(() => {{ const list = document.createElement('ul'); list.innerHTML = {body:?}; \
             return list.innerHTML }})()"
        );
        assert_eq!(browser.eval(items), browser.eval(&parsed), "{title}");
        assert_eq!(browser.eval("document.body.className"), title);
        let radius = "document.querySelector('circle').getAttribute('r')";
        assert_eq!(browser.eval(radius), body.len().to_string());
    }
    assert!(studio.is_marked(), "the page was not loaded again");
    assert_eq!(browser.eval("window.scrollY"), 700);
    let typed = "document.querySelector('#kept').value";
    assert_eq!(browser.eval(typed), "half a sentence");
    assert_eq!(browser.eval("window.sheet.isConnected"), true);
}

/// A script runs as it does in production: once, when the page is loaded.
#[test]
fn what_only_a_load_takes_over_is_loaded_again() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    for part in [
        "<script>window.has_run = true</script>",
        "<noscript><p>none</p></noscript>",
        "<iframe src=\"/en\"></iframe>",
        "<img src=\"/static/img/seal.svg\" onload=\"window.has_run = true\">",
        "<template><p>inert</p></template>",
        "<div><template shadowrootmode=\"open\"><p>shadow</p></template></div>",
    ] {
        let page = |text: &str, part: &str| format!("<!doctype html><h1>{text}</h1>{part}");
        // A page that has it, one that gets it, and one that loses it.
        for (from, to) in [(part, part), ("", part), (part, "")] {
            site.write("template/about.html", &page("from", from));
            studio.visit("/en/about");
            assert_eq!(browser.eval(&text("h1")), "from");
            site.write("template/about.html", &page("to", to));
            browser.wait_until(&format!("{} === 'to'", text("h1")));
            assert!(!studio.is_marked(), "{from:?} {to:?}");
        }
    }
}

/// An editor that empties a file before it writes it; a template that is commented out.
#[test]
fn a_page_that_is_empty_for_a_moment_comes_back() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    let good = site.read("template/about.html");
    studio.visit("/en/about");
    for empty in ["", "{# nothing #}"] {
        site.write("template/about.html", empty);
        browser
            .wait_until("document.querySelector('h1') === null && window.__kalgan !== undefined");
        site.write("template/about.html", &good);
        browser
            .wait_until("document.querySelector('h1') !== null && window.__kalgan !== undefined");
    }
}

/// The scroll position and what was typed stay, since the page is not loaded again.
#[test]
fn a_stylesheet_is_swapped_in_place() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    studio.visit("/en/guestbook");
    let _ = browser.eval("document.querySelector('textarea').value = 'half a sentence'");
    let _ = browser.eval("document.body.style.minHeight = '4000px'");
    let _ = browser.eval("window.scrollTo(0, 700)");
    browser.wait_until("window.scrollY === 700");
    let color = "getComputedStyle(document.querySelector('h1')).color";
    assert_ne!(browser.eval(color), "rgb(1, 2, 3)");
    site.append(
        "static/app.css",
        "\nh1 { color: rgb(1, 2, 3) !important }\n",
    );
    browser.wait_until(&format!("{color} === 'rgb(1, 2, 3)'"));
    // Once more: the link that took the first one's place is found as well.
    site.append(
        "static/app.css",
        "\nh1 { color: rgb(4, 5, 6) !important }\n",
    );
    browser.wait_until(&format!("{color} === 'rgb(4, 5, 6)'"));
    browser.wait_until("document.querySelectorAll('link[rel=stylesheet]').length === 1");
    assert!(studio.is_marked(), "the page was not loaded again");
    assert_eq!(browser.eval("window.scrollY"), 700);
    assert_eq!(
        browser.eval("document.querySelector('textarea').value"),
        "half a sentence"
    );
}

#[test]
fn an_image_is_refreshed_in_place() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    let svg = |width: u32| {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"10\"/>")
    };
    site.write("static/img/plate.svg", &svg(11));
    site.write(
        "template/about.html",
        "<body><img id=\"plate\" src=\"{{ \"/img/plate.svg\"|asset }}\" \
         style=\"background: url(/static/img/plate.svg)\"></body>",
    );
    studio.visit("/en/about");
    browser.wait_until("document.querySelector('#plate').naturalWidth === 11");
    site.write("static/img/plate.svg", &svg(22));
    browser.wait_until("document.querySelector('#plate').naturalWidth === 22");
    assert!(studio.is_marked(), "the page was not loaded again");
    // What cannot be swapped loads the page again.
    site.write("static/app.js", "1;");
    browser.wait_until("window.marked !== true");
}

#[test]
fn a_page_whose_links_are_relative_to_another_host_shows_edits() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    let page = |text: &str| {
        let head = "<!doctype html><head><base href=\"http://other.test/\"></head>";
        format!("{head}<body><p>{text}</p></body>")
    };
    site.write("template/about.html", &page("one"));
    studio.visit("/en/about");
    site.write("template/about.html", &page("two"));
    browser.wait_until(&format!("{} === 'two'", text("p")));
}

#[test]
fn an_image_with_reserved_characters_in_its_name_is_refreshed() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    let svg = |width: u32| {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"10\"/>")
    };
    let image = "static/img/a#b?c&d+e,f=g;h@i$j k.svg";
    site.write(image, &svg(11));
    site.write(
        "template/about.html",
        "<!doctype html><img id=\"plate\" src=\"{{ \"/img/a#b?c&d+e,f=g;h@i$j k.svg\"|asset }}\">",
    );
    studio.visit("/en/about");
    browser.wait_until("document.querySelector('#plate').naturalWidth === 11");
    site.write(image, &svg(22));
    browser.wait_until("document.querySelector('#plate').naturalWidth === 22");
    assert!(studio.is_marked(), "the page was not loaded again");
}

/// It would be loaded again for ever.
#[test]
fn a_service_worker_that_shows_an_older_page_is_told_of() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    site.write(
        "static/worker.js",
        "addEventListener('install', () => skipWaiting());\n\
         addEventListener('activate', event => event.waitUntil(clients.claim()));\n\
         addEventListener('fetch', event => { if (event.request.url.endsWith('/kept.html')) \
         event.respondWith(caches.open('a').then(async cache => { \
         const kept = await cache.match(event.request.url); if (kept) return kept; \
         const got = await fetch(event.request); \
         await cache.put(event.request.url, got.clone()); return got; })); });\n",
    );
    let page = |text: &str| {
        format!(
            "<!doctype html><p>{text}</p>\
             <script>navigator.serviceWorker.register('/static/worker.js')</script>"
        )
    };
    site.write("static/kept.html", &page("one"));
    studio.visit("/static/kept.html");
    browser.wait_until("!!navigator.serviceWorker.controller");
    // The worker keeps it now.
    studio.visit("/static/kept.html");
    site.write("static/kept.html", &page("two"));
    let note = crate::browser::shadow(".note");
    browser.wait_until(&format!(
        "{note}?.innerText.includes('service worker') === true"
    ));
    assert_eq!(browser.eval(&text("p")), "one");
}

/// Browsers keep pages as they were left, and show them again without asking the server.
#[test]
fn a_page_that_the_history_brings_back_shows_the_edit() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    for times in 1..=2 {
        studio.visit("/en/about");
        studio.visit("/en");
        studio.visit("/en/about");
        studio.visit("/en");
        // What a newer version of the page does not have.
        let _ = browser.eval("document.body.dataset.older = ''");
        let edited = format!("<h1 data-times=\"{times}\">");
        let before = match times {
            1 => String::from("<h1>"),
            _ => format!("<h1 data-times=\"{}\">", times - 1),
        };
        site.replace("template/about.html", &before, &edited);
        browser.wait_until("document.body.dataset.older === undefined");
        let shows = format!("document.querySelector('h1').dataset.times === '{times}'");
        // The two pages of one address that the history has.
        for steps in ["-1", "-2"] {
            let _ = browser.eval(&format!("history.go({steps})"));
            browser.wait_until(&format!("location.pathname === '/en/about' && {shows}"));
        }
    }
}

/// Frames of the app use up no connections, and show edits with the page around them.
#[test]
fn frames_leave_it_to_the_page_around_them() {
    let Some(studio) = Studio::open() else {
        return;
    };
    let (site, browser) = (&studio.site, &studio.browser);
    let frames = "<iframe src=\"/en\"></iframe>".repeat(8);
    site.write(
        "template/about.html",
        &format!("<body><p id=\"out\">out</p>{frames}</body>"),
    );
    studio.visit("/en/about");
    let frames = "[...document.querySelectorAll('iframe')]";
    browser.wait_until(&format!(
        "{frames}.every(frame => frame.contentWindow.__kalgan)"
    ));
    let bars = format!("{frames}.some(frame => frame.contentDocument.querySelector('kalgan-dev'))");
    assert_eq!(browser.eval(&bars), false);
    let _ = browser.eval("fetch('/en').then(() => { window.has_fetched = true })");
    browser.wait_until("window.has_fetched === true");

    site.append(
        "static/app.css",
        "\nh1 { color: rgb(1, 2, 3) !important }\n",
    );
    browser.wait_until(&format!(
        "{frames}.every(frame => frame.contentWindow.getComputedStyle(\
         frame.contentDocument.querySelector('h1')).color === 'rgb(1, 2, 3)')"
    ));
    assert!(studio.is_marked(), "the page was not loaded again");
    site.replace(
        "template/about.html",
        "<p id=\"out\">out",
        "<p id=\"out\">in",
    );
    browser.wait_until(&format!("{} === 'in'", text("#out")));
}

/// A browser opens six connections to a host: pages in the background must not use them up.
#[test]
fn many_open_pages_do_not_wait_for_each_other() {
    let Some(studio) = Studio::open() else {
        return;
    };
    studio.visit("/en");
    for _ in 0..8 {
        studio.browser.new_tab();
        studio.visit("/en/about");
    }
    studio
        .site
        .replace("template/about.html", "<h1>", "<h1 id=\"nine\">");
    studio
        .browser
        .wait_until("document.querySelector('#nine') !== null");
}

#[test]
fn a_setting_turns_it_off() {
    let Some(studio) = Studio::with("development: {live_reload: false, bar: false}\n") else {
        return;
    };
    let url = format!("http://{}/en/about", studio.server.address());
    studio.browser.visit(&url);
    let html = studio.browser.eval("document.documentElement.outerHTML");
    assert!(!html.as_str().unwrap().contains("kalgan-dev"), "{html}");
}
