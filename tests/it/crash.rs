//! An ack means stored: the program is killed while deliveries pour in, started again, and
//! everything that it acknowledged arrives.

use crate::program::forgeway;
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use forgeway::scheme::{Hmac, Keys, Outbound, Scheme};
use forgeway::secret::Secret;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const SECRET: &str = "crash";
/// How many deliveries are posted in all, and by how many connections at once.
const DELIVERIES: usize = 2000;
const SENDERS: usize = 16;
/// The program is killed once it has acknowledged so many.
const ACKS_BEFORE_DEATH: usize = 700;

/// The program, serving. Killed when dropped.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(config: &Path) -> Self {
        let mut child = forgeway(["serve", "--log-format", "json", "--config"])
            .arg(config)
            .env("FORGEWAY_LOG", "warn,forgeway::cli=info")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
            let fields = &line["fields"];
            (fields["message"] == "listening").then(|| fields["address"].as_str().unwrap().into())
        });
        // The pipe is read to its end, so that the program never waits for it.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { child, address: address.expect("the program says where it listens") }
    }
}

impl Drop for Serving {
    /// SIGKILL: nothing is told, nothing is flushed.
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A receiver that remembers which deliveries came.
async fn receiver() -> (u16, watch::Receiver<HashSet<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, came) = watch::channel(HashSet::new());
    let take = async |State(sender): State<Arc<watch::Sender<HashSet<String>>>>, body: String| {
        let body: Value = serde_json::from_str(&body).unwrap();
        let id = body["after"].as_str().unwrap().to_owned();
        sender.send_modify(|came| {
            came.insert(id);
        });
    };
    let app = Router::new().route("/", post(take)).with_state(Arc::new(sender));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (port, came)
}

/// A signed push, whose new commit is its mark.
fn request(number: usize) -> (String, Vec<u8>) {
    let after = format!("{number:040x}");
    let body = json!({
        "ref": "refs/heads/main",
        "before": "c0ffee0000000000000000000000000000000000",
        "after": after,
        "repository": { "id": 1, "name": "mill", "full_name": "acme/mill" },
        "commits": [],
    });
    let body = body.to_string();
    let header = forgeway::scheme::Header::new("X-Hub-Signature-256").unwrap();
    let scheme = Scheme::Hmac(Hmac { prefix: "sha256=".into(), ..Hmac::new(header) });
    let message = Outbound::new(body.as_bytes(), &after, Timestamp::UNIX_EPOCH);
    let signed = scheme.sign(&Keys::new([Secret::new(SECRET)]), &message).unwrap().headers;
    let head = format!(
        "POST /in/mill HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n\
         X-GitHub-Event: push\r\nX-GitHub-Delivery: {number}\r\n{}: {}\r\nContent-Length: {}\r\n\r\n",
        signed[0].0,
        signed[0].1,
        body.len()
    );
    (after, [head.into_bytes(), body.into_bytes()].concat())
}

/// Posts the deliveries one after the other over one connection, until it breaks. Gives the marks of
/// those that were acknowledged.
async fn post_all(
    address: String,
    numbers: Vec<usize>,
    acks: Arc<watch::Sender<usize>>,
) -> Vec<String> {
    let mut acknowledged = Vec::new();
    let Ok(mut stream) = TcpStream::connect(address).await else { return acknowledged };
    for number in numbers {
        let (after, bytes) = request(number);
        if stream.write_all(&bytes).await.is_err() {
            break;
        }
        let Some(status) = answer(&mut stream).await else { break };
        assert_eq!(status, "200", "delivery {number}");
        acknowledged.push(after);
        acks.send_modify(|acks| *acks += 1);
    }
    acknowledged
}

/// Reads a whole answer; gives its status.
async fn answer(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return None,
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let lower = head.to_ascii_lowercase();
        let length = lower.lines().find_map(|line| line.strip_prefix("content-length: "));
        if length.is_some_and(|length| body.len() >= length.trim().parse().unwrap()) {
            return head.split(' ').nth(1).map(str::to_owned);
        }
    }
}

/// Posts deliveries from all senders at once.
async fn pour(
    address: &str,
    numbers: &[usize],
    acks: &Arc<watch::Sender<usize>>,
) -> HashSet<String> {
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..SENDERS {
        let share = numbers.iter().copied().skip(sender).step_by(SENDERS).collect();
        senders.spawn(post_all(address.to_owned(), share, Arc::clone(acks)));
    }
    senders.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_arrives_whatever_happens() {
    let (port, mut came) = receiver().await;
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("forgeway.yaml");
    let store = folder.path().join("forgeway.db");
    let text = format!(
        "listen: 127.0.0.1:0\nstore: 'sqlite:{}'\n\
         sources:\n  mill: {{ forge: github, verify: {{ secret: {SECRET} }} }}\n\
         targets:\n  ci: {{ url: 'http://127.0.0.1:{port}/', format: github, allow_private: true }}\n\
         routes:\n  - to: [ci]\n",
        store.display()
    );
    std::fs::write(&config, text).unwrap();

    let (acks, mut acked) = watch::channel(0);
    let acks = Arc::new(acks);
    let numbers: Vec<usize> = (1..=DELIVERIES).collect();
    let serving = Serving::start(&config);
    let address = serving.address.clone();
    let killer = tokio::spawn(async move {
        acked.wait_for(|acks| *acks >= ACKS_BEFORE_DEATH).await.unwrap();
        drop(serving);
    });
    let mut acknowledged = pour(&address, &numbers, &acks).await;
    killer.await.unwrap();
    assert!(acknowledged.len() < DELIVERIES, "it was killed in the middle");

    let serving = Serving::start(&config);
    let posted = |number: &usize| !acknowledged.contains(&format!("{number:040x}"));
    let rest: Vec<usize> = numbers.iter().copied().filter(posted).collect();
    acknowledged.extend(pour(&serving.address, &rest, &acks).await);
    assert_eq!(acknowledged.len(), DELIVERIES, "the second run takes everything");

    let all = came.wait_for(|came| acknowledged.is_subset(came));
    let arrived = tokio::time::timeout(Duration::from_secs(120), all).await.is_ok();
    let lost: Vec<_> = acknowledged.difference(&came.borrow()).cloned().collect();
    assert!(arrived && lost.is_empty(), "{} acknowledged and lost: {lost:?}", lost.len());
}
