//! A budget for the bytes of all bodies in hand, and reading a body within it.

use crate::ingress::Reject;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many bytes of bodies may be in memory at once. What does not fit is sent away to come again,
/// so that a flood ends in refusals and not in the end of the process.
#[derive(Debug, Clone)]
pub struct Budget(Arc<Semaphore>);

/// Bytes that are held; they are given back when this goes.
#[derive(Debug, Default)]
pub(super) struct Held(Option<OwnedSemaphorePermit>);

impl Budget {
    /// A budget of so many bytes.
    pub fn new(bytes: u64) -> Self {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        Self(Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))))
    }

    /// Reads a body of at most `limit` bytes. Only bytes that came are counted, so that nobody takes
    /// the budget by announcing a body and not sending it. `waits` says that the sender asked first
    /// and sends nothing until it is told to go on.
    pub(super) async fn read(
        &self,
        body: Body,
        limit: u64,
        waits: bool,
    ) -> Result<(Bytes, Held), Reject> {
        // A body that is announced as too large is not kept at all.
        if http_body::Body::size_hint(&body).lower() > limit {
            if !waits {
                drain(body, limit).await;
            }
            return Err(Reject::TooLarge(limit));
        }
        let (mut body, mut held, mut read) = (body, Held::default(), BytesMut::new());
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Reject::Incomplete)?.into_data() else { continue };
            let refused = match (read.len() + data.len()) as u64 > limit {
                true => Err(Reject::TooLarge(limit)),
                false => held.take(&self.0, data.len()),
            };
            if let Err(reject) = refused {
                // What came is let go first: it is no longer wanted.
                drop((held, read, data));
                drain(body, limit).await;
                return Err(reject);
            }
            read.extend_from_slice(&data);
        }
        Ok((read.freeze(), held))
    }
}

impl Held {
    fn take(&mut self, budget: &Arc<Semaphore>, bytes: usize) -> Result<(), Reject> {
        let bytes = u32::try_from(bytes).map_err(|_| Reject::Busy)?;
        let more = Arc::clone(budget).try_acquire_many_owned(bytes).map_err(|_| Reject::Busy)?;
        match &mut self.0 {
            Some(held) => held.merge(more),
            None => self.0 = Some(more),
        }
        Ok(())
    }
}

/// How long a sender that is refused may go on sending before it is answered.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads on for a while and keeps nothing: a sender that is cut off while it sends often never sees
/// the answer.
async fn drain(mut body: Body, limit: u64) {
    let mut left = limit;
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            let read = frame.data_ref().map_or(0, |data| data.len() as u64);
            match left.checked_sub(read) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    // Whoever does not come to an end is answered all the same.
    let _ = tokio::time::timeout(PATIENCE, reading).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body::Frame;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll};

    #[tokio::test]
    async fn holds_the_bytes_until_they_are_let_go() {
        let budget = Budget::new(10);
        let (read, held) = budget.read(Body::from("12345678"), 9, false).await.unwrap();
        assert_eq!(&read[..], b"12345678");
        assert_eq!(budget.read(Body::from("123"), 9, false).await.unwrap_err(), Reject::Busy);
        assert!(budget.read(Body::from("12"), 9, false).await.is_ok());
        drop(held);
        assert!(budget.read(Body::from("123456789"), 9, false).await.is_ok());
        let large = budget.read(Body::from("1234567890"), 9, false).await.unwrap_err();
        assert_eq!(large, Reject::TooLarge(9));
    }

    /// A body in chunks of six bytes.
    struct Chunks(Arc<AtomicUsize>);

    impl http_body::Body for Chunks {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
            let left = self.0.load(Ordering::Relaxed);
            if left == 0 {
                return Poll::Ready(None);
            }
            self.0.store(left - 1, Ordering::Relaxed);
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"123456")))))
        }
    }

    #[tokio::test]
    async fn whoever_is_refused_may_end_and_holds_nothing() {
        let budget = Budget::new(10);
        let left = Arc::new(AtomicUsize::new(5));
        let body = Body::new(Chunks(Arc::clone(&left)));
        assert_eq!(budget.read(body, 100, false).await.unwrap_err(), Reject::Busy);
        assert_eq!(left.load(Ordering::Relaxed), 0, "it is read to its end");
        assert!(budget.read(Body::from("1234567890"), 10, false).await.is_ok());
    }
}
