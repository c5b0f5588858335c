//! Mistakes as errors of the compiler.

use kalgan_core::diagnostic::Diagnostic;
use proc_macro2::{Span, TokenStream};

/// An error at a span; the text is the diagnostic's, and rustc puts `error: ` before it.
pub(crate) fn at(span: Span, diagnostic: &Diagnostic) -> syn::Error {
    if diagnostic.place.is_none() {
        // rustc shows the place; the frame of an excerpt around the help alone would be in its way.
        let help = diagnostic.help.iter().map(|help| format!("\nhelp: {help}"));
        let help: String = help.collect();
        return syn::Error::new(span, format!("{}{help}", diagnostic.message));
    }
    let text = diagnostic.render(false);
    syn::Error::new(span, text.strip_prefix("error: ").unwrap_or(&text))
}

/// An error in what the user wrote in Rust.
pub(crate) fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> syn::Error {
    at(span, &Diagnostic::general(message).with_help(help))
}

/// As [`new`], where there may be nothing to say on what to do.
pub(crate) fn with(span: Span, message: impl Into<String>, help: Option<String>) -> syn::Error {
    at(span, &Diagnostic::general(message).with_optional_help(help))
}

/// All errors as one; `None` where there are none.
pub(crate) fn all(errors: impl IntoIterator<Item = syn::Error>) -> Option<syn::Error> {
    errors.into_iter().reduce(|mut all, error| {
        all.combine(error);
        all
    })
}

/// The result of a check: what it made, or all that is wrong.
pub(crate) fn result<T>(value: T, errors: Vec<syn::Error>) -> syn::Result<T> {
    match all(errors) {
        None => Ok(value),
        Some(error) => Err(error),
    }
}

/// Errors in the place of an expression. The block has the type `of`, so that what stands around
/// it is still checked and no second error follows.
pub(crate) fn expression(error: &syn::Error, of: &TokenStream) -> TokenStream {
    let errors = error.to_compile_error();
    quote::quote! {
        {
            #errors
            fn __kalgan_mistake() -> #of {
                ::core::unimplemented!()
            }
            __kalgan_mistake()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_that_of_the_diagnostic() {
        let error = new(
            Span::call_site(),
            "there is no route `x`",
            "did you mean `y`?",
        );
        assert_eq!(
            error.to_string(),
            "there is no route `x`\nhelp: did you mean `y`?"
        );
    }

    #[test]
    fn a_mistake_in_a_file_has_its_excerpt() {
        let file = std::sync::Arc::new(kalgan_core::text::SourceFile::new("a.yaml", "x: y\n"));
        let span = kalgan_core::text::Span::new(3, 4);
        let diagnostic = Diagnostic::error(&file, span, "`y` is wrong").with_help("write `z`");
        let text = at(Span::call_site(), &diagnostic).to_string();
        assert!(text.starts_with("`y` is wrong\n"), "{text}");
        assert!(
            text.contains("a.yaml:1:4") && text.contains("help: write `z`"),
            "{text}"
        );
    }

    #[test]
    fn errors_are_kept_together() {
        assert!(all([]).is_none());
        let two = ["a", "b"].map(|text| new(Span::call_site(), text, "c"));
        let texts: Vec<String> = all(two)
            .unwrap()
            .into_iter()
            .map(|error| error.to_string())
            .collect();
        assert_eq!(texts.len(), 2);
        assert!(texts[0].starts_with('a') && texts[1].starts_with('b'));
    }
}
