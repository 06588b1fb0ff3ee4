//! Who: users, teams, organizations.

use super::record::{record, words};

words! {
    /// What an account is.
    AccountKind {
        /// A person.
        User = "user",
        /// A program.
        Bot = "bot",
        /// An organization, group or enterprise.
        Organization = "organization",
        /// A team.
        Team = "team",
        /// An account of the forge itself.
        Service = "service",
        /// An account that is gone.
        Ghost = "ghost",
    }
}

record! {
    /// An account. An id or a display name never stands in `login`.
    User, "user" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// The name the account signs in with and is mentioned by.
        login: String,
        /// A name that the account chose and that others may have too: not for telling people apart.
        nickname: String,
        /// The name shown to people.
        display_name: String,
        /// The mail address, where the forge shows it.
        email: String,
        /// Whether there is a mail address that the forge does not show.
        email_redacted: bool,
        /// The picture.
        avatar_url: String,
        /// The page of the account.
        web_url: String,
        /// What the account is.
        kind: AccountKind,
    }
}

record! {
    /// A team of an organization.
    Team, "team" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// The name shown to people.
        name: String,
        /// The name in URLs.
        slug: String,
        /// What it is for.
        description: String,
        /// What its members may do, in the forge's word.
        permission: String,
        /// Who may see it, in the forge's word.
        privacy: String,
        /// The team it is part of.
        parent: Box<Team>,
        /// Its address in the forge's API.
        api_url: String,
        /// The page of the team.
        web_url: String,
    }
}

record! {
    /// An organization, group or enterprise that the event belongs to.
    Organization, "organization" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// The name in URLs; of a group within groups the whole path.
        login: String,
        /// The name shown to people.
        display_name: String,
        /// What it is for.
        description: String,
        /// The picture.
        avatar_url: String,
        /// The page of the organization.
        web_url: String,
    }
}
