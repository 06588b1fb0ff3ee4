//! What goes where, and why not elsewhere: a case is a file in `tests/routes`.
//!
//! A file has `routes` as they stand in a configuration with the sources `a`, `b` and `team-c` and the
//! targets `t`, `u`, `v` and `w`; the `events` of one delivery to `a`, its `headers` and `raw` payload; what
//! is `planned`, as `target:events`; what the routes `say`, each by its number from 1; and which of them
//! `rewrite` headers, as `target:events: routes`.

use crate::tidy::{files, root};
use forgeway::config::{Config, HeaderRules, Process, Vocabulary};
use forgeway::event::Event;
use forgeway::ingress::route::{Delivered, Planned, Routes};
use forgeway::store::Verdict;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use crate::gateway::MAPPINGS;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it shows, for people.
    #[expect(dead_code, reason = "for whoever reads the file")]
    doc: String,
    routes: String,
    events: Vec<Value>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    raw: Value,
    planned: Vec<String>,
    says: Vec<String>,
    #[serde(default)]
    rewrites: Vec<String>,
}

fn config(routes: &str) -> Config {
    let mut text = "sources:\n".to_owned();
    for source in ["a", "b", "team-c"] {
        text += &format!("  {source}: {{ forge: custom, verify: none }}\n");
    }
    text += "targets:\n";
    for target in ["t", "u", "v", "w"] {
        text += &format!("  {target}: {{ url: 'https://{target}.example', format: github }}\n");
    }
    text += "routes:\n";
    text.extend(routes.lines().map(|line| format!("  {line}\n")));
    let words = Vocabulary::of(&MAPPINGS);
    Config::parse(&text, "case", &Process, &words).unwrap_or_else(|faults| panic!("{faults}"))
}

/// A verdict as the cases write it: `1, 2: why` or `1, 2 [0]: why`.
fn said(config: &Config, verdict: &Verdict) -> String {
    let number = |route: &String| {
        let at = config.routes.iter().position(|known| known.place == *route);
        (at.unwrap() + 1).to_string()
    };
    let routes: Vec<_> = verdict.routes.iter().map(number).collect();
    let events =
        if verdict.events.is_empty() { String::new() } else { format!(" {:?}", verdict.events) };
    let mut why = verdict.why.clone().unwrap_or_else(|| "takes it".to_owned());
    for (at, route) in config.routes.iter().enumerate() {
        why = why.replace(&route.place, &(at + 1).to_string());
    }
    format!("{}{events}: {why}", routes.join(", "))
}

/// Whose `headers` a dispatch is sent with, by the numbers of the routes.
fn rewrites(
    config: &Config,
    routes: &Routes,
    delivered: &Delivered<'_>,
    planned: &Planned,
    events: &[Event],
) -> Option<String> {
    let said = planned.events.iter().map(|at| &events[*at as usize]);
    let rules = routes.headers(&planned.target, said, || Ok::<_, Infallible>(*delivered)).unwrap();
    let number = |rules: &Arc<HeaderRules>| {
        let at = config.routes.iter().position(|route| Arc::ptr_eq(&route.headers, rules));
        (at.unwrap() + 1).to_string()
    };
    let numbers: Vec<_> = rules.iter().map(number).collect();
    let shown = || format!("{}:{:?}: {}", planned.target, planned.events, numbers.join(", "));
    (!numbers.is_empty()).then(shown)
}

#[test]
fn every_case_goes_where_it_says() {
    let cases = files("tests/routes", ".yaml");
    assert!(cases.len() > 8, "the cases are in tests/routes");
    let mut faults = Vec::new();
    for path in cases {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        let case: Case =
            serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let config = config(&case.routes);
        let events: Vec<Event> = case
            .events
            .into_iter()
            .map(|event| {
                serde_json::from_value(event).unwrap_or_else(|error| panic!("{name}: {error}"))
            })
            .collect();
        let mut headers = HeaderMap::new();
        for (name, value) in &case.headers {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        let raw = case.raw.to_string();
        let delivered = Delivered { source: "a", format: "custom", headers: &headers, raw: &raw };
        let routes = Routes::new(&config, &MAPPINGS);
        let plan = routes.plan(&delivered, &events);
        let rewrites: Vec<_> = plan
            .planned
            .iter()
            .filter_map(|planned| rewrites(&config, &routes, &delivered, planned, &events))
            .collect();
        if rewrites != case.rewrites {
            faults.push(format!("{name}: rewrites {rewrites:?}, expected {:?}", case.rewrites));
        }
        let planned: Vec<_> = plan
            .planned
            .iter()
            .map(|planned| format!("{}:{:?}", planned.target, planned.events))
            .collect();
        let says: Vec<_> = plan
            .verdicts
            .stored(events.len())
            .iter()
            .map(|verdict| said(&config, verdict))
            .collect();
        if planned != case.planned {
            faults.push(format!("{name}: planned {planned:?}, expected {:?}", case.planned));
        }
        if says != case.says {
            faults.push(format!(
                "{name}: says\n  {}\nexpected\n  {}",
                says.join("\n  "),
                case.says.join("\n  ")
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
