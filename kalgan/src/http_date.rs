//! Times that HTTP dates can write.

use std::time::{Duration, SystemTime};

/// The nearest time in the years 1970 to 9999: the crate that writes HTTP dates panics at all others,
/// where a file's time and a machine's clock may well be.
pub(crate) fn clamped(time: SystemTime) -> SystemTime {
    let latest = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    time.clamp(SystemTime::UNIX_EPOCH, latest)
}
