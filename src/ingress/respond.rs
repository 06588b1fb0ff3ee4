//! A refusal as an HTTP answer.

use super::Reject;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

impl IntoResponse for Reject {
    /// The reason, in one word for programs and in words for people.
    fn into_response(self) -> Response {
        let status = if self.status().is_success() { "ping" } else { "rejected" };
        let body = json!({ "status": status, "reason": self.word(), "message": self.to_string() });
        let mut response = Response::new(Body::from(format!("{body}\n")));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(wait) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs()));
        }
        match self.status() {
            StatusCode::METHOD_NOT_ALLOWED => {
                headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
            }
            StatusCode::UNAUTHORIZED => {
                let basic = HeaderValue::from_static("Basic realm=\"forgeway\"");
                headers.insert(header::WWW_AUTHENTICATE, basic);
            }
            _ => {}
        }
        response
    }
}
