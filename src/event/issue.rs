//! Issues, and what sorts them: labels and milestones.

use super::people::User;
use super::record::{record, words};
use super::repository::Repository;
use crate::value::{Number, Time};

words! {
    /// Where a pull request or issue stands.
    State {
        /// Open.
        Open = "open",
        /// Closed, and not merged.
        Closed = "closed",
        /// Merged.
        Merged = "merged",
        /// Closed, because another took its place.
        Superseded = "superseded",
        /// Open, and locked while it is being merged.
        Locked = "locked",
    }
}

record! {
    /// A label.
    Label, "label" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// Its name.
        name: String,
        /// Its colour as six hexadecimal digits, without `#`.
        color: String,
        /// What it means.
        description: String,
        /// Its value, where labels are pairs of key and value.
        value: String,
        /// Whether it is the repository's or its group's, in the forge's word.
        scope: String,
        /// Whether the forge made it.
        default: bool,
        /// Its address in the forge's API.
        api_url: String,
        /// When it was created.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}

record! {
    /// A milestone.
    Milestone, "milestone" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// The number people see.
        number: Number,
        /// Its title.
        title: String,
        /// What it is for.
        description: String,
        /// Whether it is reached.
        state: State,
        /// When it should be reached.
        due_on: Time,
        /// How many issues are open.
        open_issues: i64,
        /// How many issues are closed.
        closed_issues: i64,
        /// Who made it.
        author: User,
        /// Its page.
        web_url: String,
        /// When it was created.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
        /// When it was reached.
        closed_at: Time,
    }
}

record! {
    /// An issue, or work item.
    Issue, "issue" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// The number people see; some forges give a name.
        number: Number,
        /// Its title.
        title: String,
        /// Its text.
        body: String,
        /// Where it stands.
        state: State,
        /// The step of its workflow, in the forge's word.
        status: String,
        /// Why it stands there, in the forge's word.
        state_reason: String,
        /// What sort of issue it is, in the forge's word.
        r#type: String,
        /// Whether only members see it.
        confidential: bool,
        /// Whether its conversation is locked.
        locked: bool,
        /// Why it is locked, in the forge's word.
        lock_reason: String,
        /// When its text was last edited.
        edited_at: Time,
        /// Who last edited its text.
        edited_by: User,
        /// Who last changed it.
        updated_by: User,
        /// Its priority, in the forge's word.
        priority: String,
        /// Its severity, in the forge's word.
        severity: String,
        /// Its weight.
        weight: i64,
        /// How it is getting on, in the forge's word.
        health: String,
        /// Its place among the others on a board.
        position: i64,
        /// The part of the product that it is about.
        component: String,
        /// The version of the product that it is about.
        version: String,
        /// How long it is meant to take, in seconds.
        time_estimate: i64,
        /// How long it took so far, in seconds.
        time_spent: i64,
        /// When it should be done: a date.
        due_on: String,
        /// When work on it should begin: a date.
        starts_on: String,
        /// The number of the issue it is part of.
        parent_number: Number,
        /// Who opened it.
        author: User,
        /// What the author is to the repository, in the forge's word.
        author_association: String,
        /// Who closed it.
        closed_by: User,
        /// Who it is assigned to.
        assignees: Vec<User>,
        /// Its labels.
        labels: Vec<Label>,
        /// Its milestone.
        milestone: Box<Milestone>,
        /// The pull request that it is, where a forge counts those among its issues.
        is_pull_request: bool,
        /// How many comments it has.
        comments: i64,
        /// How many voted for it.
        votes: i64,
        /// How many watch it.
        watchers: i64,
        /// Its page.
        web_url: String,
        /// Its address in the forge's API.
        api_url: String,
        /// When it was opened.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
        /// When it was closed.
        closed_at: Time,
    }
}

record! {
    /// What an issue was linked to.
    Link, "link" {
        /// What the other one is to the issue: `parent`, `child`, `blocks`, `blocked_by`, or the forge's word.
        relation: String,
        /// The other issue.
        issue: Issue,
        /// Where it is.
        repository: Repository,
    }
}
