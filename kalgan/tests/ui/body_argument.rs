mod controller {
    pub mod order {
        use kalgan::prelude::*;

        #[derive(serde::Deserialize)]
        pub struct Order {
            pub item: String,
        }

        pub async fn create(Form(order): Form<Order>, lang: Lang) -> String {
            format!("{} {}", order.item, &*lang)
        }

        pub async fn twice(request: Request, Json(order): Json<Order>) -> String {
            format!("{} {}", request.uri(), order.item)
        }
    }
}

mod middleware {
    use kalgan::prelude::*;

    pub async fn check(body: String, request: Request, next: Next) -> Response {
        drop(body);
        next.run(request).await
    }
}

#[kalgan::app(root = "body_argument")]
fn main() {}
