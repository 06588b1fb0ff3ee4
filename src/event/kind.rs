//! What happened: the kinds of events and the actions of each.

use super::record::words;

words! {
    /// What an event is about.
    Kind {
        /// One ref moved, appeared or went.
        Push = "push",
        /// A forge's own word for a branch or tag that appeared or went.
        Ref = "ref",
        /// A pull request, or a merge request.
        PullRequest = "pull_request",
        /// A review of a pull request.
        Review = "review",
        /// A comment on something.
        Comment = "comment",
        /// An issue, or a work item.
        Issue = "issue",
        /// The forge tries the hook out.
        Ping = "ping",
        /// Anything that no mapping knows.
        Other = "other",
    }
}

words! {
    /// What was done. Which kind knows which actions says [`Kind::actions`].
    Action {
        /// It came to be.
        Created = "created",
        /// It changed, or the forge does not say what changed.
        Updated = "updated",
        /// It is gone.
        Deleted = "deleted",
        /// It was opened.
        Opened = "opened",
        /// Its text or settings were changed.
        Edited = "edited",
        /// Its source branch has new commits.
        Synchronized = "synchronized",
        /// It was closed, and not merged.
        Closed = "closed",
        /// It was merged; never also `closed`.
        Merged = "merged",
        /// It was opened again.
        Reopened = "reopened",
        /// A label was added.
        Labeled = "labeled",
        /// A label was taken off.
        Unlabeled = "unlabeled",
        /// Somebody was assigned.
        Assigned = "assigned",
        /// Somebody is no longer assigned.
        Unassigned = "unassigned",
        /// A review was asked for.
        ReviewRequested = "review_requested",
        /// A review is no longer asked for.
        ReviewRequestRemoved = "review_request_removed",
        /// It is no longer a draft.
        ReadyForReview = "ready_for_review",
        /// It became a draft.
        ConvertedToDraft = "converted_to_draft",
        /// It was put into a milestone.
        Milestoned = "milestoned",
        /// It was taken out of its milestone.
        Demilestoned = "demilestoned",
        /// Its conversation was locked.
        Locked = "locked",
        /// Its conversation was unlocked.
        Unlocked = "unlocked",
        /// It merges by itself once it may.
        AutoMergeEnabled = "auto_merge_enabled",
        /// It no longer merges by itself.
        AutoMergeDisabled = "auto_merge_disabled",
        /// It entered the merge queue.
        Enqueued = "enqueued",
        /// It left the merge queue.
        Dequeued = "dequeued",
        /// A review was handed in.
        Submitted = "submitted",
        /// A review was set aside.
        Dismissed = "dismissed",
        /// A thread was resolved.
        Resolved = "resolved",
        /// A thread was opened again.
        Unresolved = "unresolved",
        /// It was pinned.
        Pinned = "pinned",
        /// It is no longer pinned.
        Unpinned = "unpinned",
        /// It moved to another repository.
        Transferred = "transferred",
        /// It was given a type.
        Typed = "typed",
        /// Its type was taken away.
        Untyped = "untyped",
        /// It arrived.
        Received = "received",
    }
}

impl Kind {
    /// The actions that this kind knows.
    pub fn actions(self) -> &'static [Action] {
        use Action::{
            Assigned, AutoMergeDisabled, AutoMergeEnabled, Closed, ConvertedToDraft, Created,
            Deleted, Demilestoned, Dequeued, Dismissed, Edited, Enqueued, Labeled, Locked, Merged,
            Milestoned, Opened, Pinned, ReadyForReview, Received, Reopened, Resolved,
            ReviewRequestRemoved, ReviewRequested, Submitted, Synchronized, Transferred, Typed,
            Unassigned, Unlabeled, Unlocked, Unpinned, Unresolved, Untyped, Updated,
        };
        match self {
            Self::Push => &[Created, Updated, Deleted],
            Self::Ref => &[Created, Deleted],
            Self::PullRequest => &[
                Opened,
                Edited,
                Synchronized,
                Closed,
                Merged,
                Reopened,
                Labeled,
                Unlabeled,
                Assigned,
                Unassigned,
                ReviewRequested,
                ReviewRequestRemoved,
                ReadyForReview,
                ConvertedToDraft,
                Milestoned,
                Demilestoned,
                Locked,
                Unlocked,
                AutoMergeEnabled,
                AutoMergeDisabled,
                Enqueued,
                Dequeued,
                Deleted,
                Updated,
            ],
            Self::Review => &[Submitted, Edited, Dismissed],
            Self::Comment => &[Created, Edited, Deleted, Resolved, Unresolved],
            Self::Issue => &[
                Opened,
                Edited,
                Closed,
                Reopened,
                Labeled,
                Unlabeled,
                Assigned,
                Unassigned,
                Milestoned,
                Demilestoned,
                Locked,
                Unlocked,
                Pinned,
                Unpinned,
                Transferred,
                Deleted,
                Typed,
                Untyped,
                Updated,
            ],
            Self::Ping | Self::Other => &[Received],
        }
    }

    /// The paths without which an event of this kind means nothing.
    pub fn mandatory(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Push => &[&["repository", "full_path"], &["push", "ref", "name"]],
            Self::Ref => &[&["repository", "full_path"], &["ref", "name"]],
            Self::PullRequest => &[&["pull_request", "number"]],
            Self::Review => &[&["review", "state"], &["pull_request", "number"]],
            Self::Comment => &[&["comment", "target"]],
            Self::Issue => &[&["issue", "number"]],
            // What no mapping knows is named by Forgeway itself.
            Self::Ping | Self::Other => &[],
        }
    }
}
