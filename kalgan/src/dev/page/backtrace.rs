//! The calls that have led to an error or a panic, cut to the app's own.

use super::sources::{Sources, Spot, crate_name};
use http::StatusCode;
use std::backtrace::Backtrace;
use std::fmt;
use std::path::{Path, PathBuf};

/// A trace where it is kept.
pub(crate) type BoxedTrace = Box<Trace>;

/// The trace of an error of this status. Those below 500 tell of the request, not of the app.
pub(crate) fn trace_of(status: StatusCode) -> Option<BoxedTrace> {
    status.is_server_error().then(Trace::capture)
}

/// Where the panic began that an error comes from.
pub(crate) fn place_of_panic(trace: &BoxedTrace) -> Option<String> {
    trace.panic.as_ref().map(Spot::to_string)
}

/// Where an error or a panic comes from. Names and lines are looked up when they are shown only.
pub(crate) struct Trace {
    backtrace: Backtrace,
    /// The place of a panic; an error knows its own.
    pub(crate) panic: Option<Spot>,
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trace")
    }
}

impl Trace {
    /// The calls that lead to here.
    pub(crate) fn capture() -> Box<Self> {
        Box::new(Self {
            backtrace: Backtrace::force_capture(),
            panic: None,
        })
    }

    /// The calls that lead to a panic, for its hook.
    pub(crate) fn of_panic(location: Option<&std::panic::Location<'_>>) -> Box<Self> {
        let mut trace = Self::capture();
        trace.panic = location.map(Spot::from);
        trace
    }

    /// The calls, the innermost first. Looking them up takes its time, so not on the run time's own
    /// threads.
    pub(crate) fn frames(&self, sources: &Sources) -> Vec<Frame> {
        // What captures it is of no interest.
        let frames = self.all(sources).into_iter();
        frames.skip_while(Frame::is_of_capture).collect()
    }

    /// The standard library has the names and places as a text only, which it makes in a tenth of the
    /// time that a library takes without optimisation.
    fn all(&self, sources: &Sources) -> Vec<Frame> {
        let text = self.backtrace.to_string();
        let here = std::env::current_dir().unwrap_or_default();
        let frame = |(name, place)| Frame::of(name, place, &here, sources);
        symbols(&text).into_iter().map(frame).collect()
    }
}

/// The functions of a backtrace's text, with their places.
fn symbols(text: &str) -> Vec<(&str, Option<&str>)> {
    let mut symbols: Vec<(&str, Option<&str>)> = Vec::new();
    for line in text.lines().map(str::trim_start) {
        match (line.strip_prefix("at "), symbols.last_mut()) {
            (Some(place), Some((_, last @ None))) => *last = Some(place),
            _ => {
                let number = line.split_once(": ");
                let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
                symbols.extend(
                    number
                        .filter(|(n, _)| is_number(n))
                        .map(|(_, name)| (name, None)),
                );
            }
        }
    }
    symbols
}

/// A file, a line and a column; the line and the column are 0 where they are not known.
fn parse_place(place: &str) -> (&str, u32, u32) {
    let (rest, last) = split_number(place);
    match split_number(rest) {
        (_, None) => (rest, last.unwrap_or(0), 0),
        (file, Some(line)) => (file, line, last.unwrap_or(0)),
    }
}

/// A text and the number behind its last colon.
fn split_number(text: &str) -> (&str, Option<u32>) {
    let split = text.rsplit_once(':');
    let number = split.and_then(|(rest, number)| Some((rest, number.parse().ok()?)));
    number.map_or((text, None), |(rest, number)| (rest, Some(number)))
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The function, by its path.
    pub(crate) name: String,
    pub(crate) path: Option<PathBuf>,
    /// From 1; 0 where it is not known.
    pub(crate) line: u32,
    /// From 1; 0 where it is not known.
    pub(crate) column: u32,
    /// Whether its source is the app's.
    pub(crate) is_own: bool,
}

impl Frame {
    /// A call, as a backtrace writes it in the folder `here`.
    fn of(name: &str, place: Option<&str>, here: &Path, sources: &Sources) -> Self {
        let (file, line, column) = place.map_or(("", 0, 0), parse_place);
        let below = file.strip_prefix("./").or_else(|| file.strip_prefix(".\\"));
        let path = match below {
            Some(below) => Some(here.join(below)),
            None => Some(PathBuf::from(file)).filter(|_| !file.is_empty()),
        };
        let is_own = path.as_deref().is_some_and(|path| sources.are_own(path));
        let name = Some(name).filter(|name| *name != "<unknown>").map(readable);
        let name = match (name, &path) {
            (Some(name), _) if name.contains("::") => name,
            (name, Some(path)) if is_own => in_source(name.as_deref(), path, line, sources),
            (name, _) => name.unwrap_or_else(|| String::from("?")),
        };
        Self {
            name,
            path,
            line,
            column,
            is_own,
        }
    }

