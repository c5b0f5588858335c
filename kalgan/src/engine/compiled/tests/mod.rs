//! Programs against Tera.

mod messages;
mod random;
mod site;

use self::site::{LANGUAGES, Site};
use super::value::ByTera;
use super::{Arena, At, Given, Names, Natives, Node, Programs, put, run};
use crate::engine::{add, suffixes};
use kalgan_core::templates::{TemplateFile, Templates};
use kalgan_core::text::SourceFile;
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;
use tera::{Context, Kwargs, State, Tera, Value};

/// Tera with the filters of [`Site`], and one of the app's.
fn tera() -> Tera {
    let mut tera = crate::engine::tera();
    let values = |kwargs: &Kwargs| -> Vec<(String, Value)> {
        let named = kwargs.iter();
        named
            .map(|(name, value)| (name.to_string(), value.clone()))
            .filter(|(name, _)| !name.starts_with('_'))
            .collect()
    };
    let given = |values: &[(String, Value)]| -> Vec<(String, String)> {
        // As the filters of an app show them.
        #[allow(clippy::cast_possible_truncation)]
        let shown = |value: &Value| match value.as_f64() {
            Some(number) if value.is_f64() => {
                let short = number as f32;
                match f64::from(short).to_bits() == number.to_bits() {
                    true => short.to_string(),
                    false => number.to_string(),
                }
            }
            _ => value.to_string(),
        };
        let mut all: Vec<_> = values
            .iter()
            .map(|(name, value)| (name.clone(), shown(value)))
            .collect();
        all.reverse();
        all
    };
    let message = move |key: &str, kwargs: &Kwargs| {
        let mut values = values(kwargs);
        values.retain(|(name, _)| name != "key");
        let values = given(&values);
        let values: Vec<Given<'_>> = values.iter().rev().map(|(n, v)| (&**n, v as _)).collect();
        let language: Option<String> = kwargs.get("_lang")?;
        Names::message(&Site, language.as_deref(), key, &values)
            .ok_or_else(|| tera::Error::message("no message"))
    };
    tera.register_filter("trans", move |key: &str, kwargs: Kwargs, _: &State| {
        message(key, &kwargs)
    });
    tera.register_function("trans", move |kwargs: Kwargs, _: &State| {
        message(kwargs.must_get("key")?, &kwargs)
    });
    tera.register_filter("url", move |name: &str, kwargs: Kwargs, _: &State| {
        let values = given(&values(&kwargs));
        let values: Vec<Given<'_>> = values.iter().rev().map(|(n, v)| (&**n, v as _)).collect();
        let query: Option<Value> = kwargs.get("_query")?;
        Names::url(&Site, name, &values, query.as_ref())
            .ok_or_else(|| tera::Error::message("no URL"))
    });
    tera.register_filter("asset", |path: &str, _: Kwargs, _: &State| {
        Names::asset(&Site, path).ok_or_else(|| tera::Error::message("no file"))
    });
    tera.register_filter("shout", |text: &str, _: Kwargs, _: &State| {
        format!("{}!", text.to_uppercase())
    });
    tera.register_filter("title_of", |_: &Value, _: Kwargs, state: &State| {
        state
            .get::<Value>("title")
            .map(|title| format!("{title:?}"))
    });
    tera
}

fn files(templates: &[(&str, &str)]) -> Vec<TemplateFile> {
    let files = templates.iter();
    files
        .map(|(name, text)| TemplateFile {
            name: (*name).to_owned().into(),
            file: Arc::new(SourceFile::new((*name).to_owned(), (*text).to_owned())),
        })
        .collect()
}

/// How a page was rendered.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// Both ways, and alike.
    Same(String),
    /// By Tera alone, since the program came upon something that it leaves to it.
    Left(String),
    /// By Tera alone, since there is no program; why.
    NoProgram(String),
    /// Neither way; what Tera says.
    Mistake(String),
}

/// Renders a page both ways.
fn render<T: Serialize>(
    templates: &[(&str, &str)],
    page: &str,
    variables: &[(&str, T)],
) -> Outcome {
    render_by(templates, page, variables, tera())
}

