//! Pushes, refs and commits.

use super::people::User;
use super::record::{record, words};
use crate::value::Time;

words! {
    /// What a ref is.
    RefType {
        /// A branch.
        Branch = "branch",
        /// A tag.
        Tag = "tag",
        /// Neither.
        Other = "other",
    }
}

record! {
    /// A branch or a tag. Each of name, type and full name is inferred from the others.
    Ref, "ref" {
        /// What it is.
        r#type: RefType,
        /// Its name, without `refs/heads/` or `refs/tags/`.
        name: String,
        /// Its whole name, such as `refs/heads/main`.
        full: String,
        /// The object it points to, where a forge's create or delete says so.
        sha: String,
    }
}

record! {
    /// Who made a commit, and when.
    Signature, "signature" {
        /// The name in the commit.
        name: String,
        /// The mail address in the commit.
        email: String,
        /// The login of the account that the forge knows under this address.
        login: String,
        /// That account, where the forge says more of it.
        account: Box<User>,
        /// When.
        at: Time,
    }
}

record! {
    /// A commit. A list of files that is absent was not provided; an empty one names no file.
    Commit, "commit" {
        /// Its whole hash.
        sha: String,
        /// The beginning of its hash, where the forge cuts it.
        sha_short: String,
        /// The forge's global id.
        node_id: String,
        /// Its whole message.
        message: String,
        /// The first line of the message. Inferred from the message when absent.
        title: String,
        /// Its page.
        web_url: String,
        /// The hash of its tree.
        tree_sha: String,
        /// The hashes of its parents.
        parents: Vec<String>,
        /// When it was made.
        committed_at: Time,
        /// Who wrote it.
        author: Signature,
        /// Who committed it.
        committer: Signature,
        /// The files it added.
        added: Vec<String>,
        /// The files it removed.
        removed: Vec<String>,
        /// The files it changed.
        modified: Vec<String>,
        /// Whether the forge found its signature to hold; absent when it is not signed or not said.
        verified: bool,
        /// Whether it is new to the repository.
        distinct: bool,
    }
}

record! {
    /// One ref that moved. Commits stand oldest first.
    Push, "push" {
        /// The ref.
        r#ref: Ref,
        /// The hash before; absent when the ref is new.
        before: String,
        /// The commit that the ref pointed to before.
        before_commit: Box<Commit>,
        /// The hash after; absent when the ref is gone. Of an annotated tag, the tag object.
        after: String,
        /// Whether history was rewritten; absent when the forge does not say.
        forced: bool,
        /// The whole name of the ref that a new one started from.
        base_ref: String,
        /// The commit that the ref now points to. Inferred from the commits when absent.
        head_commit: Box<Commit>,
        /// The commits, oldest first; maybe only the last of them.
        commits: Vec<Commit>,
        /// How many commits there were in all. Inferred from the list when it is complete.
        total_commits: i64,
        /// Whether the list leaves commits out.
        truncated: bool,
        /// The page that compares before and after.
        compare_url: String,
        /// The message of an annotated tag.
        message: String,
        /// Who made an annotated tag, and when.
        tagger: Signature,
        /// The commit that an annotated tag points to.
        target_sha: String,
        /// Who pushed, when that is told apart from the actor.
        pusher: User,
    }
}
