//! Forgeway's ingress inside another program: canonical, verified events from any forge.
//!
//! Two ways are shown. `/events` takes [`VerifiedEvents`] as an argument of its handler, like any
//! axum extractor. `/stack` is a tower stack of one's own: the stages that Forgeway has, and below
//! them a stage that is particular to this program. There is no store: whoever handles the events
//! answers the forge.
//!
//! ```sh
//! SECRET=in cargo run --example embed
//! forgeway send --forge gitea --event push --secret in http://127.0.0.1:3000/events
//! ```

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use forgeway::config::{Binding, Credential, Process, Source, Variables, Verify};
use forgeway::event::Kind;
use forgeway::ingress::{
    self, Detect, Normalize, Normalized, Received, Receiver, Reject, Sources, Stage,
    VerifiedEvents, last, stage,
};
use forgeway::mapping::Mappings;
use forgeway::secret::Secret;
use std::sync::Arc;
use tower::{ServiceBuilder, ServiceExt};

/// The order is the compiler's business: with two of the layers swapped this does not build.
type Stack = ingress::Staged<
    Detect,
    ingress::Staged<ingress::Verify, ingress::Staged<Normalize, ingress::Last<CountPushes>>>,
>;

/// A stage of this program: counts the pushes of a delivery.
struct CountPushes;

impl Stage for CountPushes {
    type Input = Normalized;
    type Output = usize;
    type Error = Reject;

    async fn run(&self, delivery: Normalized) -> Result<usize, Reject> {
        Ok(delivery.events().iter().filter(|event| event.kind == Some(Kind::Push)).count())
    }
}

/// One line for each event: `push.updated acme/rocket`.
async fn events(delivery: VerifiedEvents) -> String {
    let line = |event: &forgeway::event::Event| {
        let repository = event.repository.as_ref().and_then(|r| r.full_path.as_deref());
        format!("{} {}\n", event.key(), repository.unwrap_or("-"))
    };
    delivery.events().iter().map(line).collect()
}

async fn pushes(State(stack): State<Stack>, request: Request) -> Response {
    let counted = async {
        let received = Received::read(None, request, 1 << 20).await?;
        stack.oneshot(received).await
    };
    match counted.await {
        Ok(pushes) => (StatusCode::OK, format!("{pushes}\n")).into_response(),
        Err(reject) => reject.into_response(),
    }
}

/// Any forge that signs with this secret.
fn any_forge(mappings: &Mappings, secret: &Secret) -> Binding {
    let signed = mappings.forges().iter().filter(|forge| forge.verify.default.is_some());
    let credential = Credential { secrets: vec![secret.clone()], ..Credential::default() };
    let verify = Verify::AnyOf(vec![credential]);
    Binding::Auto(signed.map(|forge| (forge.name.clone(), verify.clone())).collect())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let secret = Process.variable("SECRET").ok_or_else(|| anyhow::anyhow!("set SECRET"))?;
    let mappings = Arc::new(Mappings::embedded()?);
    let binding = any_forge(&mappings, &Secret::new(secret));
    let receiver = Receiver::bound(&mappings, "any", binding.clone())?;

    let source = Source {
        name: "any".to_owned(),
        binding,
        body_detect: false,
        headers: forgeway::config::HeaderRules::default(),
        default: true,
        handshake: None,
    };
    let sources = Arc::new(Sources::new(&[source], mappings.forges())?);
    let stack = ServiceBuilder::new()
        .layer(stage(Detect::new(&sources, mappings.forges())))
        .layer(stage(ingress::Verify::new()))
        .layer(stage(Normalize::new(&mappings)))
        .service(last(CountPushes));

    let app = Router::new()
        .route("/events", post(events))
        .with_state(receiver)
        .merge(Router::new().route("/stack", post(pushes)).with_state(stack));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app).await?;
    Ok(())
}
