//! Variables of the environment that name no setting, as far as that can be told.

use super::schema::KNOWN;
use super::{Origin, RESERVED, Setting, Settings, schema};
use crate::suggest::nearest;

/// Says of each variable of a layer whose key is neither Kalgan's nor in the files, and is nearly that of
/// one that is, or in no section, which one was most likely meant. Others are the app's own.
#[must_use]
pub fn unknown_variables(files: &Settings, layer: &[Setting]) -> Vec<String> {
    let has = |settings: &Settings, key: &str| {
        settings
            .iter()
            .any(|setting| setting.key.eq_ignore_ascii_case(key))
    };
    // What the file of `KALGAN_SETTINGS` has is a setting as well.
    let others = layer.iter().filter(|setting| !is_variable(setting));
    let others: Vec<&str> = others.map(|setting| &*setting.key).collect();
    let mut found = Vec::new();
    for setting in layer.iter().filter(|setting| is_variable(setting)) {
        let (key, Origin::Environment(name)) = (&*setting.key, &setting.origin) else {
            continue;
        };
        let is_section = files.below(key).next().is_some();
        if schema::find(key).is_some() || has(files, key) || is_section {
            continue;
        }
        if others.iter().any(|other| other.eq_ignore_ascii_case(key)) {
            continue;
        }
        let keys = KNOWN.iter().map(|known| known.key);
        let keys = keys.chain(files.iter().map(|setting| &*setting.key));
        let keys: Vec<&str> = keys.chain(others.iter().copied()).collect();
        let meant = match key.contains('.') {
            true => nearest(key, keys.iter().copied()).map(variable),
            false => {
                let last = |of: &&&str| of.rsplit('.').next() == Some(key);
                let by_last = keys.iter().find(last).map(|key| variable(key));
                let near = || nearest(key, keys.iter().copied()).map(variable);
                let reserved = || nearest(bare(name), RESERVED.into_iter().map(bare)).map(variable);
                by_last.or_else(near).or_else(reserved)
            }
        };
        // A key in a section that resembles nothing is one that the app reads.
        if meant.is_none() && key.contains('.') {
            continue;
        }
        let help = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => String::from(
                "the parts of a key are separated by two underscores: `KALGAN_SERVER__PORT`",
            ),
        };
        found.push(format!(
            "the environment variable `{name}` names no setting that is known: {help}"
        ));
    }
    found
}

fn bare(name: &str) -> &str {
    name.strip_prefix("KALGAN_").unwrap_or(name)
}

fn is_variable(setting: &Setting) -> bool {
    matches!(setting.origin, Origin::Environment(_))
}

/// The variable of a key.
#[must_use]
pub fn variable(key: &str) -> String {
    format!("KALGAN_{}", key.to_uppercase().replace('.', "__"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Scalar;
    use crate::settings::{Value, from_environment};

    fn said(names: &[&str]) -> Vec<String> {
        let file = |key: &'static str| Setting {
            key: key.into(),
            value: Value::Scalar(Scalar::resolve("1")),
            origin: Origin::File("a.yaml:1:1".into()),
        };
        let files = Settings::new([file("shop.page_size"), file("servers.port"), file("debug")]);
        let variables = names
            .iter()
            .map(|name| (String::from(*name), String::from("1")));
        let mut layer: Vec<Setting> = vec![Setting {
            origin: Origin::Override("b.yaml:1:1".into()),
            ..file("local.key")
        }];
        layer.extend(from_environment(variables));
        unknown_variables(&files, &layer)
    }

    #[test]
    fn what_names_no_setting() {
        for (name, meant) in [
            ("KALGAN_SERVR__PORT", "KALGAN_SERVER__PORT"),
            ("KALGAN_PORT", "KALGAN_SERVER__PORT"),
            ("KALGAN_SERVER_PORT", "KALGAN_SERVER__PORT"),
            ("KALGAN_SHOP__PAGESIZE", "KALGAN_SHOP__PAGE_SIZE"),
            ("KALGAN_SETTING", "KALGAN_SETTINGS"),
            ("KALGAN_DEBUGG", "KALGAN_DEBUG"),
            ("KALGAN_LOCAL__KAY", "KALGAN_LOCAL__KEY"),
        ] {
            assert_eq!(
                said(&[name]),
                [format!(
                    "the environment variable `{name}` names no setting that is known: did you mean `{meant}`?"
                )]
            );
        }
        let nothing = said(&["KALGAN_COLOURFUL"]).join("");
        assert!(
            nothing.ends_with("two underscores: `KALGAN_SERVER__PORT`"),
            "{nothing}"
        );
    }

    #[test]
    fn settings_and_what_may_be_one() {
        let names = [
            "KALGAN_SERVER__PORT",
            "KALGAN_SERVERS__PORT",
            "KALGAN_SHOP__PAGE_SIZE",
            "KALGAN_REDIS__URL",
            "KALGAN_SETTINGS",
            "KALGAN_ROOT",
            "KALGAN_DEBUG",
            "KALGAN_LOCAL__KEY",
            "PATH",
        ];
        assert_eq!(said(&names), [""; 0]);
    }
}
