use super::*;
use crate::settings::from_environment;
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Shop {
    name: String,
    size: u8,
    rate: Option<f64>,
    open: bool,
    tags: Vec<u16>,
    names: HashMap<String, char>,
    kind: Kind,
    key: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Big,
    Small,
}

fn field(name: &'static str, shape: Shape) -> Field {
    let is_required = !matches!(shape, Shape::Optional(_));
    Field {
        names: vec![Cow::Borrowed(name)].into(),
        shape,
        is_required,
    }
}

fn shop() -> OwnSection {
    let within = |shape: Shape| Cow::Owned(vec![shape]);
    let whole = |max| Shape::Integer { min: 0, max };
    let fields = vec![
        field("name", Shape::Text),
        field("size", whole(255)),
        field("rate", Shape::Optional(within(Shape::Number))),
        field("open", Shape::Bool),
        field("tags", Shape::List(within(whole(65_535)))),
        field("names", Shape::Map(within(Shape::Char))),
        field(
            "kind",
            Shape::OneOf(vec![Cow::Borrowed("big"), Cow::Borrowed("small")].into()),
        ),
        field("key", Shape::Secret),
    ];
    OwnSection {
        key: "shop".into(),
        name: "Shop".into(),
        place: "src/shop.rs:3".into(),
        shape: Shape::Section {
            fields: fields.into(),
            is_open: false,
        },
        others: Cow::default(),
    }
}

fn settings(file: &[(&'static str, Value)], environment: &[(&str, &str)]) -> Settings {
    let file = file.iter().map(|(key, value)| Setting {
        key: (*key).into(),
        value: value.clone(),
        origin: Origin::File("a.yaml:1:1".into()),
    });
    let mut settings = Settings::new(file);
    let variables = environment.iter();
    let variables = variables.map(|(name, text)| (String::from(*name), String::from(*text)));
    settings.overlay(from_environment(variables));
    settings.declare_secrets(&shop().secrets());
    settings
}

fn scalar(text: &'static str) -> Value {
    Value::Scalar(Scalar::resolve(text))
}

fn good() -> Vec<(&'static str, Value)> {
    vec![
        ("shop.name", scalar("Ann")),
        ("shop.size", scalar("5")),
        ("shop.open", scalar("true")),
        (
            "shop.tags",
            Value::List(vec![scalar("1"), scalar("2")].into()),
        ),
        ("shop.names.a", scalar("x")),
        ("shop.kind", scalar("big")),
    ]
}

/// Whatever a value is: there is a problem exactly where serde has one.
#[test]
fn serde_agrees() {
    let values = [
        "Ann", "5", "-5", "256", "1.5", "true", "yes", "~", "x", "big", "Big", "''", "1,2", "0x10",
    ];
    let mut lists: Vec<Value> = vec![
        Value::List(vec![scalar("1")].into()),
        Value::List(vec![scalar("a")].into()),
        Value::List(Vec::new().into()),
        Value::Map(Vec::new().into()),
        Value::Map(vec![("a".into(), scalar("x"))].into()),
        Value::Map(vec![("a".into(), scalar("xy"))].into()),
    ];
    lists.extend(values.iter().map(|text| scalar(text)));
    lists.push(Value::Scalar(Scalar::string(String::from("7"))));
    let key = [("KALGAN_SHOP__KEY", "k")];
    for at in 0..good().len() {
        let mut file = good();
        if file[at].0 == "shop.names.a" {
            file[at].0 = "shop.names";
        }
        for value in &lists {
            file[at].1 = value.clone();
            let settings = settings(&file, &key);
            let read: Result<Shop, _> = settings.get("shop");
            let own = shop();
            let problems = own.problems(&settings);
            // Serde takes a map of one variant, too, of which nothing is known here.
            let is_variant = file[at].0 == "shop.kind" && matches!(value, Value::Map(_));
            assert!(
                is_variant || read.is_ok() == problems.is_empty(),
                "{:?}: {read:?} {problems:?}",
                file[at]
            );
        }
    }
    for (name, texts) in [
        ("SIZE", ["7", " 7 ", "0x10", "300", "-1", "x", ""]),
        ("OPEN", ["true", "false", "yes", "TRUE", "1", "no", ""]),
        ("TAGS", ["1,2", "1", "", "a", "1,x", "70000", "1, 2"]),
        ("RATE", ["1.5", "2", "x", "", "1e3", "true", " 3"]),
        ("NAME", ["x", "5", "", "true", "~", "a,b", " "]),
        ("KIND", ["big", "small", "Big", "", "x", "big ", "5"]),
    ] {
        for text in texts {
            let name = format!("KALGAN_SHOP__{name}");
            let settings = settings(&good(), &[key[0], (&name, text)]);
            let read: Result<Shop, _> = settings.get("shop");
            let own = shop();
            let problems = own.problems(&settings);
            assert_eq!(
                read.is_ok(),
                problems.is_empty(),
                "{name}={text:?}: {read:?} {problems:?}"
            );
        }
    }
}

#[test]
fn what_a_start_finds() {
    let said = |file: &[(&'static str, Value)], environment: &[(&str, &str)]| -> Vec<String> {
        let found = at_the_start(&[shop()], &settings(file, environment));
        found.iter().map(ToString::to_string).collect()
    };
    assert_eq!(said(&good(), &[("KALGAN_SHOP__KEY", "k")]), [""; 0]);
    assert_eq!(
        said(&good(), &[]),
        [
            "error: there is no setting `shop.key`, which `Shop` needs (src/shop.rs:3); set \
             `KALGAN_SHOP__KEY` in the environment, or put it in the file that `KALGAN_SETTINGS` names"
        ]
    );
    let environment = [
        ("KALGAN_SHOP__KEY", "k"),
        ("KALGAN_SHOP__SIZE", "many"),
        ("KALGAN_SHOP__SIZ", "5"),
    ];
    assert_eq!(
        said(&good(), &environment),
        [
            "error: there is no setting `shop.siz` in `Shop` (environment KALGAN_SHOP__SIZ); did you mean \
             `size`?",
            "error: `shop.size` should be a whole number from 0 to 255, as `Shop` reads it (environment \
             KALGAN_SHOP__SIZE); `many` is not",
        ]
    );
    // What the files lack, the build has told.
    assert_eq!(said(&[], &[("KALGAN_SHOP__KEY", "k")]), [""; 0]);
}

#[test]
fn secrets() {
    assert_eq!(shop().secrets(), ["shop.key"]);
    let mut file = good();
    file.push(("shop.key", scalar("hunter2")));
    let settings = settings(&file, &[]);
    assert!(settings.secrets().contains("shop.key"));
    let error = settings.get::<u8>("shop.key").unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
}
