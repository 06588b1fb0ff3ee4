//! Every example of every forge, bent in every way, from the request to the events: nothing panics or
//! hangs, and what is taken at all is understood or kept as `other`.

use forgeway::config;
use forgeway::event::{Auth, Source};
use forgeway::ingress::{Detect, Normalize, Received, Sources, Stage, Verify};
use forgeway::mapping::{Example, Given, Input, Mappings};
use proptest::prelude::*;
use std::ops::Range;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

static MAPPINGS: LazyLock<Arc<Mappings>> =
    LazyLock::new(|| Arc::new(Mappings::embedded().unwrap()));
static EXAMPLES: LazyLock<Vec<Example>> =
    LazyLock::new(|| MAPPINGS.examples().into_iter().map(Result::unwrap).collect());

/// One source for each forge that asks for no proof, under the forge's name.
static SOURCES: LazyLock<Arc<Sources>> = LazyLock::new(|| {
    let forges = MAPPINGS.forges().iter();
    let open: Vec<_> = forges.map(|forge| config::Source::open(&forge.name, &forge.name)).collect();
    Arc::new(Sources::new(&open, MAPPINGS.forges()).unwrap())
});

/// Far longer than the slowest machine takes for one delivery.
const PATIENCE: Duration = Duration::from_secs(20);

/// A way to bend a text.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Twist {
    Flip,
    Drop,
    Null,
    Huge,
    Deep,
    TooDeep,
    Twice,
    Surrogate,
    NoUtf8,
    Short,
    Mark,
}

const TWISTS: [Twist; 11] = [
    Twist::Flip,
    Twist::Drop,
    Twist::Null,
    Twist::Huge,
    Twist::Deep,
    Twist::TooDeep,
    Twist::Twice,
    Twist::Surrogate,
    Twist::NoUtf8,
    Twist::Short,
    Twist::Mark,
];

/// The members of all maps in a text: where the key begins, and the place of the value.
fn members(text: &str) -> Vec<(usize, Range<usize>)> {
    let (bytes, mut at, mut found) = (text.as_bytes(), 0, Vec::new());
    let (mut key, mut open) = (None, Vec::new());
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let start = at;
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                key.get_or_insert(start);
            }
            b':' => open.push((key.take().unwrap_or(at), at + 1)),
            b'{' | b'[' => {
                open.push((usize::MAX, 0));
                key = None;
            }
            b',' | b'}' | b']' => {
                if let Some((start, value)) = open.pop_if(|(start, _)| *start != usize::MAX) {
                    found.push((start, value..at));
                }
                if bytes[at] != b',' {
                    open.pop();
                }
                key = None;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Bends a text at a place that `seed` chooses.
fn twist(bytes: &[u8], twist: Twist, seed: usize) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    let places = members(text);
    let Some((key, value)) = places.get(seed % places.len().max(1)).cloned() else {
        return bytes.to_vec();
    };
    let put = |range: Range<usize>, new: &str| {
        [&text.as_bytes()[..range.start], new.as_bytes(), &text.as_bytes()[range.end..]].concat()
    };
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    match twist {
        Twist::Flip => {
            let other = match text[value.clone()].trim().as_bytes().first() {
                Some(b'"') => ["17", "true", "{}", "[{}]"],
                Some(b'{') => ["\"text\"", "[]", "0", "false"],
                Some(b'[') => ["{\"a\":1}", "\"x\"", "[null]", "-1"],
                _ => ["\"\"", "[[]]", "{\"id\":{}}", "\"2026-01-02T03:04:05Z\""],
            };
            put(value, other[seed / 7 % 4])
        }
        Twist::Drop => put(key..value.end, "\"gone\":0"),
        Twist::Null => put(value, "null"),
        Twist::Huge => put(
            value,
            ["1e999", "18446744073709551616", "-9223372036854775809", "1e-400"][seed / 7 % 4],
        ),
        Twist::Deep => put(value, &nested(60)),
        Twist::TooDeep => put(value, &nested(20_000)),
        Twist::Twice => put(key..key, &format!("{}:[1],", &text[key..value.start - 1].trim())),
        Twist::Surrogate => put(value, "\"\\ud800 \\u0000 \u{feff}\u{202e}\""),
        Twist::NoUtf8 => [&bytes[..value.start], b"\"\xff\xfe\"", &bytes[value.end..]].concat(),
        Twist::Short => bytes[..value.start].to_vec(),
        Twist::Mark => [b"\xef\xbb\xbf", bytes].concat(),
    }
}

