//! What a mapping may know of a delivery beside its headers and body.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a mapping may know of a delivery beside its headers and body; also `given.json` of an example.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Given {
    /// The parameters of the request's query that the forge's mapping reads, as `$query`.
    pub query: BTreeMap<String, String>,
    /// What an earlier delivery left under the key of this one, as `$known`.
    pub known: Option<Value>,
}
