//! Work that needs a deeper stack than threads have.

use std::panic::resume_unwind;
use std::thread::{Builder, scope};

/// Memory that is reserved, and taken only as far as it is used.
const SIZE: usize = 32 << 20;

/// Does `work` on a thread with a large stack, or on this one where there can be no further thread.
/// A panic in it goes on here.
pub fn with_large_stack<T: Send>(mut work: impl FnMut() -> T + Send) -> T {
    let done = scope(|scope| {
        let thread = Builder::new()
            .name(String::from("kalgan-deep"))
            .stack_size(SIZE)
            .spawn_scoped(scope, &mut work);
        thread.map(std::thread::ScopedJoinHandle::join)
    });
    match done {
        Ok(Ok(done)) => done,
        Ok(Err(panic)) => resume_unwind(panic),
        Err(_) => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(left: usize) -> usize {
        let room = std::hint::black_box([left; 1024]);
        match left {
            0 => 0,
            left => depth(left - 1) + room[1023] / left,
        }
    }

    #[test]
    fn there_is_room_and_panics_arrive() {
        // About 16 MiB.
        assert_eq!(with_large_stack(|| depth(2000)), 2000);
        let panic = std::panic::catch_unwind(|| with_large_stack(|| panic!("as it is")));
        let panic = panic.unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"as it is"));
    }
}
