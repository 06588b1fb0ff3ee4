//! The layers around every route, outermost first.

use crate::forge::Forge;
use axum::Router;
use axum::body::Body;
use http::{HeaderName, Request, StatusCode, header};
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tracing::Span;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longer than any forge waits, so that it only ends what nobody waits for any more.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The router with what holds for every request.
pub(super) fn around(router: Router, forges: &[Arc<Forge>], secret: &[HeaderName]) -> Router {
    router.layer(
        ServiceBuilder::new()
            // First, so that every line of the log has it.
            .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
            // Before anything that could print a header.
            .layer(SetSensitiveRequestHeadersLayer::new(secret_headers(forges, secret)))
            .layer(TraceLayer::new_for_http().make_span_with(span))
            // Below the trace, so that the answer's id is there whatever happens inside.
            .layer(PropagateRequestIdLayer::new(REQUEST_ID))
            // A fault of ours in one request is the end of that request only.
            .layer(CatchPanicLayer::new())
            // A sender that stops in the middle of its body holds nothing for ever.
            .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIMEOUT)),
    )
}

/// The path alone: a query may hold a payload.
fn span(request: &Request<Body>) -> Span {
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}

fn secret_headers(forges: &[Arc<Forge>], named: &[HeaderName]) -> Vec<HeaderName> {
    let schemes = forges.iter().flat_map(|forge| forge.verify.schemes.iter());
    let secret = schemes.flat_map(|(_, scheme)| scheme.secret_headers());
    let always = [header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE];
    secret.map(|header| header.name()).chain(named).cloned().chain(always).collect()
}
