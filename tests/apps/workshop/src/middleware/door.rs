//! The door.

use kalgan::prelude::*;

/// Lets in who knocks.
pub async fn knock(cookies: Cookies, request: Request, next: Next) -> Response {
    if !request.headers().contains_key("x-knock") {
        return redirect!("plain", id = 1);
    }
    cookies.add(("knocked", "once"));
    next.run(request).await
}
