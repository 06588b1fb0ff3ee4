//! The HTTP rim around ingress: what holds for every request, whatever it carries.
//!
//! [`Prepared`] is a whole gateway from a configuration; [`app()`] is its router with the layers, and
//! [`serve()`] runs that on a listener until it is told to stop. The listener and the end are handed
//! in, so that a test binds port 0 and stops when it likes.

mod answer;
mod budget;
mod consent;
mod life;
mod listen;
mod receive;
mod rim;

pub use budget::Budget;
pub use life::{Prepared, StartError};
pub use listen::serve;

use crate::forge::Forge;
use crate::ingress::{Ingress, Sources};
use crate::store::Store;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use axum::routing::get;
use std::sync::Arc;

/// What the handlers share.
#[derive(Clone)]
pub struct App {
    /// The way of a delivery into the store.
    pub ingress: Ingress,
    /// Who delivers: what a sender is answered that asks whether it may.
    pub sources: Arc<Sources>,
    /// Where refusals are noted, and whose health is ours.
    pub store: Arc<dyn Store>,
    /// The forges, whose secret headers no log shows.
    pub forges: Arc<[Arc<Forge>]>,
    /// The secret headers that the configuration names beside those.
    pub secret_headers: Arc<[HeaderName]>,
    /// The bytes of all bodies in hand.
    pub budget: Budget,
    /// The largest body taken.
    pub body_limit: u64,
}

/// The routes, inside what holds for all of them.
pub fn app(app: App) -> Router {
    let (forges, secret) = (Arc::clone(&app.forges), Arc::clone(&app.secret_headers));
    let router = Router::new()
        .route("/in", get(receive::anywhere).post(receive::anywhere).options(consent::anywhere))
        .route(
            "/in/{source}",
            get(receive::at_source).post(receive::at_source).options(consent::at_source),
        )
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .fallback(async || (StatusCode::NOT_FOUND, "deliver to /in/<source>\n"))
        .with_state(app);
    rim::around(router, &forges, &secret)
}

/// Whether a delivery could be stored right now.
async fn ready(State(app): State<App>) -> (StatusCode, String) {
    match app.store.ready().await {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")),
    }
}
