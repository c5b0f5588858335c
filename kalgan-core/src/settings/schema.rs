//! The settings that Kalgan itself reads.

use super::Settings;
use super::folders;
use super::setting::Setting;
use super::value::Value;
use crate::diagnostic::{Diagnostic, Severity};
use crate::scalar::ScalarKind;
use crate::suggest::{did_you_mean, list};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

/// What a known setting must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// Any scalar.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number within bounds.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A number of bytes, or one with a unit such as `2 MiB`.
    Size,
    /// A list, or text with commas.
    Items,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A controller's path.
    Controller,
    /// An IP address or a name, without a port.
    Address,
    /// A path that stands before others.
    Prefix,
    /// A list of IP addresses and networks.
    Networks,
    /// A list of folders below the app's own.
    Folders,
    /// A list of hosts, each alone or with all names below it.
    Hosts,
}

impl SettingKind {
    /// What a value should be, where it is something else. A key with nothing behind it is as good
    /// as absent, as it was in 0.9.1.
    #[must_use]
    pub fn problem(self, value: &Value) -> Option<String> {
        let scalar = match value {
            Value::Scalar(scalar) if scalar.kind == ScalarKind::Null => return None,
            Value::Scalar(scalar) => Some(scalar),
            Value::List(_) | Value::Map(_) => None,
        };
        let (fits, expected) = match self {
            Self::Text => (scalar.is_some(), String::from("text")),
            Self::Bool => (value.as_bool().is_some(), String::from("`true` or `false`")),
            Self::Integer { min, max } => (
                value.as_i64().is_some_and(|n| (min..=max).contains(&n)),
                format!("a whole number from {min} to {max}"),
            ),
            Self::Size => (
                scalar.is_some_and(|scalar| parse_size(&scalar.text).is_ok()),
                String::from("a size, such as `1048576` or `2 MiB`"),
            ),
            Self::Items => (
                match value {
                    Value::Scalar(_) => true,
                    Value::List(items) => items.iter().all(|item| matches!(item, Value::Scalar(_))),
                    Value::Map(_) => false,
                },
                String::from("a list of words, or text with commas"),
            ),
            Self::OneOf(words) => (
                scalar.is_some_and(|scalar| words.contains(&scalar.text.as_ref())),
                format!("one of {}", list(words)),
            ),
            Self::Controller => (
                scalar.is_some_and(|scalar| {
                    crate::routes::is_controller_path(&scalar.text.replace('/', "::"))
                }),
                String::from("a controller, such as `error_controller::not_found`"),
            ),
            Self::Address => (
                scalar.is_some_and(|scalar| parse_address(&scalar.text).is_some()),
                String::from(
                    "an IP address or a name without a port, such as `127.0.0.1`, `::1` or `localhost` \
                     (the port is `server.port`)",
                ),
            ),
            Self::Prefix => (
                scalar.is_some_and(|scalar| parse_prefix(&scalar.text).is_some()),
                String::from("a path that begins with `/`, such as `/shop`"),
            ),
            Self::Networks => (
                each(value, |item| parse_network(item).is_some()),
                String::from(
                    "a list of IP addresses and networks, such as `192.0.2.7, 10.0.0.0/8, fd00::/8`",
                ),
            ),
            Self::Folders => (
                each(value, |item| folders::static_folder(item).is_some()),
                String::from(
                    "a list of folders inside the app's own, such as `static` or `public/assets`, without \
                     `..`, `:` and `\\`",
                ),
            ),
            Self::Hosts => (
                each(value, is_host_pattern),
                String::from(
                    "a list of names of hosts in ASCII, such as `example.com`, `.example.com` or \
                     `*.example.com`, without a scheme and a path (absent: all)",
                ),
            ),
        };
        (!fits).then_some(expected)
    }
}

/// The path before those of an app, without a slash at its end; empty for `/`. `None` where it is none.
#[must_use]
pub fn parse_prefix(text: &str) -> Option<&str> {
    let text = text.trim();
    let prefix = text.trim_end_matches('/');
    let is_part = |part: &str| {
        let is_byte =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%".contains(&byte);
        !part.is_empty() && !crate::routes::is_dots(part) && part.bytes().all(is_byte)
    };
    let mut parts = prefix.split('/').skip(1);
    (text.starts_with('/') && parts.all(is_part)).then_some(prefix)
}

