//! How much comes across, measured over all fixtures and written down: `docs/fidelity.md`,
//! `docs/round-trips.md` and `docs/formats.md`. A share that falls fails, blessed or not.

mod back;
pub(crate) mod emitted;
mod falls;
mod said;
pub(crate) mod schemas;
mod table;
mod valid;

use crate::{generated, tidy};

const MADE: &str = "This page is made from the tests: `BLESS=1 cargo test --test it fidelity`; a share that falls \
                    must be taken by name: `BLESS=falls`.\n";

#[test]
fn no_share_has_fallen() {
    let back = back::pages();
    let page = format!(
        "# How much comes across\n\n{MADE}\n## From a forge into a format\n\n\
         Of the leaves that the format's schema documents, over all requests that the fixtures of a forge become: how many percent are\n\
         *mapped* from what the source says, *derived* from such facts (a link) or words of the format, *defaulted* because the format demands a value\n\
         that the source does not have, and *absent*, most of them optional.\n\n{}\n## There and back\n\n\
         A delivery in a format, said again in the same format without being passed through: how many of its leaves come back equal. What\n\
         does not is named in [round-trips.md](round-trips.md). *Core kinds* are pushes, refs, pull requests, reviews, comments, issues and pings.\n{}",
        table::table(),
        back.shares
    );
    let kept = std::fs::read_to_string(tidy::root().join("docs/fidelity.md")).unwrap_or_default();
    let falls = falls::falls(&kept, &page);
    assert!(falls.is_empty() || generated::takes("falls"), "{}", falls.join("\n"));
    generated::compare("docs/fidelity.md", &page);
    let differences = format!(
        "# What does not come back\n\n{MADE}\nThe leaves that differ when a delivery is said again in its own format, with how often; places in lists are left out. A target that asks for the\n\
         format that came in gets the delivery as it came, so this is what translation loses, not what such a target is sent.\n{}",
        back.differences
    );
    generated::compare("docs/round-trips.md", &differences);
}

#[test]
fn the_page_of_what_formats_say_is_made_from_the_fixtures() {
    generated::compare("docs/formats.md", &said::page());
}
