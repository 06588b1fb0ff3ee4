//! What a delivery leaves for later ones, and where it finds what earlier ones left.

use super::program::{Receive, Remember};
use super::receive::{Input, Reading};
use super::run::{Scope, Val};
use super::{Mappings, arena};
use crate::store::Memory;
use crate::value::{FieldType, Notes, Time, View, to_json};
use jiff::Timestamp;
use serde_json::Value;

/// So much of a delivery is remembered at most, as JSON.
const MOST: usize = 4096;
/// So long is a key at most.
const LONGEST_KEY: usize = 512;

/// Where what an earlier delivery left is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryKey {
    /// The key, within the source.
    pub key: String,
    /// The time of this delivery.
    pub at: Timestamp,
}

impl MemoryKey {
    /// What a memory says of the time before this delivery. One that is not older says nothing: the
    /// delivery was overtaken, or comes a second time.
    pub fn known(&self, memory: Memory) -> Option<Value> {
        (memory.at.as_millisecond() < self.at.as_millisecond()).then_some(memory.value)
    }
}

impl Mappings {
    /// Where to look for what an earlier delivery left; nothing where the mapping remembers nothing.
    /// What is wrong with the delivery or the mapping is found when it is normalized.
    pub fn memory_key(&self, input: &Input<'_>) -> Option<MemoryKey> {
        let program = self.program(input.forge).filter(|program| program.faults.is_empty())?;
        if program.receive.values().all(|file| file.remember.is_none()) {
            return None;
        }
        arena::with(|arena| {
            let mut reading = Reading::new(program, input, arena);
            let file = program.receive.get(reading.word_and_file().1?)?;
            let remember = file.remember.as_ref()?;
            reading.look(&remember.outline).ok()?;
            reading.memory_key(remember)
        })
    }
}

impl<'a> Reading<'a> {
    fn memory_scope(&self, remember: &'a Remember) -> Option<Scope<'a>> {
        let scope = self.run.bind_all(Scope::new(self.run.root), &remember.lets);
        let holds = remember.when.as_ref().is_none_or(|when| self.run.holds(when, scope));
        holds.then_some(scope)
    }

    fn memory_key(&self, remember: &'a Remember) -> Option<MemoryKey> {
        let scope = self.memory_scope(remember)?;
        let key = match to_json(self.run.eval(&remember.key, scope).view) {
            Value::String(key) if !key.is_empty() => key,
            Value::Number(key) => key.to_string(),
            _ => return None,
        };
        let at = remember.at.as_ref().map(|at| self.run.eval(at, scope).view);
        let at = at.and_then(|at| Time::from_view(at, &mut Notes::default()).ok());
        let at = at.or(self.input.source.received_at).map(|time| time.instant());
        Some(MemoryKey { key, at: at.unwrap_or(Timestamp::UNIX_EPOCH) })
    }

    /// What the delivery leaves, of the payload as its file looked at it.
    pub(super) fn memory(&mut self, file: &'a Receive, payload: Val<'a>) -> Option<Memory> {
        let remember = file.remember.as_ref()?;
        self.run.root = payload;
        let MemoryKey { key, at } = self.memory_key(remember)?;
        let scope = self.memory_scope(remember)?;
        let value = match self.run.eval(&remember.value, scope).view {
            View::Absent | View::Null => return None,
            value => to_json(value),
        };
        if key.len() > LONGEST_KEY || value.to_string().len() > MOST {
            self.notes.0.push(format!(
                "nothing is remembered: a key has at most {LONGEST_KEY} bytes, and what lies there {MOST}"
            ));
            return None;
        }
        Some(Memory { key, value, at })
    }
}
