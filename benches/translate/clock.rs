//! Time, as this thread's CPU spends it.

use rustix::time::{ClockId, clock_gettime};

/// How often each step is measured.
const ROUNDS: usize = 15;

/// A part of the work, by its name.
pub(super) type Step<'s> = (&'s str, Box<dyn Fn() + 's>);

/// The medians of all steps in microseconds. They alternate, so that whatever else the machine does falls on
/// each of them.
pub(super) fn medians(steps: &[Step<'_>], repeats: usize) -> Vec<f64> {
    let mut samples = vec![Vec::with_capacity(ROUNDS); steps.len()];
    for _ in 0..ROUNDS {
        for (step, samples) in steps.iter().zip(&mut samples) {
            samples.push(cpu_micros(repeats, &step.1));
        }
    }
    samples.into_iter().map(median).collect()
}

/// CPU microseconds of this thread for one call, averaged over `repeats`.
fn cpu_micros(repeats: usize, step: &dyn Fn()) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
    };
    let start = now();
    (0..repeats).for_each(|_| step());
    (now() - start) / repeats as f64
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
