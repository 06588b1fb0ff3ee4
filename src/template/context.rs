//! What a template sees.

use super::subject::subject;
use super::tone;
use crate::event::Event;
use handlebars::Context;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// What an event is rendered with.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The event: `event`.
    pub event: &'a Event,
    /// The text that the forge sent, without secrets: `raw`.
    pub raw: &'a str,
    /// The headers that it came with, without secrets: `headers`, by names in lower case.
    pub headers: &'a [(String, String)],
    /// The name of the target: `target.name`.
    pub target: &'a str,
    /// What the target says for its template: `target.vars`.
    pub vars: &'a Map<String, Value>,
    /// The id of the outgoing delivery: `delivery.id`.
    pub id: &'a str,
    /// The time that the rendering counts as: `now`.
    pub now: Timestamp,
}

impl Given<'_> {
    /// All of it. A payload costs time to read, so it is only there for templates that look at it.
    pub(super) fn context(
        &self,
        tables: &Map<String, Value>,
        with_raw: bool,
    ) -> Result<Context, String> {
        let event = serde_json::to_value(self.event).map_err(|error| error.to_string())?;
        let raw = match with_raw {
            true => serde_json::from_str(self.raw)
                .map_err(|error| format!("the payload cannot be read: {error}"))?,
            false => Value::Null,
        };
        let mut headers = Map::new();
        for (name, value) in self.headers {
            match headers.entry(name.to_ascii_lowercase()).or_insert(Value::Null) {
                Value::String(text) => *text = format!("{text}, {value}"),
                empty => *empty = Value::from(value.as_str()),
            }
        }
        let mut subject = subject(&event);
        tone::tell(&event, &mut subject, tables);
        // An event may be large: it is moved here, and never copied.
        let mut context = json!({
            "subject": subject,
            "headers": headers,
            "target": { "name": self.target, "vars": self.vars },
            "delivery": { "id": self.id },
            "tables": tables,
            "now": self.now.to_string(),
        });
        context["event"] = event;
        context["raw"] = raw;
        Ok(Context::from(context))
    }
}
