//! From a dispatch to a receipt: render once, then sign and deliver until it arrives.

pub mod client;

pub mod guard;
pub mod headers;
