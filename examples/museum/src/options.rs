//! The site's own settings, in `config/app/museum.yaml`.

use serde::Deserialize;

/// The section `museum`. The build compares it with the file.
#[kalgan::settings("museum")]
#[derive(Debug, Deserialize)]
pub struct Museum {
    /// For the sitemap, whose addresses must be absolute.
    pub base_url: String,
    /// How many elements a page of the collection shows.
    pub page_size: usize,
    /// What opens the archive.
    pub code_word: String,
    pub guestbook: Guestbook,
}

#[derive(Debug, Deserialize)]
pub struct Guestbook {
    /// The most characters of a message.
    pub max_length: usize,
}
