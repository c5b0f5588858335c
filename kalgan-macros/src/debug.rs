//! Shows expansions: `KALGAN_MACROS_DEBUG=1`.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// Prints the expansion where that was asked for, and passes it on.
pub(crate) fn shown(name: &str, expansion: TokenStream) -> TokenStream {
    if std::env::var_os("KALGAN_MACROS_DEBUG").is_some_and(|value| value == "1") {
        eprintln!(
            "// the expansion of kalgan::{name}\n{}",
            pretty(expansion.clone())
        );
    }
    expansion
}

/// The tokens with line breaks and indentation: not rustfmt's, yet readable.
fn pretty(tokens: TokenStream) -> String {
    let mut printer = Printer::default();
    printer.stream(tokens, false);
    printer.text.trim_end().to_owned()
}

/// How long a list may be on one line.
const LONG: usize = 80;

#[derive(Default)]
struct Printer {
    text: String,
    depth: usize,
    /// Whether the next token stands close to the one before.
    close: bool,
    /// Whether the next token begins a line, unless it ends what was before.
    line_follows: bool,
}

impl Printer {
    fn stream(&mut self, tokens: TokenStream, is_long: bool) {
        for token in tokens {
            let is_comma = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
            self.token(token);
            self.line_follows |= is_comma && is_long;
        }
    }

    fn token(&mut self, token: TokenTree) {
        let ends = matches!(
            &token,
            TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';' | '.' | '?')
        );
        if std::mem::take(&mut self.line_follows) && !ends {
            self.line();
        }
        match token {
            TokenTree::Group(group) => self.group(&group),
            TokenTree::Punct(punct) => {
                let c = punct.as_char();
                let follows_name = self
                    .text
                    .ends_with(|c: char| c.is_alphanumeric() || c == '_');
                self.close |= matches!(c, ',' | ';' | '!' | '?' | '.' | '>')
                    || (matches!(c, ':' | '<') && follows_name);
                self.word(c.encode_utf8(&mut [0; 4]));
                self.close = punct.spacing() == Spacing::Joint
                    || matches!(c, '&' | '.' | '#' | '!' | '<')
                    || self.text.ends_with("::");
                self.line_follows = c == ';';
            }
            other => self.word(&other.to_string()),
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::None => ("", ""),
        };
        let is_block = group.delimiter() == Delimiter::Brace;
        let is_long =
            group.delimiter() == Delimiter::Bracket && group.stream().to_string().len() > LONG;
        self.close |= !is_block;
        self.word(open);
        if !group.stream().is_empty() {
            let breaks = is_block || is_long;
            if breaks {
                self.depth += 1;
                self.line();
            }
            self.close = true;
            self.stream(group.stream(), is_long || is_block);
            self.line_follows = false;
            if breaks {
                self.depth -= 1;
                self.line();
            }
        }
        self.close = true;
        self.word(close);
        self.line_follows = is_block;
    }

    fn word(&mut self, word: &str) {
        if !self.close && !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
        self.close = false;
        self.text.push_str(word);
    }

    fn line(&mut self) {
        let kept = self.text.trim_end().len();
        self.text.truncate(kept);
        self.text.push('\n');
        self.text.push_str(&"    ".repeat(self.depth));
        self.close = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn statements_have_lines_of_their_own() {
        let text = pretty(quote! {
            fn main() -> ::std::process::ExitCode { static A: &[u8] = &[1, 2]; ::a::b!("c", d); }
        });
        assert_eq!(
            text,
            "fn main() -> ::std::process::ExitCode {\n    static A: &[u8] = &[1, 2];\n    \
             ::a::b!(\"c\", d);\n}"
        );
    }

    #[test]
    fn what_is_printed_is_still_the_same_code() {
        let code = quote! { match (&(a), &(b.c)) { (x, y) => (|| -> T { f(x)?; g(y) })() } };
        let again: TokenStream = pretty(code.clone()).parse().unwrap();
        let close = |tokens: TokenStream| tokens.to_string().replace(' ', "");
        assert_eq!(close(again), close(code));
    }
}
