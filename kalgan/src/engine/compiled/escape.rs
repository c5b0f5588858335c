//! Escaping of HTML, as Tera does it.

/// Adds a text with what means something in HTML escaped.
pub(super) fn escape(to: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut start = 0;
    while let Some(at) = first(bytes, start) {
        to.extend_from_slice(&bytes[start..at]);
        match bytes[at] {
            b'&' => to.extend_from_slice(b"&amp;"),
            b'<' => to.extend_from_slice(b"&lt;"),
            b'>' => to.extend_from_slice(b"&gt;"),
            b'"' => to.extend_from_slice(b"&quot;"),
            _ => to.extend_from_slice(b"&#39;"),
        }
        start = at + 1;
    }
    to.extend_from_slice(&bytes[start..]);
}

/// The first byte from `start` on that has to be escaped.
fn first(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while let Some(word) = bytes[at..].first_chunk() {
        let found = specials(u64::from_le_bytes(*word));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let is_special = |byte: &u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
    bytes[at..]
        .iter()
        .position(is_special)
        .map(|found| at + found)
}

/// The highest bit of each of eight bytes that has to be escaped, up to the first one; what is above it
/// may be wrong.
fn specials(word: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let is_zero = |word: u64| word.wrapping_sub(EACH) & !word;
    // `<` and `>`, `&` and `'` differ in one bit.
    let angles = is_zero((word & !(EACH * 2)) ^ (EACH * 0x3c));
    let others = is_zero((word | EACH) ^ (EACH * 0x27));
    let quotes = is_zero(word ^ (EACH * 0x22));
    (angles | others | quotes) & (EACH * 0x80)
}

/// A text with what means something in HTML escaped.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = Vec::with_capacity(text.len());
    escape(&mut escaped, text);
    // What is put in the place of a character is ASCII.
    String::from_utf8(escaped).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn as_tera_does() {
        let all: String = (0..0x250).filter_map(char::from_u32).collect();
        let long = "abcdefgh<ijklmnop&qrstuvw'xyz\"012345678>".repeat(3);
        for text in ["", "a", "<", "a<b>&\"'", "ñ<€>", "&&&", &all, &long] {
            let mut expected = Vec::new();
            tera::escape_html(text, &mut expected).unwrap();
            assert_eq!(escaped(text), String::from_utf8(expected).unwrap());
        }
    }
}