fn render_by<T: Serialize>(
    templates: &[(&str, &str)],
    page: &str,
    variables: &[(&str, T)],
    base: Tera,
) -> Outcome {
    let files = files(templates);
    let mut by_tera = base.clone();
    if let Err(error) = add(&mut by_tera, &files) {
        return Outcome::NoProgram(error.to_string());
    }
    let mut context = Context::new();
    for (name, value) in variables {
        let Ok(value) = Value::try_from_serializable(value) else {
            return Outcome::Mistake(String::from("not serialised"));
        };
        context.insert_value((*name).to_owned(), value);
    }
    let ends = suffixes(&files).into_iter().collect();
    let templates = Templates::listed(files);
    let replaced = ["upper", "safe"].into_iter().filter(|name| {
        // As the registry finds it out.
        let text = format!("{{{{ \"<script>\"|{name} }}}}");
        base.render_str(&text, &Context::new(), true).ok()
            != tera().render_str(&text, &Context::new(), true).ok()
    });
    let mut globals = base.clone();
    let natives = Natives {
        replaced: replaced.collect(),
        globals: globals.global_context().clone(),
    };
    let programs = Programs::new(&templates, &Arc::new(base), natives, ends);
    let program = match programs.get(page, &templates, &Site) {
        Some(Ok(program)) => program,
        Some(Err(why)) => return Outcome::NoProgram(why.to_string()),
        None => panic!("there is no page {page}"),
    };
    let mut arena = Arena::default();
    arena.reserve(program.roots.len()).unwrap();
    for (name, value) in variables {
        if let Some(at) = program.root(name) {
            put(
                &mut arena,
                At::try_from(at).unwrap(),
                &program.roots[at].1,
                value,
            )
            .unwrap();
        }
    }
    // As the rendering of a page does.
    for (at, (name, _)) in program.roots.iter().enumerate() {
        let at = At::try_from(at).unwrap();
        if let Some(value) = programs.natives().globals.get(name)
            && arena.node(at) == Node::Undefined
        {
            arena.put_whole(at, value.clone()).unwrap();
        }
    }
    let given = if program.needs_all {
        context.clone()
    } else {
        Context::new()
    };
    let mut outcomes = (0..LANGUAGES.len()).map(|language| {
        site::in_language(language, || {
            let by_program = run(program, &arena, &given, &Site, Some(language));
            match (by_program, by_tera.render(page, &context)) {
                (Ok(text), Ok(expected)) => {
                    assert_eq!(String::from_utf8(text).unwrap(), expected, "{templates:?}");
                    Outcome::Same(expected)
                }
                (Ok(text), Err(error)) => panic!(
                    "{templates:?} is a mistake, not {:?}: {error}",
                    String::from_utf8(text)
                ),
                (Err(ByTera), Ok(text)) => Outcome::Left(text),
                (Err(ByTera), Err(error)) => Outcome::Mistake(error.to_string()),
            }
        })
    });
    let first = outcomes.next().unwrap();
    // The first language stands for all, unless it is another one that is left to Tera.
    outcomes.fold(first, |first, other| match (&first, &other) {
        (Outcome::Same(_), Outcome::Same(_)) | (Outcome::Mistake(_) | Outcome::Left(_), _) => first,
        _ => other,
    })
}

/// Renders one template, which must be done by its program.
#[track_caller]
fn same(template: &str, variables: serde_json::Value) -> String {
    let variables = variables.as_object().unwrap();
    let variables: Vec<(&str, &serde_json::Value)> = variables
        .iter()
        .map(|(name, value)| (&**name, value))
        .collect();
    match render(&[("page.html", template)], "page.html", &variables) {
        Outcome::Same(text) => text,
        other => panic!("{template}: {other:?}"),
    }
}

#[test]
fn values_are_written_as_tera_writes_them() {
    for value in [
        json!("a<b>&\"'"),
        json!(""),
        json!(5),
        json!(-5),
        json!(1.0),
        json!(0.1),
        json!(1e300),
        json!(true),
        json!(null),
        json!([1, "<", [2.0, null]]),
        json!({"b": "<", "a": [1]}),
        json!(u64::MAX),
        json!(i64::MIN),
    ] {
        let variables = json!({"v": value, "m": {"v": value}, "l": [value, value]});
        same(
            "{{ v }} {{ m.v }} {% for x in l %}{{ x }},{% endfor %}{{ l }}",
            variables.clone(),
        );
        same(
            "{{ v ~ m.v }}|{{ v|safe }}|{% if v %}y{% endif %}{{ v == m.v }}",
            variables.clone(),
        );
        same(
            "{% set x = v %}{{ x }}{% set x = m.v|default(value=1) %}{{ x }}",
            variables,
        );
    }
}

