//! What the shapes of values have and lack.

use super::NOTES;
use crate::diagnostic::Diagnostic;
use crate::suggest::did_you_mean;
use crate::templates::needs::{Step, Use};
use crate::templates::views::{RustFiles, Shape, StructShape};

/// What one use asks of a value and the value does not have.
#[derive(PartialEq)]
pub(super) enum Lack<'a> {
    /// A field of a struct.
    Field(&'a str, &'a StructShape),
    /// A field of what has none.
    FieldOf(&'a str, Fieldless<'a>),
    /// A loop over what is no list.
    Loop(&'a str),
    /// A field that may be left out.
    Skipped(&'a str),
}

/// What has no fields.
#[derive(PartialEq)]
pub(super) enum Fieldless<'a> {
    Scalar(&'a str),
    List,
}

/// Goes where the steps lead. `None` where they lead somewhere, or nobody knows where. Only the last
/// step may fail, since each of those before is a use of its own.
pub(super) fn follow<'a>(
    shapes: &'a [Shape],
    start: Option<usize>,
    steps: &'a [Step],
) -> Option<Lack<'a>> {
    let (last, before) = steps.split_last()?;
    let at = find(shapes, start, before)?;
    match take(shapes, at, last) {
        Err(lack) => Some(lack),
        Ok(At::Shape(shape)) => match (shapes.get(shape)?, last) {
            (Shape::Skipped(_), Step::Field(name)) => Some(Lack::Skipped(name)),
            _ => None,
        },
        Ok(_) => None,
    }
}

/// Where the steps lead.
pub(super) fn find<'a>(shapes: &'a [Shape], start: Option<usize>, steps: &'a [Step]) -> Option<At> {
    let start = At::of(start);
    steps
        .iter()
        .try_fold(start, |at, step| take(shapes, at, step).ok())
}

/// What is behind some steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    Unknown,
    /// A value of the shape with this index.
    Shape(usize),
    /// A map of lists, each of this shape.
    Groups(usize),
}

impl At {
    fn of(shape: Option<usize>) -> Self {
        shape.map_or(Self::Unknown, Self::Shape)
    }
}

/// The shape that is there where a value is.
pub(super) fn some(shapes: &[Shape], mut at: Option<usize>) -> Option<usize> {
    while let Some(Shape::Option(inner) | Shape::Skipped(inner)) = at.and_then(|at| shapes.get(at))
    {
        at = *inner;
    }
    at
}

/// What is behind a step.
fn take<'a>(shapes: &'a [Shape], at: At, step: &'a Step) -> Result<At, Lack<'a>> {
    let at = match at {
        At::Unknown => return Ok(At::Unknown),
        // The lists by their keys.
        At::Groups(list) => return Ok(At::Shape(list)),
        At::Shape(at) => some(shapes, Some(at)),
    };
    let Some((at, shape)) = at.and_then(|at| Some((at, shapes.get(at)?))) else {
        return Ok(At::Unknown);
    };
    let shape = match (step, shape) {
        (Step::Groups, Shape::List(_)) => return Ok(At::Groups(at)),
        (Step::Field(name), Shape::Struct(of)) => {
            match of.fields.iter().find(|field| *field.name == **name) {
                Some(field) => field.shape,
                None if of.is_open => None,
                None => return Err(Lack::Field(name, of)),
            }
        }
        (Step::Field(_) | Step::Each, Shape::Map(values)) => *values,
        (Step::Field(name), Shape::List(items)) => match name.parse::<usize>() {
            Ok(_) => *items,
            Err(_) => return Err(Lack::FieldOf(name, Fieldless::List)),
        },
        (Step::Field(name), Shape::Scalar(of)) => {
            return Err(Lack::FieldOf(name, Fieldless::Scalar(of)));
        }
        (Step::Field(name), Shape::Enum(of)) => {
            return Err(Lack::FieldOf(name, Fieldless::Scalar(&of.name)));
        }
        (Step::Each, Shape::List(items)) => *items,
        (Step::Each, Shape::Scalar(of)) if !is_text(of) => return Err(Lack::Loop(of)),
        // A loop over a text gives its characters, one over a struct the values of its fields.
        _ => None,
    };
    Ok(At::of(shape))
}

pub(super) fn is_text(scalar: &str) -> bool {
    matches!(scalar, "String" | "str" | "char")
}

impl Lack<'_> {
    pub(super) fn diagnostic(&self, uses: &[&Use], files: RustFiles<'_>) -> Diagnostic {
        let (code, message, help) = match self {
            Self::Field(name, of) => {
                let fields: Vec<&str> = of.fields.iter().map(|field| field.name.as_ref()).collect();
                (
                    "unknown-field",
                    format!("`{}` has no field `{name}`", of.name),
                    did_you_mean(name, &fields)
                        .or_else(|| Some(format!("add it to `{}`, or take it out", of.name))),
                )
            }
            Self::FieldOf(name, Fieldless::Scalar(of)) => (
                "unknown-field",
                format!("`{of}` has no field `{name}`"),
                Some(format!("take `.{name}` out, or give a struct that has it")),
            ),
            Self::FieldOf(name, Fieldless::List) => (
                "unknown-field",
                format!("a list has no field `{name}`"),
                Some(String::from(
                    "loop over it with `{% for item in … %}`, or take an item: `|first`, `[0]`",
                )),
            ),
            Self::Loop(of) => (
                "not-a-list",
                format!("`{of}` cannot be looped over"),
                Some(String::from("give a list, or take the loop out")),
            ),
            Self::Skipped(name) => (
                "missing-value",
                format!("the field `{name}` may be left out"),
                Some(format!(
                    "write `|default(value=…)` behind it, or put it into `{{% if ….{name} %}}…{{% endif %}}`"
                )),
            ),
        };
        let mut places = uses.iter().map(|used| &used.place);
        let mut diagnostic = match places.next() {
            Some(place) => Diagnostic::error_at(place.clone(), message),
            None => Diagnostic::general(message),
        }
        .with_code(code)
        .with_optional_help(help);
        for place in places.take(NOTES) {
            diagnostic = diagnostic.with_note("it is used here, too", place.clone());
        }
        match self {
            Self::Field(_, of) => diagnostic.with_note(
                format!("`{}` is this struct", of.name),
                of.place.find(files),
            ),
            _ => diagnostic,
        }
    }
}
