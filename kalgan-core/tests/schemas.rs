//! The JSON Schemas: that those in `kalgan-cli/new/schema` are the ones that the tables give, that the
//! examples' files name them and are as they say, and that they are no stricter than the parsers.
//!
//! `KALGAN_SCHEMA=overwrite cargo test -p kalgan-core --test schemas` writes them anew.
#![cfg(feature = "parse")]

use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::scalar::ScalarKind;
use kalgan_core::schema::FileKind;
use kalgan_core::settings::Origin;
use kalgan_core::text::SourceFile;
use kalgan_core::yaml::{self, Data, Node};
use kalgan_core::{messages, routes, settings};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn shipped(kind: FileKind) -> PathBuf {
    workspace().join(format!("kalgan-cli/new/schema/{kind}.json"))
}

#[test]
fn the_shipped_schemas_are_those_of_the_tables() {
    for kind in FileKind::ALL {
        let (path, made) = (shipped(kind), kind.schema());
        if std::env::var("KALGAN_SCHEMA").as_deref() == Ok("overwrite") {
            std::fs::write(&path, format!("{made:#}\n")).unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let known: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            known, made,
            "{kind}.json is not up to date: run this test with KALGAN_SCHEMA=overwrite"
        );
    }
}

fn validator(kind: FileKind) -> jsonschema::Validator {
    let schema = kind.schema();
    if let Err(error) = jsonschema::draft7::meta::validate(&schema) {
        panic!("{kind}: {error}");
    }
    jsonschema::draft7::new(&schema).expect("a schema of draft 7")
}

/// What an editor sees: the values as YAML means them.
fn json(node: &Node) -> Value {
    match &node.data {
        Data::Scalar(scalar) => match scalar.kind {
            ScalarKind::Null => Value::Null,
            ScalarKind::Bool(value) => value.into(),
            ScalarKind::Integer(value) => value.into(),
            ScalarKind::Float(value) => value.into(),
            ScalarKind::String => scalar.text.as_ref().into(),
        },
        Data::List(items) => items.iter().map(json).collect(),
        Data::Map(entries) => entries
            .iter()
            .map(|(key, node)| (key.text.clone(), json(node)))
            .collect(),
    }
}

fn file(text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new("f.yaml", text.to_owned()))
}

/// What the schema marks in a text.
fn marked(validator: &jsonschema::Validator, text: &str) -> Vec<String> {
    let tree = yaml::parse(&file(text)).expect("YAML");
    let value = tree.as_ref().map_or(Value::Null, json);
    let errors = validator.iter_errors(&value);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// The errors that the parser finds in a text.
fn errors(kind: FileKind, text: &str) -> Vec<String> {
    let diagnostics = match kind {
        FileKind::Settings => {
            settings::parse(&file(text), |place| Origin::File(place.into())).diagnostics
        }
        FileKind::Routes => routes::parse(&file(text)).diagnostics,
        FileKind::Messages => messages::parse(&file(text)).diagnostics,
    };
    let errors = diagnostics.iter().filter(|found| found.is_error());
    errors.map(Diagnostic::to_string).collect()
}

/// All YAML files below a folder.
fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "yaml")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn kind_of(path: &Path) -> FileKind {
    let path = path.to_str().expect("UTF-8");
    if path.contains("/i18n/") {
        FileKind::Messages
    } else if path.contains("/routes/") {
        FileKind::Routes
    } else {
        FileKind::Settings
    }
}

#[test]
fn the_files_of_the_examples_name_their_schemas_and_are_as_they_say() {
    let validators = FileKind::ALL.map(|kind| (kind, validator(kind)));
    let mut files = yaml_files(&workspace().join("examples"));
    files.extend(yaml_files(&workspace().join("tests/apps")));
    assert!(files.len() > 30, "{}", files.len());
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let kind = kind_of(&path);
        let named = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("# yaml-language-server: $schema="))
            .unwrap_or_else(|| panic!("{} names no schema", path.display()));
        let named = path.parent().unwrap().join(named).canonicalize();
        assert_eq!(
            named.ok(),
            shipped(kind).canonicalize().ok(),
            "{}",
            path.display()
        );
        let (_, validator) = validators.iter().find(|(of, _)| *of == kind).unwrap();
        let marked = marked(validator, &text);
        assert!(marked.is_empty(), "{}: {marked:#?}", path.display());
    }
}