#[test]
fn loops() {
    let variables =
        json!({"l": [{"a": 1, "b": "<"}, {"a": 2, "b": "x"}], "m": {"z": 1, "a": "<"}, "e": []});
    for template in [
        "{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ x.a }}{{ x.b }}{% endfor %}",
        "{% for x in l %}{% for y in l %}{{ loop.index }}{{ x.a }}{{ y.b }}{% endfor %}{{ loop.index }}{% endfor %}",
        "{% for k, v in m %}{{ k }}={{ v }};{% endfor %}",
        "{% for v in m %}{{ v }};{% endfor %}",
        "{% for x in e %}{{ x.a }}{% else %}none{% endfor %}",
        "{% for x in l %}{% if x.a == 2 %}{% break %}{% endif %}{{ x.a }}{% else %}none{% endfor %}",
        "{% for x in l %}{% if x.a == 1 %}{% continue %}{% endif %}{{ x.a }}{% endfor %}",
        "{% for x in [1, 2, l] %}{{ x }}{% endfor %}",
        "{% for x in l %}{% set y = x.a %}{{ y }}{% endfor %}{{ y is defined }}",
        "{% set y = 0 %}{% for x in l %}{{ y }}{% set_global y = x.a %}{% endfor %}{{ y }}",
        "{% set y = 0 %}{% for x in l %}{{ y }}{% set y = x.a %}{{ y }}{% endfor %}{{ y }}",
        "{{ [x.a for x in l if x.a > 1] }}{{ [k for k, v in m] }}",
        "{% for x in l if false %}{% endfor %}",
        "{% for x in l %}<{{ x.a }}|{{ x.b }}>{% endfor %}",
        "{% for x in l %}<>{% endfor %}{% for x in e %}<>{% else %}-{% endfor %}",
        "{% for x in l %}<{% if x.a == 1 %}{% continue %}{% endif %}{{ x.b }}>{% endfor %}",
        "{% for x in l %}<{% if x.a == 2 %}{% continue %}{% endif %}{{ x.b }}>{% endfor %}",
        "{% for x in l %}<{% if x.a == 1 %}{% break %}{% endif %}{{ x.b }}>{% endfor %}",
        "{% for x in l %}<{% if x.a == 2 %}{% break %}{% endif %}{{ x.b }}>{% endfor %}",
        "{% for x in [1, 2, 3] %}<{% if x == 2 %}{% continue %}{% endif %}{{ x }}>{% endfor %}",
        "{% for k, v in m %}<{% if v == 1 %}{% continue %}{% endif %}{{ k }}>{% endfor %}",
        "{% for x in l %}<{% for y in l %}({{ x.a }}{{ y.a }}){% endfor %}{{ x.a }}>{% endfor %}",
        "{{ l|length }}{{ l[0].b }}{{ l[1:] }}{{ l|map(attribute=\"a\") }}",
        "{% for l in l %}{{ l.a }}{% endfor %}",
    ] {
        match render(
            &[("page.html", template)],
            "page.html",
            &variables
                .as_object()
                .unwrap()
                .iter()
                .map(|(n, v)| (&**n, v))
                .collect::<Vec<_>>(),
        ) {
            Outcome::Same(_) | Outcome::NoProgram(_) => {}
            other => panic!("{template}: {other:?}"),
        }
    }
}

#[test]
fn names_are_folded() {
    assert_eq!(
        same(
            "{{ \"c.d\"|trans }}{{ \"a\"|trans|safe }}{{ \"home\"|url }}{{ \"a.css\"|asset }}",
            json!({})
        ),
        "en:&lt;c.d&gt;en:<a>/home&amp;/static/a.css?&lt;1&gt;"
    );
    same(
        "{{ \"a\"|trans(n=n, t=t) }}{{ k|trans }}{{ \"a\"|trans(_lang=\"es\") }}",
        json!({"n": 1.5, "t": "<", "k": "a"}),
    );
    same(
        "{{ \"r\"|url(id=5) }}{{ \"r\"|url(id=n, _query=q) }}{{ t|asset }}",
        json!({"n": 1, "t": "<", "q": {"a": 1}}),
    );
}

#[test]
fn templates_within_each_other() {
    let templates = [
        (
            "base.html",
            "<{% block a %}A{{ t }}{% endblock %}|{% block b %}B{% block c %}C{% endblock %}{% endblock %}>{% include \"part.html\" %}",
        ),
        (
            "mid.html",
            "{% extends \"base.html\" %}{% block a %}mid {{ super() }}{% endblock %}",
        ),
        (
            "page.html",
            "{% extends \"mid.html\" %}{% block a %}{% set y = t %}page {{ super() }}{{ y }}{% endblock %}{% block c %}c{{ super() }}{% endblock %}",
        ),
        (
            "part.html",
            "{% set z = t %}[{{ z }}{{ t }}{% block own %}own{% endblock %}]",
        ),
        (
            "loops.html",
            "{% for i in l %}{% set t = i %}{% include \"part.html\" %}{% include \"more.html\" %}{% endfor %}{{ z is defined }}",
        ),
        (
            "more.html",
            "{{ q is defined }}{% set q = i %}{{ q }}{{ loop is defined }}",
        ),
        ("text.txt", "{{ t }}{% include \"part.html\" %}"),
    ];
    let variables = [("t", json!("<t>")), ("l", json!([1, "<"]))];
    for page in [
        "base.html",
        "mid.html",
        "page.html",
        "part.html",
        "loops.html",
        "text.txt",
    ] {
        match render(&templates, page, &variables) {
            Outcome::Same(_) => {}
            other => panic!("{page}: {other:?}"),
        }
    }
}

