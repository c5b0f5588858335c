//! What is said of tags is held against a parser of browsers' rules: where nothing is wrong for it,
//! nothing is said.

use kalgan_core::loader::Loader;
use kalgan_core::source::Memory;
use scraper::Html;

/// The classes that a parser of HTML tells of, too.
const CLASSES: [&str; 3] = ["unclosed-tag", "stray-end-tag", "duplicate-attribute"];

const BLOCKS: [&str; 12] = [
    "div",
    "section",
    "ul",
    "ol",
    "table",
    "dl",
    "blockquote",
    "form",
    "h2",
    "p",
    "details",
    "select",
];
const INLINE: [&str; 10] = [
    "b", "span", "a", "em", "button", "code", "svg", "ruby", "label", "small",
];

/// A page of random elements that fit, some of whose optional end tags are left out.
struct Random {
    rng: fastrand::Rng,
    text: String,
    /// Where tags stand.
    tags: Vec<(usize, usize)>,
}

impl Random {
    fn tag(&mut self, tag: &str) {
        let start = self.text.len();
        self.text.push_str(tag);
        self.tags.push((start, self.text.len()));
    }

    fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        let attributes = ["", " class=a", " title='<b>'", " data-x=\"a>b\" hidden"];
        let attributes = attributes[self.rng.usize(0..attributes.len())];
        let name = match self.rng.u8(0..20) {
            0 => name.to_ascii_uppercase(),
            _ => name.to_owned(),
        };
        self.tag(&format!("<{name}{attributes}>"));
        content(self);
        let is_optional = ["p", "li", "dt", "dd", "td", "tr", "option", "tbody"].contains(&&*name);
        if !(is_optional && self.rng.bool()) {
            self.tag(&format!("</{name}>"));
        }
    }

    fn many(&mut self, name: &str, content: impl Fn(&mut Self)) {
        for _ in 0..self.rng.usize(0..3) {
            self.element(name, &content);
        }
    }

    fn flow(&mut self, depth: usize, is_in: &[&str]) {
        for _ in 0..self.rng.usize(0..6) {
            match self.rng.u8(0..6) {
                0 => self.text.push_str("text &amp; 3 > 2 "),
                1 => self.text.push_str(
                    ["<br>", "<hr>", "<input>", "<img src=x>", "<!-- <b> -->"]
                        [self.rng.usize(0..5)],
                ),
                2 => self.element("script", |page| page.text.push_str("'</b>' < 3")),
                3 => self.phrase(depth, is_in),
                _ if depth > 0 => self.block(depth - 1, is_in),
                _ => {}
            }
        }
    }

    fn block(&mut self, depth: usize, is_in: &[&str]) {
        let name = BLOCKS[self.rng.usize(0..BLOCKS.len())];
        if name == "form" && is_in.contains(&"form") {
            return;
        }
        let inner = [is_in, &[name]].concat();
        let flow = |page: &mut Self| page.flow(depth, &inner);
        let phrase = |page: &mut Self| page.phrase(depth, &inner);
        self.element(name, |page| match name {
            "ul" | "ol" => page.many("li", flow),
            "dl" => {
                page.many("dt", phrase);
                page.many("dd", flow);
            }
            "table" => page.many("tr", |page| page.many("td", flow)),
            "select" => page.many("option", |page| page.text.push('x')),
            "p" | "h2" => phrase(page),
            _ => flow(page),
        });
    }

    fn phrase(&mut self, depth: usize, is_in: &[&str]) {
        let name = INLINE[self.rng.usize(0..INLINE.len())];
        let is_alone = ["a", "button", "label", "svg"].contains(&name);
        if depth == 0 || is_alone && is_in.contains(&name) || is_in.contains(&"svg") {
            return self.text.push_str("x ");
        }
        let inner = [is_in, &[name]].concat();
        self.element(name, |page| match name {
            "svg" => page.text.push_str("<path d='x'/><g><circle/></g>"),
            "ruby" => page.text.push_str("a<rt>b<rp>)"),
            _ => page.phrase(depth - 1, &inner),
        });
    }
}

fn page(seed: u64) -> Random {
    let mut page = Random {
        rng: fastrand::Rng::with_seed(seed),
        text: String::from("<!DOCTYPE html><html lang=en><head><title>x</title></head><body>"),
        tags: Vec::new(),
    };
    page.flow(5, &[]);
    page.text.push_str("</body></html>");
    page
}

fn told(text: &str) -> Vec<String> {
    let memory = Memory::with([("template/page.html", text)]);
    let loaded = Loader::new(None).refresh(&memory).unwrap_or_default();
    let found = loaded.diagnostics.iter();
    let found = found.filter(|one| one.code.is_some_and(|code| CLASSES.contains(&code)));
    found.map(ToString::to_string).collect()
}

#[test]
fn nothing_is_said_of_pages_that_are_right() {
    let mut tags = 0;
    for seed in 0..1_500 {
        let page = page(seed);
        tags += page.tags.len();
        let errors = Html::parse_document(&page.text).errors;
        assert!(
            errors.is_empty(),
            "the generator: {errors:?}: {}",
            page.text
        );
        assert_eq!(told(&page.text), [""; 0], "{}", page.text);
    }
    assert!(tags > 20_000, "{tags}");
}

#[test]
fn what_is_said_is_wrong_for_a_browser_too() {
    let (mut wrong, mut both) = (0, 0);
    for seed in 0..3_000 {
        let mut page = page(seed);
        if page.tags.len() < 3 {
            continue;
        }
        let (start, end) = page.tags[page.rng.usize(0..page.tags.len())];
        let tag = page.text[start..end].to_owned();
        match page.rng.u8(0..4) {
            0 => page.text.replace_range(start..end, ""),
            1 => page.text.insert_str(start, &tag),
            2 => page.text.insert_str(start, "</span>"),
            _ => page.text.insert_str(start, "<em>"),
        }
        let is_wrong = !Html::parse_document(&page.text).errors.is_empty();
        let told = told(&page.text);
        assert!(is_wrong || told.is_empty(), "{told:?}: {}", page.text);
        wrong += usize::from(is_wrong);
        both += usize::from(is_wrong && !told.is_empty());
    }
    // Nearly all that a browser mends is said.
    assert!(both * 10 >= wrong * 8, "{both} of {wrong}");
}