/// Takes a body to its events, as the forge of an example would send it; whether it was taken.
fn taken(example: &Example, body: &[u8]) -> bool {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().build().unwrap();
    }
    let source = Some(example.forge.clone());
    let received = Received { source, body: body.to_vec().into(), ..example.received() };
    let shown = || String::from_utf8_lossy(body).into_owned();
    let began = Instant::now();
    let normalized = RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let detected = Detect::new(&SOURCES, MAPPINGS.forges()).run(received).await?;
            let verified = Verify::new().run(detected).await?;
            Normalize::new(&MAPPINGS).run(verified).await
        })
    });
    assert!(began.elapsed() < PATIENCE, "{} takes long:\n{}", example.forge, shown());
    let Ok(normalized) = normalized else { return false };
    assert!(normalized.failure().is_none(), "{:?}:\n{}", normalized.failure(), shown());
    assert!(normalized.events().is_empty() == normalized.skipped().is_some(), "{}", shown());
    true
}

#[test]
fn every_example_bent_in_every_way() {
    let mut taken_ones = 0;
    for (place, example) in EXAMPLES.iter().enumerate() {
        for (turn, bent) in TWISTS.into_iter().enumerate() {
            let body = twist(example.body.as_bytes(), bent, place * 31 + turn * 7);
            taken_ones += usize::from(taken(example, &body));
        }
    }
    // What is no JSON any more, or too deep, is refused; nearly everything else is taken.
    assert!(taken_ones > EXAMPLES.len() * 6, "{taken_ones} of {}", EXAMPLES.len());
}

#[test]
fn what_is_too_deep_or_no_text_is_refused() {
    for example in EXAMPLES.iter().filter(|example| example.body.starts_with('{')) {
        for bent in [Twist::TooDeep, Twist::NoUtf8, Twist::Short] {
            let body = twist(example.body.as_bytes(), bent, 3);
            let refused = body == example.body.as_bytes() || !taken(example, &body);
            assert!(refused, "{}/{}: {bent:?}", example.forge, example.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_example_bent_several_times(
        which in any::<prop::sample::Index>(),
        twists in prop::collection::vec((prop::sample::select(&TWISTS[..]), any::<u16>()), 1..6),
    ) {
        let example = which.get(&EXAMPLES);
        let mut body = example.body.clone().into_bytes();
        for (bent, seed) in twists {
            body = twist(&body, bent, usize::from(seed));
        }
        taken(example, &body);
    }
}

#[test]
fn very_many_of_a_thing_end_in_time() {
    let example = EXAMPLES.iter().find(|example| example.body.contains("\"labels\"")).unwrap();
    let label = |id: usize| format!("{{\"id\":{id},\"name\":\"l{id}\",\"title\":\"l{id}\"}}");
    let many = |from: usize| (from..from + 20_000).map(label).collect::<Vec<_>>().join(",");
    for example in EXAMPLES.iter().filter(|other| other.forge == example.forge).take(40) {
        let both = format!(
            "\"labels\":[{}],\"changes\":{{\"labels\":{{\"previous\":[{}],\"current\":[{}]}}}},",
            many(0),
            many(0),
            many(10_000)
        );
        let body = example.body.replacen('{', &format!("{{{both}"), 1);
        taken(example, body.as_bytes());
    }
}

#[test]
fn lists_within_lists_are_not_walked_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let forge =
        "title: Slow\nprecedence: 1000\nevent: [ { body: $.word } ]\nevents: { slow: slow }\n";
    let slow = "events:\n  slow:\n    kind: issue\n    action: opened\n    issue:\n      number: 1\n      \
        labels:\n        $each: $.list\n        as: one\n        do:\n          name: $one\n          description:\n            \
        $join: { $where: $.list, as: two, is: { $two: $one } }\n            with: x\n";
    crate::memory::write(folder.path(), "slow/forge.yaml", forge);
    crate::memory::write(folder.path(), "slow/receive/slow.yaml", slow);
    let mappings = Mappings::load(Some(folder.path())).unwrap();
    let normalize = |list: usize| {
        let list: Vec<_> = (0..list).collect();
        let text = serde_json::json!({ "word": "slow", "list": list }).to_string();
        let (forge, headers, given) = ("slow", &http::HeaderMap::new(), Given::default());
        let (source, auth) = (Source::default(), Auth::default());
        mappings.normalize(&Input { forge, text: &text, headers, source, auth, given })
    };
    assert_eq!(normalize(300).unwrap().events.len(), 1);
    let began = Instant::now();
    let error = normalize(300_000).unwrap_err();
    assert!(error.to_string().contains("too long"), "{error}");
    assert!(began.elapsed() < PATIENCE);
}
