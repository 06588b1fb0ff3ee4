//! From a stored delivery to a receiver: real sockets, a real store, the embedded mappings.

mod templated;

use crate::program::example;
use crate::receiver::{Receiver, Reply, Request};
use crate::template::TEMPLATES;
use base64::Engine as _;
use bytes::Bytes;
use forgeway::config::{Config, Process, Target, Vocabulary};
use forgeway::egress::{
    ANSWER_LIMIT, Client, Dispatch, Egress, EgressError, Receipt, Verdict, egress,
};
use forgeway::event::{Auth, Source};
use forgeway::ingress::route::Routes;
use forgeway::mapping::{Given, Input, Mappings};
use forgeway::scheme::{Keys, Message, RequestLine};
use forgeway::secret::Secret;
use forgeway::store::{
    Claim, DedupeRule, DeliveryId, NewDelivery, NewDispatch, Outcome, Processed, SqliteStore,
    Store, StoredBody,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tower::{Service as _, ServiceExt as _};

static MAPPINGS: LazyLock<Arc<Mappings>> =
    LazyLock::new(|| Arc::new(Mappings::embedded().unwrap()));

/// A store with one delivery, an example of a forge, to be sent to one target.
pub(crate) struct Setup {
    _folder: tempfile::TempDir,
    store: Arc<dyn Store>,
    stack: Egress,
    target: Arc<Target>,
    pub(crate) body: Bytes,
}

impl Setup {
    pub(crate) async fn new(forge: &str, case: &str, target: &str) -> Self {
        let folder = example(forge, case);
        let body = Bytes::from(std::fs::read(folder.join("body.json")).unwrap());
        let headers: HashMap<String, String> =
            serde_json::from_slice(&std::fs::read(folder.join("headers.json")).unwrap()).unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in &headers {
            let name: HeaderName = name.parse().unwrap();
            map.insert(name, HeaderValue::from_str(value).unwrap());
        }
        let normal = MAPPINGS.normalize(&Input {
            forge,
            text: std::str::from_utf8(&body).unwrap(),
            headers: &map,
            source: Source {
                name: Some("s".into()),
                delivery_id: Some("1".into()),
                ..Source::default()
            },
            auth: Auth::default(),
            given: Given::default(),
        });
        let now = Timestamp::now();
        let known = MAPPINGS.forge(forge).unwrap();
        let mut headers: Vec<_> = headers.into_iter().collect();
        headers.push(("X-Request".into(), "7".into()));
        // What a forge adds for the receivers of its ancestors proves the delivery as well.
        for name in ["X-Gogs-Signature", "X-Gitea-Signature", "X-Hub-Signature"] {
            headers.push((name.into(), "00".into()));
        }
        let delivery = NewDelivery {
            id: DeliveryId::new(now),
            received_at: now,
            source: "s".into(),
            forge: forge.into(),
            mismatch: None,
            forge_delivery_id: None,
            redelivery: forgeway::store::Redelivery::default(),
            event: known.event(&map, std::str::from_utf8(&body).unwrap()),
            auth: Auth::default(),
            body: StoredBody {
                method: "POST".into(),
                query: None,
                headers,
                rewritten: Vec::new(),
                encoding: "json".into(),
                sha256: StoredBody::digest(&body),
                bytes: body.clone(),
            },
            processed: Processed {
                events: normal.unwrap().events,
                dispatches: vec![NewDispatch::new("t", vec![0], now)],
                ..Processed::default()
            },
        };
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(&folder.path().join("s.db")).unwrap());
        store.accept(Arc::new(delivery), DedupeRule::default()).await.unwrap();
        let (target, routes) = configured(target, "");
        let stack = stack(&routes, &store);
        Self { _folder: folder, store, stack, target, body }
    }

    /// The same, with another configuration.
    pub(crate) fn with(self, target: &str, routes: &str) -> Self {
        let (target, routes) = configured(target, routes);
        Self { target, stack: stack(&routes, &self.store), ..self }
    }

    /// Claims everything that is due and sends it.
    pub(crate) async fn send_all(&self) -> Vec<Result<Receipt, EgressError>> {
        // Leases of an earlier call in the same test are over by then.
        let claim = Claim {
            now: Timestamp::now() + Duration::from_secs(3600),
            lease: Duration::from_millis(1),
            total: 10,
            per_target: 10,
            quota: HashMap::new(),
        };
        let mut stack = self.stack.clone();
        let mut results = Vec::new();
        for claimed in self.store.claim(claim).await.unwrap().claimed {
            let dispatch = Dispatch { claimed, target: Arc::clone(&self.target) };
            results.push(stack.ready().await.unwrap().call(dispatch).await);
        }
        results
    }

    /// The same, of which there is exactly one, that comes to an attempt.
    pub(crate) async fn send(&self) -> Receipt {
        let mut results = self.send_all().await;
        assert_eq!(results.len(), 1);
        results.remove(0).unwrap()
    }
}

