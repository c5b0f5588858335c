use kalgan::test::Client;

#[test]
fn it_greets() {
    let client = Client::new(kalgan::embed!());
    let page = client.get("/").send();
    page.assert_ok().assert_selector_text("h1", "Hello World");
    page.click("日本").send().assert_text("Hello 日本");
    client
        .get("/<b>Ann")
        .send()
        .assert_text("Hello <b>Ann")
        .assert_no_selector("h1 b");
}

#[test]
fn other_methods_and_longer_paths_are_refused() {
    let client = Client::new(kalgan::embed!());
    client
        .post("/Ann")
        .send()
        .assert_status(405)
        .assert_header("allow", "GET, HEAD, OPTIONS");
    client.get("/Ann/Lee").send().assert_status(404);
}
