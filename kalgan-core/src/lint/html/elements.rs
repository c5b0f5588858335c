//! What the HTML standard says of elements.

/// Elements that have no content and no end tag.
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "command", "embed", "frame", "hr", "image",
    "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr",
];

/// Elements whose end tag may be left out.
const OPTIONAL_END: &[&str] = &[
    "body", "caption", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p",
    "rb", "rp", "rt", "rtc", "tbody", "td", "tfoot", "th", "thead", "tr",
];

/// Elements whose start tag ends an open `<p>`.
const ENDS_PARAGRAPH: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "plaintext",
    "pre",
    "search",
    "section",
    "summary",
    "ul",
    "xmp",
];

/// Elements that nothing within closes what is open around: the button scope of the standard.
const SCOPES: &[&str] = &[
    "applet", "button", "caption", "html", "marquee", "object", "select", "table", "td",
    "template", "th",
];

/// Elements that a list item does not close an item beyond.
const OF_LISTS: &[&str] = &[
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "details",
    "dir",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "hgroup",
    "main",
    "menu",
    "nav",
    "ol",
    "pre",
    "search",
    "section",
    "select",
    "summary",
    "ul",
];

/// Attributes of which it counts only whether they are there, or how they are spelt: of a control, what
/// takes no label.
const UNLABELLED_INPUTS: &[&str] = &["button", "hidden", "image", "reset", "submit"];

/// Attributes that hold the address of something.
const URLS: &[&str] = &[
    "action",
    "data",
    "formaction",
    "href",
    "hx-delete",
    "hx-get",
    "hx-patch",
    "hx-post",
    "hx-put",
    "poster",
    "src",
    "xlink:href",
];

/// Whether an element has no content and no end tag.
pub(super) fn is_void(name: &str) -> bool {
    VOID.binary_search(&name).is_ok()
}

/// Whether the end tag of an element may be left out.
pub(super) fn has_optional_end(name: &str) -> bool {
    OPTIONAL_END.binary_search(&name).is_ok()
}

/// Whether the start tag of an element ends an open paragraph.
pub(super) fn ends_paragraph(name: &str) -> bool {
    ENDS_PARAGRAPH.binary_search(&name).is_ok()
}

/// Whether what is open around an element is not closed from within.
pub(super) fn is_scope(name: &str) -> bool {
    SCOPES.binary_search(&name).is_ok()
}

/// Whether a list item within an element does not close one around it.
pub(super) fn is_list_scope(name: &str) -> bool {
    is_scope(name) || OF_LISTS.binary_search(&name).is_ok()
}

/// Whether an `<input>` of this type needs no label.
pub(super) fn is_unlabelled_input(kind: &str) -> bool {
    UNLABELLED_INPUTS
        .iter()
        .any(|known| kind.eq_ignore_ascii_case(known))
}

/// Whether an attribute holds an address.
pub(super) fn is_url(attribute: &str) -> bool {
    URLS.binary_search(&attribute).is_ok()
}

/// Whether a browser that follows the address in this attribute may run it, if it is `javascript:…`.
pub(super) fn runs_url(element: &str, attribute: &str) -> bool {
    match attribute {
        "href" | "xlink:href" => matches!(element, "a" | "area" | "base"),
        "src" => matches!(element, "embed" | "frame" | "iframe" | "script"),
        "action" => element == "form",
        "formaction" => matches!(element, "button" | "input"),
        "data" => element == "object",
        _ => false,
    }
}

/// The level of a heading.
pub(super) fn heading(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

/// Whether the content of an element is text without tags.
pub(super) fn is_raw(name: &str) -> bool {
    matches!(
        name,
        "iframe" | "noembed" | "noframes" | "script" | "style" | "textarea" | "title" | "xmp"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_are_searched_are_sorted() {
        for list in [VOID, OPTIONAL_END, ENDS_PARAGRAPH, SCOPES, OF_LISTS, URLS] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    #[test]
    fn headings_have_levels() {
        let levels = ["h1", "h6", "h7", "hr", "header"].map(heading);
        assert_eq!(levels, [Some(1), Some(6), None, None, None]);
    }
}