/// Whether the value is a list, or a text with commas, of items that are right.
fn each(value: &Value, is_right: impl Fn(&str) -> bool) -> bool {
    SettingKind::Items.problem(value).is_none() && value.items().into_iter().all(is_right)
}

/// An IP address, or a network with the length of its prefix: `10.0.0.0/8`, `[fd00::]/8`. An address
/// alone is a network of one. `None` where it is neither.
#[must_use]
pub fn parse_network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length.parse().ok()?)),
        None => (text, None),
    };
    // URLs need brackets around IPv6, and people write them elsewhere, too.
    let bare = address
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address: IpAddr = bare.unwrap_or(address).parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = length.unwrap_or(most);
    (length <= most && (bare.is_none() || address.is_ipv6())).then_some((address, length))
}

/// Whether this is the name of a host, or one with all names below it.
fn is_host_pattern(text: &str) -> bool {
    let name = text.strip_prefix("*.").or_else(|| text.strip_prefix('.'));
    let bare = name.unwrap_or(text);
    let host = match bare.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() && parse_address(bare).is_none() => host,
        _ => bare,
    };
    parse_address(host).is_some()
}

/// An IP address or the name of a host, without the brackets that URLs need around IPv6. `None` where it
/// is neither.
#[must_use]
pub fn parse_address(text: &str) -> Option<&str> {
    let text = text.trim();
    // A zone, as in `fe80::1%eth0`, is of this machine alone.
    let is_ipv6 = |text: &str| {
        let address = text.split_once('%').map_or(text, |(address, _)| address);
        address.parse::<Ipv6Addr>().is_ok()
    };
    if let Some(inner) = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
    {
        return is_ipv6(inner).then_some(inner);
    }
    if is_ipv6(text) || text.parse::<Ipv4Addr>().is_ok() {
        return Some(text);
    }
    let is_label = |label: &str| {
        let is_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !label.is_empty() && label.len() <= 63 && label.bytes().all(is_byte)
    };
    let name = text.strip_suffix('.').unwrap_or(text);
    let last = name.rsplit('.').next().unwrap_or_default();
    // What ends in a number is an IPv4 address, or was meant as one.
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    (name.split('.').all(is_label) && !is_number).then_some(text)
}

/// What is wrong with a setting that stands in no file: one of the environment or of the command
/// line. The text says what to do.
///
/// # Errors
/// There is no such setting in a section of Kalgan's, or the value has another type.
pub fn check(setting: &Setting) -> Result<(), String> {
    let (key, origin) = (setting.key.as_ref(), &setting.origin);
    match find(key) {
        Some(known) => match known.kind.problem(&setting.value) {
            None => Ok(()),
            Some(expected) => Err(format!(
                "`{key}` ({origin}) should be {expected}, but `{}` is not",
                super::secret::masked(key, &setting.value)
            )),
        },
        None => match unknown(key) {
            None => Ok(()),
            Some(keys) => Err(format!(
                "there is no setting `{key}` ({origin}); {}",
                did_you_mean(key, &keys).unwrap_or_default()
            )),
        },
    }
}

/// The keys that there are, where one of a section of Kalgan's is not among them.
pub(crate) fn unknown(key: &str) -> Option<Vec<&'static str>> {
    let (section, _) = key.split_once('.')?;
    if !CLOSED_SECTIONS.contains(&section) || find(key).is_some() {
        return None;
    }
    if section == "error" {
        return Some(vec![
            "error.403",
            "error.404",
            "error.4xx",
            "error.500",
            "error.503",
            "error.5xx",
            "error.default",
        ]);
    }
    let keys = KNOWN.iter().map(|known| known.key);
    Some(
        keys.filter(|known| known.split('.').next() == Some(section))
            .collect(),
    )
}

/// A setting that Kalgan reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The dotted key.
    pub key: &'static str,
    /// What it must hold.
    pub kind: SettingKind,
    /// What it is for.
    pub about: &'static str,
    /// What else is good to know, in whole sentences.
    pub more: &'static str,
    /// The value that it has without being set, as a file would write it.
    pub default: Option<&'static str>,
}

const fn known(key: &'static str, kind: SettingKind, about: &'static str) -> Known {
    Known {
        key,
        kind,
        about,
        more: "",
        default: None,
    }
}

impl Known {
    const fn more(self, more: &'static str) -> Self {
        Self { more, ..self }
    }

