//! What of a Rust file matters: definitions of types, imports, registrations with Tera, and the
//! places that render templates.

use kalgan_core::rust::{Token, TokenKind as Kind, lex};
use std::collections::BTreeMap;
use std::ops::Range;

/// What was found in a file. Ranges are bytes of its text.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// The types that the file defines, in order.
    pub(crate) definitions: Vec<Definition>,
    /// The modules that it declares.
    pub(crate) modules: Vec<String>,
    /// `use …;`.
    pub(crate) imports: Vec<Range<usize>>,
    /// What is registered with Tera, and the literal that names it.
    pub(crate) registrations: Vec<(Method, Range<usize>)>,
    /// The calls of `render!`.
    pub(crate) renders: Vec<Render>,
}

/// The definition of a type.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) name_span: Range<usize>,
    /// A struct from its first attribute to its end; nothing for other types.
    pub(crate) item: Option<Range<usize>>,
    /// Whether it is compiled for tests only.
    pub(crate) is_test: bool,
}

/// A call of `render!`.
#[derive(Debug)]
pub(crate) struct Render {
    /// Where the macro's name begins.
    pub(crate) start: usize,
    /// What stands in the parentheses.
    pub(crate) arguments: Range<usize>,
}

/// How something is registered with Tera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// `register_filter("name", …)`.
    Filter,
    /// `register_test("name", …)`.
    Test,
    /// `register_function("name", …)`.
    Function,
    /// `global_context().insert("name", …)`.
    Variable,
}

impl Method {
    pub(super) const ALL: [Self; 4] = [Self::Filter, Self::Test, Self::Function, Self::Variable];

    /// The name of the method.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Filter => "register_filter",
            Self::Test => "register_test",
            Self::Function => "register_function",
            Self::Variable => "global_context",
        }
    }
}

/// Looks through a file; nothing is found in what is no Rust.
pub(super) fn scan(text: &str) -> Scan {
    let Some(tokens) = lex(text) else {
        return Scan::default();
    };
    let mut scanner = Scanner {
        text,
        tokens: &tokens,
        scan: Scan::default(),
        test_until: 0,
    };
    scanner.run();
    scanner.scan
}

