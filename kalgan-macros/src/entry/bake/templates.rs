//! The templates as a tree of the `include_dir` crate.
//!
//! It is written out here rather than by `include_dir!`: so the binary carries exactly the files
//! that were checked, without hidden files and editors' backups, on which that macro even panics
//! where one is a link to nothing.

use crate::input::arguments::CratePath;
use crate::site::{self, LoadedSite};
use kalgan_core::diagnostic::Diagnostic;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeMap;

#[derive(Default)]
struct Folder {
    folders: BTreeMap<String, Folder>,
    /// The name below the folder of all templates, and the file on this machine.
    files: Vec<(String, String)>,
}

/// The folder of the templates; an empty one where it is missing.
pub(super) fn dir(site: &LoadedSite, krate: &CratePath) -> Result<TokenStream, Box<Diagnostic>> {
    let mut top = Folder::default();
    for template in site.site.templates.files() {
        let name = template.name.as_ref();
        let file = site::literal(&site.root.join(template.file.path()))?;
        let mut folder = &mut top;
        let mut parts: Vec<&str> = name.split('/').collect();
        parts.pop();
        for part in parts {
            folder = folder.folders.entry(part.to_owned()).or_default();
        }
        folder.files.push((name.to_owned(), file));
    }
    Ok(tokens(&top, "", krate))
}

fn tokens(folder: &Folder, path: &str, krate: &CratePath) -> TokenStream {
    let include_dir = quote!(#krate::__private::include_dir);
    let folders = folder.folders.iter().map(|(name, inner)| {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}/{name}")
        };
        let inner = tokens(inner, &path, krate);
        quote!(#include_dir::DirEntry::Dir(#inner))
    });
    let files = folder.files.iter().map(|(name, file)| {
        quote! {
            #include_dir::DirEntry::File(
                #include_dir::File::new(#name, ::core::include_bytes!(#file))
            )
        }
    });
    if folder.folders.is_empty() && folder.files.is_empty() {
        return quote!(#include_dir::Dir::new(#path, &[]));
    }
    quote! {
        #include_dir::Dir::new(#path, {
            const ENTRIES: &[#include_dir::DirEntry<'static>] = &[#(#folders,)* #(#files),*];
            ENTRIES
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site;

    #[test]
    fn folders_nest() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        for file in [
            "template/base.html",
            "template/user/show.html",
            "template/.x.swp",
        ] {
            let file = root.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        let tokens = dir(&site::load(root, None), &CratePath::default()).unwrap();
        syn::parse2::<syn::Expr>(tokens.clone()).expect("an expression");
        let text = tokens.to_string();
        assert!(text.contains("Dir :: new (\"user\""), "{text}");
        assert!(text.contains("File :: new (\"user/show.html\""), "{text}");
        assert!(text.contains("File :: new (\"base.html\""), "{text}");
        assert!(!text.contains("swp"), "{text}");
    }
}
