//! Operations, rendered by Tera with values of each kind.

use super::kind::{Kind, Operand};
use crate::messages::{Category, Rules};
use crate::messages::{Digits, FORMATS, FormatOptions, Localize, Moment, Number, Shown, Style};
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell, RefMut};
use std::collections::HashMap;
use std::error::Error as _;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use tera::{Context, Error, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

/// How often an operation is tried; where that is not enough nothing is said of it.
const MOST: usize = 2_000;

/// What was tried already.
#[derive(Default)]
pub(in crate::lint) struct Trials {
    engine: OnceCell<Engine>,
    failures: RefCell<HashMap<String, Option<String>>>,
}

/// The variable in the place of an operand.
pub(super) fn name(index: usize) -> String {
    format!("__operand{index}")
}

impl Trials {
    /// Why a template fails whatever the values of its operands are; `None` where it does not.
    pub(super) fn failure(&self, text: &str, operands: &[Operand], usual: Kind) -> Option<String> {
        let key = key(text, operands);
        if let Some(known) = self.failures.borrow().get(&key) {
            return known.clone();
        }
        let failure = self.engine().failure(text, operands, usual);
        self.failures.borrow_mut().insert(key, failure.clone());
        failure
    }

    /// The value of an expression with constant operands; `None` where it fails.
    pub(super) fn value(&self, text: &str, operands: &[Operand]) -> Option<Value> {
        self.engine().value(text, operands)
    }

    fn engine(&self) -> &Engine {
        self.engine.get_or_init(Engine::new)
    }
}

/// What tells one trial from another. Most operands are not known, and there are many trials.
fn key(text: &str, operands: &[Operand]) -> String {
    let mut key = String::with_capacity(text.len() + operands.len());
    key.push_str(text);
    for operand in operands {
        match operand {
            Operand::Of(kind) => key.push(char::from(b'a' + *kind as u8)),
            Operand::Constant(value) => {
                // Nothing that is added to a text fails.
                let _ = write!(key, "\0{value:?}");
            }
        }
    }
    key
}

struct Engine {
    tera: RefCell<Tera>,
    values: Vec<(Kind, Value)>,
    /// What [`TAKE`] was applied to.
    taken: Arc<Mutex<Option<Value>>>,
}

impl Engine {
    /// Tera with what Kalgan adds and does not depend on a site.
    fn new() -> Self {
        let mut tera = Tera::new();
        for name in FORMATS {
            tera.register_filter(name, move |value: &Value, kwargs: Kwargs, _: &State| {
                write(name, value, &kwargs)
            });
        }
        let taken = Arc::new(Mutex::new(None));
        let into = Arc::clone(&taken);
        tera.register_filter(TAKE, move |value: &Value, _: Kwargs, _: &State| {
            *into.lock().unwrap_or_else(PoisonError::into_inner) = Some(value.clone());
            String::new()
        });
        Self {
            tera: RefCell::new(tera),
            values: values(),
            taken,
        }
    }

    fn failure(&self, text: &str, operands: &[Operand], usual: Kind) -> Option<String> {
        let choices: Vec<Vec<(Kind, &Value)>> = operands
            .iter()
            .map(|operand| match operand {
                Operand::Constant(value) => vec![(usual, value)],
                Operand::Of(wanted) => {
                    let values = self.values.iter();
                    let values = values.filter(|(kind, _)| *wanted == Kind::Any || kind == wanted);
                    values.map(|(kind, value)| (*kind, value)).collect()
                }
            })
            .collect();
        let count = choices.iter().map(Vec::len).product::<usize>();
        if count > MOST {
            return None;
        }
        let tera = self.with(text)?;
        let (mut reason, mut usual_reason) = (None, None);
        for at in 0..count {
            let mut context = Context::new();
            let mut rest = at;
            let mut is_usual = true;
            for (index, choices) in choices.iter().enumerate() {
                let (kind, value) = choices.get(rest % choices.len())?;
                insert(&mut context, index, value);
                is_usual &= *kind == usual;
                rest /= choices.len();
            }
            let reason = match is_usual {
                true => &mut usual_reason,
                false => &mut reason,
            };
            match tera.render(TEMPLATE, &context) {
                Ok(_) => return None,
                Err(error) => reason.get_or_insert_with(|| described(&error)),
            };
        }
        usual_reason.or(reason)
    }

    fn value(&self, text: &str, operands: &[Operand]) -> Option<Value> {
        let mut context = Context::new();
        for (index, operand) in operands.iter().enumerate() {
            if let Operand::Constant(value) = operand {
                insert(&mut context, index, value);
            }
        }
        let text = format!(
            "{{% set __value = {text} %}}{{% if __value is defined %}}{{{{ __value|{TAKE} }}}}{{% endif %}}"
        );
        let tera = self.with(&text)?;
        let taken = || {
            self.taken
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take()
        };
        taken();
        tera.render(TEMPLATE, &context).ok()?;
        Some(taken().unwrap_or_else(Value::undefined))
    }

    fn with(&self, text: &str) -> Option<RefMut<'_, Tera>> {
        let mut tera = self.tera.borrow_mut();
        // Its syntax was judged before, and it is one level deep.
        tera.add_raw_template(TEMPLATE, text).ok()?;
        Some(tera)
    }
}

