//! Names of values, compared by their hash: looking a name up happens for most leaves of an output.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// A name that a mapping binds or reads.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Name {
    hash: u64,
    text: Cow<'static, str>,
}

impl Name {
    /// A name that Forgeway itself binds.
    pub(super) const fn fixed(text: &'static str) -> Self {
        Self { hash: hash(text.as_bytes()), text: Cow::Borrowed(text) }
    }

    /// Whether two names are the same. Sixty-four bits and the length decide: a mapping binds a
    /// handful of names, and they were told apart by their text when it was compiled.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.hash == other.hash && self.text.len() == other.text.len()
    }
}

/// FNV-1a.
const fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    hash
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self { hash: hash(text.as_bytes()), text: Cow::Owned(text.to_owned()) }
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self { hash: hash(text.as_bytes()), text: Cow::Owned(text) }
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
