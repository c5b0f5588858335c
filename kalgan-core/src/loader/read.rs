//! Files to what they say: read and parsed, on several threads where there are many.

use super::file::{Cached, ContentKind, ParsedFile, ReadTemplate};
use crate::diagnostic::Diagnostic;
use crate::lint::unnamed_argument;
use crate::settings::{self, Origin};
use crate::source::{Entry, Source};
use crate::templates::{self, TemplateFile};
use crate::text::{SourceFile, Span};
use crate::{messages, routes, syntax};
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

/// From how many bytes on more threads pay for their start.
const LARGE: u64 = 64 * 1024;
/// More threads than this hardly help.
const MOST_THREADS: usize = 8;

/// A file, when it was read, and what it says.
pub(super) type Read<'e> = (&'e Entry, SystemTime, Cached);

/// Reads and parses all of these files.
pub(super) fn all<'e>(
    source: &dyn Source,
    kind: ContentKind,
    entries: &'e [Entry],
) -> Vec<Read<'e>> {
    let bytes: u64 = entries.iter().map(|entry| entry.fingerprint.len).sum();
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let threads = processors.min(MOST_THREADS).min(entries.len());
    if bytes < LARGE || threads < 2 {
        let files = entries.iter().map(|entry| one(source, kind, entry));
        return files.collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut read = Vec::new();
        while let Some(entry) = entries.get(next.fetch_add(1, Ordering::Relaxed)) {
            read.push(one(source, kind, entry));
        }
        read
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut read = work();
        for other in others {
            match other.join() {
                Ok(files) => read.extend(files),
                // It goes on where it would have gone on without threads.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        read
    })
}

fn one<'e>(source: &dyn Source, kind: ContentKind, entry: &'e Entry) -> Read<'e> {
    let looked_at = SystemTime::now();
    let (file, parsed) = match source.read(&entry.path) {
        Ok(bytes) => match SourceFile::from_bytes(entry.path.clone(), bytes) {
            Ok(file) => {
                let file = Arc::new(file);
                let parsed = parse(kind, &file);
                (file, parsed)
            }
            Err(place) => {
                let file = Arc::clone(&place.file);
                let problem = Diagnostic::error_at(place, "this file is not UTF-8 text")
                    .with_code("not-utf8")
                    .with_help("save it as UTF-8, or move it to a folder of static files");
                (file, ParsedFile::Unreadable(Box::new(problem)))
            }
        },
        Err(error) => {
            let file = Arc::new(SourceFile::new(entry.path.clone(), ""));
            let message = format!("this file cannot be read: {error}");
            let problem =
                Diagnostic::error(&file, Span::default(), message).with_code("unreadable-file");
            (file, ParsedFile::Unreadable(Box::new(problem)))
        }
    };
    (entry, looked_at, Cached { file, parsed })
}

fn parse(kind: ContentKind, file: &Arc<SourceFile>) -> ParsedFile {
    match kind {
        ContentKind::Settings => ParsedFile::Settings(Arc::new(settings::parse(file, |place| {
            Origin::File(place.into())
        }))),
        ContentKind::Routes => ParsedFile::Routes(Arc::new(routes::parse(file))),
        ContentKind::Messages => ParsedFile::Messages(Arc::new(messages::parse(file))),
        ContentKind::Template => ParsedFile::Template(parse_template(file)),
    }
}

/// Parses a template. Where the own parser refuses it, Tera, which renders it, has the last word:
/// only the text of the message is the own parser's, since it says what to do.
fn parse_template(file: &Arc<SourceFile>) -> ReadTemplate {
    match syntax::parse(file.text()) {
        Ok(tree) => ReadTemplate {
            tree: Some(Arc::new(templates::ParsedTemplate::new(tree))),
            problem: None,
            paths: ReadTemplate::paths_in(file.text()),
        },
        Err(error) => {
            let template = TemplateFile {
                name: file.path().to_owned().into(),
                file: Arc::clone(file),
            };
            ReadTemplate {
                tree: None,
                problem: templates::check_syntax(&template).map(|_| {
                    let diagnostic = error.diagnostic(file);
                    let callee = error.callee;
                    let help = callee.and_then(|callee| unnamed_argument(file.text(), callee));
                    Box::new(match help {
                        Some(help) => diagnostic.with_help(help),
                        None => diagnostic,
                    })
                }),
                paths: Arc::default(),
            }
        }
    }
}
