//! The language of a request.

use super::*;

fn site() -> Site {
    Site::new(&[
        (
            "config/routes/site.yaml",
            "\
routes:
  - home: {path: /, controller: home::echo}
  - fixed: {path: /es, controller: home::echo, language: es}
  - local: {path: '/{_lang}/x', controller: home::echo, language: _lang}
  - page: {path: /page, controller: home::page}
",
        ),
        ("config/app.yaml", "i18n: {missing: warn}\n"),
        ("config/i18n/en/m.yaml", "hi: Hello {name}\nonly: English\n"),
        ("config/i18n/es/m.yaml", "hi: Hola {name}\n"),
        (
            "template/page.html",
            "{{ 'hi'|trans(name=name) }}|{{ 'only'|trans(_lang='es') }}|{{ trans(key='hi', name='B', _lang='es') }}|{{ lang }}",
        ),
    ])
}

/// Texts that are written in a task, on a thread for what blocks, and while the body is sent.
pub(super) async fn elsewhere() -> Response {
    fn text(how: &str) -> String {
        crate::__private::trans(None, "hi", &[("name", &how)])
    }
    let task = crate::spawn(async {
        tokio::task::yield_now().await;
        text("task")
    });
    let inner = crate::spawn(async { crate::spawn_blocking(|| text("thread")).await.unwrap() });
    let texts = [task.await.unwrap(), inner.await.unwrap()];
    let last = futures_util::stream::once(async { text("body") });
    let texts = futures_util::stream::iter(texts);
    use futures_util::StreamExt;
    response::stream(texts.chain(last).map(Ok::<_, std::io::Error>))
}

#[tokio::test]
async fn what_surrounds_a_request_is_there_wherever_its_code_runs() {
    let site = Site::new(&[
        (
            "config/routes/site.yaml",
            "routes:\n  - there: {path: '/{_lang}', controller: home::elsewhere, language: _lang}\n",
        ),
        ("config/i18n/en/m.yaml", "hi: \"Hello {name}. \"\n"),
        ("config/i18n/es/m.yaml", "hi: \"Hola {name}. \"\n"),
    ]);
    let page = site.get("/es").await;
    assert_eq!(page.body, "Hola task. Hola thread. Hola body. ");
    let page = site.get("/en").await;
    assert_eq!(page.body, "Hello task. Hello thread. Hello body. ");
    // Outside a request they are those of tokio.
    let task = crate::spawn(async { crate::site::current::request().is_none() });
    assert!(task.await.unwrap());
    let thread = crate::spawn_blocking(|| crate::site::current::request().is_none());
    assert!(thread.await.unwrap());
}

#[tokio::test]
async fn the_route_decides_then_the_visitor() {
    let site = site();
    assert_eq!(site.get("/es").await.body, "fixed es {}");
    assert!(site.get("/en/x").await.body.starts_with("local en"));
    assert!(site.get("/es-MX/x").await.body.starts_with("local es "));
    assert_eq!(site.get("/fr/x").await.status, 404, "there is no French");
    let home = site.get("/").await;
    assert_eq!(home.body, "home en {}");
    assert_eq!(home.header("vary"), "accept-language");
    assert_eq!(site.get("/es").await.header("vary"), "");
    let wish = with_header(
        request("GET", "/"),
        "accept-language",
        "fr, es-MX;q=0.9, en;q=0.1",
    );
    assert_eq!(site.send(wish).await.body, "home es {}");
}

#[tokio::test]
async fn a_path_that_no_route_answers_has_the_language_that_it_begins_with() {
    let routes = "\
routes:
  - local: {path: '/shop/{_lang}/x', controller: home::echo, language: _lang, methods: get}
  - fixed: {path: /es, controller: home::echo, language: es}
";
    let settings = "i18n: {missing: allow}\nerror: {404: error::language, 405: error::language}\n";
    let site = Site::new(&[
        ("config/routes/site.yaml", routes),
        ("config/app.yaml", settings),
        ("config/i18n/en/m.yaml", "hi: Hello\n"),
        ("config/i18n/es/m.yaml", "hi: Hola\n"),
    ]);
    for (method, path, tag) in [
        ("GET", "/es/nowhere", "es"),
        ("GET", "/es/", "es"),
        ("GET", "/shop/es", "es"),
        ("GET", "/shop/es-MX/nowhere/y", "es"),
        ("GET", "/shop/%65s/nowhere", "es"),
        ("POST", "/shop/es/x", "es"),
        ("GET", "/fr/nowhere", "en"),
        ("GET", "/shop/nowhere", "en"),
        ("GET", "/x/es", "en"),
        ("GET", "/", "en"),
    ] {
        let wish = with_header(request(method, path), "accept-language", "en");
        let answer = site.send(wish).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        let page = answer.body.lines().next();
        assert_eq!(page, Some(tag), "{method} {path}");
        assert_eq!(answer.header("vary").is_empty(), tag == "es", "{path}");
    }
}

