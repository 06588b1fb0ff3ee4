//! A delivery that goes to two of four targets, and what `forgeway why` says of it.

use crate::gateway::{MAPPINGS, Running};
use crate::program::run;
use crate::receiver::{Receiver, Reply};
use forgeway::mapping::Example;

const ID: &str = "72d3162e-cc78-11e3-81ab-4c9367dc0958";

fn example() -> Example {
    let examples = MAPPINGS.examples().into_iter().map(Result::unwrap);
    let mut examples = examples.filter(|example| example.forge == "github");
    examples.find(|example| example.name == "push_branch").unwrap()
}

fn config(ports: [u16; 2]) -> String {
    let target = |name: &str, port| {
        format!(
            "  {name}: {{ url: 'http://127.0.0.1:{port}/', format: github, allow_private: true }}\n"
        )
    };
    let [first, second] = ports;
    [
        "sources:\n  team: { forge: github, verify: none }\ntargets:\n".to_owned(),
        target("ci", first),
        target("chat", second),
        target("docs", first),
        target("audit", second),
        "routes:\n".to_owned(),
        "  - { events: [push], branches: ['**'], to: [ci] }\n".to_owned(),
        "  - { when: \"event.kind == 'push' && headers['x-github-event'] == 'push'\", to: [chat, ci] }\n".to_owned(),
        "  - { events: [push], paths: ['no/such/path/**'], to: [docs] }\n".to_owned(),
        "  - { default: true, to: [audit] }\n".to_owned(),
    ]
    .concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_tells_of_two_targets_and_not_the_other_two() {
    let ci = Receiver::start(vec![Reply::status(200, "")]).await;
    let chat = Receiver::start(vec![Reply::status(404, "")]).await;
    let gateway = Running::start(&config([ci.port, chat.port])).await;
    let example = example();
    let head = |id: &str, event: &str| {
        format!(
            "POST /in/team HTTP/1.1\r\nContent-Type: application/json\r\nX-GitHub-Event: {event}\r\nX-GitHub-Delivery: {id}"
        )
    };
    let answer = gateway.send(&head(ID, "push"), example.body.as_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    ci.wait_for(1).await;
    chat.wait_for(1).await;
    let store = gateway.store_file().display().to_string();
    let ask = |id: &str| {
        let ran = run(["why", id, "--store", &store]);
        (ran.code(), ran.out() + &ran.complaint())
    };
    // Both have arrived; that it is on record follows.
    let told = loop {
        let (code, told) = ask(ID);
        assert_eq!(code, 0, "{told}");
        if !told.contains(": pending") {
            break told;
        }
        tokio::task::yield_now().await;
    };
    let expected = [
        "delivery ",
        "  from source team (github `push`), received ",
        "  the forge's id: 72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "event 0: push.",
        "  the route at forgeway.yaml:10:5 takes it",
        "  the route at forgeway.yaml:11:5 takes it",
        "  the route at forgeway.yaml:12:5 asks for paths, and ",
        "  the route at forgeway.yaml:13:5 is the default, and another route took it",
        "to ci (event 0): delivered",
        "  attempt 1, ",
        "to chat (event 0): dead: ",
    ];
    let mut lines = told.lines();
    for expected in expected {
        assert!(lines.any(|line| line.starts_with(expected)), "no line {expected:?} in\n{told}");
    }
    assert!(told.contains(": answered 200 (") && told.contains(": answered 404 ("), "{told}");
    assert!(!told.contains("to docs") && !told.contains("to audit"), "{told}");

    // The same by our own id, which the first line says.
    let own = told.split([' ', ':']).nth(1).unwrap();
    assert_eq!(ask(own), (0, told.clone()));
    let json = run(["why", ID, "--json", "--store", &store]).json();
    assert_eq!(json[0]["id"], own);
    assert_eq!(json[0]["dispatches"][0]["attempts"][0]["status"], 200);
    assert_eq!(json[0]["verdicts"][1]["routes"][0], "forgeway.yaml:12:5");
    let (code, told) = ask("nowhere");
    assert_eq!(code, 1);
    assert!(told.contains("no delivery `nowhere` is in "), "{told}");
}
