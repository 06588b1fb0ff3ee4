//! The configuration that `serve` starts with when there is no file.

use super::vocabulary::Vocabulary;
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
        // A forge that is never detected has no place in a source that detects.
        for words in words.forges.iter().filter(|words| !words.forge.detect.is_empty()) {
            let forge = &words.forge;
            let mut schemes =
                forge.verify.schemes.iter().filter(|(_, scheme)| !scheme.lacks_header());
            let how = match (words.verifies(), schemes.next()) {
                ([], Some((scheme, _))) => format!("scheme: {scheme}, secret"),
                ([], None) => "user: forgeway, password".to_owned(),
                _ => "secret".to_owned(),
            };
            // Writing to a string cannot fail.
            let _ = writeln!(verify, "      {}: {{ {how}: \"{secret}\" }}", forge.name);
        }
        // The forge whose headers the others imitate is asked last: its format is the best known.
        let format = words.forges.iter().rev().find(|words| words.signs.is_some());
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
