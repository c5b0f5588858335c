//! What has to stay true: each test visits the app as a browser does, without a socket.

use kalgan::test::Client;

#[test]
fn the_home_page_speaks_two_languages() {
    let visitor = Client::new(kalgan::embed!());
    let home = visitor.get("/en").send();
    home.assert_ok().assert_selector_text("h1", "It works.");
    let home = home.click("Español").send();
    home.assert_ok().assert_selector_text("h1", "Funciona.");
}

#[test]
fn visitors_get_the_language_that_they_prefer() {
    let visitor = Client::new(kalgan::embed!()).accept_language("es-MX, en;q=0.5");
    visitor.get("/").send().assert_redirect("/es");
}

#[test]
fn what_is_not_there_is_not_found() {
    let visitor = Client::new(kalgan::embed!());
    visitor.get("/en/nowhere").send().assert_status(404);
}
