//! What the kinds are about: pull requests, issues, comments, reviews and their parts.

use super::people::{Team, User};
use super::push::Commit;
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
        /// Open, and locked while it is being merged.
        Locked = "locked",
    }
}

words! {
    /// What a review says.
    ReviewState {
        /// Good.
        Approved = "approved",
        /// Not yet.
        ChangesRequested = "changes_requested",
        /// Neither.
        Commented = "commented",
        /// Set aside, or taken back.
        Dismissed = "dismissed",
    }
}

words! {
    /// What a comment stands on.
    CommentTarget {
        /// A pull request.
        PullRequest = "pull_request",
        /// An issue.
        Issue = "issue",
        /// A commit.
        Commit = "commit",
        /// A snippet.
        Snippet = "snippet",
        /// A discussion.
        Discussion = "discussion",
        /// A wiki page.
        Wiki = "wiki",
    }
}

words! {
    /// On which side of a difference a line stands.
    Side {
        /// The old one.
        Left = "left",
        /// The new one.
        Right = "right",
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
    /// One end of a pull request.
    Branch, "branch" {
        /// The name of the branch.
        r#ref: String,
        /// The commit it points to.
        sha: String,
        /// The name as the forge shows it, such as `owner:branch`.
        label: String,
        /// The repository it is in; absent when a fork is gone.
        repository: Box<Repository>,
        /// The account it belongs to.
        user: User,
    }
}

record! {
    /// A pull request, or merge request.
    PullRequest, "pull_request" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// The number people see.
        number: Number,
        /// Its title.
        title: String,
        /// Its text.
        body: String,
        /// Where it stands.
        state: State,
        /// Whether it is a draft.
        draft: bool,
        /// Whether its conversation is locked.
        locked: bool,
        /// Where the changes come from.
        head: Box<Branch>,
        /// Where they should go.
        base: Box<Branch>,
        /// Whether it comes from another repository. Inferred from both ends when absent.
        from_fork: bool,
        /// The head's commit before new commits came.
        before: String,
        /// The head's commit after new commits came.
        after: String,
        /// The commit it was merged as.
        merge_commit_sha: String,
        /// Whether it can be merged.
        mergeable: bool,
        /// Who opened it.
        author: User,
        /// Who merged it.
        merged_by: User,
        /// Who closed it.
        closed_by: User,
        /// Who it is assigned to.
        assignees: Vec<User>,
        /// Whose review is asked for.
        reviewers: Vec<User>,
        /// Which teams' reviews are asked for.
        teams: Vec<Team>,
        /// Its labels.
        labels: Vec<Label>,
        /// Its milestone.
        milestone: Box<Milestone>,
        /// How many commits it has.
        commits: i64,
        /// How many lines it adds.
        additions: i64,
        /// How many lines it removes.
        deletions: i64,
        /// How many files it changes.
        changed_files: i64,
        /// How many comments it has.
        comments: i64,
        /// The commit at its head, where the forge sends it whole.
        last_commit: Box<Commit>,
        /// Its page.
        web_url: String,
        /// Its changes as a difference.
        diff_url: String,
        /// Its changes as patches.
        patch_url: String,
        /// Its address in the forge's API.
        api_url: String,
        /// When it was opened.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
        /// When it was closed or merged.
        closed_at: Time,
        /// When it was merged.
        merged_at: Time,
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
        /// Why it stands there, in the forge's word.
        state_reason: String,
        /// What sort of issue it is, in the forge's word.
        r#type: String,
        /// Whether only members see it.
        confidential: bool,
        /// Whether its conversation is locked.
        locked: bool,
        /// Its severity, in the forge's word.
        severity: String,
        /// Its weight.
        weight: i64,
        /// When it should be done: a date.
        due_on: String,
        /// Who opened it.
        author: User,
        /// Who closed it.
        closed_by: User,
        /// Who it is assigned to.
        assignees: Vec<User>,
        /// Its labels.
        labels: Vec<Label>,
        /// Its milestone.
        milestone: Box<Milestone>,
        /// How many comments it has.
        comments: i64,
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
    /// The line that a comment stands on.
    Inline, "inline" {
        /// The file.
        path: String,
        /// The line in the new file.
        line: i64,
        /// The line in the old file.
        old_line: i64,
        /// The first line of a range.
        start_line: i64,
        /// The side of the difference.
        side: Side,
        /// The position within the difference, as GitHub counts it.
        position: i64,
        /// The commit that was looked at.
        commit_sha: String,
        /// The part of the difference around it.
        diff_hunk: String,
        /// The forge's own code for the line.
        line_code: String,
    }
}

record! {
    /// A comment. What it stands on is beside it in the event.
    Comment, "comment" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// What it stands on.
        target: CommentTarget,
        /// Its text.
        body: String,
        /// Who wrote it.
        author: User,
        /// Whether the forge wrote it.
        system: bool,
        /// The line it stands on; absent when it stands on the whole.
        inline: Box<Inline>,
        /// The thread it belongs to.
        thread_id: String,
        /// The comment it answers.
        in_reply_to: String,
        /// Whether its thread is resolved.
        resolved: bool,
        /// The review it belongs to.
        review_id: String,
        /// Its page.
        web_url: String,
        /// Its address in the forge's API.
        api_url: String,
        /// When it was written.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}

record! {
    /// A review.
    Review, "review" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// What it says.
        state: ReviewState,
        /// Its text.
        body: String,
        /// Who wrote it.
        author: User,
        /// The commit that was looked at.
        commit_sha: String,
        /// Its page.
        web_url: String,
        /// When it was handed in.
        submitted_at: Time,
    }
}

record! {
    /// A snippet, or gist.
    Snippet, "snippet" {
        /// The forge's id, as text.
        id: String,
        /// Its title.
        title: String,
        /// The name of its file.
        file_name: String,
        /// What it is.
        description: String,
        /// Who wrote it.
        author: User,
        /// Its page.
        web_url: String,
        /// When it was created.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}
