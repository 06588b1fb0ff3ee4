//! The canonical model: what happened, the same whichever forge says it.
//!
//! Typed, versioned ([`SCHEMA_VERSION`]) and documented field by field. What a forge does not send
//! is absent: never a false zero, never an empty list. The model is public: it is what templates,
//! filters and scripts see, so fields are added and never renamed.

mod access;
mod account;
mod action;
mod alert;
mod board;
mod changes;
mod comment;
mod complete;
mod content;
mod deployment;
mod issue;
mod kind;
mod people;
mod pipeline;
mod pull_request;
mod push;
mod record;
mod release;
mod repository;
mod schema;
mod vocabulary;

pub use access::{BranchProtection, Key, Member, MergeGroup, Property, Token};
pub use account::{Group, Installation, Subscription};
pub use action::Action;
pub use alert::{Alert, AlertState, AlertType, Severity};
pub use board::{Board, BoardColumn, BoardItem};
pub use changes::{Change, Changes};
pub use comment::{Comment, CommentTarget, Inline, Reaction, Side, Snippet};
pub use content::{Discussion, WikiPage};
pub use deployment::{Deployment, DeploymentState, FeatureFlag, Trigger};
pub use issue::{Issue, Label, Link, Milestone, State};
pub use kind::Kind;
pub use people::{AccountKind, Organization, Team, User};
pub use pipeline::{
    Check, CommitState, CommitStatus, Conclusion, Job, Pipeline, RunStatus, Runner, Step,
};
pub use pull_request::{Branch, PullRequest, Review, ReviewState};
pub use push::{Commit, Push, Ref, RefType, Signature};
pub use release::{Asset, Package, Release};
pub use repository::{License, Repository, Visibility};
pub use schema::schema;

use crate::value::Time;
use record::record;

/// The version of the model. It rises when a meaning changes, not when a field is added.
pub const SCHEMA_VERSION: i64 = 1;

record! {
    /// Where an event came from.
    Source, "source" {
        /// The name of the source in the configuration.
        name: String,
        /// The forge, by the name of its mapping folder.
        forge: String,
        /// The address of the forge, where it says so.
        instance: String,
        /// The forge's id of the delivery, or the one made for it.
        delivery_id: String,
        /// The forge's id of the hook.
        hook_id: String,
        /// The forge's own word for the event.
        event: String,
        /// Which try of the forge this is, from 1.
        attempt: i64,
        /// The version of the forge, where it says so.
        version: String,
        /// Whether somebody only tries the hook out, and what it says did not happen.
        test: bool,
        /// When the delivery was received.
        received_at: Time,
    }
}

record! {
    /// How the delivery was verified.
    Auth, "auth" {
        /// The scheme that held, by its name in the forge's mapping; `none` when the source asks for none.
        scheme: String,
        /// Whether the scheme covers the body: a token alone does not.
        covers_body: bool,
    }
}

record! {
    /// The hook itself, in a ping.
    Hook, "hook" {
        /// The forge's id, as text.
        id: String,
        /// What it is for: a repository, an organization, an app.
        r#type: String,
        /// Its name.
        name: String,
        /// Whether it is switched on.
        active: bool,
        /// The events it asks for, in the forge's words.
        events: Vec<String>,
        /// Where it delivers to.
        url: String,
        /// The saying that came with it.
        zen: String,
    }
}

record! {
    /// An event that no mapping knows, in the forge's words.
    Raw, "raw" {
        /// The forge's name of the event.
        name: String,
        /// The forge's word for what was done.
        raw_action: String,
        /// Why no mapping took it.
        reason: String,
    }
}

