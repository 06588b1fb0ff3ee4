//! The endpoints that deliveries come to.

use super::{App, answer};
use crate::forge::without_secrets;
use crate::ingress::{Accepted, Received, Reject};
use crate::store::Rejection;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
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
    let headers = request.headers().clone();
    match take(&app, source.as_deref(), request).await {
        Ok(accepted) => {
            let (delivery, events) = (accepted.delivery(), accepted.events());
            tracing::info!(source, %delivery, events, "a delivery was accepted");
            answer::accepted(&accepted)
        }
        // Anybody can send it, as often as they like: it leaves no trace.
        Err(reject @ Reject::UnsignedPing) => {
            tracing::debug!(source, "a hook was tried out, unsigned");
            reject.into_response()
        }
        Err(reject) => {
            tracing::info!(source, reason = %reject, "a delivery was refused");
            record(&app, source, &reject, &headers).await;
            reject.into_response()
        }
    }
}

/// Reads the request within the budget and takes it through ingress. The bytes count as held until
/// the delivery is stored.
async fn take(app: &App, source: Option<&str>, request: Request) -> Result<Accepted, Reject> {
    let (parts, body) = request.into_parts();
    Received::check_query(&parts, app.body_limit)?;
    let waits = parts.headers.contains_key(header::EXPECT);
    let (body, _held) = app.budget.read(body, app.body_limit, waits).await?;
    app.ingress.clone().oneshot(Received::from_parts(source, parts, body)).await
}

/// The most bytes of headers that are kept of a refused request: anybody may send any.
const SHOWN: usize = 4096;

/// The headers as they may be kept: without secrets, and only the first of very many.
fn shown(headers: &HeaderMap) -> Vec<(String, String)> {
    let headers = without_secrets(headers);
    let pairs = headers.iter().map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let mut bytes = 0;
    let fits = |(name, value): &(String, String)| {
        bytes += name.len() + value.len();
        bytes <= SHOWN
    };
    pairs.take_while(fits).collect()
}

/// Notes why a delivery was refused. A gateway that is too busy, or whose store does not write, has
/// no hand free for that.
async fn record(app: &App, source: Option<String>, reject: &Reject, headers: &HeaderMap) {
    if matches!(reject, Reject::Busy | Reject::NotStored) {
        return;
    }
    let rejection = Rejection {
        at: Timestamp::now(),
        source: source.filter(|_| !matches!(reject, Reject::UnknownSource(_))),
        status: reject.status().as_u16(),
        reason: reject.to_string(),
        headers: shown(headers),
    };
    if let Err(error) = app.store.reject(rejection).await {
        tracing::warn!(%error, "a refusal could not be noted");
    }
}
