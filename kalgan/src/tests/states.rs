//! Values of `main` that controllers, middlewares, commands and variables of templates take.

use super::*;
use crate::Args;

#[derive(Clone)]
struct Absent;

#[derive(Clone)]
struct Present;

async fn variable(State(_): State<Absent>, _: State<Present>) -> Result<u8> {
    Ok(1)
}

async fn command(_: Args, _: State<Vec<Absent>>) {}

#[tokio::test]
async fn a_state_that_main_does_not_give_is_told_before_the_server_listens() {
    let files = [(
        "config/app.yaml",
        "server: {port: 0, address: no.such.host.invalid}\n",
    )];
    let commands: &'static [Command] = &[Command {
        name: std::borrow::Cow::Borrowed("user:add"),
        about: std::borrow::Cow::Borrowed(""),
    }];
    let site = Site::with_commands(&files, commands, |app| {
        app.state(Present)
            .global("visitor", variable)
            .command("user:add", command)
    });
    let error = site.app.clone().run().await.unwrap_err().to_string();
    for expected in [
        "the app has no state of the type `u32`, which the controller `",
        "states::Absent`, which the variable `visitor` takes: add `.state(value)` to the app in `main`",
        "states::Absent>`, which the command `user:add` takes",
    ] {
        assert!(error.contains(expected), "{expected}: {error}");
    }
    assert!(!error.contains("Present"), "{error}");

    let app = site.app.state(Absent).state(vec![Absent]).state(1_u32);
    let app = app.state(stale::Meanwhile::default());
    let error = app.run().await.unwrap_err().to_string();
    assert!(error.contains("no.such.host.invalid"), "{error}");
}
