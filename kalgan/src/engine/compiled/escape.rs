//! Escaping of HTML, as Tera does it.

/// Adds a text with what means something in HTML escaped.
pub(super) fn escape(to: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let (word, length) = word(bytes, start);
        let found = specials(word);
        // The whole word, of which what is too much is taken back: faster than so many bytes.
        to.extend_from_slice(&word.to_le_bytes());
        if found == 0 {
            to.truncate(to.len() - (8 - length));
            start += length;
            if bytes.len() - start > LONG {
                let clean = clean(&bytes[start..]);
                to.extend_from_slice(&bytes[start..start + clean]);
                start += clean;
            }
        } else {
            let clean = found.trailing_zeros() as usize / 8;
            to.truncate(to.len() - (8 - clean));
            match (word >> (8 * clean)).to_le_bytes()[0] {
                b'&' => to.extend_from_slice(b"&amp;"),
                b'<' => to.extend_from_slice(b"&lt;"),
                b'>' => to.extend_from_slice(b"&gt;"),
                b'"' => to.extend_from_slice(b"&quot;"),
                _ => to.extend_from_slice(b"&#39;"),
            }
            start += clean + 1;
        }
    }
}

/// A text that is longer is looked through before it is copied.
const LONG: usize = 32;

/// The next eight bytes and their number: behind the last one they are zero.
#[inline]
fn word(bytes: &[u8], start: usize) -> (u64, usize) {
    let rest = &bytes[start..];
    if let Some(word) = rest.first_chunk() {
        return (u64::from_le_bytes(*word), 8);
    }
    let left = rest.len();
    let word = match (bytes.last_chunk(), rest.first_chunk(), rest.last_chunk()) {
        (Some(last), ..) => u64::from_le_bytes(*last) >> (8 * (8 - left)),
        // The two overlap.
        (None, Some(first), Some(last)) => {
            let last = u64::from(u32::from_le_bytes(*last));
            u64::from(u32::from_le_bytes(*first)) | last << (8 * (left - 4))
        }
        _ => rest
            .iter()
            .rev()
            .fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    (word, left)
}

/// How many bytes, in words of eight, have nothing that has to be escaped.
fn clean(bytes: &[u8]) -> usize {
    let words = bytes.chunks_exact(8);
    let is_clean = |word: &&[u8]| {
        let word = word.first_chunk().copied().unwrap_or_default();
        specials(u64::from_le_bytes(word)) == 0
    };
    8 * words.take_while(is_clean).count()
}

/// Adds a number in digits: most have one or two.
#[inline]
pub(super) fn push_number(to: &mut Vec<u8>, number: u64) {
    match u8::try_from(number) {
        Ok(digit @ 0..10) => to.push(b'0' + digit),
        Ok(digits @ 10..100) => {
            to.extend_from_slice(&[b'0' + digits / 10, b'0' + digits % 10]);
        }
        _ => push_long(to, number),
    }
}

#[inline(never)]
fn push_long(to: &mut Vec<u8>, number: u64) {
    to.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
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
    use super::{escaped, push_number};

    #[test]
    fn as_tera_does() {
        let all: String = (0..0x250).filter_map(char::from_u32).collect();
        let long = "abcdefgh<ijklmnop&qrstuvw'xyz\"012345678>".repeat(3);
        let none = "no special character in it; ".repeat(5);
        let some = format!("{none}<{none}&");
        // Every length, with a special character at each place.
        let texts = (0..45).flat_map(|length| {
            (0..=length).map(move |at| {
                let text = "abcdefghij".repeat(5)[..length].to_owned();
                match at < length {
                    true => format!("{}&{}", &text[..at], &text[at + 1..]),
                    false => text,
                }
            })
        });
        let texts: Vec<String> = texts.collect();
        let texts = texts.iter().map(String::as_str);
        let others = [
            "", "a", "<", "a<b>&\"'", "ñ<€>", "&&&", "\0<\0\0", &all, &long, &none, &some,
        ];
        for text in others.into_iter().chain(texts) {
            let mut expected = Vec::new();
            tera::escape_html(text, &mut expected).unwrap();
            assert_eq!(escaped(text), String::from_utf8(expected).unwrap());
        }
    }

    #[test]
    fn numbers_in_digits() {
        for number in (0..1100).chain([u64::MAX]) {
            let mut written = Vec::new();
            push_number(&mut written, number);
            assert_eq!(written, number.to_string().into_bytes());
        }
    }
}
