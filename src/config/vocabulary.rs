//! What the mappings know, as far as the configuration may name it.

use crate::forge::Forge;
use crate::mapping::Mappings;
use crate::template::Templates;
use std::sync::Arc;

/// The forges, their schemes and the formats.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Every forge that has a mapping, in order of precedence.
    pub forges: Vec<ForgeWords>,
    /// Every template.
    pub templates: Vec<TemplateWords>,
}

/// What can be said about a template.
#[derive(Debug, Clone)]
pub struct TemplateWords {
    /// Its name.
    pub name: String,
    /// The schemes that a plain secret signs with.
    pub signs: Vec<String>,
}

/// What can be said about one forge.
#[derive(Debug, Clone)]
pub struct ForgeWords {
    /// The forge.
    pub forge: Arc<Forge>,
    /// The schemes that a plain secret signs with, when its format can be sent.
    pub signs: Option<Vec<String>>,
    /// How many kinds of events its format says.
    pub says: usize,
}

impl ForgeWords {
    /// The schemes that a plain secret verifies with.
    pub(super) fn verifies(&self) -> &[String] {
        self.forge.verify.default.as_deref().unwrap_or_default()
    }
}

impl Vocabulary {
    /// The words of these mappings.
    pub fn of(mappings: &Mappings) -> Self {
        let formats = mappings.formats();
        let forges = mappings.forges().iter().map(|forge| {
            let format = mappings.format(&forge.name).filter(|_| formats.contains(&&*forge.name));
            let signs = format.map(|format| format.sign.clone());
            let says = signs.as_ref().map_or(0, |_| mappings.emitted_kinds(&forge.name).len());
            ForgeWords { forge: Arc::clone(forge), signs, says }
        });
        Self { forges: forges.collect(), templates: Vec::new() }
    }

    /// The same with these templates.
    #[must_use]
    pub fn with(self, templates: &Templates) -> Self {
        let words = templates.all().map(|template| TemplateWords {
            name: template.name().to_owned(),
            signs: template.settings().sign.clone(),
        });
        Self { templates: words.collect(), ..self }
    }

    /// The words of a template.
    pub fn template(&self, name: &str) -> Option<&TemplateWords> {
        self.templates.iter().find(|words| words.name == name)
    }

    /// The words of one forge.
    pub fn forge(&self, name: &str) -> Option<&ForgeWords> {
        self.forges.iter().find(|words| words.forge.name == name)
    }

    /// The names of all forges, for messages.
    pub(super) fn forge_names(&self) -> String {
        let names: Vec<_> = self.forges.iter().map(|words| words.forge.name.as_str()).collect();
        names.join(", ")
    }

    /// The names of all formats, for messages.
    pub(super) fn format_names(&self) -> String {
        let formats = self.forges.iter().filter(|words| words.signs.is_some());
        let names = formats.map(|words| words.forge.name.as_str()).chain(["passthrough"]);
        let names = names.chain(self.templates.iter().map(|words| words.name.as_str()));
        names.collect::<Vec<_>>().join(", ")
    }
}
