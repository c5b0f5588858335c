//! Tells the compiler which files an expansion depends on.

use crate::site::Site;
use kalgan_core::diagnostic::Diagnostic;
use proc_macro2::TokenStream;
use quote::quote;
use std::path::Path;

/// An item that has the crate compiled again when one of the files changes.
pub(crate) fn files<'a>(root: &Path, files: impl IntoIterator<Item = &'a str>) -> TokenStream {
    let files: Vec<String> = files
        .into_iter()
        .filter_map(|file| literal(&root.join(file)).ok())
        .collect();
    if files.is_empty() {
        return TokenStream::new();
    }
    quote! {
        const _: &[&[::core::primitive::u8]] = &[#(::core::include_bytes!(#files)),*];
    }
}

/// As [`files`], for all files of a site: where some have mistakes, the macros within functions
/// cannot tell what is in them, and have to look again when they are mended.
pub(crate) fn site(site: &Site) -> TokenStream {
    files(&site.root, site.files.iter().map(String::as_str))
}

/// The path as a literal of Rust holds it.
pub(crate) fn literal(path: &Path) -> Result<String, Box<Diagnostic>> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        let message = format!("the path {} is not UTF-8", path.display());
        Box::new(
            Diagnostic::general(message)
                .with_code("not-utf8")
                .with_help("rename the folder or the file"),
        )
    })
}
