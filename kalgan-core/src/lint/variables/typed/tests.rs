//! Operations with values whose types are known.

use crate::lint::{Files, Rust, all};
use crate::templates::registered::Registered;
use crate::templates::tests::set;
use crate::templates::views::{EnumShape, RustPlace, Shape, StructShape, Variable, View};

fn variable(name: &'static str, shape: usize) -> Variable {
    Variable {
        name: name.into(),
        shape: Some(shape),
    }
}

/// A view that gives `user`, `users`, `page`, `maybe`, `many` and something that is not known.
fn view() -> View {
    let of = |name: &'static str, fields: Vec<Variable>| {
        Shape::Struct(StructShape {
            name: name.into(),
            place: RustPlace::default(),
            fields: fields.into(),
            is_open: false,
        })
    };
    let status = EnumShape {
        name: "Status".into(),
        place: RustPlace::default(),
        variants: vec!["draft".into(), "published".into()].into(),
    };
    let user = vec![
        variable("name", 1),
        variable("age", 2),
        variable("email", 3),
        variable("status", 4),
        variable("friends", 5),
        variable("address", 7),
        variable("nick", 8),
        variable("active", 9),
        variable("tags", 10),
        variable("what", 12),
    ];
    let shapes = vec![
        of("User", user),
        Shape::Scalar("String".into()),
        Shape::Scalar("u32".into()),
        Shape::Option(Some(1)),
        Shape::Enum(status),
        Shape::List(Some(0)),
        of("Address", vec![variable("city", 1)]),
        Shape::Option(Some(6)),
        Shape::Skipped(Some(1)),
        Shape::Scalar("bool".into()),
        Shape::Option(Some(11)),
        Shape::List(Some(1)),
        Shape::Option(None),
        Shape::Option(Some(0)),
        Shape::Map(Some(2)),
    ];
    View {
        template: "page.html".into(),
        place: RustPlace::default(),
        variables: vec![
            variable("user", 0),
            variable("users", 5),
            variable("maybe", 13),
            variable("counts", 14),
            Variable {
                name: "page".into(),
                shape: None,
            },
        ]
        .into(),
        shapes: shapes.into(),
    }
}

/// What is wrong with a page, with the places in it.
fn found_with(others: &[(&'static str, &'static str)], page: &'static str) -> Vec<String> {
    let mut templates = vec![("page.html", page)];
    templates.extend(others);
    let files = Files {
        templates: set(&templates).into(),
        ..Files::default()
    };
    let registered = Registered::default();
    let views = [view()];
    let rust = Rust {
        views: &views,
        ..Rust::new(&registered)
    };
    let found = all(&files, rust).into_iter();
    let found = found.filter(|one| {
        !matches!(
            one.code,
            Some("superfluous-variable" | "unused-template" | "unused-component")
        )
    });
    found
        .map(|one| format!("{}: {}", one.code.unwrap_or_default(), one))
        .collect()
}

fn found(page: &'static str) -> Vec<String> {
    found_with(&[], page)
}

