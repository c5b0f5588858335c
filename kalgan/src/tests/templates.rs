//! Rendering: filters, the request's variables, errors with their places.

use super::*;

fn site_with(template: &str, settings: &str) -> Site {
    Site::new(&[
        ("config/app.yaml", settings),
        (
            "config/routes/site.yaml",
            "\
routes:
  - page: {path: '/page/{id}', controller: home::page}
  - other: {path: '/other/{name}', controller: home::page}
",
        ),
        ("config/i18n/en/m.yaml", "hi: Hello {name}\n"),
        ("static/app.css", "a {}"),
        ("template/page.html", template),
    ])
}

#[tokio::test]
async fn urls_and_the_request() {
    let template = "{{ 'other'|url(name='a b') }} {{ url(name='page', id=5) }} {{ route.name }} \
                    {{ route.parameters.id }} {{ request.method }} {{ request.path }} {{ request.query }} {{ request.host }}";
    let site = site_with(template, "");
    let page = site.get("/page/7?x=1").await;
    // The function's own argument is `name`, so a route's `name` needs the filter.
    assert_eq!(
        page.body,
        "/other/a%20b /page/5 page 7 GET /page/7 x=1 site.test"
    );
}

/// The build knows them, too.
#[tokio::test]
async fn the_fields_of_what_every_template_has() {
    for (name, fields) in kalgan_core::templates::PROVIDED_FIELDS {
        let template = format!("{{{{ {name}|keys|sort|join(sep=' ') }}}}");
        let page = site_with(&template, "").get("/page/7").await;
        let mut fields = fields.to_vec();
        fields.sort_unstable();
        assert_eq!(page.body, fields.join(" "), "{name}");
    }
}

#[tokio::test]
async fn assets_carry_a_version() {
    // A name that is known when the files are checked must be there.
    let template = "{% set gone = '/gone' ~ '.css' %}{{ '/app.css'|asset }} {{ asset(path=gone) }}";
    let settings = "static:\n  path: /static\n  folders: static\n  version: v001\n";
    let site = site_with(template, settings);
    let development = site.get("/page/1").await.body;
    let modified = std::fs::metadata(site.folder.path().join("static/app.css"))
        .and_then(|metadata| metadata.modified())
        .unwrap()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis();
    assert!(
        development.starts_with(&format!("/static/app.css?{modified} /static/gone.css?")),
        "{development}"
    );
    let production = site_with(
        template,
        &format!("{settings}environment:\n  is_prod: true\n"),
    );
    assert_eq!(
        production.get("/page/1").await.body,
        "/static/app.css?v001 /static/gone.css?v001"
    );
    let auto = settings.replace("v001", "auto");
    let auto = site_with(template, &format!("{auto}environment:\n  is_prod: true\n"));
    let hash = kalgan_core::content_hash::content_hash(b"a {}");
    assert_eq!(
        auto.get("/page/1").await.body,
        format!("/static/app.css?{hash} /static/gone.css")
    );
}

#[tokio::test]
async fn a_mistake_while_rendering_has_its_place() {
    for (template, expected) in [
        ("ok\n{{ nope }}", "template/page.html:2:4"),
        ("{{ 'hi'|trans }}", "needs a value for `name`"),
        ("{{ 'ho'|trans }}", "there is no message `ho`"),
        ("\n\n{{ 'othre'|url }}", "template/page.html:3:"),
        ("{{ 'page'|url }}", "needs the parameter `id`"),
        ("{% set k = 'ho' %}{{ k|trans }}", "did you mean `hi`?"),
        (
            "{% set k = 'hi' %}{{ k|trans }}",
            "needs a value for `name`",
        ),
        (
            "\n{% set r = 'othre' %}{{ r|url }}",
            "template/page.html:2:",
        ),
        (
            "{% set r = 'page' %}{{ r|url }}",
            "needs the parameter `id`",
        ),
    ] {
        let page = site_with(template, "").get("/page/1").await;
        assert_eq!(page.status, 500);
        assert!(page.body.contains(expected), "{template}: {}", page.body);
    }
    let site = site_with("x", "");
    let missing = site.get("/page/1?template=pgae.html").await;
    assert!(
        missing.body.contains("did you mean `page.html`?"),
        "{}",
        missing.body
    );
}

/// In production a page with a message too few is better than none.
#[tokio::test]
async fn production_shows_the_key() {
    let site = site_with(
        "{% set key = 'ho' %}{{ key|trans }} {% set key = 'hi' %}{{ key|trans }}",
        "environment: {is_prod: true}",
    );
    assert_eq!(site.get("/page/1").await.body, "ho Hello {name}");
}

#[tokio::test]
async fn filters_of_the_app() {
    let files = [
        (
            "config/routes/site.yaml",
            "routes:\n  - page: {path: /, controller: home::page}\n",
        ),
        ("template/page.html", "{{ 'a'|shout }}"),
        ("template/old.html", "x"),
    ];
    let site = Site::with(&files, |app| {
        app.tera(|tera| {
            tera.register_filter("shout", |text: &str, _: tera::Kwargs, _: &tera::State| {
                text.to_uppercase()
            });
        })
    });
    assert_eq!(site.get("/").await.body, "A");
    site.remove("template/old.html");
    site.write("template/page.html", "{{ 'b'|shout }}");
    assert_eq!(site.get("/").await.body, "B", "after Tera was made anew");
    assert_eq!(site.get("/?template=old.html").await.status, 500);
}