    /// Whether it belongs to what takes a backtrace down.
    fn is_of_capture(&self) -> bool {
        let Some(path) = &self.path else {
            return false;
        };
        let kalgan = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut parts = ["dev", "error", "error.rs"].iter();
        parts.any(|part| path.starts_with(kalgan.join(part)))
    }
}

/// A function's path, where the compiler has left its name alone, as with `debug =
/// "line-tables-only"`: `{async_fn#0}` or `index`. The module is that of the file, and the name of
/// the function around a closure is read from the source.
fn in_source(name: Option<&str>, path: &Path, line: u32, sources: &Sources) -> String {
    let shown = sources.shown(path);
    let module = shown.rsplit_once("src/").map_or(&*shown, |(_, file)| file);
    let module = module.strip_suffix(".rs").unwrap_or(module);
    let krate = crate_name(path);
    let files = module.split('/');
    let modules = files.filter(|part| !matches!(*part, "mod" | "main" | "lib"));
    let mut parts: Vec<&str> = krate.as_deref().into_iter().chain(modules).collect();
    let bare = name.map(|name| name.split('<').next().unwrap_or(name));
    let around = match bare {
        Some(bare) if !bare.is_empty() && !bare.starts_with('{') => Some(bare.to_owned()),
        _ => std::fs::read_to_string(path)
            .ok()
            .and_then(|text| function_around(&text, line).map(str::to_owned)),
    };
    parts.push(around.as_deref().or(bare).unwrap_or("?"));
    parts.join("::")
}

/// The name of the function that a line (from 1) of a source is in.
fn function_around(text: &str, line: u32) -> Option<&str> {
    let line = usize::try_from(line).ok()?;
    let lines: Vec<&str> = text.lines().take(line).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let inner = lines.last().map(|line| indent(line))?;
    lines.iter().rev().enumerate().find_map(|(up, line)| {
        let mut words = line.split_whitespace();
        // Before `fn` stand words such as `pub(crate)` and `async`.
        let name = words
            .by_ref()
            .find(|word| !QUALIFIERS.iter().any(|known| word.starts_with(known)))
            .filter(|word| *word == "fn")
            .and_then(|_| words.next())?;
        let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
        // One that is written within the function is not around it.
        (up == 0 || indent(line) < inner).then(|| &name[..end.unwrap_or(name.len())])
    })
}

const QUALIFIERS: &[&str] = &[
    "pub", "async", "const", "unsafe", "extern", "\"C\"", "default",
];

/// The calls of the app's own functions. A function that the compiler has made several of, as of an
/// async one, is there once.
pub(crate) fn own(frames: &[Frame]) -> Vec<&Frame> {
    let mut own: Vec<&Frame> = Vec::new();
    for frame in frames.iter().filter(|frame| frame.is_own) {
        let is_again = own.last().is_some_and(|last| {
            last.name == frame.name && last.line == frame.line && last.path == frame.path
        });
        if !is_again {
            own.push(frame);
        }
    }
    own
}

