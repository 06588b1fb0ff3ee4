//! The examples that stand beside the mappings: what `forgeway check` runs, what `forgeway send`
//! plays, what the tests rest on.

use super::{Given, Input, Mappings};
use crate::event::{Auth, Source};
use crate::forge::write_query;
use crate::ingress::{Payload, Received, json_text};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

/// One example delivery of a forge.
#[derive(Debug, Clone)]
pub struct Example {
    /// The forge.
    pub forge: String,
    /// The name of its folder.
    pub name: String,
    /// The headers it is sent with, without signatures.
    pub headers: HeaderMap,
    /// The body as it is sent.
    pub body: String,
    /// What else is known of it.
    pub given: Given,
    /// The events it should give, without ids and times of receipt.
    pub events: Option<Value>,
}

/// An example that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{forge}/examples/{name}: {message}")]
pub struct ExampleFault {
    /// The forge.
    pub forge: String,
    /// The example.
    pub name: String,
    /// What is wrong.
    pub message: String,
}

impl Example {
    /// The request that it is.
    pub fn received(&self) -> Received {
        Received {
            source: None,
            method: http::Method::POST,
            path: "/".to_owned(),
            headers: self.headers.clone(),
            query: Some(write_query(&self.given.query)).filter(|query| !query.is_empty()),
            body: self.body.clone().into(),
            at: jiff::Timestamp::UNIX_EPOCH,
        }
    }
}

impl Mappings {
    /// Every example, with those that cannot be read as faults.
    pub fn examples(&self) -> Vec<Result<Example, ExampleFault>> {
        let mut found = Vec::new();
        for forge in &self.forges {
            let folder = format!("{}/examples/", forge.name);
            let mut names: Vec<&str> = self
                .files
                .under(&folder)
                .filter_map(|path| Some(path.split_once('/')?.0))
                .collect();
            names.dedup();
            found.extend(names.into_iter().map(|name| self.example(&forge.name, name)));
        }
        found
    }

    /// Reads one example.
    ///
    /// # Errors
    /// What is missing or cannot be read.
    pub fn example(&self, forge: &str, name: &str) -> Result<Example, ExampleFault> {
        let fault = |message: String| ExampleFault {
            forge: forge.to_owned(),
            name: name.to_owned(),
            message,
        };
        let text = |file: &str| self.files.text(&format!("{forge}/examples/{name}/{file}"));
        let (_, headers) =
            text("headers.json").ok_or_else(|| fault("there is no headers.json".into()))?;
        let headers: serde_json::Map<String, Value> = serde_json::from_str(headers)
            .map_err(|error| fault(format!("headers.json: {error}")))?;
        let mut map = HeaderMap::new();
        for (name, value) in &headers {
            let value = value.as_str().unwrap_or_default();
            match (HeaderName::try_from(name.as_str()), HeaderValue::from_str(value)) {
                (Ok(name), Ok(value)) => drop(map.append(name, value)),
                _ => return Err(fault(format!("headers.json: `{name}` is no header"))),
            }
        }
        let (_, body) = text("body.json")
            .or_else(|| text("body.txt"))
            .ok_or_else(|| fault("there is no body.json or body.txt".into()))?;
        let given = text("given.json").map(|(_, text)| serde_json::from_str::<Given>(text));
        let given = given.transpose().map_err(|error| fault(format!("given.json: {error}")))?;
        let events = text("events.json").map(|(_, text)| serde_json::from_str(text)).transpose();
        let events = events.map_err(|error| fault(format!("events.json: {error}")))?;
        Ok(Example {
            forge: forge.to_owned(),
            name: name.to_owned(),
            headers: map,
            body: body.to_owned(),
            given: given.unwrap_or_default(),
            events,
        })
    }

    /// Runs an example: its events must be the expected ones.
    ///
    /// # Errors
    /// The first difference, with its path.
    pub fn check_example(&self, example: &Example) -> Result<(), ExampleFault> {
        let fault = |message: String| ExampleFault {
            forge: example.forge.clone(),
            name: example.name.clone(),
            message,
        };
        let expected = example.events.as_ref();
        let expected = expected.ok_or_else(|| fault("there is no events.json".into()))?;
        let given = self.example_events(example).map_err(fault)?;
        match difference("$", expected, &given) {
            None => Ok(()),
            Some(difference) => Err(fault(format!("events.json: {difference}"))),
        }
    }

    /// The events of an example as JSON, without ids and times of receipt.
    ///
    /// # Errors
    /// A body that cannot be understood, in words.
    pub fn example_events(&self, example: &Example) -> Result<Value, String> {
        let forge = self.forge(&example.forge).ok_or("there is no such forge")?;
        let received = example.received();
        let payload = Payload::of(&received, forge).map_err(|error| error.to_string())?;
        let strict = json_text(&payload.json).map_err(|error| error.to_string())?.text;
        let source = Source {
            forge: Some(example.forge.clone()),
            delivery_id: forge.delivery_id(&example.headers, &strict),
            hook_id: forge.hook_id(&example.headers, &strict),
            instance: forge.instance(&example.headers, &strict),
            attempt: forge.attempt(&example.headers, &strict),
            version: forge.version(&example.headers, &strict),
            ..Source::default()
        };
        let input = Input {
            forge: &example.forge,
            text: &strict,
            headers: &example.headers,
            source,
            auth: Auth::default(),
            given: Given {
                query: forge.parameters(received.query.as_deref()),
                known: example.given.known.clone(),
            },
        };
        let normal = self.normalize(&input).map_err(|error| error.to_string())?;
        let mut events = serde_json::to_value(&normal.events).map_err(|error| error.to_string())?;
        for event in events.as_array_mut().into_iter().flatten() {
            if let Some(map) = event.as_object_mut() {
                map.remove("id");
                map.remove("auth");
            }
        }
        Ok(events)
    }
}

/// The first place where two JSON values differ, in words.
fn difference(path: &str, expected: &Value, given: &Value) -> Option<String> {
    match (expected, given) {
        (Value::Object(expected), Value::Object(given)) => {
            let keys =
                expected.keys().chain(given.keys().filter(|key| !expected.contains_key(*key)));
            for key in keys {
                let path = format!("{path}.{key}");
                let found = match (expected.get(key), given.get(key)) {
                    (Some(expected), Some(given)) => difference(&path, expected, given),
                    (Some(expected), None) => {
                        Some(format!("{path} should be {expected}, and is absent"))
                    }
                    (None, Some(given)) => Some(format!("{path} should be absent, and is {given}")),
                    (None, None) => None,
                };
                if found.is_some() {
                    return found;
                }
            }
            None
        }
        (Value::Array(expected), Value::Array(given)) => {
            let pairs = expected.iter().zip(given).enumerate();
            let mut found =
                pairs.filter_map(|(at, (e, g))| difference(&format!("{path}[{at}]"), e, g));
            found.next().or_else(|| {
                (expected.len() != given.len()).then(|| {
                    format!(
                        "{path} should have {} elements, and has {}",
                        expected.len(),
                        given.len()
                    )
                })
            })
        }
        (expected, given) => {
            (expected != given).then(|| format!("{path} should be {expected}, and is {given}"))
        }
    }
}
