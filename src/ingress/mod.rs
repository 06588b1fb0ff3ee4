//! From an HTTP request to a stored delivery: one file per stage.

pub mod route;
mod stage;

pub use stage::{Last, Stage, StageLayer, Staged, last, stage};
