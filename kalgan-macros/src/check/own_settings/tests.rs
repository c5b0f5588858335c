use super::all;
use crate::input::arguments::CratePath;
use crate::testing::TestPackage;
use kalgan_core::lint::{self, Rust};
use kalgan_core::templates::registered::Registered;

const SHOP: &str = "use kalgan::Secret;
use serde::Deserialize;
use std::collections::BTreeMap;

#[kalgan::settings(\"shop\")]
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = \"kebab-case\")]
pub struct Shop {
    name: String,
    page_size: u8,
    currency: Currency,
    address: Option<Address>,
    tags: Vec<String>,
    #[serde(default)]
    rates: BTreeMap<String, f64>,
    #[serde(alias = \"is-open\", default)]
    open: bool,
    key: Option<Secret>,
    foreign: other::Type,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Address { street: String, number: u16 }

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = \"lowercase\")]
enum Currency { Eur, Usd }
";

/// What is said of these settings, on one line each.
fn said(rust: &str, settings: &str) -> Vec<String> {
    let app = TestPackage::new(&[
        ("src/main.rs", "mod shop;\nfn main() {}\n"),
        ("src/shop.rs", rust),
        ("config/app.yaml", settings),
    ]);
    let site = crate::site::load(app.folder.path(), None);
    assert!(site.is_good(), "{:?}", site.diagnostics);
    let sections = all(&app.krate(), &CratePath::default());
    let registered = Registered::default();
    let rust = Rust {
        settings: &sections,
        ..Rust::new(&registered)
    };
    let found = lint::all(&site, rust);
    found.iter().map(ToString::to_string).collect()
}

const GOOD: &str = "shop:
  name: Ann
  page-size: 20
  currency: eur
  address: {street: Main, number: 5}
  tags: [a, b]
  rates: {de: 1.5, es: 2}
  is-open: true
";

#[test]
fn what_fits() {
    assert_eq!(said(SHOP, GOOD), [""; 0]);
    let rest = GOOD.replace("  address: {street: Main, number: 5}\n", "  address: ~\n");
    assert_eq!(said(SHOP, &rest), [""; 0]);
    // Of what is not known there is no word.
    let foreign = format!("{GOOD}  foreign: [1, {{a: b}}]\n");
    assert_eq!(said(SHOP, &foreign), [""; 0]);
    for rust in [
        "use serde::Deserialize; #[kalgan::settings(\"shop\")] #[derive(Deserialize)] struct A { name: String, \
         currency: String, tags: Vec<String>, rates: x::B } #[kalgan::settings(\"shop\")] #[derive(Deserialize)] \
         struct B { address: x::B } #[kalgan::settings(\"shop.page-size\")] #[derive(Deserialize)] struct C(u8); \
         fn f() { settings::get_bool(\"shop.is-open\") }",
        "use serde::Deserialize; #[kalgan::settings(\"shop\")] #[derive(Deserialize)] #[serde(from = \"B\")] struct A { a: u8 }",
        "use serde::Deserialize; #[kalgan::settings(\"shop\")] #[derive(Deserialize)] struct A { #[serde(flatten)] a: std::collections::HashMap<String, String> }",
        "#[cfg(test)] mod tests { use serde::Deserialize; #[kalgan::settings(\"shop\")] #[derive(Deserialize)] struct A { a: u8 } }",
        "use serde::Deserialize; #[kalgan::settings(\"shop\")] #[derive(Deserialize)] struct A { #[serde(with = \"x\")] name: u8, #[serde(flatten)] a: other::B }",
    ] {
        assert_eq!(said(rust, GOOD), [""; 0], "{rust}");
    }
}

#[test]
fn every_mistake() {
    for (good, bad, expected) in [
        (
            "  name: Ann\n",
            "",
            "config/app.yaml:1:1: error: there is no setting `shop.name`, which `Shop` needs \
             (src/shop.rs:8); add `name:` to the section `shop`; one that may be absent is an `Option`, or \
             has a `#[serde(default)]`",
        ),
        (
            "page-size: 20",
            "page-size: 256",
            "config/app.yaml:3:14: error: `shop.page-size` should be a whole number from 0 to 255, as `Shop` \
             reads it; `256` is not",
        ),
        (
            "page-size: 20",
            "page-size: '20'",
            "config/app.yaml:3:14: error: `shop.page-size` should be a whole number from 0 to 255, as `Shop` \
             reads it; `20` is not",
        ),
        (
            "name: Ann",
            "name: 5",
            "config/app.yaml:2:9: error: `shop.name` should be text, as `Shop` reads it; `5` is not",
        ),
        (
            "currency: eur",
            "currency: EUR",
            "config/app.yaml:4:13: error: `shop.currency` should be one of `eur` and `usd`, as `Shop` reads \
             it; `EUR` is not",
        ),
        (
            "is-open: true",
            "is-opne: true",
            "config/app.yaml:8:3: error: there is no setting `shop.is-opne` in `Shop`; did you mean `is-open`?",
        ),
        (
            "number: 5",
            "nmuber: 5",
            "config/app.yaml:5:27: error: there is no setting `shop.address.nmuber` in `Shop`; did you mean \
             `number`?",
        ),
        (
            "number: 5",
            "number: -5",
            "config/app.yaml:5:35: error: `shop.address.number` should be a whole number from 0 to 65535, as \
             `Shop` reads it; `-5` is not",
        ),
        (
            "tags: [a, b]",
            "tags: a, b",
            "config/app.yaml:6:9: error: `shop.tags` should be a list whose values are each text, as `Shop` \
             reads it; `a, b` is not",
        ),
        (
            "es: 2",
            "es: two",
            "config/app.yaml:7:24: error: `shop.rates.es` should be a number, as `Shop` reads it; `two` is not",
        ),
        (
            "address: {street: Main, number: 5}",
            "address: Main",
            "config/app.yaml:5:12: error: `shop.address` should be a section, as `Shop` reads it; `Main` is not",
        ),
    ] {
        let settings = GOOD.replace(good, bad);
        assert_eq!(said(SHOP, &settings), [expected], "{bad}");
    }
    let found = said(SHOP, "a: {b: 1}\n");
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(
        found[0].starts_with(
            "error: there is no setting `shop.name`, which `Shop` needs (src/shop.rs:8)"
        )
    );
}
