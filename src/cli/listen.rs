//! `forgeway listen`: plays a receiver, prints what comes and says whether its signature holds.

use super::io::{self, print};
use super::proof;
use anyhow::{Context, Result};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use forgeway::config::Credential;
use forgeway::forge::{self, Forge};
use forgeway::ingress::Rules;
use forgeway::json::STARS;
use forgeway::mapping::Mappings;
use forgeway::scheme::{Message, RequestLine};
use forgeway::secret::Secret;
use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

/// As much as the forges themselves send.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Play a receiver: print each delivery and whether its signature holds.
///
/// Examples:
///   forgeway listen 127.0.0.1:9000
///   forgeway listen 127.0.0.1:9000 --secret out --format github
///   forgeway listen 127.0.0.1:9000 --with "{ scheme: hmac, header: X-Mac, secret: out }"
///   forgeway listen 127.0.0.1:9000 --status 503        # a receiver that is not well
///   forgeway listen 127.0.0.1:9000 --count 1 --json | jq .body
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Where to listen; port 0 takes a free one and says which.
    #[arg(value_name = "ADDR")]
    address: SocketAddr,
    /// The secret that deliveries are expected to be signed with; may be given several times.
    #[arg(long, value_name = "SECRET")]
    secret: Vec<String>,
    /// The scheme to look at; left out: what a plain secret means for the format.
    #[arg(long, requires = "secret")]
    scheme: Option<String>,
    /// The user, for HTTP Basic; the secret is the password.
    #[arg(long, requires = "secret")]
    user: Option<String>,
    /// Verify as an item of a source's `verify` says it: "{ scheme: hmac, header: X-Mac, secret: s }".
    #[arg(long, value_name = "ITEM", conflicts_with = "secret", value_parser = io::credential)]
    with: Vec<Credential>,
    /// The format that is expected; left out: told by the headers.
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// What to answer.
    #[arg(long, default_value_t = 200)]
    status: u16,
    /// Stop after so many deliveries.
    #[arg(long, value_name = "N")]
    count: Option<usize>,
    /// Print one JSON object a line, for scripts.
    #[arg(long)]
    json: bool,
    /// Print one line a delivery, without headers and body.
    #[arg(long, conflicts_with = "json")]
    quiet: bool,
}

/// What the handler needs.
struct Receiver {
    args: Args,
    mappings: Mappings,
    credential: Credential,
    /// What --with says.
    rules: Option<Rules>,
    status: StatusCode,
    seen: AtomicUsize,
    enough: Notify,
}

/// A delivery, as it is printed.
struct Delivery<'a> {
    number: usize,
    request: String,
    /// A token that is a secret is starred out: what is printed ends in files.
    headers: HeaderMap,
    body: &'a [u8],
    forge: Option<&'a Forge>,
    signature: Option<Signature>,
}

/// Whether a signature holds: the scheme, or why none does.
type Signature = Result<String, String>;

