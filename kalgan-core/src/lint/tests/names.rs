use super::{against, lines, set};
use crate::loader::Loader;
use crate::source::Memory;
use crate::templates::registered::Registered;

const ROUTES: &str = "routes:
  - home: {path: /, controller: a::b}
  - user:
      path: /{_lang}/user/{id}
      controller: a::b
      language: _lang
      requirements: {id: '[0-9]+', _lang: 'en|es'}
";

/// What is wrong with a template beside routes, messages and static files.
fn mistakes(template: &str) -> Vec<String> {
    let memory = Memory::with([
        ("config/routes/a.yaml", ROUTES),
        (
            "config/app.yaml",
            "static: {folders: static, path: /static}\n",
        ),
        (
            "config/i18n/en/m.yaml",
            "hello: Hello {name}\nplain: Plain\n",
        ),
        (
            "config/i18n/es/m.yaml",
            "hello: Hola {name}\nplain: Plano\n",
        ),
        ("static/css/app.css", ""),
        ("template/page.html", template),
    ]);
    let loaded = Loader::new(None).refresh(&memory).unwrap_or_default();
    lines(loaded.diagnostics)
}

#[test]
fn good_names() {
    for template in [
        "{{ \"home\"|url }}{{ url(name=\"home\") }}",
        "{{ \"user\"|url(id=5) }}{{ \"user\"|url(id=\"5\", _lang=\"es\") }}{{ \"user\"|url(id=user.id) }}",
        "{{ \"hello\"|trans(name=x) }}{{ trans(key=\"hello\", name=x, _lang=\"es\") }}{{ \"plain\"|trans }}",
        "{{ \"/css/app.css\"|asset }}{{ asset(path=\"/css/app.css\") }}",
        "{{ name|url(anything=1) }}{{ (\"a\" ~ b)|trans }}{{ path|asset }}",
        "{{ \"user.nope\"|upper }}",
        "{{ \"home\"|url(_query={\"q\": q, \"page\": 2, \"tag\": [1, t]}) }}",
        "{{ url(name=\"home\", _query=request.query) }}{{ \"home\"|url(_query=\"a=1\") }}",
        "{{ \"es\"|here }}{{ here() }}{{ here(_lang=code, _query={\"page\": 2}) }}",
        "{{ code|here }}{{ (\"en\" if x else \"es-MX\")|here(_query=\"\") }}",
    ] {
        assert_eq!(mistakes(template), [""; 0], "{template}");
    }
}

/// Texts reach what is looked up by a variable, too.
#[test]
fn constants() {
    for (template, expected) in [
        (
            "{% set k = \"plian\" %}{{ k|trans }}",
            &["1:12: error: there is no message `plian`; did you mean `plain`?"][..],
        ),
        (
            "{% for k in [\"plain\", \"plian\"] %}{{ k|trans }}{% endfor %}",
            &["1:23: error: there is no message `plian`; did you mean `plain`?"],
        ),
        (
            "{% component c(x) %}{% set k = \"hom\" if x else \"home\" %}{{ url(name=k) }}{% endcomponent %}",
            &["1:32: error: there is no route `hom`; did you mean `home`?"],
        ),
        (
            "{% set k = \"/css/ap.css\" %}{{ k|asset }}",
            &[
                "1:12: error: there is no static file `static/css/ap.css`; did you mean `/css/app.css`?",
            ],
        ),
        // What else the variable may hold is not known.
        (
            "{% set k = \"plian\" %}{% set k = \"plain\" %}{{ k|trans }}",
            &[],
        ),
        (
            "{% set k = \"plian\" %}{% component c(k: string) %}{{ k|trans }}{% endcomponent %}",
            &[],
        ),
        (
            "{% set k = \"plian\" %}{% for k in keys %}{{ k|trans }}{% endfor %}",
            &[],
        ),
        ("{% set k = \"plian\" %}{{ [k|trans for k in keys] }}", &[]),
        (
            "{% for k in [\"plian\", x] %}{{ k|trans }}{% endfor %}",
            &[],
        ),
    ] {
        let found = mistakes(template);
        let found: Vec<&str> = found
            .iter()
            .map(|line| line.trim_start_matches("template/page.html:"))
            .collect();
        assert_eq!(found, expected, "{template}");
    }
}

