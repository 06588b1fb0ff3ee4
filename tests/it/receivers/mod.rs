//! Real receivers, behind a real gateway: what they understand of a delivery must be what happened.
//!
//! A folder of `tests/conformance` is a receiver: `receiver.yaml` says how it is started and what it can
//! understand, and a script there starts the real thing and tells what it understood. The deliveries are
//! scenarios of `tests/parity`, said by other forges. `tests/conformance/README.md` says how to add one.

mod control;
mod facts;
pub(crate) mod install;
mod play;
mod program;
mod stage;
mod wire;

use play::plays;
use program::Receiver;
use stage::Stage;

/// Plays every scenario to a receiver and holds what it understood against what happened; then plays it
/// what it must not believe, and what the comparison must notice.
async fn conforms(name: &str) {
    let receiver = Receiver::read(name);
    let mut program = receiver.start();
    let mut faults = Vec::new();
    for hook in &receiver.hooks {
        let plays = plays(&hook.format, &receiver.leaves_out);
        let mut stage = Stage::set(hook, &plays, &mut program).await;
        let mut compared = Vec::new();
        let says = |fault: String| format!("{name}, {}: {fault}", hook.format);
        for play in &plays {
            match stage.perform(play).await {
                Ok(facts) => compared.extend(facts),
                Err(found) => faults.extend(
                    found.into_iter().map(|fault| says(format!("{}: {fault}", play.title()))),
                ),
            }
        }
        summary(name, &hook.format, plays.len(), compared.len());
        let never = hook.facts().filter(|fact| !compared.contains(fact));
        faults.extend(never.map(|fact| says(format!("{fact} was never compared"))));
        faults.extend(control::controls(&mut stage, &plays).await.into_iter().map(says));
    }
    assert!(faults.is_empty(), "{} faults:\n  {}", faults.len(), faults.join("\n  "));
}

/// What a run showed, for who reads it with `--nocapture`.
#[expect(clippy::print_stderr, reason = "a summary for people, beside the test's own word")]
fn summary(name: &str, format: &str, plays: usize, facts: usize) {
    eprintln!("{name}, {format}: {plays} deliveries of other forges, {facts} facts compared");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn octokit_understands() {
    conforms("octokit").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn probot_understands() {
    conforms("probot").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gidgethub_understands() {
    conforms("gidgethub").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pydantic_gitlab_webhooks_understands() {
    conforms("pydantic-gitlab-webhooks").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhook_understands() {
    conforms("webhook").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buildbot_understands() {
    conforms("buildbot").await;
}
