//! Pull requests and their reviews.

use super::issue::{Label, Milestone, State};
use super::people::{Team, User};
use super::push::Commit;
use super::record::{record, words};
use super::repository::Repository;
use crate::value::{Number, Time};

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
        /// Begun, and not handed in.
        Pending = "pending",
    }
}

record! {
    /// One end of a pull request.
    Branch, "branch" {
        /// The name of the branch.
        r#ref: String,
        /// The commit it points to: the whole hash.
        sha: String,
        /// The beginning of the commit's hash, where the forge cuts it.
        sha_short: String,
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
        /// Why it stands there, in the words of whoever closed it or of the forge.
        state_reason: String,
        /// Whether it is a draft.
        draft: bool,
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
        /// Whether only members see it.
        confidential: bool,
        /// The topic that groups it with others.
        topic: String,
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
        /// The beginning of `before`, where the forge cuts hashes.
        before_short: String,
        /// The beginning of `after`, where the forge cuts hashes.
        after_short: String,
        /// The commit it was merged as.
        merge_commit_sha: String,
        /// The beginning of the hash it was merged as, where the forge cuts it.
        merge_commit_sha_short: String,
        /// How it was or is to be merged: `merge`, `squash`, `rebase`, or the forge's own word.
        merge_method: String,
        /// The commit at which both ends parted.
        merge_base_sha: String,
        /// The ref under which the forge keeps its head, such as `refs/pull/7/head`.
        head_ref: String,
        /// The ref under which the forge keeps its trial merge.
        merge_ref: String,
        /// Whether it can be merged.
        mergeable: bool,
        /// Whether it can be merged and why not, in the forge's word.
        mergeable_state: String,
        /// Whether it can be rebased.
        rebaseable: bool,
        /// Whether it is merged by itself as soon as it can be.
        auto_merge: bool,
        /// The commit that tries the merge out.
        test_merge_sha: String,
        /// Whether the base's maintainers may push to its branch.
        maintainer_can_modify: bool,
        /// Whether its branch goes when it is merged.
        delete_head_branch: bool,
        /// Whether it is its author's first to the repository.
        first_contribution: bool,
        /// When the forge had it ready for its checks.
        prepared_at: Time,
        /// Who opened it.
        author: User,
        /// What the author is to the repository, in the forge's word.
        author_association: String,
        /// Who merged it.
        merged_by: User,
        /// Who closed it.
        closed_by: User,
        /// Who it is assigned to.
        assignees: Vec<User>,
        /// Whose review is asked for.
        reviewers: Vec<User>,
        /// Who has reviewed it, and what they said last.
        reviews: Vec<Review>,
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
        /// How many comments there are on its lines.
        review_comments: i64,
        /// How many tasks in it are open.
        tasks: i64,
        /// How long it is meant to take, in seconds.
        time_estimate: i64,
        /// How long it took so far, in seconds.
        time_spent: i64,
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
        /// What the author is to the repository, in the forge's word.
        author_association: String,
        /// The commit that was looked at.
        commit_sha: String,
        /// The beginning of its hash, where the forge cuts it.
        commit_sha_short: String,
        /// Its page.
        web_url: String,
        /// What was voted, where the forge counts: such as `2`.
        vote: i64,
        /// What was voted on, where there are several things: such as `Code-Review`.
        vote_label: String,
        /// When it was handed in.
        submitted_at: Time,
    }
}
