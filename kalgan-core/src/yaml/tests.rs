use super::*;
use crate::scalar::ScalarKind;

fn file(text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new("f.yaml", text.to_owned()))
}

fn tree(text: &str) -> Node {
    parse(&file(text)).unwrap().unwrap()
}

fn entries(node: &Node) -> &[(Key, Node)] {
    match &node.data {
        Data::Map(entries) => entries,
        other => panic!("not a map: {other:?}"),
    }
}

fn errors(text: &str) -> Vec<String> {
    match parse(&file(text)) {
        Ok(node) => panic!("parsed: {node:?}"),
        Err(diagnostics) => {
            assert!(diagnostics.iter().all(|found| found.code.is_some()));
            diagnostics.iter().map(ToString::to_string).collect()
        }
    }
}

#[test]
fn keys_and_values_know_their_places() {
    let text = "a: 1\r\nbé:\n  - \"x y\"\n  - {c: ~}\n# comment\n\n日: last";
    let file = file(text);
    let root = parse(&file).unwrap().unwrap();
    let [(a, one), (b, list), (last_key, last)] = entries(&root) else {
        panic!("three entries");
    };
    assert_eq!(file.slice(a.span), "a");
    assert_eq!(file.slice(one.span), "1");
    assert_eq!(file.slice(b.span), "bé");
    let Data::List(items) = &list.data else {
        panic!("a list");
    };
    assert_eq!(file.slice(items[0].span), "\"x y\"");
    assert_eq!(file.slice(items[1].span), "{c: ~}");
    assert!(entries(&items[1])[0].1.is_null());
    assert_eq!(file.slice(last_key.span), "日");
    assert_eq!(file.slice(last.span), "last");
    assert_eq!(file.position(last.span.start).column, 4);
}

#[test]
fn quotes_make_text() {
    let root = tree("a: '8080'\nb: 8080\n8080: c\n");
    let kinds: Vec<_> = entries(&root)
        .iter()
        .map(|(key, node)| match &node.data {
            Data::Scalar(scalar) => (key.text.as_str(), scalar.kind),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("a", ScalarKind::String),
            ("b", ScalarKind::Integer(8080)),
            ("8080", ScalarKind::String)
        ]
    );
}

#[test]
fn a_block_scalar_ends_at_its_text() {
    let text = "a: |\n  one\n  two\n\nb: 1\n";
    let file = file(text);
    let root = parse(&file).unwrap().unwrap();
    let node = &entries(&root)[0].1;
    assert!(matches!(&node.data, Data::Scalar(s) if s.text == "one\ntwo\n"));
    assert!(file.slice(node.span).ends_with("two"));
}

#[test]
fn empty_files_have_no_tree() {
    for text in ["", "\n\n", "# only a comment\n", "---\n"] {
        assert_eq!(parse(&file(text)).unwrap(), None, "{text:?}");
    }
}

#[test]
fn every_duplicate_key_is_found() {
    let all = errors("a: 1\nb: {c: 1, c: 2}\na: 3\n");
    assert_eq!(all.len(), 2);
    assert!(all[0].starts_with("f.yaml:2:11: error: the key `c` stands twice in this map"));
    assert!(all[1].starts_with("f.yaml:3:1: error: the key `a` stands twice"));
}

#[test]
fn aliases_are_written_out() {
    let root = tree("a: &x {k: v}\nb: *x\n");
    let entries = entries(&root);
    assert_eq!(entries[0].1.data, entries[1].1.data);
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for i in 1..12 {
        let alias = format!("*a{}", i - 1);
        text.push_str(&format!("a{i}: &a{i} [{}]\n", vec![alias; 10].join(",")));
    }
    assert!(errors(&text)[0].contains("write out to more than"));
}

#[test]
fn deep_nesting_is_refused() {
    let nested = format!("{}{}", "[".repeat(100), "]".repeat(100));
    assert!(errors(&nested)[0].contains("deeper than 64 levels"));
    assert_eq!(errors(&"[".repeat(100_000)).len(), 1);
    assert_eq!(errors(&"- ".repeat(100_000)).len(), 1);
}

#[test]
fn syntax_errors_have_a_place_and_a_help() {
    let tab = errors("a:\n\tb: 1\n");
    assert!(tab[0].starts_with("f.yaml:2:"), "{tab:?}");
    assert!(tab[0].contains("indent with spaces"), "{tab:?}");
    let quote = errors("a: \"open\nb: 1\n");
    assert!(quote[0].contains("this is not YAML"), "{quote:?}");
    assert!(errors("a: 1\n---\nb: 2\n")[0].contains("a second YAML document"));
    assert!(errors("? [a, b]\n: 1\n")[0].contains("a key must be a word, not a list"));
}

