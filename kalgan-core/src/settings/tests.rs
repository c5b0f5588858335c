use super::*;
use crate::text::SourceFile;
use serde::Deserialize;
use std::sync::Arc;

fn parsed(text: &str) -> ParsedSettings {
    let file = Arc::new(SourceFile::new("config/app.yaml", text.to_owned()));
    parse(&file, |place| Origin::File(place.into()))
}

fn settings(text: &str) -> Settings {
    let parsed = parsed(text);
    assert_eq!(parsed.diagnostics, []);
    Settings::new(parsed.settings.into_iter().map(|parsed| parsed.setting))
}

fn messages(text: &str) -> Vec<String> {
    let diagnostics = parsed(text).diagnostics;
    assert!(diagnostics.iter().all(|found| found.code.is_some()));
    diagnostics.iter().map(ToString::to_string).collect()
}

const EXAMPLE: &str = "\
server:
  address: 127.0.0.1
  port: 7878
user:
  name: John
  is_real: false
  age: 39
  height: 1.78
  code: 007
  children:
    - Huey
    - Dewey
";

#[test]
fn dotted_keys_of_every_type() {
    let settings = settings(EXAMPLE);
    assert_eq!(settings.get_string("user.name").unwrap(), "John");
    assert!(!settings.get_bool("user.is_real").unwrap());
    assert_eq!(settings.get_number("user.age").unwrap(), 39);
    assert!((settings.get_float("user.height").unwrap() - 1.78).abs() < f64::EPSILON);
    assert!((settings.get_float("user.age").unwrap() - 39.0).abs() < f64::EPSILON);
    assert_eq!(settings.get_string("user.code").unwrap(), "007");
    let children = settings.get_vec("user.children").unwrap();
    assert_eq!(children[1].as_str(), Some("Dewey"));
    assert!(settings.exists("user"));
    assert!(settings.exists("user.age"));
    assert!(!settings.exists("use"));
    assert_eq!(
        settings.find("server.port").unwrap().origin.to_string(),
        "config/app.yaml:3:3"
    );
}

#[test]
fn a_section_becomes_a_type() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct User {
        name: String,
        age: u8,
        children: Vec<String>,
    }
    let user: User = settings(EXAMPLE).get("user").unwrap();
    assert_eq!(user.name, "John");
    assert_eq!(user.age, 39);
    assert_eq!(user.children, ["Huey", "Dewey"]);
    let port: u16 = settings(EXAMPLE).get("server.port").unwrap();
    assert_eq!(port, 7878);
    let error = settings(EXAMPLE).get::<Vec<u8>>("user").unwrap_err();
    assert!(error.to_string().contains("does not have the shape"));
}

#[test]
fn errors_say_what_is_there() {
    let settings = settings(EXAMPLE);
    assert_eq!(
        settings.get_string("user.nmae").unwrap_err().to_string(),
        "there is no setting `user.nmae`; did you mean `user.name`?"
    );
    assert_eq!(
        settings.get_number("user.name").unwrap_err().to_string(),
        "the setting `user.name` should be a whole number, but `John` (config/app.yaml:5:3) is not"
    );
}

#[test]
fn later_layers_win() {
    let mut settings = settings("server:\n  port: 1\nDb:\n  Name: a\n");
    settings.overlay(from_environment([
        ("KALGAN_SERVER__PORT".into(), "8080".into()),
        ("KALGAN_DB__NAME".into(), "b".into()),
        ("KALGAN_NEW__KEY".into(), "true".into()),
        ("KALGAN_ROOT".into(), "/x".into()),
        ("PATH".into(), "/bin".into()),
    ]));
    assert_eq!(settings.get_number("server.port").unwrap(), 8080);
    assert_eq!(settings.get_string("Db.Name").unwrap(), "b");
    assert!(settings.get_bool("new.key").unwrap());
    assert_eq!(settings.iter().len(), 3);
    let keys: Vec<&str> = settings.iter().map(|s| s.key.as_ref()).collect();
    assert_eq!(keys, ["Db.Name", "new.key", "server.port"]);
}

