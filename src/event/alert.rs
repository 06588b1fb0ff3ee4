//! What is wrong with the code: alerts and advisories.

use super::people::User;
use super::record::{record, words};
use crate::value::{Number, Time};

words! {
    /// What an alert is about.
    AlertType {
        /// A fault in the code.
        CodeScanning = "code_scanning",
        /// A dependency with a known fault.
        Dependency = "dependency",
        /// A secret in the code.
        SecretScanning = "secret_scanning",
        /// A fault that is told to everybody.
        Advisory = "advisory",
    }
}

words! {
    /// How bad an alert is.
    Severity {
        /// It is good to know.
        Info = "info",
        /// A little.
        Low = "low",
        /// Somewhat.
        Medium = "medium",
        /// Bad.
        High = "high",
        /// As bad as can be.
        Critical = "critical",
    }
}

words! {
    /// How an alert stands.
    AlertState {
        /// Nobody has dealt with it.
        Open = "open",
        /// Somebody says that it is real.
        Confirmed = "confirmed",
        /// Somebody says that it does not matter.
        Dismissed = "dismissed",
        /// It is gone from the code, or dealt with.
        Fixed = "fixed",
        /// It was told to everybody.
        Published = "published",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

record! {
    /// A security alert or advisory.
    Alert, "alert" {
        /// The forge's id, as text.
        id: String,
        /// The number people see.
        number: Number,
        /// What it is about.
        r#type: AlertType,
        /// How it stands.
        state: AlertState,
        /// The forge's own word for it.
        raw_state: String,
        /// How bad it is.
        severity: Severity,
        /// What it is called.
        title: String,
        /// More about it.
        description: String,
        /// The rule that found it.
        rule: String,
        /// What found it.
        tool: String,
        /// The dependency at fault.
        package: String,
        /// Where that dependency comes from: `npm`, say.
        ecosystem: String,
        /// The versions at fault.
        affected_versions: String,
        /// The first version without the fault.
        fixed_version: String,
        /// The kind of secret.
        secret_type: String,
        /// The fault's number among all known ones.
        cve: String,
        /// All names of the fault.
        identifiers: Vec<String>,
        /// The kinds of weakness.
        weaknesses: Vec<String>,
        /// How bad it is by the common scale, as text: `7.5`.
        cvss_score: String,
        /// The file it was found in.
        path: String,
        /// The line it was found at.
        line: i64,
        /// The ref it was found in.
        r#ref: String,
        /// The commit it was found in.
        sha: String,
        /// Who is to deal with it.
        assignees: Vec<User>,
        /// Who dealt with it.
        closed_by: User,
        /// Why it was dismissed or closed, in the forge's word.
        close_reason: String,
        /// What they said about it.
        close_comment: String,
        /// Pages that tell more.
        references: Vec<String>,
        /// Its page.
        web_url: String,
        /// Its address in the forge's API.
        api_url: String,
        /// When it was found.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
        /// When it was told to everybody.
        published_at: Time,
        /// When it was dismissed, fixed or taken back.
        closed_at: Time,
    }
}
