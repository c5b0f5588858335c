use super::{app, assert_right, assert_wrong};

#[test]
fn tags_that_fit() {
    assert_right(&[
        "<div><p>a<p>b<ul><li>x<li>y</ul><dl><dt>a<dd>b<dt>c<dd>d</dl></div>",
        "<table><caption>x<thead><tr><th>a<tbody><tr><td>b<td>c<tr><td>d</table>",
        "<select aria-label=x><optgroup label=a><option>1<option>2<optgroup label=b><option>3</select>",
        "<br><hr/><img alt=''><input type=hidden></br></img>",
        "<svg><g><path d='x'/><circle/></g><title>a</title><style>b</style></svg><math><mi>x</mi></math>",
        "<svg viewBox='0 0 1 1'/><p>x</p>",
        "<!doctype html><!-- <div> --><![CDATA[<div>]]><?x <div ?><p>x",
        "<script>'</div>' + '<div>'</script><style>/* <b> */</style><textarea title=t><b></textarea>",
        "<DIV></div><Div></DIV >",
        "{% if x %}<div>{% endif %}a{% if x %}</div>{% endif %}",
        "{% if x %}<div class=a>{% else %}<div>{% endif %}a</div>",
        "{% if x %}<a href='/'>{% endif %}a{% if x %}</a>{% endif %}",
        "{% for i in l %}{% if loop.first %}<ul>{% endif %}<li>{% if loop.last %}</ul>{% endif %}{% endfor %}",
        "{% for i in l %}{% if not loop.first %}</ul>{% endif %}<ul><li>{% endfor %}{% if l %}</ul>{% endif %}",
        "{% for i in l %}<div>{% if i %}{% continue %}{% endif %}</div>{% endfor %}</div></div>"
            .strip_suffix("</div></div>")
            .unwrap(),
        "<h{{ n }} class=a>x</h{{ n }}><{{ t }}>x</{{ t }}><div><{{ t }}>x</div>",
        "<{% if a %}b{% else %}i{% endif %}>x</{% if a %}b{% else %}i{% endif %}>",
        "<p {% if a %}class=b{% endif %} {% for k, v in m %}{{ k }}=\"{{ v }}\"{% endfor %}>x</p>",
        "<p class=\"a{% if b %} c{% endif %}\" {{ x }}>x</p><p {% if a %}hidden{% endif %}>x",
        "<div {% if a %}class='x'>{% else %}>{% endif %}</div>",
        "{% set x %}<div>{% endset %}{{ x }}{% filter upper %}<p>{% endfilter %}",
        "<template><tr><td>x</td></tr></template><noscript><p>x</p></noscript>",
        "<table><tr><form><td>x</td></form></tr></table><details><summary>a</summary>b</details>",
        "<ruby>a<rp>(<rt>b<rp>)</ruby><p><b>x</b></p><p>x</p>y",
        "{% if a %}<{% endif %}p>",
        "a < b && c > d <3 </3>",
        "<p>a</p>{{ x|safe }}</div>".strip_suffix("</div>").unwrap(),
        "<my-card><slot name=a></slot></my-card>",
        "<ul>{% for i in l %}<li>{{ i }}</li>{% else %}<li>none</li>{% endfor %}</ul>",
        "<button type=button>a</button><a href='/'>b</a><a href='/'>c</a>",
    ]);
}

#[test]
fn tags_that_do_not() {
    assert_wrong(&[
        (
            "<div>x",
            "1:1: error: `<div>` is not closed; write `</div>` where it ends",
        ),
        (
            "<main><div>x</main>",
            "1:7: error: `<div>` is not closed; write `</div>` before `</main>`",
        ),
        (
            "x</div>",
            "1:2: error: `</div>` closes nothing that is open; remove it",
        ),
        (
            "<div>x</div></div>",
            "1:13: error: `</div>` closes nothing that is open",
        ),
        (
            "<b><i>x</b></i>",
            "1:8: error: `</b>` stands before `</i>`, which was opened later; close `<i>` first",
        ),
        (
            "<h2>x</h3>",
            "1:1: error: `<h2>` is not closed; write `</h2>` instead of `</h3>`",
        ),
        (
            "<p><div>x</div></p>",
            "1:16: error: `</p>` closes nothing that is open; a `<p>` ends where a block",
        ),
        (
            "<a href='/'>x<a href='/'>y</a></a>",
            "1:31: error: `</a>` closes nothing that is open",
        ),
        ("<div/>x", "1:1: error: `<div>` is not closed"),
        (
            "<ul><li><b>x</li></ul>",
            "1:9: error: `<b>` is not closed; write `</b>` before `</li>`",
        ),
        (
            "{% if a %}<b>x{% endif %}<p>y</p>",
            "1:11: error: `<b>` is not closed",
        ),
        (
            "<p>{% if a %}<b>x{% endif %}</p>",
            "1:14: error: `<b>` is not closed",
        ),
        (
            "{% if a %}<b>x</i></b>{% endif %}",
            "1:15: error: `</i>` closes nothing that is open",
        ),
        ("<script>a</scrip>", "1:1: error: `<script>` is not closed"),
        (
            "<p>x<!-- y",
            "1:5: error: this comment is not closed; write `-->` where it ends",
        ),
        (
            "<a href=\"x>y</a>",
            "1:9: error: this quotation mark is not closed; write `\"` where",
        ),
        (
            "<b title=\"x class=\"c-{{ y }}\">z</b>",
            "1:10: error: this quotation mark is not closed",
        ),
        (
            "<b title='x>y</b> <i title='z'>q</i>",
            "1:10: error: this quotation mark is not closed",
        ),
        (
            "<ul>{% for i in l %}<li><b>{{ i }}</li>{% endfor %}</ul>",
            "1:25: error: `<b>` is not closed",
        ),
        (
            "{% for i in l %}<div>{{ i }}{% endfor %}",
            "1:17: error: `<div>` is not closed",
        ),
        (
            "{% for i in l %}{{ i }}</div>{% endfor %}",
            "1:24: error: `</div>` closes nothing that is open",
        ),
        (
            "<table><tr><td><div>x</td></tr></table>",
            "1:16: error: `<div>` is not closed",
        ),
        ("<svg><g></svg>", "1:6: error: `<g>` is not closed"),
        ("<title>a</titel>", "1:1: error: `<title>` is not closed"),
        (
            "<p class=a id=b class=c>x",
            "1:17: error: the attribute `class` stands twice in this tag",
        ),
        (
            "<p class=a{% if x %} CLASS=b{% endif %}>x",
            "1:22: error: the attribute `class` stands twice",
        ),
    ]);
}

