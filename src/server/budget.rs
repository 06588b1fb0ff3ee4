//! A budget for the bytes of all bodies in hand, and reading a body within it.

use crate::ingress::Reject;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use std::sync::Arc;
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
    /// the budget by announcing a body and not sending it.
    pub(super) async fn read(&self, body: Body, limit: u64) -> Result<(Bytes, Held), Reject> {
        // A body that is announced as too large is not read at all.
        if http_body::Body::size_hint(&body).lower() > limit {
            drain(body, limit).await;
            return Err(Reject::TooLarge(limit));
        }
        let (mut body, mut held, mut read) = (body, Held::default(), BytesMut::new());
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Reject::Incomplete)?.into_data() else { continue };
            if (read.len() + data.len()) as u64 > limit {
                drain(body, limit).await;
                return Err(Reject::TooLarge(limit));
            }
            held.take(&self.0, data.len())?;
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

/// Reads on for a while and keeps nothing: a sender that is cut off while it sends often never sees
/// the answer.
async fn drain(mut body: Body, limit: u64) {
    let mut left = limit;
    while let Some(Ok(frame)) = body.frame().await {
        let read = frame.data_ref().map_or(0, |data| data.len() as u64);
        match left.checked_sub(read) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn holds_the_bytes_until_they_are_let_go() {
        let budget = Budget::new(10);
        let (read, held) = budget.read(Body::from("12345678"), 9).await.unwrap();
        assert_eq!(&read[..], b"12345678");
        assert_eq!(budget.read(Body::from("123"), 9).await.unwrap_err(), Reject::Busy);
        assert!(budget.read(Body::from("12"), 9).await.is_ok());
        drop(held);
        assert!(budget.read(Body::from("123456789"), 9).await.is_ok());
        let large = budget.read(Body::from("1234567890"), 9).await.unwrap_err();
        assert_eq!(large, Reject::TooLarge(9));
    }
}
