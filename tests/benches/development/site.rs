//! Writes the sites that are measured: the same pages for each app, in its own dialect.

use crate::common::write;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// How many routes there are, whatever the number of files.
const ROUTES: usize = 100;
/// How many controllers answer them, each with a page of its own.
pub(crate) const CONTROLLERS: usize = 5;
/// How many templates lie in a folder, and how many messages in a file.
const GROUP: usize = 100;
/// Templates that are no pages: the layout, the parts, and the component.
const SHARED: usize = 5;
const LANGUAGES: [&str; 2] = ["en", "es"];
/// The page that is asked for.
pub(crate) const PAGE: &str = "/en/section0/page0/1";

/// How an app writes its templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// With messages and URLs.
    Kalgan,
    /// Tera 2 with components.
    Tera2,
    /// Tera 1 as Rocket has it: macros, and names without the endings of the files.
    Tera1,
}

/// A text in a file that shows on the page, so that an edit of it can be seen there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    Page,
    Layout,
    Message,
    Route,
}

impl Marker {
    /// What it is in the given round: always of one length.
    pub(crate) fn text(self, round: usize) -> String {
        let name = match self {
            Self::Page => "page",
            Self::Layout => "layout",
            Self::Message => "message",
            Self::Route => "route",
        };
        format!("marker-{name}-{round:06}")
    }

    /// The file that holds it, below the app's folder.
    pub(crate) fn file(self, dialect: Dialect) -> String {
        match self {
            Self::Page => dialect.file(&page(0)),
            Self::Layout => dialect.file("base"),
            Self::Message => String::from("config/i18n/en/s000.yaml"),
            Self::Route => String::from("config/routes/site.yaml"),
        }
    }
}

impl Dialect {
    /// The file of a template, below the app's folder.
    fn file(self, template: &str) -> String {
        let ending = match self {
            Self::Kalgan | Self::Tera2 => ".html",
            Self::Tera1 => ".html.tera",
        };
        format!("template/{template}{ending}")
    }

    /// How other templates name a template.
    fn name(self, template: &str) -> String {
        match self {
            Self::Kalgan | Self::Tera2 => format!("{template}.html"),
            Self::Tera1 => template.to_owned(),
        }
    }

    /// How a controller names the template of a page.
    pub(crate) fn page(self, number: usize) -> String {
        self.name(&page(number))
    }

    /// A text of the page with a name in it: a message where there are some.
    fn text(self, messages: usize, number: usize, name: &str) -> String {
        let number = number % messages;
        match self {
            Self::Kalgan => format!(
                "{{{{ \"s{:03}.m{number}\"|trans(name={name}) }}}}",
                number / GROUP
            ),
            Self::Tera2 | Self::Tera1 => {
                format!("en: message {number} for {{{{ {name} }}}}, and what it says")
            }
        }
    }

    /// The path of a route.
    fn url(self, route: usize, id: &str) -> String {
        match self {
            Self::Kalgan => format!("{{{{ \"page{route}\"|url(id={id}) }}}}"),
            Self::Tera2 | Self::Tera1 => {
                format!(
                    "/{{{{ lang }}}}/section{}/page{route}/{{{{ {id} }}}}",
                    route % 20
                )
            }
        }
    }
}

/// A page's template, without the ending of its file.
fn page(number: usize) -> String {
    format!("p{:03}/page{number}", number / GROUP)
}

/// Writes as many templates as `size` says, and for Kalgan as many messages in each language.
pub(crate) fn write_site(folder: &Path, dialect: Dialect, size: usize) {
    shared(folder, dialect, size);
    for number in 0..size.saturating_sub(SHARED) {
        let text = page_text(dialect, size, number);
        write(&folder.join(dialect.file(&page(number))), &text);
    }
    if dialect == Dialect::Kalgan {
        routes(folder);
        messages(folder, size);
        write(
            &folder.join("config/app/app.yaml"),
            "i18n:\n  language:\n    default: en\nsite:\n  title: A large site\n  per_page: 20\n",
        );
    }
}

/// Puts a new marker into its file; by writing it in place, or by a rename.
pub(crate) fn edit(folder: &Path, dialect: Dialect, marker: Marker, round: usize, renamed: bool) {
    let path = folder.join(marker.file(dialect));
    let (old, new) = (marker.text(round - 1), marker.text(round));
    let text = fs::read_to_string(&path).expect("the file is there");
    assert!(text.contains(&old), "{} lacks {old}", path.display());
    let text = text.replace(&old, &new);
    if renamed {
        let other = folder.join("new~");
        fs::write(&other, text).expect("a file can be written beside it");
        fs::rename(&other, &path).expect("the file can be replaced");
    } else {
        fs::write(&path, text).expect("the file can be written");
    }
}

