//! Values of messages that must be numbers.

use std::fmt::Display;
use std::num::NonZero;

/// A number in a message: it chooses the form of a plural, or is written as the language writes
/// numbers. `trans!` asks for it where the message does.
///
/// Integers and floats are numbers. A type of your own can be one, if its `Display` writes digits
/// with an optional sign and fraction: `-1234.50`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number, and the message needs one here",
    label = "must be an integer, a float, or another `kalgan::Number`",
    note = "parse a text first: `text.parse::<u64>()`; a type of your own whose `Display` writes \
            digits can implement `kalgan::Number`"
)]
pub trait Number: Display {}

#[diagnostic::do_not_recommend]
impl<T: Number + ?Sized> Number for &T {}

macro_rules! numbers {
    ($($number:ty)*) => { $(impl Number for $number {})* };
}

macro_rules! integers {
    ($($integer:ty)*) => {
        $(impl Number for $integer {} impl Number for NonZero<$integer> {})*
    };
}

integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
numbers!(f32 f64);
