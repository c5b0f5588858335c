//! Bodies of `multipart/form-data` (RFC 7578), as browsers write them.

use bytes::Bytes;

/// A file that a test sends.
///
/// ```
/// use kalgan::test::Upload;
///
/// let photo = Upload::new("cat.png", b"\x89PNG".to_vec());
/// assert_eq!(photo.content_type(), "image/png");
///
/// let notes = Upload::new("notes", "a,b").with_content_type("text/csv");
/// assert_eq!(notes.content_type(), "text/csv");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    name: String,
    content_type: String,
    content: Bytes,
}

impl Upload {
    /// A file of that name; its type is what the name's ending says, else
    /// `application/octet-stream`.
    #[must_use]
    pub fn new(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        let name = name.into();
        let content_type = mime_guess::from_path(&name)
            .first_or_octet_stream()
            .to_string();
        Self {
            name,
            content_type,
            content: content.into(),
        }
    }

    /// Says another type, as a browser may.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// The name of the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is sent as its type.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// What is sent as its content.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// What a browser sends for a file field in which no file was chosen.
    pub(super) fn none() -> Self {
        Self {
            name: String::new(),
            content_type: String::from("application/octet-stream"),
            content: Bytes::new(),
        }
    }
}

/// The fields and files of a form of `multipart/form-data`.
///
/// ```
/// use kalgan::test::{Multipart, Upload};
///
/// let form = Multipart::new()
///     .text("title", "My cat")
///     .file("photo", Upload::new("cat.png", b"\x89PNG".to_vec()));
/// # let _ = form;
/// ```
#[derive(Clone, Debug, Default)]
pub struct Multipart {
    parts: Vec<(String, Content)>,
}

#[derive(Clone, Debug)]
enum Content {
    Text(String),
    File(Upload),
}

impl Multipart {
    /// A form without fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field. A name may be there more than once.
    #[must_use]
    pub fn text(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parts.push((name.into(), Content::Text(value.into())));
        self
    }

    /// Adds a file. A name may be there more than once.
    #[must_use]
    pub fn file(mut self, name: impl Into<String>, file: Upload) -> Self {
        self.parts.push((name.into(), Content::File(file)));
        self
    }

    /// The header `Content-Type` and the body.
    pub(super) fn encode(&self) -> (String, Bytes) {
        let boundary = self.boundary();
        let mut body = Vec::new();
        for (name, content) in &self.parts {
            body.extend(b"--");
            body.extend(boundary.as_bytes());
            body.extend(b"\r\nContent-Disposition: form-data; name=\"");
            body.extend(quoted(name).as_bytes());
            body.push(b'"');
            match content {
                Content::Text(text) => {
                    body.extend(b"\r\n\r\n");
                    body.extend(text.as_bytes());
                }
                Content::File(file) => {
                    body.extend(b"; filename=\"");
                    body.extend(quoted(&file.name).as_bytes());
                    body.extend(b"\"\r\nContent-Type: ");
                    body.extend(one_line(&file.content_type).as_bytes());
                    body.extend(b"\r\n\r\n");
                    body.extend(&file.content);
                }
            }
            body.extend(b"\r\n");
        }
        body.extend(b"--");
        body.extend(boundary.as_bytes());
        body.extend(b"--\r\n");
        let content_type = format!("multipart/form-data; boundary={boundary}");
        (content_type, Bytes::from(body))
    }

    /// A line that no content has. It is the same for the same form, so that a test can be repeated.
    fn boundary(&self) -> String {
        let mut number = 0_u32;
        loop {
            let boundary = format!("----kalgan-test-{number:08x}");
            if !self.parts.iter().any(|part| contains(part, &boundary)) {
                return boundary;
            }
            number = number.wrapping_add(1);
        }
    }
}

fn contains((name, content): &(String, Content), boundary: &str) -> bool {
    let boundary = boundary.as_bytes();
    let has = |bytes: &[u8]| {
        bytes
            .windows(boundary.len())
            .any(|window| window == boundary)
    };
    let has_content = match content {
        Content::Text(text) => has(text.as_bytes()),
        Content::File(file) => has(&file.content) || has(file.name.as_bytes()),
    };
    has_content || has(name.as_bytes())
}

/// A name within quotes, as the HTML standard has it: UTF-8, with three characters escaped.
fn quoted(name: &str) -> String {
    name.replace('\n', "%0A")
        .replace('\r', "%0D")
        .replace('"', "%22")
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a parser of another author reads.
    async fn parsed(form: &Multipart) -> Vec<(String, Option<String>, Option<String>, Vec<u8>)> {
        let (content_type, body) = form.encode();
        let boundary = multer::parse_boundary(content_type).unwrap();
        let stream = futures_util::stream::iter([Ok::<_, std::io::Error>(body)]);
        let mut parser = multer::Multipart::new(stream, boundary);
        let mut fields = Vec::new();
        while let Some(field) = parser.next_field().await.unwrap() {
            let name = field.name().unwrap().to_owned();
            let file = field.file_name().map(str::to_owned);
            let kind = field.content_type().map(ToString::to_string);
            fields.push((name, file, kind, field.bytes().await.unwrap().to_vec()));
        }
        fields
    }

    #[tokio::test]
    async fn a_parser_reads_what_was_written() {
        let form = Multipart::new()
            .text("title", "a\r\nb é 日本")
            .text("title", "")
            .file(
                "photo",
                Upload::new("cat.png", b"\x89\0\r\n--\r\n".to_vec()),
            )
            .file("photo", Upload::none());
        let text = |name: &str, value: &str| (name.to_owned(), None, None, value.into());
        assert_eq!(
            parsed(&form).await,
            [
                text("title", "a\r\nb é 日本"),
                text("title", ""),
                (
                    "photo".to_owned(),
                    Some("cat.png".to_owned()),
                    Some("image/png".to_owned()),
                    b"\x89\0\r\n--\r\n".to_vec()
                ),
                (
                    "photo".to_owned(),
                    Some(String::new()),
                    Some("application/octet-stream".to_owned()),
                    Vec::new()
                ),
            ]
        );
        assert!(parsed(&Multipart::new()).await.is_empty());
    }

    #[tokio::test]
    async fn names_cannot_end_their_line_or_quotes() {
        let form = Multipart::new()
            .text("a\"; filename=\"x", "1")
            .file("日本\r\nX: y", Upload::new("no\"te\n.txt", "2"));
        let (_, body) = form.encode();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.contains("name=\"a%22; filename=%22x\"\r\n"), "{body}");
        assert!(
            body.contains("name=\"日本%0D%0AX: y\"; filename=\"no%22te%0A.txt\"\r\n"),
            "{body}"
        );
        assert_eq!(parsed(&form).await.len(), 2);
    }

    #[tokio::test]
    async fn the_boundary_is_in_no_content() {
        let first = Multipart::new().boundary();
        let second = Multipart::new().text("a", first.clone()).boundary();
        assert_ne!(first, second);
        let form = Multipart::new()
            .text(second.clone(), "x")
            .file("f", Upload::new("f", format!("\r\n--{first}--\r\n")));
        let fields = parsed(&form).await;
        assert_eq!(fields.len(), 2);
        assert_eq!(fields[1].3, format!("\r\n--{first}--\r\n").into_bytes());
    }

    #[test]
    fn a_type_stays_on_its_line() {
        let file = Upload::new("x", "").with_content_type("text/plain\r\nX: y");
        let (_, body) = Multipart::new().file("f", file).encode();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.contains("Content-Type: text/plainX: y\r\n"), "{body}");
    }
}
