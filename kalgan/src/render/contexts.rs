//! The filters for places where escaping for HTML is not enough: `json` for scripts, `css_string` for
//! style sheets, and `safe_url` for links.

use std::fmt::Write as _;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

/// Where a link leads that would run something: nowhere, by the standard.
const NOWHERE: &str = "about:invalid#unsafe";
/// The schemes that a link may have.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("json", |value: &Value, _: Kwargs, _: &State| json(value));
    tera.register_filter("css_string", |text: &str, _: Kwargs, _: &State| {
        Value::safe_string(&css_string(text))
    });
    tera.register_filter("safe_url", |url: &str, _: Kwargs, _: &State| {
        safe_url(url).to_owned()
    });
}

/// JSON without a character that ends a script, or a value in single quotes.
fn json(value: &Value) -> TeraResult<Value> {
    let json = serde_json::to_string(value)
        .map_err(|error| Error::message(format!("the filter `json`: {error}")))?;
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            // Outside of texts JSON has none of these.
            '<' | '>' | '&' | '\'' | '\u{2028}' | '\u{2029}' => {
                // Nothing that is added to a text fails.
                let _ = write!(escaped, "\\u{:04x}", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    Ok(Value::safe_string(&escaped))
}

/// A text of CSS, in single quotes.
fn css_string(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    escaped.push('\'');
    for c in text.chars() {
        if c.is_alphanumeric() || " -_.,:;/+#%()".contains(c) {
            escaped.push(c);
        } else {
            // NUL stands for another character there, too.
            let c = if c == '\0' { '\u{fffd}' } else { c };
            let _ = write!(escaped, "\\{:x} ", u32::from(c));
        }
    }
    escaped.push('\'');
    escaped
}

/// The URL, unless it has a scheme by which it may run something.
fn safe_url(url: &str) -> &str {
    // As a browser reads it: what stands before, and line breaks within, do not count.
    let start = url.trim_start_matches(|c: char| c <= ' ');
    let mut scheme = String::new();
    for c in start.chars() {
        match c {
            '\t' | '\n' | '\r' => {}
            ':' => {
                scheme.make_ascii_lowercase();
                return match SCHEMES.contains(&&*scheme) {
                    true => url,
                    false => NOWHERE,
                };
            }
            c if c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.') => scheme.push(c),
            // What has such a character before its colon has no scheme.
            _ => return url,
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use tera::Context;

    fn rendered(template: &str, text: &str) -> String {
        let mut tera = Tera::new();
        register(&mut tera);
        tera.add_raw_template("page.html", template).unwrap();
        let mut context = Context::new();
        context.insert("a", text);
        context.insert("list", &[Some(1.5), None]);
        tera.render("page.html", &context).unwrap()
    }

    #[test]
    fn json_ends_no_script() {
        assert_eq!(
            rendered("{{ a|json }}", "</script><!-- & 'x' \"y\" \\ \u{2028} é"),
            r#""\u003c/script\u003e\u003c!-- \u0026 \u0027x\u0027 \"y\" \\ \u2028 é""#
        );
        assert_eq!(
            rendered(
                "{{ list|json }} {{ {\"k<\": [1, true]}|json }} {{ none|json }}",
                ""
            ),
            r#"[1.5,null] {"k\u003c":[1,true]} null"#
        );
    }

    #[test]
    fn css_ends_no_style_sheet() {
        assert_eq!(
            rendered("{{ a|css_string }}", "A \"b\" 'c' </style> \\ {é}\n"),
            "'A \\22 b\\22  \\27 c\\27  \\3c /style\\3e  \\5c  \\7b é\\7d \\a '"
        );
    }

    #[test]
    fn links_run_nothing() {
        for url in [
            "",
            "/a:b",
            "?a:b",
            "#a:b",
            "a/b:c",
            "//example.org/x",
            "https://example.org",
            "HTTP://example.org",
            "mailto:a@b.c",
            "tel:+1",
            "../x",
            "ä:b",
        ] {
            assert_eq!(safe_url(url), url);
        }
        for url in [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript\t:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc",
            ":x",
        ] {
            assert_eq!(safe_url(url), NOWHERE, "{url}");
        }
        assert_eq!(rendered("{{ a|safe_url }}", "/?a&\"b"), "/?a&amp;&quot;b");
    }
}