fn shared(folder: &Path, dialect: Dialect, size: usize) {
    let put = |template: &str, text: String| write(&folder.join(dialect.file(template)), &text);
    let name = |template: &str| dialect.name(template);
    put(
        "base",
        format!(
            "<!doctype html>\n<html lang=\"{{{{ lang }}}}\">\n<head>\n\
             {{% include \"{}\" %}}\n<title>{{% block title %}}A large site{{% endblock title %}}</title>\n\
             </head>\n<body>\n{{% include \"{}\" %}}\n<main>\n{{% block body %}}{{% endblock body %}}\n\
             </main>\n<p>{}</p>\n{{% include \"{}\" %}}\n</body>\n</html>\n",
            name("part/head"),
            name("part/navigation"),
            Marker::Layout.text(0),
            name("part/foot"),
        ),
    );
    put(
        "part/head",
        String::from(
            "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n",
        ),
    );
    let mut navigation = String::from("<nav>\n<ul>\n");
    for route in 0..8 {
        let _ = writeln!(
            navigation,
            "  <li><a href=\"{}\">{}</a></li>",
            dialect.url(route, "1"),
            dialect.text(size, route, "title")
        );
    }
    navigation.push_str("</ul>\n</nav>\n");
    put("part/navigation", navigation);
    put(
        "part/foot",
        format!("<footer>{}</footer>\n", dialect.text(size, 1, "title")),
    );
    let card = "<div class=\"card\"><h3>{{ item|title }}</h3><p>{{ lang|upper }}</p></div>";
    put(
        "part/card",
        match dialect {
            Dialect::Kalgan | Dialect::Tera2 => format!(
                "{{% component card(item: string, lang: string) %}}\n{card}\n\
                 {{% endcomponent card %}}\n"
            ),
            Dialect::Tera1 => {
                format!("{{% macro card(item, lang) %}}\n{card}\n{{% endmacro card %}}\n")
            }
        },
    );
}

fn page_text(dialect: Dialect, size: usize, number: usize) -> String {
    let (import, card) = match dialect {
        Dialect::Kalgan | Dialect::Tera2 => (String::new(), "{{ <card item lang /> }}"),
        Dialect::Tera1 => (
            format!(
                "{{% import \"{}\" as parts %}}\n",
                dialect.name("part/card")
            ),
            "{{ parts::card(item=item, lang=lang) }}",
        ),
    };
    // The first page holds what is edited elsewhere, so that it shows.
    let markers = match (dialect, number) {
        (Dialect::Kalgan, 0) => format!(
            "<p>{} {{{{ \"s000.marker\"|trans }}}} <a href=\"{{{{ \"marker\"|url }}}}\">…</a></p>\n",
            Marker::Page.text(0)
        ),
        (_, 0) => format!("<p>{}</p>\n", Marker::Page.text(0)),
        _ => String::new(),
    };
    let text = |at: usize, name: &str| dialect.text(size, number + at, name);
    format!(
        "{{% extends \"{}\" %}}\n{import}\
         {{% block title %}}{{{{ title|upper }}}} – {{{{ super() }}}}{{% endblock title %}}\n\
         {{% block body %}}\n{markers}\
         <h1>{}</h1>\n\
         {{% if items|length > 1 %}}\n<ul>\n\
         {{% for item in items %}}\n\
         \x20 <li class=\"{{% if loop.index is odd %}}odd{{% else %}}even{{% endif %}}\">\n\
         \x20   <a href=\"{}\">{{{{ item|title }}}}</a>\n\
         \x20   {}\n\
         \x20   {card}\n\
         \x20 </li>\n\
         {{% endfor %}}\n</ul>\n\
         {{% else %}}\n<p>{}</p>\n{{% endif %}}\n\
         {{% set count = items|length * 2 + 1 %}}\n\
         <p>{{{{ count }}}} {{{{ user.email|default(value=\"-\") }}}}</p>\n\
         <p>{}</p>\n\
         <a href=\"{}\">…</a>\n\
         {{% endblock body %}}\n",
        dialect.name("base"),
        text(0, "user.name"),
        dialect.url(number % ROUTES, "loop.index"),
        text(1, "item"),
        text(2, "title"),
        text(3, "user.name|lower|trim"),
        dialect.url((number + 1) % ROUTES, &number.to_string()),
    )
}

fn routes(folder: &Path) {
    let mut text = String::from("routes:\n");
    let mut route = |name: &str, path: &str, controller: usize, requirement: &str| {
        let _ = writeln!(
            text,
            "  - {name}:\n      path: {path}\n      controller: pages::show{controller}\n      \
             methods: get\n      language: _lang\n      \
             requirements: {{ {requirement}_lang: \"en|es\" }}"
        );
    };
    for number in 0..ROUTES {
        route(
            &format!("page{number}"),
            &format!("/{{_lang}}/section{}/page{number}/{{id}}", number % 20),
            number % CONTROLLERS,
            "id: \"[0-9]+\", ",
        );
    }
    let path = format!("/{{_lang}}/{}", Marker::Route.text(0));
    route("marker", &path, 0, "");
    write(&folder.join(Marker::Route.file(Dialect::Kalgan)), &text);
}

fn messages(folder: &Path, size: usize) {
    for language in LANGUAGES {
        for section in 0..size.div_ceil(GROUP) {
            let mut text = format!("s{section:03}:\n");
            if section == 0 {
                let _ = writeln!(text, "  marker: {}", Marker::Message.text(0));
            }
            for number in section * GROUP..size.min((section + 1) * GROUP) {
                let _ = writeln!(
                    text,
                    "  m{number}: \"{language}: message {number} for {{name}}, and what it says\""
                );
            }
            let path = format!("config/i18n/{language}/s{section:03}.yaml");
            write(&folder.join(path), &text);
        }
    }
}
