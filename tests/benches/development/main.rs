//! What a large site costs in development: the added time of a request when nothing has changed,
//! and the time from a save to the answer that shows it; with 10 to 10,000 templates and as many
//! messages. The same is measured for Rocket with `rocket_dyn_templates` and for axum with a Tera
//! that is fully reloaded for each request, as far as they have what is edited.
//!
//! ```sh
//! cargo bench -p kalgan-tests --bench development
//! cargo bench -p kalgan-tests --bench development -- --sizes 10,1000 --apps kalgan --rounds 5
//! cargo bench -p kalgan-tests --bench development -- --optimised
//! ```
//!
//! The apps are debug builds, as `cargo run` makes them; `--optimised` builds what they depend on
//! with `opt-level = 2`. The crates of the other frameworks are downloaded.

mod apps;
#[path = "../common/mod.rs"]
mod common;
mod measure;
mod report;
mod site;

use apps::Framework;
use measure::{Running, Saved, Unchanged};
use site::Marker;
use std::path::Path;

/// What is measured.
struct Choice {
    sizes: Vec<usize>,
    frameworks: Vec<Framework>,
    rounds: usize,
    optimised: bool,
}

/// What was measured of one app with a site of one size.
struct Row {
    framework: Framework,
    size: usize,
    start: std::time::Duration,
    memory: u64,
    unchanged: Unchanged,
    /// Files that were edited, whether by a rename, and what the saves took.
    saves: Vec<(Marker, bool, Vec<Saved>)>,
    /// Unchanged requests after the edits.
    after: Unchanged,
}

fn main() {
    let choice = choice(std::env::args().skip(1)).unwrap_or_else(|problem| {
        eprintln!("{problem}");
        eprintln!("[--sizes N,N] [--apps kalgan,rocket,axum] [--rounds N] [--optimised]");
        std::process::exit(2);
    });
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("development");
    let mut rows = Vec::new();
    for &size in &choice.sizes {
        for &framework in &choice.frameworks {
            let row = measure_app(&root, framework, size, &choice);
            report::raw(&row);
            rows.push(row);
        }
    }
    report::table(&rows, choice.optimised);
}

fn measure_app(root: &Path, framework: Framework, size: usize, choice: &Choice) -> Row {
    let app = framework.app(root, size, choice.optimised);
    let mut fixed = Running::start(&app.fixed);
    let mut live = Running::start(&app.live);
    let unchanged = measure::unchanged(&mut live, &mut fixed);
    let memory = live.memory();
    let mut saves = Vec::new();
    for &marker in framework.markers() {
        let mut round = 0;
        for renamed in [false, true] {
            // Of the other files it is enough to see one way.
            if renamed && marker != Marker::Page {
                continue;
            }
            let saved = measure::saves(&app, &mut live, marker, renamed, choice.rounds, &mut round);
            saves.push((marker, renamed, saved));
        }
    }
    let after = measure::unchanged(&mut live, &mut fixed);
    Row {
        framework,
        size,
        start: live.start,
        memory,
        unchanged,
        saves,
        after,
    }
}

fn choice(mut arguments: impl Iterator<Item = String>) -> Result<Choice, String> {
    let mut choice = Choice {
        sizes: vec![10, 100, 1_000, 10_000],
        frameworks: vec![Framework::Kalgan, Framework::Rocket, Framework::Axum],
        rounds: 15,
        optimised: false,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| format!("{argument} needs a value"))
        };
        let number = |text: &str| {
            let number = text.replace('_', "").parse::<usize>();
            number.map_err(|error| format!("{text}: {error}"))
        };
        match argument.as_str() {
            "--sizes" => {
                choice.sizes = value()?.split(',').map(number).collect::<Result<_, _>>()?;
                if choice.sizes.iter().any(|&size| size < 10) {
                    return Err("a site has at least 10 templates".into());
                }
            }
            "--apps" => {
                let all = value()?;
                let named = all.split(',').map(|name| {
                    Framework::parse(name).ok_or_else(|| format!("there is no app `{name}`"))
                });
                choice.frameworks = named.collect::<Result<_, _>>()?;
            }
            "--rounds" => choice.rounds = number(&value()?)?.max(1),
            "--optimised" => choice.optimised = true,
            // Cargo says so to each benchmark.
            "--bench" => {}
            other => return Err(format!("there is no argument `{other}`")),
        }
    }
    Ok(choice)
}
