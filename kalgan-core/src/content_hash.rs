//! A short name for the content of a file.

use twox_hash::XxHash3_64;

/// The content's hash as 16 hexadecimal digits: XXH3 with 64 bits, whose values are the same on
/// all machines and in all versions. It tells versions of a file apart and is no protection
/// against who makes two contents with the same hash on purpose.
#[must_use]
pub fn content_hash(bytes: &[u8]) -> String {
    format!("{:016x}", XxHash3_64::oneshot(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_are_those_of_the_specification() {
        // From the reference implementation, so that a change of the crate is noticed.
        assert_eq!(content_hash(b""), "2d06800538d394c2");
        assert_eq!(content_hash(b"a"), "e6c632b61e964e1f");
        assert_eq!(content_hash(b"abc"), "78af5f94892f3950");
    }

    #[test]
    fn a_byte_more_or_another_one_changes_it() {
        assert_ne!(content_hash(b"body {}"), content_hash(b"body {}\n"));
        assert_ne!(content_hash(b"body {}"), content_hash(b"body []"));
    }
}
