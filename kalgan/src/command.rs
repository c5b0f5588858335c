//! Commands of an app's own: functions from extractors to how the process ends.

use crate::error::Fault;
use crate::extract::state::required;
use crate::extract::{Args, Lang};
use crate::handler::{Async, Plain};
use crate::rejection::rejected;
use crate::response::IntoResponse;
use crate::spec::Spec;
use crate::states::States;
use axum_core::extract::FromRequestParts;
use futures_util::future::BoxFuture;
use http::request::Parts;
use kalgan_core::commands::{BadCommand, BadName};
use kalgan_core::suggest::did_you_mean;
use std::any::type_name;
use std::fmt::{self, Display};
use std::future::{Future, ready};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

/// How a command has ended: the exit code, or what has failed.
type Ended = Result<ExitCode, String>;

/// A command of an app: see [`App::command`](crate::App::command).
///
/// It is implemented for every function, async or not, of up to 8 extractors that leave the body, whose
/// result is an [`Outcome`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a command",
    note = "a command is an `async fn` or `fn` with up to 8 arguments, each an extractor that leaves the \
            body, as `Args` or `State<T>`",
    note = "its result is `()`, an `ExitCode`, or a `Result` of one of these whose error can be displayed",
    note = "an `async` command must not hold what is not `Send`, as an `Rc`, across an `.await`"
)]
pub trait Command<Args>: Clone + Send + Sync + 'static {
    /// Runs the command. The head is that of an empty request, whose extensions hold the arguments.
    fn run(self, head: Parts, states: States) -> BoxFuture<'static, Ended>;

    /// The names of the types `State<T>` among the arguments.
    #[doc(hidden)]
    fn states() -> Vec<&'static str> {
        Vec::new()
    }
}

/// What a command returns: nothing, an exit code, or a result whose error is printed.
pub trait Outcome {
    /// The exit code, or what has failed.
    ///
    /// # Errors
    /// The text of the error that the command returned.
    fn end(self) -> Ended;
}

impl Outcome for () {
    fn end(self) -> Ended {
        Ok(ExitCode::SUCCESS)
    }
}

impl Outcome for ExitCode {
    fn end(self) -> Ended {
        Ok(self)
    }
}

impl<T: Outcome, E: Display> Outcome for Result<T, E> {
    fn end(self) -> Ended {
        // Some show their causes only so.
        self.map_err(|error| format!("{error:#}"))?.end()
    }
}

/// An [`Outcome`], or a future of one. `Kind` only tells the two apart; it is inferred.
pub trait Finish<Kind> {
    /// Completes the outcome.
    fn finish(self) -> impl Future<Output = Ended> + Send;
}

impl<T: Outcome> Finish<Plain> for T {
    fn finish(self) -> impl Future<Output = Ended> + Send {
        ready(self.end())
    }
}

impl<F> Finish<Async> for F
where
    F: Future<Output: Outcome> + Send,
{
    async fn finish(self) -> Ended {
        self.await.end()
    }
}

/// Implements [`Command`] for functions with these extractors.
macro_rules! command {
    ($($part:ident)*) => {
        impl<F, R, Kind, $($part,)*> Command<(R, Kind, $($part,)*)> for F
        where
            F: Fn($($part,)*) -> R + Clone + Send + Sync + 'static,
            R: Finish<Kind>,
            $($part: FromRequestParts<States> + Send,)*
        {
            #[allow(non_snake_case, unused_mut, unused_variables)]
            fn run(self, mut head: Parts, states: States) -> BoxFuture<'static, Ended> {
                Box::pin(async move {
                    $(
                        let $part = match $part::from_request_parts(&mut head, &states).await {
                            Ok(value) => value,
                            Err(rejection) => return Err(reason(rejection)),
                        };
                    )*
                    self($($part,)*).finish().await
                })
            }

            fn states() -> Vec<&'static str> {
                required(&[$(type_name::<$part>()),*])
            }
        }
    };
}

command!();
command!(A1);
command!(A1 A2);
command!(A1 A2 A3);
command!(A1 A2 A3 A4);
command!(A1 A2 A3 A4 A5);
command!(A1 A2 A3 A4 A5 A6);
command!(A1 A2 A3 A4 A5 A6 A7);
command!(A1 A2 A3 A4 A5 A6 A7 A8);

/// Why an extractor rejects.
fn reason(rejection: impl IntoResponse) -> String {
    let response = rejected(rejection);
    match Fault::of(response.extensions()) {
        Some(fault) => fault.to_string(),
        None => format!(
            "an argument of the command was refused: {}",
            response.status()
        ),
    }
}

type Run = Arc<dyn Fn(Parts, States) -> BoxFuture<'static, Ended> + Send + Sync>;

/// The commands of an app, in the order of their registration.
#[derive(Clone, Default)]
pub(crate) struct Commands(Vec<One>);

#[derive(Clone)]
struct One {
    name: &'static str,
    run: Run,
    states: Vec<&'static str>,
}

impl Commands {
    pub(crate) fn insert<Args, C: Command<Args>>(&mut self, name: &'static str, command: C) {
        self.0.push(One {
            name,
            run: Arc::new(move |head, states| command.clone().run(head, states)),
            states: C::states(),
        });
    }

    /// The names of the types `State<T>` that each takes.
    pub(crate) fn states(&self) -> impl Iterator<Item = (&'static str, &[&'static str])> {
        self.0.iter().map(|one| (one.name, one.states.as_slice()))
    }

    /// What is wrong with the names; the build has told of those that it has seen.
    pub(crate) fn check(&self, spec: &Spec) -> Result<(), String> {
        for (at, One { name, .. }) in self.0.iter().enumerate() {
            if let Some(bad) = BadName::of(name, self.names().take(at)) {
                return Err(BadCommand(bad, name).to_string());
            }
            if spec.commands.iter().all(|known| known.name != *name) {
                return Err(format!(
                    "the build has not seen the command `{name}`: register it in the sources of this \
                     package, with its name as a literal, `app.command(\"{name}\", …)`"
                ));
            }
        }
        Ok(())
    }

    /// Runs a command.
    pub(crate) async fn run(&self, asked: &Asked, states: States, lang: Lang) -> Ended {
        let Some(one) = self.0.iter().find(|one| one.name == asked.name) else {
            let names: Vec<&str> = self.names().collect();
            let hint = did_you_mean(&asked.name, &names).unwrap_or_default();
            return Err(format!(
                "`main` has not registered the command `{}`; {hint}",
                asked.name
            ));
        };
        let (mut head, ()) = http::Request::new(()).into_parts();
        head.extensions.insert(Args(asked.arguments.clone()));
        head.extensions.insert(lang);
        (one.run)(head, states).await
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|one| one.name)
    }
}

impl fmt::Debug for Commands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// A command of the app's own that the command line asks for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
    /// How it has ended.
    pub(crate) ended: OnceLock<ExitCode>,
}
