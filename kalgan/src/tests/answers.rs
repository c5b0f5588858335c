//! Routes, methods, errors and layers.

use super::*;

const ROUTES: (&str, &str) = (
    "config/routes/site.yaml",
    "\
routes:
  - home: {path: /, controller: home::index, methods: get}
  - echo: {path: '/echo/{id}', controller: home::echo, requirements: {id: '[0-9]+'}}
  - opt: {path: '/opt/{page}', controller: home::echo, defaults: {page: 1, kind: x}}
  - form: {path: /form, controller: home::form, methods: post}
  - json: {path: /json, controller: home::json, methods: post}
  - fail: {path: '/fail/{status}', controller: home::fail}
  - panics: {path: /panics, controller: home::panics}
  - count: {path: /count, controller: home::count}
  - goes: {path: /goes, controller: home::goes}
  - marked: {path: /marked, controller: home::index, middleware: mark::first}
  - stopped: {path: /stopped, controller: home::index, middleware: 'mark::first, mark::stop'}
  - slash: {path: /slash/, controller: home::index}
",
);

fn post(path: &str, content_type: &'static str, body: &'static str) -> Request {
    let mut request = with_header(request("POST", path), "content-type", content_type);
    *request.body_mut() = Body::from(body);
    request
}

#[tokio::test]
async fn routes_and_methods() {
    let site = Site::new(&[ROUTES]);
    let home = site.get("/").await;
    assert_eq!((home.status, home.body.as_str()), (StatusCode::OK, "home"));
    assert_eq!(site.get("/echo/7").await.body, "echo en {\"id\": \"7\"}");
    assert_eq!(site.get("/echo/x").await.status, 404);
    assert_eq!(
        site.get("/opt").await.body,
        "opt en {\"kind\": \"x\", \"page\": \"1\"}"
    );
    assert_eq!(site.get("/echo/%FF").await.status, 400);

    let head = site.send(request("HEAD", "/")).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    assert_eq!(head.header("content-length"), "4");

    let refused = site.send(request("POST", "/")).await;
    assert_eq!(refused.status, 405);
    assert_eq!(refused.header("allow"), "GET, HEAD, OPTIONS");
    let options = site.send(request("OPTIONS", "/form")).await;
    assert_eq!(options.status, 204);
    assert_eq!(options.header("allow"), "OPTIONS, POST");
}

#[tokio::test]
async fn bodies() {
    let site = Site::new(&[ROUTES, ("config/app.yaml", "server:\n  max_body: 100\n")]);
    let urlencoded = "application/x-www-form-urlencoded";
    let sent = site.send(post("/form", urlencoded, "next=a%20b")).await;
    assert_eq!(sent.status, 303);
    assert_eq!(sent.header("location"), "/?a%20b");
    let sum = site.send(post("/json", "application/json", "[1,2]")).await;
    assert_eq!(sum.body, "3");
    let wrong = site.send(post("/json", "text/plain", "[1,2]")).await;
    assert_eq!(wrong.status, 415);
    let large = "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]";
    let refused = site.send(post("/json", "application/json", large)).await;
    assert_eq!(refused.status, 413);
}

#[tokio::test]
async fn middlewares_in_order() {
    let site = Site::new(&[ROUTES]);
    let marked = site.get("/marked").await;
    assert_eq!(
        (marked.header("x-first"), marked.body.as_str()),
        ("yes", "home")
    );
    let stopped = site.get("/stopped").await;
    assert_eq!(stopped.status, 403);
    assert_eq!(
        stopped.header("x-first"),
        "yes",
        "the first one sees the answer of the second"
    );
}

#[tokio::test]
async fn state_and_cookies() {
    let site = Site::with(&[ROUTES], |app| app.state(5_u32));
    let first = site.get("/count").await;
    assert_eq!(first.body, "0");
    assert_eq!(first.header("set-cookie"), "count=5; SameSite=Lax; Path=/");
    let again = with_header(request("GET", "/count"), "cookie", "count=5");
    assert_eq!(site.send(again).await.body, "5");
    let without = Site::new(&[ROUTES]).get("/count").await;
    assert_eq!(without.status, 500);
    assert!(without.body.contains("u32"), "{}", without.body);
}