#[test]
fn settings_of_the_environment_are_checked() {
    let check = |name: &str, value: &str| {
        let mut layer = from_environment([(name.to_owned(), value.to_owned())]);
        schema::check(&layer.next().unwrap())
            .err()
            .unwrap_or_default()
    };
    assert_eq!(check("KALGAN_SERVER__PORT", "8080"), "");
    assert_eq!(check("KALGAN_SERVER__PORT", ""), "", "unset again");
    assert_eq!(check("KALGAN_MINE__PROT", "x"), "");
    assert_eq!(
        check("KALGAN_SERVER__PORT", "many"),
        "`server.port` (environment KALGAN_SERVER__PORT) should be a whole number from 0 to 65535, \
         but `many` is not"
    );
    assert!(check("KALGAN_SERVER__PROT", "1").ends_with("did you mean `server.port`?"));
}

#[test]
fn unknown_keys_of_kalgans_sections() {
    assert_eq!(
        messages("server:\n  prot: 80\n"),
        [
            "config/app.yaml:2:3: error: there is no setting `server.prot`; \
          did you mean `server.port`?"
        ]
    );
    assert!(messages("sever:\n  port: 80\n")[0].contains("did you mean `server`?"));
    assert!(messages("error:\n  40x: a::b\n")[0].contains("there is no setting `error.40x`"));
    assert_eq!(messages("mine:\n  prot: 80\n"), [""; 0]);
    assert_eq!(
        messages("cookie:\n  mock:\n    name: x\n    max_age: 1\n"),
        [""; 0]
    );
}

#[test]
fn values_of_the_wrong_type() {
    for (text, expected) in [
        ("server:\n  port: abc", "a whole number from 0 to 65535"),
        ("server:\n  port: 70000", "a whole number from 0 to 65535"),
        ("server:\n  port: {a: 1}", "holds one value, not a section"),
        ("environment:\n  is_prod: yes", "`true` or `false`"),
        ("server:\n  max_body: lots", "a size"),
        ("server:\n  access_log: loud", "one of `short`"),
        ("static:\n  folders: {a: 1}", "holds one value"),
        ("error:\n  404: not a path", "a controller"),
        ("server: 5", "`server` is a section"),
        ("a.b: 1", "has a dot"),
        ("- a", "settings are a map"),
    ] {
        let all = messages(text);
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        assert!(all[0].contains(expected), "{text}: {all:?}");
    }
}

#[test]
fn secrets_are_warned_of_and_masked() {
    let all = messages("db:\n  password: hunter2\n");
    assert!(all[0].contains("warning: `db.password` is a secret"));
    assert!(all[0].contains("KALGAN_DB__PASSWORD"));
    let all = messages("redis:\n  url: redis://me:pw@host:1/0\n  host: h\n");
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].contains("warning: `redis.url` is a secret"));
    let text = |text: &'static str| Value::Scalar(Scalar::string(text));
    assert_eq!(secret::masked("db.password", &text("hunter2")), "********");
}

#[test]
fn sizes() {
    assert_eq!(schema::parse_size("1048576"), Ok(1 << 20));
    assert_eq!(schema::parse_size("2 MiB"), Ok(2 << 20));
    assert_eq!(schema::parse_size("10MB"), Ok(10_000_000));
    assert_eq!(schema::parse_size("1k"), Ok(1024));
    for bad in ["", "MiB", "-1", "1.5 MiB", "99999999999 GiB", "2 parsecs"] {
        assert!(schema::parse_size(bad).is_err(), "{bad}");
    }
}

#[test]
fn items_are_commas_or_a_list() {
    let settings = settings("a: x, y ,\nb: [x, y]\nc:\n");
    assert_eq!(settings.items("a"), ["x", "y"]);
    assert_eq!(settings.items("b"), ["x", "y"]);
    assert_eq!(settings.items("c"), [""; 0]);
    assert_eq!(settings.items("d"), [""; 0]);
}

#[test]
fn known_keys_are_sorted_and_in_closed_sections() {
    assert!(schema::KNOWN.is_sorted_by_key(|known| known.key));
    for known in schema::KNOWN {
        let section = known.key.split('.').next().unwrap();
        assert!(schema::CLOSED_SECTIONS.contains(&section), "{section}");
    }
}

