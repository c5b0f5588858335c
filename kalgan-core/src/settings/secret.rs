//! Settings whose values no output shows and no release binary should carry.

use super::{Settings, Value};

/// Names, or parts of them, of what is secret.
const WORDS: [&str; 11] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "credential",
    "apikey",
    "api_key",
    "access_key",
    "private_key",
    "privatekey",
];

/// Whole names, or the ends of longer ones (`smtp_pass`).
const ENDS: [&str; 6] = ["pass", "pwd", "key", "salt", "pepper", "dsn"];

/// Keys that open nothing.
const OPEN: [&str; 6] = [
    "public_key",
    "publishable_key",
    "primary_key",
    "foreign_key",
    "sort_key",
    "site_key",
];

/// Whether a key is one by its name: that of the setting, or of a section that it stands in.
#[must_use]
pub fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase().replace('-', "_");
    let (sections, name) = key.rsplit_once('.').unwrap_or(("", &key));
    // A list of names, and no secret itself.
    let is_list = key == "environment.secrets";
    if is_list || OPEN.iter().any(|open| name.ends_with(open)) {
        return false;
    }
    let is_word = |part: &str| WORDS.iter().any(|word| part.contains(word));
    let is_end = || {
        ENDS.iter().any(|end| {
            let before = name.strip_suffix(end);
            before.is_some_and(|before| before.is_empty() || before.ends_with('_'))
        })
    };
    is_word(name) || is_end() || sections.split('.').any(is_word)
}

/// The value on one line, or stars where it is a secret by its key. A password within a URL is starred
/// too.
#[must_use]
pub fn masked(key: &str, value: &Value) -> String {
    let text = value.display();
    match passwords(&text) {
        _ if is_secret(key) => String::from(MASK),
        Some(without) => without,
        None => text,
    }
}

/// Whether a value holds a URL with a password.
#[must_use]
pub fn has_password(value: &Value) -> bool {
    passwords(&value.display()).is_some()
}

const MASK: &str = "********";

/// A text with stars for the passwords of the URLs in it; `None` where it has none.
fn passwords(text: &str) -> Option<String> {
    let mut masked = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        let end = after.find(['/', '?', '#', ' ', ',', '"', '\'']);
        let (authority, behind) = after.split_at(end.unwrap_or(after.len()));
        masked.push_str(before);
        masked.push_str("://");
        match authority.rsplit_once('@') {
            Some((user, host)) if user.contains(':') => {
                let user = user.split(':').next().unwrap_or_default();
                masked.push_str(&format!("{user}:{MASK}@{host}"));
            }
            _ => masked.push_str(authority),
        }
        rest = behind;
    }
    masked.push_str(rest);
    (masked != text).then_some(masked)
}

impl Settings {
    /// What is secret of these settings.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        Secrets {
            declared: {
                let mut declared = self.items("environment.secrets");
                declared.extend(self.own_secrets.iter().cloned());
                declared
            },
        }
    }
}

/// Which settings are secrets: by their names, or as the setting `environment.secrets` says.
#[derive(Debug)]
pub struct Secrets {
    declared: Vec<String>,
}

impl Secrets {
    /// Whether the value of a key is a secret.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        is_secret(key) || self.declares(key)
    }

    /// Whether `environment.secrets` names this key, or a section that it stands in.
    #[must_use]
    pub fn declares(&self, key: &str) -> bool {
        self.declared.iter().any(|secret| {
            let rest = key.get(secret.len()..);
            let begins = key.get(..secret.len());
            begins.is_some_and(|begins| begins.eq_ignore_ascii_case(secret))
                && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// The value on one line, or stars where it is a secret.
    #[must_use]
    pub fn masked(&self, key: &str, value: &Value) -> String {
        match self.declares(key) {
            true => String::from(MASK),
            false => masked(key, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Scalar;
    use crate::settings::{Origin, Setting, schema};

    fn text(text: &str) -> Value {
        Value::Scalar(Scalar::string(text.to_owned()))
    }

    #[test]
    fn names_of_secrets() {
        for secret in [
            "db.password",
            "secrets.stripe",
            "smtp.pass",
            "smtp_pass",
            "session.key",
            "session.secret",
            "stripe.api-key",
            "AWS.SECRET_ACCESS_KEY",
            "aws_credentials.id",
            "sentry.dsn",
            "jwt.signing_key",
        ] {
            assert!(is_secret(secret), "{secret}");
        }
        for open in [
            "db.host",
            "stripe.publishable_key",
            "keys.order",
            "monkey",
            "compass",
            "passage.time",
            "pass.count",
        ] {
            assert!(!is_secret(open), "{open}");
        }
        for known in schema::KNOWN {
            assert!(!is_secret(known.key), "{}", known.key);
        }
    }

    #[test]
    fn passwords_in_urls() {
        for (url, shown) in [
            ("redis://me:pw@host:1/0", "redis://me:********@host:1/0"),
            ("redis://:p@w@host", "redis://:********@host"),
            (
                "amqp://a:b@one,amqp://c:d@two/x",
                "amqp://a:********@one,amqp://c:********@two/x",
            ),
            ("http://h/x@y:z", "http://h/x@y:z"),
            ("http://h?u=a:b@c", "http://h?u=a:b@c"),
            ("mailto:a@b", "mailto:a@b"),
        ] {
            assert_eq!(masked("a", &text(url)), shown);
            assert_eq!(has_password(&text(url)), url != shown);
        }
    }

    #[test]
    fn an_app_declares_its_own() {
        let setting = |key: &'static str, value: &str| Setting {
            key: key.into(),
            value: text(value),
            origin: Origin::Environment("X".into()),
        };
        let settings = Settings::new([
            setting("environment.secrets", "billing.account, partners"),
            setting("partners.acme", "4711"),
            setting("billing.account", "DE02"),
        ]);
        for key in ["billing.account", "partners.acme", "partners"] {
            assert!(settings.secrets().contains(key), "{key}");
        }
        assert!(!settings.secrets().contains("billing.accounts"));
        assert!(!settings.secrets().contains("partnership.x"));
        // No error quotes the value.
        let error = settings.get_bool("partners.acme").unwrap_err();
        assert!(!error.to_string().contains("4711"), "{error}");
        let error = settings.get::<u8>("billing.account").unwrap_err();
        assert!(!error.to_string().contains("DE02"), "{error}");
        let error = settings.get::<Vec<bool>>("partners").unwrap_err();
        assert!(!error.to_string().contains("4711"), "{error}");
    }
}
