//! The worker's loop.

use super::attempt::attempt;
use super::handle::HandedOver;
use super::places::{Held, Place};
use super::retention::keep_pruning;
use super::{Shared, Worker};
use crate::store::{Claim, Claimed};
use jiff::Timestamp;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

/// The longest sleep: a wake-up that got lost costs no more than this.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// The pause after the store failed.
const STORE_TROUBLE: Duration = Duration::from_secs(1);

impl Worker {
    /// Works until `shutdown`; then begins no new attempt, lets those in flight end within the time the
    /// settings give them, and hands back the leases of the rest.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) {
        let Self { shared, handed_over } = self;
        let pruner = Arc::clone(&shared);
        let pruner = tokio::spawn(async move { keep_pruning(&pruner).await });
        let renewer = Arc::clone(&shared);
        let renewer = tokio::spawn(async move { keep_renewing(&renewer).await });
        let mut worker = Loop { shared, attempts: JoinSet::new(), due: Some(Timestamp::MIN) };
        worker.work(handed_over, shutdown).await;
        worker.finish().await;
        renewer.abort();
        // Its last batch is one transaction: it ends or it never was.
        pruner.abort();
    }
}

struct Loop {
    shared: Arc<Shared>,
    attempts: JoinSet<Option<Timestamp>>,
    /// When something in the store becomes due.
    due: Option<Timestamp>,
}

impl Loop {
    async fn work(
        &mut self,
        mut handed_over: UnboundedReceiver<HandedOver>,
        shutdown: impl Future<Output = ()> + Send,
    ) {
        let mut shutdown = std::pin::pin!(shutdown);
        let shared = Arc::clone(&self.shared);
        let mut open = true;
        loop {
            let alarm = self.alarm();
            tokio::select! {
                () = &mut shutdown => return,
                next = handed_over.recv(), if open => match next {
                    Some(HandedOver { claimed, place, held }) => {
                        self.begin(claimed, Some(place), held);
                    }
                    // Whoever accepts is gone; what is in the store still has to be sent.
                    None => open = false,
                },
                Some(ended) = self.attempts.join_next() => {
                    self.ended(ended);
                    if shared.places.wants_more() {
                        self.claim().await;
                    }
                }
                () = shared.wake.notified() => self.claim().await,
                () = tokio::time::sleep_until(alarm) => self.claim().await,
            }
        }
    }

    fn alarm(&self) -> Instant {
        let wait = match self.due {
            Some(due) => Duration::try_from(due.duration_since(Timestamp::now()))
                .unwrap_or(Duration::ZERO)
                .min(LONGEST_SLEEP),
            None => LONGEST_SLEEP,
        };
        Instant::now() + wait
    }

    fn ended(&mut self, ended: Result<Option<Timestamp>, JoinError>) {
        match ended {
            Ok(Some(again)) => {
                self.due = Some(self.due.map_or(again, |due| due.min(again)));
            }
            Ok(None) => {}
            // Its lease is no longer renewed: it will be claimed again.
            Err(error) => tracing::error!(%error, "an attempt ended without a result"),
        }
    }

    /// Claims what is due and there is room for, and begins with it.
    async fn claim(&mut self) {
        let places = &self.shared.places;
        let quota = places.quota();
        let total = places.total();
        let claim = Claim {
            now: Timestamp::now(),
            lease: self.shared.settings.lease,
            total,
            // What waits for a target that is not configured is looked at one by one.
            per_target: 1,
            quota: quota.clone(),
        };
        match self.shared.store.claim(claim).await {
            Ok(claims) => {
                let mut got = HashMap::new();
                for claimed in &claims.claimed {
                    *got.entry(claimed.dispatch.target.as_str()).or_insert(0) += 1;
                }
                places.note_claimed(&quota, &got);
                if claims.claimed.len() == total {
                    places.note_cut_short();
                }
                self.due = claims.next_due;
                for claimed in claims.claimed {
                    let held = self.shared.places.hold(&claimed.dispatch.target);
                    self.begin(claimed, None, held);
                }
            }
            Err(error) => {
                tracing::error!(%error, "nothing could be claimed from the store");
                self.due = Timestamp::now().checked_add(STORE_TROUBLE).ok();
            }
        }
    }

    fn begin(&mut self, claimed: Claimed, place: Option<Place>, held: Held) {
        let lease = self.shared.leases.hold(claimed.dispatch.id, claimed.lease);
        self.attempts.spawn(attempt(Arc::clone(&self.shared), claimed, place, held, lease));
    }

    /// Waits for what is in flight, but not forever.
    async fn finish(mut self) {
        self.shared.stop.cancel();
        let patience = self.shared.settings.shutdown;
        let all = async { while self.attempts.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, all).await.is_ok() {
            return;
        }
        let left = self.shared.leases.all();
        tracing::warn!(
            attempts = left.len(),
            "the shutdown no longer waits; they will be repeated"
        );
        self.attempts.shutdown().await;
        if let Err(error) = self.shared.store.release(left, Timestamp::now()).await {
            tracing::warn!(%error, "leases could not be given back; they end by themselves");
        }
    }
}

/// Renews all leases well before they end.
async fn keep_renewing(shared: &Shared) {
    let lease = shared.settings.lease;
    loop {
        tokio::time::sleep(lease / 3).await;
        let leases = shared.leases.all();
        if leases.is_empty() {
            continue;
        }
        let until = Timestamp::now().checked_add(lease).unwrap_or(Timestamp::MAX);
        if let Err(error) = shared.store.renew(leases, until).await {
            tracing::error!(%error, "leases could not be renewed");
        }
    }
}
