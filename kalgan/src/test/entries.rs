//! What a form sends: the "entry list" of the HTML standard.

use crate::test::controls::{Control, Kind};
use crate::test::form::Form;
use crate::test::multipart::Upload;

/// What a form sends for a field.
pub(super) enum Entry {
    Text(String),
    File(Upload),
}

impl Form {
    /// What is sent, in the order of the page.
    pub(super) fn entries(&self) -> Vec<(String, Entry)> {
        let pressed = self.pressed.and_then(|index| self.buttons.get(index));
        let mut entries = Vec::new();
        for index in 0..=self.controls.len() {
            if let Some(pressed) = pressed.filter(|pressed| pressed.at == index) {
                let of_button = pressed.button.entries().into_iter();
                entries.extend(of_button.map(|(name, value)| text_entry(&name, &value)));
            }
            if let Some(control) = self.controls.get(index).filter(|c| !c.is_disabled) {
                entries.extend(entries_of(control));
            }
        }
        entries
    }
}

fn entries_of(control: &Control) -> Vec<(String, Entry)> {
    let name = &control.name;
    match &control.kind {
        Kind::Hidden(_) if name.eq_ignore_ascii_case("_charset_") => {
            vec![text_entry(name, "UTF-8")]
        }
        Kind::Line(text) | Kind::Area(text) | Kind::Hidden(text) => vec![text_entry(name, text)],
        Kind::Check { value, is_checked } | Kind::Radio { value, is_checked } => is_checked
            .then(|| text_entry(name, value))
            .into_iter()
            .collect(),
        Kind::Select { options, .. } => options
            .iter()
            .filter(|option| option.is_selected && !option.is_disabled)
            .map(|option| text_entry(name, &option.value))
            .collect(),
        Kind::Files { files, .. } => {
            let none = [Upload::none()];
            let files = if files.is_empty() { &none[..] } else { files };
            files
                .iter()
                .map(|file| (line_breaks(name), Entry::File(file.clone())))
                .collect()
        }
    }
}

fn text_entry(name: &str, text: &str) -> (String, Entry) {
    (line_breaks(name), Entry::Text(line_breaks(text)))
}

/// The entries where there is no place for files: a file is its name.
pub(super) fn texts(entries: &[(String, Entry)]) -> impl Iterator<Item = (&str, &str)> {
    entries.iter().map(|(name, entry)| match entry {
        Entry::Text(text) => (name.as_str(), text.as_str()),
        Entry::File(file) => (name.as_str(), file.name()),
    })
}

/// Line breaks are CRLF in what a form sends.
fn line_breaks(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\n', "\r\n")
}
