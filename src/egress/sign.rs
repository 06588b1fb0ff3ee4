//! Signing: at each attempt anew, over the bytes that were rendered once.

use super::EgressError;
use super::headers::{self, put};
use super::render::Rendered;
use crate::config::{Credential, CredentialError};
use crate::forge::Forge;
use crate::ingress::Stage;
use crate::json::STARS;
use crate::mapping::Mappings;
use crate::scheme::{Outbound, SecretFault};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::Timestamp;
use std::sync::Arc;

/// A request that is ready to be sent. Only [`Sign`] makes one.
#[derive(Debug)]
pub struct Signed {
    rendered: Rendered,
    headers: HeaderMap,
}

impl Signed {
    /// What was rendered.
    pub fn rendered(&self) -> &Rendered {
        &self.rendered
    }

    /// Its headers, signatures and all.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Its headers as they may be kept: what proves or authorizes is starred out.
    pub fn shown_headers(&self) -> Vec<(String, String)> {
        let shown = |value: &HeaderValue| match value.is_sensitive() {
            true => STARS.to_owned(),
            false => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        };
        self.headers.iter().map(|(name, value)| (name.to_string(), shown(value))).collect()
    }
}

/// Signs what is rendered.
#[derive(Debug, Clone)]
pub struct Sign {
    mappings: Arc<Mappings>,
}

impl Sign {
    /// With the schemes of these mappings.
    pub fn new(mappings: Arc<Mappings>) -> Self {
        Self { mappings }
    }
}

impl Stage for Sign {
    type Input = Rendered;
    type Output = Signed;
    type Error = EgressError;

    async fn run(&self, rendered: Rendered) -> Result<Signed, EgressError> {
        let (target, outgoing, body) = (rendered.target(), rendered.outgoing(), rendered.body());
        let failed = |reason: String| EgressError::Failed { stage: "sign", reason };
        let mut list = headers::build(
            &outgoing.headers,
            rendered.came(),
            &target.headers,
            self.mappings.forges(),
        )
        .map_err(|error| failed(error.to_string()))?;
        let message = Outbound { body, id: &outgoing.id, timestamp: Timestamp::now() };
        let format = self.mappings.forge(rendered.format());
        let default = self.mappings.format(rendered.format());
        let default = default.map(|format| format.sign.as_slice()).unwrap_or_default();
        let signatures = match format {
            Some(format) => sign(&target.sign, format, default, &message),
            None => Ok(Vec::new()),
        };
        for (name, mut value) in signatures.map_err(|error| failed(error.to_string()))? {
            value.set_sensitive(true);
            put(&mut list, name, value);
        }
        if let Some((user, password)) = target.url.basic() {
            // Unlike a source's, a target's password may be empty: tokens often stand for the user.
            let pair = STANDARD.encode(format!("{user}:{}", password.expose()));
            if let Ok(mut value) = HeaderValue::from_str(&format!("Basic {pair}")) {
                value.set_sensitive(true);
                put(&mut list, header::AUTHORIZATION, value);
            }
        }
        Ok(Signed { rendered, headers: list.into_iter().collect() })
    }
}

/// The headers that sign a message in a forge's way. No credential, no header: some receivers refuse
/// a signature that they have no secret for.
///
/// `default` names the schemes that a plain secret stands for.
///
/// # Errors
/// A scheme that the format does not have, or a secret that does not fit it.
pub fn sign(
    credentials: &[Credential],
    format: &Forge,
    default: &[String],
    message: &Outbound<'_>,
) -> Result<Vec<(HeaderName, HeaderValue)>, CredentialError> {
    let mut signatures = Vec::new();
    for credential in credentials {
        let keys = credential.keys();
        for scheme in credential.schemes(format, default)? {
            for (name, value) in scheme.sign(&keys, message)? {
                let (name, value) =
                    headers::header(&name, &value).ok_or(SecretFault::NotForHeader)?;
                put(&mut signatures, name, value);
            }
        }
    }
    Ok(signatures)
}