#[test]
fn nothing_makes_it_panic() {
    let pieces = [
        "a: 1\n", "- x\n", "{", "[", "]", "&a ", "*a", "\t", "\r", "'", "\"", "|", ">", "日",
        "\u{feff}", "\0", ": ", "? ", "%", "---\n", "...\n", "!!str ",
    ];
    let mut state = 1_u32;
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..8 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(pieces[(state >> 16) as usize % pieces.len()]);
        }
        if let Err(diagnostics) = parse(&file(&text)) {
            assert!(!diagnostics[0].render(false).is_empty());
        }
    }
}

#[test]
fn maps_are_merged() {
    let shown = |text: &str| -> String {
        let root = tree(text);
        let (_, last) = entries(&root).last().unwrap();
        let shown = entries(last).iter().map(|(key, node)| match &node.data {
            Data::Scalar(scalar) => format!("{}={}", key.text, scalar.text),
            Data::Map(inner) => format!("{}={}", key.text, inner.len()),
            other => panic!("{other:?}"),
        });
        shown.collect::<Vec<_>>().join(" ")
    };
    let anchors = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\n";
    for (map, expected) in [
        ("{<<: *a, w: 0}", "x=1 y=2 w=0"),
        ("{w: 0, <<: *a}", "w=0 x=1 y=2"),
        ("{<<: *a, y: 9}", "x=1 y=9"),
        ("{y: 9, <<: *a}", "y=9 x=1"),
        ("{<<: [*a, *b]}", "x=1 y=2 z=4"),
        ("{<<: [*b, *a]}", "y=3 z=4 x=1"),
        ("{<<: {q: 1}}", "q=1"),
        ("{<<: {}, q: 1}", "q=1"),
        ("{<<: [], q: 1}", "q=1"),
        ("{\"<<\": text}", "<<=text"),
        ("{inner: {<<: *a}}", "inner=2"),
    ] {
        assert_eq!(shown(&format!("{anchors}c: {map}\n")), expected, "{map}");
    }
    for (map, expected) in [
        (
            "{<<: text}",
            "3:9: error: `<<` takes in a map, but this is text",
        ),
        ("{<<: }", "error: `<<` takes in a map, but this is nothing"),
        (
            "{<<: [*a, 1]}",
            "3:14: error: `<<` takes in a map, but this is a whole number",
        ),
        ("{<<: *a, <<: *b}", "3:13: error: the key `<<` stands twice"),
    ] {
        let all = errors(&format!("{anchors}c: {map}\n"));
        assert!(all[0].contains(expected), "{map}: {all:?}");
    }
}

#[test]
fn what_yaml_1_2_allows() {
    let value = |text: &'static str| {
        let file = Arc::new(SourceFile::new("a.yaml", text));
        let Some(Node {
            data: Data::Map(entries),
            ..
        }) = parse(&file).unwrap_or_else(|errors| panic!("{text:?} {}", errors[0]))
        else {
            panic!("{text:?} is no map");
        };
        let (_, node) = entries.into_iter().next().unwrap();
        let Data::Scalar(scalar) = node.data else {
            panic!("{text:?} is no scalar");
        };
        (scalar, file.slice(node.span).to_owned())
    };
    use crate::scalar::ScalarKind::{Integer, String};
    for (text, kind, written) in [
        ("c:\t5\n", Integer(5), "5"),
        ("ü:\t \t5\nd:\t6\n", Integer(5), "5"),
        ("? a\n:\t5\n", Integer(5), "5"),
        ("c:\t'x:\ty'\n", String, "'x:\ty'"),
        ("c: !!str 5\n", String, "!!str 5"),
        (
            "c: !<tag:yaml.org,2002:str> 5\n",
            String,
            "!<tag:yaml.org,2002:str> 5",
        ),
        ("c: !!int 5\n", Integer(5), "!!int 5"),
    ] {
        let (scalar, found) = value(text);
        assert_eq!((scalar.kind, found.as_str()), (kind, written), "{text:?}");
    }
    assert_eq!(value("c:\t'x:\ty'\n").0.text, "x:\ty");
    for text in ["c:\t- 5\n", "c:\n\td: 5\n"] {
        let file = Arc::new(SourceFile::new("a.yaml", text));
        assert!(parse(&file).is_err(), "{text:?}");
    }
}
