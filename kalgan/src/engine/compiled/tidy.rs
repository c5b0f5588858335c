//! Puts together what is written one behind the other.

use super::program::Op;
use std::mem::take;

/// A text up to this length is copied for each language, so that it is written with what depends on the
/// language around it.
const SHORT: usize = 128;

/// Pieces, with texts put together.
pub(super) fn tidied(ops: Vec<Op>) -> Vec<Op> {
    let mut done = Vec::with_capacity(ops.len());
    let mut stretch = Stretch::default();
    for op in ops {
        match op {
            Op::Text(text) => stretch.text.push_str(&text),
            Op::Localized(texts) => stretch.push(&texts, &mut done),
            Op::Field(before, index, path) => {
                stretch.text.push_str(&before);
                stretch.end(&mut done);
                let text = match done.pop_if(|op| matches!(op, Op::Text(_))) {
                    Some(Op::Text(text)) => text,
                    _ => Box::default(),
                };
                done.push(Op::Field(text, index, path));
            }
            op => {
                stretch.end(&mut done);
                done.push(within(op));
            }
        }
    }
    stretch.end(&mut done);
    done
}

/// A piece, with the pieces within it tidied.
fn within(op: Op) -> Op {
    match op {
        Op::If(mut of) => {
            of.then = tidied(take(&mut of.then));
            of.otherwise = tidied(take(&mut of.otherwise));
            Op::If(of)
        }
        Op::For(mut of) => {
            of.body = tidied(take(&mut of.body));
            of.otherwise = tidied(take(&mut of.otherwise));
            if let Some(Op::Text(last)) = of.body.pop_if(|op| matches!(op, Op::Text(_))) {
                of.last = last;
            }
            match of.body.first_mut() {
                Some(Op::Field(text, ..)) => of.first = take(text),
                Some(Op::Text(text)) => {
                    of.first = take(text);
                    of.body.remove(0);
                }
                _ => {}
            }
            of.seam = joined(&of.last, &of.first);
            Op::For(of)
        }
        Op::Capture(cell, body) => Op::Capture(cell, tidied(body)),
        op => op,
    }
}

/// Texts one behind the other.
#[derive(Default)]
struct Stretch {
    /// What depends on the language.
    localized: Vec<String>,
    /// What follows it.
    text: String,
}

impl Stretch {
    fn push(&mut self, texts: &[Box<str>], done: &mut Vec<Op>) {
        if self.text.len() > SHORT {
            self.end(done);
        }
        if self.localized.is_empty() {
            self.localized = vec![String::new(); texts.len()];
        }
        for (whole, text) in self.localized.iter_mut().zip(texts) {
            whole.extend([&*self.text, text]);
        }
        self.text.clear();
    }

    fn end(&mut self, done: &mut Vec<Op>) {
        let Self { localized, text } = take(self);
        let is_localized = !localized.is_empty();
        let rest = match is_localized && text.len() <= SHORT {
            true => (text, String::new()),
            false => (String::new(), text),
        };
        if is_localized {
            let texts = localized.into_iter().map(|whole| (whole + &rest.0).into());
            done.push(Op::Localized(texts.collect()));
        }
        if !rest.1.is_empty() {
            done.push(Op::Text(rest.1.into()));
        }
    }
}

fn joined(a: &str, b: &str) -> Box<str> {
    [a, b].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces, a line each.
    fn shown(ops: Vec<Op>) -> String {
        let lines = tidied(ops).into_iter().map(|op| match op {
            Op::Text(text) => format!("{}", text.len()),
            Op::Localized(texts) => texts.join("|"),
            op => format!("{op:?}"),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn short_texts_go_with_what_depends_on_the_language() {
        let text = |text: &str| Op::Text(text.into());
        let localized = |texts: [&str; 2]| Op::Localized(texts.map(Into::into).into());
        let long = "x".repeat(SHORT + 1);
        let ops = || {
            vec![
                text("<"),
                localized(["a", "b"]),
                text(">"),
                text("<"),
                localized(["c", ""]),
            ]
        };
        assert_eq!(shown(ops()), "<a><c|<b><");
        let mut around = ops();
        around.insert(0, text(&long));
        around.push(text("."));
        around.push(Op::Break);
        around.extend([text("1"), text("2")]);
        // A text that is too long with what stands before it is no part of it.
        assert_eq!(shown(around), "130\na><c.|b><.\nBreak\n2");
        let both = vec![
            localized(["a", "b"]),
            text(&long),
            localized(["c", "d"]),
            text(&long),
        ];
        assert_eq!(shown(both), "a|b\n129\nc|d\n129");
        assert_eq!(shown(Vec::new()), "");
    }
}
