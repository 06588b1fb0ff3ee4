//! From an HTTP request to a stored delivery: one file per stage.
//!
//! [`Received`] -> [`Detected`] -> [`Verified`] and on; each state is made by one stage only, and
//! each stage takes only the state before it.

mod accept;
mod detect;
mod identity;
mod normalize;
mod payload;
mod plan;
mod receive;
mod reject;
pub mod route;
mod rules;
mod source;
mod stage;
mod text;
mod verify;

pub use accept::{Accept, Accepted};
pub use detect::{Detect, Detected};
pub use normalize::{Normalize, Normalized};
pub use payload::{Payload, Wrapping, stored_json};
pub use plan::{Route, Routed};
pub use receive::Received;
pub use reject::Reject;
pub use rules::{Rule, Rules, Unproven};
pub use source::{Source, SourceFault, Sources};
pub use stage::{Last, Stage, StageLayer, Staged, last, stage};
pub use text::{JsonText, json_text};
pub use verify::{Verified, Verify};

#[cfg(test)]
mod tests;