struct Scanner<'a> {
    text: &'a str,
    tokens: &'a [Token],
    scan: Scan,
    /// Tokens before this one are compiled for tests only.
    test_until: usize,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            at = self.step(at);
        }
    }

    /// Looks at a token; the next one to look at.
    fn step(&mut self, at: usize) -> usize {
        match self.tokens[at].kind {
            Kind::Punct(b'#') => {
                if self.is_cfg_test(at) {
                    self.test_until = self.test_until.max(self.item_end(at));
                }
                return at + 1;
            }
            Kind::Word => {}
            _ => return at + 1,
        }
        match self.str(at) {
            // What it would write is not what stands there.
            "macro_rules" if self.is_punct(at + 1, b'!') => return self.item_end(at),
            "use" if !self.is_punct(at + 1, b'<') => {
                let rest = self.tokens[at..].iter();
                let Some(len) = rest.map(|token| token.kind).position(is_semicolon) else {
                    return at + 1;
                };
                let span = self.tokens[at].span.start..self.tokens[at + len].span.end;
                self.scan.imports.push(span);
                return at + len + 1;
            }
            "mod" if self.is_word(at + 1) => {
                self.scan.modules.push(self.str(at + 1).to_owned());
            }
            kind @ ("struct" | "enum" | "union" | "type" | "trait") if self.is_word(at + 1) => {
                return self.definition(at, kind);
            }
            "impl" if self.begins_item(at) => return self.without_types(at, self.item_end(at)),
            "render" if self.is_punct(at + 1, b'!') => self.render(at),
            name => {
                if let Some(method) = Method::ALL.into_iter().find(|known| known.name() == name) {
                    self.registration(at, method);
                }
            }
        }
        at + 1
    }

    fn definition(&mut self, at: usize, kind: &str) -> usize {
        let name = &self.tokens[at + 1];
        let end = self.item_end(at);
        let item = (kind == "struct").then(|| {
            let start = self.tokens[self.item_start(at)].span.start;
            let last = self.tokens.get(end.saturating_sub(1)).unwrap_or(name);
            start..last.span.end
        });
        self.scan.definitions.push(Definition {
            name: self.str(at + 1).to_owned(),
            name_span: name.span.clone(),
            item,
            is_test: at < self.test_until,
        });
        if kind == "trait" {
            return self.without_types(at, end);
        }
        end.max(at + 1)
    }

    /// Whether an item may begin here; else `impl` is part of a type.
    fn begins_item(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        match self.kind(before) {
            Some(Kind::Word) => matches!(self.str(before), "unsafe" | "default"),
            Some(Kind::Punct(byte)) => byte == b';',
            _ => !matches!(self.str(before), "(" | "[" | ")"),
        }
    }

    /// Looks at a block of methods, whose `type` is no type of the module's.
    fn without_types(&mut self, start: usize, end: usize) -> usize {
        let mut at = start + 1;
        while at < end {
            at = match self.kind(at) {
                Some(Kind::Word) if self.str(at) == "type" => at + 1,
                _ => self.step(at),
            };
        }
        at.max(start + 1)
    }

    fn registration(&mut self, at: usize, method: Method) {
        let is_method = at > 0 && self.is_punct(at - 1, b'.');
        let mut open = at + 1;
        if method == Method::Variable {
            // `global_context ( ) . insert ( "name"`
            if !(self.is_punct(at + 3, b'.') && self.str(at + 4) == "insert") {
                return;
            }
            open = at + 5;
        }
        if is_method
            && let Some(Kind::Open(_)) = self.kind(open)
            && self.kind(open + 1) == Some(Kind::Text)
        {
            let span = self.tokens[open + 1].span.clone();
            self.scan.registrations.push((method, span));
        }
    }

    fn render(&mut self, at: usize) {
        let Some(Kind::Open(close)) = self.kind(at + 2) else {
            return;
        };
        if at < self.test_until || self.kind(at + 3) != Some(Kind::Text) {
            return;
        }
        // `kalgan::render!` begins at its path.
        let mut start = at;
        while start >= 3
            && self.is_punct(start - 1, b':')
            && self.is_punct(start - 2, b':')
            && self.is_word(start - 3)
        {
            start -= 3;
        }
        self.scan.renders.push(Render {
            start: self.tokens[start].span.start,
            arguments: self.tokens[at + 2].span.end..self.tokens[close].span.start,
        });
    }

    /// Whether `#[cfg(test)]` or the like begins here.
    fn is_cfg_test(&self, at: usize) -> bool {
        let Some(Kind::Open(close)) = self.kind(at + 1) else {
            return false;
        };
        let words: Vec<&str> = (at + 2..close)
            .filter(|at| self.is_word(*at))
            .map(|at| self.str(at))
            .collect();
        matches!(words.as_slice(), ["test"] | ["cfg", "test"])
            || (words.first() == Some(&"cfg")
                && words.get(1) == Some(&"all")
                && words.contains(&"test")
                && !words.contains(&"not"))
            || (words.len() == 2 && words[1] == "test")
    }

    /// The first token of an item whose keyword is here: its attributes and what makes it public.
    fn item_start(&self, keyword: usize) -> usize {
        let mut start = keyword;
        while let Some(before) = start.checked_sub(1) {
            start = match self.tokens[before].kind {
                Kind::Word if self.str(before) == "pub" => before,
                Kind::Close(open) => match open.checked_sub(1) {
                    Some(mark) if self.is_char(before, b']') && self.is_punct(mark, b'#') => mark,
                    Some(mark) if self.is_word(mark) && self.str(mark) == "pub" => mark,
                    _ => return start,
                },
                _ => return start,
            };
        }
        start
    }

    /// The token behind an item: its `;`, or its braces.
    fn item_end(&self, start: usize) -> usize {
        let mut at = start;
        while let Some(token) = self.tokens.get(at) {
            match token.kind {
                Kind::Punct(b';') => return at + 1,
                Kind::Open(close) if self.is_char(at, b'{') => return close + 1,
                Kind::Open(close) => at = close + 1,
                // What it stands in ends.
                Kind::Close(_) => return at,
                _ => at += 1,
            }
        }
        at
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn str(&self, at: usize) -> &'a str {
        let text: &'a str = self.text;
        self.tokens
            .get(at)
            .map_or("", |token| &text[token.span.clone()])
    }

    fn is_word(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Word)
    }

    fn is_punct(&self, at: usize, byte: u8) -> bool {
        self.kind(at) == Some(Kind::Punct(byte))
    }

    fn is_char(&self, at: usize, byte: u8) -> bool {
        self.str(at).as_bytes() == [byte]
    }
}

fn is_semicolon(kind: Kind) -> bool {
    kind == Kind::Punct(b';')
}

/// The names that an import brings, each with the path it comes from; a glob has the name `*`.
pub(super) fn imported(import: &str) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut names = BTreeMap::new();
    if let Ok(item) = syn::parse_str::<syn::ItemUse>(import) {
        collect(&item.tree, &mut Vec::new(), &mut names);
    }
    names
}

