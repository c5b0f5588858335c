//! Panics of a request: where they began, for the page that explains them.

use super::backtrace::Trace;
use crate::response::Response;
use crate::site::current::{self, Current};
use std::any::Any;
use std::cell::Cell;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Once};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

tokio::task_local! {
    /// The last panic of the request in progress.
    static LAST: Cell<Option<Box<Trace>>>;
}

/// A panic, and where it began.
pub(crate) type Panic = (Box<dyn Any + Send>, Option<Box<Trace>>);

/// Runs what answers a request as part of it, and notes where it panics.
///
/// # Errors
/// The argument, in production.
pub(crate) fn traced<'a, F>(
    current: &Arc<Current>,
    run: F,
) -> Result<BoxFuture<'a, Result<Response, Panic>>, F>
where
    F: FnOnce() -> BoxFuture<'static, Response> + Send + 'a,
{
    if current.site.options.is_prod {
        return Err(run);
    }
    let current = Arc::clone(current);
    Ok(Box::pin(caught(async move {
        let mut run = run();
        poll_fn(|context| current::sync_scope(Arc::clone(&current), || run.as_mut().poll(context)))
            .await
    })))
}

/// Runs a part of a request.
///
/// # Errors
/// It has panicked: with what, and where, as far as the hook was told. An app may set a hook of its
/// own that does not call the one before it.
async fn caught<F: Future>(run: F) -> Result<F::Output, Panic> {
    install();
    LAST.scope(Cell::new(None), async move {
        let result = AssertUnwindSafe(run).catch_unwind().await;
        result.map_err(|panic| (panic, LAST.with(Cell::take)))
    })
    .await
}

/// Adds to the process's hook what notes a request's panic. A panic outside of a request goes to the
/// hook that there was, as before; so does one of a request, so that the log has its line.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            // The error is that no request is in progress on this thread.
            let _ = LAST.try_with(|last| last.set(Some(Trace::of_panic(info.location()))));
            previous(info);
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(trace: Option<Box<Trace>>) -> (String, u32) {
        let spot = trace.unwrap().panic.unwrap();
        (spot.file, spot.line)
    }

    #[tokio::test]
    async fn each_request_is_told_its_own_panic() {
        let first_line = line!() + 2;
        let first = caught(async {
            let _ = caught(async { panic!("inner") }).await;
            tokio::task::yield_now().await;
            panic!("outer")
        });
        let second = caught(async {
            tokio::task::yield_now().await;
            std::panic::catch_unwind(|| panic!("handled")).is_err()
        });
        let (first, second): (Result<(), _>, _) = tokio::join!(first, second);
        let (panic, trace) = first.unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"outer"));
        assert_eq!(spot(trace), (file!().to_owned(), first_line + 2));
        assert!(second.unwrap());
    }

    #[tokio::test]
    async fn a_panic_of_another_task_is_no_panic_of_the_request() {
        let result = caught(async {
            let other = tokio::spawn(async { panic!("elsewhere") });
            let failed = other.await.is_err();
            (failed, LAST.with(Cell::take).is_none())
        });
        assert_eq!(result.await.unwrap(), (true, true));
    }
}
