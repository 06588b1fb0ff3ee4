//! What the mappings know, as far as the configuration may name it.

/// The forges, their schemes and the formats.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Every forge that has a mapping.
    pub forges: Vec<ForgeWords>,
}

/// What can be said about one forge.
#[derive(Debug, Clone, Default)]
pub struct ForgeWords {
    /// Its name.
    pub name: String,
    /// The names of its schemes.
    pub schemes: Vec<String>,
    /// Whether a plain `secret` is enough, because the mapping says what it means.
    pub plain_secret: bool,
    /// Whether its format can be sent.
    pub is_format: bool,
}

impl Vocabulary {
    /// The words of one forge.
    pub fn forge(&self, name: &str) -> Option<&ForgeWords> {
        self.forges.iter().find(|forge| forge.name == name)
    }

    /// The names of all forges, for messages.
    pub(super) fn forge_names(&self) -> String {
        self.forges.iter().map(|forge| forge.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The names of all formats, for messages.
    pub(super) fn format_names(&self) -> String {
        let formats = self.forges.iter().filter(|forge| forge.is_format);
        let names = formats.map(|forge| forge.name.as_str()).chain(["passthrough"]);
        names.collect::<Vec<_>>().join(", ")
    }
}
