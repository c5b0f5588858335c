//! Tasks that are part of the request in progress.

use crate::dev::Record;
use crate::site::current;
use tokio::task::JoinHandle;

/// Spawns a task as [`tokio::spawn`] does, as part of the request in progress: `render!`, `trans!`,
/// `url!` and `settings` have its language, route and snapshot there. In a task that is spawned
/// otherwise they have the default language. Outside a request it is [`tokio::spawn`] itself.
///
/// The task does not end with the request, and keeps its snapshot.
///
/// ```ignore
/// // In the language of the request.
/// kalgan::spawn(async { mail(trans!("order.thanks")).await });
/// ```
///
/// # Panics
/// Outside a Tokio runtime.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    match current::request() {
        Some(current) => {
            let record = Record::current();
            tokio::spawn(async move { record.scope(current::scope(current, future)).await })
        }
        None => tokio::spawn(future),
    }
}

/// Runs a function that blocks as [`tokio::task::spawn_blocking`] does, as part of the request in
/// progress: see [`spawn`].
///
/// # Panics
/// Outside a Tokio runtime.
pub fn spawn_blocking<F, T>(run: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    match current::request() {
        Some(current) => {
            let record = Record::current();
            tokio::task::spawn_blocking(move || {
                record.sync_scope(|| current::sync_scope(current, run))
            })
        }
        None => tokio::task::spawn_blocking(run),
    }
}
