//! What signing adds to a request.

use super::SecretFault;
use crate::json;
use std::fmt;
use url::Url;

/// What proves a request: it goes into the headers, the query or the body.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Signature {
    /// Headers, by their names as they are usually written.
    pub headers: Vec<(String, String)>,
    /// Parameters at the end of the address's query, not encoded yet.
    pub query: Vec<(String, String)>,
    /// Members of the JSON object that the body is, with texts as values.
    pub members: Vec<(String, String)>,
}

impl Signature {
    /// Puts the parameters at the end of an address; what stands there stays as it is written.
    pub fn write_query(&self, url: &mut Url) {
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
    }

    /// The body with the members at its beginning; nothing when there are none. The rest of it stays byte
    /// for byte.
    ///
    /// # Errors
    /// A body that is no JSON object, or one that has such a member already.
    pub fn write_members(&self, body: &[u8]) -> Result<Option<Vec<u8>>, SecretFault> {
        if self.members.is_empty() {
            return Ok(None);
        }
        let text = std::str::from_utf8(body).map_err(|_| SecretFault::NoObject)?;
        let rest = text.trim_start().strip_prefix('{').ok_or(SecretFault::NoObject)?;
        let mut out = String::with_capacity(body.len() + 128);
        let mut comma = '{';
        for (name, value) in &self.members {
            let path = format!("$.{name}").parse();
            if path.is_ok_and(|path| json::read(text, &path).is_some()) {
                return Err(SecretFault::HasMember(name.clone()));
            }
            let [name, value] = [name, value].map(|text| serde_json::Value::from(text.as_str()));
            out.push(comma);
            out.push_str(&format!("{name}:{value}"));
            comma = ',';
        }
        if !rest.trim_start().starts_with('}') {
            out.push(',');
        }
        out.push_str(rest);
        Ok(Some(out.into_bytes()))
    }
}

impl From<Vec<(String, String)>> for Signature {
    fn from(headers: Vec<(String, String)>) -> Self {
        Self { headers, ..Self::default() }
    }
}

/// A value may be the secret itself: only the names are shown.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[(String, String)]| -> Vec<String> {
            pairs.iter().map(|(name, _)| name.clone()).collect()
        };
        f.debug_struct("Signature")
            .field("headers", &names(&self.headers))
            .field("query", &names(&self.query))
            .field("members", &names(&self.members))
            .finish()
    }
}
