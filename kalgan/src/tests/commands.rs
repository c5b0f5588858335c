//! Commands of an app's own.

use super::*;
use crate::command::Asked;
use crate::extract::Args;
use crate::{Connection, settings};
use std::process::ExitCode;
use std::sync::OnceLock;

/// What the commands of a test have done.
#[derive(Clone, Default)]
struct Done(Arc<std::sync::Mutex<Vec<String>>>);

async fn add(args: Args, State(done): State<Done>, Lang(lang): Lang) -> Result<()> {
    let [name] = args.exactly(["NAME"])?;
    tokio::task::yield_now().await;
    let text = format!(
        "{name} {lang} {} {} {}",
        rendering::trans(&lang, "hi", [("name", "Ann")])?,
        rendering::url("user", [("id", "7")])?,
        settings::get_string("own.word")?
    );
    done.0.lock().unwrap().push(text);
    Ok(())
}

fn code(args: Args) -> ExitCode {
    ExitCode::from(args[0].parse().unwrap_or(9))
}

fn fails() -> Result<(), &'static str> {
    Err("the disk is full")
}

async fn of_a_request(_: Path<u8>) {}

async fn with_defaults(cookies: Cookies, _: Connection) -> Result<ExitCode, std::fmt::Error> {
    assert!(cookies.get("a").is_none());
    Ok(ExitCode::SUCCESS)
}

/// The build has seen these names.
fn seen(names: &[&'static str]) -> &'static [Command] {
    let command = |name: &&'static str| Command {
        name: (*name).into(),
        about: "".into(),
    };
    Vec::leak(names.iter().map(command).collect())
}

/// Runs the command of a line: its exit code as it is shown, or the error.
async fn run(site: &Site, line: &str) -> Result<String, String> {
    let mut words = line.split(' ').map(str::to_owned);
    let asked = Arc::new(Asked {
        name: words.next().unwrap(),
        arguments: words.collect(),
        ended: OnceLock::new(),
    });
    let app = site.app.clone().with_asked(Some(Arc::clone(&asked)));
    assert_eq!(app.asked_command(), Some(&*asked.name));
    match app.run().await {
        Ok(()) => Ok(format!("{:?}", asked.ended.get().unwrap())),
        Err(error) => Err(error.to_string()),
    }
}

fn site(done: &Done) -> Site {
    let files = [
        (
            "config/routes/site.yaml",
            "routes: [{user: {path: '/{_lang}/user/{id}', controller: home::echo, language: _lang}}]\n",
        ),
        (
            "config/app.yaml",
            "own: {word: hammer}\nserver: {prefix: /shop}\ni18n: {language: {default: es}}\n",
        ),
        ("config/i18n/en/m.yaml", "hi: Hello {name}\n"),
        ("config/i18n/es/m.yaml", "hi: Hola {name}\n"),
    ];
    let names = ["user:add", "code", "fails", "path", "defaults", "gone"];
    Site::with_commands(&files, seen(&names), |app| {
        app.state(done.clone())
            .command("user:add", add)
            .command("code", code)
            .command("fails", fails)
            .command("path", of_a_request)
            .command("defaults", with_defaults)
    })
}

#[tokio::test]
async fn a_command_has_the_state_the_settings_and_the_site() {
    let done = Done::default();
    let site = site(&done);
    let success = format!("{:?}", ExitCode::SUCCESS);
    assert_eq!(run(&site, "user:add ann").await, Ok(success.clone()));
    let all = done.0.lock().unwrap().join("\n");
    assert_eq!(all, "ann es Hola Ann /shop/es/user/7 hammer");
    assert_eq!(run(&site, "defaults").await, Ok(success));
    let other = format!("{:?}", ExitCode::from(3));
    assert_eq!(run(&site, "code 3").await, Ok(other));
}

#[tokio::test]
async fn what_fails_is_told() {
    let site = site(&Done::default());
    for (line, expected) in [
        ("user:add", "the command takes NAME, and was given nothing"),
        ("fails", "the disk is full"),
        ("path", "no route was matched"),
        ("gone", "`main` has not registered the command `gone`"),
    ] {
        let error = run(&site, line).await.unwrap_err();
        assert!(error.starts_with(expected), "{line}: {error}");
    }
    site.write("config/i18n/es/m.yaml", "hi: Hola {nmae}\n");
    let error = run(&site, "code 3").await.unwrap_err();
    assert!(error.contains("config/i18n/es/m.yaml:1:"), "{error}");
}

#[tokio::test]
async fn names_are_checked_at_the_start() {
    async fn nothing() {}
    let start = async |names: &[&'static str], known: &[&'static str]| {
        let site = Site::with_commands(&[], seen(known), |app| {
            names
                .iter()
                .fold(app, |app, name| app.command(name, nothing))
        });
        run(&site, "a").await.unwrap_err()
    };
    for (names, expected) in [
        (
            &["routes"][..],
            "every app has a command `routes`: call it otherwise, such as `app:routes`",
        ),
        (&["a", "a"], "the command `a` is registered twice"),
        (&["a b"], "`a b` is not a name of a command"),
        (
            &["a", "unseen"],
            "the build has not seen the command `unseen`: register it in the sources",
        ),
    ] {
        let error = start(names, &["a", "routes"]).await;
        assert!(error.starts_with(expected), "{error}");
    }
}