#[tokio::test]
async fn errors_in_production_tell_nothing() {
    let site = Site::new(&[
        ROUTES,
        ("config/app.yaml", "environment:\n  is_prod: true\n"),
    ]);
    for (path, status) in [
        ("/fail/409", 409),
        ("/fail/599", 500),
        ("/panics", 500),
        ("/none", 404),
    ] {
        let error = site.get(path).await;
        assert_eq!(error.status, status);
        for inside in ["inside", "slip", "digit", "home::", ".rs"] {
            assert!(!error.body.contains(inside), "{path}: {}", error.body);
        }
        assert!(error.body.contains(&status.to_string()));
    }
}

#[tokio::test]
async fn trailing_slashes() {
    let with = |mode: &str| {
        let settings = format!("router:\n  trailing_slash: {mode}\n");
        Site::new(&[ROUTES, ("config/app.yaml", &settings)])
    };
    assert_eq!(with("strict").get("/echo/7/").await.status, 404);
    let redirect = with("redirect");
    let answer = redirect.get("/echo/7/?a=b").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (308, "/echo/7?a=b")
    );
    assert_eq!(redirect.get("/slash").await.header("location"), "/slash/");
    assert_eq!(redirect.get("//evil.example/").await.status, 404);
    assert_eq!(with("ignore").get("/echo/7/").await.status, 200);
}

#[tokio::test]
async fn redirects_behind_a_trusted_proxy_are_absolute_where_the_settings_say_so() {
    let with = |absolute: &str| {
        let settings = format!("server:\n  trusted_proxies: 10.0.0.0/8\n{absolute}");
        let settings = ("config/app.yaml", settings.as_str());
        Site::new(&[ROUTES, settings])
    };
    let site = with("  absolute_redirects: true\n");
    let forwarded = |peer: &str| {
        let request = with_header(request("GET", "/goes"), "x-forwarded-host", "www.example");
        let mut request = with_header(request, "x-forwarded-proto", "https");
        let (parts, ()) = http::Request::new(()).into_parts();
        let peer = Some(peer.parse().unwrap());
        let connection =
            crate::Connection::from_request(&parts.uri, &parts.headers, peer, &Default::default());
        request.extensions_mut().insert(connection);
        request
    };
    let trusted = site.send(forwarded("10.1.2.3:99")).await;
    assert_eq!(trusted.header("location"), "https://www.example/echo/7");
    let other = site.send(forwarded("11.1.2.3:99")).await;
    assert_eq!(other.header("location"), "/echo/7");

    let site = with("");
    let trusted = site.send(forwarded("10.1.2.3:99")).await;
    assert_eq!(trusted.header("location"), "/echo/7");
}

#[tokio::test]
async fn other_hosts_than_those_of_the_settings_are_refused() {
    let settings = (
        "config/app.yaml",
        "server:\n  hosts: [shop.example, .local]\n",
    );
    let site = Site::new(&[ROUTES, settings]);
    let status = async |host: &str| {
        let request = with_header(request("GET", "/echo/7"), "host", host);
        site.send(request).await.status.as_u16()
    };
    assert_eq!(status("shop.example").await, 200);
    assert_eq!(status("SHOP.example:8080").await, 200);
    assert_eq!(status("a.local").await, 200);
    assert_eq!(status("evil.example").await, 421);
    assert_eq!(status("shop.example.evil.example").await, 421);
    assert_eq!(status("").await, 421);
}

#[tokio::test]
async fn layers_wrap_everything() {
    let site =
        Site::with(&[ROUTES], |app| {
            let set = |name: &'static str| {
                tower::util::MapResponseLayer::new(move |response: Response| {
                    response.with_header(name, "on")
                })
            };
            app.layer(set("x-inner")).layer(set("x-outer")).layer(
                tower::timeout::TimeoutLayer::new(std::time::Duration::from_secs(60)),
            )
        });
    let answer = site.get("/none").await;
    assert_eq!(answer.status, 404);
    assert_eq!(
        (answer.header("x-inner"), answer.header("x-outer")),
        ("on", "on")
    );
}
