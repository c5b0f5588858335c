//! The settings that each request needs, read once for a snapshot.

use crate::assets::cache::{CachePolicy, StaticVersion};
use crate::assets::path::parse_folders;
use crate::error::{Error, Result};
use crate::server::access_log::AccessLog;
use crate::server::config::{ServerConfig, TrustedProxies};
use crate::server::host::HostNames;
use crate::site::current;
use kalgan_core::settings::{Settings, SettingsError, folders, schema};
use std::sync::Arc;
use std::time::Duration;

/// What a path means whose trailing slash is one too many or too few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrailingSlash {
    /// Another path.
    Strict,
    /// A redirect to the one that is a route.
    Redirect,
    /// The same path.
    Ignore,
}

impl TrailingSlash {
    /// The setting `router.trailing_slash`.
    pub(crate) fn of(settings: &Settings) -> Self {
        match optional(settings, "router.trailing_slash", Settings::get_string).as_deref() {
            Ok("redirect") => Self::Redirect,
            Ok("ignore") => Self::Ignore,
            _ => Self::Strict,
        }
    }
}

/// The settings that each request needs.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) is_prod: bool,
    pub(crate) trailing_slash: TrailingSlash,
    pub(crate) static_path: String,
    pub(crate) static_version: StaticVersion,
    pub(crate) static_folders: Vec<String>,
    pub(crate) static_embed: bool,
    pub(crate) server: Arc<ServerConfig>,
}

/// A setting whose text does not mean anything, with what it should be.
pub(crate) struct BadSetting {
    pub(crate) key: &'static str,
    pub(crate) reason: String,
}

impl Options {
    /// Reads the settings; `always_prod` is a binary that carries its files.
    pub(crate) fn read(settings: &Settings, always_prod: bool) -> Result<Self, BadSetting> {
        let bad = |key: &'static str| move |reason: String| BadSetting { key, reason };
        let number = |key: &str| optional(settings, key, Settings::get_number).ok();
        let seconds = |key: &str, default: Duration| {
            number(key)
                .and_then(|seconds| u64::try_from(seconds).ok())
                .map_or(default, Duration::from_secs)
        };
        let size =
            |key: &'static str, default: u64| match optional(settings, key, Settings::get_string) {
                Ok(text) => schema::parse_size(&text).map_err(bad(key)),
                Err(_) => Ok(default),
            };
        let defaults = ServerConfig::default();
        let is_prod = always_prod
            || optional(settings, "environment.is_prod", Settings::get_bool).unwrap_or(false);
        let server = ServerConfig {
            address: match optional(settings, "server.address", Settings::get_string) {
                Ok(text) => schema::parse_address(&text).unwrap_or(&text).to_owned(),
                Err(_) => defaults.address,
            },
            port: match number("server.port") {
                None => defaults.port,
                Some(port) => u16::try_from(port)
                    .map_err(|_| bad("server.port")(format!("{port} is no port: 0 to 65535")))?,
            },
            header_timeout: seconds("server.header_timeout", defaults.header_timeout),
            body_timeout: seconds("server.body_timeout", defaults.body_timeout),
            send_timeout: seconds("server.send_timeout", defaults.send_timeout),
            shutdown_timeout: seconds("server.shutdown_timeout", defaults.shutdown_timeout),
            max_header_bytes: usize::try_from(size(
                "server.max_headers",
                defaults.max_header_bytes as u64,
            )?)
            .unwrap_or(usize::MAX),
            max_connections: number("server.max_connections")
                .and_then(|count| usize::try_from(count).ok())
                .unwrap_or(defaults.max_connections),
            max_body: size("server.max_body", defaults.max_body)?,
            trusted_proxies: TrustedProxies::parse(
                &settings.items("server.trusted_proxies").join(","),
            )
            .map_err(bad("server.trusted_proxies"))?,
            hosts: HostNames::new(settings.items("server.hosts")),
            prefix: optional(settings, "server.prefix", Settings::get_string)
                .ok()
                .and_then(|prefix| schema::parse_prefix(&prefix).map(Arc::from))
                .filter(|prefix: &Arc<str>| !prefix.is_empty()),
            absolute_redirects: optional(settings, "server.absolute_redirects", Settings::get_bool)
                .unwrap_or(false),
            access_log: match optional(settings, "server.access_log", Settings::get_string) {
                Ok(format) => format
                    .parse::<AccessLog>()
                    .map_err(bad("server.access_log"))?,
                Err(_) => defaults.access_log,
            },
        };
        Ok(Self {
            is_prod,
            trailing_slash: TrailingSlash::of(settings),
            static_path: optional(settings, "static.path", Settings::get_string)
                .map(|path| path.trim_end_matches('/').to_owned())
                .unwrap_or_default(),
            static_version: match optional(settings, "static.version", Settings::get_string)
                .as_deref()
            {
                Ok("auto") => StaticVersion::Auto,
                Ok(version) if !version.is_empty() => StaticVersion::Fixed(Arc::from(version)),
                _ => StaticVersion::None,
            },
            static_folders: static_folders(settings).map_err(bad("static.folders"))?,
            static_embed: optional(settings, "static.embed", Settings::get_bool).unwrap_or(false),
            server: Arc::new(server),
        })
    }

    /// Those that the server starts with, where the files have mistakes.
    ///
    /// # Errors
    /// A setting whose text does not mean anything.
    pub(crate) fn at_start() -> Result<Self> {
        Self::read(&current::settings(), false)
            .map_err(|bad| Error::internal(format!("the setting `{}`: {}", bad.key, bad.reason)))
    }

    /// How long static files may be kept.
    pub(crate) fn cache_policy(&self) -> CachePolicy {
        if self.is_prod {
            CachePolicy::Production(self.static_version.clone())
        } else {
            CachePolicy::Development
        }
    }
}

