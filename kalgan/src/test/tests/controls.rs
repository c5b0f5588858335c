//! The values of controls, and what fills them in.

use super::forms::{form, values};
use super::{failure, page};

/// A browser sends `agree=0&agree=1` for a box with a tick, `agree=0` for one without.
#[test]
fn a_hidden_twin_stays_as_it_is() {
    let html = "<form><input type=hidden name=agree value=0>
         <input type=checkbox name=agree value=1>
         <input type=hidden name=m value=''><select name=m multiple><option>p<option>q</select>
         <input type=hidden name=off value=0><input type=checkbox name=off value=1 disabled>
         <input type=hidden name=token value=t></form>";
    let filled = form(html).fill("agree", "1").fill_all("m", &["q"]);
    let expected = ["agree=0", "agree=1", "m=", "m=q", "off=0", "token=t"];
    assert_eq!(values(&filled), expected);
    let cleared = filled.fill_all("agree", &[]).fill_all("m", &[]);
    assert_eq!(values(&cleared), ["agree=0", "m=", "off=0", "token=t"]);
    let forged = cleared.fill("token", "x");
    assert_eq!(forged.value("token").as_deref(), Some("x"));
    for (text, expected) in [
        (
            failure(|| form(html).fill("agree", "0")),
            "the field `agree` has no option `0`; it has [\"1\"]",
        ),
        (
            failure(|| form(html).fill("off", "1")),
            "the field `off` is disabled",
        ),
    ] {
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn values_are_those_of_browsers() {
    let form = form(
        "<form><select name=a><option> x&nbsp; \u{3000}y\n z </option></select>
         <select name=b size=5><option>1</select><select name=c size=1><option>1</select>
         <input type=radio name=d value=1 checked><input type=radio name=d value=2 checked>
         <input type=radio name=d value=3>
         <input type=range name=e><input type=range name=f min=1 max=4 step=2>
         <input type=range name=g max=1 step=any><input type=range name=h value=7>
         <input type=range name=i min=200>
         <input type=color name=j><input type=color name=k value='#AAbbCC'>
         <input name=l value='one\r\ntwo'><input type=hidden name=m value='one\ntwo'>
         <input name=_charset_ value=x><input type=hidden name=_CharSet_></form>",
    );
    let expected = [
        "a=x\u{a0} \u{3000}y z",
        "c=1",
        "d=2",
        "e=50",
        "f=3",
        "g=0.5",
        "h=7",
        "i=200",
        "j=#000000",
        "k=#aabbcc",
        "l=onetwo",
        "m=one\r\ntwo",
        "_charset_=x",
        "_CharSet_=UTF-8",
    ];
    assert_eq!(values(&form), expected);
    let filled = form.fill("l", "a\nb").fill("m", "a\nb").fill("b", "1");
    assert_eq!(filled.value("l").as_deref(), Some("ab"));
    assert_eq!(filled.value("m").as_deref(), Some("a\r\nb"));
    assert_eq!(filled.value("b").as_deref(), Some("1"));
}

#[test]
fn a_button_is_called_as_a_link_is() {
    let html = "<form action=/f><button name=a aria-label=Find>→</button>
         <button name=b><img alt=Picture src=x></button>
         <input type=submit name=c value=x title=Send><input type=image name=d alt=Map>
         <input type=submit name=e></form>";
    let response = page(html).get("/page").send();
    for (label, sent) in [
        ("→", "/f?a="),
        ("Find", "/f?a="),
        ("Picture", "/f?b="),
        ("x", "/f?c=x"),
        ("Send", "/f?c=x"),
        ("Map", "/f?d.x=0&d.y=0"),
        ("Submit", "/f?e="),
    ] {
        assert_eq!(response.form_of(label).send().path(), sent);
        let pressed = response.form("form").press(label);
        assert_eq!(pressed.send().path(), sent);
    }
    let text = failure(|| response.form_of("Stop"));
    let labels = "there are [\"→\", \"Picture\", \"x\", \"Map\", \"Submit\"]";
    assert!(text.contains(labels), "{text}");
}

/// Another button of the form may be another service's.
#[test]
fn an_address_counts_where_it_is_used() {
    let html = "<form action=/f><input name=q value=1><button>Here</button>
         <button formaction='http://pay.example/x?y'>Get</button>
         <button formaction='http://pay.example/x' formmethod=post>Pay</button>
         <button formaction='mailto:a@b.example'>Mail</button></form>
         <form id=own action='http://['><button formaction=''>Own</button><button>Bad</button></form>";
    let response = page(html).get("/page").send();
    assert_eq!(response.form_of("Here").send().path(), "/f?q=1");
    assert_eq!(response.form_of("Own").send().path(), "/page?");
    let sent = |button: &str| failure(|| response.form_of(button).send());
    for (button, expected) in [
        (
            "Get",
            "send it by `client.get(\"http://pay.example/x?q=1\")` if",
        ),
        (
            "Pay",
            "the form of /page is sent to another host: send it by \
             `client.post(\"http://pay.example/x\").form(&form.values())` if",
        ),
        (
            "Mail",
            "the form of /page cannot be sent: `mailto:a@b.example` is no page",
        ),
        ("Bad", "cannot be sent: `http://[` is no address"),
    ] {
        let text = sent(button);
        assert!(text.contains(expected), "{text}");
    }
    // The message shows what works.
    let form = response.form_of("Pay");
    let client = super::page("");
    let paid = client.post("http://pay.example/x").form(&form.values());
    assert!(paid.send().text().ends_with("\nq=1"));
}
