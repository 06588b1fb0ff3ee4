//! What was done: one closed set of words for every kind.

use super::record::words;

words! {
    /// What was done. Which kind knows which actions says [`Kind::actions`](super::Kind::actions).
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
        /// It was linked to another.
        Linked = "linked",
        /// It is no longer linked to another.
        Unlinked = "unlinked",
        /// It was taken back out of the bin or the archive.
        Restored = "restored",
        /// Everybody can see it.
        Published = "published",
        /// It went back to being a draft.
        Unpublished = "unpublished",
        /// It was taken back.
        Withdrawn = "withdrawn",
        /// It will run.
        Queued = "queued",
        /// It runs.
        Started = "started",
        /// It has ended.
        Completed = "completed",
        /// Somebody asks for it.
        Requested = "requested",
        /// Somebody said yes.
        Approved = "approved",
        /// Somebody said no.
        Rejected = "rejected",
        /// It has another name.
        Renamed = "renamed",
        /// It is read-only for good.
        Archived = "archived",
        /// It can be written to again.
        Unarchived = "unarchived",
        /// Everybody may see it.
        Publicized = "publicized",
        /// Not everybody may see it any more.
        Privatized = "privatized",
        /// Somebody made a fork of it.
        Forked = "forked",
        /// Somebody starred it.
        Starred = "starred",
        /// Somebody took their star back.
        Unstarred = "unstarred",
        /// It was brought in from elsewhere.
        Imported = "imported",
        /// It could not be brought in from elsewhere.
        ImportFailed = "import_failed",
        /// An answer was chosen.
        Answered = "answered",
        /// The answer is no longer one.
        Unanswered = "unanswered",
        /// It was filed elsewhere.
        CategoryChanged = "category_changed",
        /// Somebody was invited.
        Invited = "invited",
        /// It may now work on a repository.
        AddedToRepository = "added_to_repository",
        /// It may no longer work on a repository.
        RemovedFromRepository = "removed_from_repository",
        /// Somebody was blocked.
        Blocked = "blocked",
        /// Somebody is no longer blocked.
        Unblocked = "unblocked",
        /// Somebody could not sign in.
        LoginFailed = "login_failed",
        /// It was switched on.
        Enabled = "enabled",
        /// It was switched off.
        Disabled = "disabled",
        /// It is gone, or dealt with.
        Fixed = "fixed",
        /// It was found where everybody can see it.
        Leaked = "leaked",
        /// It was found to work.
        Validated = "validated",
        /// It was stopped for a while.
        Suspended = "suspended",
        /// It works again.
        Unsuspended = "unsuspended",
        /// Its rights were taken away.
        Revoked = "revoked",
        /// It sees more repositories.
        RepositoriesAdded = "repositories_added",
        /// It sees fewer repositories.
        RepositoriesRemoved = "repositories_removed",
        /// It stands elsewhere.
        Moved = "moved",
        /// It became something else.
        Converted = "converted",
        /// It will not be, or no longer.
        Canceled = "canceled",
        /// It will change.
        ChangeScheduled = "change_scheduled",
        /// It will not change after all.
        ChangeUnscheduled = "change_unscheduled",
        /// It will end soon.
        Expiring = "expiring",
        /// It now counts for more.
        Promoted = "promoted",
        /// It arrived.
        Received = "received",
    }
}
