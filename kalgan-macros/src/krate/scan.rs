//! Takes a file apart by its tokens: no macro is expanded and no item parsed, since most are of no
//! interest and parsing is slow in a macro, which is compiled without optimisation.

use super::item::{
    Attribute, Import, Item, ItemKind, Member, Method, Registration, Scan, Scope, TextCall,
    Visibility,
};
use kalgan_core::rust::{Token, TokenKind, lex};
use std::ops::Range;

/// Macros of the standard library and of logs, whose texts are of no interest.
const OF_STD: &str = "println print eprintln eprint format write writeln panic assert assert_eq assert_ne \
    debug_assert unreachable todo unimplemented vec env option_env concat include_str include_bytes matches \
    trace debug info warn error";

/// Whether a macro is one whose texts are of no interest.
pub(super) fn is_of_std(name: &str) -> bool {
    OF_STD.split_whitespace().any(|known| known == name)
}

/// Takes a file apart; nothing is found in what is not Rust.
pub(super) fn scan(text: &str) -> Scan {
    let Some(tokens) = lex(text) else {
        return Scan::default();
    };
    let mut scanner = Scanner {
        text,
        tokens: &tokens,
        scan: Scan::default(),
        frames: Vec::new(),
        test_until: 0,
        cfg_until: 0,
    };
    scanner.scan.scopes.push(Scope::default());
    scanner.enter(0, usize::MAX, Some(0), false);
    let mut at = 0;
    while at < tokens.len() {
        at = scanner.step(at);
    }
    scanner.scan
}

/// The arguments of the function whose signature this is.
pub(super) fn arguments(signature: &str) -> Vec<Range<usize>> {
    let tokens = lex(signature).unwrap_or_default();
    let mut arguments = Vec::new();
    // Where the next one begins, and what closes the list.
    let mut list: Option<(usize, usize)> = None;
    let mut angles = 0_usize;
    let mut at = 0;
    while let Some(Token { kind, span }) = tokens.get(at) {
        let before = at.checked_sub(1).map(|before| tokens[before].kind);
        if let Some((start, end)) = list
            && (at == end || (angles == 0 && *kind == TokenKind::Punct(b',')))
        {
            if start < at {
                arguments.push(tokens[start].span.start..tokens[at - 1].span.end);
            }
            if at == end {
                break;
            }
            list = Some((at + 1, end));
        }
        match kind {
            // The generics may have parentheses of their own.
            TokenKind::Open(end)
                if list.is_none() && angles == 0 && signature[span.start..].starts_with('(') =>
            {
                list = Some((at + 1, *end));
            }
            TokenKind::Open(end) => at = *end,
            TokenKind::Punct(b'<') => angles += 1,
            // That of an arrow closes nothing.
            TokenKind::Punct(b'>') if !matches!(before, Some(TokenKind::Punct(b'-' | b'='))) => {
                angles = angles.saturating_sub(1);
            }
            _ => {}
        }
        at += 1;
    }
    arguments
}

struct Scanner<'a> {
    text: &'a str,
    tokens: &'a [Token],
    scan: Scan,
    /// The brackets around the token, from the outermost on.
    frames: Vec<Frame>,
    /// Tokens before this one are compiled for tests only.
    test_until: usize,
    /// Tokens before this one are compiled where a `cfg` holds.
    cfg_until: usize,
}

struct Frame {
    /// The token that closes it.
    end: usize,
    /// Made when there is something to put into it.
    scope: Option<usize>,
    is_test: bool,
    /// Whether it is that of an `impl` or a trait, whose functions and types are members.
    has_members: bool,
    /// The tokens of `impl …` before its braces.
    of: Option<Range<usize>>,
}

/// What stands before the keyword of an item.
struct Head {
    /// The first token.
    start: usize,
    /// The first token behind attributes and visibility.
    behind: usize,
    attributes: Vec<Attribute>,
    visibility: Visibility,
}

