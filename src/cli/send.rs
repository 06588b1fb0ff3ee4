//! `forgeway send`: plays a forge with the examples that stand beside its mappings.

use super::io::{self, print, remark};
use super::offline;
use anyhow::{Context, Result, anyhow, bail};
use bytes::Bytes;
use forgeway::config::{Credential, Format, Target, TargetUrl};
use forgeway::egress::{self, Client};
use forgeway::forge::{Forge, Origin, write_query};
use forgeway::ingress::Payload;
use forgeway::mapping::{Example, Mappings};
use forgeway::scheme::{Header, Keys, Outbound, Over, Scheme};
use forgeway::secret::Secret;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use url::Url;

/// Play a forge: send one of its example deliveries, signed as the forge signs.
///
/// --event takes a canonical kind (push), a kind and action (pull_request.opened), the
/// forge's own word, or the name of an example. Each delivery gets an id of its own.
/// Exit status 0: all were taken with 2xx. 1: one was not.
///
/// Examples:
///   forgeway send --forge github --event push --secret in http://127.0.0.1:8080/in/github
///   forgeway send --forge gitlab --event pull_request --secret in http://127.0.0.1:8080/in/gitlab
///   forgeway send --forge custom --event anything --sign "{ scheme: bearer, secret: in }" URL
///   forgeway send --forge gitee --scheme timestamp_hmac --event push --secret in URL
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The forge to play; `forgeway forges` lists them.
    #[arg(long)]
    forge: String,
    /// What happened there.
    #[arg(long)]
    event: String,
    /// The secret that signs; left out: the delivery is not signed.
    #[arg(long)]
    secret: Option<String>,
    /// The scheme that signs; left out: what a plain secret means for the forge.
    #[arg(long, requires = "secret")]
    scheme: Option<String>,
    /// The user, for HTTP Basic; the secret is the password.
    #[arg(long, requires = "secret")]
    user: Option<String>,
    /// The header that holds the secret, where the scheme leaves it to the configuration.
    #[arg(long, value_name = "NAME", requires = "secret", value_parser = Header::new)]
    header: Option<Header>,
    /// Sign as an item of a target's `sign` says it: "{ scheme: hmac, header: X-Mac, secret: s }"; may be
    /// given several times.
    #[arg(long, value_name = "ITEM", conflicts_with = "secret", value_parser = io::credential)]
    sign: Vec<Credential>,
    /// How often to send it.
    #[arg(long, value_name = "N", default_value_t = 1)]
    times: usize,
    /// A folder of mappings that replaces whole files of the built-in ones.
    #[arg(long, value_name = "DIR")]
    mappings: Option<PathBuf>,
    /// Where to.
    url: String,
}

/// What is sent.
struct Request {
    url: Url,
    headers: HeaderMap,
    body: Bytes,
}

impl Args {
    /// Sends the example and prints what was answered.
    pub(super) fn run(self) -> Result<ExitCode> {
        let mappings = Mappings::on_demand(self.mappings.as_deref())?;
        let forge = super::forge_named(&mappings, &self.forge)?;
        let example = self.example(&mappings, forge)?;
        let target = target(&self.address(&example))?;
        io::runtime()?.block_on(async {
            let client = Client::new().context("making the HTTP client")?;
            let mut refused = false;
            for _ in 0..self.times {
                let Request { url, headers, body } = self.delivery(forge, &example, &target)?;
                let answer = client.send(&target, Method::POST, &url, headers, body).await;
                let answer = answer.with_context(|| format!("sending to {}", target.url))?;
                let text = String::from_utf8_lossy(&answer.body);
                let text = text.trim();
                print(format_args!("{} {}: {} {text}", forge.name, example.name, answer.status))?;
                refused |= !answer.status.is_success();
            }
            Ok(ExitCode::from(u8::from(refused)))
        })
    }

    /// Where to, with the parameters that the example comes with.
    fn address(&self, example: &Example) -> String {
        let query = write_query(&example.given.query);
        match (query.is_empty(), self.url.contains('?')) {
            (true, _) => self.url.clone(),
            (false, true) => format!("{}&{query}", self.url),
            (false, false) => format!("{}?{query}", self.url),
        }
    }

    /// The example that is meant: by its name, by what it becomes, or by the forge's word.
    fn example(&self, mappings: &Mappings, forge: &Forge) -> Result<Example> {
        let examples = mappings.examples().into_iter().collect::<Result<Vec<_>, _>>()?;
        let own: Vec<_> = examples.into_iter().filter(|own| own.forge == forge.name).collect();
        let named = own.iter().find(|example| example.name == self.event);
        let becomes = || {
            let mut fitting = own.iter().filter(|example| self.is_kind(example));
            let first = fitting.clone().next();
            // Of several, the one that people think of first.
            fitting.find(|example| first_event(example, "action") == "opened").or(first)
        };
        let word = || own.iter().find(|example| self.is_word(forge, example));
        named.or_else(becomes).or_else(word).cloned().ok_or_else(|| {
            let names: Vec<_> = own.iter().map(|example| example.name.as_str()).collect();
            let (title, event) = (&forge.title, &self.event);
            anyhow!("{title} has no example of `{event}`; its examples are {}", names.join(", "))
        })
    }

    /// Whether the first event of an example is of the kind, or kind and action.
    fn is_kind(&self, example: &Example) -> bool {
        let (kind, action) = (first_event(example, "kind"), first_event(example, "action"));
        self.event == kind || self.event.split_once('.') == Some((kind, action))
    }

