//! The arena that a delivery is read or said in, kept for the next one on the same thread.

use bumpalo::Bump;
use std::cell::Cell;

/// Above this an arena is given back: one huge delivery should not be paid for ever after.
const KEEP_AT_MOST: usize = 4 * 1024 * 1024;

thread_local! {
    static SPARE: Cell<Option<Bump>> = const { Cell::new(None) };
}

/// Runs `work` with an arena that is empty, and empties it again.
pub(super) fn with<T>(work: impl FnOnce(&Bump) -> T) -> T {
    let mut arena = SPARE.take().unwrap_or_default();
    let result = work(&arena);
    arena.reset();
    if arena.allocated_bytes() <= KEEP_AT_MOST {
        SPARE.set(Some(arena));
    }
    result
}
