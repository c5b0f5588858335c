//! What tells a binary from the one that was built before it.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How much is compared at a time.
const PIECE: usize = 1024 * 1024;

/// A binary as it was when it was started. The file stays while this lives, whatever takes its name:
/// nothing writes into a program that runs.
#[derive(Debug)]
pub(super) struct Program {
    file: File,
    state: State,
}

/// Two states of one file differ in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    len: u64,
    modified: Option<SystemTime>,
}

impl State {
    fn of(metadata: &Metadata) -> Self {
        Self {
            len: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }
}

impl Program {
    /// The binary that is at this path now.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let state = State::of(&file.metadata()?);
        Ok(Self { file, state })
    }

    /// Whether there is the same at a path. A hash would take its time in a build without
    /// optimisation.
    pub(super) async fn is_at(&self, path: PathBuf) -> bool {
        let Ok(file) = self.file.try_clone() else {
            return false;
        };
        let state = self.state;
        let compared = tokio::task::spawn_blocking(move || is_same(file, state, &path));
        matches!(compared.await, Ok(Ok(true)))
    }
}

/// Whether a file, which was in a state, holds the same as the one at a path.
fn is_same(mut file: File, state: State, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let mut other = File::open(path)?;
    let (before, now) = (file.metadata()?, other.metadata()?);
    if (before.dev(), before.ino()) == (now.dev(), now.ino()) {
        return Ok(state == State::of(&now));
    }
    if before.len() != now.len() {
        return Ok(false);
    }
    file.rewind()?;
    let (mut one, mut two) = (vec![0; PIECE], vec![0; PIECE]);
    let mut left = now.len();
    while left > 0 {
        let length = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        let (one, two) = (&mut one[..length], &mut two[..length]);
        file.read_exact(one)?;
        other.read_exact(two)?;
        if one != two {
            return Ok(false);
        }
        left -= length as u64;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[tokio::test]
    async fn a_binary_is_told_from_the_one_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app");
        let long = |last: u8| {
            let mut bytes = vec![7; PIECE + 3];
            bytes.push(last);
            bytes
        };
        let replace = |bytes: &[u8]| {
            fs::write(folder.path().join("new"), bytes).unwrap();
            fs::rename(folder.path().join("new"), &path).unwrap();
        };
        replace(&long(1));
        let program = Program::at(&path).unwrap();
        // As it was, also under another name.
        assert!(program.is_at(path.clone()).await);
        fs::hard_link(&path, folder.path().join("link")).unwrap();
        assert!(program.is_at(folder.path().join("link")).await);
        // Built again, twice.
        for _ in 0..2 {
            replace(&long(1));
            assert!(program.is_at(path.clone()).await);
            replace(&long(2));
            assert!(!program.is_at(path.clone()).await);
            replace(b"short");
            assert!(!program.is_at(path.clone()).await);
        }
        fs::remove_file(&path).unwrap();
        assert!(!program.is_at(path.clone()).await);

        // Where something does write into it.
        replace(&long(1));
        let program = Program::at(&path).unwrap();
        fs::write(&path, "short").unwrap();
        assert!(!program.is_at(path).await);
    }
}
