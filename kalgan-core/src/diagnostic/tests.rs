use super::*;

pub(super) fn file(text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new("config/routes/site.yaml", text.to_owned()))
}

/// One with all that a diagnostic may have.
pub(super) fn duplicate_key() -> Diagnostic {
    let file = file("é: 1\nb: 2\n\té: 3\n");
    let first = Place::new(Arc::clone(&file), Span::new(0, 2));
    Diagnostic::error(&file, Span::new(12, 14), "duplicate key `é`")
        .with_code("duplicate-key")
        .with_label("again")
        .with_help("remove one")
        .with_note("first here", first)
}

fn find(file: &Arc<SourceFile>, needle: &str) -> Span {
    let at = file.text().find(needle).unwrap();
    Span::new(at, at + needle.len())
}

#[test]
fn the_whole_text() {
    let file = file("routes:\n  - home:\n      controler: home::index\n");
    let diagnostic = Diagnostic::error(&file, find(&file, "controler"), "unknown key `controler`")
        .with_label("not a key of a route")
        .with_help("did you mean `controller`?");
    assert_eq!(
        diagnostic.render(false),
        "\
error: unknown key `controler`
 --> config/routes/site.yaml:3:7
  |
3 |       controler: home::index
  |       ^^^^^^^^^ not a key of a route
  |
  = help: did you mean `controller`?"
    );
    assert_eq!(
        diagnostic.to_string(),
        "config/routes/site.yaml:3:7: error: unknown key `controler`; did you mean `controller`?"
    );
}

#[test]
fn a_note_shows_the_other_place() {
    let file = file("a: 1\nb: 2\na: 3\n");
    let diagnostic = Diagnostic::error(&file, Span::new(10, 11), "duplicate key `a`")
        .with_note("first here", Place::new(Arc::clone(&file), Span::new(0, 1)));
    assert_eq!(
        diagnostic.render(false),
        "\
error: duplicate key `a`
 --> config/routes/site.yaml:3:1
  |
3 | a: 3
  | ^
  |
note: first here
 --> config/routes/site.yaml:1:1
  |
1 | a: 1
  | ^"
    );
}

#[test]
fn awkward_places_never_panic() {
    for text in [
        "",
        "\n",
        "日本語\r\nと\tタブ",
        "\u{feff}x",
        "\u{1b}[31m",
        "é",
    ] {
        let file = file(text);
        for start in 0..text.len() + 3 {
            for len in [0, 1, 2, 100] {
                let diagnostic = Diagnostic::error(&file, Span::new(start, start + len), "m");
                assert!(
                    diagnostic
                        .render(false)
                        .contains("config/routes/site.yaml:")
                );
                assert!(diagnostic.to_html(&|_, _| None).contains("<mark>"));
                assert!(!diagnostic.render(false).contains('\u{1b}'));
            }
        }
    }
}

#[test]
fn the_last_line_tabs_and_wide_characters() {
    let file = file("a\n\tname: 日本語 x");
    let diagnostic = Diagnostic::error(&file, find(&file, "x"), "m");
    assert_eq!(
        diagnostic.location().as_deref(),
        Some("config/routes/site.yaml:2:12")
    );
    assert!(diagnostic.render(false).contains("site.yaml:2:12"));
}

#[test]
fn html_escapes_everything() {
    let file = Arc::new(SourceFile::new("<f>", "<script>\"'&"));
    let html = Diagnostic::error(&file, Span::new(0, 8), "<m>")
        .with_label("<l>")
        .with_help("<h>")
        .to_html(&|path, _| Some(format!("editor:{path}\"onclick=")));
    for raw in ["<script>", "<m>", "<l>", "<h>", "<f>", "\"'"] {
        assert!(!html.contains(raw), "{raw} in {html}");
    }
    assert!(html.contains("<mark>&lt;script&gt;</mark>&quot;&#39;&amp;"));
    assert!(html.contains("<a href=\"editor:&lt;f&gt;&quot;onclick=\">&lt;f&gt;:1:1</a>"));
}

#[test]
fn html_links_each_place() {
    let html = duplicate_key().to_html(&|path, at| {
        let (line, column) = (at.line, at.column);
        Some(format!("editor://{path}?{line}&{column}"))
    });
    for link in [
        "<a href=\"editor://config/routes/site.yaml?3&amp;2\">config/routes/site.yaml:3:2</a>",
        "<a href=\"editor://config/routes/site.yaml?1&amp;1\">config/routes/site.yaml:1:1</a>",
    ] {
        assert!(html.contains(link), "no {link} in {html}");
    }
    assert!(!duplicate_key().to_html(&|_, _| None).contains("<a "));
}

#[test]
fn sorted_by_severity_then_place() {
    let file = file("a\nb\n");
    let mut all = vec![
        Diagnostic::warning(&file, Span::new(0, 1), "w"),
        Diagnostic::error(&file, Span::new(2, 3), "late"),
        Diagnostic::error(&file, Span::new(0, 1), "early"),
        Diagnostic::error(&file, Span::new(0, 1), "early"),
    ];
    sort(&mut all);
    let messages: Vec<&str> = all.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(messages, ["early", "late", "w"]);
}

#[test]
fn all_forms_say_the_same_in_the_same_order() {
    let diagnostic = duplicate_key();
    let forms = [
        diagnostic.render(false),
        diagnostic.render(true),
        diagnostic.to_html(&|_, _| None),
        #[cfg(feature = "parse")]
        json::lines(std::slice::from_ref(&diagnostic), ""),
        #[cfg(feature = "parse")]
        sarif::log(std::slice::from_ref(&diagnostic), sarif::Run::default()),
    ];
    for form in forms {
        for part in ["duplicate key `é`", "again", "remove one", "first here"] {
            assert!(form.contains(part), "no `{part}` in {form}");
        }
    }
    for text in [diagnostic.render(false), diagnostic.to_html(&|_, _| None)] {
        let at = |part: &str| text.find(part).unwrap();
        assert!(at("duplicate key") < at("again"), "{text}");
        assert!(at("again") < at("remove one"), "{text}");
        assert!(at("remove one") < at("first here"), "{text}");
        assert!(text.contains("config/routes/site.yaml:3:2"), "{text}");
        assert!(text.contains("config/routes/site.yaml:1:1"), "{text}");
        // The class is for programs.
        assert!(!text.contains("duplicate-key"), "{text}");
    }
}