impl<'a> Scanner<'a> {
    /// Looks at a token; the next one to look at.
    fn step(&mut self, at: usize) -> usize {
        while self.frames.last().is_some_and(|frame| frame.end <= at) {
            self.frames.pop();
        }
        match self.tokens[at].kind {
            TokenKind::Punct(b'#') => {
                if self.is_cfg_test(at) {
                    self.test_until = self.test_until.max(self.item_end(at));
                } else if self.is_cfg(at) {
                    self.cfg_until = self.cfg_until.max(self.item_end(at));
                }
                return match self.kind(at + 1) {
                    Some(TokenKind::Open(close)) if self.is_char(at + 1, b'[') => close + 1,
                    _ => at + 1,
                };
            }
            TokenKind::Open(end) => return self.enter(at, end, None, false),
            TokenKind::Word => {}
            _ => return at + 1,
        }
        match self.str(at) {
            // What it would write is not what stands there.
            "macro_rules" if self.is_punct(at + 1, b'!') => return self.item_end(at),
            "use" | "mod" | "struct" | "enum" | "union" | "type" | "trait" | "fn" | "const"
            | "static" | "extern" | "impl" => {
                if let Some(head) = self.head(at) {
                    return self.item(at, head);
                }
            }
            name => {
                if let Some(method) = Method::ALL.into_iter().find(|known| known.name() == name) {
                    self.registration(at, method);
                } else if self.is_punct(at + 1, b'!') {
                    self.text_call(at, name);
                    if self.is_in_module() {
                        self.macro_call(at);
                    }
                }
            }
        }
        at + 1
    }

    fn enter(&mut self, at: usize, end: usize, scope: Option<usize>, has_members: bool) -> usize {
        self.frames.push(Frame {
            end,
            scope,
            is_test: at < self.test_until,
            has_members,
            of: None,
        });
        at + 1
    }

    /// Enters the braces of an `impl`.
    fn implementation(&mut self, at: usize) -> usize {
        let depth = self.frames.len();
        let next = self.enter_braces(at, None, true);
        if let Some(frame) = self.frames.get_mut(depth) {
            frame.of = Some(at..next - 1);
        }
        next
    }

    /// A function of an `impl`: what it gives is of interest.
    fn member(&mut self, head: &Head, name: usize, last: usize) {
        let Some(of) = self.frames.last().and_then(|frame| frame.of.clone()) else {
            return;
        };
        let byte = |at: usize| self.tokens[at].span.start;
        let mut scopes = self.frames.iter().rev().filter_map(|frame| frame.scope);
        self.scan.members.push(Member {
            name: unraw(self.str(name)).to_owned(),
            of: byte(of.start)..byte(of.end),
            signature: byte(head.behind)..self.tokens[last].span.end,
            scope: scopes.next().unwrap_or_default(),
        });
    }

    /// Enters the braces of an item, or passes the item where it has none.
    fn enter_braces(&mut self, at: usize, scope: Option<usize>, has_members: bool) -> usize {
        let end = self.item_end(at);
        match self.braces(end) {
            Some(open) => self.enter(open, end - 1, scope, has_members),
            None => end,
        }
    }

    /// The brace that opens the body of an item, given the token behind the item.
    fn braces(&self, end: usize) -> Option<usize> {
        match self.kind(end - 1) {
            Some(TokenKind::Close(open)) if self.is_char(end - 1, b'}') => Some(open),
            _ => None,
        }
    }

    fn is_in_module(&self) -> bool {
        let scope = self.frames.last().and_then(|frame| frame.scope);
        scope.is_some_and(|scope| !self.scan.scopes[scope].is_block)
    }

    /// The scope of the innermost brackets. It and those around it are made where they are missing.
    fn scope(&mut self) -> usize {
        self.frames.iter_mut().fold(0, |outer, frame| {
            let is_test = frame.is_test;
            let new = || self.scan.add(outer, true, is_test);
            *frame.scope.get_or_insert_with(new)
        })
    }

