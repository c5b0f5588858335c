//! Mistakes in settings. The right place is the line of the key or of the value. A section that is
//! nearly called like one of Kalgan's is a warning, since an app's own may have any name.

use crate::mutations::messages::MOST;
use crate::mutations::mutation::{Museum, Mutation, at, misspell, some_of_each};
use crate::mutations::templates;
use kalgan_core::text::{SourceFile, Span};
use kalgan_core::yaml::{self, Data, Node};
use std::sync::Arc;

/// Values that a setting cannot have.
const BAD: [(&str, &str, &str); 9] = [
    (
        "setting: folder that is not there",
        "path: config/routes",
        "path: config/ruotes",
    ),
    (
        "setting: folder that is not there",
        "path: template",
        "path: templates",
    ),
    (
        "setting: folder that is not there",
        "path: config/i18n",
        "path: config/i18m",
    ),
    (
        "setting: path out of the app",
        "path: template",
        "path: ../template",
    ),
    (
        "setting: default language without messages",
        "default: en",
        "default: fr",
    ),
    ("setting: error that is none", "  404:", "  4O4:"),
    (
        "setting: static folder that holds sources",
        "folders: static",
        "folders: src",
    ),
    (
        "setting: static folder that holds sources",
        "folders: static",
        "folders: config",
    ),
    (
        "setting: static folder out of the app",
        "folders: static",
        "folders: ../static",
    ),
];

/// The mistakes in settings.
pub(crate) fn all(museum: &Museum) -> Vec<Mutation> {
    let mut found = Vec::new();
    for file in museum.below("config/app/") {
        let root = yaml::parse(file).unwrap().expect("a file has settings");
        walk(file, &root, 0, &mut found);
    }
    let app = museum.file("config/app/app.yaml");
    for (kind, old, new) in BAD {
        found.push(Mutation::replace_text(kind, app, old, new));
    }
    // Another server may have the static files, so the names in templates are at fault.
    let kind = "setting: static folder that is not there";
    let gone = Mutation::replace_text(kind, app, "folders: static", "folders: statics");
    let assets = templates::parsed(museum);
    let assets = assets.iter().flat_map(|template| {
        let names = template.references.assets.iter();
        names.map(|name| at(&template.file, name.span.start))
    });
    found.push(gone.expecting(assets.collect()));
    let server = museum.file("config/app/server.yaml");
    for (old, new) in [
        ("7878", "many"),
        ("7878", "70000"),
        ("127.0.0.1", "[1, 2]"),
        ("127.0.0.1", "999.1.1.1"),
        ("address: 127.0.0.1", "trusted_proxies: 10.0.0.0/33"),
        ("address: 127.0.0.1", "trusted_proxies: \"*\""),
        ("number_of_workers: 2", "number_of_workers: -1"),
        ("number_of_workers: 2", "number_of_workers: two"),
    ] {
        let kind = "setting: value of a wrong type";
        found.push(Mutation::replace_text(kind, server, old, new));
    }
    for (old, new) in [
        ("refresh_config_timeout: 0", "refresh_config_timeout: soon"),
        ("default: en", "default: {en: 1}"),
        ("path: template", "path: [template]"),
    ] {
        let kind = "setting: value of a wrong type";
        found.push(Mutation::replace_text(kind, app, old, new));
    }
    for path in [
        "error_controller::not_found",
        "error_controller::server_error",
    ] {
        let kind = "setting: error controller misspelt";
        found.push(Mutation::replace_text(kind, app, path, &misspell(path)));
        let (module, _) = path.split_once("::").unwrap();
        let kind = "setting: error controller's module misspelt";
        let new = path.replace(module, &misspell(module));
        found.push(Mutation::replace_text(kind, app, path, &new));
    }
    some_of_each(found, MOST)
}

fn walk(file: &Arc<SourceFile>, node: &Node, depth: usize, found: &mut Vec<Mutation>) {
    let Data::Map(entries) = &node.data else {
        return;
    };
    for (key, value) in entries {
        // The app's own settings may have any name.
        let section = file.text()[..key.span.start]
            .lines()
            .rfind(|line| line.ends_with(':') && !line.starts_with(' '));
        let is_own = key.text == "museum" || section == Some("museum:");
        if is_own && depth > 0 {
            let kind = "setting: key of the app's own misspelt";
            found.push(Mutation::replace(
                kind,
                file,
                key.span,
                &misspell(&key.text),
            ));
            let kind = "setting: value of the app's own of a wrong type";
            let wrong = match value.data {
                Data::Map(_) => None,
                _ if key.text.ends_with("url") || key.text.ends_with("word") => Some("[a, b]"),
                _ => Some("-1"),
            };
            let wrong = wrong.map(|wrong| Mutation::replace(kind, file, value.span, wrong));
            found.extend(wrong);
            let kind = "setting: of the app's own missing";
            let text = file.text();
            let start = text[..key.span.start].rfind('\n').unwrap() + 1;
            let end = value.span.end + text[value.span.end..].find('\n').unwrap() + 1;
            let section = text[..start].rfind("museum:").unwrap();
            if depth == 1 {
                let gone = Mutation::replace(kind, file, Span::new(start, end), "");
                found.push(gone.expecting(vec![at(file, section)]));
            }
        }
        if !is_own {
            let kind = match depth {
                0 => "setting: section misspelt",
                _ => "setting: key misspelt",
            };
            let is_code = key.text.parse::<u16>().is_ok();
            if !is_code {
                let misspelt = Mutation::replace(kind, file, key.span, &misspell(&key.text));
                found.push(match (&value.data, depth) {
                    (Data::Map(inner), 1..) => {
                        // The setting is the key within, and all of its path is named.
                        let first = &inner[0].0;
                        misspelt.expecting(vec![at(file, first.span.start)])
                    }
                    _ => misspelt,
                });
            }
        }
        if !matches!(value.data, Data::Map(_)) {
            let kind = "setting: twice in a file";
            let text = file.text();
            let start = text[..key.span.start].rfind('\n').unwrap() + 1;
            let end = value.span.end + text[value.span.end..].find('\n').unwrap() + 1;
            let line = file.slice(Span::new(start, end));
            let twice = Mutation::replace(kind, file, Span::new(end, end), line);
            found.push(twice.expecting(vec![at(file, end)]));
            if !is_own {
                let kind = "setting: section where a value belongs";
                found.push(Mutation::replace(kind, file, value.span, "{ a: { b: 1 } }"));
            }
        }
        walk(file, value, depth + 1, found);
    }
}
