use super::{app, assert_right, assert_wrong, page};

#[test]
fn links_that_are_answered() {
    assert_right(&[
        "<a href='/'></a><a href=/about></a><A HREF=\"/about?x=1#y\"></A>",
        "<a href='/user/5'></a><a href='/user/{{ id }}'></a><a href='/user/{{ id }}/edit'></a>",
        "<a href='/user/{{ id }}{{ more }}'></a><a href='/{{ path }}'></a><a href='/us{{ x }}er'></a>",
        "<a href='/about{{ query }}'></a><a href='/about?{{ query }}'></a>",
        "<a href='/files/a/b/c.pdf'></a><a href='/files/{{ name }}'></a>",
        "<a href='/list'></a><a href='/list/3'></a>",
        "<a href='/en/shop'></a><a href='/{{ lang }}/shop'></a>",
        "<a href='//example.org/x'></a><a href='https://example.org/x'></a><a href='mailto:a@b.c'></a>",
        "<a href='tel:1'></a><a href='data:,x'></a><a href='javascript:void(0)'></a><a href='x/y'></a>",
        "<a href='../x'></a><a href='?a=b'></a><a href=''></a><a href></a><a href='{{ x|safe_url }}/y'></a>",
        "<img alt='' src='/static/img/a%20b.png'><img alt='' src='/static/img/{{ x }}.png'>",
        "<form action='/send' method=post></form><form action='/user/5/edit' method='{{ m }}'></form>",
        "<form action='/send' {{ attributes }}></form><form action='/about'></form>",
        "<form action='/send' method=dialog></form><form action='/send' {% if x %}method=post{% endif %}></form>",
        "<button formaction='/send'>x</button><button formaction='/send' formmethod='POST'>x</button>",
        "<p hx-get='/about' hx-post='/send'></p><a href='/about' hx-put='https://x.y/z'></a>",
        "<img alt='' srcset='/static/app.css 1x, /about 2x'>",
        "<meta http-equiv=refresh content='5; url=/about'><meta name=x content='5; url=/nope'>",
        "<meta http-equiv=refresh content='5'><object data='/about'></object><p data='/nope'></p>",
        "<svg><use href='#a'/><use xlink:href='/about#x'/></svg>",
        "<!-- <a href='/nope'> --><script>'<a href=\"/nope\">'</script><textarea title=t><a href='/nope'></textarea>",
        "<script type='text/template'><a href='/nope'></a></script>",
        "<a href='{% if x %}/about{% else %}/{% endif %}'></a>",
        "<a href='/about/${id}'></a><a href='/users/:id{x}'></a>",
        "<base href='https://x.y/'><a href='/nope'></a>",
        "<a href='/./about'></a><a href='/x/../about'></a>",
        "<a href='/caf&eacute;'></a>",
    ]);
}

#[test]
fn links_that_nothing_answers() {
    assert_wrong(&[
        (
            "<a href='/abuot'></a>",
            "1:10: error: no route answers `/abuot`; did you mean `/about`? Write the route's name: \
             `{{ \"about\"|url }}`",
        ),
        (
            "<p>\n  <A HREF=/abuot>x</A>",
            "2:11: error: no route answers `/abuot`",
        ),
        (
            "<a href=\"/uesr/{{ id }}/edit\"></a>",
            "1:10: error: no route answers `/uesr/…/edit`; did you mean `/user/{id}/edit`? Write the \
             route's name: `{{ \"edit\"|url(id=…) }}`",
        ),
        (
            "<a href='/user/{{ id }}/edti'></a>",
            "1:10: error: no route answers `/user/…/edti`",
        ),
        (
            "<a href='/user/ann'></a>",
            "1:10: error: no route answers `/user/ann`",
        ),
        (
            "<a href='/fr/shop'></a>",
            "1:10: error: no route answers `/fr/shop`",
        ),
        (
            "<a href='/about/'></a>",
            "1:10: error: no route answers `/about/`",
        ),
        (
            "<link rel=stylesheet href='/app.css'>",
            "1:28: error: no route answers `/app.css`; write `{{ \"/app.css\"|asset }}` for a static \
             file; those are in `static`",
        ),
        (
            "<link rel=stylesheet href='/static/ap.css?v=1'>",
            "1:28: error: there is no static file `static/ap.css`; did you mean `/app.css`?",
        ),
        (
            "<img alt='' srcset='/about 1x, /static/x.png 2x'>",
            "1:21: error: there is no static file",
        ),
        (
            "<video poster='/nope'></video>",
            "1:16: error: no route answers `/nope`",
        ),
        (
            "<object data='/nope'></object>",
            "1:15: error: no route answers `/nope`",
        ),
        (
            "<meta http-equiv='Refresh' content='0;URL=/nope'>",
            "1:37: error: no route answers `/nope`",
        ),
        (
            "<p hx-get='/nope'></p>",
            "1:12: error: no route answers `/nope`",
        ),
        (
            "{% if x %}<a href='/nope'></a>{% endif %}",
            "1:20: error: no route answers `/nope`",
        ),
        (
            "<a href='{% if x %}/nope{% else %}/about{% endif %}'></a>",
            "1:10: error: no route answers `/nope`",
        ),
        (
            "<a href='{{ \"/nope\" if x else \"/about\" }}'></a>",
            "1:10: error: no route answers `/nope`",
        ),
        (
            "<a href='/nope{% if x %}?x{% endif %}'></a>",
            "1:10: error: no route answers `/nope`",
        ),
        (
            "<p title='a' {% if x %}class='b'{% endif %}><a {% if y %}href='/nope'{% endif %}>x</a>",
            "1:64: error: no route answers `/nope`",
        ),
    ]);
}