#[test]
fn what_fails_by_its_type() {
    for (page, code, expected) in [
        ("{{ user.name|round }}", "failing-expression", "1:14"),
        ("{{ user.name + 1 }}", "failing-expression", "1:4"),
        ("{{ user.age > \"20\" }}", "failing-expression", "1:4"),
        ("{{ -user.name }}", "failing-expression", "1:4"),
        ("{{ user.age|upper }}", "failing-expression", "1:13"),
        (
            "{% for k, v in users %}{% endfor %}",
            "failing-expression",
            "1:16",
        ),
        (
            "{% for u in users %}{{ u.name * u.age }}{% endfor %}",
            "failing-expression",
            "1:24",
        ),
        (
            "{% set u = users|first %}{{ u.age|upper }}",
            "failing-expression",
            "1:35",
        ),
        (
            "{% for k, us in users|group_by(attribute=\"age\") %}{% for u in us %}{{ u.name|round }}{% endfor %}{% endfor %}",
            "failing-expression",
            "1:78",
        ),
        (
            "{% set n = user.name %}{{ n|round }}",
            "failing-expression",
            "1:29",
        ),
        (
            "{% if user.status|round > 1 %}{% endif %}",
            "failing-expression",
            "1:19",
        ),
        ("{{ counts.a|upper }}", "failing-expression", "1:13"),
        (
            "{% if user.email %}{{ user.email|round }}{% endif %}",
            "failing-expression",
            "1:34",
        ),
        (
            "{{ users|sort(attribute=\"nmae\") }}",
            "unknown-field",
            "1:25",
        ),
        (
            "{{ users|group_by(attribute=\"address.ctiy\") }}",
            "unknown-field",
            "1:29",
        ),
        // None.
        ("{{ user.email|upper }}", "missing-value", "1:15"),
        (
            "{{ user.email|default(value=\"x\")|upper }}",
            "missing-value",
            "1:34",
        ),
        (
            "{% if user.email is defined %}{{ user.email|upper }}{% endif %}",
            "missing-value",
            "1:45",
        ),
        ("{{ user.address.city }}", "missing-value", "1:4"),
        ("{{ maybe.name }}", "missing-value", "1:4"),
        (
            "{% for t in user.tags %}{% endfor %}",
            "missing-value",
            "1:13",
        ),
        (
            "{% if user.name %}{{ user.email|trim }}{% endif %}",
            "missing-value",
            "1:33",
        ),
        ("{{ user.what|upper }}", "missing-value", "1:14"),
        (
            "{% for u in users %}{{ u.email|length }}{% endfor %}",
            "missing-value",
            "1:32",
        ),
        (
            "{% if user.email %}{% else %}{{ user.email|upper }}{% endif %}",
            "missing-value",
            "1:44",
        ),
        (
            "{{ \"user\"|url(id=user.what, _query=page) }}",
            "missing-value",
            "1:18",
        ),
        // Left out.
        ("{{ user.nick }}", "missing-value", "1:9"),
        ("{{ user.nick|upper }}", "missing-value", "1:9"),
        // Never equal.
        (
            "{% if user.status == \"pubished\" %}{% endif %}",
            "impossible-comparison",
            "1:22",
        ),
        (
            "{% if user.status in [\"draft\", \"gone\"] %}{% endif %}",
            "impossible-comparison",
            "1:32",
        ),
        (
            "{% if user.age == \"20\" %}{% endif %}",
            "impossible-comparison",
            "1:19",
        ),
        (
            "{% if \"yes\" != user.active %}{% endif %}",
            "impossible-comparison",
            "1:7",
        ),
    ] {
        let found = found(page);
        println!("{page}\n    {found:#?}");
        assert_eq!(found.len(), 1, "{page}: {found:?}");
        let start = format!("{code}: template/page.html:{expected}: error: ");
        assert!(found[0].starts_with(&start), "{page}: {found:?}");
    }
}

