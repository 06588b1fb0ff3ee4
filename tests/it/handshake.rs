//! The abuse protection of CloudEvents' webhooks, over sockets: asking a target for its consent, and giving
//! one as a source.

use crate::egress::{Setup, target};
use crate::gateway::Running;
use crate::receiver::{Receiver, Reply, Request};
use forgeway::config::{Config, Process, Vocabulary};
use forgeway::egress::{EgressError, Receipt, Verdict};
use forgeway::store::{DeliveryFilter, Outcome};
use std::time::Duration;

const SHAKING: &str = "format: github, handshake: { origin: hooks.example.com, rate: 120 }, \
                       retry: { attempts: 9, first: 1ms, longest: 2ms }";

fn agreed(lines: &str) -> Reply {
    Reply::status(200, lines)
}

fn methods(requests: &[Request]) -> Vec<&str> {
    requests.iter().map(|request| request.head.split(' ').next().unwrap()).collect()
}

async fn setup(receiver: &Receiver, rest: &str) -> Setup {
    Setup::new("github", "push_branch", &target(receiver, rest)).await
}

/// What came of one dispatch that was not agreed to: why, and what follows.
async fn refusal(setup: &Setup) -> (String, Receipt) {
    match setup.send_all().await.remove(0).unwrap_err() {
        EgressError::NoConsent(receipt) => match &receipt.attempt.outcome {
            Outcome::Error { message, .. } => (message.clone(), *receipt),
            other @ Outcome::Status(_) => panic!("{other:?}"),
        },
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_target_is_asked_once_and_told_who_sends() {
    let consent = "webhook-allowed-origin: Hooks.example.com\r\nwebhook-allowed-rate: *\r\n";
    let replies = vec![agreed(consent), Reply::status(503, ""), Reply::status(200, "")];
    let receiver = Receiver::start(replies).await;
    let setup = setup(&receiver, SHAKING).await;
    assert_eq!(setup.send().await.verdict, Verdict::Retry { after: None });
    assert_eq!(setup.send().await.verdict, Verdict::Delivered);

    let requests = receiver.requests();
    assert_eq!(methods(&requests), ["OPTIONS", "POST", "POST"]);
    let asked = &requests[0];
    assert!(asked.head.starts_with("OPTIONS /hook?token=a%2Fb&x= HTTP/1.1\r\n"), "{}", asked.head);
    assert_eq!(asked.header("Webhook-Request-Rate"), Some("120"));
    assert!(asked.body.is_empty());
    for request in &requests {
        assert_eq!(request.header("Webhook-Request-Origin"), Some("hooks.example.com"));
    }
    assert_eq!(requests[0].header("X-Github-Event"), None);
}

#[tokio::test]
async fn what_is_no_consent_is_said_and_nothing_is_sent() {
    let origin = "WebHook-Allowed-Origin: hooks.example.com\r\n";
    let cases = [
        (
            Reply::status(405, ""),
            "405 and without WebHook-Allowed-Origin, which should be `hooks.example.com` or `*`",
        ),
        (agreed("Allow: POST\r\n"), "200 and without WebHook-Allowed-Origin"),
        (
            agreed("WebHook-Allowed-Origin: other.example\r\n"),
            "is `other.example`, not `hooks.example.com` or `*`",
        ),
        (
            agreed(&format!("{origin}WebHook-Allowed-Rate: 0\r\n")),
            "WebHook-Allowed-Rate is `0`, neither",
        ),
        (Reply::status(307, "Location: https://elsewhere.example\r\n"), "307 and without"),
    ];
    for (reply, said) in cases {
        let receiver = Receiver::start(vec![reply]).await;
        let setup = setup(&receiver, SHAKING).await;
        let (message, receipt) = refusal(&setup).await;
        assert!(message.contains(said), "{message}");
        assert_eq!(receipt.verdict, Verdict::Retry { after: None });
        assert_eq!(methods(&receiver.requests()), ["OPTIONS"]);
    }
    let receiver = Receiver::start(vec![Reply::status(429, "Retry-After: 7\r\n")]).await;
    let (_, receipt) = refusal(&setup(&receiver, SHAKING).await).await;
    assert_eq!(receipt.verdict, Verdict::Retry { after: Some(Duration::from_secs(7)) });
}

#[tokio::test]
async fn asking_is_guarded_and_takes_no_longer_than_sending() {
    let receiver = Receiver::start(vec![Reply::Silence]).await;
    let rest = format!("{SHAKING}, timeout: 50ms");
    let (message, receipt) = refusal(&setup(&receiver, &rest).await).await;
    assert!(
        message.contains("could not be asked for its consent: no answer within 50ms"),
        "{message}"
    );
    assert_eq!(receipt.verdict, Verdict::Retry { after: None });

    let private = format!("url: 'http://127.0.0.1:{}/', {SHAKING}", receiver.port);
    let setup = Setup::new("github", "push_branch", &private).await;
    let (message, receipt) = refusal(&setup).await;
    assert!(message.contains("127.0.0.1 is a loopback address"), "{message}");
    assert!(matches!(receipt.verdict, Verdict::Dead { .. }));
    assert_eq!(receiver.requests().len(), 1, "the first was asked, the second never");
}

/// When it may be sent, in seconds from now.
async fn later(setup: &Setup) -> i64 {
    match setup.send_all().await.remove(0).unwrap_err() {
        EgressError::Later { at, .. } => at.duration_since(jiff::Timestamp::now()).as_secs(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn the_rate_that_is_allowed_is_kept_to() {
    // One a minute; or what was asked for, where the target says nothing of it.
    for (rate, asked, wait) in [("WebHook-Allowed-Rate: 1\r\n", 600, 50..=60), ("", 2, 20..=30)] {
        let consent = agreed(&format!("WebHook-Allowed-Origin: *\r\n{rate}"));
        let receiver = Receiver::start(vec![consent, Reply::status(503, "")]).await;
        let rest = format!("format: github, handshake: {{ origin: a.example, rate: {asked} }}");
        let setup = setup(&receiver, &rest).await;
        assert_eq!(setup.send().await.verdict, Verdict::Retry { after: None });
        let seconds = later(&setup).await;
        assert!(wait.contains(&seconds), "{seconds}");
        assert_eq!(methods(&receiver.requests()), ["OPTIONS", "POST"]);
    }
}

#[tokio::test]
async fn a_pause_is_kept_and_what_is_gone_is_asked_again() {
    let consent = || agreed("WebHook-Allowed-Origin: *\r\nWebHook-Allowed-Rate: *\r\n");
    let busy = Reply::status(429, "Retry-After: 90\r\n");
    let receiver = Receiver::start(vec![consent(), busy]).await;
    let waiting = setup(&receiver, SHAKING).await;
    let after = Some(Duration::from_secs(90));
    assert_eq!(waiting.send().await.verdict, Verdict::Retry { after });
    assert!((80..=90).contains(&later(&waiting).await));

    let receiver = Receiver::start(vec![consent(), Reply::status(410, "")]).await;
    let gone = setup(&receiver, SHAKING).await;
    assert!(matches!(gone.send().await.verdict, Verdict::Dead { .. }));
    let (message, _) = refusal(&gone).await;
    assert!(message.contains("410 and without WebHook-Allowed-Origin"), "{message}");
    assert_eq!(methods(&receiver.requests()), ["OPTIONS", "POST", "OPTIONS"]);
}

#[tokio::test]
async fn a_gateway_asks_until_it_may_and_then_sends_all() {
    let consent = agreed("WebHook-Allowed-Origin: gate.example\r\nWebHook-Allowed-Rate: *\r\n");
    let replies = vec![Reply::status(404, ""), consent, Reply::status(200, "")];
    let receiver = Receiver::start(replies).await;
    let gateway = Running::start(&format!(
        "public_url: https://gate.example:8443/in\nsources:\n  s: {{ forge: github, verify: none }}\n\
         targets:\n  t: {{ {}, format: github, handshake: true, retry: {{ first: 1ms, longest: 2ms }} }}\n\
         routes: [ {{ to: [t] }} ]\n",
        target(&receiver, "timeout: 30s")
    ))
    .await;
    let head = |id| {
        format!(
            "POST /in/s HTTP/1.1\r\nX-GitHub-Event: watch\r\nX-GitHub-Delivery: {id}\r\nContent-Type: application/json"
        )
    };
    let body =
        br#"{"action": "started", "repository": {"full_name": "a/b"}, "sender": {"login": "ada"}}"#;
    assert_eq!(gateway.send(&head("1"), body).await.status, 200);
    receiver.wait_for(3).await;
    assert_eq!(gateway.send(&head("2"), body).await.status, 200);
    receiver.wait_for(4).await;
    let requests = receiver.requests();
    assert_eq!(methods(&requests), ["OPTIONS", "OPTIONS", "POST", "POST"]);
    for request in &requests {
        assert_eq!(request.header("Webhook-Request-Origin"), Some("gate.example"));
        assert_eq!(request.header("Webhook-Request-Rate"), None);
    }
    // The question that was not answered is on record, as an attempt.
    let first = gateway.store.list(DeliveryFilter::default()).await.unwrap().items.pop().unwrap();
    let dispatch = gateway.store.dispatches(first.id).await.unwrap().remove(0);
    let attempts = gateway.store.attempts(dispatch.id).await.unwrap();
    let Outcome::Error { class, message } = &attempts[0].outcome else { panic!("{attempts:?}") };
    assert_eq!(class, "handshake");
    assert!(message.contains("answered OPTIONS with 404"), "{message}");
}

#[tokio::test]
async fn a_source_agrees_where_its_configuration_says_so() {
    let gateway = Running::start(
        "sources:\n\
         \x20 some: { forge: github, verify: none, handshake: { origins: ['*.example.com'], rate: 600 } }\n\
         \x20 all: { forge: github, verify: none, handshake: true, default: true }\n\
         \x20 none: { forge: github, verify: none }\n",
    )
    .await;
    let ask = async |path: &str, origin: &str| {
        let head = format!("OPTIONS {path} HTTP/1.1\r\nWebHook-Request-Rate: 120{origin}");
        gateway.send(&head, b"").await
    };
    let origin = |name: &str| format!("\r\nWebHook-Request-Origin: {name}");
    let line = |head: &str, name: &str| {
        let found = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        found.map(str::to_owned)
    };
    let some = ask("/in/some", &origin("Events.example.com")).await;
    assert_eq!(some.status, 200);
    let said = ["allow", "webhook-allowed-origin", "webhook-allowed-rate"];
    let said = said.map(|name| line(&some.head, name).unwrap());
    assert_eq!(said, ["post", "events.example.com", "600"]);
    for path in ["/in/all", "/in"] {
        let all = ask(path, &origin("anybody")).await;
        assert_eq!(line(&all.head, "webhook-allowed-origin").as_deref(), Some("anybody"));
        assert_eq!(line(&all.head, "webhook-allowed-rate").as_deref(), Some("*"));
    }
    let other = ask("/in/some", &origin("example.org")).await;
    assert_eq!((other.status, line(&other.head, "webhook-allowed-origin")), (403, None));
    for (path, origin) in [
        ("/in/all", String::new()),
        ("/in/none", origin("events.example.com")),
        ("/in/nowhere", origin("events.example.com")),
    ] {
        let answer = ask(path, &origin).await;
        assert_eq!(answer.status, 405, "{path}");
        assert_eq!(line(&answer.head, "allow").as_deref(), Some("get,head,post"));
        assert_eq!(line(&answer.head, "webhook-allowed-origin"), None);
    }
}

#[test]
fn what_is_wrong_with_a_handshake_is_said() {
    let cases = [
        (
            "{ rate: 5 }",
            "targets.t.handshake: who asks is not known: give `origin: hooks.example.com`, or `public_url`",
        ),
        ("{ origin: 'a b' }", "targets.t.handshake.origin: `a b` is no name of a host"),
        ("{ origin: '*' }", "targets.t.handshake.origin: `*` is no name of a host"),
        ("{ origin: a, rate: 0 }", "targets.t.handshake.rate"),
        ("{ origin: a, callback: b }", "callback"),
        ("7", "targets.t.handshake"),
    ];
    for (handshake, said) in cases {
        let text = format!(
            "targets:\n  t: {{ url: 'https://t.example', format: passthrough, handshake: {handshake} }}\n"
        );
        let faults = Config::parse(&text, "f.yaml", &Process, &Vocabulary::default()).unwrap_err();
        assert!(faults.to_string().contains(said), "{faults}");
    }
    let none =
        "targets:\n  t: { url: 'https://t.example', format: passthrough, handshake: false }\n";
    let config = Config::parse(none, "f.yaml", &Process, &Vocabulary::default()).unwrap();
    assert!(config.targets[0].handshake.is_none());
}