#[test]
fn attributes_that_stand_once() {
    assert_right(&[
        "<p {% if x %}class=a{% else %}class=b{% endif %}>x",
        "<p {% if x %}class=a{% endif %}{% if not x %}class=b{% endif %}>x",
        "<p {% if x %}class=a{% elif y %}class=b{% else %}class=c{% endif %}>x",
        "<p data-{{ x }}=a data-{{ y }}=b>x</p><p {{ k }}=1 {{ l }}=2>x",
    ]);
}

#[test]
fn tags_across_templates() {
    let base = "<!doctype html><html lang=en><head><title>x</title></head><body><main>\
         {% block content %}<p>none{% endblock %}</main></body></html>";
    let told = |templates: &[(&str, &str)]| {
        let mut all = vec![("base.html", base)];
        all.extend(templates);
        app("", &all)
    };
    let right: &[&[(&str, &str)]] = &[
        &[(
            "a.html",
            "{% extends \"base.html\" %}{% block content %}<div>x</div>{% endblock %}",
        )],
        &[
            (
                "a.html",
                "{% extends \"base.html\" %}{% block content %}{% include \"b.html\" %}x{% include \"c.html\" %}{% endblock %}",
            ),
            ("b.html", "<div>"),
            ("c.html", "</div>"),
        ],
        &[(
            "a.html",
            "{% extends \"base.html\" %}{% block content %}{{ super() }}<p>y{% endblock %}",
        )],
        &[
            (
                "a.html",
                "{% extends \"base.html\" %}{% block content %}{% <c> %}<b>x</b>{% </c> %}{% endblock %}",
            ),
            (
                "b.html",
                "{% component c() %}<div>{{ body }}</div>{% endcomponent %}",
            ),
        ],
        &[
            (
                "a.html",
                "<ul>{% for x in l %}{{ <c n={x} /> }}{% endfor %}</ul>",
            ),
            (
                "b.html",
                "{% component c(n: map) %}<li>{% for y in n %}<ul>{{ <c n={y} /> }}</ul>{% endfor %}{% endcomponent %}",
            ),
        ],
        &[
            ("a.html", "<p {% include \"b.html\" %}>x</p>"),
            ("b.html", "class=a"),
        ],
    ];
    for templates in right {
        assert_eq!(told(templates), [""; 0], "{templates:?}");
    }
    for (templates, expected) in [
        (
            vec![(
                "a.html",
                "{% extends \"base.html\" %}\n{% block content %}<div>x{% endblock %}",
            )],
            "a.html:2:20: error: `<div>` is not closed; write `</div>` before `</main>`",
        ),
        (
            vec![
                (
                    "a.html",
                    "{% extends \"base.html\" %}{% block content %}{% include \"b.html\" %}{% endblock %}",
                ),
                ("b.html", "x\n</section>"),
            ],
            "b.html:2:1: error: `</section>` closes nothing that is open",
        ),
        (
            vec![
                (
                    "a.html",
                    "{% extends \"base.html\" %}{% block content %}{{ <c /> }}{{ <c /> }}{% endblock %}",
                ),
                (
                    "b.html",
                    "{% component c() %}<div><b>x</div>{% endcomponent %}",
                ),
            ],
            "b.html:1:25: error: `<b>` is not closed; write `</b>` before `</div>`",
        ),
        (
            vec![
                (
                    "a.html",
                    "{% extends \"base.html\" %}{% block content %}{% <c> %}<i>x{% </c> %}{% endblock %}",
                ),
                (
                    "b.html",
                    "{% component c() %}<div>{{ body }}</div>{% endcomponent %}",
                ),
            ],
            "a.html:1:54: error: `<i>` is not closed; write `</i>` before `</div>`",
        ),
    ] {
        let told = told(&templates);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].starts_with(expected), "{told:#?}");
    }
}
