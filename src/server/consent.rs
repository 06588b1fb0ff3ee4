//! `OPTIONS` at the addresses of sources: a sender of CloudEvents' webhooks asks whether it may send.

use super::App;
use crate::egress::handshake::{ALLOWED_ORIGIN, ALLOWED_RATE, REQUEST_ORIGIN};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// The most letters that a name of a host has.
const LONGEST: usize = 253;

/// `OPTIONS /in/{source}`.
pub(super) async fn at_source(
    State(app): State<App>,
    Path(source): Path<String>,
    headers: HeaderMap,
) -> Response {
    answer(&app, Some(&source), &headers)
}

/// `OPTIONS /in`.
pub(super) async fn anywhere(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(&app, None, &headers)
}

/// Only the headers are an agreement; a source that makes none answers as if nobody could ask.
fn answer(app: &App, source: Option<&str>, headers: &HeaderMap) -> Response {
    let source = app.sources.find(source).ok();
    let consent = source.and_then(|source| source.handshake.as_ref());
    let (Some(consent), Some(origin)) = (consent, headers.get(REQUEST_ORIGIN)) else {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET,HEAD,POST"))];
        return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
    };
    let named = origin.to_str().ok().map(str::trim).filter(|named| named.len() <= LONGEST);
    let allow = (header::ALLOW, HeaderValue::from_static("POST"));
    if !named.is_some_and(|named| consent.takes(named)) {
        tracing::info!(origin = named, "a sender asked, and was not allowed");
        let reason = "this source takes nothing from that origin\n";
        return (StatusCode::FORBIDDEN, [allow], reason).into_response();
    }
    let any = || HeaderValue::from_static("*");
    let rate = consent.rate.map_or_else(any, |rate| rate.get().into());
    let granted = [allow, (ALLOWED_ORIGIN, origin.clone()), (ALLOWED_RATE, rate)];
    (StatusCode::OK, granted).into_response()
}
