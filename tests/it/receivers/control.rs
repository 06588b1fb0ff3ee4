//! Controls: a test that cannot fail proves nothing.

use super::play::Play;
use super::stage::Stage;

/// What is changed in a delivery, and the facts of which the change must be noticed.
type Change = (&'static str, [&'static str; 2], &'static [&'static str]);

const CHANGES: [Change; 3] = [
    (
        "branch_pushed",
        ["3b18e512dba79e4c8300dd08aeb37f8e728b8dad", "a6f1c0de5b7e4d2f9c8b1a0e3d6f7c5b4a392817"],
        &["before", "after", "tip", "commits"],
    ),
    ("pull_request_opened_from_fork", ["\"feature/login\"", "\"main\""], &["head", "base"]),
    ("comment_on_pull_request", ["Looks good to me.", "Not like this."], &["text"]),
];

/// What should have been noticed and was not: a signature with another secret, and facts that are not
/// those that happened.
pub(super) async fn controls(stage: &mut Stage<'_>, plays: &[Play]) -> Vec<String> {
    let mut faults = Vec::new();
    for play in plays.iter().filter(|play| play.scenario == "branch_pushed").take(1) {
        let source = format!("forged-{}", play.source());
        let heard = stage.say(&source, &play.delivery, 1).await;
        if heard.refused() != 1 || !heard.understood.is_empty() {
            faults.push(format!("took a wrong signature for a right one: {heard:?}"));
        }
    }
    for (scenario, words, facts) in CHANGES {
        let Some(play) = plays.iter().find(|play| play.scenario == scenario) else { continue };
        let (expected, requests) = stage.meaning(&play.delivery);
        let Some(heard_of) = expected.iter().find(|facts| stage.hook.heeds(facts)) else {
            continue;
        };
        let understood = &stage.hook.understands[heard_of["kind"].as_str().unwrap()];
        let known = facts.iter().filter(|fact| understood.iter().any(|name| name == *fact));
        let altered = play.altered(|text| swapped(text, words));
        let heard = stage.say(&play.source(), &altered.delivery, requests).await;
        let found = stage.judge(&expected, &heard).err().unwrap_or_default();
        for fact in known {
            if !found.iter().any(|fault| fault.starts_with(&format!("{fact} is "))) {
                faults.push(format!(
                    "{scenario}: nothing noticed that {fact} was changed: {found:?}"
                ));
            }
        }
    }
    faults
}

/// A text with two words in each other's place.
fn swapped(text: &str, [one, other]: [&str; 2]) -> String {
    text.replace(one, "\u{1}").replace(other, one).replace('\u{1}', other)
}
