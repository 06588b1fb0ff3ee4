//! Signing: at each attempt anew, over the bytes that were rendered once. A signature goes into headers, into the
//! query or, where a receiver wants it so, into the body.

use super::EgressError;
use super::handshake::{Consented, REQUEST_ORIGIN};
use super::headers::{self, Headers};
use super::render::Rendered;
use crate::config::{Credential, CredentialError, Target, signers};
use crate::forge::Forge;
use crate::ingress::Stage;
use crate::json::STARS;
use crate::mapping::Mappings;
use crate::scheme::{Outbound, SecretFault};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;
use url::Url;

/// A request that is ready to be sent. Only [`Sign`] makes one.
pub struct Signed {
    rendered: Rendered,
    headers: HeaderMap,
    url: Url,
    body: Bytes,
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

    /// Where it goes: the target's address, with what signs it there. Its query may hold a secret.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Its body: what was rendered, with what signs it there.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Its headers as they may be kept: what proves or authorizes is starred out.
    pub fn shown_headers(&self) -> Vec<(String, String)> {
        shown(&self.headers)
    }
}

/// Headers as they may be kept: what proves or authorizes is starred out.
pub(super) fn shown(headers: &HeaderMap) -> Vec<(String, String)> {
    let shown = |value: &HeaderValue| match value.is_sensitive() {
        true => STARS.to_owned(),
        false => String::from_utf8_lossy(value.as_bytes()).into_owned(),
    };
    headers.iter().map(|(name, value)| (name.to_string(), shown(value))).collect()
}

/// Its address and body are left out: what signs them may be all that a receiver asks for.
impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rendered, headers) = (&self.rendered, &self.headers);
        let mut shown = f.debug_struct("Signed");
        shown.field("rendered", rendered).field("headers", headers).finish_non_exhaustive()
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
    type Input = Consented;
    type Output = Signed;
    type Error = EgressError;

    async fn run(&self, consented: Consented) -> Result<Signed, EgressError> {
        let rendered = consented.into_rendered();
        let (target, outgoing) = (rendered.target(), rendered.outgoing());
        let failed = |reason: String| EgressError::Failed { stage: "sign", reason };
        let own = headers::parse(&outgoing.headers).map_err(|error| failed(error.to_string()))?;
        let proofs = self.proofs(&rendered).map_err(|error| failed(error.to_string()))?;
        let signatures = signatures(&proofs, target).map_err(|error| failed(error.to_string()))?;
        let url = proofs.url.unwrap_or_else(|| rendered.url().clone());
        let body = proofs.body.map_or_else(|| rendered.body().clone(), Bytes::from);
        let (values, came, forges) = (&outgoing.values, rendered.came(), self.mappings.forges());
        let rewritten = headers::rewrite(rendered.steps(), own, signatures, values, came, forges);
        let lines = rewritten.sent.into_iter();
        let mut headers: HeaderMap = lines.map(|line| (line.name, line.value)).collect();
        if let Some(handshake) = &target.handshake {
            headers.insert(REQUEST_ORIGIN, handshake.origin.clone());
        }
        Ok(Signed { rendered, headers, url, body })
    }
}

impl Sign {
    fn proofs(&self, rendered: &Rendered) -> Result<Proofs, CredentialError> {
        let forge = self.mappings.forge(rendered.format()).map(AsRef::as_ref);
        let (body, id) = (rendered.body().as_ref(), rendered.outgoing().id.as_str());
        let message = Outbound::new(body, id, Timestamp::now());
        let message = message.to(rendered.method(), rendered.url());
        let default = match forge {
            Some(forge) => default_schemes(&self.mappings, forge),
            None => rendered.schemes(),
        };
        sign(&rendered.target().sign, forge, default, &message)
    }
}

/// The headers that sign a request, and the user and password of the target's address.
///
/// # Errors
/// A secret that no header can hold.
pub fn signatures(proofs: &Proofs, target: &Target) -> Result<Headers, SecretFault> {
    let signatures = proofs
        .headers
        .iter()
        .map(|(name, value)| headers::header(name, value).ok_or(SecretFault::NotForHeader));
    let secret = |pair| {
        let (name, mut value): (HeaderName, HeaderValue) = pair?;
        value.set_sensitive(true);
        Ok((name, value))
    };
    signatures.chain(basic(target).map(Ok)).map(secret).collect()
}

/// The user and password of a target's address. Unlike a source's, its password may be empty: tokens
/// often stand for the user.
pub(super) fn basic(target: &Target) -> Option<(HeaderName, HeaderValue)> {
    let (user, password) = target.url.basic()?;
    let pair = STANDARD.encode(format!("{user}:{}", password.expose()));
    let mut value = HeaderValue::from_str(&format!("Basic {pair}")).ok()?;
    value.set_sensitive(true);
    Some((header::AUTHORIZATION, value))
}

/// What the schemes of a target made of a message.
#[derive(Clone, Default)]
pub struct Proofs {
    /// Further headers, named as they are usually written.
    pub headers: Vec<(String, String)>,
    /// The address, where a scheme changed it.
    pub url: Option<Url>,
    /// The body, where a scheme changed it.
    pub body: Option<Vec<u8>>,
}

/// Signs a message with every credential. No credential, no signature: some receivers refuse one that they
/// have no secret for.
///
/// `forge` is the one whose format is sent, where it is one; `default` names the schemes that a plain secret
/// stands for.
///
/// # Errors
/// A scheme that there is not, a secret that does not fit it, or a body that cannot carry a signature.
pub fn sign(
    credentials: &[Credential],
    forge: Option<&Forge>,
    default: &[String],
    message: &Outbound<'_>,
) -> Result<Proofs, CredentialError> {
    let mut proofs = Proofs::default();
    for signer in signers(credentials, forge, default)? {
        // Each signs what those before it made.
        let body = proofs.body.as_deref().unwrap_or(message.body);
        let url = proofs.url.as_ref().or(message.url);
        let signature = signer.scheme.sign(&signer.keys, &Outbound { body, url, ..*message })?;
        let changed = signature.write_members(body)?;
        if !signature.query.is_empty() {
            let mut url = url.cloned().ok_or(SecretFault::NoAddress)?;
            signature.write_query(&mut url);
            proofs.url = Some(url);
        }
        proofs.body = changed.or(proofs.body);
        proofs.headers.extend(signature.headers);
    }
    Ok(proofs)
}

/// The schemes that a plain secret stands for when something is sent in a forge's format.
pub fn default_schemes<'a>(mappings: &'a Mappings, format: &'a Forge) -> &'a [String] {
    match mappings.format(&format.name) {
        Some(format) => &format.sign,
        // What passes through from a forge that nothing else is sent as: as its own hooks do it.
        None => format.verify.default.as_deref().unwrap_or_default(),
    }
}
