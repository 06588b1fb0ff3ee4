//! `docs/cookbook.md`, run: each recipe's configuration on a real gateway, its commands, and what it says arrives.
//!
//! Nothing of the page is written here again. A recipe that changes is a test that changes; one that shows nothing to
//! run, or a target of which it does not say what it gets, fails.

use forgeway::store::{DeliveryId, DispatchState};
use kitchen::Kitchen;
use page::{Recipe, Step};
use regex::Regex;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

mod kitchen;
mod page;
mod shown;

/// Longer than any delivery takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the recipe of a number.
async fn recipe(number: usize) {
    let recipes = page::recipes();
    let recipe = recipes.iter().find(|recipe| recipe.number == number);
    let recipe = recipe.unwrap_or_else(|| panic!("the page has no recipe {number}"));
    let kitchen = Kitchen::open(recipe).await;
    let (delivery, seen) = (String::new(), BTreeMap::new());
    let mut run = Run { recipe, kitchen, delivery, seen, held: 0 };
    let accepted = Regex::new(r#""id":"([^"]+)","status":"accepted""#).unwrap();
    for (at, step) in recipe.steps.iter().enumerate() {
        let Step::Console(commands) = step else { continue };
        for (command, printed) in commands {
            let came = run.kitchen.run(command, &run.delivery);
            if let Err(fault) = shown::printed(printed, &came) {
                panic!("recipe {number}: {command}\n{fault}");
            }
            if let Some(found) = accepted.captures(&came) {
                found[1].clone_into(&mut run.delivery);
                run.arrives(&recipe.steps[at + 1..]).await;
            }
        }
    }
    let arrives = recipe.steps.iter().filter(|step| matches!(step, Step::Arrives(..))).count();
    assert!(arrives > 0, "recipe {number} shows nothing that arrives");
    assert_eq!(
        run.held, arrives,
        "recipe {number} shows so many requests, each after its delivery"
    );
}

/// A recipe that is being run.
struct Run<'r> {
    recipe: &'r Recipe,
    kitchen: Kitchen,
    /// The delivery that was sent last.
    delivery: String,
    /// How many requests of each target were looked at.
    seen: BTreeMap<String, usize>,
    /// How many blocks of the page were held against one.
    held: usize,
}

impl Run<'_> {
    /// Holds what came of a delivery against the blocks that follow it, up to the next delivery.
    async fn arrives(&mut self, steps: &[Step]) {
        let number = self.recipe.number;
        let is_next = |step: &&Step| match step {
            Step::Console(commands) => commands.iter().any(|(line, _)| line.contains(" send ")),
            Step::Arrives(..) => false,
        };
        let mut expected: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for step in steps.iter().take_while(|step| !is_next(step)) {
            if let Step::Arrives(target, request) = step {
                expected.entry(target).or_default().push(request);
            }
        }
        let (forge, dispatched) = self.dispatched().await;
        for name in self.kitchen.names() {
            let shown = expected.get(name).cloned().unwrap_or_default();
            // The record knows what there was to send: nobody has to wait for what does not come.
            let states = dispatched.get(name).cloned().unwrap_or_default();
            assert!(
                states.iter().all(|state| state == "delivered"),
                "recipe {number}: {name}: {states:?}"
            );
            assert_eq!(
                states.len(),
                shown.len(),
                "recipe {number} shows so many requests to {name}"
            );
            let nothing = format!("`{name}` gets nothing");
            assert!(
                !shown.is_empty() || self.recipe.text.contains(&nothing),
                "recipe {number} does not say that {nothing}"
            );
            let seen = self.seen.entry(name.to_owned()).or_default();
            let mut came = self.kitchen.came(name).split_off(*seen);
            assert_eq!(came.len(), shown.len(), "recipe {number}: what came to {name}");
            *seen += came.len();
            for shown in shown {
                let fault = |request| shown::request(shown, request).err();
                let Some(at) = came.iter().position(|request| fault(request).is_none()) else {
                    panic!("recipe {number}: {name}: {}", fault(&came[0]).unwrap());
                };
                self.kitchen.verify(name, &forge, &came.remove(at));
                self.held += 1;
            }
        }
        let unknown = expected.keys().find(|name| !self.kitchen.names().any(|own| own == **name));
        assert_eq!(unknown, None, "recipe {number} shows what arrives at no target");
    }

    /// The forge of the delivery and the states of its dispatches, by target, once none of them is pending.
    async fn dispatched(&self) -> (String, BTreeMap<String, Vec<String>>) {
        let archive = self.kitchen.archive();
        let id: DeliveryId = self.delivery.parse().unwrap();
        let forge = archive.delivery(id).await.unwrap().unwrap().record.forge.clone();
        let begun = Instant::now();
        loop {
            let dispatches = archive.dispatches(id).await.unwrap();
            if dispatches.iter().all(|dispatch| dispatch.state != DispatchState::Pending) {
                let mut states: BTreeMap<String, Vec<String>> = BTreeMap::new();
                for dispatch in dispatches {
                    let reason = dispatch.state.reason().unwrap_or_default();
                    let state = format!("{} {reason}", dispatch.state.as_str());
                    states.entry(dispatch.target).or_default().push(state.trim().to_owned());
                }
                return (forge, states);
            }
            assert!(begun.elapsed() < PATIENCE, "recipe {}: {dispatches:?}", self.recipe.number);
            tokio::task::yield_now().await;
        }
    }
}

/// A test for each recipe, so that they run beside each other and have a name each.
macro_rules! recipes {
    ($($name:ident: $number:literal),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                recipe($number).await;
            }
        )*

        #[test]
        fn every_recipe_of_the_page_is_run() {
            let numbers: Vec<_> = page::recipes().iter().map(|recipe| recipe.number).collect();
            assert_eq!(numbers, [$($number),*]);
        }
    };
}

recipes! {
    recipe_1: 1,
    recipe_2: 2,
    recipe_3: 3,
    recipe_4: 4,
    recipe_5: 5,
    recipe_6: 6,
    recipe_7: 7,
    recipe_8: 8,
    recipe_9: 9,
    recipe_10: 10,
}
