use super::super::parse;
use super::{error, template};
use std::time::{Duration, Instant};

/// Runs with the stack that a thread of a server has at the least.
fn on_a_small_stack(test: fn()) {
    std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(test)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn nesting_is_limited() {
    on_a_small_stack(|| {
        let nested = |count: usize, open: &str, middle: &str, close: &str| {
            format!("{}{middle}{}", open.repeat(count), close.repeat(count))
        };
        template(&nested(39, "{% if a %}", "", "{% endif %}"));
        let found = error(&nested(40, "{% if a %}", "", "{% endif %}"));
        assert_eq!(found.message, "the tags nest too deeply");
        for count in [40, 100_000] {
            let text = format!("{{{{ {} }}}}", nested(count, "(", "a", ")"));
            assert_eq!(error(&text).message, "the expression is too complex");
        }
        template(&format!("{{{{ {} }}}}", nested(39, "(", "a", ")")));
        template(&format!("{{{{ {} }}}}", nested(4, "a[", "b", "]")));
        let text = format!("{{{{ {} }}}}", nested(5, "a[", "b", "]"));
        assert_eq!(error(&text).message, "the brackets nest too deeply");
        template("{{ [[a]] }}");
        let found = error("{{ [[[a]]] }}");
        assert_eq!(found.message, "an array has more than 2 dimensions");
        // Everything at its deepest.
        let deep = format!("{{{{ {} }}}}", nested(34, "f(a=", "[[b[c[d[e]]]]]", ")"));
        template(&nested(39, "{% filter f %}", &deep, "{% endfilter %}"));
    });
}

#[test]
fn an_expression_is_limited() {
    template(&format!("{{{{ a{} }}}}", " + a".repeat(256)));
    let found = error(&format!("{{{{ a{} }}}}", " + a".repeat(257)));
    assert_eq!(found.message, "the expression is too complex");
    error(&format!("{{{{ a{} }}}}", ".b".repeat(257)));
    // Each expression is counted on its own.
    template(&"{{ a + b | c }}".repeat(1000));
}

#[test]
fn branches_are_limited() {
    on_a_small_stack(|| {
        let branches =
            |count: usize| format!("{{% if a %}}{}{{% endif %}}", "{% elif b %}c".repeat(count));
        let tree = template(&branches(256));
        assert_eq!(tree.clone(), tree);
        for count in [257, 100_000] {
            let found = error(&branches(count));
            assert_eq!(found.message, "the `if` has more than 256 `elif`");
        }
    });
}

#[test]
fn nothing_panics_and_all_ends() {
    let mut rng = fastrand::Rng::with_seed(0x66757a7a);
    let pieces = [
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "-",
        "\"",
        "\\",
        "'",
        "(",
        "[",
        "{",
        "<",
        "</",
        ".",
        "?[",
        "...",
        "|",
        "~",
        "not",
        "if",
        "for",
        "raw",
        "endraw",
        "set",
        "a",
        "1",
        "1.",
        "é",
        "\u{1f600}",
        "\u{feff}",
        "\r\n",
        "\0",
        " ",
    ];
    let start = Instant::now();
    for round in 0..40_000 {
        let length = rng.usize(0..60);
        let text: String = match round % 3 {
            0 => {
                let bytes: Vec<u8> = (0..length).map(|_| rng.u8(..)).collect();
                String::from_utf8_lossy(&bytes).into_owned()
            }
            1 => "{{"
                .chars()
                .chain((0..length).map(|_| rng.char(..)))
                .collect(),
            _ => (0..length)
                .map(|_| pieces[rng.usize(..pieces.len())])
                .collect(),
        };
        if let Err(error) = parse(&text) {
            let span = error.span;
            assert!(
                text.get(span.start..span.end).is_some(),
                "{text:?} {span:?}"
            );
            for note in &error.notes {
                let span = note.span;
                assert!(
                    text.get(span.start..span.end).is_some(),
                    "{text:?} {span:?}"
                );
            }
            assert!(!error.message.is_empty() && !error.message.ends_with('.'));
        }
    }
    assert!(start.elapsed() < Duration::from_secs(60));
}

/// Time grows with the length only.
#[test]
fn long_templates_end_soon() {
    let start = Instant::now();
    for piece in [
        "{",
        "{{",
        "{% raw %}",
        "{% raw %}{%",
        "{#",
        "#",
        "{% if a %}{% endif %}",
        "{{ a }} \n",
        "\"",
        "{{ \"",
        "{{ f(a=",
        "{% block a %}",
        "{% component a() %}{% endcomponent %}",
        "{%-",
    ] {
        let text = piece.repeat(400_000 / piece.len());
        let _ = parse(&text);
    }
    let names: String = (0..20_000)
        .map(|n| format!("{{% block a{n} %}}{{% endblock %}}"))
        .collect();
    template(&names);
    assert!(start.elapsed() < Duration::from_secs(30));
}
