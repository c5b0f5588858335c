use super::{app, assert_right, assert_wrong};

#[test]
fn values_that_are_escaped_enough() {
    assert_right(&[
        "<p class=\"{{ a }}\" title='{{ b }}'>{{ c }}</p>",
        "<a href=\"{{ \"home\"|url }}\">x</a><a href=\"{{ url(name=\"home\") }}#x{{ y }}\">x</a>",
        "<a href=\"/about?q={{ q }}\">x</a><a href=\"https://{{ host }}/x\">x</a><a href=\"?q={{ q }}\">x</a>",
        "<a href=\"{{ x|safe_url }}\">x</a><a href=\"{{ x|safe }}\">x</a><a href=\"{{ request.url }}\">x</a>",
        "<img alt='' src=\"{{ photo }}\"><link rel=canonical href=\"{{ canonical }}\">",
        "{% set link = \"home\"|url %}<a href=\"{{ link }}\">x</a>",
        "{% for code in [\"en\", \"es\"] %}<a href=\"{{ code|here }}\">{{ code }}</a>{% endfor %}",
        "{% for l in [[\"/about\", \"A\"], [\"/\", \"B\"]] %}<a href=\"{{ l[0] }}\">{{ l[1] }}</a>{% endfor %}",
        "<a href=\"{{ \"home\"|url if a else \"#x\" }}\">x</a><a href=\"{{ \"/x/\" ~ y }}\">x</a>",
        "<p data-n={{ 5 }} data-m={{ x|length }} data-o={{ loopless|int }}></p>",
        "{% for x in y %}<p data-n={{ loop.index }}></p>{% endfor %}",
        "<option {{ \"selected\" if a else \"\" }} value='1'>",
        "<script>let a = {{ a|json }}; let n = {{ n|length }}; let u = '{{ \"home\"|url }}';</script>",
        "<script>let t = '{{ \"plain\"|trans }}'; let l = '{{ lang }}';</script>",
        "<script type='text/template'><p>{{ x }}</p></script><script type='text/x-mustache'>{{ y }}</script>",
        "<script src=\"{{ \"/app.css\"|asset }}\"></script>",
        "<style>p { width: {{ w|float }}px; font: {{ f|css_string }} }</style><p style=\"width: {{ w }}px\"></p>",
        "<button onclick='go({{ x|json }})'>x</button><button onclick=\"go({{ x|length }})\">x</button>",
        "<p data-x='{{ x|json }}'></p><textarea title=t>{{ x }}</textarea><title>{{ x }}</title>",
        "<!-- {{ x }} --><!-- <script>{{ x }}</script> -->",
        "<script>{% raw %}let a = {{ a }};{% endraw %}</script>",
        "{% component c(n: integer) %}<p data-n={{ n }}></p>{% endcomponent %}{{ <c n={5} /> }}",
    ]);
}

#[test]
fn values_that_are_not() {
    assert_wrong(&[
        (
            "<p class={{ a }}></p>",
            "1:13: error: the value of `class` has no quotes, so a space in it begins another attribute; \
             write `class=\"{{ a }}\"`",
        ),
        (
            "<p class=a{{ a }}></p>",
            "1:14: error: the value of `class` has no quotes",
        ),
        (
            "<P CLASS = {{ a }}></P>",
            "1:15: error: the value of `class` has no quotes",
        ),
        (
            "<a href=\"{{ user.link }}\">x</a>",
            "1:13: error: `href` begins with a value, which may be `javascript:…`; write `{{ \
             user.link|safe_url }}`, or the route's name: `{{ \"name\"|url }}`",
        ),
        (
            "<a href=' {{ a }}/x'>x</a>",
            "1:14: error: `href` begins with a value",
        ),
        (
            "<a href='{{ a ~ \"/x\" }}'>x</a>",
            "1:13: error: `href` begins with a value, which may be `javascript:…`; write `{{ (a ~ \"/x\")|safe_url }}`",
        ),
        (
            "<a href='{{ \"home\"|url if a else b }}'>x</a>",
            "1:13: error: `href` begins",
        ),
        (
            "<a href='{{ a|default(value=\"/\") }}'>x</a>",
            "1:13: error: `href` begins",
        ),
        (
            "<iframe src='{{ a }}'></iframe>",
            "1:17: error: `src` begins",
        ),
        (
            "<form action='{{ a }}'></form>",
            "1:18: error: `action` begins",
        ),
        (
            "<object data='{{ a }}'></object>",
            "1:18: error: `data` begins",
        ),
        (
            "{% for l in links %}<a href='{{ l.url }}'>x</a>{% endfor %}",
            "1:33: error: `href` begins",
        ),
        (
            "<script>let a = \"{{ a }}\";</script>",
            "1:21: error: in a `<script>` nothing is escaped for HTML, so this value is not what it was; \
             write `{{ a|json }}`, without quotes around it",
        ),
        (
            "<script type='application/ld+json'>{\"a\": \"{{ a }}\"}</script>",
            "1:46: error: in a `<script>`",
        ),
        (
            "<SCRIPT TYPE=module>{% if x %}{{ a }}{% endif %}</SCRIPT>",
            "1:34: error: in a `<script>`",
        ),
        (
            "<script>'{{ \"hello\"|trans(name=n) }}'</script>",
            "1:13: error: in a `<script>`",
        ),
        (
            "<script>'{{ a|json }}'</script>",
            "1:13: error: `json` writes the quotes of a text itself",
        ),
        (
            "<button type=button onclick=\"go('{{ a }}')\">x</button>",
            "1:37: error: `onclick` is a script, in which escaping for HTML is undone; write `{{ a|json }}`",
        ),
        (
            "<p data-x=\"{{ a|json }}\"></p>",
            "1:15: error: the quotes of JSON end the value of `data-x`",
        ),
        (
            "<style>p { color: {{ a }} }</style>",
            "1:22: error: in a `<style>` this value may be any CSS",
        ),
        (
            "{% component c(u: string) %}<a href='{{ u }}'>x</a>{% endcomponent %}{{ <c u=\"/\" /> }}",
            "1:41: error: `href` begins",
        ),
    ]);
}

#[test]
fn values_in_blocks_are_where_the_parent_has_the_block() {
    let base = "<style>{% block css %}{% endblock %}</style><p class=\"{% block class %}a{% endblock %}\">x</p>\
         <script>{% block js %}{% endblock %}</script>{% block text %}{% endblock %}";
    let told = app(
        "",
        &[
            ("base.html", base),
            (
                "page.html",
                "{% extends \"base.html\" %}{% block css %}p { color: {{ a }} }{% endblock %}\
                 {% block class %}b {{ c }}{% endblock %}{% block js %}if (a < b) { x({{ d }}) }{% endblock %}\
                 {% block text %}{{ e }}{% endblock %}",
            ),
        ],
    );
    let places: Vec<&str> = told
        .iter()
        .map(|line| line.split(": error").next().unwrap())
        .collect();
    assert_eq!(places, ["page.html:1:55", "page.html:1:147"], "{told:#?}");
}

#[test]
fn what_a_script_includes_is_no_html() {
    assert_eq!(
        app(
            "",
            &[
                ("page.html", "<script>{% include \"part.html\" %}</script>"),
                ("part.html", "if (a <b && c) {}"),
            ]
        ),
        [""; 0]
    );
}
