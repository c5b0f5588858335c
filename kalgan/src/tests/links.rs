//! Links with a query, and this page in another language.

use super::*;

fn site(template: &str, settings: &str) -> Site {
    Site::new(&[
        (
            "config/routes/site.yaml",
            "\
routes:
  - page: {path: '/{_lang}/page/{id}', controller: home::page, language: _lang, requirements: {_lang: 'en|es'}}
  - plain: {path: /plain, controller: home::page}
  - about_en: {path: '/about/{id}', controller: home::page, language: en}
  - about_es: {path: '/acerca/{id}', controller: home::page, language: es}
  - alone: {path: /alone, controller: home::page, language: en}
  - tenant: {path: '/', controller: home::page, language: _lang, host: '{_lang}.example.com', defaults: {extra: x}}
",
        ),
        ("config/app.yaml", settings),
        ("config/i18n/en/m.yaml", "hi: Hello\n"),
        ("config/i18n/es/m.yaml", "hi: Hola\n"),
        ("template/page.txt", template),
        ("template/404.txt", "{{ 'es'|here }}"),
    ])
}

#[tokio::test]
async fn a_link_has_a_query() {
    let site = site(
        "{{ 'plain'|url(_query={'q': q, 'page': 2, 'x': none, 'tag': ['a', 'b c']}) }} \
         {{ url(name='page', id=5, _query={'ñ': 0.5}) }} {{ 'plain'|url(_query=request.query) }} \
         {{ 'plain'|url(_query={}) }}",
        "",
    );
    let answer = site.get("/plain?template=page.txt&q=%C3%B1%26").await;
    assert_eq!(
        answer.body,
        "/plain?q=%C3%B1%26&page=2&tag=a&tag=b+c /en/page/5?%C3%B1=0.5 \
         /plain?template=page.txt&q=%C3%B1%26 /plain"
    );
}

#[tokio::test]
async fn this_page_in_another_language() {
    let site = site("{{ 'es'|here }}", "");
    let query = "?template=page.txt&q=a%20b";
    for (path, expected) in [
        ("/en/page/a%2Fb", "/es/page/a%2Fb"),
        ("/es/page/1", "/es/page/1"),
        ("/plain", "/plain"),
        ("/about/7", "/acerca/7"),
        ("/acerca/7", "/acerca/7"),
    ] {
        let answer = site.get(&format!("{path}{query}")).await;
        assert_eq!(answer.body, format!("{expected}{query}"), "{path}");
    }
    let mut request = request("GET", "/?template=page.txt");
    request = with_header(request, "host", "en.example.com");
    assert_eq!(
        site.send(request).await.body,
        "//es.example.com/?template=page.txt"
    );
}

#[tokio::test]
async fn this_page_itself_and_with_another_query() {
    let site = site(
        "{{ here() }} {{ here(_query={'page': 2}) }} {{ here(_lang='es', _query='') }} {{ 'en'|here(_query={'a': 1}) }}",
        "",
    );
    let answer = site.get("/en/page/5?template=page.txt").await;
    assert_eq!(
        answer.body,
        "/en/page/5?template=page.txt /en/page/5?page=2 /es/page/5 /en/page/5?a=1"
    );
}

#[tokio::test]
async fn a_page_that_is_not_there_in_the_language() {
    let text = "{{ 'es'|here }}";
    let answer = site(text, "").get("/alone?template=page.txt").await;
    assert_eq!(answer.status, 500);
    let told = "the page of the route `alone` is not there in `es`";
    assert!(answer.body.contains(told), "{}", answer.body);
    let production = site(text, "environment: {is_prod: true}\n");
    let answer = production.get("/alone?template=page.txt").await;
    assert_eq!(answer.body, "/alone?template=page.txt");
}

#[tokio::test]
async fn the_page_of_an_error_has_an_address_too() {
    let site = site("", "error: {404: error::here}\n");
    for (path, expected) in [
        ("/en/nowhere/x?a=1", "/es/nowhere/x?a=1"),
        ("/nowhere", "/nowhere"),
        ("//evil.example/x", "/%2Fevil.example/x"),
    ] {
        let answer = site.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body.as_str()),
            (404, expected)
        );
    }
}

/// The page of an error.
pub(super) async fn page_of_an_error() -> Result<Response> {
    rendering::render("404.txt", BTreeMap::<String, String>::new())
}

#[tokio::test]
async fn links_of_rust() {
    let site = site("", "");
    let _ = site.get("/plain?template=404.txt").await;
    let link = |query| crate::url("plain", [("_query", query)]).unwrap();
    assert_eq!(link("q=a b&c"), "/plain?q=a%20b&c");
    assert_eq!(link(""), "/plain");
    let error = crate::here("es").unwrap_err();
    assert!(error.to_string().contains("no request is in progress"));
}