    const fn or(self, default: &'static str) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }
}

const SECONDS: SettingKind = SettingKind::Integer {
    min: 0,
    max: 86_400,
};

/// What a class of mistakes is.
const LEVEL: SettingKind = SettingKind::OneOf(&["error", "off", "warn"]);

/// Every setting of a fixed name that Kalgan reads, in order of its key.
pub const KNOWN: &[Known] = &[
    known(
        "development.bar",
        SettingKind::Bool,
        "in development, show what answered a request at the foot of its page",
    )
    .or("true")
    .more("A release build has no such bar, whatever this says."),
    known(
        "development.hosts",
        SettingKind::Hosts,
        "in development, further hosts whose pages have live reload, the bar and explained errors",
    )
    .more(
        "Such as `box.lan, .example.com`, which is that name with all below it. Addresses, \
         names without a dot and those that end in `.localhost` or `.test` need not be named; any \
         other might be one that a foreign page makes lead here.",
    ),
    known(
        "development.live_reload",
        SettingKind::Bool,
        "in development, let open pages show an edit by themselves",
    )
    .or("true")
    .more("A release build never does, whatever this says."),
    known(
        "development.watch",
        SettingKind::OneOf(&["auto", "poll"]),
        "in development, how edits are noticed between requests",
    )
    .or("auto")
    .more(
        "`auto` asks the system to tell of changes and polls where it cannot; `poll` looks at \
         all files again and again, for folders whose system does not tell, such as shares of a \
         network.",
    ),
    known(
        "environment.is_prod",
        SettingKind::Bool,
        "read the files once, at the start",
    )
    .or("false")
    .more("A release binary that carries its files is always in production."),
    known(
        "environment.refresh_config_timeout",
        SECONDS,
        "in development, the least seconds between two looks at the files",
    )
    .or("0")
    .more("0 looks at each request."),
    known(
        "environment.secrets",
        SettingKind::Items,
        "further settings whose values are secrets",
    )
    .more(
        "Keys or sections, such as `billing.account, partners`. What is called a password, token or \
         key is a secret without it.",
    ),
    known(
        "html.check",
        LEVEL,
        "what mistakes in the HTML of templates mean",
    )
    .or("error")
    .more(
        "`error`: each class of mistakes is an error or a warning by itself, or by `html.classes`. `warn`: \
         all are warnings. `off`: none is looked for.",
    ),
    known("html.classes.button-type", LEVEL, "a button in a form that does not say what it does").or("warn"),
    known("html.classes.control-label", LEVEL, "a control of a form without a label").or("warn"),
    known("html.classes.dead-link", LEVEL, "a link that nothing answers").or("error"),
    known("html.classes.duplicate-attribute", LEVEL, "an attribute that stands twice in a tag").or("error"),
    known("html.classes.duplicate-id", LEVEL, "an id that stands twice in a page").or("error"),
    known("html.classes.heading-level", LEVEL, "a heading that skips a level").or("warn"),
    known("html.classes.image-alt", LEVEL, "an image without `alt`").or("warn"),
    known("html.classes.link-method", LEVEL, "a link or a form whose method its route does not answer").or("error"),
    known("html.classes.page-language", LEVEL, "a page without `lang`").or("warn"),
    known("html.classes.page-title", LEVEL, "a page without a title").or("warn"),
    known("html.classes.script-value", LEVEL, "a value in a script that is not JSON").or("error"),
    known("html.classes.stray-end-tag", LEVEL, "an end tag that closes nothing").or("error"),
    known("html.classes.style-value", LEVEL, "a value in a style sheet").or("error"),
    known("html.classes.unclosed-tag", LEVEL, "an element that is not closed").or("error"),
    known("html.classes.unknown-fragment", LEVEL, "a link to a part of its page that is not there").or("error"),
    known("html.classes.unknown-id", LEVEL, "an attribute that names an id that is not there").or("error"),
    known("html.classes.unquoted-value", LEVEL, "a value in an attribute without quotes").or("error"),
    known("html.classes.unsafe-url", LEVEL, "a link that begins with a value").or("error"),
    known(
        "i18n.language.default",
        SettingKind::Text,
        "the language when nothing else tells one",
    )
    .more(
        "Without it, the only language that there is, else `en`. There must be \
             messages in it.",
    ),
    known(
        "i18n.missing",
        SettingKind::OneOf(&["allow", "error", "warn"]),
        "what a message means that a language lacks",
    )
    .or("error"),
    known(
        "i18n.path",
        SettingKind::Text,
        "the folder with one folder a language",
    )
    .or("config/i18n")
    .more("`en/home.yaml` in it holds messages in English."),
    known(
        "router.path",
        SettingKind::Text,
        "the file or folder of the routes",
    )
    .or("config/routes")
    .more("The files of a folder are read in the order of their names."),
    known(
        "router.trailing_slash",
        SettingKind::OneOf(&["strict", "redirect", "ignore"]),
        "what `/a/` means where only `/a` is a route, and the other way round",
    )
    .or("strict")
    .more(
        "`strict`: another path, and so 404. `redirect`: a redirect to the one \
             that is a route. `ignore`: the same path.",
    ),
    known(
        "server.absolute_redirects",
        SettingKind::Bool,
        "whether redirects behind a trusted proxy name the host that it was asked for",
    )
    .or("false")
    .more("Name the hosts in `server.hosts`, so that no visitor chooses where a redirect leads."),
    known(
        "server.access_log",
        SettingKind::OneOf(&["short", "common", "combined", "json", "off"]),
        "the format of the line for each request",
    )
    .or("short")
    .more("`off` writes none."),
    known(
        "server.address",
        SettingKind::Address,
        "the address to listen at",
    )
    .or("127.0.0.1")
    .more("A name or an IP address; `0.0.0.0` is every one of this machine."),
    known(
        "server.body_timeout",
        SettingKind::Integer {
            min: 1,
            max: 86_400,
        },
        "seconds in which the next part of a request's body must arrive",
    )
    .or("30"),
    known(
        "server.header_timeout",
        SettingKind::Integer {
            min: 1,
            max: 86_400,
        },
        "seconds in which a request's head must arrive",
    )
    .or("10")
    .more("It also bounds how long a connection may be idle."),
    known(
        "server.hosts",
        SettingKind::Hosts,
        "the hosts that are served; others are answered with 421",
    )
    .more("Names, `.example.com` with all names below it, or `*.example.com`. Without it all are."),
    known(
        "server.max_body",
        SettingKind::Size,
        "the largest request body",
    )
    .or("2 MiB")
    .more(
        "Bytes, or a number with a unit: `2 MiB`, `500 KB`. A larger one is \
             answered with 413.",
    ),
    known(
        "server.max_connections",
        SettingKind::Integer {
            min: 1,
            max: 10_000_000,
        },
        "the most connections at once",
    )
    .or("10000")
    .more("Further ones wait."),
    known(
        "server.max_headers",
        SettingKind::Size,
        "the largest request head",
    )
    .or("64 KiB")
    .more("Bytes, or a number with a unit. A larger one is answered with 431."),
    known(
        "server.number_of_workers",
        SettingKind::Integer { min: 1, max: 4096 },
        "the threads of the run time",
    )
    .more("Without it, as many as the machine has cores."),
    known(
        "server.port",
        SettingKind::Integer {
            min: 0,
            max: 65_535,
        },
        "the port to listen at; 0 takes a free one",
    )
    .or("7878"),
    known(
        "server.prefix",
        SettingKind::Prefix,
        "the path before those of the app, which a proxy or a router in front may cut off",
    )
    .more("Links, redirects and static files lead below it, such as `/shop`; requests come with it or without it."),
    known(
        "server.send_timeout",
        SettingKind::Integer {
            min: 1,
            max: 86_400,
        },
        "seconds in which a client must take the next part of a response",
    )
    .or("60"),
    known(
        "server.shutdown_timeout",
        SECONDS,
        "seconds that open requests have to finish when the server stops",
    )
    .or("30"),
    known(
        "server.trusted_proxies",
        SettingKind::Networks,
        "addresses and networks whose X-Forwarded-* headers are believed",
    )
    .more("Such as `10.0.0.0/8, ::1`. Without it no such header is believed."),
    known(
        "static.embed",
        SettingKind::Bool,
        "bake the static files into the release binary",
    )
    .or("false"),
    known(
        "static.folders",
        SettingKind::Folders,
        "the folders whose files are served",
    )
    .more(
        "Such as `static`. Their paths are those of the requests: \
             `static/app.css` is `/static/app.css`.",
    ),
    known(
        "static.path",
        SettingKind::Text,
        "what `|asset` puts before a path",
    )
    .more("Such as `/static`, or the address of another server."),
    known(
        "static.version",
        SettingKind::Text,
        "what `|asset` puts after the `?` in production; `auto` is a hash of the content",
    ),
    known(
        "tera.filters",
        SettingKind::Items,
        "filters that the app registers under names that its sources do not show",
    ),
    known(
        "tera.functions",
        SettingKind::Items,
        "functions that the app registers under names that its sources do not show",
    ),
    known(
        "tera.path",
        SettingKind::Text,
        "the folder of the templates",
    )
    .or("template"),
    known(
        "tera.tests",
        SettingKind::Items,
        "tests that the app registers under names that its sources do not show",
    ),
    known(
        "tera.variables",
        SettingKind::Items,
        "variables that templates have without a controller: those of Tera's global context",
    ),
];

/// A controller for a status of an error: `error.404` and the like.
pub const ERROR: Known = known(
    "error.*",
    SettingKind::Controller,
    "the controller that answers with this status",
)
.more(
    "Such as `404: error_controller::not_found`. `4xx` and `5xx` are for those that have none of \
     their own, `default` for all others.",
);

/// The sections in which every key is Kalgan's. (`cache`, `cookie`, `db`, `mailer` and
/// `session` are those of 0.9.1, and an app may read them itself.)
pub const CLOSED_SECTIONS: &[&str] = &[
    "development",
    "environment",
    "error",
    "html",
    "i18n",
    "router",
    "server",
    "static",
    "tera",
];

/// The sections that Kalgan 0.9.1 read, and this version does not yet, with what helps until it does.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    (
        "cache",
        "connect to the cache in `main`, and give the connection to controllers by `App::state`",
    ),
    (
        "cookie",
        "add cookies by `Cookies`, with the attributes that they need",
    ),
    (
        "db",
        "connect to the database in `main`, and give the pool to controllers by `App::state`",
    ),
    (
        "mailer",
        "send mail by a crate such as `lettre`, set up in `main`",
    ),
    (
        "session",
        "keep sessions by a layer such as `tower-sessions`, added by `App::layer`",
    ),
];