const GOOD: &[(FileKind, &str)] = &[
    (FileKind::Settings, ""),
    (FileKind::Settings, "server:\nstatic: {}\n"),
    (
        FileKind::Settings,
        "server:\n  port: 0\n  address: ~\n  max_body: 2 MiB\n  max_headers: 65536\n  \
         trusted_proxies: [10.0.0.0/8, '::1']\n  access_log: off\n",
    ),
    (
        FileKind::Settings,
        "environment: {is_prod: true}\nerror: {404: error/not_found, 500: 'errors::broken'}\n\
         i18n: {language: {default: en}, missing: error}\nrouter: {trailing_slash: redirect}\n\
         static: {folders: 'static, public', version: 1.5, embed: }\ntera: {path: views}\n",
    ),
    (
        FileKind::Settings,
        "museum:\n  page_size: 20\n  deep: {er: [1, {a: b}]}\nsession: {name: x, ttl: 5}\n\
         redis: {url: 'redis://localhost'}\n",
    ),
    (FileKind::Routes, ""),
    (FileKind::Routes, "routes:\n"),
    (
        FileKind::Routes,
        "routes:\n  - user:\n      path: /user/{id}\n      controller: user_controller/crud\n      \
         middleware: user_middleware::test\n      methods: get, post, Delete\n      language: en\n      \
         requirements:\n        id: \"^[0-9]+\"\n",
    ),
    (
        FileKind::Routes,
        "routes:\n  - admin:\n      prefix: /admin\n      host: '{shop}.example.com'\n      \
         middleware: ['auth::check', 'log::note']\n      defaults: {page: 1, empty: }\n      \
         routes:\n        - a: {path: '', controller: 'a::b', methods: [get, POST]}\n        \
         - {prefix: /x, routes: [{b: {path: '/{page}', controller: 'a::b', methods: , \
         language: pt-BR, max_body: 20 MiB}}], max_body: 5}\n",
    ),
    (FileKind::Messages, ""),
    (
        FileKind::Messages,
        "a: Hello\nb: {c: 7, d: true, e: ''}\nf: {}\n",
    ),
    (
        FileKind::Messages,
        "cart:\n  items:\n    0: nothing\n    one: '{count} thing'\n    other: '{count} things'\n  \
         guests: {plural: n, one: a, other: b}\n  place: {ordinal: n, one: 1st, other: th}\n  \
         who: {select: gender, female: she, other: they}\n",
    ),
    // Words of the forms, where they are sections.
    (FileKind::Messages, "one: {two: {select: {deep: text}}}\n"),
];

#[test]
fn a_schema_marks_nothing_that_the_parser_takes() {
    for (kind, text) in GOOD {
        assert_eq!(errors(*kind, text), [""; 0], "{text}");
        assert_eq!(marked(&validator(*kind), text), [""; 0], "{text}");
    }
    // The cases of compile errors have more: of each, what its parser takes.
    let mut taken = 0;
    for path in yaml_files(&workspace().join("kalgan/tests/ui")) {
        let (kind, text) = (kind_of(&path), std::fs::read_to_string(&path).unwrap());
        if errors(kind, &text).is_empty() {
            taken += 1;
            let marked = marked(&validator(kind), &text);
            assert!(marked.is_empty(), "{}: {marked:#?}", path.display());
        }
    }
    assert!(taken > 40, "{taken}");
}

