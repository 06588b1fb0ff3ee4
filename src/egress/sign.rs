//! Signing: at each attempt anew, over the bytes that were rendered once.

use super::EgressError;
use super::headers::{self, Headers, put};
use super::render::Rendered;
use crate::config::{Credential, CredentialError, Target};
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
        let (target, outgoing) = (rendered.target(), rendered.outgoing());
        let failed = |reason: String| EgressError::Failed { stage: "sign", reason };
        let mut list =
            headers::parse(&outgoing.headers).map_err(|error| failed(error.to_string()))?;
        let signatures = self.signatures(&rendered).map_err(|error| failed(error.to_string()))?;
        for (name, mut value) in signatures.into_iter().chain(basic(target)) {
            value.set_sensitive(true);
            put(&mut list, name, value);
        }
        // Last, so that what a target leaves out or renames may be a signature as well.
        headers::apply(&target.headers, &mut list, rendered.came(), self.mappings.forges());
        Ok(Signed { rendered, headers: list.into_iter().collect() })
    }
}

impl Sign {
    fn signatures(&self, rendered: &Rendered) -> Result<Headers, CredentialError> {
        let Some(forge) = self.mappings.forge(rendered.format()) else { return Ok(Headers::new()) };
        let (body, id) = (rendered.body().as_ref(), rendered.outgoing().id.as_str());
        let message = Outbound { body, id, timestamp: Timestamp::now() };
        let default = default_schemes(&self.mappings, forge);
        let mut signatures = Headers::new();
        for (name, value) in sign(&rendered.target().sign, forge, default, &message)? {
            let (name, value) = headers::header(&name, &value).ok_or(SecretFault::NotForHeader)?;
            put(&mut signatures, name, value);
        }
        Ok(signatures)
    }
}

/// The user and password of a target's address. Unlike a source's, its password may be empty: tokens
/// often stand for the user.
fn basic(target: &Target) -> Option<(HeaderName, HeaderValue)> {
    let (user, password) = target.url.basic()?;
    let pair = STANDARD.encode(format!("{user}:{}", password.expose()));
    let value = HeaderValue::from_str(&format!("Basic {pair}")).ok()?;
    Some((header::AUTHORIZATION, value))
}

/// The headers that sign a message in a forge's way, named as the forge writes them. No credential, no
/// header: some receivers refuse a signature that they have no secret for.
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
) -> Result<Vec<(String, String)>, CredentialError> {
    let mut signatures = Vec::new();
    for credential in credentials {
        let keys = credential.keys();
        for meant in credential.schemes(format, default)? {
            signatures.extend(meant.scheme.sign(&keys, message)?);
        }
    }
    Ok(signatures)
}

/// The schemes that a plain secret stands for when something is sent in a forge's format.
pub fn default_schemes<'a>(mappings: &'a Mappings, format: &'a Forge) -> &'a [String] {
    match mappings.format(&format.name) {
        Some(format) => &format.sign,
        // What passes through from a forge that nothing else is sent as: as its own hooks do it.
        None => format.verify.default.as_deref().unwrap_or_default(),
    }
}
