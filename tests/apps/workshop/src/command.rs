//! The commands of the workshop.

use crate::{Owner, Visits};
use kalgan::prelude::*;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

/// Greets somebody by name.
///
/// Usage: visit:greet NAME
pub async fn greet(args: Args, State(owner): State<Owner>) -> Result<()> {
    let [name] = args.exactly(["NAME"])?;
    let greeting = trans!("greeting", name = &name);
    let plan = settings::get_string("workshop.plan")?;
    println!("{greeting}, says {} at {}: {plan}", owner.0, url!("away"));
    Ok(())
}

/// Counts a visit, and prints what follows.
pub fn count(args: Args, State(visits): State<Visits>) {
    let before = visits.0.fetch_add(1, Ordering::Relaxed);
    println!("{before} {:?}", &args[..]);
    tracing::info!("counted");
}

pub async fn close() -> std::result::Result<ExitCode, String> {
    match settings::get_bool("workshop.broom") {
        Ok(true) => Ok(ExitCode::from(7)),
        _ => Err(String::from("the broom is missing")),
    }
}
