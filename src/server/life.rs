//! The life of a gateway: everything is made from the configuration, runs, and ends in order.

use super::{App, Budget, app, serve};
use crate::config::{Config, StoreAddress};
use crate::egress::{Client, egress};
use crate::ingress::route::Routes;
use crate::ingress::{Gateway, Normalize, Route, SourceFault, Sources, ingress};
use crate::mapping::Mappings;
use crate::store::{DedupeRule, SqliteStore, Store, StoreError};
use crate::template::Templates;
use crate::worker::{Handle, Settings, Worker, reprocess};
use jiff::{SignedDuration, Timestamp};
use std::future::Future;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A source cannot be set up.
    #[error(transparent)]
    Source(#[from] SourceFault),
    /// The machine lacks what sending needs.
    #[error("nothing can be sent from this machine: {0}")]
    Client(#[from] reqwest::Error),
}

/// A gateway that is set up and not yet running.
pub struct Prepared {
    gateway: Gateway,
    worker: Worker,
    handle: Handle,
    app: axum::Router,
    config: Config,
}

impl Prepared {
    /// Sets a gateway up: opens its store and makes its stages. Nothing runs yet.
    ///
    /// # Errors
    /// What is missing or wrong.
    pub fn new(
        config: Config,
        mappings: Arc<Mappings>,
        templates: &Arc<Templates>,
    ) -> Result<Self, StartError> {
        let sources = Arc::new(Sources::new(&config.sources, mappings.forges())?);
        let routes = Arc::new(Routes::new(&config, &mappings));
        let StoreAddress::Sqlite(path) = &config.store;
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(path)?);
        let egress = egress(&mappings, templates, &routes, &store, &Client::new()?);
        let targets = config.targets.iter().cloned().map(Arc::new);
        let (worker, handle) =
            Worker::new(Arc::clone(&store), egress, targets, Settings::of(&config));
        let dedupe = DedupeRule { window: config.limits.duplicate_window, ..DedupeRule::default() };
        let worker_handle = Some(handle.clone());
        let secret_headers = sources.secret_headers().into();
        let gateway = Gateway { sources, mappings, routes, store, dedupe, worker: worker_handle };
        let app = app(App {
            ingress: ingress(&gateway),
            sources: Arc::clone(&gateway.sources),
            store: Arc::clone(&gateway.store),
            forges: gateway.mappings.forges().into(),
            secret_headers,
            budget: Budget::new(config.limits.in_flight),
            body_limit: config.limits.body,
        });
        Ok(Self { gateway, worker, handle, app, config })
    }

    /// Where its deliveries are kept.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.gateway.store
    }

    /// Runs until `shutdown` resolves. Then it ends in the order of the way: no more requests, then no
    /// more attempts, then the store. Gives whether all that was under way ended in time.
    pub async fn run(self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> bool {
        let Self { gateway, worker, handle, app, config } = self;
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let worker = tokio::spawn(async move { worker.run(stopped.cancelled()).await });
        let second_try = tokio::spawn(try_again(gateway, handle, config.clone()));

        let drained = serve(listener, app, shutdown, config.limits.shutdown).await;
        second_try.abort();
        stop.cancel();
        let ended = worker.await;
        if let Err(error) = &ended {
            tracing::error!(%error, "the worker did not end as it should");
        }
        drained && ended.is_ok()
    }
}

/// What failed under the mappings or the configuration of an earlier run may succeed under these.
async fn try_again(gateway: Gateway, handle: Handle, config: Config) {
    let age = SignedDuration::try_from(config.retention.age).unwrap_or(SignedDuration::MAX);
    let since = Timestamp::now().checked_sub(age).unwrap_or(Timestamp::MIN);
    let Gateway { store, mappings, routes, .. } = gateway;
    let (normalize, route) = (Normalize::new(&mappings), Route::new(&routes));
    match reprocess(&*store, &mappings, &normalize, &route, since).await {
        Ok(done) if done.mended + done.requeued > 0 => {
            tracing::info!(done.mended, done.requeued, "what had failed is under way again");
            handle.wake();
        }
        Ok(_) => {}
        Err(error) => tracing::error!(%error, "what had failed could not be looked at"),
    }
}
