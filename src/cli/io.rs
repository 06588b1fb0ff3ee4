//! What the commands share in talking to people: printing, reading files, and exit codes.

use anyhow::{Context, Result, bail};
use std::fmt::Display;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::process::ExitCode;

/// A payload or a signature that was not understood: exit code 2, where a script expects it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotUnderstood(pub(super) String);

/// More than any forge sends: a body from a file is held to the same cap as one from the network.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Prints a text and a line's end to stdout.
///
/// Not `println!`, which panics when the reader has gone.
pub(super) fn print(text: impl Display) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// Prints a remark for a person to stderr, where it does not disturb what a script reads.
pub(super) fn remark(text: impl Display) {
    // When stderr itself is gone, there is nobody to tell.
    writeln!(io::stderr().lock(), "{text}").ok();
}

/// Says what failed, and because of what, on stderr.
pub(super) fn complain(error: &anyhow::Error) {
    remark(format_args!("forgeway: {error:#}"));
}

/// The exit code of a failure: 2 for what was not understood, 1 for everything else.
pub(super) fn exit_code_of(error: &anyhow::Error) -> ExitCode {
    ExitCode::from(if error.is::<NotUnderstood>() { 2 } else { 1 })
}

/// Whether the only thing wrong is that nobody reads our output any more.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
    })
}

/// Reads a whole file, or stdin for `-`.
pub(super) fn read_body(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes).context("reading stdin")?;
    } else {
        let file =
            std::fs::File::open(path).with_context(|| format!("opening {}", path.display()))?;
        file.take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .with_context(|| format!("reading {}", path.display()))?;
    }
    if bytes.len() as u64 > MOST_BYTES {
        bail!("{} is larger than {MOST_BYTES} bytes", path.display());
    }
    Ok(bytes)
}

/// Reads a JSON object of header names to values: texts, or lists of texts for repeated headers.
pub(super) fn read_headers(path: &Path) -> Result<http::HeaderMap> {
    let bytes = read_body(path)?;
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&bytes)
        .map_err(|error| {
            let expected =
                r#"is no JSON object of header names to values, such as {"X-Name": "value"}"#;
            NotUnderstood(format!("{} {expected}: {error}", path.display()))
        })?;
    headers_from(&object)
        .map_err(|error| NotUnderstood(format!("{}: {error:#}", path.display())).into())
}

/// Turns a JSON object of header names to values into headers.
pub(super) fn headers_from(
    object: &serde_json::Map<String, serde_json::Value>,
) -> Result<http::HeaderMap> {
    use serde_json::Value;
    let mut headers = http::HeaderMap::new();
    for (name, value) in object {
        let header: http::HeaderName =
            name.parse().with_context(|| format!("`{name}` is no header name"))?;
        let values = match value {
            Value::Array(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        for value in values {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                Value::Null => continue,
                Value::Array(_) | Value::Object(_) => bail!("the header `{name}` is no text"),
            };
            let value = http::HeaderValue::from_bytes(text.as_bytes())
                .with_context(|| format!("the value of `{name}` holds a line break"))?;
            headers.append(header.clone(), value);
        }
    }
    Ok(headers)
}

/// The runtime of the commands that talk over the network.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")
}

/// Binds a listener, or says what to do about it.
pub(super) async fn bind(address: std::net::SocketAddr) -> Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow::anyhow!("{address} is in use: stop what listens there, or choose another port")
        }
        _ => anyhow::Error::new(error).context(format!("cannot listen on {address}")),
    })
}

/// Headers as a JSON object; a header that stands several times is a list.
pub(super) fn headers_to_json(headers: &http::HeaderMap) -> serde_json::Value {
    use serde_json::Value;
    let text = |value: &http::HeaderValue| {
        Value::String(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let pairs = headers.keys().map(|name| {
        let mut values: Vec<Value> = headers.get_all(name).iter().map(text).collect();
        let value = if values.len() == 1 { values.remove(0) } else { Value::Array(values) };
        (name.as_str().to_owned(), value)
    });
    Value::Object(pairs.collect())
}

/// A body as text, or in base64 when it is none: one of the two.
pub(super) fn text_or_base64(body: Vec<u8>) -> (Option<String>, Option<String>) {
    use base64::Engine as _;
    match String::from_utf8(body) {
        Ok(text) => (Some(text), None),
        Err(no_text) => {
            let encoder = base64::engine::general_purpose::STANDARD;
            (None, Some(encoder.encode(no_text.as_bytes())))
        }
    }
}

/// A time on the command line: RFC 3339, or seconds since 1970.
pub(super) fn time(text: &str) -> Result<jiff::Timestamp> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Ok(jiff::Timestamp::from_second(seconds)?);
    }
    text.parse().context("expected a time such as 2026-03-01T12:00:00Z, or seconds since 1970")
}

/// A parameter on the command line: `name=value`.
pub(super) fn parameter(text: &str) -> Result<(String, String)> {
    let (name, value) = text.split_once('=').context("expected a name and a value: kind=push")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// A JSON value on the command line.
pub(super) fn json(text: &str) -> Result<serde_json::Value> {
    serde_json::from_str(text).context("expected JSON")
}

/// One item of `verify` or `sign` on the command line, as a configuration has it.
pub(super) fn credential(text: &str) -> Result<forgeway::config::Credential> {
    use forgeway::config::{Credential, Process};
    let mut items = Credential::parse(text, "the item", &Process)?;
    match items.len() {
        1 => Ok(items.remove(0)),
        _ => bail!("expected one item such as {{ scheme: hmac, header: X-Signature, secret: s }}"),
    }
}
