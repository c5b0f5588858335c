use super::*;
use crate::check::functions;
use crate::testing::TestPackage;

#[test]
fn controllers_of_errors_have_no_parameters() {
    for (argument, status) in [
        ("id: Path<u64>", "4xx"),
        ("id: Path<u64>", "default"),
        ("route: Route", "default"),
        ("Form(one): Form<One>", "404"),
        ("Form(may): Form<May>", "500"),
        ("Json(all): Json<May>", "500"),
        ("Query(one): Query<One>", "404"),
        ("Query(one): Query<One>", "4xx"),
        ("id: Path<u64>", "404"),
        ("id: Path<One>", "404"),
        ("id: Path<(u8, u8)>", "500"),
        ("id: Path<u64>", "405"),
        ("route: Route", "404"),
        ("Json(all): Json<May>", "404"),
    ] {
        let found = said(argument, status, "");
        assert_eq!(found.len(), 1, "{argument} {found:?}");
        let place = found[0].place.as_ref().unwrap().display();
        let expected = format!("config/app.yaml:2:{}", status.len() + 5);
        assert_eq!(
            (found[0].code, place.as_str()),
            (Some("error-controller"), expected.as_str())
        );
        assert_eq!(found[0].notes.len(), 1);
    }
    for (argument, status) in [
        ("id: Path<u64>", "5xx"),
        ("Query(may): Query<May>", "404"),
        (
            "Query(all): Query<std::collections::HashMap<String, String>>",
            "404",
        ),
        ("Query(one): Query<One>", "500"),
        ("one: Option<Query<One>>", "404"),
        ("one: Result<Form<One>>", "404"),
        ("request: Request", "404"),
        ("text: String", "404"),
        ("", "404"),
        ("info: ErrorInfo", "404"),
        ("id: Path<Option<u64>>", "404"),
        ("id: Path<May>", "404"),
        ("id: Option<Path<u64>>", "404"),
        ("route: Option<Route>", "404"),
        ("id: Path<()>", "404"),
        ("id: Path<u64>", "500"),
        ("route: Route", "500"),
    ] {
        assert!(said(argument, status, "").is_empty(), "{argument}");
    }
}

#[test]
fn pages_of_errors_have_no_route() {
    for (page, expected) in [
        ("<p>\n{{ route.name }}", Some("template/page.html:2:10")),
        ("{{ route.name if route else \"\" }}", None),
        ("{% if route %}{{ route.name }}{% endif %}", None),
        ("{{- route.path | upper }}", Some("template/page.html:1:11")),
        ("{% if route.name == \"x\" %}{% endif %}", None),
        ("{{ route.name | default(value=\"\") }}", None),
        ("{{ request.path }}", None),
    ] {
        let found = said("", "404", page);
        let places = found
            .iter()
            .map(|found| found.place.as_ref().unwrap().display());
        assert_eq!(
            places.collect::<Vec<String>>().first().map(String::as_str),
            expected,
            "{page}"
        );
        assert!(said("", "500", page).is_empty());
    }
}

fn said(argument: &str, status: &str, page: &str) -> Vec<Diagnostic> {
    let main = format!(
        "mod controller {{ pub mod c {{ use kalgan::prelude::*; pub fn a() {{}}
             #[derive(serde::Deserialize)] pub struct One {{ id: u8 }}
             #[derive(serde::Deserialize)] pub struct May {{ id: Option<u8> }}
             pub fn e({argument}) {{ render!(\"page.html\") }} }} }}"
    );
    let app = TestPackage::new(&[
        ("src/main.rs", &main),
        (
            "config/routes/a.yaml",
            "routes: [{a: {path: '/{id}', controller: c::a}}]",
        ),
        ("template/page.html", page),
        ("config/app.yaml", &format!("error:\n  {status}: c/e\n")),
    ]);
    let site = crate::site::load(app.folder.path(), None);
    assert!(site.is_good(), "{:?}", site.diagnostics);
    let functions = functions::check(&site, &app.krate(), true);
    check(&site, &functions, &app.krate(), &CratePath::default())
}
