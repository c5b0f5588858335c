use super::*;
use crate::lint::{Files, Rust, all};
use crate::templates::registered::Registered;
use crate::templates::tests::set;
use crate::templates::views::{RustPlace, Shape, StructShape};
use crate::text::{Place, SourceFile, Span};
use std::sync::Arc;

/// Each line of the text is a use: `user.name`, `users[].name`; a `?` at the end makes it optional.
fn needs(text: &'static str) -> Needs {
    let file = Arc::new(SourceFile::new("template/page.html", text));
    let mut needs = Needs::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.trim_end().len());
        start += line.len();
        let path = line.trim();
        let is_required = !path.ends_with('?');
        let path = path.trim_end_matches('?').replace("[]", ".*");
        let mut parts = path.split('.');
        let name = parts.next().unwrap();
        let used = Use {
            steps: parts
                .map(|part| match part {
                    "*" => Step::Each,
                    name => Step::Field(name.into()),
                })
                .collect(),
            place: Place::new(Arc::clone(&file), span),
            is_required,
            is_asked: false,
        };
        match needs.variables.iter_mut().find(|need| &*need.name == name) {
            Some(need) => {
                need.is_required |= is_required;
                need.uses.push(used);
            }
            None => needs.variables.push(Need {
                name: name.into(),
                is_required,
                uses: vec![used],
            }),
        }
    }
    needs.variables.sort_by(|a, b| a.name.cmp(&b.name));
    needs
}

fn variable(name: &'static str, shape: Option<usize>) -> Variable {
    Variable {
        name: name.into(),
        shape,
    }
}

fn place() -> RustPlace {
    RustPlace {
        file: "src/a.rs".into(),
        line: 2,
        column: 8,
    }
}

fn view(variables: Vec<Variable>) -> View {
    let user = Shape::Struct(StructShape {
        name: "User".into(),
        place: place(),
        fields: vec![
            variable("name", Some(1)),
            variable("age", Some(2)),
            variable("friends", Some(3)),
            variable("extra", None),
            variable("scores", Some(4)),
        ]
        .into(),
        is_open: false,
    });
    View {
        template: "page.html".into(),
        place: place(),
        variables: variables.into(),
        shapes: vec![
            user,
            Shape::Scalar("String".into()),
            Shape::Scalar("u32".into()),
            Shape::List(Some(0)),
            Shape::Map(Some(2)),
        ]
        .into(),
    }
}

fn no_files(_: &str) -> Option<Arc<SourceFile>> {
    None
}

fn texts(variables: Vec<Variable>, uses: &'static str) -> Vec<String> {
    misfits(&view(variables), &needs(uses), &Globals::new(), &no_files)
        .into_iter()
        .map(|misfit| misfit.diagnostic.to_string())
        .collect()
}

#[test]
fn what_fits_is_silent() {
    let given = || vec![variable("user", Some(0)), variable("page", None)];
    assert_eq!(
        texts(given(), "user.name\npage\nlang\nrequest.path\nroute"),
        [""; 0]
    );
    assert_eq!(
        texts(given(), "user.friends[].friends[].name\npage.x.y"),
        [""; 0]
    );
    assert_eq!(texts(given(), "user.nmae?\npage?\nother?"), [""; 0]);
    assert_eq!(
        texts(given(), "user.scores.any\nuser.scores[]\npage"),
        [""; 0]
    );
    assert_eq!(
        texts(given(), "user.name[]\nuser.friends.0.name\nuser[]\npage"),
        [""; 0]
    );
}

#[test]
fn missing_variables_are_named_together() {
    let found = misfits(
        &view(Vec::new()),
        &needs("b\na\nlang\nc?"),
        &Globals::new(),
        &no_files,
    );
    assert_eq!(found.len(), 1);
    assert!(found[0].is_missing());
    let diagnostic = &found[0].diagnostic;
    assert_eq!(
        diagnostic.to_string(),
        "template/page.html:2:1: error: the template `page.html` needs the variables `a` and `b`; \
         give them in Rust, or take them out of the template"
    );
    assert_eq!(diagnostic.notes.len(), 1);
    assert_eq!(
        diagnostic.notes[0].place.display(),
        "template/page.html:1:1"
    );
}

#[test]
fn the_place_of_a_missing_variable_is_a_use_that_needs_it() {
    assert!(texts(vec![], "a?\na")[0].starts_with("template/page.html:2:1: error:"));
}

#[test]
fn a_misspelt_variable_is_recognised_from_both_sides() {
    assert_eq!(
        texts(vec![variable("usr", None)], "user.name\n"),
        [
            "template/page.html:1:1: error: the template `page.html` needs the variable `user`; \
             `usr` is given: did you mean `user`?",
            "error: the template `page.html` does not use the variable `usr`; did you mean `user`?",
        ]
    );
    assert_eq!(
        texts(
            vec![variable("user", None), variable("xyz", None)],
            "user\n"
        ),
        [
            "error: the template `page.html` does not use the variable `xyz`; remove it, or use it \
             in the template"
        ]
    );
}

#[test]
fn a_name_that_the_template_misspells() {
    assert_eq!(
        texts(vec![variable("total", None)], "total\ntotla\n"),
        [
            "template/page.html:2:1: error: the template `page.html` needs the variable `totla`; \
             `total` is given: did you mean it where `totla` stands?"
        ]
    );
}

