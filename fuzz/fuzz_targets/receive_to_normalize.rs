//! Any bytes, sent as any forge sends them, from the request to the events.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(
    init: forgeway_fuzz::write_seeds(),
    |input: &[u8]| forgeway_fuzz::receive_to_normalize(input)
);

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    // Two of three stay JSON; the rest may become anything.
    let bent = if seed.is_multiple_of(3) {
        None
    } else {
        forgeway_fuzz::mutate(data, size, max_size, seed)
    };
    bent.unwrap_or_else(|| fuzzer_mutate(data, size, max_size))
});
