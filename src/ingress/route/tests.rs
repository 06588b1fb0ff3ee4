//! What goes where, by routes as the configuration says them.

use super::*;
use crate::config::{Process, Vocabulary};
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
    (Routes::new(&config, &MAPPINGS).unwrap(), format)
}

fn events(list: &[&str]) -> Vec<Event> {
    list.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

const PUSH: &str = r#"{"kind":"push","action":"updated","repository":{"full_path":"Acme/site"},
    "push":{"ref":{"type":"branch","name":"release/1"}}}"#;
const TAG: &str = r#"{"kind":"push","action":"created","repository":{"full_path":"acme/sub/x"},
    "push":{"ref":{"type":"tag","name":"v1"}}}"#;
const PULL: &str = r#"{"kind":"pull_request","action":"opened","repository":{"full_path":"acme/site"},
    "pull_request":{"number":1,"base":{"ref":"main"}}}"#;
const PING: &str = r#"{"kind":"ping","action":"received"}"#;

/// What goes where, as `target:events`.
#[track_caller]
fn check(lines: &str, format: &str, list: &[&str], expected: &[&str]) {
    let (routes, _) = routes(lines);
    let plan = routes.plan("a", format, &events(list));
    let shown = |planned: &Planned| format!("{}:{:?}", planned.target, planned.events);
    let shown: Vec<_> = plan.planned.iter().map(shown).collect();
    assert_eq!(shown, expected, "{:?}", plan.refused);
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
fn routes_ask_for_sources_events_repositories_and_refs() {
    for (lines, expected) in [
        ("{ from: [b], to: [t] }", vec![]),
        ("{ to: [t] }", vec!["t:[0]", "t:[1]", "t:[2]"]),
        ("{ events: ['*'], to: [t] }", vec!["t:[0]", "t:[1]", "t:[2]", "t:[3]"]),
        ("{ events: [ping], to: [t] }", vec!["t:[3]"]),
        ("{ events: [push.created, pull_request], to: [t] }", vec!["t:[1]", "t:[2]"]),
        ("{ repositories: ['acme/*'], to: [t] }", vec!["t:[0]", "t:[2]"]),
        ("{ repositories: ['acme/**'], to: [t] }", vec!["t:[0]", "t:[1]", "t:[2]"]),
        ("{ branches: [main, 'release/*'], to: [t] }", vec!["t:[0]", "t:[2]"]),
        ("{ branches: ['*'], to: [t] }", vec!["t:[2]"]),
        ("{ tags: ['v*'], to: [t] }", vec!["t:[1]"]),
        ("{ tags: ['v*'], branches: [main], to: [t] }", vec!["t:[1]", "t:[2]"]),
    ] {
        check(&format!("  - {lines}\n"), "other", &[PUSH, TAG, PULL, PING], &expected);
    }
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
    ] {
        check(&format!("  - {lines}\n"), "other", &[&test], &expected);
    }
    let (routes, _) = routes("  - { events: [push], to: [t] }\n");
    let why = routes.plan("a", "other", &events(&[&test])).refused[0].to_string();
    assert!(why.ends_with("does not ask for ping by name, and this is a test"), "{why}");
}

#[test]
fn a_route_says_why_not() {
    let (routes, _) = routes("  - { branches: [main], to: [t] }\n");
    let plan = routes.plan("a", "other", &events(&[PUSH, PING]));
    let why: Vec<_> = plan.refused.iter().map(ToString::to_string).collect();
    assert_eq!(
        why,
        [
            "event 0: the route at f.yaml:9:5 does not ask for the branch release/1",
            "event 1: the route at f.yaml:9:5 does not ask for ping by name",
        ]
    );
}
