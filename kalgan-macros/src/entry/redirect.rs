//! `redirect!`: a response that leads to a route.

use super::url;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    url::expand_with(input, "redirect", |krate| quote!(#krate::Response))
}
