//! The endpoints that deliveries come to.

use super::{App, answer};
use crate::ingress::{Accepted, Received, Reject};
use crate::store::Rejection;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use tower::ServiceExt;

/// `/in/{source}`.
pub(super) async fn at_source(
    State(app): State<App>,
    Path(source): Path<String>,
    request: Request,
) -> Response {
    receive(app, Some(source), request).await
}

/// `/in`: for the source that is configured to be the default.
pub(super) async fn anywhere(State(app): State<App>, request: Request) -> Response {
    receive(app, None, request).await
}

async fn receive(app: App, source: Option<String>, request: Request) -> Response {
    match take(&app, source.as_deref(), request).await {
        Ok(accepted) => {
            let (delivery, events) = (accepted.delivery(), accepted.events());
            tracing::info!(source, %delivery, events, "a delivery was accepted");
            answer::accepted(&accepted)
        }
        Err(reject) => {
            tracing::info!(source, reason = %reject, "a delivery was refused");
            record(&app, source, &reject).await;
            reject.into_response()
        }
    }
}

/// Reads the request within the budget and takes it through ingress. The bytes count as held until
/// the delivery is stored.
async fn take(app: &App, source: Option<&str>, request: Request) -> Result<Accepted, Reject> {
    let (parts, body) = request.into_parts();
    let (body, _held) = app.budget.read(body, app.body_limit).await?;
    app.ingress.clone().oneshot(Received::from_parts(source, parts, body)).await
}

/// Notes why a delivery was refused. A gateway that is too busy, or whose store does not write, has
/// no hand free for that.
async fn record(app: &App, source: Option<String>, reject: &Reject) {
    if matches!(reject, Reject::Busy | Reject::NotStored) {
        return;
    }
    let rejection = Rejection {
        at: Timestamp::now(),
        source: source.filter(|_| !matches!(reject, Reject::UnknownSource(_))),
        status: reject.status().as_u16(),
        reason: reject.to_string(),
    };
    if let Err(error) = app.store.reject(rejection).await {
        tracing::warn!(%error, "a refusal could not be noted");
    }
}
