//! Where events are delivered to: `targets`.

use super::at::At;
use super::credential::{self, Credential};
use super::handshake::{self, Handshake};
use super::headers::{self, Guard, HeaderRules};
use super::repositories::{self, RepositoryRule};
use super::retry::Retry;
use super::signing;
use super::source::is_name;
use super::units;
use super::vars::Vars;
use super::vocabulary::Vocabulary;
use crate::secret::Secret;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::fmt;
use std::time::Duration;
use url::Url;

/// A target.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: TargetUrl,
    /// The format it wants.
    pub format: Format,
    /// What its deliveries are signed with; empty: they carry no signature.
    pub sign: Vec<Credential>,
    /// What it changes about the headers.
    pub headers: HeaderRules,
    /// Whether it may be on a loopback or private address.
    pub allow_private: bool,
    /// Whether what came in its own format is passed through byte for byte.
    pub passthrough: bool,
    /// How long one attempt may take, from the first connection to the last byte of the answer.
    pub timeout: Duration,
    /// How a delivery that did not arrive is tried again.
    pub retry: Retry,
    /// The address that a format's API links are built on.
    pub api_url: Option<Url>,
    /// The address that a format's page links are built on.
    pub web_url: Option<Url>,
    /// Whether it is sent what only accompanies another event or request.
    pub companions: bool,
    /// How wide the numbers may be that are made for ids, in bits; left out: as wide as the format's.
    pub id_bits: Option<u8>,
    /// What it knows repositories by.
    pub repositories: Vec<RepositoryRule>,
    /// What it says for its template.
    pub vars: Vars,
    /// What it is asked before anything is sent to it; `None`: it is not asked.
    pub handshake: Option<Handshake>,
}

impl Target {
    /// A target with a name, an address and a format, and everything else as when it is left out.
    pub fn new(name: impl Into<String>, url: TargetUrl, format: Format) -> Self {
        Self {
            name: name.into(),
            url,
            format,
            sign: Vec::new(),
            headers: HeaderRules::default(),
            allow_private: false,
            passthrough: true,
            timeout: ten_seconds(),
            retry: Retry::default(),
            api_url: None,
            web_url: None,
            companions: true,
            id_bits: None,
            repositories: Vec::new(),
            vars: Vars::default(),
            handshake: None,
        }
    }
}

/// The format a target wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// As it came, whatever forge it is from.
    Passthrough,
    /// A forge's format, by the name of its mapping.
    Forge(String),
    /// A template, by the name of its folder.
    Template(String),
}

/// A target's address. It is printed without user, password and query, which often hold a secret.
#[derive(Clone)]
pub struct TargetUrl {
    url: Url,
    basic: Option<(String, Secret)>,
}

impl TargetUrl {
    /// Reads an address; its user and password become HTTP Basic.
    ///
    /// # Errors
    /// What is wrong with it and what was expected; the address itself is not quoted.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected = "expected an address such as https://ci.example.com/hook";
        let mut url = Url::parse(text).map_err(|error| format!("{error}: {expected}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("not an http or https address: {expected}"));
        }
        let decode = |text: &str| {
            let bytes = percent_encoding::percent_decode_str(text);
            bytes.decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| "no UTF-8".to_owned())
        };
        let user = decode(url.username())?;
        let password = url.password().map(decode).transpose()?;
        let basic = (!user.is_empty() || password.is_some())
            .then(|| (user, Secret::new(password.unwrap_or_default())));
        // Neither can fail: an http address has a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_fragment(None);
        Ok(Self { url, basic })
    }

    /// The address as it is requested, query and all, without user and password.
    pub fn expose(&self) -> &Url {
        &self.url
    }

    /// The user and password of HTTP Basic.
    pub fn basic(&self) -> Option<(&str, &Secret)> {
        self.basic.as_ref().map(|(user, password)| (user.as_str(), password))
    }
}

impl fmt::Display for TargetUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = if self.url.query().is_some() { "?***" } else { "" };
        let port = self.url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let host = self.url.host_str().unwrap_or_default();
        write!(f, "{}://{host}{port}{}{query}", self.url.scheme(), self.url.path())
    }
}

impl fmt::Debug for TargetUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    url: Secret,
    format: String,
    /// Read apart, as `sign` is: each of their faults has a place of its own.
    #[serde(rename = "headers")]
    _headers: Option<IgnoredAny>,
    #[serde(rename = "sign")]
    _sign: Option<IgnoredAny>,
    #[serde(default)]
    allow_private: bool,
    #[serde(default = "yes")]
    passthrough: bool,
    #[serde(default = "ten_seconds", deserialize_with = "units::duration")]
    timeout: Duration,
    #[serde(default)]
    retry: Retry,
    api_url: Option<String>,
    web_url: Option<String>,
    #[serde(default)]
    companions: Switch,
    id_bits: Option<u8>,
    #[serde(rename = "repositories")]
    _repositories: Option<IgnoredAny>,
    #[serde(rename = "vars")]
    _vars: Option<IgnoredAny>,
    #[serde(rename = "handshake")]
    _handshake: Option<IgnoredAny>,
}

