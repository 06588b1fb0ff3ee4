//! The last stage: send, and judge what came back.

use super::client::{Answer, Client, SendError};
use super::handshake::Consents;
use super::sign::Signed;
use crate::config::{Format, Target};
use crate::forge::without_secrets;
use crate::ingress::Stage;
use crate::json::STARS;
use crate::store::{Attempt, DispatchId, LeaseToken, Outcome};
use crate::template::{Answers, Said, Templates};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// The longest wait that an answer may ask for: a slip in a header stops nothing for weeks.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// What came of one attempt.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The dispatch that was sent.
    pub dispatch: DispatchId,
    /// Whose lease it was.
    pub lease: LeaseToken,
    /// The attempt, for the record.
    pub attempt: Attempt,
    /// What follows from it.
    pub verdict: Verdict,
    /// Dispatches that rendering this one brought about; they are due at once.
    pub further: Vec<DispatchId>,
}

/// What follows from an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It has arrived.
    Delivered,
    /// Try again, and not sooner than the target asked.
    Retry {
        /// How long the target asked to wait.
        after: Option<Duration>,
    },
    /// Trying again would change nothing.
    Dead {
        /// Why.
        reason: String,
    },
}

/// Sends what is signed.
#[derive(Debug, Clone)]
pub struct Deliver {
    client: Client,
    consents: Consents,
    templates: Arc<Templates>,
}

impl Deliver {
    /// With this client; what targets say of further requests goes to `consents`, and `templates` know what
    /// else their receivers' answers mean.
    pub fn new(client: Client, consents: Consents, templates: Arc<Templates>) -> Self {
        Self { client, consents, templates }
    }

    /// What the answers of a target mean, beside their status.
    fn answers(&self, target: &Target) -> Option<&Answers> {
        match &target.format {
            Format::Template(name) => Some(&self.templates.get(name)?.settings().answer),
            Format::Forge(_) | Format::Passthrough => None,
        }
    }
}

impl Stage for Deliver {
    type Input = Signed;
    type Output = Receipt;
    type Error = super::EgressError;

    async fn run(&self, signed: Signed) -> Result<Receipt, Self::Error> {
        let (started_at, clock) = (Timestamp::now(), std::time::Instant::now());
        let sent_headers = signed.shown_headers();
        let rendered = signed.rendered();
        let (headers, body) = (signed.headers().clone(), signed.body().clone());
        let result = self.client.send(
            rendered.target(),
            rendered.method().clone(),
            signed.url(),
            headers,
            body,
        );
        let result = result.await;
        let duration = clock.elapsed();
        let verdict = judge(&result, self.answers(rendered.target()), started_at);
        if let Ok(answer) = &result {
            self.consents.hear(rendered.target(), answer).await;
        }
        let (outcome, response_headers, response_body) = match result {
            Ok(answer) => {
                let (headers, body) = answered(&answer, signed.headers());
                (Outcome::Status(answer.status.as_u16()), headers, body)
            }
            Err(error) => {
                let outcome =
                    Outcome::Error { class: class(&error).into(), message: error.to_string() };
                (outcome, Vec::new(), Bytes::new())
            }
        };
        Ok(Receipt {
            dispatch: rendered.dispatch(),
            lease: rendered.lease(),
            attempt: Attempt {
                started_at,
                duration,
                outcome,
                sent_headers,
                response_headers,
                response_body,
            },
            verdict,
            further: rendered.further().to_vec(),
        })
    }
}

/// What follows from an answer, or from there being none. `means` is what its receiver's answers mean beside
/// their status.
pub(super) fn judge(
    result: &Result<Answer, SendError>,
    means: Option<&Answers>,
    now: Timestamp,
) -> Verdict {
    let answer = match result {
        Ok(answer) => answer,
        // The guard says the same every time, as long as the target is configured as it is.
        Err(SendError::Refused(refused)) => return Verdict::Dead { reason: refused.to_string() },
        Err(
            SendError::Timeout(_)
            | SendError::Dns(_)
            | SendError::Connect(_)
            | SendError::Tls(_)
            | SendError::Exchange(_),
        ) => return Verdict::Retry { after: None },
    };
    let status = answer.status;
    if status.is_success() {
        return match means.map_or(Said::Taken, |means| means.read(&answer.body)) {
            Said::Taken => Verdict::Delivered,
            Said::Later => Verdict::Retry { after: retry_after(&answer.headers, now) },
            Said::Refused(why) => {
                let status = status.as_u16();
                Verdict::Dead { reason: format!("the target answered {status}, and {why}") }
            }
        };
    }
    if means.is_some_and(|means| means.delivered.contains(&status.as_u16())) {
        return Verdict::Delivered;
    }
    let again = status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        );
    if again {
        return Verdict::Retry { after: retry_after(&answer.headers, now) };
    }
    let reason = match status {
        StatusCode::GONE => {
            "the target answered 410: it is gone for good; remove it from the routes".into()
        }
        _ if status.is_redirection() => format!(
            "the target answered {}: redirects are not followed; give its final address as `url`",
            status.as_u16()
        ),
        _ => format!("the target answered {}: it does not take this", status.as_u16()),
    };
    Verdict::Dead { reason }
}

