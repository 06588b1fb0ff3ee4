//! What people write beside code: wiki pages and discussions.

use super::issue::{Label, State};
use super::people::User;
use super::record::record;
use crate::value::{Number, Time};

record! {
    /// A page of a wiki.
    WikiPage, "wiki" {
        /// Its title.
        title: String,
        /// Its name in addresses.
        slug: String,
        /// Its text.
        content: String,
        /// The markup of its text.
        format: String,
        /// Why it was changed, in the words of whoever did.
        message: String,
        /// The commit of the wiki that changed it.
        sha: String,
        /// Its page.
        web_url: String,
        /// The page that shows the change.
        diff_url: String,
        /// The page of the wiki.
        wiki_url: String,
        /// Where to clone the wiki from over HTTP.
        clone_http_url: String,
        /// Where to clone the wiki from over SSH.
        clone_ssh_url: String,
    }
}

record! {
    /// A discussion.
    Discussion, "discussion" {
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
        /// Why it stands there, in the forge's word.
        state_reason: String,
        /// Whether its conversation is locked.
        locked: bool,
        /// The category it stands in.
        category: String,
        /// Its labels.
        labels: Vec<Label>,
        /// Who opened it.
        author: User,
        /// The page of the comment that answers it.
        answer_url: String,
        /// Who chose the answer.
        answered_by: User,
        /// When the answer was chosen.
        answered_at: Time,
        /// How many comments it has.
        comments: i64,
        /// Its page.
        web_url: String,
        /// When it was opened.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}
