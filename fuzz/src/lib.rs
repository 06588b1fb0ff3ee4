//! What the fuzzer drives: a request made of its bytes, through the gateway's own stages.
//!
//! The first two bytes name an example, whose forge and headers are taken; the third says how the body
//! travels; the rest is the body.

mod mutate;

pub use mutate::mutate;

use forgeway::config;
use forgeway::ingress::{Detect, Normalize, Received, Sources, Stage, Verify};
use forgeway::mapping::{Example, Mappings, TargetFacts};
use http::{HeaderValue, Method, header};
use std::sync::{Arc, LazyLock};

/// How a body travels.
#[derive(Debug, Clone, Copy)]
pub enum Travel {
    /// As it is.
    Plain,
    /// In the field of a form, encoded here: what is mutated is the JSON.
    Form,
    /// As a form, whatever it holds.
    RawForm,
    /// In the query.
    Query,
}

impl Travel {
    fn of(byte: u8) -> Self {
        [Self::Plain, Self::Form, Self::RawForm, Self::Query][usize::from(byte) % 4]
    }
}

/// Every example of every forge.
pub static EXAMPLES: LazyLock<Vec<Example>> = LazyLock::new(|| {
    let examples = MAPPINGS.examples().into_iter();
    examples.map(|example| example.expect("an example that can be read")).collect()
});

static MAPPINGS: LazyLock<Arc<Mappings>> =
    LazyLock::new(|| Arc::new(Mappings::embedded().expect("mappings without a fault")));

/// One source for each forge that asks for no proof, under the forge's name.
static SOURCES: LazyLock<Arc<Sources>> = LazyLock::new(|| {
    let forges = MAPPINGS.forges().iter();
    let open: Vec<_> = forges.map(|forge| config::Source::open(&forge.name, &forge.name)).collect();
    Arc::new(Sources::new(&open, MAPPINGS.forges()).expect("sources of known forges"))
});

thread_local! {
    static RUNTIME: tokio::runtime::Runtime =
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
}

/// Writes every example as a seed into the folder that `SEEDS` names, where it names one.
pub fn write_seeds() {
    let Some(folder) = std::env::var_os("SEEDS").map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(&folder).expect("a folder for the seeds");
    for (place, example) in EXAMPLES.iter().enumerate() {
        let place = u16::try_from(place).unwrap_or(u16::MAX).to_be_bytes();
        for travel in [0, 1] {
            let seed = [&place[..], &[travel], example.body.as_bytes()].concat();
            let name = format!("{}-{}-{travel}", example.forge, example.name);
            std::fs::write(folder.join(name), seed).expect("a seed");
        }
    }
}

/// A request made of the bytes; none when there are too few.
fn request(input: &[u8]) -> Option<(Received, &'static str)> {
    let (&[high, low, travel], body) = input.split_first_chunk::<3>()?;
    let example = &EXAMPLES[usize::from(u16::from_be_bytes([high, low])) % EXAMPLES.len()];
    let mut received = example.received();
    received.source = Some(example.forge.clone());
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    let field = || {
        let encoded = percent_encoding::percent_encode(body, percent_encoding::NON_ALPHANUMERIC);
        format!("payload={encoded}")
    };
    match Travel::of(travel) {
        Travel::Plain => received.body = body.to_vec().into(),
        Travel::Form => {
            received.headers.insert(header::CONTENT_TYPE, form);
            received.body = field().into();
        }
        Travel::RawForm => {
            received.headers.insert(header::CONTENT_TYPE, form);
            received.body = body.to_vec().into();
        }
        Travel::Query => {
            received.method = Method::GET;
            received.query = Some(field());
            received.body = Vec::new().into();
        }
    }
    Some((received, &example.forge))
}

/// Takes a request to its events and on to every format. Whatever it holds, nothing panics, and what
/// comes out is well formed.
pub fn receive_to_normalize(input: &[u8]) {
    let Some((received, forge)) = request(input) else { return };
    let _ = MAPPINGS.detect_by_body(&String::from_utf8_lossy(&received.body));
    let normalized = RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let detected = Detect::new(&SOURCES, MAPPINGS.forges()).run(received).await?;
            let verified = Verify::new().run(detected).await?;
            Normalize::new(&MAPPINGS).run(verified).await
        })
    });
    // A refusal is an answer, too.
    let Ok(normalized) = normalized else { return };
    assert!(normalized.failure().is_none(), "{forge}: {:?}", normalized.failure());
    assert!(normalized.events().is_empty() == normalized.skipped().is_some(), "{forge}: no event");
    for event in normalized.events().iter().take(8) {
        assert!(event.missing().is_none(), "{forge}: {event:?}");
        let kept = serde_json::to_string(event).expect("an event as JSON");
        let back: forgeway::event::Event = serde_json::from_str(&kept).expect("the same event");
        assert!(back == *event, "{forge}: what is stored is what was meant: {kept}");
        for format in MAPPINGS.formats() {
            let said = MAPPINGS.emit(format, &[event], &TargetFacts::default(), "id");
            let said = said.unwrap_or_else(|error| panic!("{forge} to {format}: {error}"));
            assert!(!said.requests.is_empty() || !said.skipped.is_empty(), "{forge} to {format}");
            assert!(said.skipped.iter().all(|skip| !skip.reason.is_empty()), "{forge} to {format}");
            for request in said.requests {
                let body: serde_json::Value =
                    serde_json::from_slice(&request.body).expect("a body of JSON");
                assert!(body.is_object(), "{format}: {body}");
            }
        }
    }
}