/// What the settings declare has to be registered when the app starts.
#[tokio::test]
async fn a_declared_filter_that_nobody_registers() {
    let files = [
        (
            "config/routes/site.yaml",
            "routes:\n  - page: {path: /, controller: home::page}\n",
        ),
        ("config/app.yaml", "tera:\n  filters: shout\n"),
        ("template/page.html", "{{ 'a'|upper }}"),
    ];
    let page = Site::new(&files).get("/").await;
    assert_eq!(page.status, 500);
    let said = "the setting `tera.filters` (config/app.yaml:2:3) declares the filter `shout`, but \
                nothing registers it";
    assert!(page.body.contains(said), "{}", page.body);
    let site = Site::with(&files, |app| {
        app.tera(|tera| {
            tera.register_filter("shout", |text: &str, _: tera::Kwargs, _: &tera::State| {
                text.to_uppercase()
            });
        })
    });
    assert_eq!(site.get("/").await.body, "A");
}

#[tokio::test]
async fn the_content_type_follows_the_name() {
    let site = site_with("x", "");
    site.write("template/a.xml", "<a/>");
    site.write("template/a.txt", "x");
    site.write("template/a.json", "{}");
    for (name, expected) in [
        ("page.html", "text/html; charset=utf-8"),
        ("a.xml", "text/xml; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.json", "application/json"),
    ] {
        let page = site.get(&format!("/page/1?template={name}")).await;
        assert_eq!(page.header("content-type"), expected, "{}", page.body);
    }
}

#[tokio::test]
async fn assets_are_linked_to_where_they_are_found() {
    for path in ["/static", "/static/", "static", "static/"] {
        for name in ["app.css", "/app.css"] {
            let template = format!("{{{{ \"{name}\"|asset }}}}");
            let settings = format!("static: {{path: {path}, folders: static}}\n");
            let site = site_with(&template, &settings);
            let page = site.get("/page/1").await;
            let link = page.body.split('?').next().unwrap();
            assert_eq!(link, "/static/app.css", "{path} {name}");
            assert_eq!(site.get(&page.body).await.status, 200);
        }
    }
    let settings = "static: {path: /static, folders: static}\n";
    let template = "{% set name = '//evil.example' ~ '/a.js' %}{{ name|asset }}";
    let page = site_with(template, "static: {folders: static}\n")
        .get("/page/1")
        .await;
    assert!(
        page.body.starts_with("/evil.example/a.js?"),
        "{}",
        page.body
    );
    for (name, expected) in [
        ("a b.css", "a%20b.css"),
        ("100%.css", "100%25.css"),
        ("a%20b.css", "a%2520b.css"),
        ("a#b?.css", "a%23b%3F.css"),
        ("é/ü.css", "%C3%A9/%C3%BC.css"),
        ("a+b&c[d].css", "a+b&c%5Bd%5D.css"),
    ] {
        let template = format!("{{% set name = '/{name}' %}}{{{{ name|asset|safe }}}}");
        let site = site_with(&template, settings);
        let file = site.folder.path().join("static").join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, name).unwrap();
        let page = site.get("/page/1").await;
        let link = page.body.split('?').next().unwrap();
        assert_eq!(link, format!("/static/{expected}"));
        assert_eq!(site.get(&page.body).await.body, name);
    }
}

#[tokio::test]
async fn links_to_other_hosts_have_the_port_of_the_request() {
    let files = |settings| {
        [
            ("config/app.yaml", settings),
            (
                "config/routes/site.yaml",
                "\
routes:
  - page: {path: /page, controller: home::page}
  - shop: {path: '/{p*}', controller: home::page, host: '{shop}.localhost'}
",
            ),
            ("template/page.html", "{{ 'shop'|url(shop='b', p='x') }}"),
        ]
    };
    let asked = async |site: &Site, host: &str| {
        let mut request = request("GET", "/page");
        request.headers_mut().insert("host", host.parse().unwrap());
        site.send(request).await.body
    };
    let site = Site::new(&files(""));
    assert_eq!(
        asked(&site, "a.localhost:7878").await,
        "//b.localhost:7878/x"
    );
    assert_eq!(asked(&site, "a.localhost").await, "//b.localhost/x");
    assert_eq!(asked(&site, "[::1]").await, "//b.localhost/x");
    assert_eq!(asked(&site, "[::1]:81").await, "//b.localhost:81/x");
    // In production a client's word is not enough.
    let site = Site::new(&files(
        "environment: {is_prod: true}\nserver: {port: 8080}\n",
    ));
    assert_eq!(
        asked(&site, "a.localhost:8080").await,
        "//b.localhost:8080/x"
    );
    assert_eq!(asked(&site, "a.localhost:9").await, "//b.localhost/x");
}

#[tokio::test]
async fn values_with_which_another_route_answers() {
    let files = |settings| {
        [
            ("config/app.yaml", settings),
            (
                "config/routes/site.yaml",
                "\
routes:
  - new: {path: /user/new, controller: home::page}
  - user: {path: '/user/{name}', controller: home::page}
  - page: {path: /page, controller: home::page}
",
            ),
            ("template/page.html", "{{ 'user'|url(name=name) }}"),
        ]
    };
    let live = Site::new(&files(""));
    assert_eq!(live.get("/page?name=ann").await.body, "/user/ann");
    let page = live.get("/page?name=new").await;
    assert_eq!(page.status, 500);
    // The page is shown all the same in production.
    let production = Site::new(&files("environment: {is_prod: true}\n"));
    assert_eq!(production.get("/page?name=new").await.body, "/user/new");
    assert_eq!(production.get("/page?name=..").await.status, 500);
}