    /// An item whose keyword is here; the next token to look at.
    fn item(&mut self, at: usize, head: Head) -> usize {
        let keyword = self.str(at);
        let is_member = self.frames.last().is_some_and(|frame| frame.has_members);
        let may_write_items =
            matches!(keyword, "fn" | "mod" | "impl" | "struct" | "enum" | "trait");
        if may_write_items && !is_member && head.attributes.iter().any(Attribute::is_macro) {
            let scope = self.scope();
            self.scan.scopes[scope].has_attribute_macro = true;
        }
        let kind = match keyword {
            "use" => return self.imports(at, &head),
            "impl" => return self.implementation(at),
            "mod" => ItemKind::Module,
            "fn" => ItemKind::Function,
            "struct" => ItemKind::Struct,
            "enum" => ItemKind::Enum,
            "const" | "static" => ItemKind::Value,
            "extern" => ItemKind::ExternCrate,
            _ => ItemKind::OtherType,
        };
        let name = match kind {
            ItemKind::Value if self.str(at + 1) == "mut" => at + 2,
            ItemKind::ExternCrate if self.str(at + 3) == "as" => at + 4,
            ItemKind::ExternCrate => at + 2,
            _ => at + 1,
        };
        let is_item = match kind {
            ItemKind::Value => self.is_punct(name + 1, b':'),
            ItemKind::ExternCrate => self.str(at + 1) == "crate",
            _ => true,
        };
        // `const fn`, `extern "C"`, and types such as `fn()`.
        if !is_item || !self.is_word(name) {
            return at + 1;
        }
        let end = self.item_end(at);
        let is_test = at < self.test_until;
        let body = (kind == ItemKind::Module && self.is_char(name + 1, b'{')).then(|| {
            let parent = self.scope();
            self.scan.add(parent, false, is_test)
        });
        let last = match kind {
            ItemKind::Function => self.braces(end).unwrap_or(end - 1) - 1,
            _ => end - 1,
        };
        if is_member && kind == ItemKind::Function {
            self.member(&head, name, last);
        }
        if !is_member {
            let byte = |at: usize| self.tokens[at].span.start;
            let item = Item {
                kind,
                name: unraw(self.str(name)).to_owned(),
                name_span: self.tokens[name].span.clone(),
                span: byte(head.start)..self.tokens[last].span.end,
                end: self.tokens[end - 1].span.end,
                head: byte(head.behind),
                attributes: head.attributes,
                visibility: head.visibility,
                is_test,
                is_optional: at < self.cfg_until,
                body,
            };
            let scope = self.scope();
            self.scan.scopes[scope].items.push(item);
        }
        match kind {
            ItemKind::Module | ItemKind::Function => self.enter_braces(at, body, false),
            ItemKind::OtherType if keyword == "trait" => self.enter_braces(at, None, true),
            // Its value may hold anything.
            ItemKind::Value => name + 1,
            _ => end,
        }
    }

    fn imports(&mut self, at: usize, head: &Head) -> usize {
        let mut imports = Vec::new();
        let is_absolute = self.is_punct(at + 1, b':');
        let mut path = Vec::from_iter(is_absolute.then(String::new));
        let end = self.import(at + 1, &mut path, &mut imports);
        let imports = imports.into_iter().map(|(name, path)| Import {
            name,
            path,
            visibility: head.visibility,
            is_conditional: head.attributes.iter().any(Attribute::is_condition),
            is_test: at < self.test_until,
        });
        let imports: Vec<Import> = imports.collect();
        let scope = self.scope();
        self.scan.scopes[scope].imports.extend(imports);
        end
    }