/// All sections that Kalgan reads.
pub const SECTIONS: &[&str] = &[
    "cache",
    "cookie",
    "db",
    "development",
    "environment",
    "error",
    "html",
    "i18n",
    "mailer",
    "router",
    "server",
    "session",
    "static",
    "tera",
];

/// The sections of 0.9.1 that have no effect yet, and that an app may read itself.
pub fn sections_without_effect() -> impl Iterator<Item = &'static str> {
    WITHOUT_EFFECT.iter().map(|(section, _)| *section)
}

/// Warnings of the sections of 0.9.1 that stand in the settings, have no effect yet, and are not among
/// those that the app reads itself.
#[must_use]
pub fn without_effect(settings: &Settings, own: &[&str]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (section, help) in WITHOUT_EFFECT {
        let Some((_, first)) = settings.below(section).next() else {
            continue;
        };
        if own.contains(section) {
            continue;
        }
        let message = format!(
            "the section `{section}` has no effect in this version of Kalgan ({})",
            first.origin
        );
        found.push(Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::general(message)
                .with_code("no-effect")
                .with_help(*help)
        });
    }
    found
}

/// The known setting of this key.
#[must_use]
pub fn find(key: &str) -> Option<Known> {
    if let Some(status) = key.strip_prefix("error.") {
        return error_statuses(status).map(|_| ERROR);
    }
    KNOWN.iter().find(|known| known.key == key).copied()
}

/// The statuses that a key of the section `error` is for: `404`, `4xx`, `5xx` or `default`.
#[must_use]
pub fn error_statuses(key: &str) -> Option<RangeInclusive<u16>> {
    match key {
        "default" => Some(400..=599),
        "4xx" => Some(400..=499),
        "5xx" => Some(500..=599),
        _ => {
            let status = key.parse().ok()?;
            (400..600).contains(&status).then_some(status..=status)
        }
    }
}

/// A number of bytes: `1048576`, `512 KiB`, `2 MiB`, `10MB`, `1G`.
///
/// # Errors
/// What is wrong with the text, and what would be right.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "kb" => 1_000,
        "m" | "mib" => 1 << 20,
        "mb" => 1_000_000,
        "g" | "gib" => 1 << 30,
        "gb" => 1_000_000_000,
        _ => {
            return Err(format!(
                "`{text}` is not a size; write bytes or a number with KiB, MiB, GiB, KB, MB or GB"
            ));
        }
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .ok_or_else(|| format!("`{text}` is not a size; write it like `1048576` or `2 MiB`"))
}
