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

/// Why a scheme cannot sign or verify with what it is given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// Nothing is in it.
    #[error("the secret is empty; an empty secret would verify anything")]
    Empty,
    /// It is no signing token.
    #[error(
        "a signing token is `whsec_` and base64 after it, or a key: `whsk_` to sign, `whpk_` to verify"
    )]
    NotWhsec,
    /// It is no key of Standard Webhooks.
    #[error(
        "a key is `whpk_` and base64 of the 32 bytes of the public key, or `whsk_` and base64 of the private \
         seed, alone or followed by the public key that belongs to it"
    )]
    NotWhsk,
    /// It is a public key, and ought to sign.
    #[error("a public key (`whpk_`) only verifies: give the private one (`whsk_`) to sign with")]
    OnlyVerifies,
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
    /// The address is signed, and not known.
    #[error("the address is signed, and there is none, or it is none that can be signed")]
    NoAddress,
    /// There is no object to put the signature into.
    #[error("the signature goes into the body, and the body is no JSON object")]
    NoObject,
    /// The body has what the signature would add.
    #[error("the signature goes into the body, which has a `{0}` of its own")]
    HasMember(String),
}

/// Why the settings of a scheme do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingFault {
    /// Something is signed that the receiver is not told.
    #[error("`signed` has {{{{{field}}}}}, which the receiver must be told: add `{setting}`")]
    NotSent {
        /// What is signed.
        field: &'static str,
        /// The setting that tells it.
        setting: &'static str,
    },
    /// Something is told that is not signed: anybody could change it.
    #[error("`{setting}` is sent and not signed: put {{{{{field}}}}} into `signed`")]
    NotSigned {
        /// What is not signed.
        field: &'static str,
        /// The setting that tells it.
        setting: &'static str,
    },
    /// Something is signed for which this scheme has no place.
    #[error("{{{{{0}}}}} cannot be signed here: this scheme has no place to send it in")]
    NoPlace(&'static str),
    /// A name that cannot be a member of the body.
    #[error("`{0}` is no plain name for a member of the body")]
    NoMember(String),
}
