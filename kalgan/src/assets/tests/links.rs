//! What a folder on Unix can hold beside files and folders.

use std::os::unix::fs::symlink;

use super::*;

#[tokio::test]
async fn symbolic_links_are_followed_within_the_folder_only() {
    let app = App::new();
    let elsewhere = TempDir::new().unwrap();
    fs::write(elsewhere.path().join("shared.txt"), "shared").unwrap();
    for (target, link) in [
        ("app.css", "static/inside.css"),
        ("../secret.txt", "static/out.txt"),
        ("../public/assets/a.txt", "static/other-folder.txt"),
        ("..", "static/up"),
        ("/", "static/slash"),
        (".env", "static/env.txt"),
        (".git", "static/git"),
        ("loop.txt", "static/loop.txt"),
        ("ring2", "static/ring"),
        ("ring", "static/ring2"),
        ("absent", "static/broken.txt"),
    ] {
        symlink(target, app.path(link)).unwrap();
    }
    let assets = app.assets();
    assert_eq!(
        get(&assets, "/static/inside.css", &[]).await.body,
        "body { color: red }"
    );
    for path in [
        "out.txt",
        "other-folder.txt",
        "up/secret.txt",
        "up/static/app.css/x",
        "slash/etc/passwd",
        "env.txt",
        "git/config",
        "broken.txt",
        "loop.txt",
        "loop.txt/x",
        "ring/a.txt",
    ] {
        let uri = format!("/static/{path}");
        assert!(
            ask(&assets, "GET", &uri, &[], &DEVELOPMENT).await.is_none(),
            "{path}"
        );
        assert_eq!(assets.content_hash(&uri), None, "{path}");
    }

    // A folder of static files may itself be a link.
    fs::remove_dir_all(app.path("public/assets")).unwrap();
    symlink(elsewhere.path(), app.path("public/assets")).unwrap();
    assert_eq!(
        get(&assets, "/public/assets/shared.txt", &[]).await.body,
        "shared"
    );
}

#[tokio::test]
async fn only_regular_files_are_opened() {
    let app = App::new();
    // To open it would wait for ever.
    let made = std::process::Command::new("mkfifo")
        .arg(app.path("static/pipe"))
        .status();
    assert!(made.unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(app.path("static/socket")).unwrap();
    for path in ["/static/pipe", "/static/socket"] {
        assert!(
            ask(&app.assets(), "GET", path, &[], &DEVELOPMENT)
                .await
                .is_none(),
            "{path}"
        );
    }
}
