//! How a forge delivers: its ids, what pressing Redeliver does, and where the JSON travels.

use super::{Extract, Origin};
use crate::store::Redelivery;
use serde::Deserialize;

/// Where the ids of a delivery stand.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Delivery {
    /// The forge's id of the delivery. Without one it is made from hook, time and body.
    pub id: Vec<Origin>,
    /// What pressing Redeliver at the forge does to the id.
    pub redelivery: Redelivery,
    /// The forge's id of the hook.
    pub hook_id: Vec<Origin>,
    /// The address of the forge.
    pub instance: Vec<Origin>,
    /// Which try of the forge it is, from 1.
    pub attempt: Vec<Extract>,
    /// The version of the forge.
    pub version: Vec<Extract>,
}

/// The fields that may hold the JSON when it is not the body itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Encodings {
    /// Fields of a form body.
    pub form: Vec<String>,
    /// Fields of the query of a GET.
    pub query: Vec<String>,
}