fn stack(routes: &Arc<Routes>, store: &Arc<dyn Store>) -> Egress {
    egress(&MAPPINGS, &TEMPLATES, routes, store, &Client::new().unwrap())
}

/// The target of a configuration that says this of it, and the routes.
fn configured(target: &str, routes: &str) -> (Arc<Target>, Arc<Routes>) {
    let text = format!("targets:\n  t: {{ {target} }}\nroutes: [ {routes} ]\n");
    let words = Vocabulary::of(&MAPPINGS).with(&TEMPLATES);
    let config = Config::parse(&text, "t.yaml", &Process, &words);
    let config = config.unwrap_or_else(|faults| panic!("{faults}"));
    (Arc::new(config.targets[0].clone()), Arc::new(Routes::new(&config, &MAPPINGS)))
}

pub(crate) fn target(receiver: &Receiver, rest: &str) -> String {
    format!(
        "url: 'http://127.0.0.1:{}/hook?token=a%2Fb&x=', allow_private: true, {rest}",
        receiver.port
    )
}

/// Whether the request holds by a scheme of a forge.
#[track_caller]
fn holds(request: &Request, forge: &str, scheme: &str, secret: &str) {
    let mut headers = HeaderMap::new();
    for line in request.head.lines().skip(1) {
        let (name, value) = line.split_once(": ").unwrap();
        headers.insert(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
    }
    let message = Message {
        headers: &headers,
        body: &request.body,
        json: &request.body,
        line: RequestLine::default(),
        now: Timestamp::now(),
    };
    let keys = Keys::new([Secret::new(secret)]);
    let scheme = MAPPINGS.forge(forge).unwrap().scheme(scheme).unwrap().clone();
    scheme.verify(&message, &keys).unwrap();
}

#[tokio::test]
async fn the_same_format_passes_the_bytes_through() {
    let receiver = Receiver::start(vec![Reply::status(202, "")]).await;
    let rest = "format: github, sign: { secret: out }, headers: { set: { X-Team: core }, pass: [X-Request, 'X-GitHub-Hook-I*', 'Hos*'] }";
    let setup = Setup::new("github", "push_branch", &target(&receiver, rest)).await;
    assert_eq!(setup.send().await.verdict, Verdict::Delivered);

    let request = &receiver.requests()[0];
    assert!(request.head.starts_with("POST /hook?token=a%2Fb&x= HTTP/1.1\r\n"), "{}", request.head);
    assert_eq!(request.body, setup.body);
    assert_eq!(request.header("Content-Type"), Some("application/json"));
    assert_eq!(request.header("X-Github-Event"), Some("push"));
    assert_eq!(request.header("X-Team"), Some("core"));
    assert_eq!(request.header("X-Request"), Some("7"));
    holds(request, "github", "hub_sha256", "out");
    holds(request, "github", "hub_sha1", "out");
}

#[tokio::test]
async fn gitlabs_header_names_the_event_as_it_came() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let setup =
        Setup::new("gitlab", "merge_request_open", &target(&receiver, "format: gitlab")).await;
    setup.send().await;
    let request = &receiver.requests()[0];
    assert_eq!(request.header("X-Gitlab-Event"), Some("Merge Request Hook"));
    assert_eq!(request.header("X-Gitlab-Token"), None, "no secret, no signature");
    assert_eq!(request.body, setup.body);
}