/// A function's name without the closures within it, which is what the compiler makes of the body
/// of an async function: `a::b::{{closure}}` and `a::b::{closure#0}` are `a::b`.
fn readable(name: &str) -> String {
    let mut readable = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find("::{") {
        readable.push_str(&rest[..at]);
        let braces = &rest[at + 2..];
        let inner = braces.trim_start_matches('{');
        let depth = braces.len() - inner.len();
        let end = inner.find('}').map_or(inner.len(), |end| {
            let closing = inner[end..].bytes().take_while(|byte| *byte == b'}');
            end + closing.take(depth).count()
        });
        let is_made = ["closure", "async"]
            .iter()
            .any(|part| inner.starts_with(part));
        if !is_made {
            readable.push_str("::");
            readable.push_str(&braces[..depth + end]);
        }
        rest = &inner[end..];
    }
    readable.push_str(rest);
    readable
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    /// And not of what tells of the request.
    #[test]
    fn an_error_of_the_server_has_a_trace() {
        assert!(Error::internal("lost").trace().is_some());
        assert!(Error::status(42).trace().is_some());
        assert!(Error::not_found().trace().is_none());
        let error = Error::internal("lost").with_status(StatusCode::NOT_FOUND);
        assert!(error.trace().is_none());
        let error = error.with_status(StatusCode::BAD_GATEWAY);
        assert!(error.trace().is_some());
        assert!(!format!("{error:?}").contains("Trace"));
    }

    async fn inner() -> Box<Trace> {
        Trace::capture()
    }

    async fn outer() -> Box<Trace> {
        let found = [1].iter().map(|_| ());
        assert_eq!(found.count(), 1);
        inner().await
    }

    fn sources() -> Sources {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        Sources::all_below(workspace)
    }

    #[tokio::test]
    async fn a_backtrace_is_cut_to_own_functions_with_their_lines() {
        let trace = outer().await;
        // Nothing of what captures is left out here, since this test is a part of it.
        let all = trace.all(&sources());
        let own = own(&all);
        assert!(own.len() < all.len());
        let text = std::fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/dev/page/backtrace.rs"
        ))
        .unwrap();
        let line_of = |needle: &str| {
            let at = text.lines().position(|line| line.trim() == needle);
            u32::try_from(at.unwrap() + 1).unwrap()
        };
        let expected = [
            ("inner", line_of("Trace::capture()")),
            ("outer", line_of("inner().await")),
        ];
        let this = |frame: &&&Frame| frame.path.as_ref().unwrap().ends_with(file!());
        let found: Vec<(&str, u32)> = own
            .iter()
            .filter(this)
            .map(|frame| (frame.name.rsplit("::").next().unwrap(), frame.line))
            .collect();
        // `capture` itself is the first.
        assert_eq!(found[1..3], expected, "{own:#?}");
        assert!(own.iter().all(|frame| frame.name.contains("::")));
        let mut paths = own.iter().map(|frame| frame.path.as_ref().unwrap());
        assert!(paths.all(|path| path.starts_with(env!("CARGO_MANIFEST_DIR"))));
        let elsewhere = Sources::all_below(Path::new("/nowhere"));
        assert!(trace.frames(&elsewhere).iter().all(|frame| !frame.is_own));
    }

    #[test]
    fn the_text_of_a_backtrace_is_read() {
        let text = "   0: a::b::{{closure}}\n             at ./src/a.rs:3:17\n   1: <unknown>\n  \
                    12: <a::B as c::D>::e\n             at /x/C:1 d.rs:4\n";
        let read = symbols(text);
        assert_eq!(
            read,
            [
                ("a::b::{{closure}}", Some("./src/a.rs:3:17")),
                ("<unknown>", None),
                ("<a::B as c::D>::e", Some("/x/C:1 d.rs:4")),
            ]
        );
        let sources = Sources::all_below(Path::new("/app"));
        let frames = read
            .into_iter()
            .map(|(name, place)| Frame::of(name, place, Path::new("/app"), &sources))
            .map(|frame| {
                (
                    frame.name,
                    frame.path,
                    frame.line,
                    frame.column,
                    frame.is_own,
                )
            });
        let path = |path: &str| Some(PathBuf::from(path));
        let expected = [
            ("a::b", path("/app/src/a.rs"), 3, 17, true),
            ("?", None, 0, 0, false),
            ("<a::B as c::D>::e", path("/x/C:1 d.rs"), 4, 0, false),
        ];
        let expected = expected.map(|(name, path, line, column, is_own)| {
            (name.to_owned(), path, line, column, is_own)
        });
        assert_eq!(frames.collect::<Vec<_>>(), expected);
        assert_eq!(parse_place("a.rs"), ("a.rs", 0, 0));
    }

    #[test]
    fn names_are_without_what_the_compiler_adds() {
        for (name, expected) in [
            ("a::b", "a::b"),
            ("a::b::{{closure}}", "a::b"),
            ("a::b::{{closure}}::{{closure}}", "a::b"),
            ("a::b::{closure#0}::{closure#12}", "a::b"),
            ("a::b::{async_fn#0}", "a::b"),
            ("a::b::{{closure}}::c", "a::b::c"),
            ("a::{impl#1}::b::{closure#0}", "a::{impl#1}::b"),
            ("<a::B as c::D>::e::{{closure}}", "<a::B as c::D>::e"),
            ("a::{", "a::{"),
            ("a::{{closure", "a"),
            ("a::{}x", "a::{}x"),
        ] {
            assert_eq!(readable(name), expected);
        }
    }

    #[test]
    fn a_bare_name_is_found_in_the_source() {
        let text = "\
fn first() {
    fn within() {}
    let x = || panic!();
}

impl A {
    pub(crate) async fn second<T>(
        &self,
    ) {
        other().await
    }
}
";
        for (line, expected) in [
            (1, Some("first")),
            (2, Some("within")),
            (3, Some("first")),
            (10, Some("second")),
            (0, None),
        ] {
            assert_eq!(function_around(text, line), expected, "{line}");
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("src/controller/mod.rs");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        let sources = Sources::all_below(folder.path());
        for (name, expected) in [
            (Some("{async_fn#0}"), "controller::second"),
            (None, "controller::second"),
            (Some("third<u8, a::B>"), "controller::third"),
        ] {
            assert_eq!(in_source(name, &path, 10, &sources), expected);
        }
    }

    #[test]
    fn the_same_call_is_there_once() {
        let frame = |name: &str, line, is_own| Frame {
            name: name.to_owned(),
            path: Some(PathBuf::from("/a.rs")),
            line,
            column: 1,
            is_own,
        };
        let frames = [
            frame("core::x", 1, false),
            frame("a", 1, true),
            frame("core::x", 1, false),
            frame("a", 1, true),
            frame("a", 2, true),
            frame("b", 2, true),
        ];
        let names: Vec<(&str, u32)> = own(&frames)
            .iter()
            .map(|frame| (frame.name.as_str(), frame.line))
            .collect();
        assert_eq!(names, [("a", 1), ("a", 2), ("b", 2)]);
    }
}
