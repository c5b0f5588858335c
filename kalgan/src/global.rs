//! Variables of all templates, which functions of the app make for a request.

use crate::error::Error;
use crate::extract::state::required;
use crate::rejection::rejected;
use crate::response::Response;
use crate::states::States;
use axum_core::extract::FromRequestParts;
use axum_core::response::IntoResponse;
use futures_util::future::BoxFuture;
use http::request::Parts;
use serde::Serialize;
use std::any::type_name;
use std::fmt;
use std::sync::Arc;
use tera::Value;

/// A value, or the response of what has failed.
type Made = Result<Value, Response>;

/// A function that makes a variable of all templates: see [`App::global`](crate::App::global).
///
/// It is implemented for every `async` function of up to 8 extractors that leave the body, whose result
/// is a [`Result`](crate::Result) of a serialisable value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make a variable of templates",
    note = "it is an `async fn` with up to 8 extractors that leave the body, as `Cookies`, `Lang` or \
            `State<T>`",
    note = "its result is a `kalgan::Result<T>` whose `T` is `serde::Serialize`"
)]
pub trait Global<Args>: Clone + Send + Sync + 'static {
    /// Makes the value for the request with this head, or the response of what has failed.
    fn make(self, head: Parts, states: States) -> BoxFuture<'static, Made>;

    /// The names of the types `State<T>` among the arguments.
    #[doc(hidden)]
    fn states() -> Vec<&'static str> {
        Vec::new()
    }
}

/// Implements [`Global`] for functions with these extractors.
macro_rules! global {
    ($($part:ident)*) => {
        impl<F, R, T, E, $($part,)*> Global<(R, T, E, $($part,)*)> for F
        where
            F: Fn($($part,)*) -> R + Clone + Send + Sync + 'static,
            R: Future<Output = std::result::Result<T, E>> + Send,
            T: Serialize + Send,
            E: Into<Error> + Send,
            $($part: FromRequestParts<States> + Send,)*
        {
            #[allow(non_snake_case, unused_mut, unused_variables)]
            fn make(
                self,
                mut head: Parts,
                states: States,
            ) -> BoxFuture<'static, Made> {
                Box::pin(async move {
                    $(
                        let $part = match $part::from_request_parts(&mut head, &states).await {
                            Ok(value) => value,
                            Err(rejection) => return Err(rejected(rejection)),
                        };
                    )*
                    let value = self($($part,)*).await.map_err(|error| error.into().into_response())?;
                    Value::try_from_serializable(&value).map_err(|error| {
                        let text = "a variable of all templates cannot be serialised";
                        Error::internal(text).with_source(error).into_response()
                    })
                })
            }

            fn states() -> Vec<&'static str> {
                required(&[$(type_name::<$part>()),*])
            }
        }
    };
}

global!();
global!(A1);
global!(A1 A2);
global!(A1 A2 A3);
global!(A1 A2 A3 A4);
global!(A1 A2 A3 A4 A5);
global!(A1 A2 A3 A4 A5 A6);
global!(A1 A2 A3 A4 A5 A6 A7);
global!(A1 A2 A3 A4 A5 A6 A7 A8);

type Make = Arc<dyn Fn(Parts, States) -> BoxFuture<'static, Made> + Send + Sync>;

/// The variables of all templates, by name; one of each name.
#[derive(Clone, Default)]
pub(crate) struct Globals(Arc<Vec<One>>);

#[derive(Clone)]
struct One {
    name: &'static str,
    make: Make,
    states: Vec<&'static str>,
}

impl Globals {
    /// Adds a variable, or replaces the one of the same name.
    pub(crate) fn insert<Args, G: Global<Args>>(&mut self, name: &'static str, function: G) {
        let all = Arc::make_mut(&mut self.0);
        all.retain(|known| known.name != name);
        all.push(One {
            name,
            make: Arc::new(move |head, states| function.clone().make(head, states)),
            states: G::states(),
        });
    }

    /// The names of the types `State<T>` that each takes.
    pub(crate) fn states(&self) -> impl Iterator<Item = (&'static str, &[&'static str])> {
        self.0.iter().map(|one| (one.name, one.states.as_slice()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names in their order, which gives each its index.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|one| one.name)
    }

    /// Makes the value of an index.
    ///
    /// # Errors
    /// The response of an extractor or of the function itself, which has failed.
    pub(crate) async fn make(&self, index: usize, head: Parts, states: States) -> Made {
        match self.0.get(index) {
            Some(one) => (one.make)(head, states).await,
            None => Ok(Value::none()),
        }
    }
}

impl fmt::Debug for Globals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
