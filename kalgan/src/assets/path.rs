//! Which paths can name a static file: one set of rules for files on disk and in the binary.

use kalgan_core::settings::folders;
use percent_encoding::percent_decode_str;

/// Reads the setting `static.folders`: folders below the app's own, separated by commas.
///
/// # Errors
/// A text that names the folder that cannot be served and says why.
pub(crate) fn parse_folders(list: &str) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    for entry in list
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
    {
        let Some(folder) = folders::static_folder(entry) else {
            return Err(format!(
                "`{entry}` cannot be a folder of static files: write a folder inside the app's \
                 own, such as `static` or `public/assets`, without `..`, `:` or `\\`"
            ));
        };
        if !all.iter().any(|known| known == folder) {
            all.push(folder.to_owned());
        }
    }
    Ok(all)
}

/// Decodes a URL's path, once, into a path from the app's folder on. `None` when it could be read
/// as anything but names in folders: a segment is decoded alone, so that an encoded slash never
/// becomes a separator.
pub(super) fn decode(path: &str) -> Option<String> {
    let path = path.strip_prefix('/')?;
    let mut decoded = String::with_capacity(path.len());
    for segment in path.split('/') {
        let name = percent_decode_str(segment).decode_utf8().ok()?;
        if name.contains('/') || !folders::is_plain(&name) {
            return None;
        }
        if !decoded.is_empty() {
            decoded.push('/');
        }
        decoded.push_str(&name);
    }
    Some(decoded)
}

/// The folder that the path lies in, unless the path has a hidden part below it.
pub(super) fn folder_of<'f>(folders: &'f [String], path: &str) -> Option<&'f str> {
    folders.iter().map(String::as_str).find(|folder| {
        path.strip_prefix(folder)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|rest| rest.split('/').all(|name| !name.starts_with('.')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders() {
        let read = |list| parse_folders(list).unwrap();
        assert_eq!(read(""), Vec::<String>::new());
        assert_eq!(
            read(" static/, ./public/assets ,/static,"),
            ["static", "public/assets"]
        );
        for wrong in [
            ".",
            "/",
            "..",
            "a/../b",
            "../static",
            "a//b",
            "C:\\static",
            "./.",
        ] {
            let error = parse_folders(wrong).unwrap_err();
            assert!(error.contains("`public/assets`"), "{wrong}: {error}");
        }
    }

    #[test]
    fn paths_are_decoded_once_and_by_segment() {
        assert_eq!(
            decode("/static/a%20b.css").as_deref(),
            Some("static/a b.css")
        );
        assert_eq!(
            decode("/static/%C3%A9.css").as_deref(),
            Some("static/é.css")
        );
        assert_eq!(
            decode("/static/%252e%252e/x").as_deref(),
            Some("static/%2e%2e/x")
        );
        for path in [
            "", "*", "/", "//x", "/a//b", "/a/", "/a/%2e", "/a%2fb", "/a%00", "/%ff",
        ] {
            assert_eq!(decode(path), None, "{path}");
        }
    }

    #[test]
    fn the_folder_of_a_path() {
        let folders = [
            "static".to_owned(),
            ".well-known".to_owned(),
            "a/b".to_owned(),
        ];
        assert_eq!(folder_of(&folders, "static/app.css"), Some("static"));
        assert_eq!(folder_of(&folders, "a/b/c/d"), Some("a/b"));
        // A folder that the setting names is meant, even if it is hidden.
        assert_eq!(
            folder_of(&folders, ".well-known/security.txt"),
            Some(".well-known")
        );
        for outside in [
            "static",
            "staticx/app.css",
            "a/c",
            "static/.git/config",
            "static/a/.b",
        ] {
            assert_eq!(folder_of(&folders, outside), None, "{outside}");
        }
    }
}
