//! Diagnostics as JSON lines, for editors and scripts.

use super::{Diagnostic, Note};
use crate::text::Place;
use serde_json::{Map, Value, json};

/// One JSON object a line, in the order given.
///
/// Each has `severity`, `code`, `message`, the place (`file`, `line`, `column`, `end_line`,
/// `end_column`), `label`, `help`, `notes` (a `message` and a place each) and `rendered`, the text
/// as a terminal shows it. What there is none of is `null`. Lines and columns begin with 1, columns
/// count characters, and the end is the first character that is no longer meant. `prefix` stands
/// before each path: the app's folder, as seen from where the reader is.
#[must_use]
pub fn lines(diagnostics: &[Diagnostic], prefix: &str) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&object(diagnostic, prefix).to_string());
        text.push('\n');
    }
    text
}

fn object(diagnostic: &Diagnostic, prefix: &str) -> Value {
    let notes: Vec<Value> = diagnostic
        .notes
        .iter()
        .map(|note| note_object(note, prefix))
        .collect();
    let mut object = Map::from_iter([
        (
            String::from("severity"),
            diagnostic.severity.to_string().into(),
        ),
        (String::from("code"), diagnostic.code.into()),
        (String::from("message"), diagnostic.message.as_str().into()),
    ]);
    add_place(&mut object, diagnostic.place.as_ref(), prefix);
    object.extend([
        (String::from("label"), diagnostic.label.as_deref().into()),
        (String::from("help"), diagnostic.help.as_deref().into()),
        (String::from("notes"), notes.into()),
        (String::from("rendered"), diagnostic.render(false).into()),
    ]);
    object.into()
}

fn note_object(note: &Note, prefix: &str) -> Value {
    let mut object = Map::from_iter([(String::from("message"), note.message.as_str().into())]);
    add_place(&mut object, Some(&note.place), prefix);
    object.into()
}

fn add_place(object: &mut Map<String, Value>, place: Option<&Place>, prefix: &str) {
    let place = match place {
        Some(place) => {
            let (start, end) = (place.position(), place.end_position());
            json!({
                "file": format!("{prefix}{}", place.file.path()),
                "line": start.line,
                "column": start.column,
                "end_line": end.line,
                "end_column": end.column,
            })
        }
        None => json!({
            "file": null, "line": null, "column": null, "end_line": null, "end_column": null,
        }),
    };
    if let Value::Object(place) = place {
        object.extend(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::tests::{duplicate_key, file};
    use crate::text::Span;

    fn parsed(diagnostics: &[Diagnostic], prefix: &str) -> Vec<Value> {
        lines(diagnostics, prefix)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn one_object_a_line() {
        let general = Diagnostic::general("no file\nis at fault").with_code("missing-path");
        let all = parsed(&[duplicate_key(), general], "shop/");
        assert_eq!(
            all[0],
            json!({
                "severity": "error",
                "code": "duplicate-key",
                "message": "duplicate key `é`",
                "file": "shop/config/routes/site.yaml",
                "line": 3,
                "column": 2,
                "end_line": 3,
                "end_column": 3,
                "label": "again",
                "help": "remove one",
                "notes": [{
                    "message": "first here",
                    "file": "shop/config/routes/site.yaml",
                    "line": 1,
                    "column": 1,
                    "end_line": 1,
                    "end_column": 2,
                }],
                "rendered": duplicate_key().render(false),
            })
        );
        assert_eq!(all[1]["message"], "no file\nis at fault");
        for absent in ["file", "line", "end_column", "label", "help"] {
            assert!(all[1][absent].is_null(), "{absent}");
        }
        assert_eq!(all.len(), 2);
    }

    #[test]
    fn a_place_of_several_lines() {
        let file = file("a: |\n  日本\n  x\nb: 1\n");
        let span = Span::new(3, file.text().find("\nb").unwrap());
        let all = parsed(&[Diagnostic::warning(&file, span, "m")], "");
        assert_eq!(all[0]["severity"], "warning");
        assert_eq!(
            ["line", "column", "end_line", "end_column"].map(|key| all[0][key].as_u64().unwrap()),
            [1, 4, 3, 4]
        );
        assert!(all[0]["code"].is_null());
    }
}
