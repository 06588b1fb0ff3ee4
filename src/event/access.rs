//! Who may do what: members, keys, tokens, protected branches.

use super::people::User;
use super::record::record;
use crate::value::Time;

record! {
    /// Somebody's place in a repository, team, group or organization; which one is beside it in the event.
    Member, "member" {
        /// Who.
        user: User,
        /// What they may do, in the forge's word.
        role: String,
        /// What they might do before.
        old_role: String,
        /// The address that an invitation went to.
        email: String,
        /// Who invited them.
        invited_by: User,
        /// When it ends.
        expires_at: Time,
        /// When it began.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}

record! {
    /// A key that opens a repository or an account.
    Key, "key" {
        /// The forge's id, as text.
        id: String,
        /// Its name.
        title: String,
        /// The public key itself.
        key: String,
        /// Whether it can only read.
        read_only: bool,
        /// Whether the forge has seen that it works.
        verified: bool,
        /// Whose it is; absent when it is a repository's own.
        user: User,
        /// Its address in the forge's API.
        api_url: String,
        /// When it was added.
        created_at: Time,
    }
}

record! {
    /// A token, or somebody's request for one. Never the token itself.
    Token, "token" {
        /// The forge's id, as text.
        id: String,
        /// Its name.
        name: String,
        /// Whose it is.
        owner: User,
        /// What it may do, in the forge's words.
        scopes: Vec<String>,
        /// Why it is asked for.
        reason: String,
        /// When it was made or asked for.
        created_at: Time,
        /// When it ends: a time or a date.
        expires_at: Time,
    }
}

record! {
    /// A rule that protects branches or tags.
    BranchProtection, "branch_protection" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// Its name, or the pattern of names that it protects.
        name: String,
        /// What it protects: `branch`, `tag` or the forge's word.
        target: String,
        /// How strictly it holds, in the forge's word.
        enforcement: String,
        /// What it demands, as the forge says it.
        rules: serde_json::Value,
        /// Its page.
        web_url: String,
        /// When it was made.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}

record! {
    /// A property that an organization gives its repositories.
    Property, "property" {
        /// Its name.
        name: String,
        /// What it holds, in the forge's word.
        r#type: String,
        /// Whether every repository has it.
        required: bool,
        /// What it holds unless told otherwise.
        default: serde_json::Value,
        /// What it is for.
        description: String,
        /// What it may hold.
        allowed: Vec<String>,
    }
}

record! {
    /// Pull requests that wait together for their merge.
    MergeGroup, "merge_queue" {
        /// The forge's id, as text.
        id: String,
        /// The commit that would be merged.
        head_sha: String,
        /// The ref it stands under, whole.
        head_ref: String,
        /// The commit it would be merged into.
        base_sha: String,
        /// The branch it would be merged into, without `refs/heads/`.
        base_ref: String,
        /// The commit that would be merged, where the forge sends it.
        head_commit: Box<super::push::Commit>,
        /// Why it is gone, in the forge's word.
        reason: String,
    }
}
