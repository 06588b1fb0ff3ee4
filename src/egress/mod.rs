//! From a dispatch to a receipt: render once, then sign and deliver until it arrives.
//!
//! The stack is [`egress`]; each stage is a file of its own. A dispatch is rendered before its first
//! attempt and its bytes are stored; every attempt signs the same bytes anew.

mod client;
mod deliver;
mod guard;
pub(crate) mod handshake;
pub mod headers;
mod known;
mod pace;
mod passthrough;
mod render;
mod sign;
mod templated;
mod values;

pub use client::{ANSWER_LIMIT, Answer, Client, SendError};
pub use deliver::{Deliver, Receipt, Verdict};
pub use guard::{Refused, check_host};
pub use handshake::{Ask, Consented, Consents};
pub use passthrough::RULE as PASSTHROUGH;
pub use render::{Dispatch, Formats, Origin, Render, RenderError, Rendered, body, render, steps};
pub use sign::{Proofs, Sign, Signed, default_schemes, sign, signatures};
pub use templated::address;
pub use values::render_values;

use crate::ingress::route::Routes;
use crate::ingress::{Last, Staged, last, stage};
use crate::mapping::Mappings;
use crate::store::{DispatchId, Store, StoreError};
use crate::template::Templates;
use jiff::Timestamp;
use std::sync::Arc;
use tower::ServiceBuilder;

/// Why a dispatch came to no attempt.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The target's format has no words for it. The store knows already.
    #[error("skipped: {reason}")]
    Skipped {
        /// Why.
        reason: String,
    },
    /// A stage failed in a way that the next attempt would fail in as well, until somebody changes the
    /// mapping or the configuration.
    #[error("{stage} failed: {reason}")]
    Failed {
        /// The stage.
        stage: &'static str,
        /// Why.
        reason: String,
    },
    /// The target was asked and has not agreed: the attempt ended there, and nothing was sent.
    #[error("the target has not agreed")]
    NoConsent(Box<Receipt>),
    /// The target allows no more for now. Nothing was sent, and it counts as no attempt.
    #[error("the target allows no more before {at}")]
    Later {
        /// When it does.
        at: Timestamp,
        /// Dispatches that rendering this one brought about; they are due at once.
        further: Vec<DispatchId>,
    },
    /// The store did not take what was rendered; the dispatch is as it was.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The way of a dispatch, from top to bottom.
pub type Egress = Staged<Render, Staged<Ask, Staged<Sign, Last<Deliver>>>>;

/// From a dispatch to a receipt. The compiler holds the order: each stage accepts only what the
/// stage above it produces.
pub fn egress(
    mappings: &Arc<Mappings>,
    templates: &Arc<Templates>,
    routes: &Arc<Routes>,
    store: &Arc<dyn Store>,
    client: &Client,
) -> Egress {
    let routes = Arc::clone(routes);
    let render =
        Render::new(Arc::clone(mappings), Arc::clone(templates), routes, Arc::clone(store));
    let deliver = |consents| Deliver::new(client.clone(), consents, Arc::clone(templates));
    let consents = Consents::default();
    let ask = Ask::new(client.clone(), consents.clone());
    ServiceBuilder::new()
        .layer(stage(render)) //                              Dispatch  -> Rendered
        .layer(stage(ask)) //                                 Rendered  -> Consented
        // Only now: what proves when it was sent is not to age while a target is asked.
        .layer(stage(Sign::new(Arc::clone(mappings)))) //     Consented -> Signed
        .service(last(deliver(consents))) //                  Signed    -> Receipt
}