#[test]
fn keys_with_dots_of_the_apps_own() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Site {
        title: String,
        port: u16,
    }
    let settings = settings(
        "sites:\n  \"www.example.com\": {title: A, port: 80}\n  localhost: {title: B, port: 81}\n  a\\b: x\n\
         prices:\n  1.5: cheap\n  v1.0.0:\n    deep.er: 1\n",
    );
    type Sites = std::collections::BTreeMap<String, serde_json::Value>;
    let sites: Sites = settings.get("sites").unwrap();
    assert_eq!(sites["www.example.com"]["title"], "A");
    assert_eq!(sites["localhost"]["port"], 81);
    assert_eq!(sites["a\\b"], "x");
    let site: Site = settings.get("sites.www.example.com").unwrap();
    assert_eq!(site.port, 80);
    assert_eq!(
        settings.get_number("sites.www.example.com.port").unwrap(),
        80
    );
    assert_eq!(settings.get_string("prices.1.5").unwrap(), "cheap");
    assert_eq!(settings.get_number("prices.v1.0.0.deep.er").unwrap(), 1);
    assert!(settings.exists("prices.v1.0.0") && !settings.exists("prices.v1"));
    // Kalgan's own keys have none.
    for text in [
        "server.port: 1\n",
        "server: {a.b: 1}\n",
        "session: {a.b: 1}\n",
    ] {
        assert!(messages(text)[0].contains("has a dot; nest it"), "{text}");
    }
    assert!(messages("a: {\"\": 1}\n")[0].contains("a key is empty"));
}

#[test]
fn the_environment_has_no_types() {
    let of = |text: &str| {
        let variable = ("KALGAN_A__B".to_owned(), text.to_owned());
        Settings::new(from_environment([variable]))
    };
    for text in [
        "01234", "true", "1e5", "null", "~", "0x1f", ".inf", "-1", " x ", "a: b", "[1]",
    ] {
        assert_eq!(of(text).get::<String>("a.b").unwrap(), text);
        assert_eq!(of(text).get_string("a.b").unwrap(), text);
        assert_eq!(
            of(text).get::<Option<String>>("a.b").unwrap().as_deref(),
            Some(text)
        );
        #[derive(Deserialize)]
        struct Name(String);
        assert_eq!(of(text).get::<Name>("a.b").unwrap().0, text);
        let map = of(text)
            .get::<std::collections::HashMap<String, String>>("a")
            .unwrap();
        assert_eq!(map["b"], text);
    }
    assert_eq!(of("").get::<Option<String>>("a.b").unwrap(), None);
    assert_eq!(of("").get::<String>("a.b").unwrap(), "");
    assert_eq!(of("01234").get::<u32>("a.b").unwrap(), 1234);
    assert_eq!(of("0x1f").get::<u8>("a.b").unwrap(), 31);
    assert_eq!(
        of("7").get::<f32>("a.b").unwrap().to_bits(),
        7.0_f32.to_bits()
    );
    assert_eq!(of("7").get::<Option<u128>>("a.b").unwrap(), Some(7));
    assert!(of("True").get::<bool>("a.b").unwrap());
    assert_eq!(of("x").get::<char>("a.b").unwrap(), 'x');
    assert_eq!(
        of("1, 02 ,x").get::<Vec<String>>("a.b").unwrap(),
        ["1", "02", "x"]
    );
    assert_eq!(of("1, 02").get::<(u8, u8)>("a.b").unwrap(), (1, 2));
    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Mode {
        Fast,
        True,
    }
    assert_eq!(of("fast").get::<Mode>("a.b").unwrap(), Mode::Fast);
    assert_eq!(of("true").get::<Mode>("a.b").unwrap(), Mode::True);
    let error = of("hunter2").get::<u16>("a.b").unwrap_err().to_string();
    assert!(
        error.contains("is no u16") && !error.contains("hunter2"),
        "{error}"
    );
    assert_eq!(of("true").get::<serde_json::Value>("a.b").unwrap(), true);
}

