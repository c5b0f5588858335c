//! `check --fix`: obvious repairs of files, each shown and asked for.

use kalgan_core::diagnostic::{Diagnostic, Fix};
use kalgan_core::text::SourceFile;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// The repairs of one file.
type Fixes<'d> = (Arc<SourceFile>, Vec<(&'d Diagnostic, Fix)>);

/// Makes the repairs that `agrees` says yes to, given what each changes. Returns how many.
///
/// # Errors
/// A file cannot be written.
pub(super) fn make(
    root: &Path,
    diagnostics: &[Diagnostic],
    mut agrees: impl FnMut(&str) -> bool,
) -> io::Result<usize> {
    let mut files: BTreeMap<&str, Fixes<'_>> = BTreeMap::new();
    for diagnostic in diagnostics {
        if let (Some(fix), Some(place)) = (diagnostic.fix(), &diagnostic.place) {
            let empty = || (Arc::clone(&place.file), Vec::new());
            let (_, fixes) = files.entry(place.file.path()).or_insert_with(empty);
            fixes.push((diagnostic, fix));
        }
    }
    let mut made = 0;
    for (path, (file, mut fixes)) in files {
        fixes.sort_by_key(|(_, fix)| fix.span.start);
        // Two checks may find the same.
        fixes.dedup_by(|(_, next), (_, fix)| next.span.start < fix.span.end);
        fixes.retain(|(diagnostic, fix)| agrees(&shown(&file, diagnostic, fix)));
        if fixes.is_empty() {
            continue;
        }
        let mut text = file.text().to_owned();
        for (_, fix) in fixes.iter().rev() {
            text.replace_range(fix.span.start..fix.span.end, &fix.new);
        }
        std::fs::write(root.join(path), text)?;
        made += fixes.len();
    }
    Ok(made)
}

/// The mistake, and its line before and after.
fn shown(file: &SourceFile, diagnostic: &Diagnostic, fix: &Fix) -> String {
    let position = file.position(fix.span.start);
    let line = file.line(position.line);
    let start = fix.span.start - file.line_start(position.line);
    let end = start + (fix.span.end - fix.span.start);
    // A name that goes over several lines is shown by its first.
    let behind = line.get(end..).unwrap_or_default();
    let before = line.get(..start).unwrap_or_default();
    format!(
        "{}:{}: {}\n- {line}\n+ {before}{}{behind}\n",
        file.path(),
        position.line,
        diagnostic.message,
        fix.new
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalgan_core::text::Span;

    #[test]
    fn what_is_agreed_to_is_written() {
        let temp = tempfile::tempdir().unwrap();
        let text = "{{ \"hoem\"|url }}\n{{ \"abuot\"|url }} {{ user.nmae }}\n";
        std::fs::write(temp.path().join("a.html"), text).unwrap();
        let file = Arc::new(SourceFile::new("a.html", text));
        let at = |part: &str, meant: &str| {
            let start = text.find(part).unwrap();
            let span = Span::new(start, start + part.len());
            let help = format!("did you mean `{meant}`?");
            Diagnostic::error(&file, span, format!("there is no `{part}`")).with_help(help)
        };
        let all = [
            at("\"abuot\"", "about"),
            at("\"hoem\"", "home"),
            at("\"hoem\"", "home"),
            at("nmae", "name"),
            at("user", "there"),
        ];
        let mut asked = Vec::new();
        let made = make(temp.path(), &all, |shown| {
            asked.push(shown.to_owned());
            !shown.contains("nmae`")
        });
        assert_eq!(made.unwrap(), 2);
        assert_eq!(
            asked[1],
            "a.html:2: there is no `\"abuot\"`\n- {{ \"abuot\"|url }} {{ user.nmae }}\n\
             + {{ \"about\"|url }} {{ user.nmae }}\n"
        );
        assert_eq!(asked.len(), 3);
        let written = std::fs::read_to_string(temp.path().join("a.html")).unwrap();
        assert_eq!(
            written,
            "{{ \"home\"|url }}\n{{ \"about\"|url }} {{ user.nmae }}\n"
        );
    }
}
