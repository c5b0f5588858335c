//! The sitemap: every page in every language, each with its alternates.

use std::fmt::Write;

use crate::language::LANGUAGES;

/// Writes the sitemap of pages that are given as paths by language, in the order of
/// [`LANGUAGES`].
pub(crate) fn write(base: &str, pages: &[Vec<String>]) -> String {
    let base = escape(base.trim_end_matches('/'));
    let mut xml = String::from(concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        "\n",
        r#"<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" "#,
        r#"xmlns:xhtml="http://www.w3.org/1999/xhtml">"#,
        "\n",
    ));
    for page in pages {
        let alternates: String = page
            .iter()
            .zip(LANGUAGES)
            .map(|(path, code)| {
                let path = escape(path);
                format!(r#"<xhtml:link rel="alternate" hreflang="{code}" href="{base}{path}"/>"#)
            })
            .collect();
        for path in page {
            let path = escape(path);
            // Writing to a String cannot fail.
            let _ = writeln!(xml, "<url><loc>{base}{path}</loc>{alternates}</url>");
        }
    }
    xml.push_str("</urlset>\n");
    xml
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_names_its_alternates() {
        let pages = vec![vec!["/en".to_owned(), "/es".to_owned(), "/ja".to_owned()]];
        let xml = write("https://museum.example/", &pages);
        assert_eq!(xml.matches("<url>").count(), 3);
        assert_eq!(xml.matches("xhtml:link").count(), 9);
        assert!(xml.contains("<loc>https://museum.example/ja</loc>"));
    }

    #[test]
    fn paths_are_escaped() {
        let pages = vec![vec!["/en?a=1&b=2".to_owned()]];
        assert!(write("", &pages).contains("<loc>/en?a=1&amp;b=2</loc>"));
    }
}
