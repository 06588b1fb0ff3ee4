//! Whatever a payload holds, it becomes events or `other`, and those become requests or a reason:
//! nothing panics, and what comes out is well formed.

use forgeway::event::{Auth, Kind, Source};
use forgeway::mapping::{Example, Given, Input, Mappings, TargetFacts};
use proptest::prelude::*;
use serde_json::Value;
use std::sync::LazyLock;

static MAPPINGS: LazyLock<Mappings> = LazyLock::new(|| Mappings::embedded().unwrap());
static EXAMPLES: LazyLock<Vec<Example>> =
    LazyLock::new(|| MAPPINGS.examples().into_iter().map(Result::unwrap).collect());

/// Replaces, removes or nests values of a tree, at places that `seeds` choose.
fn mutate(value: &mut Value, seeds: &mut impl Iterator<Item = u32>) {
    let Some(seed) = seeds.next() else { return };
    match value {
        Value::Object(map) if !map.is_empty() && !seed.is_multiple_of(7) => {
            let at = seed as usize % map.len();
            let key = map.keys().nth(at).cloned().unwrap();
            if seed.is_multiple_of(11) {
                map.remove(&key);
            } else {
                mutate(map.get_mut(&key).unwrap(), seeds);
            }
        }
        Value::Array(list) if !list.is_empty() && !seed.is_multiple_of(5) => {
            let at = seed as usize % list.len();
            mutate(&mut list[at], seeds);
        }
        leaf => *leaf = odd(seed),
    }
}

/// Values that forges do not send here.
fn odd(seed: u32) -> Value {
    match seed % 12 {
        0 => Value::Null,
        1 => Value::Bool(true),
        2 => (-1).into(),
        3 => u64::MAX.into(),
        4 => serde_json::json!(1.5e300),
        5 => "".into(),
        6 => "\u{0}{{$.x}} \u{202e}\u{1f980}\"\\".into(),
        7 => "0000000000000000000000000000000000000000".into(),
        8 => "9999-99-99T99:99:99Z".into(),
        9 => serde_json::json!([]),
        10 => serde_json::json!({ "id": { "id": [null] } }),
        _ => "a".repeat(5000).into(),
    }
}

/// Takes a text through a forge's mapping and on to both formats.
fn understand(forge: &str, headers: &http::HeaderMap, text: &str) {
    let (source, auth, given) = (Source::default(), Auth::default(), Given::default());
    let normal = MAPPINGS.normalize(&Input { forge, text, headers, source, auth, given }).unwrap();
    assert!(normal.events.is_empty() == normal.skipped.is_some(), "{forge}: skipped or not");
    for event in &normal.events {
        assert!(event.missing().is_none(), "{forge}: {event:?}");
        let kept = serde_json::to_string(event).unwrap();
        let back: forgeway::event::Event = serde_json::from_str(&kept).unwrap();
        assert!(back == *event, "what is stored is what was meant");
        for format in MAPPINGS.formats() {
            let said = MAPPINGS.emit(format, &[event], &TargetFacts::default(), "id").unwrap();
            assert!(!said.requests.is_empty() || !said.skipped.is_empty());
            for request in said.requests {
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                assert!(body.is_object(), "{format}: {body}");
            }
            assert!(said.skipped.iter().all(|skip| !skip.reason.is_empty()));
        }
    }
}

/// Any JSON, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    let keys =
        "action|ref|before|commits|user|repository|object_attributes|changes|hook_name|[a-z]{1,4}";
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(keys, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn mutated_examples_never_fail(which in any::<prop::sample::Index>(), seeds in prop::collection::vec(any::<u32>(), 1..40)) {
        let example = which.get(&EXAMPLES);
        // A form or almost-JSON body is no JSON text; the stages before this one see to that.
        if let Ok(mut body) = serde_json::from_str::<Value>(&example.body) {
            let mut seeds = seeds.into_iter();
            while seeds.len() > 0 {
                mutate(&mut body, &mut seeds);
            }
            understand(&example.forge, &example.headers, &body.to_string());
        }
    }

    #[test]
    fn any_json_never_fails(which in any::<prop::sample::Index>(), body in any_json()) {
        let example = which.get(&EXAMPLES);
        understand(&example.forge, &example.headers, &body.to_string());
    }
}

#[test]
fn the_examples_give_every_kind() {
    let mut seen = std::collections::BTreeSet::new();
    for example in EXAMPLES.iter() {
        let events = MAPPINGS.example_events(example).unwrap();
        for event in events.as_array().unwrap() {
            seen.insert(event["kind"].as_str().unwrap().to_owned());
        }
    }
    let missing: Vec<_> = Kind::WORDS.iter().filter(|kind| !seen.contains(**kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
