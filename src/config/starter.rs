//! The configuration that `serve` starts with when there is no file.

use super::credential::Credential;
use super::vocabulary::{ForgeWords, Vocabulary};
use crate::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt::Write as _;

/// A generated configuration: one source that takes every forge, and one target, a receiver on this
/// machine. Everything is there to send a delivery through, and to be changed into the real thing.
#[derive(Debug, Clone)]
pub struct Starter {
    /// The YAML text, for people to look at and to keep. It holds the secret: show it to whoever
    /// started the program, and log it nowhere.
    pub text: String,
    /// The secret in it: forges sign with it, and the target's deliveries are signed with it.
    pub secret: Secret,
}

impl Starter {
    /// Makes one, with a secret that nobody had before.
    pub fn generate(words: &Vocabulary) -> Self {
        let secret = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>());
        let mut verify = String::new();
        let secret_of = Secret::new(secret.as_str());
        // A forge that is never detected has no place in a source that detects.
        for words in words.forges.iter().filter(|words| !words.forge.detect.is_empty()) {
            if let Some(how) = how(words, &secret_of) {
                // Writing to a string cannot fail.
                let _ = writeln!(verify, "      {}: {{ {how}: \"{secret}\" }}", words.forge.name);
            }
        }
        // The format that says the most shows the most.
        let formats = words.forges.iter().filter(|words| words.signs.is_some());
        let format = formats.max_by_key(|words| words.says);
        let format = format.map_or("passthrough", |words| &words.forge.name);
        let text = format!(
            "# Made by `forgeway serve`. Keep it as forgeway.yaml and change it at will. To see it at work:\n\
             #   forgeway listen 127.0.0.1:9000 --format {format} --secret {secret}\n\
             #   forgeway send --forge {format} --event push --secret {secret} http://127.0.0.1:8080/in/demo\n\
             listen: 127.0.0.1:8080\n\
             store: sqlite:./forgeway.db\n\
             sources:\n  demo:\n    forge: auto\n    verify:\n{verify}\
             targets:\n  demo:\n    url: http://127.0.0.1:9000/\n    allow_private: true\n    \
             format: {format}\n    sign: {{ secret: \"{secret}\" }}\n\
             routes:\n  - {{ from: [demo], to: [demo] }}\n"
        );
        Self { text, secret: Secret::new(secret) }
    }
}

/// How a forge is verified with a secret like this one, up to the secret itself: as a plain secret says
/// it, by the first scheme that takes it, or by a user and a password.
fn how(words: &ForgeWords, secret: &Secret) -> Option<String> {
    let takes = |credential: &Credential| {
        let schemes = credential.checked_schemes(Some(&words.forge), words.verifies());
        schemes.is_ok_and(|schemes| {
            credential.allow_sha1 || !schemes.iter().all(|meant| meant.scheme.is_sha1())
        })
    };
    let plain = || Credential { secrets: vec![secret.clone()], ..Credential::default() };
    let named = |name: &str| Credential { scheme: Some(name.to_owned()), ..plain() };
    if takes(&plain()) {
        return Some("secret".to_owned());
    }
    let names = || words.forge.verify.schemes.iter().map(|(name, _)| name);
    if let Some(name) = names().find(|name| takes(&named(name))) {
        return Some(format!("scheme: {name}, secret"));
    }
    if let Some(name) = names().find(|name| takes(&Credential { allow_sha1: true, ..named(name) }))
    {
        return Some(format!("scheme: {name}, allow_sha1: true, secret"));
    }
    let user = Credential { user: Some("forgeway".to_owned()), ..plain() };
    takes(&user).then(|| "user: forgeway, password".to_owned())
}
