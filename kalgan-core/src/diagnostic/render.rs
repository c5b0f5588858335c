//! A diagnostic in rustc's shape, for terminals and compile errors.

use super::{Diagnostic, Severity};
use crate::text::Place;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;

impl Diagnostic {
    /// The whole diagnostic as text: message, place, excerpt with the mark, notes and help.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let renderer = if color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = level.primary_title(self.message.as_str()).elements(
            self.place
                .as_ref()
                .map(|place| snippet(place, self.label.as_deref())),
        );
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let notes = self.notes.iter().map(|note| {
            Level::NOTE
                .secondary_title(note.message.as_str())
                .element(snippet(&note.place, None))
        });
        let report: Vec<Group<'_>> = std::iter::once(group).chain(notes).collect();
        renderer
            .decor_style(DecorStyle::Ascii)
            .render(&report)
            .trim_end()
            .to_owned()
    }
}

fn snippet<'a>(
    place: &'a Place,
    label: Option<&'a str>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let (line, mark) = mark(place);
    // The line alone: the renderer goes through all the text that it is given, for each diagnostic.
    Snippet::source(place.file.line(line))
        .line_start(line)
        .path(place.file.path())
        .annotation(AnnotationKind::Primary.span(mark).label(label))
}

/// The line of a place, and the marked bytes in it: the first line of the span, since an excerpt of one
/// line reads best.
pub(super) fn mark(place: &Place) -> (usize, Range<usize>) {
    let span = place.file.clamp(place.span);
    let text = place.file.text();
    let line_end = text[span.start..]
        .find(['\n', '\r'])
        .map_or(text.len(), |at| span.start + at);
    let end = span.end.min(line_end).max(span.start);
    let line = place.position().line;
    let (start, length) = (place.file.line_start(line), place.file.line(line).len());
    let within = |at: usize| (at - start).min(length);
    (line, within(span.start)..within(end))
}

/// All diagnostics as text, with an empty line between them.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], color: bool) -> String {
    let rendered: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.render(color))
        .collect();
    rendered.join("\n\n")
}