fn insert(context: &mut Context, index: usize, value: &Value) {
    if !value.is_undefined() {
        context.insert_value(name(index), value.clone());
    }
}

/// Keeps the value that it is applied to.
const TAKE: &str = "__kalgan_take";
const TEMPLATE: &str = "__kalgan_operation";

/// What a format says of a value. How a language writes it is not asked.
fn write(name: &'static str, value: &Value, kwargs: &Kwargs) -> TeraResult<String> {
    let Some(mut format) = FormatOptions::of(name) else {
        return Ok(String::new());
    };
    for option in ["style", "digits", "min", "max"] {
        if let Some(value) = kwargs.get::<Value>(option)? {
            // What it says of an option is told where the option stands.
            let _ = format.set(option, &value.to_string());
        }
    }
    let value = match value.as_str() {
        Some(value) => Cow::Borrowed(value),
        None => Cow::Owned(value.to_string()),
    };
    let written = format.format().write(&Nowhere, &value);
    written.map_err(Error::message)
}

/// Writes nothing.
struct Nowhere;

impl Localize for Nowhere {
    fn category(&self, _: Rules, _: &Number) -> Category {
        Category::Other
    }

    fn number(&self, _: &Number, _: Digits) -> String {
        String::new()
    }

    fn moment(&self, _: &Moment, _: Shown, _: Style) -> String {
        String::new()
    }
}

/// Values of each kind, such as some operation takes.
fn values() -> Vec<(Kind, Value)> {
    let texts = [
        "a",
        "1",
        "2026-01-02",
        "2026-01-02T03:04:05",
        "03:04",
        "",
        "ceil",
    ];
    let lists = [
        Value::from(vec![Value::from(1), Value::from(2)]),
        Value::from(vec![Value::from("a"), Value::from("b")]),
        Value::from(Vec::<Value>::new()),
    ];
    let mut map = tera::Map::new();
    map.insert("a".into(), Value::from(1));
    let mut values: Vec<(Kind, Value)> = Vec::new();
    values.extend(texts.map(|text| (Kind::Text, Value::from(text))));
    values.extend([2, 1, 0, -1].map(|number| (Kind::Number, Value::from(number))));
    values.push((Kind::Number, Value::from(1.5)));
    values.extend([true, false].map(|bool| (Kind::Bool, Value::from(bool))));
    values.extend(lists.map(|list| (Kind::Array, list)));
    values.extend([map, tera::Map::new()].map(|map| (Kind::Map, Value::from(map))));
    values.push((Kind::Any, Value::none()));
    values
}

/// What Tera says, without the excerpt.
fn described(error: &Error) -> String {
    let text = match error.kind() {
        ErrorKind::RenderingError(report) => report.message().to_owned(),
        _ => error.to_string(),
    };
    match error.source() {
        Some(cause) => format!("{text}: {cause}"),
        None => text,
    }
}
