//! From a request to a receiver and back into the store: the pipeline with its worker.

use crate::receiver::{Receiver, Reply};
use crate::template::TEMPLATES;
use bytes::Bytes;
use forgeway::config::{Config, Process, Vocabulary};
use forgeway::egress::{Client, egress};
use forgeway::ingress::route::Routes;
use forgeway::ingress::{
    Accept, Accepted, Detect, Normalize, Received, Route, Sources, Stage as _, Verify,
};
use forgeway::mapping::Mappings;
use forgeway::store::{
    Acceptance, Claim, DedupeRule, DeliveryId, DeliveryState, Dispatch, DispatchState, Failure,
    FailureStage, NewDelivery, NewDispatch, Processed, Redelivery, SqliteStore, Store, StoredBody,
};
use forgeway::worker::{Handle, Settings, Worker, reprocess};
use http::Request;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

static MAPPINGS: LazyLock<Arc<Mappings>> =
    LazyLock::new(|| Arc::new(Mappings::embedded().unwrap()));

/// A gateway without its HTTP rim: one source, some targets, everything goes to all of them.
struct House {
    config: Config,
    store: Arc<dyn Store>,
    folder: Arc<tempfile::TempDir>,
    settings: Settings,
    work: Option<Work>,
}

/// A worker that runs.
struct Work {
    handle: Handle,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// A target's line in the configuration; it is tried again at once.
fn target(name: &str, port: u16) -> String {
    format!(
        "  {name}: {{ url: 'http://127.0.0.1:{port}/', allow_private: true, format: passthrough, \
         timeout: 30s, retry: {{ attempts: 3, first: 1ms, longest: 2ms }} }}\n"
    )
}

impl House {
    fn new(targets: &[String]) -> Self {
        let names: Vec<_> =
            targets.iter().map(|line| line.trim().split(':').next().unwrap()).collect();
        let text = format!(
            "sources:\n  s: {{ forge: github, verify: none }}\ntargets:\n{}routes:\n  - to: [{}]\n",
            targets.concat(),
            names.join(", ")
        );
        let config =
            Config::parse(&text, "t.yaml", &Process, &Vocabulary::of(&MAPPINGS).with(&TEMPLATES));
        let config = config.unwrap_or_else(|faults| panic!("{faults}"));
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let store = Arc::new(SqliteStore::open(&folder.path().join("s.db")).unwrap());
        Self { config, store, folder, settings: Settings::default(), work: None }
    }

    fn work(mut self) -> Self {
        let stack =
            egress(&MAPPINGS, &TEMPLATES, &Arc::default(), &self.store, &Client::new().unwrap());
        let targets = self.config.targets.iter().cloned().map(Arc::new);
        let (worker, handle) =
            Worker::new(Arc::clone(&self.store), stack, targets, self.settings.clone());
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(worker.run(async { drop(stopped.await) }));
        self.work = Some(Work { handle, stop, task });
        self
    }

    /// Stops the worker; what is in flight is on record then.
    async fn stop(&mut self) {
        let Work { stop, task, .. } = self.work.take().unwrap();
        stop.send(()).unwrap();
        task.await.unwrap();
    }

    async fn receive(&self, id: &str, body: &str) -> Accepted {
        let forges = MAPPINGS.forges();
        let sources = Arc::new(Sources::new(&self.config.sources, forges).unwrap());
        let routes = Arc::new(Routes::new(&self.config, &MAPPINGS));
        let (parts, ()) = Request::post("/in/s")
            .header("content-type", "application/json")
            .header("x-github-event", "watch")
            .header("x-github-delivery", id)
            .body(())
            .unwrap()
            .into_parts();
        let received =
            Received::from_parts(Some("s"), parts, Bytes::copy_from_slice(body.as_bytes()));
        let detected = Detect::new(&sources, forges).run(received).await.unwrap();
        let verified = Verify::new().run(detected).await.unwrap();
        let normalized = Normalize::new(&MAPPINGS).run(verified).await.unwrap();
        let routed = Route::new(&routes).run(normalized).await.unwrap();
        let handle = self.work.as_ref().map(|work| work.handle.clone());
        let accept = Accept::new(Arc::clone(&self.store), DedupeRule::default(), handle);
        accept.run(routed).await.unwrap()
    }

    async fn state(&self, id: DeliveryId) -> DeliveryState {
        self.store.delivery(id).await.unwrap().unwrap().state
    }