fn collect(
    tree: &syn::UseTree,
    path: &mut Vec<String>,
    names: &mut BTreeMap<String, Vec<Vec<String>>>,
) {
    let mut add = |name: String, path: Vec<String>| names.entry(name).or_default().push(path);
    match tree {
        syn::UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            collect(&inner.tree, path, names);
            path.pop();
        }
        syn::UseTree::Name(name) => {
            let name = name.ident.to_string();
            let full = path.iter().cloned().chain([name.clone()]).collect();
            add(name, full);
        }
        syn::UseTree::Rename(rename) => {
            let full = path.iter().cloned();
            let full = full.chain([rename.ident.to_string()]).collect();
            add(rename.rename.to_string(), full);
        }
        syn::UseTree::Glob(_) => add(String::from("*"), path.clone()),
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                collect(tree, path, names);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_found_with_their_attributes() {
        let text = "
//! struct Doc;
#[derive(A)]
#[b(c)]
pub(crate) struct One<'a, T = [u8; 3]> where T: B { a: &'a T }
struct Two(u8);
enum Three { A, B { x: u8 } }
type Four = u8;
macro_rules! m { () => { struct No; } }
impl X for One { type Item = u8; fn f() { struct Inner; } }
trait T { type Error; }
fn f() -> impl Iterator<Item = u8> { struct Deep {} }
#[cfg(test)]
mod tests { struct InTest; }
struct After;
";
        let scan = scan(text);
        let names: Vec<(&str, bool)> = scan
            .definitions
            .iter()
            .map(|definition| (definition.name.as_str(), definition.is_test))
            .collect();
        assert_eq!(
            names,
            [
                ("One", false),
                ("Two", false),
                ("Three", false),
                ("Four", false),
                ("Inner", false),
                ("T", false),
                ("Deep", false),
                ("InTest", true),
                ("After", false),
            ]
        );
        let item = |at: usize| &text[scan.definitions[at].item.clone().unwrap()];
        assert!(item(0).starts_with("#[derive(A)]") && item(0).ends_with("a: &'a T }"));
        assert_eq!(item(1), "struct Two(u8);");
        assert!(scan.definitions[2].item.is_none());
        assert_eq!(scan.modules, ["tests"]);
        for definition in &scan.definitions {
            assert_eq!(text[definition.name_span.clone()], definition.name);
        }
    }

    #[test]
    fn registrations_need_a_literal() {
        let text = r##"
// tera.register_filter("no", f)
fn f(tera: &mut Tera) {
    tera.register_filter("shout", f);
    tera.register_test(r#"even"#, f);
    tera . register_function("now", |x| x.register_filter("inner", f));
    tera.register_filter(name, f);
    register_filter("no", f);
}
"##;
        let scan = scan(text);
        let found: Vec<(&str, &str)> = scan
            .registrations
            .iter()
            .map(|(method, span)| (method.name(), &text[span.clone()]))
            .collect();
        assert_eq!(
            found,
            [
                ("register_filter", "\"shout\""),
                ("register_test", "r#\"even\"#"),
                ("register_function", "\"now\""),
                ("register_filter", "\"inner\""),
            ]
        );
    }

    #[test]
    fn renders_are_found_outside_of_tests() {
        let text = "
/// render!(\"no.html\")
fn a() { kalgan::render!(\"a.html\", { b: f::<C, D>() }) }
fn b() { render![\"b.html\"]; render!(name); other!(\"x\") }
#[test]
fn c() { render!(\"c.html\") }
#[cfg(all(test, feature = \"x\"))]
mod d { fn e() { render!(\"d.html\") } }
#[tokio::test]
async fn g() { render!(\"c.html\") }
#[cfg(not(test))]
fn f() { render! { \"f.html\" } }
";
        let scan = scan(text);
        let found: Vec<(&str, &str)> = scan
            .renders
            .iter()
            .map(|render| {
                (
                    &text[render.start..render.start + 6],
                    &text[render.arguments.clone()],
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("kalgan", "\"a.html\", { b: f::<C, D>() }"),
                ("render", "\"b.html\""),
                ("render", " \"f.html\" "),
            ]
        );
    }

    #[test]
    fn imports() {
        let text = "use a::{b, c::D as E, f::*};\nfn x() -> impl A + use<'a> { use crate::G; }";
        let scan = scan(text);
        let texts: Vec<&str> = scan
            .imports
            .iter()
            .map(|span| &text[span.clone()])
            .collect();
        assert_eq!(texts, ["use a::{b, c::D as E, f::*};", "use crate::G;"]);
        let names = imported(texts[0]);
        let shown: Vec<String> = names
            .iter()
            .map(|(name, paths)| format!("{name}={}", paths[0].join("::")))
            .collect();
        assert_eq!(shown, ["*=a::f", "E=a::c::D", "b=a::b"]);
        assert!(imported("use ;").is_empty());
    }
}
