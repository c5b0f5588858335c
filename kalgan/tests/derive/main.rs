//! What `#[derive(Template)]` takes, and no alarm about what cannot be known.

#![allow(
    missing_docs,
    unreachable_pub,
    reason = "it is written as an app is, where these lints are off"
)]

extern crate kalgan as web;

use kalgan::Template;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    first_name: String,
    #[serde(flatten)]
    details: Details,
    note: Option<Box<Note>>,
}

#[derive(Serialize)]
pub struct Details {
    age: u8,
    extra: HashMap<String, String>,
}

#[derive(Serialize)]
pub struct Note {
    text: Cow<'static, str>,
}

#[derive(Serialize)]
pub struct Comment {
    text: String,
    replies: Vec<Comment>,
}

#[derive(Serialize)]
pub struct Score {
    points: u32,
}

/// Serialised by hand, so its fields say nothing.
pub struct Kind;

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("kind")
    }
}

#[derive(Template)]
#[template("user/show.html")]
pub struct Show<'a, T, const N: usize>
where
    T: Clone,
{
    user: &'a User,
    comments: &'a [Comment],
    scores: BTreeMap<String, Score>,
    #[template(rename = "items")]
    list: [T; N],
    r#type: Kind,
    #[template(skip)]
    pub kept: std::marker::PhantomData<fn()>,
}

#[derive(web::Template)]
#[template("empty.html", crate = web)]
pub struct Empty;

fn name<T: Template>(_: &T) -> &'static str {
    T::NAME
}

mod controller {
    pub mod home {
        pub async fn index() -> crate::Empty {
            crate::Empty
        }

        pub async fn user() -> kalgan::Result<kalgan::Response> {
            let user = crate::user();
            kalgan::Template::render(&crate::show(&user))
        }
    }
}

fn user() -> User {
    User {
        first_name: "Ann".into(),
        details: Details {
            age: 5,
            extra: HashMap::new(),
        },
        note: None,
    }
}

fn show(user: &User) -> Show<'_, u8, 2> {
    Show {
        user,
        comments: &[],
        scores: BTreeMap::new(),
        list: [1, 2],
        r#type: Kind,
        kept: std::marker::PhantomData,
    }
}

fn register(tera: &mut kalgan::tera::Tera) {
    tera.global_context().insert("version", "1");
}

#[kalgan::app(root = "tests/derive")]
fn main(app: kalgan::App) -> kalgan::App {
    let user = user();
    assert_eq!(name(&show(&user)), "user/show.html");
    assert_eq!(name(&Empty), "empty.html");
    let _ = app.tera(register);
    std::process::exit(0)
}
