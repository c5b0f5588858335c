use super::{in_files, lines, of_templates, set};

fn mistakes(templates: &[(&str, &str)]) -> Vec<String> {
    lines(in_files(&of_templates(set(templates))))
}

#[test]
fn all_mistakes_between_templates() {
    let all = mistakes(&[
        ("base.html", "{% block a %}{% endblock %}"),
        (
            "block.html",
            "{% extends \"base.html\" %}\n{% block aa %}{% endblock %}",
        ),
        ("child.html", "{% extends \"parent.html\" %}"),
        ("circle.html", "{% extends \"circle2.html\" %}"),
        ("circle2.html", "{% extends \"circle.html\" %}"),
        ("include.html", "é {% include \"part/foot.htm\" %}"),
        ("loop.html", "{% include \"loop2.html\" %}"),
        ("loop2.html", "{% include \"loop.html\" %}"),
        ("other.html", "\n{% extends 'missing.html' %}"),
        ("parent.html", "{% extends \"bsae.html\" %}"),
        ("part/foot.html", "{% include \"base2.html\" %}"),
    ]);
    assert_eq!(
        all,
        [
            "template/block.html:2:10: error: no template that this one extends has a block `aa`; \
             did you mean `a`?",
            "template/circle.html:1:12: error: the template `circle.html` extends itself in the \
             end; the chain is circle.html → circle2.html → circle.html",
            "template/include.html:1:14: error: there is no template `part/foot.htm` to include; \
             did you mean `part/foot.html`?",
            "template/loop.html:1:12: error: the template `loop.html` includes itself in the end; \
             the chain is loop.html → loop2.html → loop.html",
            "template/other.html:2:12: error: there is no template `missing.html` to extend; \
             the name is the path below the folder of templates, such as `base.html`",
            "template/parent.html:1:12: error: there is no template `bsae.html` to extend; did \
             you mean `base.html`?",
            "template/part/foot.html:1:12: error: there is no template `base2.html` to include; \
             did you mean `base.html`?",
        ]
    );
}

#[test]
fn a_good_set_has_no_mistakes() {
    let all = mistakes(&[
        (
            "base.html",
            "{% block a %}{% block inner %}{% endblock %}{% endblock %}{% if x %}{% block c %}{% endblock %}{% endif %}",
        ),
        (
            "ok.html",
            "{% extends \"base.html\" %}{% block a %}{{ super() }}{% block fresh %}{% endblock %}{% endblock %}\
             {% block inner %}{% endblock %}{% block c %}{% for i in x %}{{ super() }}{% endfor %}{% endblock %}",
        ),
        (
            "deep.html",
            "{% extends \"ok.html\" %}{% block fresh %}{{ super() }}{% endblock %}",
        ),
        (
            "twice.html",
            "{% include \"ok.html\" %}{% include \"ok.html\" %}",
        ),
    ]);
    assert_eq!(all, [""; 0]);
}

#[test]
fn whoever_refers_to_a_broken_template_is_not_at_fault() {
    let all = mistakes(&[
        ("broken.html", "{% component card() %}{{ x"),
        (
            "child.html",
            "{% extends \"broken.html\" %}{% block a %}{{ super() }}{% endblock %}",
        ),
        ("host.html", "{% include \"broken.html\" %}{{ <card /> }}"),
    ]);
    assert_eq!(all, [""; 0]);
}

#[test]
fn super_needs_a_block_above() {
    let all = mistakes(&[
        (
            "base.html",
            "{% block a %}{{ super() }}{% endblock %}{{ super() }}",
        ),
        (
            "page.html",
            "{% extends \"base.html\" %}{% block a %}{% block new %}{{ super() }}{% endblock %}{% endblock %}\
             {% component c() %}{{ super() }}{% endcomponent %}",
        ),
    ]);
    assert_eq!(
        all,
        [
            "template/base.html:1:17: error: there is no block `a` above this one for `super()`; \
             `super()` gives the block of the template that is extended; remove it",
            "template/base.html:1:44: error: `super()` is called outside of a block; it gives the \
             block of the template that is extended; remove it",
            "template/page.html:1:57: error: there is no block `new` above this one for \
             `super()`; `super()` gives the block of the template that is extended; remove it",
            "template/page.html:1:117: error: `super()` is called outside of a block; it gives \
             the block of the template that is extended; remove it",
        ]
    );
}

#[test]
fn components_and_their_calls() {
    let parts = "{% component card(title: string, size=1, @user) %}{{ title }}{{ user }}{{ tilte }}{% endcomponent %}\n\
                 {% component box() %}{{ body }}{% endcomponent %}\n\
                 {% component open(...rest) %}{{ rest }}{% endcomponent %}";
    let all = mistakes(&[
        ("other.html", "{% component box() %}{% endcomponent %}"),
        (
            "page.html",
            "{{ <crad title=\"x\" /> }}\n\
             {{ <card tilte=\"x\" title=\"y\" /> }}\n\
             {{ <card size={2} /> }}\n\
             {{ <card title={1} size=\"x\" /> }}\n\
             {{ <open anything={1} /> }}\n\
             {{ <card {...map} /> }}",
        ),
        ("parts.html", parts),
    ]);
    assert_eq!(
        all,
        [
            "template/page.html:1:5: error: there is no component `crad`; did you mean `card`?",
            "template/page.html:2:10: error: the component `card` does not take `tilte`; did you \
             mean `title`?",
            "template/page.html:3:5: error: the component `card` needs `title`; add `title={…}`",
            "template/page.html:4:17: error: `title` of the component `card` is of the type \
             `string`, but this is of the type `integer`; write it in quotes",
            "template/page.html:4:25: error: `size` of the component `card` is of the type \
             `integer`, but this is of the type `string`; write it in braces: `name={1}`, \
             `name={true}`",
            "template/parts.html:1:75: error: the component `card` has no parameter `tilte`; did \
             you mean `title`?",
            "template/parts.html:2:14: error: the component `box` is defined twice; components of \
             all templates share their names; rename one",
        ]
    );
}

#[test]
fn a_component_may_need_a_body() {
    let all = mistakes(&[
        (
            "parts.html",
            "{% component box() %}{{ body }}{% endcomponent %}\
             {% component maybe() %}{{ body|default(value=\"\") }}{% endcomponent %}",
        ),
        (
            "page.html",
            "{{ <maybe /> }}{% <box> %}x{% </box> %}{{ <box /> }}",
        ),
    ]);
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].starts_with("template/page.html:1:44: error: the component `box` needs a body"));
}
