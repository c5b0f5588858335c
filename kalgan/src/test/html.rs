//! Looking into HTML and XML.

use html5ever::ns;
use kalgan_core::suggest::counted;
use scraper::error::SelectorErrorKind;
use scraper::{ElementRef, Node, Selector};
use std::fmt;

/// Elements whose text no reader sees.
const UNSEEN: [&str; 6] = ["script", "style", "template", "noscript", "datalist", "rp"];
/// Elements whose text runs on in the line; before and after all others a word ends.
const INLINE: [&str; 31] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub",
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

    /// The text of the first element as a reader sees it: without scripts, styles and what is hidden
    /// in it, a run of white space as one space, none at the ends.
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

    /// An attribute of the first element; `None` where it has none of that name. One with a prefix is
    /// named with it: `xlink:href`.
    ///
    /// # Panics
    /// No element matches.
    #[track_caller]
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&'a str> {
        attr(self.first(), name)
    }

    /// That attribute of all elements that have it.
    #[must_use]
    pub fn attrs(&self, name: &str) -> Vec<&'a str> {
        self.elements
            .iter()
            .filter_map(|element| attr(*element, name))
            .collect()
    }

    /// The HTML of the first element, itself included. XML is written as HTML is: without prefixes.
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

    /// The elements below these that match another selector, but for those of a `<template>`, unless
    /// that is one of these.
    ///
    /// # Panics
    /// The text is no selector.
    #[track_caller]
    #[must_use]
    pub fn select(&self, selector: &str) -> Self {
        let parsed = match parse(selector) {
            Ok(parsed) => parsed,
            Err(problem) => panic!("{problem}"),
        };
        let mut found: Vec<ElementRef<'a>> = Vec::new();
        for element in &self.elements {
            for below in element.select(&parsed) {
                // One element may be below two of these.
                if !is_of_inner_template(below, *element) && !found.contains(&below) {
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
        count => counted(count, "element"),
    }
}

/// Pseudo-classes that need a browser, and what the HTML says instead.
const INSTEAD: [(&str, &str); 11] = [
    (":checked", "`[checked]`, or `[selected]` of an option"),
    (":disabled", "`[disabled]`"),
    (":enabled", "`:not([disabled])`"),
    (":required", "`[required]`"),
    (":optional", "`:not([required])`"),
    (":read-only", "`[readonly]`"),
    (":link", "`a[href]`"),
    (":any-link", "`a[href]`"),
    (":visible", "`:not([hidden])`"),
    (":hidden", "`[hidden]`"),
    (
        ":contains",
        "the rest, and `assert_selector_contains` for the text",
    ),
];

/// Reads a selector.
///
/// # Errors
/// It is none.
pub(super) fn parse(selector: &str) -> Result<Selector, String> {
    Selector::parse(selector).map_err(|error| selector_problem(selector, &error))
}

/// An attribute by its name, with its prefix where it has one.
fn attr<'a>(element: ElementRef<'a>, name: &str) -> Option<&'a str> {
    let value = element.value();
    value.attr(name).or_else(|| {
        let (prefix, local) = name.split_once(':')?;
        let mut attributes = value.attrs.iter();
        let found = attributes
            .find(|(name, _)| name.prefix.as_deref() == Some(prefix) && &*name.local == local);
        found.map(|(_, value)| &**value)
    })
}

fn selector_problem(selector: &str, error: &SelectorErrorKind) -> String {
    if selector.trim().is_empty() {
        return String::from("an empty text is no CSS selector: write one as in `h1` or `.error`");
    }
    let instead = INSTEAD.iter().find(|(pseudo, _)| {
        selector.match_indices(pseudo).any(|(at, _)| {
            let after = selector[at + pseudo.len()..].chars().next();
            !after.is_some_and(|after| after.is_alphanumeric() || after == '-')
        })
    });
    match (instead, error) {
        (Some((pseudo, instead)), _) => {
            format!("`{selector}`: `{pseudo}` needs a browser; write {instead}")
        }
        // Its own text asks for a report to its developer.
        (None, SelectorErrorKind::UnexpectedSelectorParseError(kind)) => {
            format!("`{selector}` is no CSS selector, or needs a browser: {kind:?}")
        }
        (None, error) => format!("`{selector}` is no CSS selector: {error}"),
    }
}

/// Whether an element stands in a `<template>`, and so is no part of the page.
pub(super) fn is_of_template(element: ElementRef<'_>) -> bool {
    // The tree of a page has no other fragments.
    element.ancestors().any(|above| above.value().is_fragment())
}

/// Whether an element stands in a `<template>` that is below another element.
fn is_of_inner_template(below: ElementRef<'_>, element: ElementRef<'_>) -> bool {
    below
        .ancestors()
        .take_while(|above| above.id() != element.id())
        .any(|above| {
            let template = above.parent().map(|template| template.id());
            above.value().is_fragment() && template != Some(element.id())
        })
}

/// Those of these elements that a reader calls so: by the first of their labels, or, where none is,
/// by another one.
pub(super) fn called<'a, T>(
    all: &'a [T],
    name: &str,
    labels: impl Fn(&'a T) -> &'a [String],
) -> Vec<&'a T> {
    let by = |count: usize| -> Vec<&'a T> {
        let first = |one| labels(one).iter().take(count);
        let found = all
            .iter()
            .filter(|one| first(one).any(|label| label == name));
        found.collect()
    };
    let found = by(1);
    match found.is_empty() {
        true => by(usize::MAX),
        false => found,
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
        let is_closed = name == "dialog" && inner.attr("open").is_none();
        let is_unseen = UNSEEN.contains(&name) || is_closed || inner.attr("hidden").is_some();
        if is_unseen && !is_foreign(inner) {
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

/// Whether an element is of XML of another kind, where the names of HTML mean nothing.
fn is_foreign(element: ElementRef<'_>) -> bool {
    ![ns!(html), ns!(svg)].contains(&element.value().name.ns)
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

/// What a link or a button may be called.
pub(super) fn labels(element: ElementRef<'_>) -> Vec<String> {
    let mut labels = vec![text(element)];
    let attributes = ["aria-label", "title", "alt"].map(|name| element.attr(name));
    labels.extend(attributes.into_iter().flatten().map(normal));
    let alts = element
        .descendent_elements()
        .filter_map(|image| image.attr("alt"));
    labels.extend(alts.map(normal));
    labels.retain(|label| !label.is_empty());
    labels
}
