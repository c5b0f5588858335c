//! An app below a path that is no part of its own.

use super::*;

const ROUTES: &str = "\
routes:
  - home: {path: /, controller: home::page}
  - user: {path: '/{_lang}/user/{id}', controller: home::page, language: _lang}
  - goes: {path: /goes, controller: home::goes_home}
  - client: {path: /client, controller: home::client}
";

const PAGE: &str = "<!doctype html><body>{{ 'user'|url(id=5) }} {{ '/a.css'|asset }} {{ here() }} \
                    {{ 'es'|here(_query='') }} {{ request.path }} {{ request.url }} ";

/// A redirect to a route.
pub(super) async fn goes_home() -> Response {
    crate::render::checked::redirect("home", &[])
}

pub(super) async fn client(connection: crate::Connection) -> String {
    let ip = connection.client_ip();
    ip.map_or_else(String::new, |ip| ip.to_string())
}

fn site(settings: &str) -> Site {
    let settings = format!(
        "router: {{trailing_slash: redirect}}\nstatic: {{folders: static, path: /static}}\n{settings}"
    );
    Site::new(&[
        ("config/routes/site.yaml", ROUTES),
        ("config/app.yaml", &settings),
        ("config/i18n/en/m.yaml", "hi: Hello\n"),
        ("config/i18n/es/m.yaml", "hi: Hola\n"),
        ("static/a.css", "a {}"),
        ("template/page.html", PAGE),
    ])
}

/// All that leads anywhere leads below the prefix.
async fn leads_below(site: &Site, send: &str, prefix: &str) {
    let get = async |path: &str| {
        let asked = request("GET", &format!("{send}{path}"));
        site.send(with_header(asked, "host", "site.test")).await
    };
    let page = get("/en/user/7?a=1").await;
    let links = page.body.split_whitespace().collect::<Vec<_>>();
    let asset = links[2].split('?').next().unwrap();
    assert_eq!(links[1], format!("html><body>{prefix}/en/user/5"));
    assert_eq!(asset, format!("{prefix}/static/a.css"));
    assert_eq!(
        links[3..5],
        [
            format!("{prefix}/en/user/7?a=1"),
            format!("{prefix}/es/user/7")
        ]
    );
    assert_eq!(links[5], "/en/user/7");
    assert_eq!(links[6], format!("http://site.test{prefix}/en/user/7?a=1"));
    let script = format!("<script src=\"{prefix}/_kalgan/live.js\"");
    assert!(page.body.contains(&script), "{}", page.body);
    let events = format!("\"events\":\"{prefix}/_kalgan/events\"");
    assert!(page.body.contains(&events), "{}", page.body);
    assert_eq!(get("/goes").await.header("location"), format!("{prefix}/"));
    assert_eq!(
        get("/goes/?x").await.header("location"),
        format!("{prefix}/goes?x")
    );
    assert_eq!(get("/static/a.css").await.body, "a {}");
    assert_eq!(get("/_kalgan/live.js").await.status, 200);
}

#[tokio::test]
async fn the_setting_is_before_all_that_leads_anywhere() {
    let site = site("server: {prefix: /shop/}\n");
    // A proxy may cut it off or not.
    leads_below(&site, "", "/shop").await;
    leads_below(&site, "/shop", "/shop").await;
    assert_eq!(site.get("/shopping").await.status, 404);
    assert_eq!(site.get("/other/_kalgan/live.js").await.status, 404);
}

#[tokio::test]
async fn without_it_nothing_is() {
    leads_below(&site(""), "", "").await;
}

#[cfg(feature = "axum")]
mod in_axum {
    use super::*;
    use axum::Router;
    use axum::extract::ConnectInfo;
    use std::net::SocketAddr;

    #[tokio::test]
    async fn an_app_knows_where_it_is_nested() {
        let nested = site("");
        let app = nested.app.clone();
        let router = Router::new().nest_service("/annex", app.clone());
        let site = |router: Router, path: &'static str| async move {
            let asked = with_header(request("GET", path), "host", "site.test");
            let response = router.oneshot(asked).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            (parts, String::from_utf8(body.to_vec()).unwrap())
        };
        let (_, page) = site(router.clone(), "/annex/en/user/7").await;
        for link in [
            "/annex/en/user/5",
            "/annex/static/a.css?",
            "/annex/es/user/7",
            "http://site.test/annex/en/user/7",
            "\"/annex/_kalgan/live.js\"",
            "\"/annex/_kalgan/events\"",
        ] {
            assert!(page.contains(link), "{link}: {page}");
        }
        for (path, location) in [("/annex/goes", "/annex/"), ("/annex/goes/", "/annex/goes")] {
            let (parts, _) = site(router.clone(), path).await;
            assert_eq!(parts.headers["location"], location);
        }
        // Deeper, and below a parameter.
        let inner = Router::new().nest_service("/{shop}", app.clone());
        let deeper = Router::new().nest("/a", inner);
        let (parts, _) = site(deeper, "/a/b%20c/goes").await;
        assert_eq!(parts.headers["location"], "/a/b%20c/");
        // As a fallback it has all of the path.
        let (parts, _) = site(Router::new().fallback_service(app.clone()), "/goes").await;
        assert_eq!(parts.headers["location"], "/");
    }

    #[tokio::test]
    async fn who_asks_is_known_by_connect_info() {
        let site = site("server: {trusted_proxies: 10.0.0.1}\n");
        let peer: SocketAddr = "10.0.0.1:7".parse().unwrap();
        for (forwarded, client) in [(None, "10.0.0.1"), (Some("192.0.2.9"), "192.0.2.9")] {
            let mut asked = request("GET", "/client");
            if let Some(forwarded) = forwarded {
                asked = with_header(asked, "x-forwarded-for", forwarded);
            }
            asked.extensions_mut().insert(ConnectInfo(peer));
            assert_eq!(site.send(asked).await.body, client);
        }
    }
}
