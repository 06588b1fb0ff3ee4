//! The examples that stand beside the mappings, taken as the gateway takes a delivery.

use forgeway::event::{Auth, Source};
use forgeway::ingress::{Payload, json_text};
use forgeway::mapping::{Example, Input, Mappings};
use forgeway::value::Time;

/// The JSON text in an example's body.
pub(crate) fn json(mappings: &Mappings, example: &Example) -> String {
    let forge = mappings.forge(&example.forge).unwrap();
    let payload = Payload::of(&example.received(), forge).unwrap();
    json_text(&payload.json).unwrap().text.into_owned()
}

/// An example as the mappings take it.
pub(crate) fn input<'a>(example: &'a Example, text: &'a str) -> Input<'a> {
    let source = Source {
        name: Some("example".into()),
        forge: Some(example.forge.clone()),
        delivery_id: Some(example.name.clone()),
        received_at: Some(Time::now()),
        ..Source::default()
    };
    Input {
        forge: &example.forge,
        text,
        headers: &example.headers,
        source,
        auth: Auth::default(),
        given: example.given.clone(),
    }
}
