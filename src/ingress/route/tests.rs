//! What goes to a target in one piece, and what did not happen; the cases of what routes ask are files
//! in `tests/routes`.

use super::*;
use crate::config::{Process, Vocabulary};
use http::HeaderMap;
use std::sync::LazyLock;

/// Routes to three targets: `t` and `u` want some format, `p` wants the delivery as it came.
fn routes(lines: &str) -> (Routes, String) {
    static MAPPINGS: LazyLock<Mappings> = LazyLock::new(|| Mappings::embedded().unwrap());
    static WORDS: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::of(&MAPPINGS));
    let words = &*WORDS;
    let format = words.forges.iter().find(|words| words.signs.is_some()).unwrap();
    let format = format.forge.name.clone();
    let text = format!(
        "sources:\n  a: {{ forge: {format}, verify: none }}\n  b: {{ forge: {format}, verify: none }}\n\
             targets:\n  t: {{ url: 'https://t.example', format: {format} }}\n  \
             u: {{ url: 'https://u.example', format: {format}, passthrough: false }}\n  \
             p: {{ url: 'https://p.example', format: passthrough }}\nroutes:\n{lines}"
    );
    let config = Config::parse(&text, "f.yaml", &Process, words);
    let config = config.unwrap_or_else(|faults| panic!("{faults}"));
    (Routes::new(&config, &MAPPINGS), format)
}

fn plan(routes: &Routes, format: &str, list: &[&str]) -> Plan {
    let events: Vec<Event> = list.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let headers = HeaderMap::new();
    routes.plan(&Delivered { source: "a", format, headers: &headers, raw: "{}" }, &events)
}

const PUSH: &str = r#"{"kind":"push","action":"updated","repository":{"full_path":"Acme/site"},
        "push":{"ref":{"type":"branch","name":"release/1"}}}"#;
const PULL: &str = r#"{"kind":"pull_request","action":"opened","repository":{"full_path":"acme/site"},
        "pull_request":{"number":1,"base":{"ref":"main"}}}"#;
const PING: &str = r#"{"kind":"ping","action":"received"}"#;

/// What goes where, as `target:events`.
#[track_caller]
fn check(lines: &str, format: &str, list: &[&str], expected: &[&str]) {
    let (routes, _) = routes(lines);
    let plan = plan(&routes, format, list);
    let shown = |planned: &Planned| format!("{}:{:?}", planned.target, planned.events);
    let shown: Vec<_> = plan.planned.iter().map(shown).collect();
    assert_eq!(shown, expected, "{:?}", plan.verdicts);
}

#[test]
fn an_event_goes_to_a_target_once() {
    let lines = "  - to: [t, u]\n  - { events: [push], to: [u, t] }\n";
    check(lines, "other", &[PUSH, PULL], &["t:[0]", "u:[0]", "t:[1]", "u:[1]"]);
}

#[test]
fn what_passes_through_goes_once_a_delivery() {
    let (_, format) = routes("  - to: [t]\n");
    let lines = "  - { events: ['push', 'pull_request.*'], to: [t, u, p] }\n";
    let expected = ["t:[0, 1]", "u:[0]", "p:[0, 1]", "u:[1]"];
    check(lines, &format, &[PUSH, PULL, PING], &expected);
    check(lines, "other", &[PUSH, PULL], &["t:[0]", "u:[0]", "p:[0, 1]", "t:[1]", "u:[1]"]);
}

#[test]
fn what_did_not_happen_goes_only_where_pings_are_asked_for() {
    let test = PUSH.replacen('{', r#"{"source":{"test":true},"#, 1);
    for (lines, expected) in [
        ("{ to: [t] }", vec![]),
        ("{ events: [push], to: [t] }", vec![]),
        ("{ events: [ping], to: [t] }", vec![]),
        ("{ events: [ping, push], to: [t] }", vec!["t:[0]"]),
        ("{ events: ['*'], to: [t] }", vec!["t:[0]"]),
        ("{ events: ['!issue'], to: [t] }", vec![]),
    ] {
        check(&format!("  - {lines}\n"), "other", &[&test], &expected);
    }
    let (routes, _) = routes("  - { events: [push], to: [t] }\n");
    let said = plan(&routes, "other", &[&test]).verdicts.stored(1);
    let why = said[0].why.as_deref().unwrap();
    assert_eq!(why, "does not ask for ping by name, and this is a test");
}

#[test]
fn a_record_of_many_verdicts_stays_small() {
    let lines = "  - { branches: [main], to: [t] }\n".repeat(50);
    let (routes, _) = routes(&lines);
    let branch = |n: u32| PUSH.replace("release/1", &format!("release/{n}"));
    let same: Vec<_> = (0..40).map(|_| branch(1)).collect();
    let same: Vec<_> = same.iter().map(String::as_str).collect();
    let said = plan(&routes, "other", &same).verdicts.stored(40);
    assert_eq!((said.len(), said[0].routes.len(), said[0].events.len()), (1, 50, 0));
    let others: Vec<_> = (0..400).map(branch).collect();
    let others: Vec<_> = others.iter().map(String::as_str).collect();
    let said = plan(&routes, "other", &others).verdicts.stored(400);
    assert_eq!(said.len(), 301);
    assert_eq!(said[300].why.as_deref(), Some("5000 further reasons are not kept"));
}