#[test]
fn a_schema_marks_what_is_wrong_in_one_place() {
    let bad = [
        (FileKind::Settings, "server: {prot: 8080}"),
        (FileKind::Settings, "server: {port: many}"),
        (FileKind::Settings, "server: {port: 70000}"),
        (FileKind::Settings, "server: {port: {a: 1}}"),
        (FileKind::Settings, "server: 8080"),
        (FileKind::Settings, "server: {max_body: 2 apples}"),
        (FileKind::Settings, "server: {access_log: loud}"),
        (FileKind::Settings, "server: {trusted_proxies: {a: b}}"),
        (FileKind::Settings, "environment: {is_prod: 'yes'}"),
        (FileKind::Settings, "error: {200: 'a::b'}"),
        (FileKind::Settings, "error: {404: not a path}"),
        (FileKind::Settings, "i18n: {language: {defualt: en}}"),
        (FileKind::Settings, "a.b: 1"),
        (FileKind::Settings, "server: {a.b: 1}"),
        (FileKind::Settings, "- a"),
        (FileKind::Routes, "route: []"),
        (FileKind::Routes, "routes: {}"),
        (FileKind::Routes, "routes: [a]"),
        (FileKind::Routes, "routes: [{a: {path: /}}]"),
        (
            FileKind::Routes,
            "routes: [{a: {path: /, controler: 'a::b'}}]",
        ),
        (
            FileKind::Routes,
            "routes: [{a: {path: /, controller: a b}}]",
        ),
        (
            FileKind::Routes,
            "routes: [{a: {path: /, controller: 'a::b', methods: fetch}}]",
        ),
        (
            FileKind::Routes,
            "routes: [{a: {path: /, controller: 'a::b', methods: [fetch]}}]",
        ),
        (
            FileKind::Routes,
            "routes: [{a: {path: '/?a', controller: 'a::b'}}]",
        ),
        (
            FileKind::Routes,
            "routes: [{a: {path: /, controller: 'a::b', language: _la-ng}}]",
        ),
        (
            FileKind::Routes,
            "routes: [{a: {path: /, controller: 'a::b', requirements: [x]}}]",
        ),
        (
            FileKind::Routes,
            "routes: [{a: {path: /, controller: 'a::b', host: 'http://x'}}]",
        ),
        (
            FileKind::Routes,
            "routes: [{a: {path: /, controller: 'a::b', max_body: 2 apples}}]",
        ),
        (
            FileKind::Routes,
            "routes: [{g: {prefix: admin, routes: []}}]",
        ),
        (
            FileKind::Routes,
            "routes: [{g: {prefix: /a, path: /b, routes: []}}]",
        ),
        (
            FileKind::Routes,
            "routes: [{a: {path: /, controller: 'a::b'}, b: {}}]",
        ),
        (FileKind::Messages, "a: [b]"),
        (FileKind::Messages, "a:"),
        (FileKind::Messages, "a: {b: {c: }}"),
        (FileKind::Messages, "a.b: c"),
        (FileKind::Messages, "a: {b.c: d}"),
        (FileKind::Messages, "- a"),
    ];
    for (kind, text) in bad {
        assert!(!errors(kind, text).is_empty(), "the parser takes {text}");
        assert!(
            !marked(&validator(kind), text).is_empty(),
            "the schema takes {text}"
        );
    }
}

/// Each description that an editor may show, with the path to it.
fn descriptions(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(text)) = object.get("description") {
                found.push((path.to_owned(), text.clone()));
            }
            for (key, value) in object {
                descriptions(value, &format!("{path}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                descriptions(item, &format!("{path}/{at}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_key_has_a_description_in_whole_sentences() {
    for kind in FileKind::ALL {
        let schema = kind.schema();
        let mut found = Vec::new();
        descriptions(&schema, "", &mut found);
        for (path, text) in &found {
            assert!(
                text.starts_with(|c: char| c.is_uppercase())
                    && text.ends_with('.')
                    && !text.contains("  "),
                "{kind} {path}: {text}"
            );
        }
        let described = |path: &str| found.iter().any(|(known, _)| known == path);
        match kind {
            FileKind::Settings => {
                for known in settings::schema::KNOWN {
                    let path = known.key.replace('.', "/properties/");
                    assert!(described(&format!("/properties/{path}")), "{}", known.key);
                }
                for section in settings::schema::SECTIONS {
                    assert!(described(&format!("/properties/{section}")), "{section}");
                }
            }
            FileKind::Routes => {
                for key in routes::keys::KEYS {
                    for (has, of) in [(key.in_route, "route"), (key.in_group, "group")] {
                        let path = format!("/definitions/{of}/properties/{}", key.name);
                        assert_eq!(described(&path), has, "{path}");
                    }
                }
            }
            FileKind::Messages => assert!(described("/definitions/text")),
        }
    }
}
