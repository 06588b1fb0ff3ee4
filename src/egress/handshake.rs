//! Asking a target whether our requests are welcome, where its configuration says so (`handshake`).
//!
//! It is asked before the first request of this process, and again after it said that it is gone. Nothing
//! but its own headers is consent: anything may answer `OPTIONS` with 200.

use super::EgressError;
use super::client::{Answer, Client};
use super::deliver::{Receipt, Verdict, answered, class, judge, retry_after};
use super::pace::Pace;
use super::render::Rendered;
use super::sign::{basic, shown};
use crate::config::{Handshake, Target};
use crate::ingress::Stage;
use crate::store::{Attempt, Outcome};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Who asks, also on each request that follows.
pub(crate) const REQUEST_ORIGIN: HeaderName = HeaderName::from_static("webhook-request-origin");
/// How many requests a minute are asked for.
const REQUEST_RATE: HeaderName = HeaderName::from_static("webhook-request-rate");
/// Who may send.
pub(crate) const ALLOWED_ORIGIN: HeaderName = HeaderName::from_static("webhook-allowed-origin");
/// How many requests a minute they may send.
pub(crate) const ALLOWED_RATE: HeaderName = HeaderName::from_static("webhook-allowed-rate");

/// A request that its target has agreed to, or need not. Only [`Ask`] makes one.
#[derive(Debug)]
pub struct Consented(Rendered);

impl Consented {
    /// What was rendered.
    pub fn into_rendered(self) -> Rendered {
        self.0
    }
}

/// What the targets have said so far, by their names. It is forgotten when the process ends.
#[derive(Debug, Clone, Default)]
pub struct Consents(Arc<std::sync::Mutex<HashMap<String, Arc<Mutex<State>>>>>);

/// What one target has said.
#[derive(Debug, Default)]
struct State {
    /// Its consent, as the pace that it allows.
    consent: Option<Pace>,
    /// What it said instead, and when: for those who waited meanwhile.
    refusal: Option<(Instant, Refusal)>,
}

/// An attempt that ended with the question.
#[derive(Debug, Clone)]
struct Refusal {
    attempt: Attempt,
    verdict: Verdict,
}

impl Consents {
    fn of(&self, target: &Target) -> Arc<Mutex<State>> {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(all.entry(target.name.clone()).or_default())
    }

    /// Takes in what a target answered to a request: one that is gone has to agree anew, and one that
    /// wants a pause gets it from all that wait.
    pub(super) async fn hear(&self, target: &Target, answer: &Answer) {
        if target.handshake.is_none() {
            return;
        }
        match answer.status {
            StatusCode::GONE => self.of(target).lock().await.consent = None,
            StatusCode::TOO_MANY_REQUESTS => {
                let wait = retry_after(&answer.headers, Timestamp::now());
                let until = wait.and_then(|wait| Instant::now().checked_add(wait));
                if let (Some(until), Some(pace)) =
                    (until, &mut self.of(target).lock().await.consent)
                {
                    pace.pause(until);
                }
            }
            _ => {}
        }
    }
}

/// Asks those targets that are to be asked.
#[derive(Debug, Clone)]
pub struct Ask {
    client: Client,
    consents: Consents,
}

impl Ask {
    /// With this client, remembering what is said here.
    pub fn new(client: Client, consents: Consents) -> Self {
        Self { client, consents }
    }
}

impl Stage for Ask {
    type Input = Rendered;
    type Output = Consented;
    type Error = EgressError;

    async fn run(&self, rendered: Rendered) -> Result<Consented, EgressError> {
        let target = rendered.target();
        let Some(handshake) = &target.handshake else { return Ok(Consented(rendered)) };
        let came = Instant::now();
        // One asks, and the others wait for what is said.
        let state = self.consents.of(target);
        let mut state = state.lock().await;
        let State { consent, refusal } = &mut *state;
        let pace = match (consent, refusal) {
            (Some(pace), _) => pace,
            (None, Some((at, said))) if *at > came => return Err(refused(&rendered, said.clone())),
            (none, refusal) => match self.ask(target, handshake).await {
                Ok(rate) => none.insert(Pace::new(rate, Instant::now())),
                Err(said) => {
                    *refusal = Some((Instant::now(), said.clone()));
                    return Err(refused(&rendered, said));
                }
            },
        };
        let now = Instant::now();
        match pace.enter(rendered.dispatch(), now) {
            Ok(()) => Ok(Consented(rendered)),
            // A little later than the moment, so that it has come by the clock of the store, too.
            Err(moment) => {
                let wait = moment.duration_since(now) + Duration::from_millis(1);
                let at = Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX);
                Err(EgressError::Later { at, further: rendered.further().to_vec() })
            }
        }
    }
}

