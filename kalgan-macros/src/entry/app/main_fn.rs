//! The shapes that `fn main` may have.

use crate::input::arguments::Arguments;
use crate::krate::types;
use crate::mistake;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Item, ItemFn, ReturnType, Safety, Type, Visibility};

/// The user's `fn main`, known to have one of the shapes.
pub(crate) struct Main {
    /// The attributes for the `main` that the compiler sees.
    pub(crate) outer: Vec<Attribute>,
    /// The function as written, under the name `__kalgan_main`.
    function: ItemFn,
    takes_app: bool,
    gives: Gives,
}

/// What the function's result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    Nothing,
    Result,
    App,
    ResultOfApp,
}

/// Takes the item apart; the errors are those of its shape.
///
/// # Errors
/// The item is no `fn main` at all: the tokens to emit instead, with what is wrong.
pub(crate) fn parse(item: TokenStream) -> Result<(Main, Vec<syn::Error>), TokenStream> {
    let function = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(function)) => function,
        Ok(other) => {
            let errors = mistake::new(
                other.span(),
                "`#[kalgan::app]` goes on `fn main`",
                "write `#[kalgan::app] fn main() {}`",
            )
            .into_compile_error();
            return Err(quote!(#errors #item));
        }
        Err(error) => {
            let errors = error.into_compile_error();
            return Err(quote!(#errors #item));
        }
    };
    if function.sig.ident != "main" {
        let errors = mistake::new(
            function.sig.ident.span(),
            format!(
                "`#[kalgan::app]` goes on `fn main`, but this is `fn {}`",
                function.sig.ident
            ),
            "call it `main`; an app within another function is made by `kalgan::embed!()`",
        )
        .into_compile_error();
        return Err(quote!(#errors #item));
    }
    let gives = gives(&function.sig.output);
    let mut main = Main {
        outer: Vec::new(),
        takes_app: !function.sig.inputs.is_empty(),
        gives,
        function,
    };
    let errors = main.check();
    main.take_name();
    Ok((main, errors))
}

fn gives(output: &ReturnType) -> Gives {
    let ReturnType::Type(_, output) = output else {
        return Gives::Nothing;
    };
    match output.as_ref() {
        Type::Tuple(tuple) if tuple.elems.is_empty() => Gives::Nothing,
        Type::Path(path)
            if path
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "App") =>
        {
            Gives::App
        }
        other if names_app(other) => Gives::ResultOfApp,
        _ => Gives::Result,
    }
}

fn names_app(ty: &Type) -> bool {
    types::names(ty.to_token_stream(), &|ident| ident == "App")
}

/// `#[tokio::main]` and its like.
fn starts_runtime(attribute: &Attribute) -> bool {
    let segments = &attribute.path().segments;
    segments.len() > 1 && segments.last().is_some_and(|last| last.ident == "main")
}

impl Main {
    fn check(&self) -> Vec<syn::Error> {
        let signature = &self.function.sig;
        let mut errors = Vec::new();
        let mut error = |span, message: &str, help: &str| {
            errors.push(mistake::new(span, message, help));
        };
        let generics = &signature.generics;
        if !generics.params.is_empty() {
            error(generics.span(), "`fn main` has no generics", "remove them");
        }
        if let Some(clause) = &generics.where_clause {
            error(
                clause.span(),
                "`fn main` has no generics",
                "remove the `where`",
            );
        }
        if let Some(token) = &signature.constness {
            error(
                token.span(),
                "`fn main` cannot be `const`",
                "remove the word",
            );
        }
        if let Safety::Unsafe(token) = &signature.safety {
            error(
                token.span(),
                "`fn main` cannot be `unsafe`",
                "remove the word",
            );
        }
        if let Some(abi) = &signature.abi {
            error(
                abi.span(),
                "`fn main` cannot be `extern`",
                "remove the word",
            );
        }
        if let Some(variadic) = &signature.variadic {
            error(
                variadic.span(),
                "`fn main` takes the app alone",
                "remove `...`",
            );
        }
        for input in signature.inputs.iter().skip(1) {
            error(
                input.span(),
                "`fn main` takes at most one argument, the app",
                "write `async fn main(app: kalgan::App) -> kalgan::Result<()>`; what else it \
                 needs can be made in its body",
            );
        }
        if let Some(syn::FnArg::Receiver(receiver)) = signature.inputs.first() {
            error(
                receiver.span(),
                "`fn main` has no `self`",
                "write `app: kalgan::App`",
            );
        }
        let is_async = signature.asyncness.is_some();
        if self.takes_app && !is_async && self.gives == Gives::Nothing {
            error(
                signature.span(),
                "this `fn main` takes the app and does not run it",
                "write `async fn main(app: kalgan::App) -> kalgan::Result<()>` and end it with \
                 `app.run().await`, or hand the app back: `fn main(app: kalgan::App) -> \
                 kalgan::App`",
            );
        }
        for attribute in &self.function.attrs {
            if starts_runtime(attribute) {
                let path = attribute.path().to_token_stream().to_string();
                let path = path.replace(' ', "");
                error(
                    attribute.span(),
                    &format!("`#[{path}]` and `#[kalgan::app]` would both start a runtime"),
                    "remove it: Kalgan starts one with `server.number_of_workers` threads",
                );
            }
        }
        errors
    }

    /// Makes room for the `main` that the compiler sees.
    fn take_name(&mut self) {
        let span = self.function.sig.ident.span();
        self.function.sig.ident = Ident::new("__kalgan_main", span);
        self.function.vis = Visibility::Inherited;
        // Those that hold for all that is in a function, and those that decide on the whole.
        const OUTER: [&str; 8] = [
            "allow", "cfg", "cfg_attr", "deny", "doc", "expect", "forbid", "warn",
        ];
        let attributes = std::mem::take(&mut self.function.attrs);
        let (outer, inner) = attributes
            .into_iter()
            .partition(|a| OUTER.iter().any(|name| a.path().is_ident(name)));
        self.outer = outer;
        self.function.attrs = inner;
    }

    /// Where the user wrote its name.
    pub(crate) fn span(&self) -> Span {
        self.function.sig.ident.span()
    }

    fn is_empty(&self) -> bool {
        self.function.block.stmts.is_empty() && !self.takes_app && self.gives == Gives::Nothing
    }

    /// The user's function, unless nothing stands in it.
    pub(crate) fn inner(&self) -> Option<&ItemFn> {
        (!self.is_empty()).then_some(&self.function)
    }

    /// What is done with `__kalgan_app`: a future of `kalgan::Result<()>`.
    pub(crate) fn body(&self, arguments: &Arguments) -> TokenStream {
        let krate = &arguments.krate;
        if self.is_empty() {
            return quote!(#krate::App::run(__kalgan_app));
        }
        let signature = &self.function.sig;
        let name = &signature.ident;
        let app = self.takes_app.then(|| quote!(__kalgan_app));
        let wait = signature.asyncness.map(|_| quote!(.await));
        let given = match self.gives {
            Gives::Result | Gives::ResultOfApp => {
                // A wrong type of error is shown where it stands.
                let question = match &signature.output {
                    ReturnType::Type(_, output) => quote_spanned!(output.span()=> ?),
                    ReturnType::Default => quote!(?),
                };
                quote!(#name(#app) #wait #question)
            }
            Gives::Nothing | Gives::App => quote!(#name(#app) #wait),
        };
        let statements = match (self.gives, self.takes_app) {
            (Gives::App | Gives::ResultOfApp, _) => quote!(#krate::App::run(#given).await),
            (_, false) => quote!(#given; #krate::App::run(__kalgan_app).await),
            (_, true) => quote! {
                #given;
                ::core::result::Result::<(), #krate::Error>::Ok(())
            },
        };
        quote!(async move { #statements })
    }

    /// The errors, and the function in a shape that compiles.
    pub(crate) fn broken(&self, errors: Vec<syn::Error>, items: &TokenStream) -> TokenStream {
        let errors = mistake::all(errors).map(syn::Error::into_compile_error);
        let outer = &self.outer;
        let mut function = self.function.clone();
        function
            .attrs
            .retain(|attribute| !starts_runtime(attribute));
        quote! {
            #errors
            #(#outer)*
            fn main() -> ::std::process::ExitCode {
                #items
                #[allow(unused)]
                #function
                ::std::process::ExitCode::FAILURE
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> String {
        let (main, errors) = parse(text.parse().unwrap())
            .map_err(|t| t.to_string())
            .unwrap();
        assert!(errors.is_empty(), "{text}");
        main.body(&Arguments::default())
            .to_string()
            .replace(' ', "")
    }

    fn broken(text: &str) -> String {
        let tokens = match parse(text.parse().unwrap()) {
            Err(tokens) => tokens,
            Ok((main, errors)) => main.broken(errors, &TokenStream::new()),
        };
        assert!(tokens.to_string().contains("compile_error"), "{text}");
        syn::parse2::<syn::File>(tokens.clone()).expect("items");
        tokens.to_string()
    }

    #[test]
    fn the_shapes() {
        assert_eq!(body("fn main() {}"), "::kalgan::App::run(__kalgan_app)");
        assert_eq!(
            body("async fn main() {}"),
            "::kalgan::App::run(__kalgan_app)"
        );
        let run = "::kalgan::App::run(__kalgan_app).await";
        let ok = "::core::result::Result::<(),::kalgan::Error>::Ok(())";
        for (text, expected) in [
            ("fn main() { a(); }", format!("__kalgan_main();{run}")),
            (
                "async fn main() { a(); }",
                format!("__kalgan_main().await;{run}"),
            ),
            (
                "fn main() -> Result<(), E> { a() }",
                format!("__kalgan_main()?;{run}"),
            ),
            (
                "async fn main(app: App) -> kalgan::Result<()> { app.run().await }",
                format!("__kalgan_main(__kalgan_app).await?;{ok}"),
            ),
            (
                "async fn main(app: App) { app.run().await.unwrap() }",
                format!("__kalgan_main(__kalgan_app).await;{ok}"),
            ),
            (
                "fn main(app: kalgan::App) -> kalgan::Result<()> { block_on(app.run()) }",
                format!("__kalgan_main(__kalgan_app)?;{ok}"),
            ),
            (
                "fn main(app: App) -> App { app }",
                String::from("::kalgan::App::run(__kalgan_main(__kalgan_app)).await"),
            ),
            (
                "fn main(app: App) -> kalgan::Result<kalgan::App> { Ok(app) }",
                String::from("::kalgan::App::run(__kalgan_main(__kalgan_app)?).await"),
            ),
        ] {
            assert_eq!(body(text), format!("asyncmove{{{expected}}}"), "{text}");
        }
    }

    #[test]
    fn other_shapes_are_mistakes() {
        for (text, expected) in [
            ("struct A;", "goes on `fn main`"),
            ("fn other() {}", "but this is `fn other`"),
            ("fn main<T>() {}", "no generics"),
            ("const fn main() {}", "cannot be `const`"),
            ("unsafe fn main() {}", "cannot be `unsafe`"),
            ("extern \"C\" fn main() {}", "cannot be `extern`"),
            (
                "fn main(app: App, x: u8) -> App { app }",
                "at most one argument",
            ),
            (
                "fn main(app: App) { drop(app); }",
                "takes the app and does not run it",
            ),
            (
                "#[tokio::main] async fn main() {}",
                "would both start a runtime",
            ),
        ] {
            let tokens = broken(text);
            assert!(tokens.contains(expected), "{tokens}");
        }
        let two = broken("#[tokio::main] const fn main() {}");
        assert_eq!(two.matches("compile_error").count(), 2, "{two}");
        assert!(two.contains("fn main ()"), "{two}");
        assert!(!two.contains("# [tokio"), "no error follows: {two}");
    }

    #[test]
    fn attributes_go_where_they_hold() {
        let text = "#[allow(unused)] #[doc = \"x\"] #[instrument] pub fn main() { a(); }";
        let (main, _) = parse(text.parse().unwrap())
            .map_err(|t| t.to_string())
            .unwrap();
        assert_eq!(main.outer.len(), 2);
        let inner = main.inner().unwrap();
        assert_eq!(inner.attrs.len(), 1);
        assert!(matches!(inner.vis, Visibility::Inherited));
    }
}