record! {
    /// A canonical event.
    Event, "event" {
        /// The event's own id: made from the delivery's and the index.
        id: String,
        /// The version of the model: [`SCHEMA_VERSION`].
        schema_version: i64,
        /// What it is about.
        kind: Kind,
        /// What was done.
        action: Action,
        /// Its place within its delivery, from 0.
        index: i64,
        /// The kind that says the same thing in the same or another delivery: `push` beside a `ref`.
        companion_of: Kind,
        /// Where it came from.
        source: Source,
        /// How it was verified.
        auth: Auth,
        /// When it happened, where the forge says so.
        occurred_at: Time,
        /// Who did it.
        actor: User,
        /// Where.
        repository: Box<Repository>,
        /// The organization it belongs to.
        organization: Box<Organization>,
        /// The enterprise it belongs to.
        enterprise: Box<Organization>,
        /// Of a push.
        push: Box<Push>,
        /// Of a ref.
        r#ref: Ref,
        /// Of a pull request, its reviews and its comments.
        pull_request: Box<PullRequest>,
        /// Of an issue and its comments.
        issue: Box<Issue>,
        /// Of a review.
        review: Box<Review>,
        /// Of a comment.
        comment: Box<Comment>,
        /// Of a comment on a commit.
        commit: Box<Commit>,
        /// Of a comment on a snippet.
        snippet: Box<Snippet>,
        /// Of a discussion and its comments.
        discussion: Box<Discussion>,
        /// Of a reaction.
        reaction: Box<Reaction>,
        /// Of a release.
        release: Box<Release>,
        /// Of a package.
        package: Box<Package>,
        /// Of a pipeline.
        pipeline: Box<Pipeline>,
        /// Of a job.
        job: Box<Job>,
        /// Of a check.
        check: Box<Check>,
        /// Of a commit status.
        status: Box<CommitStatus>,
        /// Of a deployment.
        deployment: Box<Deployment>,
        /// Of a feature flag.
        feature_flag: Box<FeatureFlag>,
        /// Of a run that somebody asks for.
        trigger: Box<Trigger>,
        /// Of a merge queue.
        merge_queue: Box<MergeGroup>,
        /// Of a wiki page.
        wiki: Box<WikiPage>,
        /// The new repository, of a repository that was forked.
        fork: Box<Repository>,
        /// Of a member.
        member: Box<Member>,
        /// Of an account of the forge, or of one that an organization blocks.
        user: Box<User>,
        /// Of a group.
        group: Box<Group>,
        /// Of a key.
        key: Box<Key>,
        /// Of a token.
        token: Box<Token>,
        /// Of a branch protection.
        branch_protection: Box<BranchProtection>,
        /// Of a property.
        property: Box<Property>,
        /// Of an alert.
        alert: Box<Alert>,
        /// Of a board.
        board: Box<Board>,
        /// Of a column of a board.
        board_column: Box<BoardColumn>,
        /// Of something on a board.
        board_item: Box<BoardItem>,
        /// Of an installed app; beside other events, the one that the delivery is for.
        installation: Box<Installation>,
        /// Of a paid plan.
        subscription: Box<Subscription>,
        /// Of a hook or a ping.
        hook: Box<Hook>,
        /// Of what no mapping knows.
        raw: Raw,
        /// Of a label; of anything labeled, the label that was added or taken off.
        label: Box<Label>,
        /// Who was assigned or no longer is.
        assignee: Box<User>,
        /// Whose review was asked for or no longer is.
        reviewer: Box<User>,
        /// Of a team; of a review that was asked for, the team; of a member, the team joined or left.
        team: Box<Team>,
        /// Of a milestone; of anything milestoned, the milestone that was set or taken off.
        milestone: Box<Milestone>,
        /// What an issue was linked to or no longer is.
        link: Box<Link>,
        /// What an edit changed.
        changes: Changes,
        /// The paths of the fields that the forge did not send and a mapping made up.
        defaulted: Vec<String>,
        /// The paths of the fields that were inferred from others.
        inferred: Vec<String>,
    }
}

impl Event {
    /// The kind; an event without one does not leave normalization.
    pub fn kind_or_other(&self) -> Kind {
        self.kind.unwrap_or(Kind::Other)
    }

    /// The event as `kind.action`, the way routes name it.
    pub fn key(&self) -> String {
        let kind = self.kind_or_other();
        self.action.map_or_else(|| kind.to_string(), |action| format!("{kind}.{action}"))
    }
}
