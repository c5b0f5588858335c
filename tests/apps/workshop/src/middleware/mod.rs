//! The middlewares: they change the request, stop it, or change the response.

pub mod door;

use kalgan::prelude::*;

/// What a request has passed.
#[derive(Clone, Debug, Default)]
pub struct Stamp(pub Vec<&'static str>);

fn stamp(request: &mut Request, name: &'static str) {
    let stamps = request.extensions_mut().get_or_insert_default::<Stamp>();
    stamps.0.push(name);
}

pub async fn first(mut request: Request, next: Next) -> Response {
    stamp(&mut request, "first");
    next.run(request).await.with_header("x-first", "after")
}

pub async fn second(route: Route, mut request: Request, next: Next) -> Result<Response> {
    stamp(&mut request, "second");
    if route.name() == "refused" {
        return Err(Error::forbidden());
    }
    Ok(next.run(request).await.with_status(203))
}
