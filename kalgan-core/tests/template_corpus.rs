//! The corpus of templates is one site, which Tera and Kalgan load, and shows all of the language.

mod template_inputs;

use kalgan_core::lint::{Rust, all};
use kalgan_core::loader::Loader;
use kalgan_core::source::Disk;
use kalgan_core::syntax::parse;
use kalgan_core::templates::registered::Registered;
use template_inputs::{corpus, corpus_folder};
use tera::{Kwargs, State, Tera, Value};

/// What a tree shows of itself, for each thing that the language has.
const SHOWN: &[&str] = &[
    "parent: Some",
    "rest: Some",
    "metadata: Some",
    "is_implicit: true",
    "Text(",
    "Raw(",
    "Comment",
    "Set {",
    "is_global: true",
    "SetBlock {",
    "Include(",
    "Block {",
    "For {",
    "key: Some",
    "otherwise: [Node",
    "If {",
    "FilterSection {",
    "Break",
    "Continue",
    "None",
    "Bool(",
    "Integer(-",
    "Float(",
    "Array(",
    "Item(",
    "Spread(",
    "Map(",
    "Pair(",
    "Loop(Index)",
    "Loop(Index0)",
    "Loop(First)",
    "Loop(Last)",
    "Loop(Length)",
    "Attribute {",
    "is_optional: true",
    "Slice {",
    "step: Some",
    "Filter {",
    "Test {",
    "Call {",
    "text: \"super\"",
    "Ternary {",
    "Comprehension {",
    "condition: Some",
    "Component(",
    "body: Some",
    "body: None",
    "Unary(Not",
    "Unary(Minus",
    "Binary(Multiply",
    "Binary(Divide",
    "Binary(Modulo",
    "Binary(Plus",
    "Binary(Minus",
    "Binary(FloorDivide",
    "Binary(Power",
    "Binary(Less,",
    "Binary(Greater,",
    "Binary(LessOrEqual",
    "Binary(GreaterOrEqual",
    "Binary(Equal",
    "Binary(NotEqual",
    "Binary(And",
    "Binary(Or",
    "Binary(Concatenate",
    "Binary(In",
];

/// What the text has that no tree shows.
const WRITTEN: &[&str] = &[
    "{{-", "-}}", "{%-", "-%}", "{#-", "-#}", "\r\n", "'", "`", "日本", "not in", "is not",
];

#[test]
fn tera_loads_the_corpus() {
    let inputs = corpus();
    assert!(inputs.len() >= 60, "{}", inputs.len());
    let mut tera = Tera::new();
    for name in kalgan_core::templates::FILTERS {
        tera.register_filter(name, |_: &Value, _: Kwargs, _: &State| String::new());
    }
    for name in kalgan_core::templates::FUNCTIONS {
        tera.register_function(name, |_: Kwargs, _: &State| String::new());
    }
    let templates = inputs.iter().map(|input| (&input.name, &input.text));
    if let Err(error) = tera.add_raw_templates(templates) {
        panic!("{error}");
    }
}

#[test]
fn kalgan_loads_the_corpus() {
    let loaded = Loader::new(None)
        .refresh(&Disk::new(corpus_folder()))
        .unwrap();
    let registered = Registered::default();
    let against_rust = all(&loaded, Rust::new(&registered));
    let found = loaded.diagnostics.iter().chain(&against_rust);
    let found: Vec<String> = found.map(ToString::to_string).collect();
    assert_eq!(found, [""; 0]);
    assert_eq!(loaded.site.templates.files().len(), corpus().len());
    assert_eq!(loaded.site.catalogue.languages.len(), 2);
}

/// Real apps beside the corpus.
#[test]
fn the_examples_check_clean() {
    for folder in [
        "examples/hello",
        "examples/museum",
        "kalgan-cli/new",
        "tests/apps/mirror",
        "tests/apps/workshop",
        "tests/apps/workshop/annex",
    ] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(folder);
        let loaded = Loader::new(None).refresh(&Disk::new(&folder)).unwrap();
        let found: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(found, [""; 0], "{}", folder.display());
    }
}

#[test]
fn the_corpus_shows_all_of_the_language() {
    let inputs = corpus();
    let trees: String = inputs
        .iter()
        .map(|input| format!("{:?}", parse(&input.text).unwrap()))
        .collect();
    let text: String = inputs.iter().map(|input| input.text.as_str()).collect();
    let missing: Vec<&&str> = SHOWN
        .iter()
        .filter(|shown| !trees.contains(**shown))
        .chain(WRITTEN.iter().filter(|written| !text.contains(**written)))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
