//! Forgeway: a gateway between forges and whatever listens to them.
//!
//! A delivery (a webhook request) comes in from any forge, in that forge's dialect. It is verified, told
//! as canonical [events](event::Event), stored, and said again in the format that a target understands,
//! freshly signed, until it has arrived. What is particular to a forge is data: see [`mapping`].
//!
//! The modules stand in the order of the pipeline: a delivery is received, detected, verified,
//! normalized, routed and stored ([`ingress`]), then rendered, signed and delivered ([`egress`]).
//! A whole gateway from a configuration is [`server::Prepared`].
//!
//! # Inside another program
//!
//! Any axum service can take verified events as an argument of a handler. Whatever does not prove
//! itself, or cannot be read, is answered before the handler is asked.
//!
//! ```
//! use axum::{Router, routing::post};
//! use forgeway::config::Credential;
//! use forgeway::ingress::{Receiver, VerifiedEvents};
//! use forgeway::mapping::Mappings;
//! use forgeway::secret::Secret;
//! use std::sync::Arc;
//!
//! async fn events(delivery: VerifiedEvents) -> String {
//!     delivery.events().iter().map(|event| format!("{}\n", event.key())).collect()
//! }
//!
//! let mappings = Arc::new(Mappings::embedded()?);
//! let secret = Credential { secrets: vec![Secret::new("in")], ..Credential::default() };
//! let receiver = Receiver::new(&mappings, "gitea", vec![secret])?;
//! let app: Router = Router::new().route("/hook", post(events)).with_state(receiver);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `examples/embed.rs` has this and a tower stack of one's own, with Forgeway's stages in it.

pub mod config;
pub mod egress;
pub mod event;
pub mod forge;
pub mod ingress;
pub mod json;
pub mod mapping;
mod markup;
pub mod scheme;
pub mod secret;
pub mod server;
pub mod store;
pub mod template;
mod texts;
pub mod value;
pub mod when;
pub mod worker;
pub mod yaml;
