//! What the mappings can do, for people to look up: the words and kinds of each forge and format.

use super::Mappings;
use super::expr::{Expr, Literal};
use super::program::{EmitRule, Gives, Makes, ReceiveRule};
use crate::event::Kind;
use std::collections::BTreeSet;

impl Mappings {
    /// The kinds that a forge's deliveries can become, in the order of [`Kind::ALL`]; `other`
    /// is left out, because everything can.
    pub fn received_kinds(&self, forge: &str) -> Vec<Kind> {
        let Some(program) = self.program(forge) else { return Vec::new() };
        let mut kinds = BTreeSet::new();
        for file in program.events.values() {
            let rules = program.receive.get(file).map(|receive| &receive.rules[..]);
            rules.unwrap_or_default().iter().for_each(|rule| collect(rule, &mut kinds));
        }
        if !program.forge.ping.is_empty() {
            kinds.insert(Kind::Ping);
        }
        kinds.remove(&Kind::Other);
        kinds.into_iter().collect()
    }

    /// The kinds that the format of a forge has requests for; one that it only skips is none, and a
    /// forge that speaks no format says nothing.
    pub fn emitted_kinds(&self, forge: &str) -> Vec<Kind> {
        let says = |rule: &EmitRule| matches!(rule.makes, Makes::Request(..));
        let format = self.program(forge).and_then(|own| self.program(own.forge.format()));
        let emit = format.into_iter().filter(|format| format.format.is_some());
        let emit = emit.flat_map(|format| &format.emit);
        emit.filter(|(_, emit)| emit.rules.iter().any(says)).map(|(kind, _)| *kind).collect()
    }

    /// The forge's words for events that have a mapping of their own.
    pub fn event_words(&self, forge: &str) -> Vec<&str> {
        let words = self.program(forge).into_iter().flat_map(|program| program.events.keys());
        words.map(|word| &**word).collect()
    }
}

/// The kinds that a rule can give: what its `kind` says, literally.
fn collect(rule: &ReceiveRule, kinds: &mut BTreeSet<Kind>) {
    let Gives::Event { body: Expr::Map(map), .. } = &rule.gives else { return };
    for key in map.keys.iter().filter(|key| &*key.name == "kind") {
        if let Expr::Literal(Literal::Text(word), _) = &key.value {
            kinds.extend(Kind::from_word(word));
        }
    }
}
