//! Mistakes with whole files. A template or a static file that is deleted is missed by those who
//! name it, and a language's file by the messages of another language.

use crate::mutations::messages;
use crate::mutations::mutation::{At, Museum, Mutation, at};
use crate::mutations::templates;

/// The mistakes with files.
pub(crate) fn all(museum: &Museum) -> Vec<Mutation> {
    let mut all = Vec::new();
    let templates = templates::parsed(museum);
    for template in &templates {
        let mut users: Vec<At> = Vec::new();
        for user in &templates {
            let names = user.references.includes.iter().chain(&user.tree.parent);
            let named = names.filter(|name| *name.text == *template.name);
            users.extend(named.map(|name| at(&user.file, name.span.start)));
        }
        let kind = if users.is_empty() {
            // Then Rust renders it, or it defines components.
            users = rust_users(museum, &template.name);
            "file: template deleted that Rust renders"
        } else {
            "file: template deleted that templates name"
        };
        let path = template.file.path();
        if users.is_empty() {
            let kind = "file: template deleted that defines components";
            let users = component_users(&templates, template);
            all.push(Mutation::delete(kind, path, users));
        } else {
            all.push(Mutation::delete(kind, path, users));
        }
    }
    let messages = messages::parsed(museum);
    for file in museum.below("config/i18n/") {
        let others = messages.values().filter_map(|languages| {
            let own = languages
                .iter()
                .position(|message| message.file.path() == file.path())?;
            Some(languages[usize::from(own == 0)].at())
        });
        let kind = "file: a language's file deleted";
        all.push(Mutation::delete(kind, file.path(), others.collect()));
    }
    for file in museum.below("static/") {
        let name = file.path().strip_prefix("static").unwrap();
        let mut users = Vec::new();
        for template in &templates {
            let assets = template.references.assets.iter();
            let own = assets.filter(|asset| *asset.text == *name);
            users.extend(own.map(|asset| at(&template.file, asset.span.start)));
        }
        // The stylesheet names further ones, which is CSS and not checked.
        if !users.is_empty() {
            let kind = "file: static file deleted that templates name";
            all.push(Mutation::delete(kind, file.path(), users));
        }
    }
    for folder in [
        "config/app/",
        "config/i18n/es/",
        "config/routes/",
        "template/",
    ] {
        for file in museum.below(folder).step_by(3) {
            let kind = "file: bytes that are not UTF-8";
            let mut mutation = Mutation::delete(kind, file.path(), vec![at(file, usize::MAX)]);
            let mut bytes = file.text().trim_end().as_bytes().to_vec();
            let end = file.text().trim_end().len();
            bytes.extend(b" \xff\n");
            mutation.what = format!("{}: a byte 0xff at the end", file.path());
            mutation.changes = vec![(file.path().to_owned(), Some(bytes))];
            all.push(mutation.expecting(vec![at(file, end)]));
        }
    }
    for file in museum.below("config/").step_by(2) {
        // The last line is the one that is wrong.
        let kind = "file: wrong YAML";
        let end = file.text().len();
        let text = format!("{}broken: 'x\n", file.text());
        let mut mutation = Mutation::delete(kind, file.path(), vec![at(file, end)]);
        mutation.what = format!("{}: a quotation mark is not closed", file.path());
        mutation.changes = vec![(file.path().to_owned(), Some(text.into_bytes()))];
        all.push(mutation);
    }
    all
}

/// The places in Rust that render a template: `check` knows those of the binary.
fn rust_users(museum: &Museum, name: &str) -> Vec<At> {
    let mut users = Vec::new();
    for file in museum.below("src/") {
        let text = file.text();
        let call = format!("render!(\"{name}\"");
        let calls = text.match_indices(&call);
        users.extend(calls.map(|(start, _)| at(file, start)));
        let derive = format!("#[template(\"{name}\"");
        let derives = text.match_indices(&derive);
        users.extend(derives.map(|(start, _)| {
            // The place of a derive is its struct.
            let name = text[start..].find("struct").expect("a struct follows");
            at(file, start + name)
        }));
    }
    users
}

/// The calls of the components that a template defines.
fn component_users(templates: &[templates::Parsed], of: &templates::Parsed) -> Vec<At> {
    let mut users = Vec::new();
    for component in &of.tree.components {
        for user in templates {
            for open in ["{% <", "{{ <"] {
                let pattern = format!("{open}{} ", component.name.text);
                let calls = user.file.text().match_indices(&pattern);
                users.extend(calls.map(|(start, _)| at(&user.file, start)));
            }
        }
    }
    users
}
