//! The static files that are baked: those of `static.folders`, where `static.embed` says so.

use crate::site::{self, LoadedSite};
use kalgan_core::content_hash::content_hash;
use kalgan_core::diagnostic::Diagnostic;
use kalgan_core::source::normalize;
use std::io;
use std::path::{Path, PathBuf};

/// A file to bake.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asset {
    /// From the site's folder on.
    pub(crate) path: String,
    /// On this machine.
    pub(crate) file: String,
    pub(crate) hash: String,
    /// In UNIX seconds.
    pub(crate) modified: u64,
}

/// The folders of the static files to bake; none unless `static.embed` is on.
pub(crate) fn folders(site: &LoadedSite) -> Result<Vec<String>, Vec<Diagnostic>> {
    let settings = &site.site.settings;
    if !settings.get_bool("static.embed").unwrap_or(false) {
        return Ok(Vec::new());
    }
    let place = settings
        .find("static.folders")
        .map(|setting| setting.origin.to_string())
        .unwrap_or_default();
    let mut folders: Vec<String> = Vec::new();
    let mut problems = Vec::new();
    for item in settings.items("static.folders") {
        let folder = normalize(item.trim_start_matches('/')).filter(|folder| !folder.is_empty());
        match folder {
            None => problems.push(
                Diagnostic::general(format!(
                    "`{item}` cannot be a folder of static files ({place})"
                ))
                .with_code("path-outside")
                .with_help("write a folder inside the app's own, such as `static`"),
            ),
            Some(folder) if !site.root.join(&folder).is_dir() => problems.push(
                Diagnostic::general(format!("there is no folder `{folder}` to embed ({place})"))
                    .with_code("missing-path")
                    .with_help("create it, or remove it from `static.folders`"),
            ),
            Some(folder) if folders.contains(&folder) => {}
            Some(folder) => folders.push(folder),
        }
    }
    if problems.is_empty() {
        Ok(folders)
    } else {
        Err(problems)
    }
}

/// The files to bake, in order of their paths.
pub(crate) fn collect(site: &LoadedSite) -> Result<Vec<Asset>, Vec<Diagnostic>> {
    let mut assets = Vec::new();
    for folder in folders(site)? {
        let path = site.root.join(&folder);
        let unreadable = |error: &io::Error| {
            vec![
                Diagnostic::general(format!("the folder `{folder}` cannot be embedded: {error}"))
                    .with_code("unreadable-file"),
            ]
        };
        let top = path.canonicalize().map_err(|error| unreadable(&error))?;
        let mut walk = Walk {
            top: top.clone(),
            open: vec![top],
            files: Vec::new(),
        };
        walk.folder(&path, &folder)
            .map_err(|error| unreadable(&error))?;
        for (path, file) in walk.files {
            assets.push(asset(path, &file).map_err(|problem| vec![*problem])?);
        }
    }
    assets.sort_by(|a: &Asset, b| a.path.cmp(&b.path));
    // One folder may lie in another.
    assets.dedup_by(|a, b| a.path == b.path);
    Ok(assets)
}

fn asset(path: String, file: &Path) -> Result<Asset, Box<Diagnostic>> {
    let bytes = std::fs::read(file).map_err(|error| {
        let message = format!("the file `{path}` cannot be embedded: {error}");
        Box::new(Diagnostic::general(message).with_code("unreadable-file"))
    })?;
    Ok(Asset {
        file: site::literal(file)?,
        path,
        hash: content_hash(&bytes),
        modified: source_date(),
    })
}

/// The time that all files have, in seconds of UNIX; 0 where there is none. Their own times differ
/// between two checkouts of one commit, and so would two builds of it
/// (<https://reproducible-builds.org/specs/source-date-epoch/>).
fn source_date() -> u64 {
    let date = std::env::var("SOURCE_DATE_EPOCH").ok();
    date.and_then(|date| date.parse().ok()).unwrap_or(0)
}

/// A walk that follows links only within the folder that it began in.
struct Walk {
    top: PathBuf,
    /// The folders that the walk is in, so that a link to one of them ends it.
    open: Vec<PathBuf>,
    files: Vec<(String, PathBuf)>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, path: &str) -> io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().into_string().map_err(|name| {
                io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("the file name {} is not UTF-8", name.display()),
                )
            })?;
            if name.starts_with('.') {
                continue;
            }
            let Ok(target) = entry.path().canonicalize() else {
                // A link to nothing.
                continue;
            };
            if !target.starts_with(&self.top) {
                continue;
            }
            let inner = format!("{path}/{name}");
            if target.is_file() {
                self.files.push((inner, target));
            } else if target.is_dir() && !self.open.contains(&target) {
                self.open.push(target);
                self.folder(&entry.path(), &inner)?;
                self.open.pop();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::write;

    fn paths(root: &Path) -> Vec<String> {
        let assets = collect(&site::load(root, None)).unwrap();
        assets.into_iter().map(|asset| asset.path).collect()
    }

    #[test]
    fn the_files_of_the_folders() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        write(
            root,
            "settings.yaml",
            "static:\n  embed: true\n  folders: /static, public/b\n",
        );
        for file in [
            "static/a.css",
            "static/js/a.js",
            "static/.env",
            "static/.git/x",
            "public/b/c",
        ] {
            write(root, file, file);
        }
        write(root, "public/not", "");
        assert_eq!(
            paths(root),
            ["public/b/c", "static/a.css", "static/js/a.js"]
        );
        let assets = collect(&site::load(root, None)).unwrap();
        assert_eq!(assets[1].hash, content_hash(b"static/a.css"));
        let date = std::env::var("SOURCE_DATE_EPOCH").ok();
        let date = date.and_then(|date| date.parse().ok());
        assert_eq!(assets[1].modified, date.unwrap_or(0));
        assert!(Path::new(&assets[1].file).is_absolute());
    }

    #[test]
    fn nothing_unless_the_setting_says_so() {
        let temp = tempfile::tempdir().unwrap();
        write(temp.path(), "settings.yaml", "static:\n  folders: static\n");
        write(temp.path(), "static/a", "");
        assert_eq!(paths(temp.path()), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere_else() {
        use std::os::unix::fs::symlink;
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        write(
            root,
            "settings.yaml",
            "static:\n  embed: true\n  folders: static\n",
        );
        write(root, "static/v1/a", "");
        write(root, "secret/key", "");
        symlink(root.join("secret"), root.join("static/out")).unwrap();
        symlink(root.join("secret/key"), root.join("static/key")).unwrap();
        symlink("nowhere", root.join("static/dangling")).unwrap();
        symlink("v1", root.join("static/latest")).unwrap();
        symlink("..", root.join("static/v1/circle")).unwrap();
        assert_eq!(paths(root), ["static/latest/a", "static/v1/a"]);
    }

    #[test]
    fn a_folder_that_cannot_be_embedded_is_a_mistake() {
        let temp = tempfile::tempdir().unwrap();
        write(
            temp.path(),
            "settings.yaml",
            "static:\n  embed: true\n  folders: '., ../x, gone'\n",
        );
        let problems = folders(&site::load(temp.path(), None)).unwrap_err();
        let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), 3);
        assert!(texts[0].contains("`.` cannot be a folder of static files (settings.yaml:3:3)"));
        assert!(texts[2].contains("there is no folder `gone` to embed"));
    }
}
