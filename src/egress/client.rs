//! The HTTP client: the only place where a request leaves the house.

use super::guard::{self, Guard, Refused, Unguarded};
use crate::config::Target;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, StatusCode};
use reqwest::redirect;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The most that is kept of an answer's body.
pub const ANSWER_LIMIT: usize = 64 * 1024;

/// Sends requests: to public addresses, or to any for a target that allows it.
#[derive(Debug, Clone)]
pub struct Client {
    guarded: reqwest::Client,
    unguarded: reqwest::Client,
}

/// What a target answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, up to [`ANSWER_LIMIT`] and to the deadline.
    pub body: Bytes,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The target's address is not allowed.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The time was up before there was a status.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The target's name could not be resolved.
    #[error("{0}")]
    Dns(String),
    /// The connection did not come about.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// The connection came about and its encryption did not.
    #[error("cannot connect securely: {0}")]
    Tls(String),
    /// The connection broke, or what came is no HTTP.
    #[error("the exchange broke off: {0}")]
    Exchange(String),
}

impl Client {
    /// Makes the client.
    ///
    /// # Errors
    /// What the machine lacks, such as certificates of authorities.
    pub fn new() -> Result<Self, reqwest::Error> {
        Ok(Self { guarded: build(Arc::new(Guard))?, unguarded: build(Arc::new(Unguarded))? })
    }

    /// Sends a request to a target, at its address or one made from it. The target's timeout is the deadline of the whole exchange, from the
    /// resolver to the last byte of the answer; once there is a status, the deadline only cuts
    /// the body off: a receiver that has said yes is not asked again.
    ///
    /// # Errors
    /// Why there was no answer.
    pub async fn send(
        &self,
        target: &Target,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, SendError> {
        let client = if target.allow_private {
            &self.unguarded
        } else {
            guard::check_host(url)?;
            &self.guarded
        };
        let deadline = tokio::time::Instant::now() + target.timeout;
        let sending = client.request(method, url.clone()).headers(headers).body(body).send();
        let mut response = match tokio::time::timeout_at(deadline, sending).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(explain(&error)),
            Err(_) => return Err(SendError::Timeout(target.timeout)),
        };
        let mut answer = Answer {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: Bytes::new(),
        };
        let mut body = BytesMut::new();
        while body.len() < ANSWER_LIMIT {
            match tokio::time::timeout_at(deadline, response.chunk()).await {
                Ok(Ok(Some(chunk))) => {
                    let room = ANSWER_LIMIT - body.len();
                    body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                }
                Ok(Ok(None) | Err(_)) | Err(_) => break,
            }
        }
        answer.body = body.freeze();
        Ok(answer)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the client that the ban points to")]
fn build(resolver: Arc<dyn reqwest::dns::Resolve>) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        // A proxy would resolve the name itself, behind the guard's back.
        .no_proxy()
        // A redirect would lead past the guard, and lose the body on the way.
        .redirect(redirect::Policy::none())
        .dns_resolver(resolver)
        // Forges speak HTTP/1.1 with their headers in title case; some receivers look at the case.
        .http1_only()
        .http1_title_case_headers()
        .referer(false)
        .pool_idle_timeout(Duration::from_secs(60))
        .pool_max_idle_per_host(8)
        .build()
}

/// What an error of the client means, from what lies underneath. The address is left out: its query
/// may hold a secret.
fn explain(error: &reqwest::Error) -> SendError {
    let mut reason = String::new();
    let mut secure = false;
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref::<Refused>() {
            return SendError::Refused(refused.clone());
        }
        if let Some(unresolved) = inner.downcast_ref::<guard::Unresolved>() {
            return SendError::Dns(unresolved.to_string());
        }
        reason = inner.to_string();
        cause = match inner.downcast_ref::<std::io::Error>() {
            Some(io) => {
                // Failures of TLS come as I/O errors of this kind.
                secure |= io.kind() == std::io::ErrorKind::InvalidData;
                // What an I/O error holds is not what it calls its source: that is one further.
                io.get_ref().map(|held| held as &(dyn std::error::Error + 'static))
            }
            None => inner.source(),
        };
    }
    match error.is_connect() {
        true if secure => SendError::Tls(reason),
        true => SendError::Connect(reason),
        false => SendError::Exchange(reason),
    }
}
