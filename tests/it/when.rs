//! Expressions: what is wrong with them at start-up, what they answer, and that they end.

use crate::tidy::root;
use forgeway::event::Event;
use forgeway::when::When;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Faulty {
    when: String,
    /// Each fault, as the part of the expression where it stands and the message.
    faults: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    event: Event,
    headers: BTreeMap<String, String>,
    raw: Value,
    /// What each expression gives: true, false, or why it gives nothing.
    answers: BTreeMap<String, Value>,
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = root().join("tests/when").join(name);
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap())
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn ask(when: &str, event: &Event, headers: &HeaderMap, raw: &str) -> Value {
    let when = When::compile(when).unwrap_or_else(|faults| panic!("{when}: {faults:?}"));
    let answer = when.beside(headers, raw).and_then(|beside| when.holds(event, &beside));
    answer.map_or_else(|failed| failed.to_string().into(), Value::from)
}

#[test]
fn what_is_wrong_is_said_before_anything_runs() {
    for Faulty { when, faults } in read::<Vec<Faulty>>("faults.yaml") {
        let found = When::compile(&when).err().unwrap_or_default();
        let found: Vec<_> = found.iter().map(|fault| (&when[fault.at..], &fault.message)).collect();
        assert_eq!(found.len(), faults.len(), "{when}: {found:#?}");
        for ((rest, message), (place, expected)) in found.iter().zip(&faults) {
            assert!(
                rest.starts_with(place.as_str()),
                "{when}: at {rest:?}, expected {place:?}: {message}"
            );
            assert!(message.contains(expected.as_str()), "{when}: {message}, expected {expected}");
        }
    }
}

#[test]
fn what_is_right_gives_an_answer_or_a_reason() {
    let Answers { event, headers, raw, answers } = read("answers.yaml");
    let mut map = HeaderMap::new();
    for (name, value) in &headers {
        let name: HeaderName = name.parse().unwrap();
        map.append(name, HeaderValue::from_str(value).unwrap());
    }
    let mut faults = Vec::new();
    for (when, expected) in answers {
        let given = ask(&when, &event, &map, &raw.to_string());
        if given != expected {
            faults.push(format!("{when}\n  gives {given}, expected {expected}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn an_expression_that_runs_away_is_stopped() {
    let numbers: Vec<u32> = (0..2000).collect();
    let raw = serde_json::json!({ "list": numbers, "text": "x".repeat(1 << 20) }).to_string();
    let started = std::time::Instant::now();
    for when in [
        "raw.list.all(a, raw.list.all(b, raw.list.all(c, a + b + c >= 0)))",
        "raw.list.exists(a, raw.list.exists(b, a * b < 0))",
        "raw.list.map(a, raw.list.map(b, raw.list)).size() > 0",
        "raw.list.all(a, (raw.text + raw.text + raw.text).size() > 0)",
        "raw.list.all(a, raw.list.all(b, raw.text.contains('y') == false)) || true",
        "raw.list.all(a, raw.text.matches('^(x+x+)+y') == false)",
        "raw.list.all(a, raw.list.filter(b, b in raw.list).size() > 0)",
    ] {
        let given = ask(when, &Event::default(), &HeaderMap::new(), &raw);
        assert!(
            given.as_str().is_some_and(|why| why.starts_with("it was stopped: more than")),
            "{when}: {given}"
        );
    }
    // Not one of them got far: all of them together take what a few may take.
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn what_is_too_large_is_no_expression() {
    let chain = |part: &str, times: usize| vec![part; times].join(" + ");
    // As deep as it may be, on the stack of any thread.
    let deep = format!("{} == 60", chain("1", 60));
    assert_eq!(ask(&deep, &Event::default(), &HeaderMap::new(), "{}"), true);
    // Signs that cancel each other are one part, however many.
    for signs in ["!".repeat(4000) + "true", "-".repeat(4000) + "1 == 1"] {
        assert!(When::compile(&signs).is_ok(), "{signs:.40}");
    }
    for (when, expected) in [
        ("(".repeat(4000), "nested deeper than 32 levels"),
        ("[".repeat(4000), "nested deeper than 32 levels"),
        ("true ? true : ".repeat(100) + "true", "nested deeper than 32 levels"),
        (format!("{} > 0", chain("1", 200)), "64 is the most"),
        (chain("1", 1000), "at most 1000"),
        ("a.".repeat(2000) + "b", "at most 1000"),
        ("raw".to_owned() + &"[0]".repeat(1300), "at most 1000"),
        ("raw.".to_owned() + &"f().".repeat(90) + "g()", "64 is the most"),
        (format!("'{}' == ''", "x".repeat(5000)), "longer than 4096 bytes"),
        (format!("[{}].size() > 0", vec!["1"; 1100].join(",")), "at most 1000"),
    ] {
        let faults = When::compile(&when).err().unwrap_or_default();
        assert!(!faults.is_empty(), "{when:.40} is taken");
        assert!(faults[0].message.contains(expected), "{when:.40}: {faults:?}");
    }
}
