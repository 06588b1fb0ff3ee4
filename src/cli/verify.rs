//! `forgeway verify`: says of a recorded delivery whether its proof holds, and why it does not.

use super::io::{self, NotUnderstood, print};
use super::offline;
use super::proof;
use anyhow::Result;
use forgeway::config::{Credential, CredentialError};
use forgeway::ingress::Payload;
use forgeway::mapping::Mappings;
use forgeway::scheme::{Header, Message};
use forgeway::secret::Secret;
use http::{HeaderValue, header};
use jiff::Timestamp;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use url::Url;

/// Say whether a recorded delivery proves where it comes from, and why it does not.
///
/// Without --scheme, what a plain secret means for the forge is tried, and then its other
/// schemes. A signature with a time in it is held against --at.
/// Exit status 0: it holds. 1: it does not. 2: the question was not understood, and stderr says why.
///
/// Examples:
///   forgeway verify --forge github --secret s3cret --headers headers.json body.json
///   forgeway verify --forge gitlab --scheme signing_token --secret whsec_... \
///       --headers headers.json --at 2026-03-01T12:00:00Z body.json
///   forgeway verify --forge custom --with "{ scheme: hmac, header: X-Mac, secret: s }" \
///       --headers headers.json body.json
///   forgeway verify --forge codeup --user hook --secret s3cret --headers headers.json - < body.json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Whose delivery it is; `forgeway forges` lists them.
    #[arg(long)]
    forge: String,
    /// The scheme that must hold; left out: see above.
    #[arg(long)]
    scheme: Option<String>,
    /// The secret; may be given several times, as while it is being rotated.
    #[arg(long, required_unless_present = "with")]
    secret: Vec<String>,
    /// Verify as an item of a source's `verify` says it: "{ scheme: hmac, header: X-Mac, secret: s }".
    #[arg(long, value_name = "ITEM", value_parser = |text: &str| io::credential(text).map(Box::new),
          conflicts_with_all = ["secret", "scheme", "user", "header", "allow_sha1"])]
    with: Option<Box<Credential>>,
    /// The address that it was sent to, for a signature in it or over it.
    #[arg(long, value_name = "URL", value_parser = Url::parse)]
    url: Option<Url>,
    /// The user, for HTTP Basic; the secret is the password.
    #[arg(long)]
    user: Option<String>,
    /// The header that holds the secret, where the scheme leaves it to the configuration.
    #[arg(long, value_name = "NAME", value_parser = Header::new)]
    header: Option<Header>,
    /// A JSON object of header names to values.
    #[arg(long, value_name = "FILE")]
    headers: PathBuf,
    /// The time that counts as now: RFC 3339, or seconds since 1970.
    #[arg(long, value_name = "TIME", value_parser = io::time)]
    at: Option<Timestamp>,
    /// Believe SHA-1 alone, as a source with `allow_sha1: true` does.
    #[arg(long)]
    allow_sha1: bool,
    /// A folder of mappings that replaces whole files of the built-in ones.
    #[arg(long, value_name = "DIR")]
    mappings: Option<PathBuf>,
    /// Print one JSON object, for scripts.
    #[arg(long)]
    json: bool,
    /// The body as it was sent, byte for byte; `-` reads stdin.
    #[arg(value_name = "BODY", default_value = "-")]
    body: PathBuf,
}

impl Args {
    /// Prints whether it holds, and what does not.
    pub(super) fn run(self) -> Result<ExitCode> {
        let mappings = Mappings::on_demand(self.mappings.as_deref())?;
        let forge = super::forge_named(&mappings, &self.forge)?;
        let now = self.at.unwrap_or_else(Timestamp::now);
        let mut received =
            offline::received(io::read_headers(&self.headers)?, io::read_body(&self.body)?, now);
        if let Some(url) = &self.url {
            url.path().clone_into(&mut received.path);
            received.query = url.query().map(str::to_owned);
            if let Some(host) = url.host_str() {
                let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                let host = HeaderValue::from_str(&format!("{host}{port}"))?;
                received.headers.entry(header::HOST).or_insert(host);
            }
        }
        let payload =
            Payload::of(&received, forge).map_err(|reject| NotUnderstood(reject.to_string()))?;
        let message = Message {
            headers: &received.headers,
            body: &received.body,
            json: &payload.json,
            line: received.line(),
            now,
        };
        let credential = self.with.map(|item| *item).unwrap_or_else(|| Credential {
            scheme: self.scheme,
            secrets: self.secret.iter().map(Secret::new).collect(),
            user: self.user,
            header: self.header,
            allow_sha1: self.allow_sha1,
            ..Credential::default()
        });
        let outcome = proof::prove(forge, &credential, &message).map_err(|error| match error {
            // With a secret that cannot be used nothing holds.
            CredentialError::Secret(_) => anyhow::Error::new(error),
            other => NotUnderstood(other.to_string()).into(),
        })?;
        if self.json {
            let reasons = outcome.as_ref().err().map(|unproven| {
                let reason = |(scheme, failure): &(String, forgeway::scheme::Failure)| {
                    json!({ "scheme": scheme, "word": failure.word(), "reason": failure.to_string() })
                };
                unproven.reasons.iter().map(reason).collect::<Vec<_>>()
            });
            let auth = outcome.as_ref().ok().map(|proven| &proven.auth);
            print(json!({
                "forge": forge.name,
                "holds": outcome.is_ok(),
                "scheme": auth.and_then(|auth| auth.scheme.as_ref()),
                "covers_body": auth.and_then(|auth| auth.covers_body),
                "reasons": reasons.unwrap_or_default(),
            }))?;
            return Ok(ExitCode::from(u8::from(outcome.is_err())));
        }
        match outcome {
            Ok(proven) => {
                let scheme = proven.auth.scheme.unwrap_or_default();
                let body = match proven.auth.covers_body {
                    Some(true) => "the body is covered",
                    _ => "the body is not covered",
                };
                print(format_args!("holds: {scheme} ({body})"))?;
                if proven.unasked {
                    print(format_args!("a source must name it: `scheme: {scheme}`"))?;
                }
                Ok(ExitCode::SUCCESS)
            }
            Err(unproven) => {
                print("does not hold")?;
                for (scheme, failure) in &unproven.reasons {
                    print(format_args!("  {scheme}: {failure}"))?;
                }
                Ok(ExitCode::FAILURE)
            }
        }
    }
}
