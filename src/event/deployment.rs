//! What goes live: deployments, feature flags, and runs that somebody asks for.

use super::people::User;
use super::push::{Commit, Ref};
use super::record::{record, words};
use crate::value::Time;

words! {
    /// How a deployment stands.
    DeploymentState {
        /// It was asked for.
        Pending = "pending",
        /// It will run.
        Queued = "queued",
        /// It waits for somebody.
        Waiting = "waiting",
        /// It runs.
        Running = "running",
        /// It is live.
        Success = "success",
        /// It failed.
        Failure = "failure",
        /// It could not be tried.
        Error = "error",
        /// Somebody ended it.
        Canceled = "canceled",
        /// It was not needed.
        Skipped = "skipped",
        /// It is no longer live.
        Inactive = "inactive",
        /// Somebody said no.
        Rejected = "rejected",
    }
}

record! {
    /// A deployment and how it stands.
    Deployment, "deployment" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// What is deployed: a branch or tag, where the forge names it.
        r#ref: Ref,
        /// The commit that is deployed.
        sha: String,
        /// The beginning of the commit's hash, where the forge cuts it.
        sha_short: String,
        /// What is done: `deploy`, or the forge's word.
        task: String,
        /// Where it goes: `production`, say.
        environment: String,
        /// What sort of place that is, in the forge's word.
        environment_tier: String,
        /// Where it is live.
        environment_url: String,
        /// What it is for.
        description: String,
        /// How it stands.
        state: DeploymentState,
        /// The forge's own word for it.
        raw_state: String,
        /// More about how it stands.
        state_description: String,
        /// The id of the event of its state, where those have ids.
        status_id: String,
        /// Who deploys.
        creator: User,
        /// What the deployer wants to know, as it was given.
        payload: serde_json::Value,
        /// The id of the job or run that deploys.
        job_id: String,
        /// The page of the job or run that deploys.
        log_url: String,
        /// The commit, where the forge sends it.
        commit: Box<Commit>,
        /// Who says yes or no, where somebody is asked.
        approver: User,
        /// What they said.
        comment: String,
        /// Whether it will be gone by itself.
        transient: bool,
        /// Whether people use it.
        production: bool,
        /// Its page.
        web_url: String,
        /// Its address in the forge's API.
        api_url: String,
        /// When it was asked for.
        created_at: Time,
        /// When its state last changed.
        updated_at: Time,
    }
}

record! {
    /// A feature flag.
    FeatureFlag, "feature_flag" {
        /// The forge's id, as text.
        id: String,
        /// Its name.
        name: String,
        /// What it is for.
        description: String,
        /// Whether it is on.
        active: bool,
    }
}

record! {
    /// A run that somebody asks for through the forge.
    Trigger, "trigger" {
        /// What is asked for: the name of the event, chosen by whoever asks.
        name: String,
        /// The workflow that should run.
        workflow: String,
        /// The branch or tag it should run for.
        r#ref: Ref,
        /// What was given along.
        payload: serde_json::Value,
    }
}
