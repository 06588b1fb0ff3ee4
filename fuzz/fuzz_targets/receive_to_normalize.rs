//! Any bytes, sent as any forge sends them, from the request to the events.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: forgeway_fuzz::write_seeds(),
    |input: &[u8]| forgeway_fuzz::receive_to_normalize(input)
);
