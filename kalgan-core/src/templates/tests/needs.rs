use super::set;
use crate::templates::needs::{Needs, Step};

/// The needs of `page` in a set of it alone.
fn of(page: &str) -> Needs {
    let needs = set(&[("page", page)]).needs("page");
    let needs = needs.unwrap_or_else(|| panic!("{page} is broken"));
    (*needs).clone()
}

/// The variables of a template, an optional one with a question mark.
fn variables(page: &str) -> String {
    names(&of(page))
}

fn names(needs: &Needs) -> String {
    let names = needs.variables.iter().map(|need| {
        let mark = if need.is_required { "" } else { "?" };
        format!("{}{mark}", need.name)
    });
    names.collect::<Vec<_>>().join(" ")
}

/// The uses of a template: `user.name`, `users[].name`, `user.nick?`.
fn uses(page: &str) -> Vec<String> {
    let mut all = Vec::new();
    for need in of(page).variables {
        for one in need.uses {
            let mut text = need.name.to_string();
            for step in one.steps {
                match step {
                    Step::Field(name) => {
                        text.push('.');
                        text.push_str(&name);
                    }
                    Step::Each => text.push_str("[]"),
                    Step::Groups => text.push_str("{}"),
                }
            }
            if !one.is_required {
                text.push('?');
            }
            all.push(text);
        }
    }
    all
}

#[test]
fn variables_are_found_wherever_an_expression_may_stand() {
    for (page, expected) in [
        ("{{ a }}{{ b.c }}", "a b"),
        ("{{ a[b] }}{{ c[1:d] }}", "a b c d"),
        ("{{ [a, ...b] }}{{ {\"k\": c, ...d} }}", "a b c d"),
        ("{{ a|replace(from=b, to=c) }}", "a b c"),
        ("{{ range(end=n) }}", "n"),
        ("{{ x if a is containing(pat=b) else y }}", "a b x y"),
        (
            "{% filter replace(from=a, to=b) %}{{ c }}{% endfilter %}",
            "a b c",
        ),
        ("{{ -a + b ** c ~ d }}{{ e in f }}", "a b c d e f"),
        ("{% set x = a %}{{ x }}", "a"),
        ("{% set x %}{{ a }}{% endset %}{{ x }}", "a"),
        ("{# {{ a }} #}{% raw %}{{ b }}{% endraw %}{{ c }}", "c"),
        ("{{ loop }}", "loop"),
    ] {
        assert_eq!(variables(page), expected, "{page}");
    }
}

#[test]
fn what_the_template_binds_is_no_need() {
    for (page, expected) in [
        (
            "{% for a in list %}{{ a }}{{ loop.index }}{% endfor %}{{ b }}",
            "b list",
        ),
        (
            "{% for k, v in map %}{{ k }}{{ v }}{% endfor %}{{ k }}",
            "k map",
        ),
        ("{{ [x.y for x in list if x.z] }}{{ x }}", "list x"),
        (
            "{% for a in list %}{% set b = 1 %}{% endfor %}{{ b }}",
            "b list",
        ),
        (
            "{% for a in list %}{% set_global b = 1 %}{% endfor %}{{ b }}",
            "b? list",
        ),
        ("{% if a %}{% set b = 1 %}{% endif %}{{ b }}", "a? b?"),
        (
            "{% if a %}{% set b = 1 %}{% else %}{% set b = 2 %}{% endif %}{{ b }}",
            "a?",
        ),
        ("{% set a = a|default(value=1) %}{{ a }}", "a?"),
        ("{{ a }}{% set a = 1 %}{{ a }}", "a"),
        ("{% for x in list %}{% else %}{{ y }}{% endfor %}", "list y"),
    ] {
        assert_eq!(variables(page), expected, "{page}");
    }
}

