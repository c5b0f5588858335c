//! Responses that are XML.

use super::{client, failure};
use crate::response::{ResponseExt, text};
use crate::test::Response;

const FEED: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<?xml-stylesheet href="feed.xsl"?>
<!DOCTYPE rss [<!ENTITY shop "The shop">]>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink">
  <channel xml:lang="en"><title>&shop;</title><link>http://localhost/</link>
    <item><title>Tea &amp; <![CDATA[<b>bread</b>]]></title><link>http://localhost/1</link>
      <pubDate>Mon</pubDate><dc:creator>Ida</dc:creator><style>modern</style><template>t</template>
      <enclosure url="/a.mp3" xlink:href="/x" data-Kind="k"/><item/></item>
    <!-- <item/> --></channel>
</rss>"#;

fn answer(kind: &'static str, body: &'static str) -> Response {
    let client = client(move |_, _| text(body).with_content_type(kind));
    client.get("/feed").send()
}

#[test]
fn elements_are_those_of_xml() {
    for kind in [
        "application/xml",
        "text/xml; charset=utf-8",
        "application/rss+xml",
        "application/atom+xml;charset=utf-8",
        "image/svg+xml",
        "Text/XML",
    ] {
        let feed = answer(kind, FEED);
        feed.assert_selector_text("channel > title", "The shop")
            .assert_selector_text("item > link", "http://localhost/1")
            .assert_selector_text("item title", "Tea & <b>bread</b>")
            .assert_selector_text("pubDate", "Mon")
            .assert_no_selector("pubdate")
            .assert_selector_text("creator", "Ida")
            .assert_selector_text("style", "modern")
            .assert_selector_text("template", "t")
            .assert_selector("enclosure[data-Kind]")
            .assert_no_selector("enclosure[data-kind]")
            .assert_selector("style + template + enclosure + item:empty")
            .assert_count("item", 2)
            .assert_count("rss > channel", 1)
            .assert_body_contains("<dc:creator>");
        assert_eq!(feed.select("link").attrs("href"), [""; 0]);
        let enclosure = feed.select("item enclosure");
        assert_eq!(enclosure.attr("url"), Some("/a.mp3"));
        assert_eq!(enclosure.attr("xlink:href"), Some("/x"));
        assert_eq!(enclosure.attr("href"), None);
        assert_eq!(feed.select("channel").attr("xml:lang"), Some("en"));
        assert_eq!(
            feed.select("item").select("link").texts(),
            ["http://localhost/1"]
        );
        // What a reader sees of a feed is not known.
        assert_eq!(feed.visible_text(), FEED);
    }
}

#[test]
fn a_sitemap_has_a_namespace() {
    let sitemap = answer(
        "application/xml",
        "\u{feff}<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
         xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'><url><loc>/?a=1&amp;b=2</loc>\
         <image:image><image:loc>/a.png</image:loc></image:image></url></urlset>",
    );
    sitemap
        .assert_selector_text("urlset > url > loc", "/?a=1&b=2")
        .assert_selector_text("image > loc", "/a.png");
}

#[test]
fn xhtml_is_xml_with_a_page() {
    let page = answer(
        "application/xhtml+xml",
        "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>Shop</title><script src='x'/></head>\
         <body><p hidden=''>secret</p><p>Tea<br/>Bread</p><template><p>copy</p></template>\
         <form action='/find'><input name='q'/><button>Search</button></form>\
         <a href='/next'>Next</a></body></html>",
    );
    assert_eq!(page.visible_text(), "Shop Tea Bread Search Next");
    page.assert_count("p", 2).assert_selector("script");
    assert_eq!(
        page.form_of("Search").fill("q", "tea").send().path(),
        "/find?q=tea"
    );
    assert_eq!(page.click("Next").send().path(), "/next");
    // By the parser of HTML an open script would take the rest of the page.
    assert_eq!(
        answer("text/html", "<script src=x /><p>x</p>")
            .select("p")
            .len(),
        0
    );
}

#[test]
fn what_is_not_well_formed_is_told_with_its_place() {
    for (body, expected) in [
        ("<a>\n<b>x & y</b></a>", "malformed entity reference at 2:6"),
        ("<a>&nbsp;</a>", "unknown entity reference 'nbsp' at 1:4"),
        ("<a><b></a>", "expected 'b' tag, not 'a' at 1:7"),
        ("<dc:a/>", "unknown namespace prefix 'dc' at 1:2"),
        ("", "no well-formed XML"),
        ("{}", "no well-formed XML"),
    ] {
        let response = answer("application/xml", body);
        let text = failure(|| {
            response.assert_selector("a");
        });
        assert!(
            text.starts_with("GET /feed: the response is no well-formed XML: ")
                && text.contains(expected),
            "{text}"
        );
        // What does not look into it is not concerned.
        response
            .assert_ok()
            .assert_body_contains(body)
            .assert_text(body);
    }
    // An entity that grows to gigabytes does not fill the memory.
    let bomb = "<!DOCTYPE a [<!ENTITY a '0123456789'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>\
        <!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>\
        <!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;'>]><a>&e;&e;&e;&e;&e;&e;&e;&e;</a>";
    let text = failure(|| answer("text/xml", bomb).select("a").len());
    assert!(text.contains("no well-formed XML"), "{text}");
}

#[test]
fn prefixes_in_selectors_are_explained() {
    let feed = answer("text/xml", FEED);
    for selector in ["dc|creator", "dc:creator"] {
        let text = failure(|| feed.select(selector).len());
        assert!(text.contains("as `creator` for `dc:creator`"), "{text}");
    }
    let text = failure(|| answer("application/json", "{}").select("a").len());
    assert!(
        text.contains("the response is no HTML and no XML"),
        "{text}"
    );
}

#[test]
fn attributes_with_a_prefix_are_found_in_html() {
    let page = answer(
        "text/html",
        "<svg><use xlink:href='#a' href='#b'/></svg><p xml:lang='en'>x</p>",
    );
    assert_eq!(page.select("use").attr("xlink:href"), Some("#a"));
    assert_eq!(page.select("use").attrs("href"), ["#b"]);
    assert_eq!(page.select("p").attr("xml:lang"), Some("en"));
}
