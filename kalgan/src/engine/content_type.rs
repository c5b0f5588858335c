//! The content type of a template, and whether its values are escaped: both by its name, so that
//! what a browser takes for markup is always escaped.

use http::HeaderValue;
use kalgan_core::templates::{TemplateFile, without_template};
use mime_guess::Mime;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tera::{Context, Tera};

/// A suffix that no file has, by which it is seen whether an app has chosen suffixes of its own.
const OURS: &str = "\0kalgan";

/// The content type of a template.
pub(crate) fn content_type(name: &str) -> HeaderValue {
    const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
    if name.ends_with(".html") {
        return HeaderValue::from_static("text/html; charset=utf-8");
    }
    let content_type = match mime(name) {
        Some(mime)
            if mime.type_() == "text" || mime.subtype() == "xml" || mime.suffix().is_some() =>
        {
            format!("{}; charset=utf-8", mime.essence_str())
        }
        Some(mime) => mime.essence_str().to_owned(),
        None => return TEXT,
    };
    HeaderValue::try_from(content_type).unwrap_or(TEXT)
}

/// A Tera whose templates will be escaped by their content types.
pub(crate) fn tera() -> Tera {
    let mut tera = Tera::new();
    tera.autoescape_on([OURS]);
    tera
}

/// Gives templates to a Tera that has none, which escapes the values of those whose content type asks for
/// it. Suffixes that the app has chosen with `Tera::autoescape_on` stay.
///
/// # Errors
/// What Tera says of them.
pub(crate) fn add(tera: &mut Tera, templates: &[TemplateFile]) -> Result<(), tera::Error> {
    let is_ours = is_ours(tera);
    kalgan_core::templates::add(tera, templates)?;
    if is_ours {
        tera.autoescape_on(suffixes(templates));
    }
    Ok(())
}

/// The ends of the names of those templates whose values are escaped.
pub(crate) fn suffixes(templates: &[TemplateFile]) -> BTreeSet<String> {
    // A site starts with many names of few ends, and an end tells the type.
    let mut names = BTreeMap::new();
    for template in templates {
        names
            .entry(suffix(&template.name))
            .or_insert(&*template.name);
    }
    names.retain(|_, name| is_markup(name));
    names.into_keys().map(str::to_owned).collect()
}

/// Whether nothing that the app registers has called `Tera::autoescape_on`.
pub(crate) fn is_ours(tera: &Tera) -> bool {
    let mut tera = tera.clone();
    let name = ["a", OURS].concat();
    let mut context = Context::new();
    context.insert("a", "<");
    tera.add_raw_template(&name, "{{ a }}").is_ok()
        && tera.render(&name, &context).is_ok_and(|text| text != "<")
}

/// Whether the text of a template is markup, or may be: of an unknown type.
fn is_markup(name: &str) -> bool {
    mime(name).is_none_or(|mime| {
        let markup = ["html", "xml", "hta", "rfc822", "x-component", "related"];
        let is_markup = |part: &str| markup.contains(&part);
        is_markup(mime.subtype().as_str())
            || mime
                .suffix()
                .is_some_and(|suffix| is_markup(suffix.as_str()))
    })
}

/// The type of what a template holds.
fn mime(name: &str) -> Option<Mime> {
    mime_guess::from_path(without_template(name)).first()
}

/// The end of a name that tells its type, as it is spelt; the whole name where it has no extension.
fn suffix(name: &str) -> &str {
    let content = without_template(name);
    match Path::new(content).extension() {
        // The extension is the end of the text, behind a dot.
        Some(extension) => &name[content.len() - extension.len() - 1..],
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalgan_core::text::SourceFile;
    use std::sync::Arc;

    fn rendered(tera: &Tera, names: &[&str]) -> Vec<String> {
        let mut tera = tera.clone();
        let files: Vec<TemplateFile> = names
            .iter()
            .map(|name| TemplateFile {
                name: (*name).to_owned().into(),
                file: Arc::new(SourceFile::new((*name).to_owned(), "{{ a }}")),
            })
            .collect();
        add(&mut tera, &files).unwrap();
        let mut context = Context::new();
        context.insert("a", "<");
        let render = |name: &&str| tera.render(name, &context).unwrap();
        names.iter().map(render).collect()
    }

    #[test]
    fn values_are_escaped_where_the_type_that_is_sent_is_markup() {
        let names = [
            "a.html",
            "a.htm",
            "a.xml",
            "badge.svg",
            "a.xhtml",
            "a.xht",
            "a.rss",
            "a.atom",
            "a.shtml",
            "home.HTML",
            "home.Html",
            "LOGO.SVG",
            "home.html.tera",
            "home.HTML.J2",
            "b/home.html.jinja",
            "a.xsl",
            "a.rdf",
            "a.mathml",
            "a.mht",
            "a.eml",
            "a.kml",
            "a.opf",
            "a.wsdl",
            // Unknown.
            "page",
            "b/page",
            "a.weird",
            "a.tera",
            "a.html.bak",
            ".html",
            "a.html.",
            "a. html",
        ];
        let texts = rendered(&tera(), &names);
        for (name, text) in names.iter().zip(texts) {
            let content_type = content_type(name);
            assert_eq!(text, "&lt;", "{name}: {content_type:?}");
        }
    }

    #[test]
    fn other_texts_are_not_escaped() {
        let names = [
            "a.txt",
            "a.css",
            "a.js",
            "a.mjs",
            "a.json",
            "a.jsonld",
            "a.webmanifest",
            "a.csv",
            "a.ics",
            "a.md",
            "a.yaml",
            "a.TXT",
            "a.html.txt",
            "a.txt.tera",
            "a.json.j2",
            "a.tex",
        ];
        let texts = rendered(&tera(), &names);
        for (name, text) in names.iter().zip(texts) {
            assert_eq!(text, "<", "{name}: {:?}", content_type(name));
        }
    }

    #[test]
    fn a_type_follows_the_whole_name() {
        for (name, expected) in [
            ("a.html", "text/html; charset=utf-8"),
            ("a.HTML", "text/html; charset=utf-8"),
            ("a.html.tera", "text/html; charset=utf-8"),
            ("a.svg", "image/svg+xml; charset=utf-8"),
            ("a.rss.j2", "application/rss+xml; charset=utf-8"),
            ("a.json.tera", "application/json"),
            ("a.xyz.tera", "chemical/x-xyz"),
            ("a.weird", "text/plain; charset=utf-8"),
            ("a", "text/plain; charset=utf-8"),
        ] {
            assert_eq!(content_type(name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_checked_as_html_is_sent_as_html() {
        for name in [
            "a.html",
            "a.HTM",
            "b/a.shtml",
            "a.html.tera",
            "a.hxt",
            "a.xhtml",
            "a.svg",
            "a.txt",
            "a.xml",
            "a",
            ".html",
            "a.html.",
            "b.html/a",
            "a.tera",
            "a.json.j2",
            "a.html.bak",
            "a.html.txt",
        ] {
            let is_sent = mime(name).is_some_and(|mime| mime.essence_str() == "text/html");
            assert_eq!(kalgan_core::templates::is_html(name), is_sent, "{name}");
        }
    }

    #[test]
    fn suffixes_that_an_app_has_chosen_stay() {
        let mut tera = tera();
        tera.autoescape_on([".txt"]);
        assert_eq!(rendered(&tera, &["a.txt", "a.html"]), ["&lt;", "<"]);
    }
}
