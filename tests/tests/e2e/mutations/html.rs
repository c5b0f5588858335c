//! Mistakes in HTML: what a browser would show broken, or run, though the template is right by itself.

use crate::mutations::mutation::{Museum, Mutation, at, misspell, some_of_each};
use crate::mutations::templates::{MOST, parsed};
use kalgan_core::text::{SourceFile, Span};
use std::sync::Arc;

/// The mistakes in HTML.
pub(crate) fn all(museum: &Museum) -> Vec<Mutation> {
    let templates = parsed(museum);
    let mut found = Vec::new();
    for template in &templates {
        links(&template.file, &mut found);
        values(&template.file, &mut found);
        tags(&template.file, &mut found);
        readers(&template.file, &mut found);
    }
    let files: Vec<&Arc<SourceFile>> = templates.iter().map(|template| &template.file).collect();
    ids(&files, &mut found);
    some_of_each(found, MOST)
}

/// The parts of a file that begin and end so, without these two.
fn parts(file: &SourceFile, start: &str, end: &str) -> Vec<Span> {
    let text = file.text();
    text.match_indices(start)
        .filter_map(|(at, _)| {
            let from = at + start.len();
            let len = text[from..].find(end)?;
            Some(Span::new(from, from + len))
        })
        .collect()
}

/// Puts a text before a part that begins so.
fn before(kind: &'static str, file: &SourceFile, part: &str, new: &str) -> Option<Mutation> {
    let start = file.text().find(part)?;
    Some(Mutation::replace(kind, file, Span::new(start, start), new))
}

fn links(file: &SourceFile, found: &mut Vec<Mutation>) {
    for span in parts(file, "<a class=\"button\" href=\"", "\"")
        .into_iter()
        .chain(parts(file, "<li><a href=\"", "\">"))
    {
        let name = file.slice(span);
        if !name.starts_with("{{ \"") || !name.ends_with("}}") {
            continue;
        }
        let route = name[4..].split('"').next().unwrap_or_default();
        let kind = "html: link to a path that is misspelt";
        let path = format!("/{}", misspell(route));
        found.push(Mutation::replace(kind, file, span, &path));
        let kind = "html: link to a path of which a part is a value";
        found.push(Mutation::replace(kind, file, span, "/elemnet/{{ lang }}"));
    }
    for span in parts(file, "{{ \"/", "\"|asset }}") {
        let name = misspell(file.slice(span));
        let kind = "html: static file whose path is misspelt";
        let whole = Span::new(span.start - 5, span.end + 10);
        found.push(Mutation::replace(
            kind,
            file,
            whole,
            &format!("/static/{name}"),
        ));
    }
    for span in parts(file, "method=\"post\" action=\"", "\"") {
        let kind = "html: form to a route that takes none";
        found.push(Mutation::replace(kind, file, span, "/en/about"));
    }
}

fn values(file: &SourceFile, found: &mut Vec<Mutation>) {
    let text = file.text();
    for name in ["value", "aria-label", "placeholder", "description"] {
        for span in parts(file, &format!(" {name}=\"{{{{ "), " }}\"") {
            let (start, end) = (span.start - 4, span.end + 4);
            let value = text[start + 1..end - 1].to_owned();
            let kind = "html: value without quotes";
            found.push(Mutation::replace(kind, file, Span::new(start, end), &value));
        }
    }
    for span in parts(file, "<li><a href=\"{{ ", " }}\"") {
        let kind = "html: link that begins with any value";
        found.push(Mutation::replace(kind, file, span, "request.query"));
    }
    for (kind, part, new) in [
        (
            "html: method that a route does not answer",
            "href=\"",
            "hx-delete=\"/en/about\" ",
        ),
        (
            "html: value in a handler",
            "href=\"",
            "onclick=\"go('{{ request.query }}')\" ",
        ),
        (
            "html: value in a script",
            "<h1>",
            "<script>let q = \"{{ request.query }}\";</script>",
        ),
        (
            "html: value in a style sheet",
            "<h1>",
            "<style>p { color: {{ request.query }} }</style>",
        ),
    ] {
        found.extend(before(kind, file, part, new));
    }
}

