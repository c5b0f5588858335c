//! Where a redirect leads, as the Fetch standard has it.

use crate::test::referrer::Policy;
use crate::test::request::Outgoing;
use crate::test::response::Response;
use crate::test::target::{Target, is_same_host, resolve};
use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION,
    CONTENT_TYPE, LOCATION, ORIGIN, REFERRER_POLICY,
};
use http::{Method, StatusCode};

/// The request that a response sends the visitor to, where it does.
pub(super) fn next(response: &Response) -> Option<Result<Outgoing, String>> {
    let status = response.status();
    let location = response.headers().get(LOCATION)?;
    let keeps_method = match status {
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => {
            response.request().method != Method::POST
        }
        StatusCode::SEE_OTHER => [Method::GET, Method::HEAD].contains(&response.request().method),
        _ => return None,
    };
    let request = response.request();
    let result = std::str::from_utf8(location.as_bytes())
        .map_err(|error| error.to_string())
        .and_then(|location| resolve(&request.target.url, location))
        .and_then(|url| {
            if is_same_host(&url, &request.target.url) {
                Ok(url)
            } else {
                Err(format!(
                    "`{url}` is of another host: look at the redirect itself, and ask that host \
                     by `client.get(\"{url}\")` if it is the app's"
                ))
            }
        })
        .map(|url| {
            let mut next = after(request, url, keeps_method);
            let policy = response.header(REFERRER_POLICY.as_str());
            let policy = policy.and_then(Policy::of_header);
            next.fetch.redirected(&request.target.url, policy);
            next
        })
        .map_err(|error| {
            format!(
                "the redirect of {} {} cannot be followed: {error}",
                request.method, request.target.path_and_query
            )
        });
    Some(result)
}

fn after(request: &Outgoing, url: url::Url, keeps_method: bool) -> Outgoing {
    let mut next = Outgoing {
        target: Target::of(url),
        ..request.clone()
    };
    if next.target.url.origin() != request.target.url.origin() {
        next.headers.remove(AUTHORIZATION);
    }
    if !keeps_method {
        next.method = Method::GET;
        next.body = bytes::Bytes::new();
        for name in [
            CONTENT_ENCODING,
            CONTENT_LANGUAGE,
            CONTENT_LENGTH,
            CONTENT_LOCATION,
            CONTENT_TYPE,
            // Browsers send it with what may change something.
            ORIGIN,
        ] {
            next.headers.remove(name);
        }
    }
    next
}