#[test]
fn a_variable_is_optional_where_the_template_says_so() {
    for (page, expected) in [
        ("{{ a|default(value=b) }}", "a? b"),
        ("{% if a is defined %}{{ a }}{% endif %}", "a?"),
        ("{% if a is defined %}{{ a.b.c }}{% endif %}", "a?"),
        (
            "{% if a is undefined %}none{% else %}{{ a }}{% endif %}",
            "a?",
        ),
        (
            "{% if a is not defined or b %}{% else %}{{ a }}{% endif %}",
            "a? b?",
        ),
        ("{% if not a %}-{% elif b %}{{ a }}{% endif %}", "a? b?"),
        ("{% if a %}{{ a }}{% endif %}{{ a }}", "a"),
        ("{% if a and a.b %}{{ a.b }}{% endif %}", "a?"),
        ("{% if a or b %}{{ a }}{% endif %}", "a b?"),
        ("{{ a or \"none\" }}", "a?"),
        ("{{ a if a else 1 }}", "a?"),
        ("{{ a?.b }}", "a?"),
        ("{{ a.b?.c }}", "a"),
        ("{% if a.b is defined %}{% endif %}", "a"),
        ("{% if tab == \"x\" %}{{ tab }}{% endif %}", "tab"),
        (
            "{% for x in a|default(value=[]) %}{{ x }}{% endfor %}",
            "a?",
        ),
        ("{{ a|upper }}", "a"),
        ("{% if a is string %}{{ a }}{% endif %}", "a"),
    ] {
        assert_eq!(variables(page), expected, "{page}");
    }
}

#[test]
fn fields_are_followed_through_loops_and_sets() {
    assert_eq!(
        uses("{% for u in users %}{{ u.name }}{% endfor %}"),
        ["users", "users[]", "users[].name"]
    );
    assert_eq!(
        uses("{% set p = user.profile %}{{ p.nick|default(value=1) }}{{ p[\"age\"] }}"),
        [
            "user",
            "user.profile",
            "user.profile.nick?",
            "user.profile.age"
        ]
    );
    assert_eq!(
        uses("{{ posts|first|get(key=\"title\", default=1) }}"),
        ["posts", "posts[].title?"]
    );
    assert_eq!(
        uses("{% if a.b %}{{ a.b.c }}{% endif %}"),
        ["a", "a.b?", "a?", "a.b?", "a.b.c"]
    );
    assert_eq!(
        uses(
            "{% for row in rows %}{% for cell in row.cells|sort %}{{ cell.x }}{% endfor %}{% endfor %}"
        ),
        [
            "rows",
            "rows[]",
            "rows[].cells",
            "rows[].cells[]",
            "rows[].cells[].x"
        ]
    );
    assert_eq!(
        uses("{{ rows[0].x }}{{ rows[i].y }}")[..3],
        ["i", "rows", "rows[]"]
    );
}

#[test]
fn the_first_use_has_its_place() {
    let needs = of("<p>\n  {{ user.name }}{{ user }}");
    let user = needs.find("user").unwrap();
    assert_eq!(user.place().unwrap().display(), "template/page:2:6");
    assert_eq!(user.uses[1].place.display(), "template/page:2:11");
}

#[test]
fn parents_blocks_and_includes() {
    let set = set(&[
        (
            "base",
            "{{ title }}{% set inner = 1 %}{% block a %}{{ gone }}{% endblock %}\
             {% block b %}{{ kept }}{% endblock %}{% include \"foot\" %}",
        ),
        (
            "page",
            "{% extends \"base\" %}{% block a %}{{ inner }}{{ own }}{% endblock %}",
        ),
        (
            "deep",
            "{% extends \"page\" %}{% block a %}{{ super() }}{{ deep }}{% endblock %}",
        ),
        ("foot", "{{ inner }}{{ year }}{% set later = 1 %}"),
        (
            "after",
            "{% set x = 1 %}{% for i in list %}{% include \"item\" %}{% endfor %}{{ later }}",
        ),
        ("item", "{{ i }}{{ x }}{{ y }}{% set later = 1 %}"),
    ]);
    let of = |name: &str| names(&set.needs(name).unwrap());
    assert_eq!(of("base"), "gone kept title year");
    assert_eq!(of("page"), "kept own title year");
    assert_eq!(of("deep"), "deep kept own title year");
    assert_eq!(of("after"), "later list y");
    assert_eq!(set.needs("nobody"), None);
}

