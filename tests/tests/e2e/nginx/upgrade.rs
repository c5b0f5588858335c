//! A new release while visitors come and go.

use crate::nginx::document::block;
use crate::nginx::production::{Production, releases};
use crate::nginx::visit::Outside;
use kalgan_tests::wait_for;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

/// Visitors who ask for pages one after the other, until this value ends.
struct Visitors {
    is_over: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    threads: Vec<JoinHandle<Vec<String>>>,
}

impl Visitors {
    fn come(outside: &Outside) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let answered = Arc::new(AtomicUsize::new(0));
        let threads = (0..3)
            .map(|_| {
                let (outside, is_over) = (outside.clone(), Arc::clone(&is_over));
                let answered = Arc::clone(&answered);
                thread::spawn(move || {
                    let mut losses = Vec::new();
                    while !is_over.load(Ordering::Relaxed) {
                        match outside.visit("/en/element/Fe").try_send() {
                            Ok(answer) if answer.status == 200 && answer.has("Iron") => {}
                            other => losses.push(format!("{other:?}")),
                        }
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                    losses
                })
            })
            .collect();
        Self {
            is_over,
            answered,
            threads,
        }
    }

    /// Waits until that many more have been answered, well or badly.
    fn wait(&self, more: usize) {
        let start = self.answered.load(Ordering::Relaxed);
        wait_for("answers", || {
            (self.answered.load(Ordering::Relaxed) >= start + more).then_some(())
        });
    }

    /// What was not answered well.
    fn losses(mut self) -> Vec<String> {
        self.is_over.store(true, Ordering::Relaxed);
        let threads = self.threads.drain(..);
        threads
            .flat_map(|thread| thread.join().expect("a visitor does not panic"))
            .collect()
    }
}

impl Drop for Visitors {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

/// Whether pages of the first and of the second release come. The workers of nginx take turns
/// among all visitors, so this asks often.
fn versions(outside: &Outside) -> (bool, bool) {
    let pages: Vec<String> = (0..30).map(|_| outside.get("/en").text()).collect();
    let some = |link: &str| pages.iter().any(|page| page.contains(link));
    (some("/static/app.css?v001"), some("/static/app.css?v002"))
}

#[test]
fn a_new_release_loses_no_request() {
    let Some(mut production) = Production::start() else {
        return;
    };
    let outside = production.outside().clone();
    assert_eq!(versions(&outside), (true, false));
    let visitors = Visitors::come(&outside);
    visitors.wait(20);

    // What the document says, with the order of the restarts written instead of done.
    let script = block("sh", "for port in 7801 7802; do")
        .put_folder(4, "/srv/museum/", &production.srv().join(""))
        .put(1, "systemctl restart ", "echo ");
    let ran = Command::new("sh")
        .args(["-e", "-c", script.text()])
        .current_dir(&releases()[1].folder)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let order = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(order, "museum@7801\nmuseum@7802\n");
    outside
        .get("/static/app.css?v002")
        .expect(200, "The second release.");
    assert_eq!(versions(&outside), (true, false));

    production.restart(0, |production| {
        visitors.wait(20);
        assert_eq!(versions(production.outside()), (true, false));
    });
    // Both answer: no instance is shunned for having been away.
    assert_eq!(versions(&outside), (true, true));
    visitors.wait(20);
    production.restart(1, |production| {
        visitors.wait(20);
        assert_eq!(versions(production.outside()), (false, true));
    });
    visitors.wait(20);
    assert_eq!(versions(&outside), (false, true));
    for at in [0, 1] {
        let line = production
            .instance(at)
            .log()
            .line_with("GET /en/element/Fe");
        assert!(line.contains(" 200 "), "{line}");
    }

    let losses = visitors.losses();
    let log = production.nginx().error_log();
    assert!(losses.is_empty(), "{losses:?}\n{log}");
    // nginx did meet an instance that was away.
    assert!(log.contains("Connection refused"), "{log}");
    production.stop();
}

#[test]
fn systemd_waits_longer_than_an_instance() {
    let unit = block("ini", "# /etc/systemd/system/museum@.service");
    let patience: u64 = unit.unit_value("TimeoutStopSec").parse().unwrap();
    // `server.shutdown_timeout`, where nothing else is set.
    assert!(patience > 30);
}
