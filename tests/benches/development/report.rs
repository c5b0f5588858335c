//! Prints what was measured.

use crate::Row;
use crate::common::median;
use crate::measure::{Saved, Unchanged, percentile_90};
use crate::site::Marker;
use std::time::Duration;

/// All numbers of an app.
pub(crate) fn raw(row: &Row) {
    println!(
        "{} with {} templates: first answer after {}, {} MiB",
        row.framework.name(),
        thousands(row.size),
        time(row.start),
        row.memory
    );
    print_unchanged("unchanged", &row.unchanged);
    for (marker, renamed, saves) in &row.saves {
        let what = what(*marker);
        let way = if *renamed { ", renamed" } else { "" };
        let all: Vec<String> = saves
            .iter()
            .map(|save| format!("{}/{}", time(save.took), save.requests))
            .collect();
        println!(
            "  {what}{way}: {}, processor time {}, of {}, stale first {}; time/requests {}",
            time(middle(saves)),
            time(processor(saves)),
            saves.len(),
            saves.iter().filter(|save| save.requests > 1).count(),
            all.join(" ")
        );
    }
    print_unchanged("unchanged after the edits", &row.after);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("  load of the machine: {}", load.trim());
}

fn print_unchanged(what: &str, times: &Unchanged) {
    println!(
        "  {what}: median {} (90 % below {}), without looking at files {} ({}), added {}, of {}; \
         processor time {}, {}",
        time(median(times.live.clone())),
        time(percentile_90(times.live.clone())),
        time(median(times.fixed.clone())),
        time(percentile_90(times.fixed.clone())),
        time(times.added()),
        times.live.len(),
        time(times.processor[0]),
        time(times.processor[1])
    );
}

/// The table, in Markdown. In brackets is the processor time.
pub(crate) fn table(rows: &[Row], optimised: bool) {
    let kind = if optimised {
        "dependencies optimised"
    } else {
        "debug build"
    };
    println!(
        "\n| {kind} | templates | request | added | page | layout | message | route | memory | start |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for row in rows {
        let saved = |marker: Marker| {
            let found = row
                .saves
                .iter()
                .find(|(other, renamed, _)| *other == marker && !renamed);
            found.map_or_else(
                || String::from("–"),
                |(_, _, saves)| {
                    let stale = saves.iter().filter(|save| save.requests > 1).count();
                    // Most saves showed an old page first.
                    let sign = if stale * 2 > saves.len() { " *" } else { "" };
                    format!("{}{sign} ({})", time(middle(saves)), time(processor(saves)))
                },
            )
        };
        println!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} MiB | {} |",
            row.framework.name(),
            thousands(row.size),
            time(median(row.unchanged.live.clone())),
            time(row.unchanged.added()),
            saved(Marker::Page),
            saved(Marker::Layout),
            saved(Marker::Message),
            saved(Marker::Route),
            row.memory,
            time(row.start),
        );
    }
}

fn middle(saves: &[Saved]) -> Duration {
    median(saves.iter().map(|save| save.took).collect())
}

/// The mean, since the system counts it coarsely.
fn processor(saves: &[Saved]) -> Duration {
    let count = u32::try_from(saves.len()).unwrap_or(u32::MAX).max(1);
    saves.iter().map(|save| save.processor).sum::<Duration>() / count
}

fn what(marker: Marker) -> &'static str {
    match marker {
        Marker::Page => "save of the page's template",
        Marker::Layout => "save of the layout",
        Marker::Message => "save of a message",
        Marker::Route => "save of a route",
    }
}

/// Three digits, in milliseconds.
fn time(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    match ms {
        ..9.995 => format!("{ms:.2} ms"),
        ..99.95 => format!("{ms:.1} ms"),
        _ => format!("{} ms", thousands(ms.round() as usize)),
    }
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