/// The folders of static files, none of which holds sources.
fn static_folders(settings: &Settings) -> Result<Vec<String>, String> {
    let all = parse_folders(&settings.items("static.folders").join(","))?;
    let mut published = all
        .iter()
        .map(|folder| folders::published(folder, settings, None));
    match published.find_map(|source| source) {
        None => Ok(all),
        Some(source) => Err(format!(
            "it would show the app's own `{source}` to everyone"
        )),
    }
}

/// A setting, without the search for the nearest one where it is missing: most are.
fn optional<T>(
    settings: &Settings,
    key: &str,
    get: impl Fn(&Settings, &str) -> Result<T, SettingsError>,
) -> Result<T, SettingsError> {
    match settings.find(key) {
        Some(_) => get(settings, key),
        None => Err(SettingsError::Missing {
            key: key.to_owned(),
            nearest: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalgan_core::scalar::Scalar;
    use kalgan_core::settings::{Origin, Setting, Value};
    use kalgan_core::site::defaults;

    fn read(settings: &Settings) -> String {
        match Options::read(settings, false) {
            Ok(options) => format!("{options:#?}"),
            Err(bad) => panic!("{}: {}", bad.key, bad.reason),
        }
    }

    #[test]
    fn the_defaults_that_editors_show_are_those_that_are_used() {
        let shown = schema::KNOWN.iter().filter_map(|known| {
            Some(Setting {
                key: known.key.into(),
                value: Value::Scalar(Scalar::resolve(known.default?)),
                origin: Origin::Environment("TEST".into()),
            })
        });
        let shown: Vec<Setting> = shown.collect();
        assert!(shown.len() > 12, "{}", shown.len());
        for setting in &shown {
            assert_eq!(schema::check(setting), Ok(()));
        }
        assert_eq!(read(&Settings::new(shown)), read(&Settings::default()));
        let default = |key| schema::find(key).and_then(|known| known.default);
        assert_eq!(default("router.path"), Some(defaults::ROUTES));
        assert_eq!(default("i18n.path"), Some(defaults::MESSAGES));
        assert_eq!(default("tera.path"), Some(defaults::TEMPLATES));
    }
}