#[test]
fn fields_are_followed() {
    let given = || vec![variable("user", Some(0))];
    let found = misfits(
        &view(given()),
        &needs("user.nmae\nuser.nmae\n"),
        &Globals::new(),
        &no_files,
    );
    assert_eq!(found.len(), 1, "one mistake, two places");
    assert_eq!(found[0].part, Part::Value("user".into()));
    let diagnostic = &found[0].diagnostic;
    assert_eq!(
        diagnostic.to_string(),
        "template/page.html:1:1: error: `User` has no field `nmae`; did you mean `name`?"
    );
    let notes: Vec<String> = diagnostic
        .notes
        .iter()
        .map(|note| note.place.display())
        .collect();
    assert_eq!(notes, ["template/page.html:2:1", "src/a.rs:2:8"]);
    for (used, expected) in [
        ("user.friends[].nmae", "`User` has no field `nmae`"),
        ("user.name.first", "`String` has no field `first`"),
        ("user.friends.name", "a list has no field `name`"),
        ("user.age[]", "`u32` cannot be looped over"),
        ("user.scores.any.x", "`u32` has no field `x`"),
    ] {
        let texts = texts(given(), used);
        assert_eq!(texts.len(), 1, "{used}: {texts:?}");
        assert!(texts[0].contains(expected), "{used}: {texts:?}");
    }
}

#[test]
fn an_open_struct_may_have_any_field() {
    let mut view = view(vec![variable("user", Some(0))]);
    let mut shapes = view.shapes.to_vec();
    if let Shape::Struct(user) = &mut shapes[0] {
        user.is_open = true;
    }
    view.shapes = shapes.into();
    assert!(misfits(&view, &needs("user.nmae"), &Globals::new(), &no_files).is_empty());
    let found = misfits(&view, &needs("user.name.x"), &Globals::new(), &no_files);
    assert_eq!(found.len(), 1, "what is known of it still counts");
}

#[test]
fn places_in_rust_show_their_text_where_there_is_one() {
    let file = |_: &str| Some(Arc::new(SourceFile::new("src/a.rs", "é\nstruct User;\n")));
    let found = place().find(&file);
    assert_eq!(found.display(), "src/a.rs:2:8");
    assert_eq!(found.file.slice(found.span), "User");
    let short = |_: &str| Some(Arc::new(SourceFile::new("src/a.rs", "x")));
    for files in [&no_files as RustFiles<'_>, &short] {
        assert_eq!(place().find(files).display(), "src/a.rs:2:8");
    }
}

#[test]
fn views_without_a_compiler() {
    let views = [
        view(vec![variable("usr", None)]),
        view(vec![variable("user", None)]),
    ];
    let found = |views: &[View], name: &str, text: &str| {
        let files = Files {
            templates: Arc::new(set(&[(name, text)])),
            ..Files::default()
        };
        let registered = Registered::default();
        let rust = Rust {
            views,
            ..Rust::new(&registered)
        };
        all(&files, rust)
    };
    let texts: Vec<String> = found(&views, "page.html", "{{ user }}")
        .iter()
        .map(|d| format!("{} {}", d.location().unwrap(), d.notes.len()))
        .collect();
    assert_eq!(texts, ["template/page.html:1:4 1", "src/a.rs:2:8 0"]);
    assert!(found(&views, "page.html", "{{ user").is_empty());
    let gone = found(&views[..1], "pages.html", "");
    assert_eq!(
        gone[0].to_string(),
        "src/a.rs:2:8: error: there is no template `page.html`; did you mean `pages.html`?"
    );
}

#[test]
fn variables_that_templates_have_anyway() {
    let globals = Globals::from([String::from("version")]);
    assert!(misfits(&view(vec![]), &needs("version\nlang"), &globals, &no_files).is_empty());
    let mut all = needs("lang");
    all.takes_all = true;
    let given = view(vec![variable("any", None)]);
    assert!(misfits(&given, &all, &globals, &no_files).is_empty());
}

#[test]
fn a_field_that_is_missing_is_named_once() {
    let view = view(vec![variable("user", Some(0))]);
    let uses = needs("user\nuser.nmae\nuser.nmae.first");
    let found = misfits(&view, &uses, &Globals::new(), &no_files);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].diagnostic.notes.len(), 1, "only the struct");
}

#[test]
fn what_kalgan_provides_has_fields() {
    let uses = "request.path\nroute\nroute.parameters.x\nroute.nmae\nroute.nmae\nrequest.id?";
    let found = texts(vec![], uses);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].ends_with("error: `route` has no field `nmae`; did you mean `name`?"),
        "{found:?}"
    );
    // A variable of the app's own has what it has.
    assert_eq!(texts(vec![variable("route", None)], "route.nmae"), [""; 0]);
}

#[test]
fn variables_of_all_templates_are_checked_where_a_page_uses_them() {
    let global = View {
        template: "".into(),
        ..view(vec![variable("user", Some(0))])
    };
    let page = |variables| View {
        shapes: Vec::new().into(),
        ..view(variables)
    };
    let found = |uses, variables| -> Vec<String> {
        let found = of_globals_in(&page(variables), &needs(uses), &[&global], &no_files);
        found.iter().map(ToString::to_string).collect()
    };
    assert_eq!(found("user.name\nuser.friends", vec![]), [""; 0]);
    assert_eq!(found("user.nmae", vec![variable("user", None)]), [""; 0]);
    let texts = found("user.nmae", vec![]);
    assert_eq!(texts.len(), 1);
    assert!(texts[0].contains("`User` has no field `nmae`"), "{texts:?}");
}