#[test]
fn components() {
    let templates = [
        (
            "parts.html",
            "{% component card(title: string, level=1, of: map) %}<h{{ level }}>{{ title }}{{ of.name }}{{ outer is defined }}{% for x in of.list %}{{ x }}{% endfor %}</h>{% endcomponent %}{% component box(x=\"d\") %}[{{ body }}{{ x }}{{ y is defined }}]{% endcomponent %}",
        ),
        (
            "page.html",
            "{% for u in users %}{{ <card title={u.name} of={u} level={loop.index} /> }}{{ <card title=\"<x>\" of={u} /> }}{% endfor %}{% <box x={outer}> %}<b>{{ outer }}</b>{% </box> %}",
        ),
        ("wrong.html", "{{ <card title={5} of={outer} /> }}"),
    ];
    let variables = [
        (
            "users",
            json!([{"name": "<a>", "list": [1, 2]}, {"name": "b", "list": []}]),
        ),
        ("outer", json!("<o>")),
    ];
    match render(&templates, "page.html", &variables) {
        Outcome::Same(_) => {}
        other => panic!("{other:?}"),
    }
    let wrong = render(&templates, "wrong.html", &variables);
    assert!(matches!(wrong, Outcome::Mistake(_)), "{wrong:?}");
}

#[test]
fn sections() {
    let variables = json!({"t": "<t>", "l": [1]});
    same(
        "{% filter upper %}a{{ t }}{% endfilter %}{% set x | upper %}b{{ t }}{% endset %}{{ x }}",
        variables.clone(),
    );
    same(
        "{% set x %}b{{ t }}{% endset %}{{ x }}{{ x|safe }}{{ x ~ t }}",
        variables.clone(),
    );
    same(
        "{% raw %}{{ t }}{% endraw %}{# no #} {{- t -}} {% if t -%} x {%- endif %}",
        variables.clone(),
    );
    same(
        "{{ t|upper|replace(from=\"T\", to=\"&\")|truncate(length=3) }}{{ t|shout }}{{ now is defined }}",
        variables,
    );
}

/// Renders a page with what an app has registered.
#[track_caller]
fn extended(templates: &[(&str, &str)], variables: &[(&str, serde_json::Value)]) -> Outcome {
    let mut tera = tera();
    tera.register_filter("upper", |_: &Value, _: Kwargs, _: &State| "X");
    tera.register_filter("safe", |text: &str, _: Kwargs, _: &State| {
        Value::safe_string(&text.replace("<script>", ""))
    });
    tera.register_function("who", |_: Kwargs, state: &State| {
        Ok::<_, tera::Error>(state.get::<String>("user")?.unwrap_or_default())
    });
    tera.register_filter("kind", |value: &Value, _: Kwargs, _: &State| value.name());
    tera.global_context().insert("version", "<1>");
    render_by(templates, "page.html", variables, tera)
}

#[test]
fn what_the_app_registers_is_called_and_may_ask_for_all_variables() {
    let variables = [
        ("title", json!({"deep": [1]})),
        ("user", json!("a")),
        ("l", json!([{"user": "b"}])),
        ("t", json!("<script><b>")),
    ];
    for template in [
        "{{ 1|title_of }}{{ l[0].user }}",
        "{{ t|upper }}{{ t|safe }}{{ t|lower }}{{ version }}{{ version|upper }}",
        "{{ who() }}{% set user = \"b\" %}{{ who() }}",
        "{% for user in [\"b\", \"c\"] %}{{ who() }}{% endfor %}{{ who() }}",
        "{% for x in l %}{% set user = x.user %}{{ who() }}{{ x.user|kind }}{% endfor %}{{ who() }}",
        "{% include \"part.html\" %}{{ [who() for user in [\"z\"]] }}",
        "{{ (1 + 1)|kind }}{{ (2 * 3) + 1 }}{{ 7 // 2 == 3 }}",
    ] {
        let part = "{{ who() }}{% set user = \"p\" %}{{ who() }}";
        match extended(&[("page.html", template), ("part.html", part)], &variables) {
            Outcome::Same(_) => {}
            other => panic!("{template}: {other:?}"),
        }
    }
    let card = "{% component card() %}{{ who() }}{% endcomponent %}{{ <card /> }}";
    let outcome = extended(&[("page.html", card)], &variables);
    assert!(matches!(outcome, Outcome::NoProgram(_)), "{outcome:?}");
}

