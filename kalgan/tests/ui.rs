//! Compile errors: each case in `tests/ui` is an app with a mistake, and the exact text that the
//! compiler shows; those in `tests/ui/pass` have none.
//! `TRYBUILD=overwrite cargo test -p kalgan --test ui` writes the texts anew.

#[test]
fn compile_errors() {
    // The cases name their folders, but the crate that trybuild makes of them lies elsewhere. The
    // test starts itself again to tell, since a process must not change its own environment.
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ui");
    let exe = std::env::current_exe().expect("the path of this test");
    if std::env::var_os("KALGAN_BUILD_ROOT").is_none() {
        let status = std::process::Command::new(exe)
            .args(["--exact", "compile_errors", "--nocapture"])
            .env("KALGAN_BUILD_ROOT", cases)
            .status()
            .expect("this test starts again");
        assert!(status.success(), "see the output above");
        return;
    }
    let tests = trybuild::TestCases::new();
    tests.compile_fail("tests/ui/*.rs");
    tests.pass("tests/ui/pass/*.rs");
}
