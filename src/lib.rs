//! Forgeway: a gateway between forges and whatever listens to them.
pub mod event;
pub mod value;
pub mod yaml;