#[test]
fn every_mistake() {
    for (template, expected) in [
        (
            "{{ \"hom\"|url }}",
            "1:4: error: there is no route `hom`; did you mean `home`?",
        ),
        (
            "{{ \"fr\"|here }}",
            "1:4: error: there are no messages in `fr`; there are `en` and `es`; add the folder \
             `config/i18n/fr`, or leave `fr` out",
        ),
        (
            "{{ here(_lang=\"sp\") }}",
            "1:15: error: there are no messages in `sp`; there are `en` and `es`; add the folder \
             `config/i18n/sp`, or leave `sp` out",
        ),
        (
            "{{ \"plain\"|trans(_lang=\"fr\") }}",
            "1:24: error: there are no messages in `fr`; there are `en` and `es`; add the folder \
             `config/i18n/fr`, or leave `fr` out",
        ),
        (
            "{{ \"home\"|url(_query={\"filter\": {\"color\": \"red\"} }) }}",
            "1:33: error: a query has texts and numbers, or lists of them; give each value a key of \
             its own, such as `\"filter[color]\": …`",
        ),
        (
            "{{ here(_query={\"a\": [[1]]}) }}",
            "1:23: error: a query has texts and numbers, or lists of them; give each value a key of \
             its own, such as `\"filter[color]\": …`",
        ),
        (
            "{{ url(name=\"hom\") }}",
            "1:13: error: there is no route `hom`; did you mean `home`?",
        ),
        (
            "{{ (\"home\" if x else \"hom\")|url }}",
            "1:22: error: there is no route `hom`; did you mean `home`?",
        ),
        (
            "{{ \"user\"|url }}",
            "1:4: error: the route `user` needs the parameter `id` for its path \
             `/{_lang}/user/{id}`; add `id=…`",
        ),
        (
            "{{ \"user\"|url(id=1, idd=2) }}",
            "1:21: error: the route `user` has no parameter `idd`; did you mean `id`?",
        ),
        (
            "{{ \"user\"|url(id=\"x\") }}",
            "1:18: error: `x` is not a value for `id` of the route `user`; it must match `[0-9]+` as a whole",
        ),
        (
            "{{ \"user\"|url(id=-1) }}",
            "1:18: error: `-1` is not a value for `id` of the route `user`; it must match `[0-9]+` as a whole",
        ),
        (
            "{{ \"home\"|url(id=1) }}",
            "1:15: error: the route `home` has no parameter `id`; its path is `/`; remove the \
             parameter",
        ),
        (
            "{% if x %}\n{{ \"helo\"|trans(name=1) }}{% endif %}",
            "2:4: error: there is no message `helo`; did you mean `hello`?",
        ),
        (
            "{{ \"hello\"|trans }}",
            "1:4: error: the message `hello` needs a value for `name`; add `name=…`",
        ),
        (
            "{{ \"hello\"|trans(name=1, nam=2) }}",
            "1:26: error: the message `hello` has no placeholder `nam`; did you mean `name`?",
        ),
        (
            "{{ trans(_lang=\"en\", key=\"plain\", x=1) }}",
            "1:35: error: the message `plain` has no placeholder `x`; it has none; remove the value",
        ),
        (
            "{{ \"/css/ap.css\"|asset }}",
            "1:4: error: there is no static file `static/css/ap.css`; did you mean `/css/app.css`?",
        ),
        (
            "{{ asset(path=\"/../config/app.yaml\") }}",
            "1:15: error: there is no static file `static/../config/app.yaml`; `|asset` puts the \
             setting `static.path` before the name, and the files are in `static`",
        ),
    ] {
        assert_eq!(
            mistakes(template),
            [format!("template/page.html:{expected}")],
            "{template}"
        );
    }
}

