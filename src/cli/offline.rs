//! A recorded delivery on its way through the stages without a server: what `translate` and
//! `explain` share.

use super::io::{self, NotUnderstood};
use anyhow::{Context, Result};
use forgeway::event::{Auth, Source};
use forgeway::forge::{self, Forge};
use forgeway::mapping::{Input, Mappings, Normal};
use forgeway::value::{Time, parse_relaxed};
use http::HeaderMap;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;

/// Which delivery, and what to make of it.
#[derive(Debug, clap::Args)]
pub(super) struct Recorded {
    /// A JSON object of header names to values.
    #[arg(long, value_name = "FILE")]
    headers: PathBuf,
    /// The forge it comes from; left out: told by its headers.
    #[arg(long, value_name = "FORGE")]
    from: Option<String>,
    /// What to make of it: `canonical`, or a format that `forgeway forges` lists.
    #[arg(long, value_name = "FORMAT", default_value = "canonical")]
    pub(super) to: String,
    /// A folder of mappings that replaces whole files of the built-in ones.
    #[arg(long, value_name = "DIR")]
    mappings: Option<PathBuf>,
    /// The time at which it counts as received: RFC 3339, or seconds since 1970; left out: now.
    #[arg(long, value_name = "TIME", value_parser = super::io::time)]
    at: Option<Timestamp>,
    /// The body as it was sent: JSON or a form; `-` reads stdin.
    #[arg(value_name = "BODY", default_value = "-")]
    body: PathBuf,
}

/// The delivery, decoded.
pub(super) struct Delivery {
    /// The mappings it is read with.
    pub(super) mappings: Mappings,
    /// Whose it is.
    pub(super) forge: Arc<Forge>,
    /// Its headers.
    headers: HeaderMap,
    /// Its JSON text as the forge wrote it, less the secrets that stand in it.
    pub(super) text: String,
    /// The same as strict JSON.
    strict: String,
    source: Source,
}

impl Recorded {
    /// Whether events are asked for, and no format.
    pub(super) fn is_canonical(&self) -> bool {
        self.to == "canonical"
    }

    /// Reads, detects and decodes the delivery.
    pub(super) fn read(&self) -> Result<Delivery> {
        let mappings = Mappings::load(self.mappings.as_deref())?;
        if !self.is_canonical() && mappings.format(&self.to).is_none() {
            let formats = mappings.formats().join(", ");
            let message = format!("no format `{}`: expected canonical, {formats}", self.to);
            return Err(NotUnderstood(message).into());
        }
        let headers = io::read_headers(&self.headers)?;
        let body = io::read_body(&self.body)?;
        let forge = self.forge(&mappings, &headers)?;
        let text = String::from_utf8(io::json_text(&forge, &headers, &body))
            .map_err(|_| NotUnderstood("the body is no UTF-8 text".into()))?;
        let text = forge.redact(&text).into_owned();
        let strict = strict(&text)?;
        let received_at = self.at.unwrap_or_else(Timestamp::now);
        let source = Source {
            name: Some("offline".into()),
            forge: Some(forge.name.clone()),
            instance: forge.instance(&headers, &strict),
            delivery_id: forge.delivery_id(&headers, &strict),
            hook_id: forge.hook_id(&headers, &strict),
            received_at: Some(Time::new(received_at)),
            ..Source::default()
        };
        Ok(Delivery { mappings, forge, headers, text, strict, source })
    }

    fn forge(&self, mappings: &Mappings, headers: &HeaderMap) -> Result<Arc<Forge>> {
        if let Some(name) = &self.from {
            super::forge_named(mappings, name)?;
            return mappings.forge(name).cloned().context("a forge that is there");
        }
        let found = forge::detect(mappings.forges(), headers).cloned();
        found.ok_or_else(|| {
            let message = "no forge sends such headers: say whose delivery it is with --from";
            NotUnderstood(message.into()).into()
        })
    }
}

/// JSON as machines read it. What people write (comments, a trailing comma) is understood too.
fn strict(text: &str) -> Result<String> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => parse_relaxed(text)
            .map_err(|error| NotUnderstood(format!("the payload is {error}")).into()),
    }
}

impl Delivery {
    /// The delivery as the mappings take it.
    pub(super) fn input(&self) -> Input<'_> {
        Input {
            forge: &self.forge.name,
            text: &self.strict,
            headers: &self.headers,
            source: self.source.clone(),
            auth: Auth { scheme: Some("none".into()), covers_body: Some(false) },
        }
    }

    /// The events that it tells of.
    pub(super) fn normalize(&self) -> Result<Normal> {
        Ok(self
            .mappings
            .normalize(&self.input())
            .map_err(|error| NotUnderstood(error.to_string()))?)
    }
}
