//! The examples beside a template: a delivery as some forge sends it, and the requests that are made of it.

use super::{Given, Rendering, Templates};
use crate::event::Event;
use crate::forge;
use crate::ingress::{Payload, json_text};
use crate::mapping::{Example as Delivery, Given as Known, Mappings};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What stands between the requests of one example.
const BETWEEN: &str = "###\n";

/// The time that an example is rendered at.
const NOW: &str = "2026-01-01T00:00:00Z";

/// An example that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{template}/examples/{name}: {message}")]
pub struct ExampleFault {
    /// The template.
    pub template: String,
    /// The name of its folder.
    pub name: String,
    /// What is wrong.
    pub message: String,
}

impl Templates {
    /// Every example, by its template and the name of its folder.
    pub fn examples(&self) -> Vec<(&str, &str)> {
        let cases = self.texts.paths().filter_map(|path| {
            let (template, rest) = path.split_once('/')?;
            let (name, _) = rest.strip_prefix("examples/")?.split_once('/')?;
            self.templates.contains_key(template).then_some((template, name))
        });
        let cases: BTreeSet<_> = cases.collect();
        cases.into_iter().collect()
    }

    /// Renders an example and compares: its requests must be those of `output.http`.
    ///
    /// # Errors
    /// What is missing, cannot be rendered, or is different.
    pub fn check_example(
        &self,
        mappings: &Mappings,
        template: &str,
        name: &str,
    ) -> Result<(), ExampleFault> {
        let fault = |message: String| ExampleFault {
            template: template.to_owned(),
            name: name.to_owned(),
            message,
        };
        let given = self.example_output(mappings, template, name)?;
        let file = format!("{template}/examples/{name}/output.http");
        let (_, expected) = self.texts.get(&file).ok_or_else(|| {
            fault(format!("there is no output.http: when this is right, write it there\n{given}"))
        })?;
        let lines = given.lines().zip(expected.lines().chain(std::iter::repeat("")));
        let differs = lines.enumerate().find(|(_, (given, expected))| given != expected);
        match differs {
            Some((at, (given, expected))) => Err(fault(format!(
                "output.http:{}: `{expected}` was expected, and it gives `{given}`",
                at + 1
            ))),
            None if given.lines().count() < expected.trim_end().lines().count() => {
                Err(fault("output.http says more than it gives".into()))
            }
            None => Ok(()),
        }
    }

    /// The requests of an example as text, as `output.http` holds them.
    ///
    /// # Errors
    /// What is missing or cannot be rendered.
    pub fn example_output(
        &self,
        mappings: &Mappings,
        template: &str,
        name: &str,
    ) -> Result<String, ExampleFault> {
        self.output(mappings, template, name).map_err(|message| ExampleFault {
            template: template.to_owned(),
            name: name.to_owned(),
            message,
        })
    }

    fn output(&self, mappings: &Mappings, template: &str, name: &str) -> Result<String, String> {
        let text = |file: &str| {
            self.texts.get(&format!("{template}/examples/{name}/{file}")).map(|(_, text)| text)
        };
        let object = |file: &str| -> Result<Map<String, Value>, String> {
            let text = text(file).unwrap_or("{}");
            serde_json::from_str(text).map_err(|error| format!("{file}: {error}"))
        };
        let vars = object("vars.json")?;
        let body = text("body.json").or_else(|| text("body.txt"));
        let body = body.ok_or("there is no body.json or body.txt")?;
        let (headers, pairs) = headers(&object("headers.json")?)?;
        let forge = forge::detect(mappings.forges(), &headers)
            .ok_or("headers.json: no forge sends such headers")?;
        let given: Known = match text("given.json") {
            Some(text) => serde_json::from_str(text).map_err(|e| format!("given.json: {e}"))?,
            None => Known::default(),
        };
        let delivery = Delivery {
            forge: forge.name.clone(),
            name: name.to_owned(),
            headers,
            body: body.to_owned(),
            given,
            events: None,
        };
        let payload =
            Payload::of(&delivery.received(), forge).map_err(|error| error.to_string())?;
        let raw = json_text(&payload.json).map_err(|error| error.to_string())?.text;
        let events = mappings.example_events(&delivery)?;
        let events: Vec<Event> =
            serde_json::from_value(events).map_err(|error| error.to_string())?;
        let mut shown = Vec::new();
        for event in &events {
            let given = Given {
                event,
                raw: &raw,
                headers: &pairs,
                target: "example",
                vars: &vars,
                id: "00000000-0000-0000-0000-000000000000",
                now: NOW.parse().unwrap_or_default(),
            };
            shown.push(match self.render(template, &given).map_err(|error| error.to_string())? {
                Rendering::Request(request) => request.shown(),
                Rendering::Skipped(reason) => format!("# skipped: {reason}\n"),
            });
        }
        Ok(shown.join(BETWEEN))
    }
}

/// The headers of an example, to detect by and to show.
fn headers(given: &Map<String, Value>) -> Result<(HeaderMap, Vec<(String, String)>), String> {
    let (mut map, mut pairs) = (HeaderMap::new(), Vec::new());
    for (name, value) in given {
        let text = value.as_str().unwrap_or_default();
        match (HeaderName::try_from(name.as_str()), HeaderValue::from_str(text)) {
            (Ok(parsed), Ok(value)) => drop(map.append(parsed, value)),
            _ => return Err(format!("headers.json: `{name}` is no header")),
        }
        pairs.push((name.clone(), text.to_owned()));
    }
    Ok((map, pairs))
}
