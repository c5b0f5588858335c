//! Arithmetic of templates.

use super::program::Operator;
use super::value::{ByTera, Val};
use std::borrow::Cow;
use tera::Value;

/// Calculates with numbers. Tera tells the mistakes.
pub(super) fn calculate<'v>(
    operator: Operator,
    a: &Val<'_>,
    b: &Val<'_>,
) -> Result<Val<'v>, ByTera> {
    let whole = |value: &Val<'_>| match value {
        Val::Unsigned(value) => Some(i128::from(*value)),
        Val::Signed(value) => Some(i128::from(*value)),
        Val::Whole(value) => value.as_i128(),
        _ => None,
    };
    // Tera loses as much.
    #[allow(clippy::cast_precision_loss)]
    let float = |value: &Val<'_>| match value {
        Val::Float(value) => Some(*value),
        value => whole(value).map(|value| value as f64),
    };
    if let (Some(a), Some(b)) = (whole(a), whole(b))
        && operator != Operator::Divide
    {
        let result = match operator {
            Operator::Plus => a.checked_add(b),
            Operator::Minus => a.checked_sub(b),
            Operator::Multiply => a.checked_mul(b),
            Operator::FloorDivide => a.checked_div_euclid(b),
            Operator::Divide | Operator::Modulo => a.checked_rem_euclid(b),
        };
        // As Tera has it, for who asks for the kind.
        return Ok(Val::Whole(Cow::Owned(Value::from(result.ok_or(ByTera)?))));
    }
    let (Some(a), Some(b)) = (float(a), float(b)) else {
        return Err(ByTera);
    };
    Ok(Val::Float(match operator {
        Operator::Plus => a + b,
        Operator::Minus => a - b,
        Operator::Multiply => a * b,
        // A mistake.
        _ if b == 0.0 => return Err(ByTera),
        Operator::Divide => a / b,
        Operator::FloorDivide => a.div_euclid(b),
        Operator::Modulo => a.rem_euclid(b),
    }))
}
