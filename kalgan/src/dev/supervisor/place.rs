//! How a binary was built, as the place where it lies says it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// What the place of a binary says of its build.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// What `cargo build` needs so that it builds the same.
    pub(super) options: Vec<OsString>,
    pub(super) is_example: bool,
}

impl Place {
    /// `target` is the package's target folder.
    pub(super) fn of(program: &Path, target: &Path) -> Self {
        let (program, target) = (real(program), real(target));
        let mut place = Self::default();
        let target = match program.strip_prefix(&target) {
            Ok(_) => target,
            Err(_) => {
                // Cargo marks each target folder so, and with `--target` the folder of the triple in
                // it as well. Where there is no mark, the binary was moved, and says nothing.
                let is_marked = |folder: &&Path| folder.join("CACHEDIR.TAG").is_file();
                let Some(other) = program
                    .ancestors()
                    .skip_while(|folder| !is_marked(folder))
                    .take_while(is_marked)
                    .last()
                else {
                    return place;
                };
                place.options.push("--target-dir".into());
                place.options.push(other.into());
                other.to_owned()
            }
        };
        let mut parts: Vec<_> = program
            .parent()
            .and_then(|folder| folder.strip_prefix(&target).ok())
            .map(|below| below.iter().collect())
            .unwrap_or_default();
        if parts.last().is_some_and(|part| *part == "examples") {
            place.is_example = true;
            parts.pop();
        }
        match parts.as_slice() {
            [profile] => place.add_profile(profile),
            [triple, profile] => {
                place.options.push("--target".into());
                place.options.push((*triple).to_owned());
                place.add_profile(profile);
            }
            _ => {}
        }
        place
    }

    fn add_profile(&mut self, folder: &OsStr) {
        if folder != "debug" {
            self.options.push("--profile".into());
            self.options.push(folder.to_owned());
        }
    }
}

/// The path without links; as it is where there is nothing.
pub(super) fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_binary_says_how_it_was_built() {
        let options = |program: &str| {
            let place = Place::of(Path::new(program), Path::new("/no/target"));
            let options: Vec<String> = place
                .options
                .iter()
                .map(|option| option.to_string_lossy().into_owned())
                .collect();
            (options.join(" "), place.is_example)
        };
        let plain = |text: &str| (String::from(text), false);
        assert_eq!(options("/no/target/debug/app"), plain(""));
        assert_eq!(options("/no/target/fast/app"), plain("--profile fast"));
        assert_eq!(options("/no/target/wasm/debug/app"), plain("--target wasm"));
        assert_eq!(
            options("/no/target/debug/examples/app"),
            (String::new(), true)
        );
        assert_eq!(options("/elsewhere/app"), plain(""));
    }

    #[test]
    fn another_target_folder_is_known_by_its_mark() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::write(root.join("CACHEDIR.TAG"), "").unwrap();
        std::fs::create_dir(root.join("wasm")).unwrap();
        std::fs::write(root.join("wasm/CACHEDIR.TAG"), "").unwrap();
        let options =
            |program: &str| Place::of(&root.join(program), Path::new("/no/target")).options;
        let folder = ["--target-dir".into(), root.clone().into_os_string()];
        assert_eq!(options("debug/app"), folder);
        let [option, folder] = folder;
        assert_eq!(
            options("wasm/debug/app"),
            [option, folder, "--target".into(), "wasm".into()]
        );
    }
}
