//! Why a message is not believed, and why a secret cannot be used.

/// Why a message does not prove where it comes from. The texts may be shown to the sender: they
/// hold neither secrets nor signatures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The header or field is not there.
    #[error("not signed: {0} is missing")]
    Missing(String),
    /// The header or field is there and empty, as some forges send it when their hook has no secret.
    #[error("not signed: {0} is empty (set a secret in the hook's settings at the forge)")]
    Empty(String),
    /// The signature or token is not the one that any of the secrets gives.
    #[error("{0} does not match any configured secret")]
    Wrong(String),
    /// It does not look like what this scheme sends.
    #[error("{at} cannot be read: {what}")]
    Malformed {
        /// The header or field.
        at: String,
        /// What was expected.
        what: &'static str,
    },
    /// It is right, and was made at another time than now.
    #[error("signed {seconds} s {way}; at most {allowed} s are allowed (do both clocks agree?)")]
    TooOld {
        /// How far off, in seconds.
        seconds: u64,
        /// `ago`, or `in the future`.
        way: &'static str,
        /// How far it may be off.
        allowed: u64,
    },
    /// Only SHA-1 holds, which proves too little.
    #[error("only a SHA-1 signature holds; set `allow_sha1: true` to accept it")]
    OnlySha1,
    /// There is no secret to verify with.
    #[error("no secret is configured")]
    NoSecret,
}

impl Failure {
    /// A short word for statistics and records.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing",
            Self::Empty(_) => "empty",
            Self::Wrong(_) => "wrong",
            Self::Malformed { .. } => "malformed",
            Self::TooOld { .. } => "too_old",
            Self::OnlySha1 => "only_sha1",
            Self::NoSecret => "no_secret",
        }
    }

    /// Whether the sender did not even try: there was nothing to verify.
    pub fn is_unsigned(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::Empty(_) | Self::NoSecret)
    }
}

/// Why a secret cannot be used with a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// Nothing is in it.
    #[error("the secret is empty; an empty secret would verify anything")]
    Empty,
    /// It is no signing token.
    #[error("a signing token is `whsec_` and base64 after it")]
    NotWhsec,
    /// It is no key of Ed25519.
    #[error(
        "a key of Ed25519 is base64 of 32 bytes: the public key to verify, the private seed to sign"
    )]
    NotEd25519,
    /// The scheme needs a user beside the password.
    #[error("this scheme needs a `user` beside the password")]
    NoUser,
    /// The header's name has a star in it, or is not said at all.
    #[error("the scheme does not name one header for certain: it verifies, and cannot sign")]
    OpenHeader,
    /// It cannot stand in a header.
    #[error(
        "the secret goes into a header as it is, and holds a character that cannot stand there"
    )]
    NotForHeader,
}
