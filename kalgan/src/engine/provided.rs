//! Which of the provided variables (`lang`, `route`, `request`) a page can read, by the text of its
//! templates: what none of them names is not made for it.
//!
//! The answer may be too large and never too small. A name counts wherever it stands, and a template
//! belongs to a page if its name stands in quotes in one that does, or if it defines a component.

use crate::global::Globals;
use kalgan_core::templates::Templates;
use kalgan_core::text::{SourceFile, Text};
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// Which of the provided variables are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reads {
    pub(crate) lang: bool,
    pub(crate) route: bool,
    pub(crate) request: bool,
    /// One bit for each variable of `App::global`; the last one stands for all further ones.
    globals: u64,
}

impl Reads {
    pub(crate) const NONE: Self = Self {
        lang: false,
        route: false,
        request: false,
        globals: 0,
    };
    pub(crate) const ALL: Self = Self {
        lang: true,
        route: true,
        request: true,
        globals: u64::MAX,
    };

    /// Whether the variable of `App::global` with this index is read.
    pub(crate) fn has_global(self, index: usize) -> bool {
        self.globals & bit(index) != 0
    }

    fn and(self, other: Self) -> Self {
        Self {
            lang: self.lang || other.lang,
            route: self.route || other.route,
            request: self.request || other.request,
            globals: self.globals | other.globals,
        }
    }
}

fn bit(index: usize) -> u64 {
    1 << index.min(63)
}

/// What each page reads, found out when it is first asked for. A page that is not here may read all.
#[derive(Debug, Default)]
pub(crate) struct Provided {
    pages: HashMap<Text, OnceLock<Reads>>,
    /// The bits of the variables of `App::global`.
    globals: HashMap<String, u64>,
    has_filters: bool,
    /// The templates that define components.
    components: OnceLock<Vec<Text>>,
}

/// What one template shows of itself.
struct Seen<'a> {
    reads: Reads,
    /// Templates whose names stand in quotes.
    names: HashSet<&'a Text>,
    defines_components: bool,
}

impl Provided {
    /// What the pages of these templates read. A filter of the app's may ask the context for any of the
    /// variables that are always there; those of `App::global` have to be named in a template.
    pub(crate) fn of(templates: &Templates, globals: &Globals, has_filters: bool) -> Self {
        let pages = templates.files().into_iter();
        Self {
            pages: pages.map(|file| (file.name, OnceLock::new())).collect(),
            globals: (globals.names().enumerate())
                .map(|(index, name)| (name.to_owned(), bit(index)))
                .collect(),
            has_filters,
            components: OnceLock::new(),
        }
    }

    /// What a page of these templates reads.
    pub(crate) fn reads(&self, page: &str, templates: &Templates) -> Reads {
        match self.pages.get_key_value(page) {
            Some((page, reads)) => *reads.get_or_init(|| self.look(page, templates)),
            None => Reads::ALL,
        }
    }

    fn look(&self, page: &str, templates: &Templates) -> Reads {
        let mut reads = match self.has_filters {
            true => Reads {
                globals: 0,
                ..Reads::ALL
            },
            false => Reads::NONE,
        };
        let mut visited = HashSet::new();
        let mut waiting: Vec<Text> = self.components(templates).to_vec();
        waiting.push(page.to_owned().into());
        while let Some(name) = waiting.pop() {
            if let Some(file) = templates.get(&name)
                && visited.insert(name)
            {
                let seen = Seen::in_template(file, self);
                reads = reads.and(seen.reads);
                waiting.extend(seen.names.into_iter().cloned());
            }
        }
        reads
    }

    fn components(&self, templates: &Templates) -> &[Text] {
        self.components.get_or_init(|| {
            let files = templates.files().into_iter();
            files
                .filter(|file| file.file.text().contains("component"))
                .filter(|file| Seen::in_template(&file.file, self).defines_components)
                .map(|file| file.name)
                .collect()
        })
    }
}

