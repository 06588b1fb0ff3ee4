//! A whole gateway on sockets of its own: what a forge sends, and what it is answered.

use crate::receiver::{Receiver, Reply};
use crate::template::TEMPLATES;
use forgeway::config::{Config, Process, Vocabulary};
use forgeway::mapping::Mappings;
use forgeway::scheme::{Keys, Outbound};
use forgeway::secret::Secret;
use forgeway::server::Prepared;
use forgeway::store::{Rejection, Store};
use jiff::Timestamp;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) static MAPPINGS: LazyLock<Arc<Mappings>> =
    LazyLock::new(|| Arc::new(Mappings::embedded().unwrap()));

pub(crate) const PUSH: &str = r#"{"ref":"refs/heads/main","before":"0707070707070707070707070707070707070707",
"after":"0808080808080808080808080808080808080808","created":false,"deleted":false,"forced":false,
"commits":[],"pusher":{"name":"ada"},"repository":{"id":7,"full_name":"acme/rocket","name":"rocket",
"html_url":"https://forge.example/acme/rocket"},"sender":{"login":"ada","id":9}}"#;

/// A gateway that runs until it is told to stop.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) store: Arc<dyn Store>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<bool>,
    folder: tempfile::TempDir,
}

impl Running {
    pub(crate) async fn start(config: &str) -> Self {
        Self::start_with(config, &MAPPINGS).await
    }

    pub(crate) async fn start_with(config: &str, mappings: &Arc<Mappings>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("forgeway.db");
        let config = format!("store: \"sqlite:{}\"\n{config}", store.display());
        let words = Vocabulary::of(mappings);
        let config = Config::parse(&config, "forgeway.yaml", &Process, &words).unwrap();
        let prepared = Prepared::new(config, Arc::clone(mappings), &TEMPLATES).unwrap();
        let store = Arc::clone(prepared.store());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(prepared.run(listener, async {
            let _ = stopped.await;
        }));
        Self { address, store, stop, ended, folder }
    }

    /// The file of its store.
    pub(crate) fn store_file(&self) -> std::path::PathBuf {
        self.folder.path().join("forgeway.db")
    }

    /// Sends a request head and a body, and reads the answer.
    pub(crate) async fn send(&self, head: &str, body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(format!("{head}\r\nHost: h\r\n").as_bytes()).await.unwrap();
        let rest = format!("Connection: close\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(rest.as_bytes()).await.unwrap();
        // An answer may come before the body is through.
        let _ = stream.write_all(body).await;
        Answer::read(stream).await
    }

    /// A push, signed.
    async fn push(&self, path: &str, id: &str, body: &str) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\r\nX-GitHub-Event: push\r\nX-GitHub-Delivery: {id}\r\n{}",
            signature(body)
        );
        self.send(&head, body.as_bytes()).await
    }

    async fn refusals(&self) -> Vec<Rejection> {
        self.store.rejections(100).await.unwrap()
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Answer {
    async fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        // A server that has said no may cut off who is still sending.
        let _ = stream.read_to_end(&mut bytes).await;
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let body = serde_json::from_str(body).unwrap_or(Value::Null);
        Self { status, head: head.to_lowercase(), body }
    }
}

/// The header line that signs a body.
pub(crate) fn signature(body: &str) -> String {
    let scheme = MAPPINGS.forge("github").unwrap().scheme("hub_sha256").unwrap();
    let message = Outbound::new(body.as_bytes(), "", Timestamp::now());
    let signed = scheme.sign(&Keys::from(Secret::new("in")), &message).unwrap();
    let (name, value) = &signed.headers[0];
    format!("{name}: {value}")
}

fn config(port: u16) -> String {
    format!(
        "sources:\n  hub: {{ forge: github, verify: {{ secret: in }}, default: true }}\n\
         targets:\n  lab:\n    url: http://127.0.0.1:{port}/hook\n    format: gitlab\n\
         \x20   sign: {{ secret: out }}\n    allow_private: true\n\
         routes:\n  - {{ from: [hub], to: [lab] }}\n"
    )
}

#[tokio::test]
async fn a_delivery_goes_the_whole_way_once() {
    let receiver = Receiver::start(vec![Reply::status(200, "")]).await;
    let gateway = Running::start(&config(receiver.port)).await;
    let first = gateway.push("/in/hub", "d-1", PUSH).await;
    assert_eq!((first.status, &first.body["status"]), (200, &"accepted".into()), "{first:?}");
    assert_eq!((&first.body["events"], &first.body["dispatches"]), (&1.into(), &1.into()));
    assert!(first.head.contains("x-request-id:"), "{}", first.head);

    receiver.wait_for(1).await;
    let sent = &receiver.requests()[0];
    assert_eq!(sent.header("X-Gitlab-Event"), Some("Push Hook"));
    assert_eq!(sent.header("X-Gitlab-Token"), Some("out"));

    let again = gateway.push("/in", "d-1", PUSH).await;
    assert_eq!((again.status, &again.body["status"]), (200, &"duplicate".into()));
    assert_eq!(again.body["id"], first.body["id"]);
    let other = gateway.push("/in/hub", "d-1", &PUSH.replace("ada", "eva")).await;
    assert_eq!(other.body["conflicts_with"], first.body["id"]);
    assert!(gateway.refusals().await.is_empty());
}