#[test]
fn nothing_is_said_of_what_is_broken_or_goes_in_circles() {
    let set = set(&[
        ("broken", "{{ a"),
        ("child", "{% extends \"broken\" %}"),
        ("host", "{% include \"broken\" %}"),
        ("lost", "{% include \"nobody\" %}"),
        ("a", "{% extends \"b\" %}"),
        ("b", "{% extends \"a\" %}"),
        ("self", "{{ x }}{% include \"self\" %}"),
    ]);
    for name in ["broken", "child", "host", "lost", "a", "b"] {
        assert_eq!(set.needs(name), None, "{name}");
    }
    assert_eq!(names(&set.needs("self").unwrap()), "x");
}

#[test]
fn components_take_from_the_caller_what_is_implicit() {
    let set = set(&[
        (
            "parts",
            "{% component card(title, @user, @theme=\"light\") %}{{ title }}{% endcomponent %}\
             {% component list(items) %}{{ <card title=\"x\" /> }}{% endcomponent %}",
        ),
        ("page", "{{ <card title={head} /> }}"),
        ("given", "{{ <card title=\"x\" user={u} /> }}"),
        ("outer", "{{ <list items={all} /> }}"),
        (
            "bound",
            "{% set user = 1 %}{% <card title=\"x\"> %}{{ body }}{% </card> %}",
        ),
    ]);
    let of = |name: &str| names(&set.needs(name).unwrap());
    assert_eq!(of("page"), "head theme? user");
    assert_eq!(of("given"), "theme? u");
    assert_eq!(of("outer"), "all theme? user");
    assert_eq!(of("bound"), "body theme?");
}

#[test]
fn the_whole_context() {
    assert!(of("{{ __tera_context }}").takes_all);
    assert!(!of("{{ a }}").takes_all);
}

#[test]
fn components_use_the_fields_of_what_they_are_given() {
    let set = set(&[
        (
            "parts",
            "{% component card(item, size=1) %}{{ item.name }}{% if item.note %}{{ item.note }}\
             {% endif %}{{ size.x }}{{ body }}{{ other.field }}{% endcomponent %}\
             {% component list(items) %}{% for item in items %}{{ <card item /> }}{% endfor %}\
             {{ <list items /> }}{% endcomponent %}",
        ),
        (
            "page",
            "{{ <list items={shop.items} /> }}{{ <card item={shop.best} /> }}",
        ),
    ]);
    let needs = set.needs("page").unwrap();
    assert_eq!(names(&needs), "shop");
    let mut used: Vec<String> = Vec::new();
    for one in &needs.variables[0].uses {
        if let [.., Step::Field(last)] = one.steps.as_slice() {
            let place = &one.place;
            used.push(format!("{last} {} {}", place.file.path(), one.is_required));
        }
    }
    used.sort();
    used.dedup();
    assert_eq!(
        used,
        [
            "best template/page true",
            "items template/page true",
            "name template/parts true",
            "note template/parts false",
        ]
    );
}

#[test]
fn components_that_call_each_other_often_come_to_an_end() {
    let mut parts = String::from("{% component c0(x) %}{{ x.y }}{% endcomponent %}");
    for at in 1..40 {
        let call = format!("{{{{ <c{} x /> }}}}", at - 1);
        parts.push_str(&format!(
            "{{% component c{at}(x) %}}{call}{call}{{% endcomponent %}}"
        ));
    }
    let set = set(&[("parts", parts.as_str()), ("page", "{{ <c39 x={a} /> }}")]);
    assert_eq!(names(&set.needs("page").unwrap()), "a");
}
