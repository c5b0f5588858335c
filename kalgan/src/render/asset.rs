//! URLs of static files.

use super::given::site;
use crate::assets::cache::StaticVersion;
use crate::error::Result;
use crate::routing::decode::{NOT_IN_A_URI, push_encoded};
use crate::site::{Site, current};
use kalgan_core::asset_path::{asset_path, is_elsewhere};
use percent_encoding::utf8_percent_encode;
use std::fmt::Write as _;

/// `static.path`, the path, `?` and the version: `static.version` in production, the time of the
/// file's last change in development.
#[track_caller]
pub(super) fn make(path: &str) -> Result<String> {
    let site = site(format_args!("the URL of `{path}` was made"))?;
    Ok(of(&site, path, current::prefix(&site).as_deref()))
}

/// The URL of a static file of a site, below a prefix.
pub(super) fn of(site: &Site, path: &str, prefix: Option<&str>) -> String {
    let options = &site.options;
    let path = asset_path(&options.static_path, path);
    let file = path.trim_start_matches('/');
    // The name is that of a file, of which nothing is encoded yet; the setting is a part of a URL.
    let setting = match is_elsewhere(&options.static_path) {
        true => options.static_path.len(),
        false => 0,
    };
    let mut url = utf8_percent_encode(&path[..setting], NOT_IN_A_URI).to_string();
    if setting == 0
        && let Some(prefix) = prefix
    {
        url.push_str(prefix);
    }
    for (at, segment) in path[setting..].split('/').enumerate() {
        if at > 0 {
            url.push('/');
        }
        push_encoded(&mut url, segment);
    }
    let mut add = |version: &dyn std::fmt::Display| {
        // Nothing that is added to a text fails.
        let _ = write!(url, "?{version}");
    };
    if !options.is_prod {
        // A file that another server has: the snapshot's own time is near enough.
        match site.assets.modified_millis(file) {
            Some(modified) => add(&modified),
            None => add(&site.made),
        }
        return url;
    }
    match &options.static_version {
        StaticVersion::None => {}
        StaticVersion::Fixed(version) => add(version),
        StaticVersion::Auto => {
            if let Some(hash) = site.assets.content_hash(file) {
                add(&hash);
            }
        }
    }
    url
}
