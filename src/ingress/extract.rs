//! For other programs: verified, canonical events as an axum extractor, without a store.
//!
//! See `examples/embed.rs` for a whole service.

use super::{
    Detect, Last, Normalize, Normalized, Received, Reject, SourceFault, Sources, Staged, Verify,
    last, stage,
};
use crate::config::{self, Binding, Credential};
use crate::event::Event;
use crate::mapping::Mappings;
use axum::extract::{FromRef, FromRequest, Request};
use std::sync::Arc;
use tower::{ServiceBuilder, ServiceExt};

/// The way of a delivery to its events, without a store.
pub type Understand = Staged<Detect, Staged<Verify, Last<Normalize>>>;

/// From a request to canonical events. The compiler holds the order, as it does for the whole of
/// [`ingress()`](super::ingress()).
pub fn understand(sources: &Arc<Sources>, mappings: &Arc<Mappings>) -> Understand {
    let detect = Detect::new(sources, mappings.forges()).by_body(mappings);
    ServiceBuilder::new()
        .layer(stage(detect)) //                    Received -> Detected
        .layer(stage(Verify::new())) //             Detected -> Verified
        .service(last(Normalize::new(mappings))) // Verified -> Normalized
}

/// What [`VerifiedEvents`] is made with: one source. Keep it in the router's state.
#[derive(Clone)]
pub struct Receiver {
    understand: Understand,
    body_limit: u64,
}

/// The largest body that forges send.
const BODY_LIMIT: u64 = 25_000_000;

impl Receiver {
    /// Receives from one forge, by the name of its mapping; any one of the credentials must hold.
    ///
    /// # Errors
    /// A forge or a scheme that no mapping has, or a secret that its scheme cannot use.
    pub fn new(
        mappings: &Arc<Mappings>,
        forge: &str,
        credentials: Vec<Credential>,
    ) -> Result<Self, SourceFault> {
        let verify = config::Verify::AnyOf(credentials);
        let binding = Binding::Pinned { forge: forge.to_owned(), verify };
        Self::bound(mappings, forge, binding)
    }

    /// Receives as a source of a configuration is bound: to one forge, or to several by detection.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn bound(
        mappings: &Arc<Mappings>,
        name: &str,
        binding: Binding,
    ) -> Result<Self, SourceFault> {
        let source = config::Source {
            name: name.to_owned(),
            binding,
            body_detect: false,
            headers: config::HeaderRules::default(),
            default: true,
            handshake: None,
        };
        let sources = Arc::new(Sources::new(&[source], mappings.forges())?);
        Ok(Self { understand: understand(&sources, mappings), body_limit: BODY_LIMIT })
    }

    /// The same, taking bodies of at most so many bytes.
    #[must_use]
    pub fn with_body_limit(self, body_limit: u64) -> Self {
        Self { body_limit, ..self }
    }
}

/// The events of a delivery that proved where it comes from.
#[derive(Debug)]
pub struct VerifiedEvents(pub Normalized);

impl VerifiedEvents {
    /// The events, in order. None when the mapping failed: [`Normalized::failure`] says why.
    pub fn events(&self) -> &[Event] {
        self.0.events()
    }
}

impl<S> FromRequest<S> for VerifiedEvents
where
    S: Send + Sync,
    Receiver: FromRef<S>,
{
    type Rejection = Reject;

    async fn from_request(request: Request, state: &S) -> Result<Self, Reject> {
        let receiver = Receiver::from_ref(state);
        let received = Received::read(None, request, receiver.body_limit).await?;
        receiver.understand.oneshot(received).await.map(Self)
    }
}
