//! The deliveries that are played: what happens, on which forge.

use super::facts::{Facts, facts};
use crate::gateway::MAPPINGS;
use crate::parity;
use forgeway::event::Event;
use forgeway::mapping::{Example, TargetFacts};

/// What happens.
const SCENARIOS: [&str; 9] = [
    "branch_pushed",
    "branch_created",
    "branch_deleted",
    "tag_created",
    "pull_request_opened_from_fork",
    "pull_request_synchronized",
    "pull_request_merged",
    "pull_request_closed",
    "comment_on_pull_request",
];

/// Where it happens. What is already in the receiver's format is left out: it would prove nothing.
const FORGES: [&str; 7] =
    ["github", "gitlab", "gitea", "gitee", "codeup", "bitbucket-cloud", "azure-devops"];

/// What is otherwise in a pull request before new commits come to it: its head, in full and in short, and
/// the time.
const EARLIER: [[&str; 2]; 3] = [
    ["c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7", "9e107d9d372bb6826bd81d3542a419d6f1e2d3c4"],
    ["c4d5e6f70819", "9e107d9d372b"],
    ["2026-03-02T10:0", "2026-03-02T09:3"],
];

/// One thing that happens on one forge.
#[derive(Clone)]
pub(super) struct Play {
    /// The scenario.
    pub(super) scenario: &'static str,
    /// What the forge sends.
    pub(super) delivery: Example,
    /// What it sent before, where the gateway must remember that.
    pub(super) before: Option<Example>,
}

impl Play {
    /// What it is, for people.
    pub(super) fn title(&self) -> String {
        format!("{}/{}", self.delivery.forge, self.scenario)
    }

    /// The name of the gateway's source that takes it: one of its own, so that nothing is remembered
    /// from another play.
    pub(super) fn source(&self) -> String {
        self.title().replace(['_', '/'], "-")
    }

    /// The same with its text changed.
    pub(super) fn altered(&self, change: impl Fn(&str) -> String) -> Self {
        let mut play = self.clone();
        play.delivery.body = change(&play.delivery.body);
        play
    }
}

/// Everything that happens on other forges than the one whose format it is said in, but for some scenarios.
pub(super) fn plays(format: &str, leaves_out: &[String]) -> Vec<Play> {
    let rows = parity::rows();
    let delivery = |scenario: &str, forge: &str| {
        let row = rows.iter().find(|row| row.name() == scenario).unwrap();
        row.delivery(forge).unwrap_or_else(|error| panic!("{scenario}/{forge}: {error}"))
    };
    let mut plays = Vec::new();
    for forge in FORGES.into_iter().filter(|forge| *forge != format) {
        for scenario in SCENARIOS.into_iter().filter(|it| !leaves_out.iter().any(|out| out == it)) {
            let delivery_itself = delivery(scenario, forge);
            let remembers = delivery_itself.given.known.is_some();
            let before = remembers.then(|| {
                let mut opened = delivery("pull_request_opened_from_fork", forge);
                opened.body =
                    EARLIER.iter().fold(opened.body, |body, [new, old]| body.replace(new, old));
                opened
            });
            plays.push(Play { scenario, delivery: delivery_itself, before });
        }
    }
    plays
}

/// What a delivery should be understood as, and how many requests tell it.
pub(super) fn meaning(delivery: &Example, format: &str, companions: bool) -> (Vec<Facts>, usize) {
    let events = MAPPINGS.example_events(delivery).unwrap();
    let events: Vec<Event> = serde_json::from_value(events).unwrap();
    let all: Vec<&Event> = events.iter().collect();
    let target = TargetFacts { companions, ..TargetFacts::default() };
    let said = MAPPINGS.emit(format, &all, &target, "id").unwrap();
    (events.iter().flat_map(facts).collect(), said.requests.len())
}
