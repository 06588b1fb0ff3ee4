//! A receiver that records what it is sent, byte for byte, and answers as it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};

/// A request as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The request line and the headers.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The value of a header, found by its exact case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let start = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(&start))
    }
}

/// What the receiver answers.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// These bytes, and the connection is closed.
    Text(String),
    /// These bytes first, then one more each time so much time has passed.
    Drip(String, Duration),
    /// Nothing, for as long as the sender waits.
    Silence,
    /// An empty answer with this status, once there is a permit for it.
    WhenTold(u16, Arc<Semaphore>),
}

impl Reply {
    /// An empty answer with this status and these further header lines.
    pub(crate) fn status(status: u16, lines: &str) -> Self {
        Self::Text(format!(
            "HTTP/1.1 {status} Said\r\n{lines}Content-Length: 0\r\nConnection: close\r\n\r\n"
        ))
    }
}

/// A receiver on a port of its own.
#[derive(Debug)]
pub(crate) struct Receiver {
    /// Its port.
    pub(crate) port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    came: Arc<Notify>,
}

impl Receiver {
    /// Starts one that gives these answers in turn, and the last one from then on.
    pub(crate) async fn start(replies: Vec<Reply>) -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").await.unwrap(), replies)
    }

    /// Starts one on a listener that is there already.
    pub(crate) fn listen(listener: TcpListener, replies: Vec<Reply>) -> Self {
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let recorded = Arc::clone(&requests);
        let came = Arc::new(Notify::new());
        let coming = Arc::clone(&came);
        tokio::spawn(async move {
            let mut turn = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let reply = replies[turn.min(replies.len() - 1)].clone();
                turn += 1;
                tokio::spawn(serve(stream, reply, Arc::clone(&recorded), Arc::clone(&coming)));
            }
        });
        Self { port, requests, came }
    }

    /// Waits until so many requests came.
    pub(crate) async fn wait_for(&self, requests: usize) {
        while self.requests.lock().unwrap().len() < requests {
            self.came.notified().await;
        }
    }

    /// What came so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    reply: Reply,
    requests: Arc<Mutex<Vec<Request>>>,
    came: Arc<Notify>,
) {
    let mut bytes = Vec::new();
    let request = loop {
        let mut chunk = [0; 16 * 1024];
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return,
        }
        if let Some(request) = whole(&bytes) {
            break request;
        }
    };
    requests.lock().unwrap().push(request);
    came.notify_one();
    match reply {
        Reply::Text(text) => drop(stream.write_all(text.as_bytes()).await),
        Reply::Drip(text, pause) => {
            let mut sent = stream.write_all(text.as_bytes()).await;
            while sent.is_ok() {
                tokio::time::sleep(pause).await;
                sent = stream.write_all(b"x").await;
            }
        }
        Reply::WhenTold(status, permits) => {
            permits.acquire().await.unwrap().forget();
            let Reply::Text(text) = Reply::status(status, "") else { return };
            drop(stream.write_all(text.as_bytes()).await);
        }
        Reply::Silence => {
            // Ends when the sender gives up and closes.
            let _ = stream.read(&mut [0; 1]).await;
        }
    }
}

fn whole(bytes: &[u8]) -> Option<Request> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().ok())?
    });
    let body = bytes[end + 4..].to_vec();
    (body.len() >= length.unwrap_or(0)).then_some(Request { head, body })
}
