use super::{app, assert_right, assert_wrong};

/// A page with this body.
fn page(body: &str) -> String {
    format!("<!doctype html><html lang=en><title>x</title>{body}")
}

fn told(body: &str) -> Vec<String> {
    app("", &[("page.html", &page(body))])
}

#[test]
fn ids_that_are_there_once() {
    for body in [
        "<p id=a>x<a href='#a'>y</a><a href='#'>z</a><a href='#top'>t</a><a name=b href='#b'>n</a>",
        "{% if x %}<p id=a>{% else %}<p id=a>{% endif %}",
        "{% if x %}<p id=a>{% endif %}{% if y %}<p id=a>{% endif %}",
        "{% for x in l %}<p id=a>{% endfor %}",
        "<p id='{{ x }}'>x<p id='{{ x }}'>y<a href='#any'>z</a>",
        "<p id='{{ x }}-error'>x<a href='#a-error'>z</a>",
        "<template><p id=a></template><template><p id=a></template>",
        "{{ x|safe }}<a href='#any'>x</a>",
        "<script src='/about'></script><a href='#any-thing'>x</a>",
        "<a href='#/route'>x</a>{% include \"part.html\" %}<a href='#part'>y</a>",
        "<label for=a>x</label><input id=a><label><input></label><input aria-label=b><input type=submit>",
        "{% if x %}<label for=a>x</label>{% endif %}<input id=a>",
        "<label for='{{ n }}'>x</label><input id='{{ n }}'><input id=b>",
        "<input list=l aria-label=x><datalist id=l></datalist><form id=f></form><button type=submit form=f>x</button>",
        "<p aria-labelledby='a  b' aria-describedby=a><i id=a>x</i><i id=b>y</i>",
        "<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2><h1>e</h1>",
        "<h2>a</h2>{% if x %}<h3>b</h3>{% endif %}<h4>c</h4>",
        "{% for x in l %}<h2>a</h2>{% if x %}<h3>b</h3>{% endif %}{% endfor %}",
        "<form><button type=submit>x</button></form><button>y</button>",
        "{% if x %}<form>{% endif %}<button>y</button>{% if x %}</form>{% endif %}",
        "<img alt=''><img alt='{{ x }}'><img {{ x }}><img {% if x %}alt=y{% endif %}><img role=presentation>",
        "<svg><title>y</title></svg>",
    ] {
        let text = page(body);
        let all = app(
            "",
            &[("page.html", &text), ("part.html", "<b id=part>x</b>")],
        );
        assert_eq!(all, [""; 0], "{body}");
    }
    // A part of a page does not say what the rest has.
    assert_right(&["<a href='#a'>x</a>", "<label for=a>x</label>", "<h4>x</h4>"]);
}

#[test]
fn ids_that_are_not() {
    for (body, expected) in [
        (
            "<p id=a>x\n<p id=a>y",
            "2:7: error: the id `a` stands twice in a page; links, labels and scripts",
        ),
        (
            "\n<p id=a>x{% if x %}<p id=a>y{% endif %}",
            "2:26: error: the id `a` stands twice",
        ),
        (
            "<p id=content>x\n<a href='#contnet'>y</a>",
            "2:10: error: the page `page.html` has no element with the id `contnet`; did you mean `content`?",
        ),
        (
            "<script></script><p id=content>x\n<a href='#contnet'>y</a>",
            "2:10: error: the page `page.html` has no element with the id `contnet`",
        ),
        (
            "\n<a href='#nope'>y</a>",
            "2:10: error: the page `page.html` has no element with the id `nope`; write `id=\"nope\"`",
        ),
        (
            "<input id=email aria-label=x>\n<label for=emial>y</label>",
            "2:12: error: `for` names the id `emial`, which no element of the page `page.html` has; did you mean `email`?",
        ),
        (
            "\n<p aria-describedby='hint'>x",
            "2:22: error: `aria-describedby` names the id `hint`",
        ),
        (
            "\n<input list=l aria-label=x>",
            "2:13: error: `list` names the id `l`",
        ),
        (
            "\n<input id=a>",
            "2:1: warning: no label names this `<input>`; write `<label for=\"a\">…</label>`",
        ),
        (
            "\n<select></select>",
            "2:1: warning: no label names this `<select>`",
        ),
        (
            "<h1>a</h1>\n<h3>b</h3>",
            "2:1: warning: `<h3>` follows `<h1>`, so a level is missing; write `<h2>`",
        ),
        (
            "<form>\n<button>x</button></form>",
            "2:1: warning: a button in a form sends it unless",
        ),
        (
            "\n<img src='/about'>",
            "2:1: warning: this image has no text",
        ),
    ] {
        let told = told(body);
        assert_eq!(told.len(), 1, "{body}: {told:#?}");
        let told = told[0].strip_prefix("page.html:").unwrap();
        assert!(told.starts_with(expected), "{body}: {told}");
    }
    assert_wrong(&[
        (
            "<!doctype html><html><title>x</title>",
            "1:16: warning: the page does not say in which language it is",
        ),
        (
            "<!doctype html><html lang=en>",
            "1:16: warning: the page has no title",
        ),
    ]);
}

