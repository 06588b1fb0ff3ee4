//! A stage of a pipeline, and the one place that names `Layer`, `Service` and `poll_ready`.
//!
//! A stage is a plain type with one async function. [`stage()`] puts it into a
//! [`tower::ServiceBuilder`], above a service that takes what it produces; [`last()`] makes the
//! service at the bottom. A stage that is left out or misplaced does not compile.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// One step of a pipeline.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no stage of a pipeline",
    label = "`stage()` and `last()` take a type that implements `Stage`",
    note = "each stage accepts only what the stage above it produces: look at their order"
)]
pub trait Stage: Send + Sync + 'static {
    /// What it takes: the state before it.
    type Input: Send + 'static;
    /// What it gives: the state after it.
    type Output: Send + 'static;
    /// Why it refuses.
    type Error: Send + 'static;

    /// Takes the input on to the next state.
    fn run(
        &self,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send;
}

/// A layer that runs a stage before the service below it.
pub fn stage<S: Stage>(stage: S) -> StageLayer<S> {
    StageLayer(Arc::new(stage))
}

/// The service at the bottom of a stack: a stage with nothing below it.
pub fn last<S: Stage>(stage: S) -> Last<S> {
    Last(Arc::new(stage))
}

/// See [`stage()`].
#[derive(Debug)]
pub struct StageLayer<S>(Arc<S>);

/// A stage and the service below it.
#[derive(Debug)]
pub struct Staged<S, Below> {
    stage: Arc<S>,
    below: Below,
}

/// See [`last()`].
#[derive(Debug)]
pub struct Last<S>(Arc<S>);

type Running<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

impl<S: Stage, Below> Layer<Below> for StageLayer<S>
where
    Below: Service<S::Output>,
{
    type Service = Staged<S, Below>;

    fn layer(&self, below: Below) -> Self::Service {
        Staged { stage: Arc::clone(&self.0), below }
    }
}

impl<S: Stage, Below> Service<S::Input> for Staged<S, Below>
where
    Below: Service<S::Output, Error = S::Error> + Clone + Send + 'static,
    Below::Future: Send,
    Below::Response: Send + 'static,
{
    type Response = Below::Response;
    type Error = S::Error;
    type Future = Running<Below::Response, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.below.poll_ready(context)
    }

    fn call(&mut self, input: S::Input) -> Self::Future {
        let stage = Arc::clone(&self.stage);
        // The service that was made ready goes with the call; its clone takes the next one.
        let clone = self.below.clone();
        let mut below = std::mem::replace(&mut self.below, clone);
        Box::pin(async move {
            let output = stage.run(input).await?;
            below.call(output).await
        })
    }
}

impl<S: Stage> Service<S::Input> for Last<S> {
    type Response = S::Output;
    type Error = S::Error;
    type Future = Running<S::Output, S::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, input: S::Input) -> Self::Future {
        let stage = Arc::clone(&self.0);
        Box::pin(async move { stage.run(input).await })
    }
}

impl<S> Clone for StageLayer<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S, Below: Clone> Clone for Staged<S, Below> {
    fn clone(&self) -> Self {
        Self { stage: Arc::clone(&self.stage), below: self.below.clone() }
    }
}

impl<S> Clone for Last<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