#[test]
fn methods_that_a_route_does_not_answer() {
    assert_wrong(&[
        (
            "<form action='/send'></form>",
            "1:15: error: the route `send` answers `POST` at `/send`, but this sends GET; write \
             `method=\"post\"`, or add `get` to its `methods`",
        ),
        (
            "<form method=POST action='/about'></form>",
            "1:27: error: the route `about` answers `GET` at `/about`, but this sends POST; write \
             `method=\"get\"`, or add `post` to its `methods`",
        ),
        (
            "<a href='/send'></a>",
            "1:10: error: the route `send` answers `POST` at `/send`, but this sends GET; write a form \
             with a button, or add `get` to its `methods`",
        ),
        (
            "<p hx-delete='/about'></p>",
            "1:15: error: the route `about` answers `GET` at `/about`, but this sends DELETE",
        ),
        (
            "<button formaction='/about' formmethod=post>x</button>",
            "1:21: error: the route `about` answers",
        ),
    ]);
}

#[test]
fn a_prefix_stands_before_all_paths() {
    let text = "<a href='/shop/about'></a><a href='/about'></a><a href='/shop'></a><a href='/shop/nope'></a>\
         <img alt='' src='/shop/static/app.css'><img alt='' src='/shop/static/x.css'>";
    assert_eq!(
        app("server: {prefix: /shop}\n", &[("a.html", text)]),
        [
            "a.html:1:77: error: no route answers `/nope`; add a route, or write the name of one, `{{ \
             \"name\"|url }}`; the command `routes` lists them",
            "a.html:1:149: error: there is no static file `static/x.css`; did you mean `/app.css`?",
        ]
    );
}

#[test]
fn a_trailing_slash_is_what_the_setting_says() {
    let settings = "router: {trailing_slash: redirect}\n";
    assert_eq!(
        app(
            settings,
            &[("a.html", "<a href='/about/'></a><a href='/'></a>")]
        ),
        [""; 0]
    );
}

#[test]
fn an_app_without_routes_has_links_to_others() {
    let memory = crate::source::Memory::with([("template/a.html", "<a href='/x'></a>")]);
    let loaded = crate::loader::Loader::new(None).refresh(&memory).unwrap();
    assert_eq!(loaded.diagnostics, []);
}

#[test]
fn files_of_another_server_are_not_known() {
    let memory = crate::source::Memory::with([
        ("config/routes/a.yaml", super::ROUTES),
        (
            "template/a.html",
            "<img alt='' src='/static/x.png'><a href='/nope'></a>",
        ),
    ]);
    let loaded = crate::loader::Loader::new(None).refresh(&memory).unwrap();
    let told: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("no route answers `/nope`"), "{told:?}");
}

#[test]
fn classes_are_set() {
    let page_text = "<a href='/nope'></a><img>";
    let all = |settings: &str| app(settings, &[("a.html", page_text)]);
    assert_eq!(page(page_text).len(), 2);
    assert!(all("html: {check: off}\n").is_empty());
    let warned = all("html: {check: warn}\n");
    assert!(
        warned.iter().all(|line| line.contains(": warning: ")),
        "{warned:?}"
    );
    let one = all("html: {classes: {dead-link: off, image-alt: error}}\n");
    assert_eq!(one.len(), 1);
    assert!(one[0].contains("error: this image"), "{one:?}");
    let one = all("html: {check: off, classes: {image-alt: warn}}\n");
    assert_eq!(one.len(), 1);
}

#[test]
fn what_is_no_html_is_not_read() {
    for name in ["a.txt", "a.xml", "a.svg", "a", "a.html.bak"] {
        assert_eq!(
            app("", &[(name, "<a href='/nope'><div>")]),
            [""; 0],
            "{name}"
        );
    }
    for name in ["a.html", "b/a.HTM", "a.html.tera"] {
        assert_eq!(
            app("", &[(name, "<a href='/nope'></a>")]).len(),
            1,
            "{name}"
        );
    }
}