impl Args {
    /// Listens until it is stopped or has seen enough.
    pub(super) fn run(self) -> Result<ExitCode> {
        let mappings = Mappings::on_demand(None)?;
        if let Some(format) = &self.format {
            super::forge_named(&mappings, format)?;
        }
        let status = StatusCode::from_u16(self.status).with_context(|| {
            format!("{} is no HTTP status: give one from 100 to 999", self.status)
        })?;
        if self.secret.iter().any(String::is_empty) {
            let message =
                "--secret: an empty secret proves nothing; leave it out to look at no signature";
            return Err(io::NotUnderstood(message.into()).into());
        }
        let credential = Credential {
            scheme: self.scheme.clone(),
            secrets: self.secret.iter().map(Secret::new).collect(),
            user: self.user.clone(),
            allow_sha1: true,
            ..Credential::default()
        };
        let rules = match self.with.is_empty() {
            true => None,
            false => {
                let format = self.format.as_ref().and_then(|name| mappings.forge(name));
                let rules = Rules::new(format.map(AsRef::as_ref), &self.with);
                Some(rules.map_err(|fault| io::NotUnderstood(format!("--with: {fault}")))?)
            }
        };
        io::runtime()?.block_on(async {
            let listener = io::bind(self.address).await?;
            let address = listener.local_addr()?;
            io::remark(format_args!("listening on http://{address}, answering {status}"));
            let receiver = Arc::new(Receiver {
                args: self,
                mappings,
                credential,
                rules,
                status,
                seen: AtomicUsize::new(0),
                enough: Notify::new(),
            });
            let app = axum::Router::new().fallback(receive).with_state(Arc::clone(&receiver));
            let done = async move {
                tokio::select! {
                    () = receiver.enough.notified() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
            };
            axum::serve(listener, app).with_graceful_shutdown(done).await.context("serving")
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn receive(State(receiver): State<Arc<Receiver>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if let Some(origin) = head.headers.get("webhook-request-origin")
        && head.method == Method::OPTIONS
    {
        io::remark(format_args!("{origin:?} may send: it asked for our consent"));
        let any = [("webhook-allowed-origin", "*"), ("webhook-allowed-rate", "*")];
        return (StatusCode::OK, [("allow", "POST")], any, ()).into_response();
    }
    let Some(body) = read(body).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let number = receiver.seen.fetch_add(1, Ordering::Relaxed) + 1;
    let forge = receiver.forge(&head.headers);
    let delivery = Delivery {
        number,
        request: format!("{} {}", head.method, head.uri),
        headers: receiver.shown(forge, &head.headers),
        body: &body,
        forge,
        signature: receiver.signature(forge, &head, &body),
    };
    let text = match (receiver.args.json, receiver.args.quiet) {
        (true, _) => delivery.json().to_string(),
        (false, true) => delivery.line(),
        (false, false) => format!("{}\n{}", delivery.line(), delivery.details()),
    };
    // Nobody reads any more, or that was the last one: either way there is nothing left to do.
    if print(text).is_err() || receiver.args.count.is_some_and(|count| number >= count) {
        receiver.enough.notify_one();
    }
    receiver.status.into_response()
}

/// The whole body, up to the cap.
async fn read(body: Body) -> Option<axum::body::Bytes> {
    #[expect(clippy::disallowed_methods, reason = "bounded by `Limited`")]
    let collected = Limited::new(body, MOST_BYTES).collect().await;
    Some(collected.ok()?.to_bytes())
}

impl Receiver {
    /// The forge whose format this is.
    fn forge(&self, headers: &HeaderMap) -> Option<&Forge> {
        let forge = match &self.args.format {
            Some(name) => self.mappings.forge(name),
            None => forge::detect(self.mappings.forges(), headers),
        };
        forge.map(|forge| &**forge)
    }

    /// The headers as they may be printed.
    fn shown(&self, forge: Option<&Forge>, headers: &HeaderMap) -> HeaderMap {
        let mut shown = forge.map_or_else(|| headers.clone(), |f| f.redact_headers(headers));
        for name in self.rules.iter().flat_map(Rules::secret_headers) {
            if let Some(value) = shown.get_mut(name) {
                *value = HeaderValue::from_static(STARS);
            }
        }
        shown
    }

    fn signature(
        &self,
        forge: Option<&Forge>,
        head: &http::request::Parts,
        body: &[u8],
    ) -> Option<Signature> {
        let (path, query) = (head.uri.path(), head.uri.query());
        let line = RequestLine { method: &head.method, path, query };
        let (headers, now) = (&head.headers, jiff::Timestamp::now());
        let message = Message { headers, body, json: body, line, now };
        if let Some(rules) = &self.rules {
            let proof = rules.prove(&message).map_err(|unproven| unproven.to_string());
            return Some(proof.map(|auth| auth.scheme.unwrap_or_default()));
        }
        if self.credential.secrets.is_empty() {
            return None;
        }
        let Some(forge) = forge else {
            return Some(Err("no forge's format that we know: say which with --format".into()));
        };
        Some(match proof::prove(forge, &self.credential, &message) {
            Ok(Ok(proven)) => Ok(proven.auth.scheme.unwrap_or_default()),
            Ok(Err(unproven)) => Err(unproven.to_string()),
            Err(fault) => Err(fault.to_string()),
        })
    }
}

impl Delivery<'_> {
    fn text(&self) -> &str {
        std::str::from_utf8(self.body).unwrap_or_default()
    }

    fn event(&self) -> Option<String> {
        self.forge?.event(&self.headers, self.text())
    }

    fn id(&self) -> Option<String> {
        self.forge?.delivery_id(&self.headers, self.text())
    }

    /// Everything worth knowing, on one line.
    fn line(&self) -> String {
        let event = self.event().unwrap_or_else(|| "-".into());
        let id = self.id().unwrap_or_else(|| "-".into());
        let signature = match &self.signature {
            None => String::new(),
            Some(Ok(scheme)) => format!("  signature holds ({scheme})"),
            Some(Err(why)) => format!("  SIGNATURE DOES NOT HOLD: {why}"),
        };
        format!(
            "#{} {}  {event}  {id}  {} bytes{signature}",
            self.number,
            self.request,
            self.body.len()
        )
    }

    /// The headers and the body, indented.
    fn details(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.headers {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    {name}: {}", String::from_utf8_lossy(value.as_bytes()));
        }
        let body = match serde_json::from_slice::<Value>(self.body) {
            Ok(value) => format!("{value:#}"),
            Err(_) => String::from_utf8_lossy(self.body).into_owned(),
        };
        for line in body.lines() {
            let _ = writeln!(text, "    {line}");
        }
        text
    }

    fn json(&self) -> Value {
        let mut object = json!({
            "number": self.number,
            "at": jiff::Timestamp::now().to_string(),
            "request": self.request,
            "forge": self.forge.map(|forge| &forge.name),
            "event": self.event(),
            "id": self.id(),
            "headers": io::headers_to_json(&self.headers),
            "signature": match &self.signature {
                None => Value::Null,
                Some(Ok(scheme)) => json!({ "holds": true, "scheme": scheme }),
                Some(Err(why)) => json!({ "holds": false, "reason": why }),
            },
        });
        if let Ok(body) = serde_json::from_slice::<Value>(self.body) {
            object["body"] = body;
        }
        match io::text_or_base64(self.body.to_vec()) {
            (Some(text), _) => object["body_text"] = text.into(),
            (None, encoded) => object["body_base64"] = encoded.into(),
        }
        object
    }
}
