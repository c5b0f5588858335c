//! Mistakes in Rust, and those in files that only the compiler sees: each needs a build. The right
//! place is the line of the text in the macro's call; of what a controller takes or is, the line of
//! the route that names it; of what a template uses, the line there.

use crate::mutations::messages;
use crate::mutations::mutation::{At, Museum, Mutation, at, misspell};
use kalgan_core::text::Span;

/// The mistakes that only a build sees.
pub(crate) fn all(museum: &Museum) -> Vec<Mutation> {
    let mut all = Vec::new();
    for (kind, call, index) in [
        ("build: route misspelt in `url!`", "url!(\"", 0),
        ("build: route misspelt in `url!`", "url!(\"", 6),
        ("build: route misspelt in `redirect!`", "redirect!(\"", 1),
        ("build: message misspelt in `trans!`", "trans!(lang, \"", 3),
        ("build: template misspelt in `render!`", "render!(\"", 2),
        ("build: template misspelt in the derive", "#[template(\"", 1),
    ] {
        all.push(literal(museum, kind, call, index));
    }
    let here = |kind, file, old: &str, new: &str| {
        Mutation::replace_text(kind, museum.file(&format!("src/{file}.rs")), old, new)
    };
    all.extend([
        here(
            "build: parameter misspelt in `url!`",
            "controller/page_controller",
            "symbol = &element",
            "smybol = &element",
        ),
        here(
            "build: parameter missing in `url!`",
            "controller/page_controller",
            "url!(\"category\", _lang = lang, category = category)",
            "url!(\"category\", _lang = lang)",
        ),
        here(
            "build: value misspelt in `trans!`",
            "controller/guestbook_controller",
            "max = max)",
            "mxa = max)",
        ),
        here(
            "build: variable superfluous in `render!`",
            "controller/page_controller",
            "        categories: CATEGORIES,\n",
            "        categories: CATEGORIES, colours: 1,\n",
        ),
        here(
            "build: command of a name that every app has",
            "main",
            "app.state(store)",
            "app.command(\"routes\", visitor::visitor).state(store)",
        ),
        // The error points at the whole call.
        moved(
            here(
                "build: variable missing in `render!`",
                "controller/member_controller",
                "        code_word: Museum::get()?.code_word,\n",
                "",
            ),
            museum,
            "src/controller/member_controller.rs",
            "render!(\"member/join.html\"",
        ),
    ]);
    all.extend(shapes(museum));
    all.extend(controllers(museum));
    all.extend(messages_of_rust(museum));
    all
}

/// Misspells the text of a macro's call: of that one among all calls of the museum.
fn literal(museum: &Museum, kind: &'static str, call: &str, index: usize) -> Mutation {
    let calls = museum.below("src/").flat_map(|file| {
        let found = file.text().match_indices(call);
        found.map(move |(start, _)| (file, start + call.len()))
    });
    let calls: Vec<_> = calls.collect();
    let (file, start) = calls[index % calls.len()];
    let name = file.text()[start..].split('"').next().unwrap();
    Mutation::replace(
        kind,
        file,
        Span::new(start, start + name.len()),
        &misspell(name),
    )
}

/// Expects the error at the first line of a file with this text.
fn moved(mutation: Mutation, museum: &Museum, path: &str, text: &str) -> Mutation {
    let file = museum.file(path);
    let start = file.text().find(text);
    let place = at(
        file,
        start.unwrap_or_else(|| panic!("{path} has no `{text}`")),
    );
    mutation.expecting(vec![place])
}

/// Fields that are serialised under another name than the templates use.
fn shapes(museum: &Museum) -> Vec<Mutation> {
    [
        (
            "shells",
            "pub(crate) x: f64",
            "element/shells.html",
            "electron.x",
        ),
        (
            "timeline",
            "pub(crate) years: Vec",
            "timeline.html",
            "chapter.years",
        ),
        (
            "element",
            "pub(crate) count: usize",
            "collection/list.html",
            "item.count",
        ),
        (
            "pagination",
            "pub(crate) page: usize",
            "collection/list.html",
            "pager.page ",
        ),
    ]
    .into_iter()
    .map(|(file, field, template, used)| {
        let kind = "build: field renamed";
        let file = museum.file(&format!("src/{file}.rs"));
        let new = format!("#[serde(rename = \"colour\")] {field}");
        let mutation = Mutation::replace_text(kind, file, field, &new);
        moved(mutation, museum, &format!("template/{template}"), used)
    })
    .collect()
}

