//! Names that nobody can guess.

use std::hash::{BuildHasher, Hasher, RandomState};

/// What nobody can guess: the keys of the hasher are random.
pub(super) fn nonce() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}
