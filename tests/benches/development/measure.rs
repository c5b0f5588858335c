//! Measures an app as a developer's browser sees it: over TCP, on a connection that is kept.

use crate::apps::App;
use crate::common::median;
use crate::site::{self, Marker, PAGE};
use kalgan_tests::{Launch, Raw, Server, free_port};
use std::time::{Duration, Instant};

/// How many unchanged requests are measured.
const REQUESTS: usize = 300;
/// A measurement that takes longer has to do with fewer rounds.
const BUDGET: Duration = Duration::from_secs(20);
/// But not with fewer than these.
const LEAST: usize = 3;
/// How long a change is left alone, so that watchers have told of it and clocks of file systems
/// have ticked.
const PAUSE: Duration = Duration::from_millis(250);

/// An app that runs.
pub(crate) struct Running {
    server: Server,
    connection: Raw,
    /// From the start of the process to the first answer.
    pub(crate) start: Duration,
}

/// What unchanged requests took.
pub(crate) struct Unchanged {
    pub(crate) live: Vec<Duration>,
    pub(crate) fixed: Vec<Duration>,
    /// The processor time of a request that looks at files, and of one that does not.
    pub(crate) processor: [Duration; 2],
}

/// One save.
pub(crate) struct Saved {
    /// From the end of the write to the end of the answer that shows it.
    pub(crate) took: Duration,
    /// How many requests that were.
    pub(crate) requests: usize,
    /// The processor time of the app, on all processors: whatever else the machine does. The
    /// system counts hundredths of a second, so it takes several saves to tell.
    pub(crate) processor: Duration,
}

impl Running {
    pub(crate) fn start(launch: &Launch) -> Self {
        let begin = Instant::now();
        let server = launch.clone().serve_at(free_port());
        let connection = server.connect();
        let mut running = Self {
            server,
            connection,
            start: Duration::ZERO,
        };
        running.get();
        running.start = begin.elapsed();
        running
    }

    /// Asks for the page.
    ///
    /// # Panics
    /// When it does not come.
    pub(crate) fn get(&mut self) -> (Duration, String) {
        let request = format!("GET {PAGE} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let begin = Instant::now();
        self.connection
            .send(&request)
            .expect("the server keeps the connection");
        let answer = self
            .connection
            .answer()
            .expect("the server keeps the connection");
        let took = begin.elapsed();
        let text = answer.text();
        if answer.status != 200 {
            let log = self.server.log().text();
            panic!("the page is {}\n{text}\n{log}", answer.status);
        }
        (took, text)
    }

    /// The processor time that the process has used, ended threads among it.
    fn processor(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.server.id()));
        let stat = stat.unwrap_or_default();
        // The name of the program is in brackets and may hold spaces.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks = ticks.filter_map(|ticks| ticks.parse::<u64>().ok());
        Duration::from_millis(10 * ticks.sum::<u64>())
    }

    /// How much memory the process has, in MiB.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kib.unwrap_or_default() / 1024
    }
}

/// Requests of an app whose files stay as they are, in turns with one that does not look at them.
pub(crate) fn unchanged(live: &mut Running, fixed: &mut Running) -> Unchanged {
    let mut times = Unchanged {
        live: Vec::new(),
        fixed: Vec::new(),
        processor: [Duration::ZERO; 2],
    };
    for app in [&mut *live, &mut *fixed] {
        // A server may have closed one that was idle.
        app.connection = app.server.connect();
    }
    let begin = Instant::now();
    let used = [live.processor(), fixed.processor()];
    let mut requests = 0;
    for round in 0..REQUESTS + 10 {
        requests += 1;
        let (with, without) = (live.get().0, fixed.get().0);
        // The first ones warm it up.
        if round >= 10 || with > Duration::from_secs(1) {
            times.live.push(with);
            times.fixed.push(without);
        }
        if times.live.len() >= LEAST && begin.elapsed() > BUDGET {
            break;
        }
    }
    let now = [live.processor(), fixed.processor()];
    times.processor = [0, 1].map(|at: usize| (now[at] - used[at]) / requests);
    times
}

/// Saves a file again and again, and asks until the answer shows it. `round` counts the edits of
/// this marker.
pub(crate) fn saves(
    app: &App,
    running: &mut Running,
    marker: Marker,
    renamed: bool,
    rounds: usize,
    round: &mut usize,
) -> Vec<Saved> {
    let mut all = Vec::new();
    let begin = Instant::now();
    while all.len() < rounds && (all.len() < LEAST || begin.elapsed() < BUDGET) {
        settle(running);
        *round += 1;
        site::edit(&app.folder, app.dialect, marker, *round, renamed);
        let used = running.processor();
        let saved = Instant::now();
        let text = marker.text(*round);
        let mut requests = 0;
        loop {
            requests += 1;
            let (_, page) = running.get();
            let took = saved.elapsed();
            if page.contains(&text) {
                all.push(Saved {
                    took,
                    requests,
                    processor: running.processor() - used,
                });
                break;
            }
            assert!(
                took < kalgan_tests::DEADLINE,
                "the edit of {marker:?} does not show"
            );
        }
    }
    all
}

/// Leaves a change alone until requests take what they take without one.
fn settle(running: &mut Running) {
    let mut last = None;
    for _ in 0..4 {
        std::thread::sleep(PAUSE);
        let (took, _) = running.get();
        // An app that reads all files each time never becomes faster.
        if last.is_some_and(|last: Duration| took > last / 2 && took < last * 2) {
            return;
        }
        last = Some(took);
    }
}

/// The value that nine of ten do not exceed.
pub(crate) fn percentile_90(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    let at = (times.len() * 9).div_ceil(10).saturating_sub(1);
    times.get(at).copied().unwrap_or_default()
}

impl Unchanged {
    /// What development adds to a request: the difference of the medians.
    pub(crate) fn added(&self) -> Duration {
        median(self.live.clone()).saturating_sub(median(self.fixed.clone()))
    }
}