    /// The names of a part of an import, each with its path; the token behind it.
    fn import(
        &self,
        mut at: usize,
        path: &mut Vec<String>,
        names: &mut Vec<(String, Vec<String>)>,
    ) -> usize {
        let outer = path.len();
        loop {
            match self.kind(at) {
                Some(TokenKind::Punct(b':')) => at += 1,
                Some(TokenKind::Word) if self.is_punct(at + 1, b':') => {
                    path.push(unraw(self.str(at)).to_owned());
                    at += 2;
                }
                Some(TokenKind::Word) => {
                    // `use a::b::{self}` imports `b`.
                    if self.str(at) != "self" {
                        path.push(unraw(self.str(at)).to_owned());
                    }
                    let is_renamed = self.str(at + 1) == "as";
                    let name = match is_renamed {
                        true => Some(unraw(self.str(at + 2)).to_owned()),
                        false => path.last().cloned(),
                    };
                    names.extend(name.map(|name| (name, path.clone())));
                    at += if is_renamed { 3 } else { 1 };
                    break;
                }
                Some(TokenKind::Punct(b'*')) => {
                    names.push((String::from("*"), path.clone()));
                    at += 1;
                    break;
                }
                Some(TokenKind::Open(close)) => {
                    at += 1;
                    while at < close {
                        at = self.import(at, path, names) + 1;
                    }
                    at = close + 1;
                    break;
                }
                _ => break,
            }
        }
        path.truncate(outer);
        at
    }

    /// A call of a macro in the place of an item.
    fn macro_call(&mut self, at: usize) {
        let start = self.path_start(at);
        let open = if self.is_word(at + 2) { at + 3 } else { at + 2 };
        if let Some(TokenKind::Open(close)) = self.kind(open)
            && self.begins_item(start)
        {
            let span = self.tokens[start].span.start..self.tokens[close].span.end;
            let scope = self.scope();
            self.scan.scopes[scope].macros.push(span);
        }
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
            && let Some(TokenKind::Open(close)) = self.kind(open)
            && self.kind(open + 1) == Some(TokenKind::Text)
        {
            let takes_function = matches!(method, Method::Global | Method::Command);
            let has_function = takes_function && self.is_punct(open + 2, b',');
            // Others have a method `command`, with one argument.
            if method == Method::Command && (!has_function || at < self.test_until) {
                return;
            }
            let last = close - usize::from(self.is_punct(close - 1, b','));
            self.scan.registrations.push(Registration {
                method,
                literal: self.tokens[open + 1].span.clone(),
                function: (has_function && last > open + 2)
                    .then(|| self.tokens[open + 2].span.end..self.tokens[last].span.start),
            });
        }
    }

    fn text_call(&mut self, at: usize, name: &str) {
        let Some(TokenKind::Open(close)) = self.kind(at + 2) else {
            return;
        };
        if at < self.test_until.max(self.cfg_until)
            || self.kind(at + 3) != Some(TokenKind::Text)
            || is_of_std(name)
        {
            return;
        }
        let start = self.path_start(at);
        let mut scopes = self.frames.iter().rev().filter_map(|frame| frame.scope);
        self.scan.calls.push(TextCall {
            path: self.tokens[start].span.start..self.tokens[at].span.end,
            scope: scopes.next().unwrap_or_default(),
            arguments: self.tokens[at + 2].span.end..self.tokens[close].span.start,
        });
    }

    /// The first token of the path whose last name is here.
    fn path_start(&self, mut at: usize) -> usize {
        while at >= 3
            && self.is_punct(at - 1, b':')
            && self.is_punct(at - 2, b':')
            && self.is_word(at - 3)
        {
            at -= 3;
        }
        at
    }

    /// Whether `#[cfg(…)]` begins here, and is not `#[cfg(not(test))]`.
    fn is_cfg(&self, at: usize) -> bool {
        let is_not_test = self.str(at + 4) == "not" && self.str(at + 6) == "test";
        self.str(at + 2) == "cfg" && !is_not_test
    }

