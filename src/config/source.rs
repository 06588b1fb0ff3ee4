//! Who delivers: `sources`.

use super::at::At;
use super::credential::{self, Credential, CredentialError};
use super::handshake::{self, Consent};
use super::headers::{self, HeaderRules, Proofs};
use super::mapping;
use super::vocabulary::{ForgeWords, Vocabulary};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The forge that is none in particular.
const CUSTOM: &str = "custom";

/// A source: it receives at `POST /in/<name>`.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Which forge it is and how it is verified.
    pub binding: Binding,
    /// Whether a forge that says nothing in its headers may be told by its body.
    pub body_detect: bool,
    /// Whether it also receives at `POST /in`.
    pub default: bool,
    /// What is changed about the headers of its deliveries before they are read.
    pub headers: HeaderRules,
    /// What it answers those who ask whether they may send; `None`: nothing.
    pub handshake: Option<Consent>,
}

impl Source {
    /// A source bound to one forge that asks for no proof, as `verify: none` says it: for deliveries that
    /// come from a file or a test and not from a network.
    pub fn open(name: &str, forge: &str) -> Self {
        let binding = Binding::Pinned { forge: forge.to_owned(), verify: Verify::None };
        Self {
            name: name.to_owned(),
            binding,
            body_detect: false,
            default: false,
            headers: HeaderRules::default(),
            handshake: None,
        }
    }
}

/// The forge of a source and how its deliveries are verified.
#[derive(Debug, Clone)]
pub enum Binding {
    /// One forge, whatever the request says.
    Pinned {
        /// Its name.
        forge: String,
        /// How it is verified.
        verify: Verify,
    },
    /// `forge: auto`: detected; a forge that is not listed here is refused.
    Auto(Vec<(String, Verify)>),
}

/// How deliveries are verified.
#[derive(Debug, Clone)]
pub enum Verify {
    /// Not at all: `verify: none`, in words.
    None,
    /// Any one of these must hold.
    AnyOf(Vec<Credential>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    forge: String,
    /// A folder that says what this source's forge sends.
    mapping: Option<String>,
    /// Read apart: what it may hold depends on the forge.
    #[serde(rename = "verify")]
    _verify: Option<IgnoredAny>,
    #[serde(default)]
    body_detect: bool,
    #[serde(default)]
    default: bool,
    /// Read apart: each of its faults has a place of its own.
    #[serde(rename = "headers")]
    _headers: Option<IgnoredAny>,
    #[serde(rename = "handshake")]
    _handshake: Option<IgnoredAny>,
}

/// Reads one source; notes its faults.
pub(super) fn read(name: &str, at: &At<'_>, words: &Vocabulary) -> Option<Source> {
    if !is_name(name) {
        at.fault(format!(
            "`{name}` is no name for a source: it is part of an address, so use letters, digits, `-`, `_` and `.`"
        ));
    }
    let verify = at.key("verify");
    let raw: Raw = at.read()?;
    let binding = if raw.forge == "auto" && raw.mapping.is_none() {
        Binding::Auto(read_auto(&verify, words)?)
    } else if let Some(folder) = &raw.mapping {
        let forge = own_forge(folder, &raw.forge, at, words)?;
        Binding::Pinned { forge: forge.forge.name.clone(), verify: read_verify(&verify, forge)? }
    } else {
        let known = words.forge(&raw.forge);
        if known.is_none() {
            let names = words.forge_names();
            at.key("forge")
                .fault(format!("no forge `{}`: expected auto or one of {names}", raw.forge));
        }
        let verify = read_verify(&verify, known?)?;
        Binding::Pinned { forge: raw.forge, verify }
    };
    let handshake = handshake::of_source(&at.key("handshake"));
    let headers = headers::inbound(&at.key("headers"), &Proofs::of(&binding, words))?;
    let (body_detect, default) = (raw.body_detect, raw.default);
    Some(Source { name: name.into(), binding, body_detect, default, headers, handshake })
}

/// The forge that the source brings along.
fn own_forge<'w>(
    folder: &str,
    forge: &str,
    at: &At<'_>,
    words: &'w Vocabulary,
) -> Option<&'w ForgeWords> {
    if forge != CUSTOM {
        at.key("forge")
            .fault(format!("`mapping` says what a forge sends: it goes with `forge: {CUSTOM}`"));
        return None;
    }
    let at = at.key("mapping");
    let folder = mapping::folder(at.node.mark.file.as_ref(), folder);
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let known = words.forge(&name).filter(|words| words.forge.own);
    if !is_name(&name) {
        at.fault(format!("`{name}` is no name for a forge: use letters, digits, `-`, `_` and `.`"));
    } else if !folder.join("forge.yaml").is_file() {
        at.fault(format!("there is no forge.yaml in {}", folder.display()));
    } else if known.is_none() {
        at.fault(format!("the mapping in {} cannot be read", folder.display()));
    }
    known
}

/// What a name may be: it stands in an address and in log lines.
pub(super) fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && name.len() <= 64 && name.chars().all(plain) && !name.starts_with('.')
}

fn read_auto(at: &At<'_>, words: &Vocabulary) -> Option<Vec<(String, Verify)>> {
    if says_none(at) {
        let open = |words: &ForgeWords| (words.forge.name.clone(), Verify::None);
        return Some(words.forges.iter().map(open).collect());
    }
    if at.node.as_map().is_none() || !at.is_there() {
        at.fault("with `forge: auto`, `verify` is a map from each forge to how it is verified");
        return None;
    }
    let mut by_forge = Vec::new();
    for (name, at) in at.pairs("a map") {
        match words.forge(name) {
            Some(forge) => {
                by_forge.extend(read_verify(&at, forge).map(|verify| (name.into(), verify)))
            }
            None => at.fault(format!(
                "no forge `{name}`: with `forge: auto`, `verify` is a map from each forge to how it is \
                 verified; expected one of {}",
                words.forge_names()
            )),
        }
    }
    Some(by_forge)
}

fn says_none(at: &At<'_>) -> bool {
    at.is_there() && at.node.as_text() == Some("none")
}

fn read_verify(at: &At<'_>, words: &ForgeWords) -> Option<Verify> {
    if says_none(at) {
        return Some(Verify::None);
    }
    if !at.is_there() {
        at.fault(
            "no secret: give `verify: { secret: \"${NAME}\" }`, or say `verify: none` in words",
        );
        return None;
    }
    let items = at.items();
    if items.is_empty() {
        at.fault("an empty list verifies nothing: give a secret, or say `verify: none` in words");
        return None;
    }
    let mut list = Vec::new();
    for at in items {
        let Some(credential) = credential::read(&at) else { continue };
        check_scheme(&at, &credential, words);
        list.push(credential);
    }
    Some(Verify::AnyOf(list))
}

fn check_scheme(at: &At<'_>, credential: &Credential, words: &ForgeWords) {
    let at_scheme = if credential.scheme.is_some() { at.key("scheme") } else { at.clone() };
    match credential.checked_schemes(Some(&words.forge), words.verifies()) {
        Err(error @ CredentialError::Secret(_)) => at.fault(error.to_string()),
        Err(error @ CredentialError::HasHeader(_)) => at.key("header").fault(error.to_string()),
        Err(error) => at_scheme.fault(error.to_string()),
        Ok(schemes) => {
            if !credential.allow_sha1 && schemes.iter().all(|meant| meant.scheme.is_sha1()) {
                at_scheme
                    .fault("SHA-1 alone is weak: use another scheme, or say `allow_sha1: true`");
            }
        }
    }
}