/// On or off, in these words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Switch {
    #[default]
    On,
    Off,
}

fn yes() -> bool {
    true
}

/// What forges themselves grant a receiver, or nearly so.
fn ten_seconds() -> Duration {
    Duration::from_secs(10)
}

/// Reads one target; notes its faults. `public_url` is how the world sees the gateway. Gives what signs the
/// target, too, as its `headers` leave it.
pub(super) fn read(
    name: &str,
    at: &At<'_>,
    words: &Vocabulary,
    public_url: Option<&Url>,
) -> Option<(Target, Guard)> {
    if !is_name(name) {
        at.fault(format!(
            "`{name}` is no name for a target: use letters, digits, `-`, `_` and `.`"
        ));
    }
    let sign: Vec<_> = at
        .key("sign")
        .items()
        .iter()
        .filter_map(|at| Some((at.clone(), credential::read(at)?)))
        .collect();
    let repositories = repositories::read(&at.key("repositories"));
    let raw: Raw = at.read()?;

    let url = TargetUrl::parse(raw.url.expose());
    let url = url.map_err(|message| at.key("url").fault(message)).ok();
    let format = read_format(&raw.format, &at.key("format"), words);
    if let Some(format) = &format {
        signing::check(&sign, format, url.as_ref(), words);
    }
    let guard = |format| signing::guard(name, &sign, format, url.as_ref(), words);
    let mut guard = [format.as_ref().map(guard).unwrap_or_default()];
    let headers = headers::outbound(&at.key("headers"), words, &mut guard);
    let [guard] = guard;
    if raw.timeout.is_zero() || raw.timeout > Duration::from_secs(300) {
        at.key("timeout").fault("expected a time from 1ms to 5m");
    }
    if format == Some(Format::Passthrough) && !raw.passthrough {
        at.key("passthrough")
            .fault("the format is `passthrough`: leave this out, or name a forge's format");
    }
    if raw.retry.attempts == 0 {
        at.key("retry").key("attempts").fault("expected at least 1 attempt");
    }
    if raw.id_bits.is_some_and(|bits| !(16..=63).contains(&bits)) {
        at.key("id_bits").fault("expected a number of bits from 16 to 63");
    }
    if format == Some(Format::Passthrough) && !repositories.is_empty() {
        at.key("repositories")
            .fault("the format is `passthrough`, which changes nothing: name a forge's format");
    }
    let vars = Vars::read(&at.key("vars"));
    if !vars.0.is_empty() && matches!(format, Some(Format::Passthrough | Format::Forge(_))) {
        at.key("vars")
            .fault("only templates look at `vars`, and the format is none: leave this out");
    }
    let link = |text: Option<String>, key| -> Option<Url> {
        let parsed = Url::parse(&text?);
        parsed.map_err(|error| at.key(key).fault(format!("{error}: expected an address"))).ok()
    };
    let target = Target {
        sign: sign.into_iter().map(|(_, credential)| credential).collect(),
        headers: headers?,
        allow_private: raw.allow_private,
        passthrough: raw.passthrough,
        timeout: raw.timeout,
        retry: raw.retry,
        api_url: link(raw.api_url, "api_url"),
        web_url: link(raw.web_url, "web_url"),
        companions: raw.companions == Switch::On,
        id_bits: raw.id_bits,
        repositories,
        vars,
        handshake: handshake::of_target(&at.key("handshake"), public_url),
        ..Target::new(name, url?, format?)
    };
    Some((target, guard))
}

fn read_format(format: &str, at: &At<'_>, words: &Vocabulary) -> Option<Format> {
    if format == "passthrough" {
        return Some(Format::Passthrough);
    }
    match (words.forge(format), words.template(format)) {
        (None, Some(_)) => return Some(Format::Template(format.into())),
        (Some(_), Some(_)) => at.fault(format!(
            "`{format}` is a forge and a template: call the folder of the template otherwise"
        )),
        (Some(words), None) if words.signs.is_some() => return Some(Format::Forge(format.into())),
        (Some(_), None) => at.fault(format!(
            "{format} is received but cannot be sent: expected one of {}",
            words.format_names()
        )),
        (None, None) => at.fault(format!(
            "no format `{format}`: expected one of {}; or the name of a folder that `--templates` has",
            words.format_names()
        )),
    }
    None
}
