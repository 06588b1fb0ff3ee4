//! What the receivers' own libraries say of the requests.

use serde_json::Value;

/// Why a library refused any of them.
pub(super) fn refused(_template: &str, _requests: &[(String, Value)]) -> Vec<String> {
    Vec::new()
}
