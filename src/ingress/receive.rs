//! The first state: a request as it came. Nothing about it is known to be true yet.

use super::Reject;
use crate::scheme::RequestLine;
use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use jiff::Timestamp;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Received {
    /// The source in its address; none at `/in` itself.
    pub source: Option<String>,
    /// The method.
    pub method: Method,
    /// The headers.
    pub headers: HeaderMap,
    /// The path, still encoded.
    pub path: String,
    /// The query string, still encoded.
    pub query: Option<String>,
    /// The body, byte for byte.
    pub body: Bytes,
    /// When it came.
    pub at: Timestamp,
}

impl Received {
    /// A request that came just now, from its parts.
    pub fn from_parts(source: Option<&str>, parts: http::request::Parts, body: Bytes) -> Self {
        Self {
            source: source.map(str::to_owned),
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers: parts.headers,
            body,
            at: Timestamp::now(),
        }
    }

    /// Its first line.
    pub fn line(&self) -> RequestLine<'_> {
        RequestLine { method: &self.method, path: &self.path, query: self.query.as_deref() }
    }

    /// Whether a query holds no more than `limit` bytes: a payload may travel there, too.
    ///
    /// # Errors
    /// One that is larger.
    pub fn check_query(parts: &http::request::Parts, limit: u64) -> Result<(), Reject> {
        let length = parts.uri.query().map_or(0, str::len) as u64;
        if length > limit { Err(Reject::TooLarge(limit)) } else { Ok(()) }
    }

    /// Reads a request of at most `limit` bytes.
    ///
    /// # Errors
    /// A body that is larger, or that ended early.
    #[expect(clippy::disallowed_methods, reason = "the body is limited before it is collected")]
    pub async fn read<B>(
        source: Option<&str>,
        request: Request<B>,
        limit: u64,
    ) -> Result<Self, Reject>
    where
        B: http_body::Body,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        Self::check_query(&parts, limit)?;
        let limited = Limited::new(body, usize::try_from(limit).unwrap_or(usize::MAX));
        match limited.collect().await {
            Ok(body) => Ok(Self::from_parts(source, parts, body.to_bytes())),
            Err(error) if error.is::<LengthLimitError>() => Err(Reject::TooLarge(limit)),
            Err(_) => Err(Reject::Incomplete),
        }
    }
}
