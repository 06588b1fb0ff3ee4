//! `forgeway verify`: says of a recorded delivery which signatures hold, and why others do not.

use super::io::{self, print};
use super::proof::{self, Question};
use anyhow::{Result, bail};
use forgeway::mapping::Mappings;
use forgeway::scheme::{Keys, Message};
use forgeway::secret::Secret;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

/// Say whether a recorded delivery proves where it comes from, and why not.
///
/// Every scheme of the forge is tried; a signature with a time in it is held against --at.
/// Exit status 0: it holds. 1: it does not.
///
/// Examples:
///   forgeway verify --forge github --secret s3cret --headers headers.json body.json
///   forgeway verify --forge gitlab --scheme signing_token --secret whsec_... \
///       --headers headers.json --at 2026-03-01T12:00:00Z body.json
///   forgeway verify --forge codeup --user hook --secret s3cret --headers headers.json - < body.json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// Whose delivery it is; `forgeway forges` lists them.
    #[arg(long)]
    forge: String,
    /// The scheme to look at; left out: all of the forge's.
    #[arg(long)]
    scheme: Option<String>,
    /// The secret; may be given several times, as while it is being rotated.
    #[arg(long, required = true)]
    secret: Vec<String>,
    /// The user, for HTTP Basic; the secret is the password.
    #[arg(long)]
    user: Option<String>,
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
    /// Prints what holds and what does not.
    pub(super) fn run(self) -> Result<ExitCode> {
        let mappings = Mappings::load(self.mappings.as_deref())?;
        let forge = super::forge_named(&mappings, &self.forge)?;
        let headers = io::read_headers(&self.headers)?;
        let body = io::read_body(&self.body)?;
        let json = io::json_text(forge, &headers, &body);
        let now = self.at.unwrap_or_else(Timestamp::now);
        let message = Message { headers: &headers, body: &body, json: &json, now };
        let secrets = self.secret.iter().map(Secret::new);
        let keys = match &self.user {
            Some(user) => Keys::basic(user, secrets),
            None => Keys::new(secrets),
        };
        let question =
            Question { scheme: self.scheme.as_deref(), keys: &keys, allow_sha1: self.allow_sha1 };
        let findings = proof::examine(forge, &question, &message)?;
        if findings.is_empty() {
            bail!("{} has no scheme that could be tried", forge.title);
        }
        let believed = proof::believed(&findings, &question);
        if self.json {
            let finding = |finding: &proof::Finding<'_>| match &finding.outcome {
                Ok(()) => json!({ "scheme": finding.scheme, "holds": true }),
                Err(why) => json!({
                    "scheme": finding.scheme, "holds": false,
                    "word": why.word(), "reason": why.to_string(),
                }),
            };
            print(json!({
                "forge": forge.name,
                "holds": believed.is_some(),
                "scheme": believed.map(|finding| finding.scheme),
                "findings": findings.iter().map(finding).collect::<Vec<Value>>(),
            }))?;
        } else {
            for finding in &findings {
                print(finding.line())?;
            }
            print(match believed {
                Some(finding) => format!("holds by {}", finding.scheme),
                None => "does not hold".into(),
            })?;
        }
        Ok(ExitCode::from(u8::from(believed.is_none())))
    }
}
