//! The mistakes in the app's files, file by file.

use crate::dev::editor::Editor;
use kalgan_core::diagnostic::{Diagnostic, escape, render_all};
use kalgan_core::suggest::counted;

/// How many mistakes are shown: who has more wants to see the first.
const SHOWN: usize = 100;

/// The mistakes that are shown, and how many are left out.
pub(super) fn shown(all: &[Diagnostic]) -> (&[Diagnostic], usize) {
    let shown = &all[..all.len().min(SHOWN)];
    (shown, all.len() - shown.len())
}

/// The title and the body of the page.
pub(super) fn page(all: &[Diagnostic], editor: &Editor) -> (String, String) {
    let (diagnostics, others) = shown(all);
    let files = by_file(diagnostics);
    let named = files.iter().filter(|(path, _)| path.is_some()).count();
    let mistakes = match all.len() {
        1 => String::from("A mistake"),
        count => counted(count, "mistake"),
    };
    let title = match named {
        0 => mistakes,
        1 => format!("{mistakes} in a file"),
        files => format!("{mistakes} in {}", counted(files, "file")),
    };
    let more = match others {
        0 => String::new(),
        more => format!(
            "<p>Below are the first {SHOWN}, without {}.</p>",
            counted(more, "more mistake")
        ),
    };
    let them = if diagnostics.len() == 1 { "it" } else { "them" };
    let mut body = format!(
        "<header><p class=\"status\">The app's files</p><h1>{title}</h1>\
         <p>Mend {them} and load the page again; the server need not be started again.</p>\
         {more}</header>"
    );
    if files.len() > 1 {
        body.push_str("<nav aria-label=\"Files\"><ul>");
        for (at, (path, mistakes)) in files.iter().enumerate() {
            body.push_str(&format!(
                "<li><a href=\"#file-{at}\">{}</a> {}</li>",
                escape(path.unwrap_or("no file")),
                mistakes.len()
            ));
        }
        body.push_str("</ul></nav>");
    }
    for (at, (path, mistakes)) in files.iter().enumerate() {
        body.push_str(&format!(
            "<section id=\"file-{at}\" aria-label=\"{}\">",
            escape(path.unwrap_or("no file"))
        ));
        for mistake in mistakes {
            body.push_str(&super::article(mistake, editor));
        }
        body.push_str("</section>");
    }
    body.push_str(&copyable(&render_all(diagnostics, false)));
    (title, body)
}

/// The mistakes of each file, in the order in which the files first have one.
fn by_file(diagnostics: &[Diagnostic]) -> Vec<(Option<&str>, Vec<&Diagnostic>)> {
    let mut files: Vec<(Option<&str>, Vec<&Diagnostic>)> = Vec::new();
    for diagnostic in diagnostics {
        let path = diagnostic.place.as_ref().map(|place| place.file.path());
        match files.iter_mut().find(|(known, _)| *known == path) {
            Some((_, mistakes)) => mistakes.push(diagnostic),
            None => files.push((path, vec![diagnostic])),
        }
    }
    files
}

/// A page as text, folded; a click selects all of it.
pub(super) fn copyable(text: &str) -> String {
    format!(
        "<details class=\"copy\"><summary>As text, to copy</summary><pre>{}</pre></details>",
        escape(text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalgan_core::text::{SourceFile, Span};
    use std::path::Path;
    use std::sync::Arc;

    #[test]
    fn mistakes_are_grouped_counted_linked_and_escaped() {
        let one = Arc::new(SourceFile::new("a <b>.html", "<script>\nx\n"));
        let two = Arc::new(SourceFile::new("b.yaml", "y\n"));
        let at = |file, message: &str| Diagnostic::error(file, Span::new(0, 1), message);
        let all = [
            at(&one, "<script>first</script>"),
            at(&two, "second"),
            at(&one, "third"),
            Diagnostic::general("fourth"),
        ];
        let editor = Editor::new(Path::new("/my app"), Some("x://{path}?{line}"));
        let (title, body) = page(&all, &editor);
        assert_eq!(title, "4 mistakes in 2 files");
        assert!(body.contains(&format!("<h1>{title}</h1>")));
        assert!(body.contains("<a href=\"#file-0\">a &lt;b&gt;.html</a> 2"));
        assert!(body.contains("<a href=\"x:///my%20app/a%20%3Cb%3E.html?1\">a &lt;b&gt;.html:1:1"));
        assert!(!body.contains("<script>"), "{body}");
        let place = |text| body.find(text).unwrap();
        assert!(place("third") < place("second"), "file by file");

        let (title, body) = page(&all[1..2], &editor);
        assert_eq!(title, "A mistake in a file");
        assert!(!body.contains("<nav"));
        assert_eq!(page(&all[3..], &editor).0, "A mistake");

        let many = vec![at(&one, "again"); SHOWN + 7];
        let (title, body) = page(&many, &editor);
        assert_eq!(title, "107 mistakes in a file");
        assert!(
            body.contains("first 100, without 7 more mistakes"),
            "{body}"
        );
        assert_eq!(body.matches("<article").count(), SHOWN);
    }
}
