//! One item of `verify` or `sign` apart from a file: what a person says on the command line.

use super::at::{At, Found};
use super::credential::{self, Credential};
use super::load::Faults;
use super::secrets::{self, Variables};
use crate::yaml;

impl Credential {
    /// Reads what `verify` or `sign` of a configuration may hold: an item, or a list of them. `name` is the
    /// name that faults are reported under.
    ///
    /// # Errors
    /// All the faults in it, in the order of the text.
    pub fn parse(text: &str, name: &str, variables: &dyn Variables) -> Result<Vec<Self>, Faults> {
        let mut root = yaml::load(text, name).map_err(|fault| Faults(vec![fault]))?;
        let (filled, unset) = secrets::fill(&mut root, variables);
        if !unset.is_empty() {
            return Err(Faults(unset));
        }
        let found = Found::new(filled, text);
        let items = At::root(&root, &found).items();
        let list: Vec<_> = items.iter().filter_map(credential::read).collect();
        match found.into_faults() {
            faults if faults.is_empty() => Ok(list),
            faults => Err(Faults(faults)),
        }
    }
}