#[tokio::test]
async fn another_format_is_said_anew_and_retried_with_the_same_bytes() {
    let receiver =
        Receiver::start(vec![Reply::status(503, "Retry-After: 7\r\n"), Reply::status(200, "")])
            .await;
    let rest = "format: gitlab, sign: [ { secret: tok }, { scheme: signing_token, secret: whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI= } ]";
    let setup = Setup::new("github", "push_branch", &target(&receiver, rest)).await;
    let receipt = setup.send().await;
    assert_eq!(receipt.verdict, Verdict::Retry { after: Some(Duration::from_secs(7)) });
    assert_eq!(receipt.attempt.outcome, Outcome::Status(503));
    assert_eq!(setup.send().await.verdict, Verdict::Delivered);

    let [first, second] = &receiver.requests()[..] else { panic!("two requests") };
    let body: Value = serde_json::from_slice(&first.body).unwrap();
    assert_eq!(body["object_kind"], "push");
    assert_eq!(first.body, second.body);
    for name in ["Idempotency-Key", "X-Gitlab-Event-Uuid", "Webhook-Id", "X-Gitlab-Event"] {
        assert!(first.header(name).is_some(), "{name}: {}", first.head);
        assert_eq!(first.header(name), second.header(name));
    }
    assert_eq!(first.header("Idempotency-Key"), first.header("Webhook-Id"));
    for request in [first, second] {
        assert!(!request.head.to_lowercase().contains("x-github"), "{}", request.head);
        holds(request, "gitlab", "token", "tok");
        holds(
            request,
            "gitlab",
            "signing_token",
            "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=",
        );
    }
    let shown = format!("{:?}", receipt.attempt.sent_headers);
    assert!(!shown.contains("tok\"") && shown.contains("***"), "{shown}");
}

#[tokio::test]
async fn one_event_may_be_several_requests() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let rest = "format: github, passthrough: false, sign: { secret: out }";
    let setup = Setup::new("github", "push_branch_created", &target(&receiver, rest)).await;
    let receipt = setup.send().await;
    assert_eq!(receipt.further.len(), 1, "create beside push");
    setup.send_all().await;
    let requests = receiver.requests();
    let ids: std::collections::HashSet<_> = requests
        .iter()
        .map(|request| request.header("X-Github-Delivery").unwrap().to_owned())
        .collect();
    let mut words: Vec<_> =
        requests.iter().map(|request| request.header("X-Github-Event").unwrap()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!((words, ids.len()), (vec!["create", "push"], 2));
}

#[tokio::test]
async fn rules_reach_signatures_and_anything_passes_through_to_whom_wants_it_so() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let rest = "format: passthrough, sign: { scheme: token, secret: out }, \
                headers: { rename: { X-Codeup-Token: X-Token }, remove: [User-Agent] }";
    let setup = Setup::new("codeup", "push_branch", &target(&receiver, rest)).await;
    setup.send().await;
    let request = &receiver.requests()[0];
    assert_eq!(request.body, setup.body);
    assert_eq!(request.header("X-Codeup-Event"), Some("Push Hook"), "{}", request.head);
    assert_eq!(request.header("X-Token"), Some("out"));
    assert!(!request.head.contains("User-Agent"), "{}", request.head);
}

#[tokio::test]
async fn no_proof_of_what_came_goes_out_again() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    for (forge, case) in
        [("forgejo", "issue"), ("gitea", "issue"), ("gogs", "issue"), ("gitlab", "issue_open")]
    {
        let target = target(&receiver, "format: passthrough");
        let setup = Setup::new(forge, case, &target).await;
        setup.send().await;
        let head = receiver.requests().pop().unwrap().head.to_lowercase();
        assert!(!head.contains("signature") && !head.contains("token:"), "{forge}: {head}");
    }
}