/// Controllers that are not there, are not public, or take other parameters than their routes have.
fn controllers(museum: &Museum) -> Vec<Mutation> {
    [
        (
            "build: controller's function renamed",
            "controller/page_controller",
            "pub async fn about",
            "pub async fn abuot",
            "page_controller::about",
        ),
        (
            "build: controller not public",
            "controller/search_controller",
            "pub async fn find",
            "async fn find",
            "search_controller::find",
        ),
        (
            "build: middleware's function renamed",
            "middleware/member_middleware",
            "pub async fn check",
            "pub async fn chekc",
            "member_middleware::check",
        ),
        (
            "build: path parameter of a wrong type",
            "controller/element_controller",
            "Path((_, symbol)): Path<(String, String)>",
            "Path((_, symbol)): Path<(String, u32)>",
            "element_controller::show",
        ),
        (
            "build: one path parameter too many",
            "controller/collection_controller",
            "Path((_, category)): Path<(String, String)>",
            "Path((_, category, _)): Path<(String, String, String)>",
            "collection_controller::category",
        ),
    ]
    .into_iter()
    .map(|(kind, file, old, new, controller)| {
        let file = museum.file(&format!("src/{file}.rs"));
        let mutation = Mutation::replace_text(kind, file, old, new);
        moved(mutation, museum, "config/routes/pages.yaml", controller)
    })
    .chain([
        Mutation::replace_text(
            "build: body read by another argument than the last",
            museum.file("src/controller/member_controller.rs"),
            "Form(Join { code }): Form<Join>,",
            "_: String, Form(Join { code }): Form<Join>,",
        ),
        moved(
            Mutation::replace_text(
                "build: page of an error that takes a body",
                museum.file("src/controller/error_controller.rs"),
                "not_found()",
                "not_found(_: Json<u8>)",
            ),
            museum,
            "config/app/app.yaml",
            "404: error_controller",
        ),
    ])
    .chain([moved(
        Mutation::replace_text(
            "build: page of an error that takes a route",
            museum.file("src/controller/error_controller.rs"),
            "not_found()",
            "not_found(_: Route)",
        ),
        museum,
        "config/app/app.yaml",
        "404: error_controller",
    )])
    .chain([moved(
        Mutation::replace_text(
            "build: path parameter removed from the route",
            museum.file("config/routes/feeds.yaml"),
            "/api/element/{symbol}.json\n      controller: api_controller::element\n      \
             methods: get\n      requirements: { symbol: \"[A-Z][a-z]?\" }",
            "/api/element.json\n      controller: api_controller::element\n      methods: get",
        ),
        museum,
        "config/routes/feeds.yaml",
        "controller: api_controller::element\n",
    )])
    .collect()
}

/// Messages that only Rust uses, changed in all languages.
fn messages_of_rust(museum: &Museum) -> Vec<Mutation> {
    let messages = messages::parsed(museum);
    let languages = &messages["guestbook.error.message_long"];
    let user = |text: &str| -> Vec<At> {
        let file = museum.file("src/controller/guestbook_controller.rs");
        vec![at(file, file.text().find(text).unwrap())]
    };
    let everywhere = |kind: &'static str, old: &str, new: &str| {
        let parts = languages
            .iter()
            .map(|message| Mutation::replace_text(kind, &message.file, old, new));
        messages::together(
            parts.collect(),
            user("guestbook.error.message_long").into_iter(),
        )
    };
    let changes = [
        everywhere(
            "build: message misspelt in all languages",
            "message_long:",
            "message_logn:",
        ),
        everywhere(
            "build: placeholder misspelt in all languages",
            "{max}",
            "{mxa}",
        ),
    ];
    changes.into_iter().flatten().collect()
}
