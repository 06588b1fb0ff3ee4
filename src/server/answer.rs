//! What a sender is told.

use crate::ingress::Accepted;
use crate::store::Acceptance;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, header};
use serde_json::json;

/// 200 for whatever is stored: also for what nobody asked for, and for what failed after it was
/// verified. Forges switch hooks off that answer otherwise.
pub(super) fn accepted(accepted: &Accepted) -> Response {
    let (mut status, mut body) = match accepted.acceptance() {
        Acceptance::Stored { dispatches, conflicts_with, redelivery_of, .. } => {
            let mut body = json!({ "dispatches": dispatches.len() });
            if let Some(other) = conflicts_with {
                body["conflicts_with"] = other.to_string().into();
            }
            if let Some(other) = redelivery_of {
                body["redelivery_of"] = other.to_string().into();
            }
            ("accepted", body)
        }
        Acceptance::Duplicate { state, .. } => {
            ("duplicate", json!({ "dispatches": 0, "state": state }))
        }
        Acceptance::Requeued { dispatches, .. } => {
            ("requeued", json!({ "dispatches": dispatches.len() }))
        }
    };
    if let Some(failure) = accepted.failure() {
        status = "failed";
        body["stage"] = failure.stage.as_str().into();
        body["reason"] = failure.reason.as_str().into();
    } else if accepted.is_ping() && status == "accepted" {
        status = "ping";
    }
    body["id"] = accepted.delivery().to_string().into();
    body["status"] = status.into();
    body["events"] = accepted.events().into();
    if let Some(reason) = accepted.skipped() {
        body["skipped"] = reason.into();
    }
    let mut response = Response::new(Body::from(format!("{body}\n")));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