impl Ask {
    /// Asks a target; gives the rate that it allows.
    async fn ask(
        &self,
        target: &Target,
        handshake: &Handshake,
    ) -> Result<Option<NonZeroU32>, Refusal> {
        let mut headers = HeaderMap::new();
        let agent = concat!("Forgeway/", env!("CARGO_PKG_VERSION"));
        headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
        headers.insert(REQUEST_ORIGIN, handshake.origin.clone());
        headers.extend(handshake.rate.map(|rate| (REQUEST_RATE, rate.get().into())));
        headers.extend(basic(target));
        let (started_at, clock) = (Timestamp::now(), Instant::now());
        let url = target.url.expose();
        let asking = self.client.send(target, Method::OPTIONS, url, headers.clone(), Bytes::new());
        let result = asking.await;
        let duration = clock.elapsed();
        let (message, word, verdict) = match &result {
            Ok(answer) => match consent(answer, handshake) {
                Ok(rate) => return Ok(rate),
                Err(message) => {
                    let after = retry_after(&answer.headers, started_at);
                    (message, "handshake", Verdict::Retry { after })
                }
            },
            Err(error) => {
                let verdict = judge(&result, None, started_at);
                (
                    format!("the target could not be asked for its consent: {error}"),
                    class(error),
                    verdict,
                )
            }
        };
        let (response_headers, response_body) = match &result {
            Ok(answer) => answered(answer, &headers),
            Err(_) => Default::default(),
        };
        let outcome = Outcome::Error { class: word.to_owned(), message };
        let sent_headers = shown(&headers);
        let attempt = Attempt {
            started_at,
            duration,
            outcome,
            sent_headers,
            response_headers,
            response_body,
        };
        Err(Refusal { attempt, verdict })
    }
}

fn refused(rendered: &Rendered, refusal: Refusal) -> EgressError {
    EgressError::NoConsent(Box::new(Receipt {
        dispatch: rendered.dispatch(),
        lease: rendered.lease(),
        attempt: refusal.attempt,
        verdict: refusal.verdict,
        further: rendered.further().to_vec(),
    }))
}

/// The rate that an answer allows; `None`: any.
///
/// # Errors
/// What is missing for a consent, in words.
fn consent(answer: &Answer, handshake: &Handshake) -> Result<Option<NonZeroU32>, String> {
    let (status, ours) =
        (answer.status.as_u16(), String::from_utf8_lossy(handshake.origin.as_bytes()));
    let text = |name: &HeaderName| {
        answer
            .headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
    };
    let asked =
        format!("the target has not agreed to be sent anything: it answered OPTIONS with {status}");
    match text(&ALLOWED_ORIGIN) {
        None => {
            return Err(format!(
                "{asked} and without WebHook-Allowed-Origin, which should be `{ours}` or `*`"
            ));
        }
        Some(origin) if origin != "*" && !origin.eq_ignore_ascii_case(&ours) => {
            return Err(format!(
                "{asked}, and WebHook-Allowed-Origin is `{origin}`, not `{ours}` or `*`"
            ));
        }
        Some(_) => {}
    }
    match text(&ALLOWED_RATE) {
        // What was asked for and not spoken of is kept to.
        None => Ok(handshake.rate),
        Some(rate) if rate == "*" => Ok(None),
        Some(rate) => rate.parse().map(Some).map_err(|_| {
            format!(
                "{asked}, and WebHook-Allowed-Rate is `{rate}`, neither a number above 0 nor `*`"
            )
        }),
    }
}