impl<'a> Seen<'a> {
    fn in_template(file: &SourceFile, provided: &'a Provided) -> Self {
        let (known, globals) = (&provided.pages, &provided.globals);
        let text = file.text();
        let mut seen = Self {
            reads: Reads::NONE,
            names: HashSet::new(),
            defines_components: false,
        };
        let words =
            tags(text).flat_map(|tag| tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
        for word in words {
            seen.reads.globals |= globals.get(word).copied().unwrap_or_default();
            match word {
                "lang" => seen.reads.lang = true,
                "route" => seen.reads.route = true,
                "request" => seen.reads.request = true,
                "component" => seen.defines_components = true,
                // Tera's name of the whole context.
                "__tera_context" => seen.reads = Reads::ALL,
                _ => {}
            }
        }
        for quote in ['"', '\'', '`'] {
            let mut pieces = text.split(quote);
            pieces.next();
            let known = pieces.filter_map(|piece| known.get_key_value(piece));
            seen.names.extend(known.map(|(name, _)| name));
        }
        // A name may be written with an escape.
        if text.contains('\\') {
            seen.names = known.keys().collect();
        }
        seen
    }
}

/// What stands in the delimiters of Tera's expressions and statements.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    let find = |text: &str, delimiters: [&str; 2]| {
        let found = delimiters.iter().filter_map(|one| text.find(one));
        found.min().unwrap_or(text.len())
    };
    let mut rest = text;
    std::iter::from_fn(move || {
        let open = find(rest, ["{{", "{%"]);
        let inside = rest.get(open..).filter(|inside| !inside.is_empty())?;
        let mut close = find(inside, ["}}", "%}"]);
        // The delimiter may stand in a text: then what follows may be inside as well.
        let is_in_text = |quote| inside[..close].matches(quote).count() % 2 == 1;
        if ['"', '\'', '`'].into_iter().any(is_in_text) {
            close += find(&inside[close..], ["{{", "{%"]);
        }
        rest = &inside[close..];
        Some(&inside[..close])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalgan_core::templates::TemplateFile;
    use std::sync::Arc;

    fn provided(files: &[(&str, &str)]) -> (Provided, Templates) {
        let files = files.iter().map(|(name, text)| TemplateFile {
            name: (*name).to_owned().into(),
            file: Arc::new(SourceFile::new((*name).to_owned(), (*text).to_owned())),
        });
        let templates = Templates::listed(files.collect());
        let provided = Provided::of(&templates, &Globals::default(), false);
        (provided, templates)
    }

    fn reads((provided, templates): &(Provided, Templates), page: &str) -> String {
        let reads = provided.reads(page, templates);
        let named = [
            (reads.lang, "lang"),
            (reads.route, "route"),
            (reads.request, "request"),
        ];
        let named = named.into_iter().filter(|(reads, _)| *reads);
        named.map(|(_, name)| name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_a_page_and_the_templates_that_it_names_read() {
        let provided = provided(&[
            ("a.html", "{% extends \"layout.html\" %}"),
            ("b.html", "{{ route.name }}{% include 'part.html' %}"),
            (
                "c.html",
                "<p lang=\"en\">{{ language }} on request</p>{{ lang }}",
            ),
            ("layout.html", "<a title=\"x\">{% include `part.html` %}"),
            ("part.html", "{{ request.path }}"),
        ]);
        assert_eq!(reads(&provided, "a.html"), "request");
        assert_eq!(reads(&provided, "b.html"), "route request");
        assert_eq!(reads(&provided, "c.html"), "lang");
        assert_eq!(reads(&provided, "layout.html"), "request");
        assert_eq!(reads(&provided, "other.html"), "lang route request");
    }

    #[test]
    fn circles_end_and_what_cannot_be_told_counts_as_read() {
        let provided = provided(&[
            ("a.html", "{% include \"b.html\" %}"),
            ("b.html", "{% include \"a.html\" %}"),
            ("dump.html", "{{ __tera_context }}"),
            ("escaped.html", "{% include \"\\x64ump.html\" %}"),
            ("text.html", "{{ \"}}\" ~ request.path ~ '%}' ~ lang }}"),
            ("open.html", "{% if x %} {{ route"),
        ]);
        assert_eq!(reads(&provided, "text.html"), "lang request");
        assert_eq!(reads(&provided, "open.html"), "route");
        assert_eq!(reads(&provided, "a.html"), "");
        assert_eq!(reads(&provided, "dump.html"), "lang route request");
        assert_eq!(reads(&provided, "escaped.html"), "lang route request");
        let provided = self::provided(&[
            ("a.html", "{{ <Card /> }}"),
            (
                "card.html",
                "{% component Card() %}{{ lang }}{% endcomponent %}",
            ),
        ]);
        assert_eq!(reads(&provided, "a.html"), "lang");
    }
}