    /// Whether the forge's own word for the event is this one.
    fn is_word(&self, forge: &Forge, example: &Example) -> bool {
        let word = forge.event(&example.headers, &example.body);
        word.is_some_and(|word| word.eq_ignore_ascii_case(&self.event))
    }

    /// The example as the forge would send it now: with a fresh id, and signed.
    fn delivery(&self, forge: &Forge, example: &Example, target: &Target) -> Result<Request> {
        let mut headers = example.headers.clone();
        if !headers.contains_key(http::header::CONTENT_TYPE) {
            let json = HeaderValue::from_static("application/json");
            headers.insert(http::header::CONTENT_TYPE, json);
        }
        let id = uuid::Uuid::new_v4().to_string();
        renew(forge, &mut headers, &id)?;
        let (url, body) = (target.url.expose().clone(), Bytes::from(example.body.clone()));
        let mut request = Request { url, headers, body };
        if let Some(secret) = &self.secret {
            self.sign_as(forge, secret, &id, &mut request)?;
        }
        if !self.sign.is_empty() {
            let Request { url, headers, body } = &mut request;
            let message = Outbound::new(body, &id, Timestamp::now()).to(&Method::POST, url);
            let default = forge.verify.default.as_deref().unwrap_or_default();
            let proofs = egress::sign(&self.sign, Some(forge), default, &message)?;
            *body = proofs.body.map_or_else(|| body.clone(), Bytes::from);
            *url = proofs.url.unwrap_or_else(|| url.clone());
            for (name, value) in proofs.headers {
                headers.insert(name.parse::<HeaderName>()?, value.parse()?);
            }
        }
        Ok(request)
    }

    fn sign_as(&self, forge: &Forge, secret: &str, id: &str, request: &mut Request) -> Result<()> {
        let secret = Secret::new(secret);
        let keys = match &self.user {
            Some(user) => Keys::basic(user, [secret]),
            None => Keys::new([secret]),
        };
        let Request { url, headers, body } = request;
        let received = offline::received(headers.clone(), body.to_vec(), Timestamp::now());
        let json = Payload::of(&received, forge).context("taking the JSON out of the body")?.json;
        for (name, scheme) in self.schemes(forge)? {
            let over_json = matches!(scheme, Scheme::Hmac(hmac) if hmac.over == Over::Json);
            let signed = if over_json { &json[..] } else { &body[..] };
            let message = Outbound::new(signed, id, Timestamp::now()).to(&Method::POST, url);
            let mut scheme = match forge.star(headers) {
                Some(star) => scheme.clone().filled_in(star),
                None => scheme.clone(),
            };
            if let Some(header) = &self.header {
                scheme = scheme.in_header(header.clone());
            }
            let context = || format!("signing with {name}");
            let signature = scheme.sign(&keys, &message).with_context(context)?;
            let changed = signature.write_members(body).with_context(context)?;
            signature.write_query(url);
            *body = changed.map_or_else(|| body.clone(), Bytes::from);
            for (name, value) in signature.headers {
                headers.insert(name.parse::<HeaderName>()?, value.parse()?);
            }
        }
        Ok(())
    }

    /// The schemes that sign: the named one, what a plain secret means, or the forge's first.
    fn schemes<'f>(&self, forge: &'f Forge) -> Result<Vec<(&'f str, &'f Scheme)>> {
        let all = &forge.verify.schemes;
        let basic = |scheme: &Scheme| matches!(scheme, Scheme::Basic(_));
        let chosen: Vec<_> = match (&self.scheme, &forge.verify.default) {
            (Some(only), _) => all.iter().filter(|(name, _)| name == only).collect(),
            _ if self.user.is_some() => all.iter().filter(|(_, scheme)| basic(scheme)).collect(),
            (None, Some(default)) => {
                all.iter().filter(|(name, _)| default.iter().any(|own| own == name)).collect()
            }
            (None, None) => all.iter().take(1).collect(),
        };
        if chosen.is_empty() {
            bail!("{} has no such scheme: expected one of {}", forge.title, all.names());
        }
        if self.scheme.is_none() && forge.verify.default.is_none() {
            remark(format_args!("signing with {}; --scheme names another", chosen[0].0));
        }
        Ok(chosen)
    }
}

/// A field of the first event that an example becomes.
fn first_event<'e>(example: &'e Example, key: &str) -> &'e str {
    let first = example.events.as_ref().and_then(|events| events.get(0));
    first.and_then(|event| event[key].as_str()).unwrap_or_default()
}

/// Gives the delivery a new id, in every header that carries the old one: forges that descend from
/// another send it under several names.
fn renew(forge: &Forge, headers: &mut HeaderMap, id: &str) -> Result<()> {
    let header = |origin: &Origin| match origin {
        Origin::Header(header) => header.value(headers, None).cloned(),
        Origin::Body(_) | Origin::Word(_) => None,
    };
    let Some(old) = forge.delivery.id.iter().find_map(header) else { return Ok(()) };
    let id = HeaderValue::from_str(id)?;
    for value in headers.values_mut().filter(|value| **value == old) {
        *value = id.clone();
    }
    Ok(())
}

/// A target for the client: any address a person names, on this machine too.
fn target(url: &str) -> Result<Target> {
    let url = TargetUrl::parse(url).map_err(|reason| anyhow!("{url}: {reason}"))?;
    let timeout = Duration::from_secs(30);
    Ok(Target { allow_private: true, timeout, ..Target::new("send", url, Format::Passthrough) })
}