#[test]
fn addresses() {
    for (text, expected) in [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("::", "::"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("[::]", "::"),
        (" [fe80::1%eth0] ", "fe80::1%eth0"),
        ("localhost", "localhost"),
        ("my-host.example.com.", "my-host.example.com."),
        ("db_1", "db_1"),
    ] {
        assert_eq!(schema::parse_address(text), Some(expected));
    }
    for text in [
        "127.0.0.1:8080",
        "[::1]:8080",
        "localhost:80",
        "http://localhost",
        "*",
        "",
        "999.1.1.1",
        "1.2.3",
        "8080",
        "[127.0.0.1]",
        "[::1",
        "::g",
        "a b",
        "a/b",
        "é.example",
    ] {
        assert_eq!(schema::parse_address(text), None, "{text}");
    }
    assert_eq!(
        messages("server:\n  address: 127.0.0.1:8080\n"),
        [
            "config/app.yaml:2:12: error: `server.address` should be an IP address or a name without a port, \
          such as `127.0.0.1`, `::1` or `localhost` (the port is `server.port`); `127.0.0.1:8080` is not"
        ]
    );
    assert_eq!(messages("server:\n  address: '[::1]'\n"), [""; 0]);
}

#[test]
fn the_path_before_those_of_the_app() {
    for (text, expected) in [
        ("/shop", "/shop"),
        (" /shop/ ", "/shop"),
        ("/a/b-c.d/%C3%B1", "/a/b-c.d/%C3%B1"),
        ("/", ""),
        ("//", ""),
    ] {
        assert_eq!(schema::parse_prefix(text), Some(expected), "{text}");
    }
    for text in [
        "",
        "shop",
        "//evil.example",
        "/a//b",
        "/a/../b",
        "/a?b",
        "/a#b",
        "/a b",
        "/ñ",
        "/a\\b",
    ] {
        assert_eq!(schema::parse_prefix(text), None, "{text}");
    }
    assert_eq!(
        messages("server:\n  prefix: shop\n"),
        [
            "config/app.yaml:2:11: error: `server.prefix` should be a path that begins with `/`, such as `/shop`; \
          `shop` is not"
        ]
    );
}

#[test]
fn lists_whose_items_have_a_shape() {
    let problem = |key: &str, text: &str| {
        let file = format!(
            "{}:\n  {}: {text}\n",
            key.split('.').next().unwrap(),
            key.split('.').nth(1).unwrap()
        );
        let parsed = parse(
            &std::sync::Arc::new(crate::text::SourceFile::new("a.yaml", file)),
            |path| Origin::File(path.into()),
        );
        let mut found = parsed.diagnostics.into_iter();
        found.next().map(|found| found.code.unwrap())
    };
    for (key, right, wrong) in [
        (
            "server.trusted_proxies",
            &[
                "'10.0.0.0/8, ::1'",
                "['[::1]', '[fd00::]/8']",
                "192.0.2.7",
                "0.0.0.0/0",
                "''",
            ][..],
            &[
                "'*'",
                "10.0.0.0/33",
                "'::1/129'",
                "[10.0.0.1, localhost]",
                "10.0.0/8",
                "10.0.0.0/",
                "'[10.0.0.1]'",
            ][..],
        ),
        (
            "static.folders",
            &["static", "[static, /public/assets/]", "'a, b'"],
            &[".", "../x", "[static, a/../b]", "'C:\\x'", "/"],
        ),
        (
            "server.hosts",
            &[
                "example.com",
                "['.example.com', '*.example.com', 'a.b:8080', '::1', '[::1]:80']",
            ],
            &[
                "'*'",
                "https://example.com",
                "example.com/x",
                "bücher.example",
                "'a b'",
            ],
        ),
        (
            "server.address",
            &["127.0.0.1", "localhost", "'::'"],
            &["999.1.1.1", "1.2.3", "http://x", "127.0.0.1:80"],
        ),
    ] {
        for text in right {
            assert_eq!(problem(key, text), None, "{key}: {text}");
        }
        for text in wrong {
            assert_eq!(problem(key, text), Some("setting-value"), "{key}: {text}");
        }
    }
}

#[test]
fn sections_of_0_9_1_without_effect() {
    let settings = settings("cookie:\n  renew: a\ndb:\n  server: x\ncache: {}\nshop:\n  name: y\n");
    let told = |read: &'static str| -> Vec<String> {
        let found = schema::without_effect(&settings, &[read]);
        found.iter().map(ToString::to_string).collect()
    };
    let all = told("");
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all[0].contains("the section `cookie` has no effect") && all[0].contains(":2:3"));
    assert!(all[1].contains("`App::state`"));
    assert_eq!(told("db").len(), 1);
}