/// `Retry-After`, in seconds or as a date.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
            Duration::try_from(at.duration_since(now)).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

/// One word for what went wrong.
pub(super) fn class(error: &SendError) -> &'static str {
    match error {
        SendError::Refused(_) => "refused",
        SendError::Timeout(_) => "timeout",
        SendError::Dns(_) => "dns",
        SendError::Connect(_) => "connect",
        SendError::Tls(_) => "tls",
        SendError::Exchange(_) => "exchange",
    }
}

/// An answer as it may be kept: some receivers say back what they were sent, tokens and all.
pub(super) fn answered(answer: &Answer, sent: &HeaderMap) -> (Vec<(String, String)>, Bytes) {
    let secrets = sent.values().filter(|value| value.is_sensitive() && !value.is_empty());
    let secrets: Vec<&[u8]> = secrets.map(HeaderValue::as_bytes).collect();
    let headers = without_secrets(&answer.headers);
    let pairs = headers.iter().map(|(name, value)| {
        let value = scrub(Bytes::copy_from_slice(value.as_bytes()), &secrets);
        (name.to_string(), String::from_utf8_lossy(&value).into_owned())
    });
    (pairs.collect(), scrub(answer.body.clone(), &secrets))
}

/// The text with every one of the secrets starred out.
fn scrub(text: Bytes, secrets: &[&[u8]]) -> Bytes {
    secrets.iter().fold(text, |text, secret| {
        let find = |text: &[u8]| text.windows(secret.len()).position(|part| part == *secret);
        let Some(mut at) = find(&text) else { return text };
        let (mut out, mut rest) = (Vec::with_capacity(text.len()), &text[..]);
        loop {
            out.extend_from_slice(&rest[..at]);
            out.extend_from_slice(STARS.as_bytes());
            rest = &rest[at + secret.len()..];
            match find(rest) {
                Some(next) => at = next,
                None => break,
            }
        }
        out.extend_from_slice(rest);
        out.into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_target_says_back_is_kept_without_our_secrets() {
        let mut sent = HeaderMap::new();
        let mut token = HeaderValue::from_static("hush");
        token.set_sensitive(true);
        sent.insert("x-token", token);
        sent.insert("x-event", HeaderValue::from_static("push"));
        let mut headers = HeaderMap::new();
        headers.insert("x-echo", HeaderValue::from_static("push, hush"));
        headers.insert(header::SET_COOKIE, HeaderValue::from_static("session=1"));
        let body = Bytes::from_static(b"hush: you sent push and hushush");
        let (headers, body) = answered(&Answer { status: StatusCode::OK, headers, body }, &sent);
        assert_eq!(body, "***: you sent push and ***ush");
        let kept = [("x-echo", "push, ***"), ("set-cookie", "***")];
        assert_eq!(headers, kept.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    fn verdict(status: u16, retry_after: Option<&str>) -> Verdict {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(header::RETRY_AFTER, value.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        judge(&Ok(Answer { status, headers, body: bytes::Bytes::new() }), None, now)
    }

    #[test]
    fn a_status_says_what_follows() {
        for status in [200, 201, 202, 204] {
            assert_eq!(verdict(status, None), Verdict::Delivered);
        }
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert_eq!(verdict(status, None), Verdict::Retry { after: None }, "{status}");
        }
        for status in [301, 307, 400, 401, 404, 410, 422] {
            assert!(matches!(verdict(status, None), Verdict::Dead { .. }), "{status}");
        }
    }

    #[test]
    fn a_target_may_ask_for_time() {
        let after = |text| match verdict(503, Some(text)) {
            Verdict::Retry { after } => after.map(|wait| wait.as_secs()),
            other => panic!("{other:?}"),
        };
        assert_eq!(after("120"), Some(120));
        assert_eq!(after("Sun, 22 Nov 2026 10:01:30 GMT"), Some(90));
        assert_eq!(after("Sun, 22 Nov 2026 09:00:00 GMT"), Some(0));
        assert_eq!(after("99999999999"), Some(86_400));
        assert_eq!(after("soon"), None);
    }
}