/// Elements that stand once in a file are not confused with others of their name.
fn tags(file: &SourceFile, found: &mut Vec<Mutation>) {
    let text = file.text();
    for name in [
        "a",
        "article",
        "blockquote",
        "button",
        "figure",
        "form",
        "h1",
        "label",
        "main",
        "nav",
        "ol",
        "section",
        "strong",
        "svg",
        "ul",
        "dl",
        "div",
        "g",
        "title",
    ] {
        let (start, end) = (format!("<{name}"), format!("</{name}>"));
        let starts: Vec<usize> = text
            .match_indices(&start)
            .map(|(at, _)| at)
            .filter(|at| !text[at + start.len()..].starts_with(|c: char| c.is_alphanumeric()))
            .collect();
        let ends: Vec<usize> = text.match_indices(&end).map(|(at, _)| at).collect();
        let ([opens], [closes]) = (starts.as_slice(), ends.as_slice()) else {
            continue;
        };
        let span = Span::new(*closes, closes + end.len());
        let kind = "html: end tag missing";
        let mutation = Mutation::replace(kind, file, span, "");
        found.push(mutation.expecting(vec![at(file, *opens)]));
        let kind = "html: end tag misspelt";
        let wrong = format!("</{name}x>");
        // It closes nothing, and the element is open.
        found.push(Mutation::replace(kind, file, span, &wrong));
        let kind = "html: end tag twice";
        let twice = format!("{end}\n{end}");
        let mut mutation = Mutation::replace(kind, file, span, &twice);
        mutation.expected[0].line += 1;
        if name != "title" {
            found.push(mutation);
        }
    }
    for (kind, part, new) in [
        ("html: end tags that cross", "</a></li>", "</li></a>"),
        ("html: end tags that cross", "</span></a>", "</a></span>"),
        ("html: attribute twice", " class=\"", " class=\"x\""),
        (
            "html: quotation mark of a value missing",
            "\" class=\"",
            " class=\"",
        ),
    ] {
        let Some(start) = text.find(part) else {
            continue;
        };
        let span = match kind {
            "html: attribute twice" => Span::new(start, start),
            _ => Span::new(start, start + part.len()),
        };
        found.push(Mutation::replace(kind, file, span, new));
    }
}

fn ids(files: &[&Arc<SourceFile>], found: &mut Vec<Mutation>) {
    for file in files {
        for span in parts(file, " id=\"", "\"") {
            let id = file.slice(span);
            if id.contains('{') {
                continue;
            }
            let kind = "html: id twice";
            let tag = file.text()[..span.start].rfind('<').unwrap_or_default();
            let again = format!("<i id=\"{id}\"></i>");
            found.push(Mutation::replace(kind, file, Span::new(tag, tag), &again));
        }
        for (kind, start) in [
            ("html: fragment misspelt", "href=\"#"),
            ("html: label's id misspelt", "<label class=\"away\" for=\""),
            ("html: described by what is not there", "aria-labelledby=\""),
        ] {
            for span in parts(file, start, "\"") {
                let id = file.slice(span);
                if !id.contains('{') {
                    found.push(Mutation::replace(kind, file, span, &format!("{id}-x")));
                }
            }
        }
    }
}

/// What readers need who do not see the page.
fn readers(file: &SourceFile, found: &mut Vec<Mutation>) {
    for (kind, part, new) in [
        ("html: image without `alt`", " alt=\"\"", ""),
        (
            "html: page without a language",
            "<html lang=\"{{ lang }}\">",
            "<html>",
        ),
        ("html: control without a label", " for=\"q\"", ""),
        ("html: level of headings skipped", "<h2", "<h4"),
        (
            "html: button without a type",
            "<button type=\"submit\">",
            "<button>",
        ),
    ] {
        if file.text().contains(part) {
            let mut mutation = Mutation::replace_text(kind, file, part, new);
            if kind.ends_with("a label") {
                let input = file.text().find("<input").unwrap_or_default();
                mutation = mutation.expecting(vec![at(file, input)]);
            }
            found.push(mutation);
        }
    }
}
