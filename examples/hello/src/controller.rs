use kalgan::prelude::*;

pub async fn hello(Path(name): Path<String>) -> Result<Response> {
    render!("hello.html", { name })
}
