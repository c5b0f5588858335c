//! The values that `main` gave to the app.

use std::any::type_name;

use axum_core::extract::FromRequestParts;
use http::request::Parts;

use crate::{Error, Result, States};

/// A clone of the value of type `T` that `main` added to the app with `app.state(value)`.
///
/// Clones are made for each request, so put what is large or shared into an `Arc`.
///
/// ```
/// use kalgan::extract::State;
///
/// #[derive(Clone)]
/// struct Greeting(&'static str);
///
/// async fn hello(State(greeting): State<Greeting>) -> &'static str {
///     greeting.0
/// }
/// ```
///
/// # Errors
///
/// 500 where the app has no value of that type. [`App::run`](crate::App::run) does not start an app without
/// one that a controller, a middleware, a command or a variable of templates takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct State<T>(pub T);

super::deref_to_value!(State);

impl<T> FromRequestParts<States> for State<T>
where
    T: Clone + Send + Sync + 'static,
{
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, states: &States) -> Result<Self> {
        states.get().map(Self).ok_or_else(|| {
            Error::internal(format!(
                "the app has no state of the type `{}`: add `.state(value)` to the app in `main`",
                type_name::<T>()
            ))
        })
    }
}

/// Those of these names of types that are a [`State`]: what a function cannot do without. An
/// `Option<State<T>>` is none of them.
pub(crate) fn required(types: &[&'static str]) -> Vec<&'static str> {
    let types = types.iter().copied();
    types.filter(|name| value_of(name).is_some()).collect()
}

/// The name of `T` in that of `State<T>`.
pub(crate) fn value_of(state: &str) -> Option<&str> {
    let own = type_name::<State<()>>();
    let front = own.strip_suffix("()>")?;
    state.strip_prefix(front)?.strip_suffix('>')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::{get, parts};

    #[derive(Clone, Debug, PartialEq)]
    struct Store(&'static str);

    #[tokio::test]
    async fn a_value_of_the_app() {
        let mut states = States::default();
        states.insert(Store("db"));
        let (mut parts, _) = get("/").into_parts();
        let state = State::<Store>::from_request_parts(&mut parts, &states)
            .await
            .unwrap();
        assert_eq!(state.0.0, "db");
        assert_eq!(*state, Store("db"));
    }

    #[test]
    fn names_of_what_is_required() {
        let types = [
            type_name::<State<Store>>(),
            type_name::<Option<State<Store>>>(),
            type_name::<Store>(),
            type_name::<State<Vec<Option<u8>>>>(),
        ];
        let required = required(&types);
        assert_eq!(required, [types[0], types[3]]);
        assert_eq!(value_of(required[0]), Some(type_name::<Store>()));
        assert_eq!(value_of(required[1]), Some(type_name::<Vec<Option<u8>>>()));
    }

    #[tokio::test]
    async fn an_absent_value_is_a_500_that_says_what_to_add() {
        let error = parts::<State<Store>>(get("/")).await.unwrap_err();
        assert_eq!(error.status_code(), 500);
        let message = error.message().unwrap();
        assert!(message.contains("state::tests::Store`"), "{message}");
        assert!(message.contains("`.state(value)`"), "{message}");
    }
}
