//! The steps of an answer: how many there are, and who takes them.

use super::Failed;
use cel::ExecutionError;
use cel::common::types::CelInt;
use cel::common::value::CowVal;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// So many bytes of a text that is looked through count as one step.
const BYTES_A_STEP: u64 = 64;
/// The longest that one answer may take: a last resort, since steps are counted.
const LONGEST_TIME: Duration = Duration::from_millis(250);
/// The most steps of one answer.
const MOST_STEPS: u64 = 1_000_000;
thread_local! {
    static LEFT: Cell<u64> = const { Cell::new(0) };
    static UNTIL: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// What is left of an answer's steps. Evaluation is synchronous, so the thread keeps it.
pub(super) struct Budget;

impl Budget {
    /// Begins an answer.
    pub(super) fn open() {
        LEFT.set(MOST_STEPS);
        UNTIL.set(Some(Instant::now() + LONGEST_TIME));
    }

    /// Takes steps; says whether there were enough. Once there were not, there are none.
    pub(super) fn take(steps: u64) -> bool {
        let late = UNTIL.get().is_none_or(|until| Instant::now() > until);
        let left = if late { None } else { LEFT.get().checked_sub(steps).filter(|left| *left > 0) };
        LEFT.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Whether steps are left.
    pub(super) fn check() -> Result<(), Failed> {
        if LEFT.get() > 0 { Ok(()) } else { Err(Failed(exhausted())) }
    }

    /// Ends an answer: whether steps are left.
    pub(super) fn close() -> Result<(), Failed> {
        let result = Self::check();
        UNTIL.set(None);
        result
    }
}

fn exhausted() -> String {
    format!(
        "it was stopped: more than {MOST_STEPS} steps, or longer than {} ms",
        LONGEST_TIME.as_millis()
    )
}

/// Gives its first argument back, having counted it: the function behind
/// [`BOUND`](super::bounds::BOUND).
pub(super) fn bound<'b, 'v>(
    mut args: Vec<CowVal<'b, 'v>>,
) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let weight = args.pop();
    let weight = weight.as_ref().and_then(|weight| weight.downcast_ref::<CelInt>());
    let weight = weight.and_then(|weight| u64::try_from(*weight.inner()).ok()).unwrap_or(1);
    let value = args.pop().ok_or_else(ExecutionError::missing_argument_or_target)?;
    let size =
        value.as_sizer().map_or(0, |sizer| u64::try_from(*sizer.size().inner()).unwrap_or(0));
    let size = if value.as_iterable().is_some() { size } else { size / BYTES_A_STEP };
    count(weight.saturating_mul(size + 1)).map(|()| value)
}

/// Takes steps.
pub(super) fn count(steps: u64) -> Result<(), ExecutionError> {
    match Budget::take(steps) {
        true => Ok(()),
        false => Err(ExecutionError::function_error("when", exhausted())),
    }
}

/// Takes the steps of looking through a text.
pub(super) fn count_text(text: &str) -> Result<(), ExecutionError> {
    count(text.len() as u64 / BYTES_A_STEP + 1)
}
