//! Forms and links.

use super::{failure, page};
use crate::test::{Form, Upload};

pub(super) fn form(html: &'static str) -> Form {
    page(html).get("/page").send().form("form")
}

pub(super) fn values(form: &Form) -> Vec<String> {
    let values = form.values().into_iter();
    values
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

#[test]
fn a_form_has_the_values_of_its_page() {
    let form = form(
        "<form><input name=a value='1 2'><input name=b><input value=nameless>
         <input type=hidden name=token value=t><input type=hidden name=_charset_>
         <input type=checkbox name=c><input type=checkbox name=d checked>
         <input type=checkbox name=e value=x checked>
         <input type=radio name=r value=1><input type=radio name=r value=2 checked>
         <select name=s><option>one<option value=2 selected>two</select>
         <select name=t><option disabled>none<option> first  one </option></select>
         <select name=m multiple><option selected>p<option>q<option selected>r</select>
         <textarea name=text>\nline\nnext</textarea>
         <input type=file name=file><input type=button name=no value=no>
         <input type=reset name=no><button type=button name=no>No</button></form>",
    );
    assert_eq!(
        values(&form),
        [
            "a=1 2",
            "b=",
            "token=t",
            "_charset_=UTF-8",
            "d=on",
            "e=x",
            "r=2",
            "s=2",
            "t=first one",
            "m=p",
            "m=r",
            "text=line\r\nnext",
            "file=",
        ]
    );
    assert_eq!(form.value("s").as_deref(), Some("2"));
    assert_eq!(form.value("c"), None);
}

#[test]
fn what_is_disabled_or_elsewhere_is_not_sent() {
    let form = form(
        "<input name=before form=f value=1><input name=other form=g>
         <form id=f><input name=a disabled><input name=elsewhere form=g>
         <fieldset disabled><legend><input name=legend></legend><input name=b></fieldset>
         <datalist><select name=d><option>x</select></datalist>
         <select name=s><optgroup disabled><option>x</optgroup><option>y</select></form>
         <form id=g></form>",
    );
    assert_eq!(values(&form), ["before=1", "legend=", "s=y"]);
}

#[test]
fn fields_are_filled_in() {
    let html = "<form><input name=a><input name=a><textarea name=t></textarea>
         <input type=radio name=r value=1 checked><input type=radio name=r value=2>
         <input type=checkbox name=c value=x><input type=checkbox name=c value=y checked>
         <input type=checkbox name=one>
         <select name=s><option>p<option>q</select>
         <select name=m multiple><option selected>p<option>q<option>r</select></form>";
    let filled = form(html)
        .fill_all("a", &["1", "2"])
        .fill("t", "x\ny")
        .fill("r", "2")
        .fill("c", "x")
        .check("one")
        .fill("s", "q")
        .fill_all("m", &["q", "r"]);
    let expected = [
        "a=1", "a=2", "t=x\r\ny", "r=2", "c=x", "one=on", "s=q", "m=q", "m=r",
    ];
    assert_eq!(values(&filled), expected);
    let cleared = filled.uncheck("one").fill_all("c", &[]).fill_all("m", &[]);
    assert_eq!(
        values(&cleared),
        expected[..4]
            .iter()
            .chain(&["s=q"])
            .copied()
            .collect::<Vec<_>>()
    );
}

#[test]
fn mistakes_are_told() {
    let html = "<form><input name=a><input name=b disabled><input type=checkbox name=c value=x>
         <input type=checkbox name=c value=y><select name=s><option>p<option>q</select>
         <input type=file name=f><button>Go</button></form>
         <form method=dialog id=d><button>Close</button></form><p>out</p>";
    let form = || form(html);
    for (text, expected) in [
        (
            failure(|| form().fill("x", "1")),
            "the form of /page: there is no field `x`; there are [\"a\", \"b\", \"c\", \"s\", \"f\"]",
        ),
        (
            failure(|| form().fill("b", "1")),
            "the field `b` is disabled",
        ),
        (
            failure(|| form().fill("s", "r")),
            "the field `s` has no option `r`; it has [\"p\", \"q\"]",
        ),
        (
            failure(|| form().fill_all("s", &["p", "q"])),
            "has no option `q`",
        ),
        (
            failure(|| form().fill_all("a", &["1", "2"])),
            "no further field `a` for `2`",
        ),
        (failure(|| form().fill("f", "x")), "use `attach`"),
        (failure(|| form().check("c")), "there are 2 check boxes `c`"),
        (failure(|| form().check("a")), "`a` is no check box"),
        (
            failure(|| form().attach("a", Upload::new("x", ""))),
            "`a` does not take files",
        ),
        (
            failure(|| form().press("Stop")),
            "no button `Stop` that can be pressed; it has [\"Go\"]",
        ),
    ] {
        assert!(text.contains(expected), "{text}");
    }
    let response = page(html).get("/page").send();
    for (text, expected) in [
        (
            failure(|| response.form("#none")),
            "there is no form `#none`",
        ),
        (failure(|| response.form("p")), "`p` is in no form"),
        (failure(|| response.form("p[")), "`p[` is no CSS selector"),
        (
            failure(|| response.form_of("Stop")),
            "there is no button `Stop`; there are [\"Go\", \"Close\"]",
        ),
        (
            failure(|| response.form("#d").send()),
            "the method `dialog`",
        ),
    ] {
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn a_get_form_replaces_the_query_of_its_action() {
    let response = form("<form action='/find?old=1#x'><input name=q></form>")
        .fill("q", "a b&é")
        .send();
    assert_eq!(response.text(), "GET /find?q=a+b%26%C3%A9 -\n");
}

#[test]
fn a_post_form_is_sent_as_its_type_says() {
    let response =
        form("<form method=POST><input name=a value='1 2'><input type=file name=f></form>")
            .attach("f", Upload::new("x.txt", "content"))
            .send();
    assert_eq!(
        response.text(),
        "POST /page application/x-www-form-urlencoded\na=1+2&f=x.txt"
    );
    let response = form(
        "<form method=post action=up enctype='multipart/form-data'>
         <input name=a value=1><input type=file name=f><input type=file name=g multiple>
         <input name=z value=2></form>",
    )
    .attach("g", Upload::new("x.txt", "first"))
    .attach("g", Upload::new("y.txt", "second"))
    .send();
    let text = response.text();
    assert!(
        text.starts_with("POST /up multipart/form-data; boundary=--"),
        "{text}"
    );
    let places: Vec<usize> = [
        "name=\"a\"",
        "filename=\"\"",
        "first",
        "second",
        "name=\"z\"",
    ]
    .iter()
    .map(|part| text.find(part).unwrap())
    .collect();
    assert!(places.is_sorted(), "{text}");
    let response = form("<form method=post enctype='text/plain'><input name=a value=1></form>");
    assert_eq!(response.send().text(), "POST /page text/plain\na=1\r\n");
}

#[test]
fn the_pressed_button_is_sent() {
    let html = "<form action=/f method=post><button disabled name=no value=0>No</button>
         <button name=go value=1>Save</button><input name=a value=1>
         <input type=submit name=go value=Delete formaction=/d formmethod=get>
         <input type=image name=map alt=Map></form>
         <button form=x>Elsewhere</button><form id=x action=/x></form>";
    let response = page(html).get("/page").send();
    let sent = |form: Form| form.send().text().to_owned();
    let kind = "application/x-www-form-urlencoded";
    // Unless the test says, it is the first button that can be pressed.
    assert_eq!(
        sent(response.form("form")),
        format!("POST /f {kind}\ngo=1&a=1")
    );
    assert_eq!(
        sent(response.form("[name=a]")),
        format!("POST /f {kind}\ngo=1&a=1")
    );
    assert_eq!(
        sent(response.form("input[type=submit]")),
        "GET /d?a=1&go=Delete -\n"
    );
    assert_eq!(sent(response.form_of("Delete")), "GET /d?a=1&go=Delete -\n");
    assert_eq!(
        sent(response.form("form").press("Map")),
        format!("POST /f {kind}\na=1&map.x=0&map.y=0")
    );
    assert_eq!(sent(response.form_of("Elsewhere")), "GET /x? -\n");
    let text = failure(|| response.form("button[disabled]"));
    assert!(text.contains("the button `No` is disabled"), "{text}");
}

#[test]
fn a_form_says_where_it_comes_from() {
    let client = super::client(|parts, _| {
        let header = |name: &str| {
            let value = parts.headers.get(name);
            value
                .map_or("-", |value| value.to_str().unwrap())
                .to_owned()
        };
        crate::response::html(format!(
            "<form method=post></form><form id=safe method=post action='https://localhost/s'></form>
             <a href=x>Next</a><i>{} {}</i>",
            header("referer"),
            header("origin")
        ))
    });
    let page = client.get("/page?a").send();
    page.assert_selector_text("i", "- -");
    let sent = page.form("form").send();
    sent.assert_selector_text("i", "http://localhost/page?a http://localhost");
    // An origin is its scheme, too.
    let safe = page.form("#safe").send();
    safe.assert_selector_text("i", "http://localhost/ http://localhost");
    page.click("Next")
        .send()
        .assert_selector_text("i", "http://localhost/page?a -");
}

#[tokio::test]
async fn a_form_of_an_async_test() {
    let client = page("<form action=/f><input name=q></form>");
    let response = client.get("/page").await;
    assert_eq!(response.form("form").fill("q", "1").await.path(), "/f?q=1");
}

#[test]
fn links_are_clicked() {
    let html = "<a href=/one>The  <b>first</b></a><a href=/one>The first</a><a href='two?x'><img alt=Second></a>
         <a href=/3 aria-label=Third>→</a><a href=/4>Twice</a><a href=/5>Twice</a>
         <a href='http://other.example/'>Away</a><a href='mailto:a@b.example'>Mail</a>
         <a href='#part'>Here</a><a>None</a><a href=/6><span class=x>six</span></a>";
    let response = page(html).get("/page").send();
    for (text, path) in [
        ("The first", "/one"),
        ("Second", "/two?x"),
        ("Third", "/3"),
        ("Here", "/page"),
    ] {
        assert_eq!(response.click(text).send().path(), path);
    }
    assert_eq!(response.click_selector(".x").send().path(), "/6");
    for (text, expected) in [
        (
            failure(|| response.click("Twice")),
            "to `/4`, `/5`: say which by `click_selector`",
        ),
        (
            failure(|| response.click("None")),
            "there is no link `None`; there are [\"The first\",",
        ),
        (failure(|| response.click("Away")), "leads to another host"),
        (failure(|| response.click("Mail")), "is no page"),
        (
            failure(|| response.click_selector("i")),
            "no link that matches `i`",
        ),
    ] {
        assert!(text.contains(expected), "{text}");
    }
    let based = page("<base href='/deep/er/'><a href=x>X</a>")
        .get("/page")
        .send();
    assert_eq!(based.click("X").send().path(), "/deep/er/x");
}

#[test]
fn the_text_of_a_button_counts_before_its_title() {
    let page = page(
        "<form action=/save><button name=do value=draft title=Save>Draft</button>
         <button name=do value=publish>Save</button></form>
         <form action=/one><button title=Delete>x</button></form>
         <form action=/all><button>Delete</button></form>
         <form action=/icon><button title=Icon>y</button></form>
         <a href=/title title=Docs>T</a><a href=/docs>Docs</a>",
    )
    .get("/page")
    .send();
    let saved = page.form("form").press("Save").send();
    assert_eq!(saved.path(), "/save?do=publish");
    for (button, path) in [("Delete", "/all"), ("Icon", "/icon")] {
        assert_eq!(page.form_of(button).send().path(), format!("{path}?"));
    }
    assert_eq!(page.click("Docs").send().path(), "/docs");
}
