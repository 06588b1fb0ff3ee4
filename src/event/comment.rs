//! Comments, what they stand on, and reactions.

use super::people::User;
use super::record::{record, words};
use crate::value::Time;

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
        /// A release.
        Release = "release",
        /// A security alert.
        Alert = "alert",
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
        /// Whether what it stands on has changed since.
        outdated: bool,
        /// The side of the difference.
        side: Side,
        /// The position within the difference, as GitHub counts it.
        position: i64,
        /// The commit that was looked at.
        commit_sha: String,
        /// The line it was written on, in the commit it was written on.
        original_line: i64,
        /// The first line of that range.
        original_start_line: i64,
        /// The position it was written on, as GitHub counts it.
        original_position: i64,
        /// The commit it was written on.
        original_commit_sha: String,
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
        /// What the author is to the repository, in the forge's word.
        author_association: String,
        /// Whether the forge wrote it.
        system: bool,
        /// Whether only members see it.
        confidential: bool,
        /// Its text before an edit.
        old_body: String,
        /// The line it stands on; absent when it stands on the whole.
        inline: Box<Inline>,
        /// The thread it belongs to.
        thread_id: String,
        /// The comment it answers.
        in_reply_to: String,
        /// Whether its thread is resolved.
        resolved: bool,
        /// Who resolved its thread.
        resolved_by: User,
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

record! {
    /// A reaction: an emoji under something. What it stands under is beside it in the event.
    Reaction, "reaction" {
        /// The forge's id, as text.
        id: String,
        /// The name of the emoji, without colons.
        name: String,
        /// What it stands under; under a comment, what the comment stands on.
        target: CommentTarget,
        /// Who reacted.
        user: User,
        /// The page of what it stands under.
        web_url: String,
        /// When it was given.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}
