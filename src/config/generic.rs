//! Signature schemes that are no forge's: named as they are, with their settings beside the secret.

use super::at::At;
use crate::scheme::{
    Basic, Bearer, BodySignature, Hmac, QuerySignature, Scheme, SettingFault, StandardWebhooks,
};
use serde::de::DeserializeOwned;
use std::sync::LazyLock;

/// The schemes and what they need to be told, for messages.
const ALL: [(&str, &str); 10] = [
    ("basic", ""),
    ("bearer", ""),
    ("body_signature", ""),
    ("ed25519", "`header`"),
    ("hmac", "`header`"),
    ("query_signature", ""),
    ("sigv4", "`region`, `service` and `access_key_id`"),
    ("standard_webhooks", ""),
    ("timestamp_hmac", "`header` and `timestamp_header`"),
    ("token", "`header`"),
];

/// Those that need no settings.
static PLAIN: LazyLock<[(&'static str, Scheme); 5]> = LazyLock::new(|| {
    [
        ("basic", Scheme::Basic(Basic {})),
        ("bearer", Scheme::Bearer(Bearer {})),
        ("body_signature", Scheme::BodySignature(BodySignature::default())),
        ("query_signature", Scheme::QuerySignature(QuerySignature::default())),
        ("standard_webhooks", Scheme::StandardWebhooks(StandardWebhooks::default())),
    ]
});

/// What a scheme of this name needs to be told, if there is one.
pub(super) fn needs(name: &str) -> Option<&'static str> {
    ALL.iter().find(|(own, _)| *own == name).map(|(_, needs)| *needs)
}

/// The scheme of this name as it is without settings.
pub(super) fn plain(name: &str) -> Option<(&'static str, &'static Scheme)> {
    PLAIN.iter().find(|(own, _)| *own == name).map(|(name, scheme)| (*name, scheme))
}

/// The names, for a message that lists them.
pub(super) fn names() -> String {
    ALL.map(|(name, _)| format!("`{name}`")).join(", ")
}

/// Reads the settings of a scheme; notes what is wrong with them.
pub(super) fn read(name: &str, at: &At<'_>) -> Option<Scheme> {
    let scheme = match name {
        "basic" => Scheme::Basic(read_as(at)?),
        "bearer" => Scheme::Bearer(read_as(at)?),
        "body_signature" => Scheme::BodySignature(read_as(at)?),
        "ed25519" => Scheme::Ed25519(read_as(at)?),
        "hmac" => Scheme::Hmac(read_as::<Hmac>(at)?),
        "query_signature" => Scheme::QuerySignature(read_as(at)?),
        "sigv4" => Scheme::SigV4(read_as(at)?),
        "standard_webhooks" => Scheme::StandardWebhooks(read_as(at)?),
        "timestamp_hmac" => Scheme::TimestampHmac(read_as(at)?),
        "token" => Scheme::Token(read_as(at)?),
        _ => return None,
    };
    if scheme.lacks_header() {
        at.fault(
            "`token` does not say which header holds the secret: name it, `header: X-My-Secret`",
        );
        return None;
    }
    let fault: Result<(), SettingFault> = scheme.check();
    fault.map_err(|fault| at.fault(fault.to_string())).ok()?;
    Some(scheme)
}

fn read_as<T: DeserializeOwned>(at: &At<'_>) -> Option<T> {
    at.read()
}
