//! Signing the guestbook.

use super::{museum, visitor};
use kalgan::test::Client;

#[test]
fn a_line_is_signed_once_and_all_visitors_see_it() {
    let museum = museum();
    let client = Client::new(museum.clone());
    let page = client.get("/en/guestbook").send();
    page.assert_selector_text(".blank", "The first page is still blank.");

    let form = page.form_of("Sign the book");
    let signed = form
        .fill("name", "Ida")
        .fill("message", "<i>Rhenium</i>, please.");
    let redirect = signed.send();
    redirect.assert_redirect("/en/guestbook/thanks");
    let thanks = redirect.follow().send();
    thanks.assert_ok().assert_selector_text("h1", "Thank you");
    let book = thanks.click("See it in the book").send();
    book.assert_count(".entries li", 1)
        .assert_selector_text(".entries blockquote", "<i>Rhenium</i>, please.")
        .assert_selector_contains(".entries p", "Ida");

    let other = Client::new(museum);
    other
        .get("/es/guestbook")
        .send()
        .assert_count(".entries li", 1);
}

#[test]
fn what_is_wrong_is_told_at_its_field() {
    let client = visitor();
    let page = client.get("/es/guestbook").send();
    let form = page.form("form[method=post]");
    let wrong = form
        .fill("contact", "nobody")
        .fill("message", "¡Oro!")
        .send();
    wrong
        .assert_status(422)
        .assert_selector_text("#name-error", "Escriba su nombre, por favor.")
        .assert_selector_text("#contact-error", "Esto no parece una dirección de correo.")
        .assert_no_selector("#message-error");
    // What was right need not be written again.
    let form = wrong.form("form[method=post]");
    assert_eq!(form.value("message").as_deref(), Some("¡Oro!"));
    let thanks = form.fill("name", "Andrés").fill("contact", "").send();
    thanks.assert_redirect("/es/guestbook/thanks");
}

#[test]
fn fields_that_are_missing_are_empty_ones() {
    let wrong = visitor()
        .post("/en/guestbook")
        .form(&[("message", "Hello")])
        .send();
    wrong
        .assert_status(422)
        .assert_selector_text("#name-error", "Please write your name.");
}