#[test]
fn values_of_routes_by_a_variable() {
    for (template, expected) in [
        (
            "{% set id = \"ann\" %}{{ \"user\"|url(id=id) }}",
            &[
                "template/page.html:1:13: error: `ann` is not a value for `id` of the route `user`; it must \
               match `[0-9]+` as a whole",
            ][..],
        ),
        (
            "{% for id in [1, -1] %}{{ \"user\"|url(id=id) }}{% endfor %}",
            &[
                "template/page.html:1:18: error: `-1` is not a value for `id` of the route `user`; it must \
               match `[0-9]+` as a whole",
            ],
        ),
        (
            "{% for id in [1, 2] %}{{ \"user\"|url(id=id) }}{% endfor %}",
            &[],
        ),
    ] {
        assert_eq!(mistakes(template), expected, "{template}");
    }
}

#[test]
fn names_are_not_looked_up_in_what_could_not_be_read() {
    let memory = Memory::with([
        ("config/routes/a.yaml", "routes: [{a: {pat: /}}]"),
        ("config/i18n/en/m.yaml", "a: {b"),
        ("template/page.html", "{{ \"x\"|url }}{{ \"y\"|trans }}"),
    ]);
    let all = lines(Loader::new(None).refresh(&memory).unwrap().diagnostics);
    assert!(
        all.iter().all(|line| !line.starts_with("template/")),
        "{all:?}"
    );
}

#[test]
fn a_static_file_that_comes_or_goes_is_seen() {
    let mut memory = Memory::with([
        ("config/app.yaml", "static: {folders: 'public, static'}\n"),
        ("static/a.css", ""),
        ("template/page.html", "{{ \"/static/a.css\"|asset }}"),
    ]);
    let mut loader = Loader::new(None);
    assert!(loader.refresh(&memory).unwrap().is_good());
    assert!(loader.refresh(&memory).is_none());
    memory.remove("static/a.css");
    assert!(!loader.refresh(&memory).unwrap().is_good());
    memory.write("static/a.css", "x");
    assert!(loader.refresh(&memory).unwrap().is_good());
}

#[test]
fn filters_tests_and_functions() {
    let text = "{{ a|uper }}{{ a|shout|trans }}{{ a is odd }}{{ a is od }}{{ f() }}{{ url(name=\"a\") }}\
         {% filter uper %}{% endfilter %}{% set x | uper %}{% endset %}{{ rang(end=1) }}";
    let registered = Registered {
        filters: [String::from("shout")].into(),
        ..Registered::default()
    };
    let all = against(text, &registered);
    assert_eq!(
        all,
        [
            "template/page.html:1:6: error: there is no filter `uper`; did you mean `upper`?",
            "template/page.html:1:54: error: there is no test `od`; did you mean `odd`?",
            "template/page.html:1:62: error: there is no function `f`; register it in `main`: \
             `app.tera(|tara| tera.register_function(\"f\", …))`; where the name is not written \
             there, declare it in the setting `tera.functions`",
            "template/page.html:1:97: error: there is no filter `uper`; did you mean `upper`?",
            "template/page.html:1:130: error: there is no filter `uper`; did you mean `upper`?",
            "template/page.html:1:152: error: there is no function `rang`; did you mean `range`?",
        ]
        .map(|line| line.replace("tara", "tera"))
    );
    assert_eq!(set(&[("page.html", text)]).foreign_names().len(), 5);
}

#[test]
fn a_static_file_that_answers_before_a_route() {
    let routes = "routes:
  - css: {path: /static/app.css, controller: a::b}
  - folder: {path: /static/css, controller: a::b}
  - other: {path: /static/none.css, controller: a::b}
  - any: {path: '/static/{file}', controller: a::b}
";
    let mut memory = Memory::with([
        ("config/app.yaml", "static: {folders: 'static'}\n"),
        ("config/routes/a.yaml", routes),
        ("static/app.css", ""),
        ("static/css/b.css", ""),
    ]);
    let expected = "config/routes/a.yaml:2:17: error: the route `css` is never reached: the static file \
                    `static/app.css` answers first; give the route another path, or remove the file";
    let mut loader = Loader::new(None);
    assert_eq!(
        lines(loader.refresh(&memory).unwrap().diagnostics),
        [expected]
    );
    memory.remove("static/app.css");
    assert!(loader.refresh(&memory).unwrap().is_good());
    memory.write("static/none.css", "");
    assert!(!loader.refresh(&memory).unwrap().is_good());
}
