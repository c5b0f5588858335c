//! Looking into HTML.

use scraper::{ElementRef, Node, Selector};
use std::fmt;

/// Elements whose text no reader sees.
const UNSEEN: [&str; 5] = ["script", "style", "template", "noscript", "datalist"];
/// Elements whose text runs on in the line; before and after all others a word ends.
const INLINE: [&str; 32] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub",
    "sup", "time", "u", "var", "wbr",
];

/// The elements that match a selector, in the order of the page.
///
/// ```
/// # use kalgan::test::Client;
/// # let client = Client::new(tower::service_fn(|_: kalgan::Request| async {
/// #     Ok::<_, std::convert::Infallible>(kalgan::response::html(
/// #         "<ul><li><a href='/a'>An  <b>apple</b></a><li><a href='/b'>Bread</a></ul>"))
/// # }));
/// let page = client.get("/").send();
/// let links = page.select("ul a[href]");
/// assert_eq!(links.len(), 2);
/// assert_eq!(links.text(), "An apple");
/// assert_eq!(links.nth(1).attr("href"), Some("/b"));
/// assert_eq!(links.select("b").texts(), ["apple"]);
/// ```
#[derive(Clone)]
pub struct Selection<'a> {
    selector: String,
    elements: Vec<ElementRef<'a>>,
}

impl<'a> Selection<'a> {
    pub(super) fn elements(&self) -> &[ElementRef<'a>] {
        &self.elements
    }

    pub(super) fn of(selector: &str, elements: Vec<ElementRef<'a>>) -> Self {
        Self {
            selector: selector.to_owned(),
            elements,
        }
    }

    /// How many elements match.
    #[must_use]
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Whether none does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// The text of the first element as a reader sees it: without scripts and styles, a run of white
    /// space as one space, none at the ends.
    ///
    /// # Panics
    /// No element matches.
    #[track_caller]
    #[must_use]
    pub fn text(&self) -> String {
        text(self.first())
    }

    /// The texts of all elements, each as [`text`](Self::text) has it.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.elements.iter().copied().map(text).collect()
    }

    /// An attribute of the first element; `None` where it has none of that name.
    ///
    /// # Panics
    /// No element matches.
    #[track_caller]
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&'a str> {
        self.first().attr(name)
    }

    /// That attribute of all elements that have it.
    #[must_use]
    pub fn attrs(&self, name: &str) -> Vec<&'a str> {
        self.elements
            .iter()
            .filter_map(|element| element.attr(name))
            .collect()
    }

    /// The HTML of the first element, itself included.
    ///
    /// # Panics
    /// No element matches.
    #[track_caller]
    #[must_use]
    pub fn html(&self) -> String {
        self.first().html()
    }

    /// One of the elements; the first is 0.
    ///
    /// # Panics
    /// There are fewer.
    #[track_caller]
    #[must_use]
    pub fn nth(&self, index: usize) -> Self {
        match self.elements.get(index) {
            Some(element) => Self::of(&self.selector, vec![*element]),
            None => panic!(
                "`{}` matches {}, so there is none with the index {index}",
                self.selector,
                elements(self.len())
            ),
        }
    }

    /// The elements below these that match another selector.
    ///
    /// # Panics
    /// The text is no selector.
    #[track_caller]
    #[must_use]
    pub fn select(&self, selector: &str) -> Self {
        let parsed = parse(selector);
        let mut found: Vec<ElementRef<'a>> = Vec::new();
        for element in &self.elements {
            for below in element.select(&parsed) {
                // One element may be below two of these.
                if !found.contains(&below) {
                    found.push(below);
                }
            }
        }
        Self::of(&format!("{} {selector}", self.selector), found)
    }

    /// Each element by itself.
    pub fn iter(&self) -> impl Iterator<Item = Self> {
        self.elements
            .iter()
            .map(|element| Self::of(&self.selector, vec![*element]))
    }

    #[track_caller]
    fn first(&self) -> ElementRef<'a> {
        match self.elements.first() {
            Some(element) => *element,
            None => panic!("`{}` matches no element", self.selector),
        }
    }
}

impl fmt::Debug for Selection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elements = self.elements.iter().map(|element| element.html());
        f.debug_list().entries(elements).finish()
    }
}

/// A number of elements, in words.
pub(super) fn elements(count: usize) -> String {
    match count {
        0 => String::from("no element"),
        1 => String::from("1 element"),
        count => format!("{count} elements"),
    }
}

/// Reads a selector, or panics for the caller's caller.
#[track_caller]
pub(super) fn parse(selector: &str) -> Selector {
    match Selector::parse(selector) {
        Ok(parsed) => parsed,
        Err(error) => panic!("`{selector}` is no CSS selector: {error}"),
    }
}

/// The text of an element as a reader sees it.
pub(super) fn text(element: ElementRef<'_>) -> String {
    let mut raw = String::new();
    collect(element, &mut raw);
    normal(&raw)
}

fn collect(element: ElementRef<'_>, raw: &mut String) {
    for child in element.children() {
        if let Node::Text(text) = child.value() {
            raw.push_str(text);
        }
        let Some(inner) = ElementRef::wrap(child) else {
            continue;
        };
        let name = inner.value().name();
        if UNSEEN.contains(&name) {
            continue;
        }
        let is_inline = INLINE.contains(&name);
        if !is_inline {
            raw.push(' ');
        }
        collect(inner, raw);
        if !is_inline {
            raw.push(' ');
        }
    }
}

/// A run of white space as one space, and none at the ends.
pub(super) fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The nearest element of that name above this one, or this one itself.
pub(super) fn closest<'a>(element: ElementRef<'a>, name: &str) -> Option<ElementRef<'a>> {
    std::iter::once(element)
        .chain(element.ancestors().filter_map(ElementRef::wrap))
        .find(|element| element.value().name() == name)
}