#[test]
fn names_that_are_there_twice() {
    let same = |templates: &[(&str, &str)], variables: &[(&str, serde_json::Value)]| match render(
        templates,
        "page.html",
        variables,
    ) {
        Outcome::Same(_) | Outcome::Left(_) => {}
        other => panic!("{templates:?}: {other:?}"),
    };
    // A block within the body of a component.
    same(
        &[
            (
                "base.html",
                "{% block a %}{% block x %}B{% endblock %}{% endblock %}",
            ),
            (
                "page.html",
                "{% extends \"base.html\" %}{% block a %}{% <card> %}{% block x %}C{{ super() }}\
                 {% endblock %}{% </card> %}{% endblock %}",
            ),
            (
                "card.html",
                "{% component card() %}[{{ body }}]{% endcomponent %}",
            ),
        ],
        &[],
    );
    // A loop's value that is not there, seen from an included template.
    same(
        &[
            (
                "page.html",
                "{% for x in [m.nothing] %}{% include \"p.html\" %}{% endfor %}",
            ),
            ("p.html", "{{ x is defined }}"),
        ],
        &[("m", json!({})), ("x", json!(1))],
    );
    // The loop around a component is not its own.
    let component = "{% component c() %}{% for x in [loop.index] %}{{ x|default(value=\"u\") }}\
                     {% endfor %}{% endcomponent %}";
    let page = "{% for i in [1, 2] %}{{ <c /> }}{% endfor %}";
    let outcome = render(
        &[("page.html", page), ("c.html", component)],
        "page.html",
        &[("a", json!(1))],
    );
    assert!(matches!(outcome, Outcome::NoProgram(_)), "{outcome:?}");
}

#[test]
fn what_nests_too_deeply_is_left_to_tera() {
    let variables = [("t", json!("t"))];
    for count in [150, 230] {
        let sum = format!("{{{{ {}t }}}}", "t ~ ".repeat(count));
        let all = format!("{{% if {}t %}}yes{{% endif %}}", "t and ".repeat(count));
        for template in [sum, all] {
            let outcome = render(&[("page.html", &template)], "page.html", &variables);
            match (count, outcome) {
                (150, Outcome::Same(_)) => {}
                (230, Outcome::NoProgram(why)) => assert_eq!(why, "it nests too deeply"),
                (_, outcome) => panic!("{count}: {outcome:?}"),
            }
        }
    }
}

#[test]
fn mistakes_are_left_to_tera() {
    for template in [
        "{{ missing }}",
        "{{ t.missing }}",
        "{{ missing.a.b }}",
        "{% for x in n %}{% endfor %}",
        "{{ n / 0 }}",
        "{{ t < n }}",
        "{{ t + 1 }}",
        "{% set x = missing %}{{ x }}",
        "{{ \"missing\"|trans }}",
        "{{ n|trans }}",
        "{{ n|length }}",
    ] {
        let outcome = render(
            &[("page.html", template)],
            "page.html",
            &[("t", json!("t")), ("n", json!(5))],
        );
        assert!(
            matches!(outcome, Outcome::Mistake(_)),
            "{template}: {outcome:?}"
        );
    }
}

#[test]
fn texts_that_are_safe_stay_so_wherever_they_come_from() {
    #[derive(Serialize)]
    struct Post {
        body: Value,
        title: &'static str,
    }
    let post = Post {
        body: Value::safe_string("<b>"),
        title: "<t>",
    };
    let outcome = render(
        &[(
            "page.html",
            "{{ post.body }}{{ post.title }}{% for p in posts %}{{ p }}{% endfor %}",
        )],
        "page.html",
        &[
            ("post", serde_value(&post)),
            ("posts", Value::from(vec![post.body.clone()])),
        ],
    );
    assert_eq!(outcome, Outcome::Same("<b>&lt;t&gt;<b>".to_owned()));
    let outcome = render(
        &[("page.html", "{{ post.body }}{{ post.title }}")],
        "page.html",
        &[("post", &post)],
    );
    assert_eq!(outcome, Outcome::Same("<b>&lt;t&gt;".to_owned()));
}

fn serde_value<T: Serialize>(value: &T) -> Value {
    Value::from_serializable(value)
}