    async fn dispatch(&self, id: DeliveryId) -> Dispatch {
        let mut dispatches = self.store.dispatches(id).await.unwrap();
        assert_eq!(dispatches.len(), 1);
        dispatches.remove(0)
    }
}

const BODY: &str = r#"{ "action": "started", "n": 1 }"#;

#[tokio::test]
async fn what_is_accepted_arrives_and_is_on_record() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let mut house = House::new(&[target("t", receiver.port)]).work();
    let accepted = house.receive("one", BODY).await;
    receiver.wait_for(1).await;
    house.stop().await;
    assert_eq!(receiver.requests()[0].body, BODY.as_bytes());
    assert_eq!(house.state(accepted.delivery()).await, DeliveryState::Delivered);
    let dispatch = house.dispatch(accepted.delivery()).await;
    assert_eq!(house.store.attempts(dispatch.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_fails_is_tried_again_with_the_same_bytes() {
    let replies = [500, 503, 200].map(|status| Reply::status(status, ""));
    let receiver = Receiver::start(replies.into()).await;
    let mut house = House::new(&[target("t", receiver.port)]).work();
    let accepted = house.receive("one", BODY).await;
    receiver.wait_for(3).await;
    house.stop().await;
    assert_eq!(house.state(accepted.delivery()).await, DeliveryState::Delivered);
    let requests = receiver.requests();
    assert_eq!(requests[0].body, requests[2].body);
    assert_eq!(requests[0].header("X-Github-Delivery"), requests[2].header("X-Github-Delivery"));
    let dispatch = house.dispatch(accepted.delivery()).await;
    assert_eq!((dispatch.attempts, &dispatch.state), (3, &DispatchState::Delivered));
}

#[tokio::test]
async fn what_never_arrives_is_given_up_and_a_redelivery_revives_it() {
    let mut replies = vec![Reply::status(500, ""); 3];
    replies.push(Reply::status(200, ""));
    let receiver = Receiver::start(replies).await;
    let mut house = House::new(&[target("t", receiver.port)]).work();
    let accepted = house.receive("one", BODY).await;
    receiver.wait_for(3).await;
    house.stop().await;
    let id = accepted.delivery();
    assert_eq!(house.state(id).await, DeliveryState::Dead);
    let reason = "given up after 3 attempts".to_owned();
    assert_eq!(house.dispatch(id).await.state, DispatchState::Dead { reason });

    let mut house = house.work();
    let again = house.receive("one", BODY).await;
    assert!(matches!(again.acceptance(), Acceptance::Requeued { of, .. } if *of == id));
    receiver.wait_for(4).await;
    house.stop().await;
    assert_eq!(house.state(id).await, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_target_that_is_down_disturbs_no_other() {
    let silent = Receiver::start(vec![Reply::Silence]).await;
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let mut house = House::new(&[target("silent", silent.port), target("t", receiver.port)]);
    // The silent one could take every shared place.
    house.settings.concurrency = 2;
    house.settings.target_concurrency = 4;
    house.settings.shutdown = Duration::from_millis(1);
    let mut house = house.work();
    for n in 0..40 {
        house.receive(&format!("id-{n}"), BODY).await;
    }
    receiver.wait_for(40).await;
    house.stop().await;
    let stats = house.store.stats().await.unwrap();
    assert_eq!(stats.targets["silent"].pending, 40);
}

#[tokio::test]
async fn what_an_earlier_process_left_is_sent_at_once() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let house = House::new(&[target("t", receiver.port)]);
    let mut ids = Vec::new();
    for n in 0..30 {
        ids.push(house.receive(&format!("id-{n}"), BODY).await.delivery());
    }
    // A process that claims and is killed: its leases would hold for an hour.
    let claim = Claim {
        now: Timestamp::now(),
        lease: Duration::from_secs(3600),
        total: 20,
        per_target: 20,
        quota: HashMap::new(),
    };
    assert_eq!(house.store.claim(claim).await.unwrap().claimed.len(), 20);
    let House { config, store, folder, settings, .. } = house;
    drop(store);
    let store = Arc::new(SqliteStore::open(&folder.path().join("s.db")).unwrap());
    let mut house = House { config, store, folder, settings, work: None }.work();
    receiver.wait_for(30).await;
    house.stop().await;
    for id in ids {
        assert_eq!(house.state(id).await, DeliveryState::Delivered);
    }
    assert_eq!(receiver.requests().len(), 30, "each once");
}

#[tokio::test]
async fn a_shutdown_lets_what_is_in_flight_end() {
    let told = Arc::new(Semaphore::new(0));
    let receiver = Receiver::start(vec![Reply::WhenTold(200, Arc::clone(&told))]).await;
    let mut house = House::new(&[target("t", receiver.port)]);
    house.settings.target_concurrency = 2;
    let mut house = house.work();
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(house.receive(&format!("id-{n}"), BODY).await.delivery());
    }
    receiver.wait_for(2).await;
    let Work { handle, stop, task } = house.work.take().unwrap();
    stop.send(()).unwrap();
    drop(handle);
    told.add_permits(5);
    task.await.unwrap();
    let mut states = Vec::new();
    for id in ids {
        states.push(house.state(id).await);
    }
    let delivered = states.iter().filter(|state| **state == DeliveryState::Delivered).count();
    assert!(delivered >= 2, "{states:?}");
    assert_eq!(receiver.requests().len(), delivered, "what was begun has ended");
}

#[tokio::test]
async fn a_shutdown_does_not_wait_forever() {
    let receiver = Receiver::start(vec![Reply::Silence]).await;
    let mut house = House::new(&[target("t", receiver.port)]);
    house.settings.shutdown = Duration::from_millis(1);
    let mut house = house.work();
    let accepted = house.receive("one", BODY).await;
    receiver.wait_for(1).await;
    house.stop().await;
    // The lease is given back: another process could go on at once.
    let dispatch = house.dispatch(accepted.delivery()).await;
    assert!(dispatch.due_at <= Timestamp::now());
    assert_eq!((dispatch.state, dispatch.attempts), (DispatchState::Pending, 0));
}

#[tokio::test]
async fn a_target_that_left_the_configuration_is_waited_for_and_then_given_up() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let mut house = House::new(&[target("gone", receiver.port)]);
    let accepted = house.receive("one", BODY).await;
    house.config.targets.clear();
    house.settings.missing_target = Duration::ZERO;
    let mut house = house.work();
    // Something that passes the same loop, so that the first claim is over.
    let mut state = DeliveryState::Pending;
    while state == DeliveryState::Pending {
        tokio::task::yield_now().await;
        state = house.state(accepted.delivery()).await;
    }
    house.stop().await;
    let dispatch = house.dispatch(accepted.delivery()).await;
    assert!(dispatch.state.reason().unwrap().contains("`gone`"), "{:?}", dispatch.state);
    assert!(receiver.requests().is_empty());
}

#[tokio::test]
async fn what_failed_is_processed_again_and_arrives() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let house = House::new(&[target("t", receiver.port)]);
    // As a broken mapping leaves it: verified and stored, nothing made of it.
    let now = Timestamp::now();
    let bytes = Bytes::from_static(BODY.as_bytes());
    let failed = NewDelivery {
        id: DeliveryId::new(now),
        received_at: now,
        source: "s".into(),
        forge: "github".into(),
        mismatch: None,
        forge_delivery_id: Some("guid".into()),
        redelivery: Redelivery::SameId,
        event: Some("watch".into()),
        auth: forgeway::event::Auth::default(),
        body: StoredBody {
            method: "POST".into(),
            query: None,
            headers: vec![("x-github-event".into(), "watch".into())],
            rewritten: Vec::new(),
            encoding: "json".into(),
            sha256: StoredBody::digest(&bytes),
            bytes,
        },
        processed: Processed {
            failure: Some(Failure { stage: FailureStage::Normalize, reason: "broken".into() }),
            ..Processed::default()
        },
    };
    // And one that could not be rendered: dead before its first attempt.
    let mut unrendered = failed.clone();
    unrendered.id = DeliveryId::new(now);
    unrendered.forge_delivery_id = None;
    unrendered.processed = Processed {
        events: vec![forgeway::event::Event::default()],
        dispatches: vec![NewDispatch::new("t", vec![7], now)],
        ..Processed::default()
    };
    let ids = [failed.id, unrendered.id];
    for delivery in [failed, unrendered] {
        house.store.accept(Arc::new(delivery), DedupeRule::default()).await.unwrap();
    }
    let mut house = house.work();
    while house.state(ids[1]).await != DeliveryState::Dead {
        tokio::task::yield_now().await;
    }
    let reason = house.dispatch(ids[1]).await.state.reason().unwrap().to_owned();
    assert!(reason.starts_with("render: "), "{reason}");

    let normalize = Normalize::new(&MAPPINGS);
    let route = Route::new(&Arc::new(Routes::new(&house.config, &MAPPINGS)));
    let since = now - Duration::from_secs(60);
    let done = reprocess(&*house.store, &MAPPINGS, &normalize, &route, since).await.unwrap();
    assert_eq!((done.mended, done.failed, done.requeued), (1, 0, 1));
    house.work.as_ref().unwrap().handle.wake();
    receiver.wait_for(1).await;
    house.stop().await;
    assert_eq!(house.state(ids[0]).await, DeliveryState::Delivered);
    assert_eq!(receiver.requests()[0].body, BODY.as_bytes());
}
