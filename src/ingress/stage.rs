//! A stage of a pipeline, and the one place that names `Layer`, `Service` and `poll_ready`.
//!
//! A stage is a plain type with one async function. [`stage()`] puts it into a
//! [`tower::ServiceBuilder`], above a service that takes what it produces; [`last()`] makes the
//! service at the bottom. A stage that is left out or misplaced does not compile:
//!
//! ```
//! # use forgeway::ingress::{Reject, Stage, last, stage};
//! # use tower::{ServiceBuilder, ServiceExt};
//! struct Measure;
//!
//! impl Stage for Measure {
//!     type Input = String;
//!     type Output = usize;
//!     type Error = Reject;
//!
//!     async fn run(&self, text: String) -> Result<usize, Reject> {
//!         Ok(text.len())
//!     }
//! }
//!
//! struct Double;
//!
//! impl Stage for Double {
//!     type Input = usize;
//!     type Output = usize;
//!     type Error = Reject;
//!
//!     async fn run(&self, number: usize) -> Result<usize, Reject> {
//!         Ok(2 * number)
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let stack = ServiceBuilder::new()
//!     .layer(stage(Measure)) // String -> usize
//!     .layer(stage(Double)) //  usize  -> usize
//!     .service(last(Double));
//! assert_eq!(stack.oneshot("four".to_owned()).await, Ok(16));
//! # });
//! ```
//!
//! ```compile_fail,E0599
//! # use forgeway::ingress::{Detect, Normalize, Verify, last, stage};
//! # fn stack(detect: Detect, normalize: Normalize) {
//! // error: `Detect` doesn't satisfy `<Detect as Stage>::Input = Verified`
//! tower::ServiceBuilder::new()
//!     .layer(stage(Verify::new()))
//!     .layer(stage(detect))
//!     .service(last(normalize));
//! # }
//! ```

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

/// A service that a stage can stand above: every service that takes what the stage gives.
#[diagnostic::on_unimplemented(
    message = "the stage below does not take `{Input}`: it is misplaced, or a stage between is missing",
    label = "this stack is out of order",
    note = "read it from top to bottom: each stage accepts only what the stage above it produces"
)]
pub trait Below<Input>: Service<Input> {}

impl<Input, S: Service<Input>> Below<Input> for S {}

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
pub struct Staged<S, B> {
    stage: Arc<S>,
    below: B,
}

/// See [`last()`].
#[derive(Debug)]
pub struct Last<S>(Arc<S>);

type Running<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

impl<S: Stage, B: Below<S::Output>> Layer<B> for StageLayer<S> {
    type Service = Staged<S, B>;

    fn layer(&self, below: B) -> Self::Service {
        Staged { stage: Arc::clone(&self.0), below }
    }
}

impl<S: Stage, B> Service<S::Input> for Staged<S, B>
where
    B: Service<S::Output, Error = S::Error> + Clone + Send + 'static,
    B::Future: Send,
    B::Response: Send + 'static,
{
    type Response = B::Response;
    type Error = S::Error;
    type Future = Running<B::Response, S::Error>;

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

impl<S, B: Clone> Clone for Staged<S, B> {
    fn clone(&self) -> Self {
        Self { stage: Arc::clone(&self.stage), below: self.below.clone() }
    }
}

impl<S> Clone for Last<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
