//! Tells the compiler which files an expansion depends on.

use crate::site::{self, LoadedSite};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;
use std::path::Path;

/// An item that has the crate compiled again when one of the files changes.
pub(crate) fn files<'a>(root: &Path, files: impl IntoIterator<Item = &'a str>) -> TokenStream {
    let files: Vec<String> = files
        .into_iter()
        .filter_map(|file| site::literal(&root.join(file)).ok())
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
pub(crate) fn site(site: &LoadedSite) -> TokenStream {
    files(&site.root, site.files.iter().map(String::as_str))
}

/// What a call depends on: the template with all that says what it needs, or all files where that
/// is not known.
pub(crate) fn template(site: &LoadedSite, template: &str, file: Option<&str>) -> TokenStream {
    let (Some(file), Some(needs)) = (file, site.templates.needs(template)) else {
        return self::site(site);
    };
    let mut files: BTreeSet<&str> = BTreeSet::from([file]);
    let uses = needs.variables.iter().flat_map(|need| need.uses.iter());
    files.extend(uses.map(|used| used.place.file.path()));
    // Those that use no variable yet.
    let mut names = vec![template];
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(name) = names.pop() {
        if let Some(entry) = site.templates.entry(name)
            && seen.insert(name)
            && let Some(parsed) = &entry.parsed
        {
            files.insert(entry.file.path());
            names.extend(parsed.tree.parent.iter().map(|parent| &*parent.text));
            let includes = parsed.references.includes.iter();
            names.extend(includes.map(|include| &*include.text));
        }
    }
    self::files(&site.root, files)
}
