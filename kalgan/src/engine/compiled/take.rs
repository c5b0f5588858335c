//! Evaluates an expression by Tera: a template that hands its value to a filter, which keeps it.

use std::cell::Cell;
use tera::{Context, Kwargs, State, Tera, Value};

/// The filter, which no template of an app can name.
pub(crate) const FILTER: &str = "__kalgan_take";

thread_local! {
    static TAKEN: Cell<Option<Value>> = const { Cell::new(None) };
}

pub(crate) fn register(tera: &mut Tera) {
    tera.register_filter(FILTER, |value: &Value, _: Kwargs, _: &State| {
        TAKEN.set(Some(value.clone()));
        ""
    });
}

/// The value that a template hands over. `None` where it has a mistake.
pub(crate) fn taken(tera: &Tera, template: &str, context: &Context) -> Option<Value> {
    TAKEN.set(None);
    tera.render(template, context).ok()?;
    TAKEN.take()
}