#[tokio::test]
async fn what_a_format_cannot_say_is_skipped_with_a_reason() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let setup = Setup::new("github", "ping", &target(&receiver, "format: gitlab")).await;
    match setup.send_all().await.remove(0) {
        Err(EgressError::Skipped { reason }) => assert!(reason.contains("hook"), "{reason}"),
        other => panic!("{other:?}"),
    }
    assert!(receiver.requests().is_empty());
}

#[tokio::test]
async fn user_and_password_of_the_address_are_basic() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let url = format!("url: 'http://ci:p%40ss@127.0.0.1:{}/', allow_private: true", receiver.port);
    let setup = Setup::new("github", "push_branch", &format!("{url}, format: github")).await;
    setup.send().await;
    let value = base64::engine::general_purpose::STANDARD.encode("ci:p@ss");
    let expected = format!("Basic {value}");
    assert_eq!(receiver.requests()[0].header("Authorization"), Some(expected.as_str()));
}

#[tokio::test]
async fn a_receiver_that_drips_or_floods_holds_nobody_up() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nbegun";
    let drip = Reply::Drip(head.into(), Duration::from_millis(50));
    let receiver = Receiver::start(vec![drip]).await;
    let setup =
        Setup::new("github", "push_branch", &target(&receiver, "format: github, timeout: 400ms"))
            .await;
    let receipt = setup.send().await;
    assert_eq!(receipt.verdict, Verdict::Delivered, "it has said yes");
    assert!(receipt.attempt.duration < Duration::from_secs(5), "{:?}", receipt.attempt.duration);

    let flood =
        format!("HTTP/1.1 500 No\r\nContent-Length: 1000000\r\n\r\n{}", "x".repeat(1_000_000));
    let receiver = Receiver::start(vec![Reply::Text(flood)]).await;
    let setup = Setup::new("github", "push_branch", &target(&receiver, "format: github")).await;
    let receipt = setup.send().await;
    assert_eq!(receipt.attempt.response_body.len(), ANSWER_LIMIT);
    assert_eq!(receipt.verdict, Verdict::Retry { after: None });
}

#[tokio::test]
async fn silence_and_a_closed_door_are_tried_again() {
    let receiver = Receiver::start(vec![Reply::Silence]).await;
    let setup =
        Setup::new("github", "push_branch", &target(&receiver, "format: github, timeout: 300ms"))
            .await;
    let receipt = setup.send().await;
    assert!(matches!(&receipt.attempt.outcome, Outcome::Error { class, .. } if class == "timeout"));
    assert_eq!(receipt.verdict, Verdict::Retry { after: None });

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (host, class) in [("127.0.0.1", "connect"), ("no-such-host.invalid", "dns")] {
        let url = format!("url: 'http://{host}:{closed}/', allow_private: true, format: github");
        let receipt = Setup::new("github", "push_branch", &url).await.send().await;
        let outcome = &receipt.attempt.outcome;
        assert!(
            matches!(outcome, Outcome::Error { class: found, .. } if found == class),
            "{outcome:?}"
        );
        assert_eq!(receipt.verdict, Verdict::Retry { after: None });
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Receiver::start(vec![Reply::status(200, "")]).await;
    let line = format!("Location: http://127.0.0.1:{}/\r\n", elsewhere.port);
    let receiver = Receiver::start(vec![Reply::status(307, &line)]).await;
    let setup = Setup::new("github", "push_branch", &target(&receiver, "format: github")).await;
    let Verdict::Dead { reason } = setup.send().await.verdict else { panic!("dead") };
    assert!(reason.contains("redirects are not followed"), "{reason}");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn the_gateways_own_network_is_out_of_reach() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    for host in ["127.0.0.1", "localhost", "127.1", "0x7f000001", "[::ffff:127.0.0.1]"] {
        let url = format!("url: 'http://{host}:{}/', format: github", receiver.port);
        let receipt = Setup::new("github", "push_branch", &url).await.send().await;
        let Verdict::Dead { reason } = receipt.verdict else { panic!("{host}: {receipt:?}") };
        assert!(reason.contains("allow_private"), "{host}: {reason}");
    }
    assert!(receiver.requests().is_empty());
}
