//! Why a delivery is not taken: the status and the words that the sender sees.

use super::rules::Unproven;
use http::StatusCode;
use std::time::Duration;

/// A delivery that is not taken. The texts go to the sender and into the record of refusals: they
/// hold neither secrets nor parts of a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// The address names no source.
    #[error("no source `{0}` is configured; look at the address of the hook")]
    UnknownSource(String),
    /// The address names none, and none is the default.
    #[error("deliver to /in/<source>; no source is configured to receive at /in itself")]
    NoDefaultSource,
    /// No forge's tests hold.
    #[error(
        "no forge sends such headers; look at the address of the hook, or pin its source to a forge"
    )]
    UnknownForge,
    /// The source detects, and does not list this forge.
    #[error("source `{source_name}` lists no secret for {forge}")]
    ForgeNotListed {
        /// The source.
        source_name: String,
        /// The forge that was detected.
        forge: String,
    },
    /// No rule of the source holds.
    #[error("{0}")]
    Unverified(#[from] Unproven),
    /// Nothing proves it and nothing is in it: the forge tries the hook out, and never signs that. It is
    /// told yes, and nothing of it goes any further.
    #[error("a try of the hook, which is not signed: nothing of it is kept")]
    UnsignedPing,
    /// The forge does not deliver by this method.
    #[error("{forge} delivers by POST, not by {method}")]
    Method {
        /// The forge.
        forge: String,
        /// The method that was used.
        method: String,
    },
    /// The body is compressed, which no forge does.
    #[error("the body has Content-Encoding `{0}`; send it without one")]
    ContentEncoding(String),
    /// A form or a query without the field that holds the JSON.
    #[error("{at} has no field {expected} with the JSON in it")]
    NoField {
        /// The form or the query.
        at: &'static str,
        /// The fields that may hold it.
        expected: String,
    },
    /// The text is not UTF-8.
    #[error("the payload is not UTF-8 from byte {0} on")]
    NotUtf8(usize),
    /// The text is no JSON, not even by a lenient reading.
    #[error("the payload is {0}")]
    NotJson(#[from] crate::value::ParseError),
    /// The body ended before it was whole.
    #[error("the body ended early")]
    Incomplete,
    /// The body is larger than is taken.
    #[error("the body is larger than {0} bytes, which is the most that `limits.body` allows")]
    TooLarge(u64),
    /// Too many bytes are in flight.
    #[error("too much is under way at the moment; deliver again")]
    Busy,
    /// The delivery could not be stored.
    #[error("the delivery could not be stored; deliver again")]
    NotStored,
}

impl Reject {
    /// The status that it is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::UnsignedPing => StatusCode::OK,
            Self::UnknownSource(_) | Self::NoDefaultSource => StatusCode::NOT_FOUND,
            Self::ForgeNotListed { .. } | Self::Unverified(_) => StatusCode::UNAUTHORIZED,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::ContentEncoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy | Self::NotStored => StatusCode::SERVICE_UNAVAILABLE,
            Self::UnknownForge
            | Self::NoField { .. }
            | Self::NotUtf8(_)
            | Self::NotJson(_)
            | Self::Incomplete => StatusCode::BAD_REQUEST,
        }
    }

    /// When to come again, where that helps.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy => Some(Duration::from_secs(1)),
            Self::NotStored => Some(Duration::from_secs(10)),
            _ => None,
        }
    }

    /// A short word for it, for statistics and for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::UnknownSource(_) | Self::NoDefaultSource => "unknown_source",
            Self::UnknownForge => "unknown_forge",
            Self::ForgeNotListed { .. } => "forge_not_listed",
            Self::Unverified(_) => "unverified",
            Self::UnsignedPing => "unsigned_ping",
            Self::Method { .. } => "method",
            Self::ContentEncoding(_) => "content_encoding",
            Self::NoField { .. } => "no_field",
            Self::NotUtf8(_) => "not_utf8",
            Self::NotJson(_) => "not_json",
            Self::Incomplete => "incomplete",
            Self::TooLarge(_) => "too_large",
            Self::Busy => "busy",
            Self::NotStored => "not_stored",
        }
    }
}