    /// Whether `#[cfg(test)]` or the like begins here.
    fn is_cfg_test(&self, at: usize) -> bool {
        let Some(TokenKind::Open(close)) = self.kind(at + 1) else {
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

    /// What stands before the keyword of an item; `None` where none may begin here.
    fn head(&self, keyword: usize) -> Option<Head> {
        let mut start = keyword;
        while let Some(before) = start.checked_sub(1)
            && (self.kind(before) == Some(TokenKind::Text)
                || matches!(
                    self.str(before),
                    "async" | "const" | "unsafe" | "extern" | "default" | "safe"
                ))
        {
            start = before;
        }
        let behind = start;
        let mut visibility = Visibility::Private;
        if let Some(before) = start.checked_sub(1) {
            if self.str(before) == "pub" {
                visibility = Visibility::Public;
                start = before;
            } else if let Some(TokenKind::Close(open)) = self.kind(before)
                && let Some(mark) = open.checked_sub(1)
                && self.str(mark) == "pub"
            {
                visibility = self.restricted(open + 1, before);
                start = mark;
            }
        }
        let mut attributes = Vec::new();
        while let Some(close) = start.checked_sub(1)
            && let Some(TokenKind::Close(open)) = self.kind(close)
            && self.is_char(close, b']')
            && let Some(mark) = open.checked_sub(1)
            && self.is_punct(mark, b'#')
        {
            attributes.push(self.attribute(open, close));
            start = mark;
        }
        attributes.reverse();
        self.begins_item(start).then_some(Head {
            start,
            behind,
            attributes,
            visibility,
        })
    }

    /// The visibility whose parentheses hold these tokens.
    fn restricted(&self, at: usize, close: usize) -> Visibility {
        let words = (at..close).filter(|at| self.is_word(*at));
        let words: Vec<&str> = words
            .map(|at| self.str(at))
            .filter(|word| *word != "in")
            .collect();
        match words.as_slice() {
            ["crate"] => Visibility::Crate,
            ["self"] => Visibility::Private,
            all if all.iter().all(|word| matches!(*word, "self" | "super")) => {
                Visibility::Super(all.iter().filter(|word| **word == "super").count())
            }
            _ => Visibility::Restricted,
        }
    }

    fn attribute(&self, open: usize, close: usize) -> Attribute {
        let mut path = String::new();
        let mut at = open + 1;
        while at < close && (self.is_word(at) || self.is_punct(at, b':')) {
            path.push_str(self.str(at));
            at += 1;
        }
        Attribute {
            path,
            rest: self.tokens[at].span.start..self.tokens[close].span.start,
        }
    }

    /// Whether an item may begin here: behind another one, or at the front of braces.
    fn begins_item(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        match self.kind(before) {
            Some(TokenKind::Punct(byte)) => byte == b';',
            Some(TokenKind::Open(_)) => self.is_char(before, b'{'),
            // `#![…]` is followed by one, too.
            Some(TokenKind::Close(open)) => {
                self.is_char(before, b'}')
                    || (self.is_char(before, b']') && open > 0 && self.is_punct(open - 1, b'!'))
            }
            _ => false,
        }
    }

    /// The token behind an item: its `;`, or its braces.
    fn item_end(&self, start: usize) -> usize {
        let mut at = start;
        while let Some(token) = self.tokens.get(at) {
            match token.kind {
                TokenKind::Punct(b';') => return at + 1,
                TokenKind::Open(close) if self.is_char(at, b'{') => return close + 1,
                TokenKind::Open(close) => at = close + 1,
                // What it stands in ends.
                TokenKind::Close(_) => return at,
                _ => at += 1,
            }
        }
        at
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn str(&self, at: usize) -> &'a str {
        let text: &'a str = self.text;
        self.tokens
            .get(at)
            .map_or("", |token| &text[token.span.clone()])
    }

    fn is_word(&self, at: usize) -> bool {
        self.kind(at) == Some(TokenKind::Word)
    }

    fn is_punct(&self, at: usize, byte: u8) -> bool {
        self.kind(at) == Some(TokenKind::Punct(byte))
    }

    fn is_char(&self, at: usize, byte: u8) -> bool {
        self.str(at).as_bytes() == [byte]
    }
}

fn unraw(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
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
        let items = scan.scopes.iter().flat_map(|scope| &scope.items);
        let (types, others): (Vec<&Item>, Vec<&Item>) =
            items.partition(|item| item.is_type_or_module() && item.kind != ItemKind::Module);
        let mut types = types;
        types.sort_by_key(|item| item.span.start);
        let names: Vec<(&str, bool)> = types
            .iter()
            .map(|item| (item.name.as_str(), item.is_test))
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
        let item = |at: usize| &text[types[at].span.clone()];
        assert!(item(0).starts_with("#[derive(A)]") && item(0).ends_with("a: &'a T }"));
        assert_eq!(item(1), "struct Two(u8);");
        assert_eq!(types[2].kind, ItemKind::Enum);
        let others: Vec<&str> = others.iter().map(|item| item.name.as_str()).collect();
        assert_eq!(others, ["f", "tests"]);
        for item in types {
            assert_eq!(text[item.name_span.clone()], item.name);
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
            .map(|found| (found.method.name(), &text[found.literal.clone()]))
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
    fn calls_with_a_text_are_found_where_they_are_compiled() {
        let text = "
/// render!(\"no.html\")
fn a() { kalgan::render!(\"a.html\", { b: f::<C, D>() }); println!(\"no\") }
fn b() { use k::render as view; view![\"b.html\"]; render!(name); }
#[test]
fn c() { render!(\"c.html\") }
#[cfg(all(test, feature = \"x\"))]
mod d { fn e() { render!(\"d.html\") } }
#[tokio::test]
async fn g() { render!(\"c.html\") }
#[cfg(feature = \"x\")]
fn h() { render!(\"e.html\") }
fn i() { #[cfg(unix)] return render!(\"e.html\"); #[cfg(windows)] { render!(\"e.html\") } }
#[cfg(not(test))]
fn f() { render! { \"f.html\" } }
";
        let scan = scan(text);
        let found: Vec<(&str, &str)> = scan
            .calls
            .iter()
            .map(|call| (&text[call.path.clone()], &text[call.arguments.clone()]))
            .collect();
        assert_eq!(
            found,
            [
                ("kalgan::render", "\"a.html\", { b: f::<C, D>() }"),
                ("view", "\"b.html\""),
                ("render", " \"f.html\" "),
            ]
        );
        assert_ne!(scan.calls[1].scope, 0, "where its import is");
    }

    #[test]
    fn imports() {
        let text = "use a::{b, c::D as E, f::*, r#g::{self}};\n#[cfg(x)] pub(crate) use ::h::r#I;\n\
                    fn x() -> impl A + use<'a> { use crate::G; }";
        let scan = scan(text);
        let shown = |scope: usize| -> Vec<String> {
            let imports = scan.scopes[scope].imports.iter();
            imports
                .map(|import| format!("{}={}", import.name, import.path.join("::")))
                .collect()
        };
        assert_eq!(
            shown(0),
            ["b=a::b", "E=a::c::D", "*=a::f", "g=a::g", "I=::h::I"]
        );
        assert_eq!(shown(1), ["G=crate::G"]);
        let last = &scan.scopes[0].imports[4];
        assert!(last.is_conditional && last.visibility == Visibility::Crate);
        assert!(super::scan("use ;").scopes[0].imports.is_empty());
    }

    #[test]
    fn items_stand_in_their_scopes() {
        let text = "
#![allow(x)]
extern crate a as b;
pub const fn c<const N: usize>(d: *const u8, e: fn()) -> [u8; 2] { const F: u8 = 1; }
unsafe extern \"C\" fn g() {}
pub(super) static mut H: u8 = { struct I; 1 };
const _: () = ();
make!(J);
k::make! { L }
impl<const M: usize> N<M> { fn o() { struct P; println!(\"Q\"); } const R: u8 = 1; }
mod s { #[derive(T)] pub(crate) struct U; #[v] enum W {} }
#[path = \"x.rs\"] mod y;
";
        let scan = scan(text);
        let shown = |scope: usize| -> Vec<&str> {
            let items = scan.scopes[scope].items.iter();
            items.map(|item| item.name.as_str()).collect()
        };
        assert_eq!(shown(0), ["b", "c", "g", "H", "_", "s", "y"]);
        let items = &scan.scopes[0].items;
        assert_eq!(
            &text[items[1].head..items[1].span.end],
            "const fn c<const N: usize>(d: *const u8, e: fn()) -> [u8; 2]"
        );
        assert_eq!(items[3].visibility, Visibility::Super(1));
        let path = &items[6].attributes[0];
        assert_eq!(
            (path.path.as_str(), &text[path.rest.clone()]),
            ("path", "= \"x.rs\"")
        );
        assert_eq!(scan.scopes[0].macros.len(), 2);
        assert!(!scan.scopes[0].has_attribute_macro);
        let module = items[5].body.unwrap();
        assert_eq!(shown(module), ["U", "W"]);
        assert!(scan.scopes[module].has_attribute_macro);
        let blocks = (1..scan.scopes.len()).filter(|scope| *scope != module);
        let blocks: Vec<&str> = blocks.flat_map(shown).collect();
        assert_eq!(blocks, ["F", "I", "P"]);
        assert!(scan.scopes[1].is_block && scan.scopes[1].module == 0);
    }

    const TEXT: &str = r##"
//! fn show(none: u8) {}
/* fn show(/* nested */ none: u8) {} */
const TRAP: &str = "fn show(none: u8) { ' {";
const RAW: &str = r#"mod a { fn show(" none: u8) {"#;
const QUOTE: char = '{';
const OTHER: char = '\'';
fn helper<'a>(x: &'a str) { fn show(inner: u8) {} }
mod a {
    mod b { pub fn show(deep: u8) {} }
    pub async fn r#type(one: u8) {}
    pub async fn show<F: Fn(u8) -> Vec<u8>, T>(
        lang: Lang, // a, comment
        kalgan::extract::Path((id, tab)): kalgan::extract::Path<(u64, HashMap<String, [u8; 2]>)>,
        f: F,
    ) -> T {}
}
pub fn show() {}
"##;

    fn found(modules: &[&str], name: &str, index: usize) -> Option<&'static str> {
        let scan = scan(TEXT);
        let mut scope = &scan.scopes[0];
        for module in modules {
            let item = scope.items.iter().find(|item| item.name == *module)?;
            scope = &scan.scopes[item.body?];
        }
        let mut items = scope.items.iter();
        let item = items.find(|item| item.kind == ItemKind::Function && item.name == name)?;
        let signature = &TEXT[item.head..item.span.end];
        Some(&signature[arguments(signature).get(index)?.clone()])
    }

    #[test]
    fn arguments_of_functions_in_modules() {
        assert_eq!(found(&["a"], "show", 0), Some("lang: Lang"));
        assert_eq!(
            found(&["a"], "show", 1),
            Some(
                "kalgan::extract::Path((id, tab)): \
                 kalgan::extract::Path<(u64, HashMap<String, [u8; 2]>)>"
            )
        );
        assert_eq!(found(&["a"], "show", 2), Some("f: F"));
        assert_eq!(found(&["a"], "show", 3), None);
        assert_eq!(found(&["a", "b"], "show", 0), Some("deep: u8"));
        assert_eq!(found(&["a"], "type", 0), Some("one: u8"));
        assert_eq!(found(&[], "show", 0), None);
        assert_eq!(found(&[], "helper", 0), Some("x: &'a str"));
        assert_eq!(found(&["c"], "show", 0), None);
    }

    #[test]
    fn no_text_makes_it_panic() {
        let texts = [
            TEXT,
            "mod a { use b::{c, d as e; } fn f( impl g const",
            "#[x",
            "pub(",
            "use ::{",
        ];
        for text in texts {
            for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
                for part in [&text[..at], &text[at..]] {
                    scan(part);
                    arguments(part);
                }
            }
        }
    }
}
