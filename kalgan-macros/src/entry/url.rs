//! `url!`: the URL of a route.

use crate::expand::{expression, track};
use crate::input::arguments::CratePath;
use crate::input::call::{self, Argument, Call, Named};
use crate::input::query::Query;
use crate::site::{self, LoadedSite};
use crate::{check, mistake};
use kalgan_core::lint::calls;
use kalgan_core::routes::RouteDef;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, LitStr};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    expand_with(input, "url", |_| quote!(::std::string::String))
}

/// The expansion to a call of `function`, whose result is of the type `of`.
pub(crate) fn expand_with(
    input: TokenStream,
    function: &str,
    of: impl Fn(&CratePath) -> TokenStream,
) -> TokenStream {
    let call: Call = match syn::parse2(input) {
        Ok(call) => call,
        Err(error) => return mistake::expression(&error, &of(&CratePath::default())),
    };
    let (site, krate) = match site::current(&call.krate) {
        Ok(site) => site,
        Err(error) => return mistake::expression(&error, &of(&CratePath::default())),
    };
    let mut errors = Vec::new();
    let mut arguments = call.arguments.into_iter();
    // Always there where no error is.
    let name = route_name(arguments.next(), function, &mut errors);
    let mut given = call::named(arguments, &mut errors);
    let query = Query::take(&mut given, &mut errors);
    let route = name
        .as_ref()
        .and_then(|name| find(&site, name, &mut errors).map(|route| (name, route)));
    if let Some((name, route)) = route {
        check(route, name, &given, &mut errors);
    }
    let mut values: Vec<&Expr> = given.iter().map(|named| &named.value).collect();
    values.extend(query.iter().flat_map(Query::values));
    if let Some(error) = mistake::all(errors) {
        return expression::broken(&error, &of(&krate), &values);
    }
    let function = match &query {
        Some(_) => format_ident!("{function}_with"),
        None => format_ident!("{function}"),
    };
    let tracked = match route {
        Some((_, route)) => track::files(&site.root, file_of(&route.place)),
        None => track::site(&site),
    };
    let call = expression::evaluate(&values, |names| {
        let (names, of_query) = names.split_at(given.len());
        let pairs = expression::pairs(&given, names);
        let query = query.iter().map(|query| query.tokens(&krate, of_query));
        quote!(#krate::__private::#function(#name, #pairs #(, #query)*))
    });
    quote!({ #tracked #call })
}

/// The file of `path:line:column`.
fn file_of(place: &str) -> Option<&str> {
    place.rsplitn(3, ':').nth(2)
}

fn route_name(
    first: Option<Argument>,
    function: &str,
    errors: &mut Vec<syn::Error>,
) -> Option<LitStr> {
    let example = format!("write `{function}!(\"name\", parameter = value)`");
    errors.push(match call::first(first) {
        Ok(expression) => {
            if let Some(name) = call::string(&expression) {
                return Some(name.clone());
            }
            mistake::new(
                expression.span(),
                "the name of a route is a text here, so that the build can check it",
                format!(
                    "{example}; for a name that only the run time knows there is `kalgan::url`"
                ),
            )
        }
        Err(span) => mistake::new(span, "the name of the route is missing", example),
    });
    None
}

fn find<'a>(
    site: &'a LoadedSite,
    name: &LitStr,
    errors: &mut Vec<syn::Error>,
) -> Option<&'a RouteDef> {
    let value = name.value();
    let found = site.site.routes.find(&value);
    // Where files have mistakes, the route may stand in one of them.
    if found.is_none() && site.is_good() {
        let routes = &site.site.routes.routes;
        let names: Vec<&str> = routes.iter().map(|route| route.name.as_ref()).collect();
        let help = site.hint().or_else(|| calls::route_help(&value, names));
        errors.push(mistake::with(
            name.span(),
            format!("there is no route `{value}`"),
            help,
        ));
    }
    found
}

fn check(route: &RouteDef, name: &LitStr, given: &[Named], errors: &mut Vec<syn::Error>) {
    check::call::compare(name, given, errors, |given| {
        calls::check_route(route, given)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalgan_core::loader::Loader;
    use kalgan_core::source::Memory;

    const ROUTES: &str = "routes:
  - home: {path: /, controller: a::b}
  - user:
      path: /{_lang}/user/{id}/{tab}
      controller: a::b
      language: _lang
      requirements: {id: '[0-9]+', _lang: 'en|es'}
      defaults: {tab: profile}
  - file: {path: '/file/{name}', controller: a::b}
";

    fn mistakes(call: &str) -> Vec<String> {
        let memory = Memory::with([("config/routes/a.yaml", ROUTES)]);
        let loaded = Loader::new(None).refresh(&memory).unwrap();
        assert!(loaded.is_good(), "{:?}", loaded.diagnostics);
        let call: Call = syn::parse_str(call).unwrap();
        let mut errors = Vec::new();
        let mut arguments = call.arguments.into_iter();
        if let Some(name) = route_name(arguments.next(), "url", &mut errors) {
            let given = call::named(arguments, &mut errors);
            let site = LoadedSite::new(std::path::Path::new("."), loaded, Vec::new());
            if let Some(route) = find(&site, &name, &mut errors) {
                check(route, &name, &given, &mut errors);
            }
        }
        let texts = errors
            .iter()
            .map(|error| error.to_string().replace("\nhelp:", ";"));
        texts.collect()
    }

    #[test]
    fn good_calls() {
        for call in [
            "\"home\"",
            "\"user\", id = 5",
            "\"user\", id = \"5\", _lang = \"en\", tab = 'x'",
            "\"user\", id",
            "\"user\", id = user.id, _lang = lang",
            "\"file\", name = \"a b/c\"",
        ] {
            assert_eq!(mistakes(call), [""; 0], "{call}");
        }
    }

    #[test]
    fn every_mistake() {
        for (call, expected) in [
            (
                "\"hom\"",
                vec!["there is no route `hom`; did you mean `home`?"],
            ),
            (
                "",
                vec!["the name of the route is missing; write `url!(\"name\", parameter = value)`"],
            ),
            (
                "id = 5",
                vec!["the name of the route is missing; write `url!(\"name\", parameter = value)`"],
            ),
            (
                "name, id = 5",
                vec![
                    "the name of a route is a text here, so that the build can check it; write \
                     `url!(\"name\", parameter = value)`; for a name that only the run time knows \
                     there is `kalgan::url`",
                ],
            ),
            (
                "\"user\"",
                vec![
                    "the route `user` needs the parameter `id` for its path \
                     `/{_lang}/user/{id}/{tab}`; add `id = …`",
                ],
            ),
            (
                "\"home\", id = 5",
                vec![
                    "the route `home` has no parameter `id`; its path is `/`; remove the parameter",
                ],
            ),
            (
                "\"user\", id = 5, tap = 1, 7, id = 6",
                vec![
                    "this value has no name; write `name = value`",
                    "`id` is given twice; remove one of them",
                    "the route `user` has no parameter `tap`; did you mean `tab`?",
                ],
            ),
            (
                "\"user\", id = -5, _lang = \"fr\"",
                vec![
                    "`-5` is not a value for `id` of the route `user`; it must match `[0-9]+` as a whole",
                    "`fr` is not a value for `_lang` of the route `user`; it must match `en|es` as a whole",
                ],
            ),
            (
                "\"file\", name = \"\"",
                vec![
                    "the parameter `name` of the route `file` is empty; its path is `/file/{name}`",
                ],
            ),
        ] {
            assert_eq!(mistakes(call), expected, "{call}");
        }
    }

    #[test]
    fn the_file_of_a_place() {
        assert_eq!(
            file_of("config/routes/a.yaml:3:5"),
            Some("config/routes/a.yaml")
        );
        assert_eq!(file_of("C:x.yaml:3:5"), Some("C:x.yaml"));
        assert_eq!(file_of(""), None);
    }
}