#[tokio::test]
async fn a_ping_is_taken_and_sent_nowhere() {
    let gateway = Running::start(&config(9)).await;
    let body = r#"{"zen":"Keep it small","hook_id":5}"#;
    let head = format!("POST /in/hub HTTP/1.1\r\nX-GitHub-Event: ping\r\n{}", signature(body));
    let answer = gateway.send(&head, body.as_bytes()).await;
    assert_eq!((answer.status, &answer.body["status"]), (200, &"ping".into()));
    assert_eq!(answer.body["dispatches"], 0);
}

#[tokio::test]
async fn what_is_refused_says_why_and_is_noted() {
    let gateway = Running::start(&format!("limits: {{ body: 3KB }}\n{}", config(9))).await;
    let signed = |body: &str| format!("POST /in/hub HTTP/1.1\r\n{}", signature(body));
    let check = async |head: String, body: &str, status: u16, message: &str| {
        let answer = gateway.send(&head, body.as_bytes()).await;
        assert_eq!(answer.status, status, "{answer:?}");
        let said = answer.body["message"].as_str().unwrap().to_owned();
        assert!(said.contains(message), "{said}");
        let noted = gateway.refusals().await.remove(0);
        assert_eq!((noted.status, noted.reason.as_str()), (status, said.as_str()));
        noted.headers
    };
    let head = "POST /in/hub HTTP/1.1\r\nX-Gitlab-Token: hush\r\nX-GitHub-Event: push";
    let noted = check(head.into(), PUSH, 401, "X-Hub-Signature-256 is missing").await;
    let noted = |name: &str| noted.iter().find(|(own, _)| own == name).map(|(_, value)| &**value);
    assert_eq!((noted("x-github-event"), noted("x-gitlab-token")), (Some("push"), Some("***")));
    check(signed("other"), PUSH, 401, "does not match").await;
    check(signed("{\n nonsense"), "{\n nonsense", 400, "line 2").await;
    check("POST /in/nobody HTTP/1.1".into(), PUSH, 404, "`nobody`").await;
    check("GET /in/hub HTTP/1.1".into(), "", 405, "POST").await;
    let gzip = format!("{}\r\nContent-Encoding: gzip", signed(PUSH));
    check(gzip, PUSH, 415, "gzip").await;
    let large = " ".repeat(3001);
    check(signed(&large), &large, 413, "3000 bytes").await;
    let query = format!("GET /in/hub?payload={} HTTP/1.1", "x".repeat(3000));
    check(query, "", 413, "3000 bytes").await;
    // Whoever asks first is told before it sends anything.
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    let head = "POST /in/hub HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nConnection: close\r\n";
    stream.write_all(format!("{head}Content-Length: 3001\r\n\r\n").as_bytes()).await.unwrap();
    assert_eq!(Answer::read(stream).await.status, 413);
    let chunks = format!("4\r\n1234\r\nfff\r\n{}\r\n0\r\n\r\n", " ".repeat(0xfff));
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    let head =
        "POST /in/hub HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked";
    stream.write_all(format!("{head}\r\n\r\n{chunks}").as_bytes()).await.unwrap();
    assert_eq!(Answer::read(stream).await.status, 413);
}

#[tokio::test]
async fn too_much_at_once_is_sent_away_to_come_again() {
    let limits = "limits: { body: 1KB, in_flight: 1KB }";
    let gateway = Running::start(&format!("{limits}\n{}", config(9))).await;
    // A body that stops halfway holds what came of it.
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    let head = "POST /in/hub HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n";
    stream.write_all(format!("{head}{}", " ".repeat(600)).as_bytes()).await.unwrap();
    let answer = loop {
        let answer = gateway.send("POST /in/hub HTTP/1.1", &[b' '; 600]).await;
        // Until the gateway has read the first, there is room for the second.
        if answer.status != 401 {
            break answer;
        }
    };
    assert_eq!((answer.status, &answer.body["reason"]), (503, &"busy".into()));
    assert!(answer.head.contains("retry-after: 1"), "{}", answer.head);
    let noted = gateway.refusals().await;
    assert!(noted.iter().all(|noted| noted.status == 401), "there is no hand free to note it");
    drop(stream);
    while gateway.push("/in/hub", "d", PUSH).await.status != 200 {}
}

#[tokio::test]
async fn says_that_it_lives_and_is_ready() {
    let gateway = Running::start(&config(9)).await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(gateway.send(&format!("GET {path} HTTP/1.1"), b"").await.status, 200);
    }
    assert_eq!(gateway.send("GET /nothing HTTP/1.1", b"").await.status, 404);
}

#[tokio::test]
async fn what_is_under_way_ends_before_the_gateway_does() {
    let gateway = Running::start(&config(9)).await;
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    let head = format!(
        "POST /in/hub HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nX-GitHub-Event: push\r\n{}\r\n\
         Content-Length: {}\r\n\r\n",
        signature(PUSH),
        PUSH.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The gateway asks for the body: the request is under way.
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.unwrap();
    gateway.stop.send(()).unwrap();
    stream.write_all(PUSH.as_bytes()).await.unwrap();
    let answer = Answer::read(stream).await;
    assert_eq!((answer.status, &answer.body["status"]), (200, &"accepted".into()));
    assert!(gateway.ended.await.unwrap(), "everything ended in time");
    assert!(TcpStream::connect(gateway.address).await.is_err(), "nobody listens any more");
}
