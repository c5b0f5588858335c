//! The guestbook: reading it, signing it, and the thanks.

use kalgan::ResponseExt;
use kalgan::prelude::*;
use serde::Serialize;

use crate::guestbook::{GuestbookForm, Problem, Problems};
use crate::options::Museum;
use crate::store::Store;

/// What is wrong with each field, in the visitor's language.
#[derive(Debug, Default, Serialize)]
struct FieldErrors {
    name: Option<String>,
    contact: Option<String>,
    message: Option<String>,
}

pub async fn show(State(store): State<Store>) -> Result<Response> {
    page(&store, &GuestbookForm::default(), FieldErrors::default())
}

pub async fn sign(
    State(store): State<Store>,
    lang: Lang,
    Form(form): Form<GuestbookForm>,
) -> Result<Response> {
    match form.validate(max_length()?) {
        Ok(entry) => {
            store.sign(entry);
            // A redirect, so that reloading the next page does not sign again.
            Ok(redirect!("thanks", _lang = &*lang))
        }
        Err(problems) => {
            let response = page(&store, &form, explain(&lang, problems)?)?;
            Ok(response.with_status(422))
        }
    }
}

pub async fn thanks() -> Result<Response> {
    render!("guestbook/thanks.html")
}

fn page(store: &Store, form: &GuestbookForm, errors: FieldErrors) -> Result<Response> {
    render!("guestbook/show.html", {
        form,
        errors,
        entries: store.entries(),
        max_length: max_length()?,
    })
}

fn max_length() -> Result<usize> {
    Ok(Museum::get()?.guestbook.max_length)
}

fn explain(lang: &str, problems: Problems) -> Result<FieldErrors> {
    let max = max_length()?;
    let text = |problem| match problem {
        Problem::NameMissing => trans!(lang, "guestbook.error.name_missing").to_string(),
        Problem::NameLong => trans!(lang, "guestbook.error.name_long").to_string(),
        Problem::ContactShape => trans!(lang, "guestbook.error.contact").to_string(),
        Problem::MessageShort => trans!(lang, "guestbook.error.message_short").to_string(),
        Problem::MessageLong => trans!(lang, "guestbook.error.message_long", max = max).to_string(),
    };
    Ok(FieldErrors {
        name: problems.name.map(text),
        contact: problems.contact.map(text),
        message: problems.message.map(text),
    })
}
