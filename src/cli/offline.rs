//! A recorded delivery on its way through the gateway's own stages, without a server: what
//! `translate` and `explain` share.

use super::io::{self, NotUnderstood};
use anyhow::Result;
use forgeway::config::{self, Format};
use forgeway::forge::write_query;
use forgeway::ingress::{Detect, Received, Sources, Stage, Verified, Verify};
use forgeway::mapping::{Given, Input, Mappings, Normal};
use http::HeaderMap;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;

/// The source that a recorded delivery counts as sent to.
const SOURCE: &str = "offline";

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
    pub(super) mappings: Option<PathBuf>,
    /// The time at which it counts as received: RFC 3339, or seconds since 1970; left out: now.
    #[arg(long, value_name = "TIME", value_parser = io::time)]
    at: Option<Timestamp>,
    /// A parameter of the query that it came with; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = io::parameter)]
    query: Vec<(String, String)>,
    /// What an earlier delivery left for it, as JSON: the mapping's `$known`.
    #[arg(long, value_name = "JSON", value_parser = io::json)]
    known: Option<serde_json::Value>,
    /// Both in a file, as beside an example: {"query": {...}, "known": ...}.
    #[arg(long, value_name = "FILE")]
    given: Option<PathBuf>,
    /// The body as it was sent: JSON or a form; `-` reads stdin.
    #[arg(value_name = "BODY", default_value = "-")]
    body: PathBuf,
}

/// The delivery, taken as far as the stages take it without a configuration.
pub(super) struct Delivery {
    /// The mappings it is read with.
    pub(super) mappings: Arc<Mappings>,
    /// It, by a source that says `verify: none`.
    pub(super) verified: Verified,
    /// What an earlier one left for it.
    known: Option<serde_json::Value>,
}

/// A recorded request, as if it came now.
pub(super) fn received(headers: HeaderMap, body: Vec<u8>, at: Timestamp) -> Received {
    let (source, method) = (Some(SOURCE.to_owned()), http::Method::POST);
    Received { source, method, headers, path: "/".into(), query: None, body: body.into(), at }
}

impl Recorded {
    /// Whether events are asked for, and no format.
    pub(super) fn is_canonical(&self) -> bool {
        self.to == "canonical"
    }

    /// The format that is asked for.
    pub(super) fn format(&self) -> Format {
        match self.to.as_str() {
            "passthrough" => Format::Passthrough,
            name => Format::Forge(name.to_owned()),
        }
    }

    /// Reads the delivery and takes it through detection and decoding.
    pub(super) fn read(&self) -> Result<Delivery> {
        self.read_by(None)
    }

    /// The same, as if it had been sent to a source of a configuration. Nothing is verified.
    pub(super) fn read_by(&self, by: Option<&config::Source>) -> Result<Delivery> {
        let mappings = Arc::new(Mappings::on_demand(self.mappings.as_deref())?);
        if self.to != "passthrough" && !self.is_canonical() && mappings.format(&self.to).is_none() {
            let formats = mappings.formats().join(", ");
            let message = format!(
                "no format `{}`: expected one of canonical, {formats}, passthrough",
                self.to
            );
            return Err(NotUnderstood(message).into());
        }
        let at = self.at.unwrap_or_else(Timestamp::now);
        let given = self.given()?;
        let query = Some(write_query(&given.query)).filter(|query| !query.is_empty());
        let (headers, body) = (io::read_headers(&self.headers)?, io::read_body(&self.body)?);
        let received = Received { query, ..received(headers, body, at) };
        let mut open = source(&mappings, self.from.as_deref())?;
        if let Some(by) = by {
            open.headers = by.headers.clone();
            if let (None, config::Binding::Pinned { forge, .. }) = (&self.from, &by.binding) {
                let (forge, verify) = (forge.clone(), config::Verify::None);
                open.binding = config::Binding::Pinned { forge, verify };
            }
        }
        Self::take_by(mappings, received, open, given.known)
    }

    /// Takes a request through detection and decoding. `from` is the forge it comes from, where that is
    /// not to be told by its headers; `known` is what an earlier delivery left for it.
    pub(super) fn take(
        mappings: Arc<Mappings>,
        received: Received,
        from: Option<&str>,
        known: Option<serde_json::Value>,
    ) -> Result<Delivery> {
        let source = source(&mappings, from)?;
        Self::take_by(mappings, received, source, known)
    }

    fn take_by(
        mappings: Arc<Mappings>,
        received: Received,
        source: config::Source,
        known: Option<serde_json::Value>,
    ) -> Result<Delivery> {
        let received = Received { source: Some(SOURCE.to_owned()), ..received };
        let sources = Arc::new(Sources::new(&[source], mappings.forges())?);
        let verified = io::runtime()?
            .block_on(async {
                let detect = Detect::new(&sources, mappings.forges()).by_body(&mappings);
                let detected = detect.run(received).await?;
                Verify::new().run(detected).await
            })
            .map_err(|reject| NotUnderstood(reject.to_string()))?;
        Ok(Delivery { mappings, verified, known })
    }

    /// What is known of it beside headers and body.
    fn given(&self) -> Result<Given> {
        let mut given = match &self.given {
            Some(file) => serde_json::from_slice(&io::read_body(file)?)
                .map_err(|error| NotUnderstood(format!("{}: {error}", file.display())))?,
            None => Given::default(),
        };
        given.query.extend(self.query.iter().cloned());
        given.known = self.known.clone().or(given.known);
        Ok(given)
    }
}

/// A source that asks for no proof: bound to a forge where one was named.
fn source(mappings: &Mappings, from: Option<&str>) -> Result<config::Source> {
    let binding = match from {
        Some(name) => {
            let forge = super::forge_named(mappings, name)?.name.clone();
            config::Binding::Pinned { forge, verify: config::Verify::None }
        }
        None => {
            let forges = mappings.forges().iter();
            let open = forges.map(|forge| (forge.name.clone(), config::Verify::None));
            config::Binding::Auto(open.collect())
        }
    };
    Ok(config::Source {
        name: SOURCE.into(),
        binding,
        body_detect: true,
        headers: config::HeaderRules::default(),
        default: false,
        handshake: None,
    })
}

impl Delivery {
    /// The delivery as the mappings take it.
    pub(super) fn input(&self) -> Input<'_> {
        Input {
            forge: &self.verified.forge().name,
            text: self.verified.text(),
            headers: self.verified.headers(),
            source: self.verified.event_source(),
            auth: self.verified.auth().clone(),
            given: Given { query: self.verified.parameters().clone(), known: self.known.clone() },
        }
    }

    /// The events that it tells of.
    pub(super) fn normalize(&self) -> Result<Normal> {
        let normal = self.mappings.normalize(&self.input());
        let mut normal = normal.map_err(|error| NotUnderstood(error.to_string()))?;
        normal.notes.extend_from_slice(self.verified.notes());
        Ok(normal)
    }
}