pub(super) async fn language(Lang(language): Lang) -> String {
    format!("{language}\n")
}

#[tokio::test]
async fn messages_in_templates() {
    let site = site();
    let page = site.get("/page?name=%3CAnn%3E").await;
    assert_eq!(page.body, "Hello &lt;Ann&gt;|English|Hola B|en");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let wish = with_header(request("GET", "/page?name=A"), "accept-language", "es");
    assert_eq!(site.send(wish).await.body, "Hola A|English|Hola B|es");
}

#[tokio::test]
async fn plurals_numbers_and_dates() {
    let site = Site::new(&[
        (
            "config/routes/site.yaml",
            "routes:\n  - page: {path: /page, controller: home::page}\n",
        ),
        (
            "config/i18n/en/m.yaml",
            "items: {one: '{count} item', other: '{count} items'}\nat: 'On {day|date(short)}'\n",
        ),
        (
            "config/i18n/es/m.yaml",
            "items: {one: '{count} cosa', other: '{count} cosas'}\nat: 'El {day|date(short)}'\n",
        ),
        (
            "template/page.html",
            "{{ 'items'|trans(count=1) }} {{ 'items'|trans(count=12345) }} \
             {{ 'at'|trans(day='2026-11-24') }} {{ 1234567.891|number(max=1) }} \
             {{ 1795532645|date(style='short', _lang='en') }}",
        ),
    ]);
    let short = |english: &'static str, iso: &'static str| {
        if cfg!(feature = "dates") {
            english
        } else {
            iso
        }
    };
    let page = site.get("/page").await.body;
    let date = short("11/24/26", "2026-11-24");
    assert_eq!(
        page,
        format!("1 item 12,345 items On {date} 1,234,567.9 {date}")
    );
    let wish = with_header(request("GET", "/page"), "accept-language", "es");
    let spanish = short("24/11/26", "2026-11-24");
    assert_eq!(
        site.send(wish).await.body,
        format!("1 cosa 12.345 cosas El {spanish} 1.234.567,9 {date}")
    );
}

/// The folder's name stays in paths; what HTML and HTTP want is a tag of BCP 47.
#[tokio::test]
async fn a_folder_with_an_underscore() {
    let site = Site::new(&[
        (
            "config/routes/site.yaml",
            "\
routes:
  - page: {path: '/{_lang}/page', controller: home::page, language: _lang, requirements: {_lang: en|pt_BR}}
  - echo: {path: /echo, controller: home::echo}
",
        ),
        ("config/i18n/en/m.yaml", "hi: Hello\n"),
        ("config/i18n/pt_BR/m.yaml", "hi: Oi\n"),
        (
            "template/page.html",
            "<html lang=\"{{ lang }}\">{{ 'hi'|trans }} {{ 'page'|url }}",
        ),
    ]);
    let page = site.get("/pt_BR/page").await;
    let start = "<html lang=\"pt-BR\">Oi /pt_BR/page";
    assert!(page.body.starts_with(start), "{}", page.body);
    let wish = with_header(request("GET", "/echo"), "accept-language", "pt");
    assert_eq!(site.send(wish).await.body, "echo en {}", "as before");
    let wish = with_header(request("GET", "/echo"), "accept-language", "pt-br");
    assert_eq!(site.send(wish).await.body, "echo pt-BR {}");
}

#[tokio::test]
async fn a_default_that_says_more_than_its_folder() {
    let site = Site::new(&[
        (
            "config/routes/site.yaml",
            "routes:\n  - page: {path: /page, controller: home::page}\n",
        ),
        (
            "config/app.yaml",
            "i18n: {language: {default: en-US}, missing: warn}\n",
        ),
        ("config/i18n/en/m.yaml", "hi: Hello\nonly: English\n"),
        ("config/i18n/es/m.yaml", "hi: Hola\n"),
        (
            "template/page.html",
            "{{ 'hi'|trans }}|{{ 'only'|trans(_lang='es') }}|{{ lang }}",
        ),
    ]);
    assert_eq!(site.get("/page").await.body, "Hello|English|en-US");
}
