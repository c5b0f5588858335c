mod controller {
    pub mod home {
        pub async fn index() -> String {
            kalgan::trans!("order.placed", day = "tomorrow")
        }
    }
}

#[kalgan::app(root = "trans_not_a_date")]
fn main() {}
