//! What runs on a commit: pipelines, their jobs, checks, and the status of a commit.

use super::people::User;
use super::push::{Commit, Ref};
use super::record::{record, words};
use super::repository::Repository;
use crate::value::{Number, Time};

words! {
    /// How far a run is.
    RunStatus {
        /// It will run.
        Queued = "queued",
        /// It waits for somebody or something.
        Waiting = "waiting",
        /// It runs.
        Running = "running",
        /// It has ended; how says the conclusion.
        Completed = "completed",
    }
}

words! {
    /// How a run ended.
    Conclusion {
        /// Well.
        Success = "success",
        /// Badly.
        Failure = "failure",
        /// Somebody ended it.
        Canceled = "canceled",
        /// It was not needed.
        Skipped = "skipped",
        /// Neither well nor badly.
        Neutral = "neutral",
        /// It took too long.
        TimedOut = "timed_out",
        /// Somebody has to do something.
        ActionRequired = "action_required",
        /// It could not be run.
        Error = "error",
        /// It was forgotten.
        Stale = "stale",
    }
}

words! {
    /// What a status says of a commit.
    CommitState {
        /// Nothing yet.
        Pending = "pending",
        /// Good.
        Success = "success",
        /// Bad.
        Failure = "failure",
        /// It could not be found out.
        Error = "error",
        /// Good, with something to look at.
        Warning = "warning",
        /// Somebody ended it.
        Canceled = "canceled",
        /// It was not needed.
        Skipped = "skipped",
    }
}

record! {
    /// A pipeline: a workflow that runs, or a build.
    Pipeline, "pipeline" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// The number people see.
        number: Number,
        /// The id of the workflow that it is a run of, as text.
        workflow_id: String,
        /// The id of the group of checks that it belongs to, as text.
        suite_id: String,
        /// Which try this is, from 1.
        attempt: i64,
        /// The name of the pipeline or workflow.
        name: String,
        /// What this run is called.
        title: String,
        /// The file that describes it.
        path: String,
        /// What set it off, in the forge's word.
        trigger: String,
        /// The branch or tag it runs for.
        r#ref: Ref,
        /// The commit it runs on.
        sha: String,
        /// The repository that the commit is in: another one for a fork.
        head_repository: Box<Repository>,
        /// The commit before.
        before: String,
        /// How far it is.
        status: RunStatus,
        /// How it ended.
        conclusion: Conclusion,
        /// The forge's own word for both.
        raw_status: String,
        /// The names of its stages, in order.
        stages: Vec<String>,
        /// Its jobs, as far as the forge lists them.
        jobs: Vec<Job>,
        /// The commit, where the forge sends it.
        commit: Box<Commit>,
        /// The number of the pull request it runs for.
        pull_request_number: Number,
        /// Whose event set it off, when that is told apart from the actor.
        triggered_by: User,
        /// When it was created.
        created_at: Time,
        /// When it began.
        started_at: Time,
        /// When it ended.
        completed_at: Time,
        /// When it was last changed.
        updated_at: Time,
        /// How long it ran, in seconds.
        duration: i64,
        /// How long it waited, in seconds.
        queued_duration: i64,
        /// Its page.
        web_url: String,
        /// Its address in the forge's API.
        api_url: String,
    }
}

record! {
    /// What a job runs on.
    Runner, "runner" {
        /// The forge's id, as text.
        id: String,
        /// Its name.
        name: String,
        /// The group it is in.
        group: String,
        /// What sort it is, in the forge's word.
        r#type: String,
        /// What it can run.
        labels: Vec<String>,
    }
}

record! {
    /// A step of a job.
    Step, "step" {
        /// Its place within the job, from 1.
        number: i64,
        /// Its name.
        name: String,
        /// How far it is.
        status: RunStatus,
        /// How it ended.
        conclusion: Conclusion,
        /// When it began.
        started_at: Time,
        /// When it ended.
        completed_at: Time,
    }
}

record! {
    /// A job of a pipeline.
    Job, "job" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// Its name.
        name: String,
        /// The stage it belongs to.
        stage: String,
        /// The id of its pipeline.
        pipeline_id: String,
        /// The name of its pipeline or workflow.
        pipeline_name: String,
        /// Which try this is, from 1.
        attempt: i64,
        /// The branch or tag it runs for.
        r#ref: Ref,
        /// The commit it runs on.
        sha: String,
        /// How far it is.
        status: RunStatus,
        /// How it ended.
        conclusion: Conclusion,
        /// The forge's own word for both.
        raw_status: String,
        /// Why it failed, in the forge's word.
        failure_reason: String,
        /// Whether the pipeline goes on when it fails.
        allow_failure: bool,
        /// Whether somebody has to start it.
        manual: bool,
        /// The environment it deploys to.
        environment: String,
        /// What it runs on.
        runner: Runner,
        /// What it needs to run on.
        labels: Vec<String>,
        /// Its steps.
        steps: Vec<Step>,
        /// The commit, where the forge sends it.
        commit: Box<Commit>,
        /// Whose job it is, when that is told apart from the actor.
        user: User,
        /// When it was created.
        created_at: Time,
        /// When it began.
        started_at: Time,
        /// When it ended.
        completed_at: Time,
        /// How long it ran, in seconds.
        duration: i64,
        /// How long it waited, in seconds.
        queued_duration: i64,
        /// Its page.
        web_url: String,
        /// Its address in the forge's API.
        api_url: String,
    }
}

record! {
    /// A check on a commit, or a suite of them.
    Check, "check" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// What it is: `run`, or `suite` for all that one app runs on a commit.
        r#type: String,
        /// Its name.
        name: String,
        /// The name of the app that runs it.
        app: String,
        /// The app's id, as text.
        app_id: String,
        /// The id of the suite it belongs to.
        suite_id: String,
        /// The app's own id for it.
        external_id: String,
        /// The branch it runs for.
        r#ref: Ref,
        /// The commit it runs on.
        sha: String,
        /// The commit before.
        before: String,
        /// How far it is.
        status: RunStatus,
        /// How it ended.
        conclusion: Conclusion,
        /// The forge's own word for both.
        raw_status: String,
        /// The heading of what it found.
        title: String,
        /// What it found.
        summary: String,
        /// What it found, at length.
        text: String,
        /// The number of the pull request it runs for.
        pull_request_number: Number,
        /// What somebody asked it to do, in the app's word.
        requested_action: String,
        /// When it was created.
        created_at: Time,
        /// When it began.
        started_at: Time,
        /// When it ended.
        completed_at: Time,
        /// When it was last changed.
        updated_at: Time,
        /// The app's page about it.
        details_url: String,
        /// Its page.
        web_url: String,
        /// Its address in the forge's API.
        api_url: String,
    }
}

record! {
    /// A status of a commit.
    CommitStatus, "status" {
        /// The forge's id, as text.
        id: String,
        /// The commit.
        sha: String,
        /// What the status is about: what tells it from others of the commit.
        context: String,
        /// What people see instead.
        name: String,
        /// What it says of the commit.
        state: CommitState,
        /// The forge's own word for it.
        raw_state: String,
        /// More about it.
        description: String,
        /// The page with more about it.
        target_url: String,
        /// The branch or tag it was made for.
        r#ref: Ref,
        /// The branches that hold the commit.
        branches: Vec<String>,
        /// The commit, where the forge sends it.
        commit: Box<Commit>,
        /// Its address in the forge's API.
        api_url: String,
        /// When it was created.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}
