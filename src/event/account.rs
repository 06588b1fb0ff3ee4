//! What an account holds on a forge: groups, installed apps, paid plans.

use super::people::User;
use super::record::record;
use super::repository::Repository;
use crate::value::Time;

record! {
    /// A group of projects, at any depth.
    Group, "group" {
        /// The forge's id, as text.
        id: String,
        /// The last part of its path.
        path: String,
        /// The path of slugs that names it on its forge.
        full_path: String,
        /// The path it had before.
        old_full_path: String,
        /// The name shown to people.
        name: String,
        /// The forge's id of the group it is in.
        parent_id: String,
        /// The path of the group it is in.
        parent_full_path: String,
        /// Who owns it.
        owner: User,
        /// What it is for.
        description: String,
        /// Its page.
        web_url: String,
        /// When it was made.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}

record! {
    /// An app that is installed for an account.
    Installation, "installation" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// The id of the app, as text.
        app_id: String,
        /// The name of the app in URLs.
        app_slug: String,
        /// The account it is installed for.
        account: User,
        /// Which repositories it sees: `all` or `selected`.
        repository_selection: String,
        /// The repositories that it saw from the start.
        repositories: Vec<Repository>,
        /// The repositories that it now sees too.
        repositories_added: Vec<Repository>,
        /// The repositories that it no longer sees.
        repositories_removed: Vec<Repository>,
        /// What it may do, as the forge says it.
        permissions: serde_json::Value,
        /// The events it asks for, in the forge's words.
        events: Vec<String>,
        /// Who stopped it.
        suspended_by: User,
        /// When it was stopped.
        suspended_at: Time,
        /// Its page.
        web_url: String,
        /// When it was installed.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}

record! {
    /// A plan that somebody pays for: of an app, or to support somebody.
    Subscription, "subscription" {
        /// The forge's id, as text.
        id: String,
        /// What it is: `marketplace` or `sponsorship`.
        r#type: String,
        /// Who pays.
        account: User,
        /// Who is paid.
        beneficiary: User,
        /// The name of the plan.
        plan: String,
        /// The forge's id of the plan.
        plan_id: String,
        /// What it costs a month, in cents of the forge's currency.
        monthly_price: i64,
        /// How often it is paid, in the forge's word.
        cycle: String,
        /// How many units were bought.
        units: i64,
        /// The plan before.
        old_plan: String,
        /// When the change counts.
        effective_at: Time,
        /// When it began.
        created_at: Time,
    }
}
