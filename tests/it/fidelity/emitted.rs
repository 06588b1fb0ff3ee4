//! Everything that the fixtures become in every format.

use crate::{examples, parity};
use forgeway::event::Event;
use forgeway::mapping::{Emission, Example, Mappings, TargetFacts};
use std::sync::LazyLock;

/// The mappings, and all deliveries: the examples of all forges and the scenarios of `tests/parity`.
pub(crate) static FIXTURES: LazyLock<Fixtures> = LazyLock::new(Fixtures::read);

/// What is known and what comes in.
pub(crate) struct Fixtures {
    pub(crate) mappings: Mappings,
    pub(crate) deliveries: Vec<Delivery>,
}

/// A delivery and what it tells.
pub(crate) struct Delivery {
    pub(crate) example: Example,
    /// Its JSON text.
    pub(crate) text: String,
    pub(crate) events: Vec<Event>,
}

impl Fixtures {
    fn read() -> Self {
        let mappings = Mappings::embedded().unwrap();
        let mut all: Vec<Example> = mappings.examples().into_iter().map(Result::unwrap).collect();
        for row in parity::rows() {
            let forges = mappings.forges().iter().map(|forge| &forge.name);
            all.extend(forges.filter_map(|forge| row.says(forge)).map(Result::unwrap));
        }
        let deliveries =
            all.into_iter().map(|example| Delivery::read(&mappings, example)).collect();
        Self { mappings, deliveries }
    }

    /// What a delivery becomes in a format.
    pub(super) fn said(&self, format: &str, delivery: &Delivery) -> Emission {
        let events: Vec<&Event> = delivery.events.iter().collect();
        let target = TargetFacts { name: "receiver".into(), ..TargetFacts::default() };
        let id = "0198c0de-0000-7000-8000-00000000cafe";
        self.mappings.emit(format, &events, &target, id).unwrap()
    }
}

impl Delivery {
    /// A delivery that is no fixture of ours, or one that is.
    pub(super) fn read(mappings: &Mappings, example: Example) -> Self {
        let text = examples::json(mappings, &example);
        let events = mappings.normalize(&examples::input(&example, &text)).unwrap().events;
        Self { example, text, events }
    }

    /// What it is, for people.
    pub(crate) fn title(&self) -> String {
        format!("{}/{}", self.example.forge, self.example.name)
    }
}
