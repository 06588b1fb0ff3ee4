//! From an HTTP request to a stored delivery: one file per stage.
//!
//! [`Received`] -> [`Detected`] -> [`Verified`] and on; each state is made by one stage only, and
//! each stage takes only the state before it.

mod accept;
pub mod bundle;
mod detect;
mod extract;
mod identity;
mod normalize;
mod payload;
mod plan;
mod receive;
mod reject;
mod respond;
mod rewrite;
pub mod route;
mod rules;
mod source;
mod stage;
mod text;
mod verify;

pub use accept::{Accept, Accepted};
pub use detect::{Detect, Detected};
pub use extract::{Receiver, Understand, VerifiedEvents, understand};
pub use normalize::{Normalize, Normalized};
pub use payload::{Payload, Wrapping, stored_json};
pub use plan::{Route, Routed};
pub use receive::Received;
pub use reject::Reject;
pub use rules::{Rule, Rules, Unproven};
pub use source::{Source, SourceFault, Sources};
pub use stage::{Below, Last, Stage, StageLayer, Staged, last, stage};
pub use text::{JsonText, json_text};
pub use verify::{Verified, Verify};

use crate::mapping::Mappings;
use crate::store::{DedupeRule, Store};
use crate::worker::Handle;
use route::Routes;
use std::sync::Arc;
use tower::ServiceBuilder;

/// What the stages of a gateway rest on.
#[derive(Clone)]
pub struct Gateway {
    /// Who delivers.
    pub sources: Arc<Sources>,
    /// What every forge says.
    pub mappings: Arc<Mappings>,
    /// What goes where.
    pub routes: Arc<Routes>,
    /// Where deliveries are kept.
    pub store: Arc<dyn Store>,
    /// What counts as a repeat.
    pub dedupe: DedupeRule,
    /// Who delivers; without one, what is to be sent waits in the store.
    pub worker: Option<Handle>,
}

/// The way of a delivery, from top to bottom.
pub type Ingress = Staged<Detect, Staged<Verify, Staged<Normalize, Staged<Route, Last<Accept>>>>>;

/// From a request to a stored delivery. The compiler holds the order: each stage accepts only what
/// the stage above it produces.
pub fn ingress(gateway: &Gateway) -> Ingress {
    let Gateway { sources, mappings, routes, store, dedupe, worker } = gateway;
    let detect = Detect::new(sources, mappings.forges()).by_body(mappings);
    let normalize = Normalize::new(mappings).remembering(store);
    let accept = Accept::new(Arc::clone(store), *dedupe, worker.clone());
    ServiceBuilder::new()
        .layer(stage(detect)) //                                  Received   -> Detected
        .layer(stage(Verify::new())) //                           Detected   -> Verified
        .layer(stage(normalize)) //                               Verified   -> Normalized
        .layer(stage(Route::new(routes))) //                      Normalized -> Routed
        .service(last(accept)) //                                 Routed     -> Accepted
}

#[cfg(test)]
mod tests;
