//! The committed figures, a line `name = instructions` each.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use crate::{Result, grouped};

const TOLERANCE: f64 = 0.03;

/// Compares the counts with the file and fails where one has risen.
pub fn check(file: &Path, counts: &[(&str, u64)]) -> Result<ExitCode> {
    let text = fs::read_to_string(file)?;
    let committed = parse(&text)?;
    let mut code = ExitCode::SUCCESS;
    for (name, count) in counts {
        let Some(&before) = committed.get(name) else {
            return Err(format!("`{}` has no `{name}`", file.display()).into());
        };
        let change = *count as f64 / before as f64 - 1.0;
        println!(
            "{name}: {}, committed {}, {:+.1} %",
            grouped(*count),
            grouped(before),
            change * 100.0
        );
        if change > TOLERANCE {
            code = ExitCode::FAILURE;
            eprintln!("error: {name} takes more instructions than committed");
        } else if change < -TOLERANCE {
            println!("{name} has fallen: run with `--write` and commit `instructions.txt`");
        }
    }
    Ok(code)
}

/// Writes the counts, and keeps what the file has of others.
pub fn write(file: &Path, counts: &[(&str, u64)]) -> Result<()> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut all = parse(&text)?;
    all.extend(counts.iter().copied());
    let mut lines: Vec<_> = all
        .iter()
        .map(|(name, count)| format!("{name} = {count}\n"))
        .collect();
    lines.sort();
    fs::write(file, lines.concat())?;
    print!("{}", lines.concat());
    Ok(())
}

fn parse(text: &str) -> Result<HashMap<&str, u64>> {
    text.lines()
        .map(|line| {
            let (name, count) = line
                .split_once(" = ")
                .ok_or_else(|| format!("`{line}` is not `name = instructions`"))?;
            Ok((name, count.parse()?))
        })
        .collect()
}