#[test]
fn what_is_right_is_left_alone() {
    for page in [
        "{{ user.name|upper }}{{ user.age + 1 }}{{ user.age|round }}{{ user.email }}{{ user.name ~ user.age }}",
        "{% if user.email %}{{ user.email|upper }}{{ \"user\"|url(id=user.email) }}{% endif %}",
        "{% if user.address.city %}{{ user.address.city|upper }}{{ user.address.city }}{% endif %}",
        "{% if user.email and user.active %}{{ user.email|upper }}{% endif %}",
        "{% if not user.email %}{% else %}{{ user.email|upper }}{% endif %}",
        "{{ user.email|upper if user.email else \"\" }}",
        "{{ user.email and user.email|upper }}",
        "{% if user.email != none %}{{ user.email|upper }}{% endif %}",
        "{% if user.email is not none %}{{ user.email|upper }}{% endif %}",
        "{% if user.email is string %}{{ user.email|upper }}{% endif %}",
        "{% if user.email == \"a\" %}{{ user.email|upper }}{% endif %}",
        "{% if user.email|default(value=\"\") %}{{ user.email|upper }}{% endif %}",
        "{% for u in users %}{% if not u.email %}{% continue %}{% endif %}{{ u.email|upper }}{% endfor %}",
        "{{ [u.email|upper for u in users if u.email] }}",
        "{% if user.address %}{{ user.address.city|upper }}{% endif %}",
        "{% if user.address.city %}{% endif %}"
            .replace("user.address.city", "user.address?.city")
            .leak(),
        "{{ user.nick|default(value=\"\") }}{% if user.nick %}{{ user.nick|upper }}{% endif %}",
        "{% if user.tags %}{% for t in user.tags %}{{ t|upper }}{% endfor %}{% endif %}",
        "{% if user.status == \"draft\" or user.status in [\"published\", page] %}{% endif %}",
        "{% if user.email == \"x\" or user.what == 5 or page == 1 or user.what == \"a\" %}{% endif %}",
        "{% for k, n in counts %}{{ n + 1 }}{{ k|upper }}{% endfor %}{% for c in user.name %}{{ c }}{% endfor %}",
        "{% for k, v in user %}{{ v }}{% endfor %}{{ user|length }}{{ users|length + 1 }}",
        "{{ users|sort(attribute=\"address.city\") }}{% for u in users|sort(attribute=\"age\")|reverse %}{{ u.age + 1 }}{% endfor %}",
        "{% set user = page %}{{ user.name + 1 }}",
        "{% for user in page %}{{ user.name|round }}{% endfor %}",
        "{% if maybe %}{{ maybe.name }}{% endif %}",
        "{% if user.what %}{{ user.what|upper }}{{ user.what + 1 }}{% endif %}",
        "{{ user.friends|length > 5 }}{{ user.active and user.age }}{{ user.age == 5 }}{{ user.active == true }}",
    ] {
        assert_eq!(found(page), [""; 0], "{page}");
    }
}

/// Types reach what a page includes, extends and calls.
#[test]
fn types_of_other_files() {
    let row = "{{ u.email|upper }}";
    let page = "{% for u in users %}{% include \"row.html\" %}{% endfor %}";
    let found = found_with(&[("row.html", row)], page);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("missing-value: template/row.html:1:12: "));
    let guarded =
        "{% for u in users %}{% if u.email %}{% include \"row.html\" %}{% endif %}{% endfor %}";
    assert_eq!(found_with(&[("row.html", row)], guarded), [""; 0]);

    let base = "{{ user.age|upper }}{% block a %}{% endblock %}";
    let page = "{% extends \"base.html\" %}{% block a %}{{ user.name + 1 }}{% endblock %}";
    let found = found_with(&[("base.html", base)], page);
    assert_eq!(found.len(), 2, "{found:?}");

    let card = "{% component card(of) %}{{ of.age|upper }}{% endcomponent %}";
    let page = "{{ <card of={user}/> }}";
    let found = found_with(&[("card.html", card)], page);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("failing-expression: template/card.html:1:35: "),
        "{found:?}"
    );
}

#[test]
fn fields_that_are_only_asked_for() {
    for page in [
        "{% if user.atcive %}{% endif %}",
        "{{ user.nmae|default(value=\"x\") }}",
        "{{ user?.nmae }}",
        "{% if pgae %}{% endif %}",
        "{% for u in users %}{{ 1 if not u.emial else 2 }}{% endfor %}",
    ] {
        let found = found(page);
        assert_eq!(found.len(), 1, "{page}: {found:?}");
        assert!(found[0].starts_with("unknown-"), "{found:?}");
    }
    for page in [
        "{% if user.active %}{% endif %}{{ user.nick|default(value=\"x\") }}",
        "{% if user.atcive is defined %}{{ user.atcive }}{% endif %}",
        "{% if other or lang or pages %}{% endif %}{% if pgae is defined %}{{ pgae }}{% endif %}",
        "{% if page.any %}{% endif %}{% if user.what.any %}{% endif %}",
    ] {
        assert_eq!(found(page), [""; 0], "{page}");
    }
    // One that gives the field is enough.
    let files = Files {
        templates: set(&[("page.html", "{% if user.extra %}{% endif %}")]).into(),
        ..Files::default()
    };
    let mut other = view();
    other.shapes.to_mut()[0] = Shape::Map(None);
    let registered = Registered::default();
    let rust = Rust {
        views: &[view(), other],
        ..Rust::new(&registered)
    };
    let found = all(&files, rust);
    let mut found = found.iter().filter(|one| one.code == Some("unknown-field"));
    assert_eq!(found.next(), None);
}
