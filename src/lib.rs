//! Forgeway: a gateway between forges and whatever listens to them.
//!
//! The modules stand in the order of the pipeline: a delivery is received, detected, verified,
//! normalized, routed and stored ([`ingress`]), then rendered, signed and delivered ([`egress`]).

pub mod config;
pub mod egress;
pub mod event;
pub mod forge;
pub mod ingress;
pub mod json;
pub mod mapping;
pub mod scheme;
pub mod secret;
pub mod server;
pub mod store;
pub mod value;
pub mod worker;
pub mod yaml;
