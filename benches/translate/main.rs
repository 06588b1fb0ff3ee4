//! What a translation costs, as a ratio to a floor that is measured in the same run.
//!
//! The floor is what any program that checks, reads, writes and signs JSON pays: HMAC-SHA256 over the
//! input, `serde_json` from the input to a `Value`, the output's `Value` to text, HMAC over the output.
//! Each figure is this thread's CPU time; the cases alternate, and the medians are compared. Run it
//! with `cargo bench`; a ratio of 1.0 means as cheap as the floor. What each template costs is beside it.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod case;
mod clock;
mod payloads;
mod templates;

use case::Case;
use forgeway::mapping::Mappings;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // `cargo test` runs benches to see that they work; measuring is for `cargo bench`.
    let measuring = std::env::args().any(|argument| argument == "--bench");
    let mappings = Mappings::embedded().expect("the embedded mappings");
    let push = ("x-github-event", "push");
    let merge = ("x-gitlab-event", "Merge Request Hook");
    let cases = [
        Case::new(
            &mappings,
            "push of 8 KB, to the other format",
            ("github", "gitlab"),
            push,
            payloads::push(3),
        ),
        Case::new(
            &mappings,
            "merge request of 6 KB, to the other format",
            ("gitlab", "github"),
            merge,
            payloads::merge_request(),
        ),
        Case::new(
            &mappings,
            "push of 200 KB, to the other format",
            ("github", "gitlab"),
            push,
            payloads::push(300),
        ),
    ];
    // `cargo bench -- merge` measures the cases with that word in their names, `-- templates` the templates.
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let wanted = wanted.unwrap_or_default();
    for case in cases.iter().filter(|case| case.name.contains(&wanted)) {
        case.translate();
        if measuring {
            case.measure();
        }
    }
    if "templates".contains(&wanted) {
        templates::run(&mappings, measuring);
    }
}