#[test]
fn each_page_is_looked_at_with_its_base() {
    let base = "<!doctype html><html lang=en><title>x</title><a href='#content'>x</a>{% block a %}{% endblock %}";
    let right = "{% extends \"base.html\" %}{% block a %}<p id=content>{% endblock %}";
    let wrong = "{% extends \"base.html\" %}{% block a %}<p id=conten>{% endblock %}";
    assert_eq!(app("", &[("base.html", base), ("a.html", right)]), [""; 0]);
    let told = app(
        "",
        &[
            ("base.html", base),
            ("a.html", right),
            ("b.html", wrong),
            ("c.html", wrong),
        ],
    );
    assert_eq!(
        told,
        [
            "base.html:1:55: error: the page `b.html` has no element with the id `content`; did you mean `conten`?"
        ]
    );
}

#[test]
fn an_edit_is_told_as_a_look_at_all_does() {
    use crate::loader::Loader;
    use crate::source::Memory;
    let texts = [
        "{% extends \"base.html\" %}{% block a %}<p id=content>x{% endblock %}",
        "{% extends \"base.html\" %}{% block a %}<div>{% include \"part.html\" %}{% endblock %}",
        "{% extends \"base.html\" %}{% block a %}<a href='/nope'>x</a>{{ <c /> }}{% endblock %}",
        "<b id=content>x</b></div>",
        "{% component c() %}<i id=content>{% endcomponent %}",
        "<!doctype html><html lang=en><title>x</title><a href='#content'>x</a>{% block a %}{% endblock %}",
        "<p>{% block a %}<em>{% endblock %}",
        "{% broken",
        "plain",
    ];
    let names = ["base.html", "part.html", "a.html", "b.html", "c.html"];
    let mut random = fastrand::Rng::with_seed(3);
    let mut memory = Memory::with([("config/routes/a.yaml", super::ROUTES)]);
    let mut loader = Loader::new(None);
    for step in 0..300 {
        let name = format!("template/{}", names[random.usize(0..names.len())]);
        match random.usize(0..6) {
            0 => {
                memory.remove(&name);
            }
            1 if random.bool() => {
                let check = ["error", "warn"][random.usize(0..2)];
                memory.write("config/app.yaml", format!("html: {{check: {check}}}\n"));
            }
            _ => memory.write(&name, texts[random.usize(0..texts.len())].to_owned()),
        }
        let Some(loaded) = loader.refresh(&memory) else {
            continue;
        };
        let whole = Loader::new(None).refresh(&memory).unwrap();
        let shown = |found: &crate::loader::Loaded| -> Vec<String> {
            let found = found.diagnostics.iter();
            found.map(ToString::to_string).collect()
        };
        assert_eq!(shown(&loaded), shown(&whole), "step {step}");
    }
}

#[test]
fn what_nests_or_goes_round_ends() {
    let deep = "<div>".repeat(5_000);
    assert_eq!(super::page(&deep), [""; 0]);
    let branches = "{% if a %}<b>{% else %}<i>{% endif %}".repeat(60);
    assert_eq!(super::page(&branches), [""; 0]);
    let calls = "{% component a() %}{{ <b /> }}{{ <b /> }}{% endcomponent %}\
         {% component b() %}{{ <c /> }}{{ <c /> }}{% endcomponent %}\
         {% component c() %}<p id=x>{{ <a /> }}{% endcomponent %}{{ <a /> }}";
    super::page(calls);
    let loops = "{% for a in b %}<i>".repeat(30) + &"{% endfor %}".repeat(30);
    super::page(&loops);
}
