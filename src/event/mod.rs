//! The canonical model: what happened, the same whichever forge says it.
//!
//! Typed, versioned ([`SCHEMA_VERSION`]) and documented field by field. What a forge does not send
//! is absent: never a false zero, never an empty list. The model is public: it is what templates,
//! filters and scripts see, so fields are added and never renamed.

mod changes;
mod complete;
mod kind;
mod people;
mod push;
mod record;
mod repository;
mod subject;

pub use changes::{Change, Changes};
pub use kind::{Action, Kind};
pub use people::{AccountKind, Organization, Team, User};
pub use push::{Commit, Push, Ref, RefType, Signature};
pub use repository::{Repository, Visibility};
pub use subject::{
    Branch, Comment, CommentTarget, Inline, Issue, Label, Milestone, PullRequest, Review,
    ReviewState, Side, Snippet, State,
};

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
        /// Of a ping.
        hook: Box<Hook>,
        /// Of what no mapping knows.
        raw: Raw,
        /// The label that was added or taken off.
        label: Label,
        /// Who was assigned or no longer is.
        assignee: User,
        /// Whose review was asked for or no longer is.
        reviewer: User,
        /// Which team's review was asked for or no longer is.
        team: Team,
        /// The milestone that was set or taken off.
        milestone: Box<Milestone>,
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
