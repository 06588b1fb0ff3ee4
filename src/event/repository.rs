//! Where: the repository.

use super::people::User;
use super::record::{record, words};

words! {
    /// Who may see a repository. What the forge does not say is absent, not `private`.
    Visibility {
        /// Everybody.
        Public = "public",
        /// Everybody who is signed in.
        Internal = "internal",
        /// Its members.
        Private = "private",
    }
}

record! {
    /// A repository, or a project.
    Repository, "repository" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// The path of slugs that names it on its forge, of any depth: `group/sub/name`.
        full_path: String,
        /// The path without its last part. Inferred from `full_path` when absent.
        namespace: String,
        /// The name of the namespace as people see it.
        namespace_name: String,
        /// The last part of the path. Inferred from `full_path` when absent.
        name: String,
        /// The name shown to people.
        display_name: String,
        /// The account it belongs to. Its login is inferred from the namespace when absent.
        owner: User,
        /// The group of repositories it is filed under, where that is no part of its path.
        project: String,
        /// The forge's id of that group, as text.
        project_id: String,
        /// Its name as people see it.
        project_name: String,
        /// What it is.
        description: String,
        /// Who may see it.
        visibility: Visibility,
        /// The branch that is checked out by default.
        default_branch: String,
        /// Whether it is read-only for good.
        archived: bool,
        /// Whether it was forked from another.
        fork: bool,
        /// The repository it was forked from.
        parent: Box<Repository>,
        /// Its page, without `.git`.
        web_url: String,
        /// Where to clone from over HTTP.
        clone_http_url: String,
        /// Where to clone from over SSH.
        clone_ssh_url: String,
        /// Its address in the forge's API.
        api_url: String,
        /// Its home page elsewhere.
        homepage: String,
        /// Its picture.
        avatar_url: String,
        /// Its topics.
        topics: Vec<String>,
        /// Its main language.
        language: String,
        /// Its size in kilobytes.
        size: i64,
        /// How many starred it.
        stars: i64,
        /// How many forked it.
        forks: i64,
        /// How many watch it.
        watchers: i64,
        /// How many issues are open.
        open_issues: i64,
        /// Whether it has issues.
        has_issues: bool,
        /// Whether it has a wiki.
        has_wiki: bool,
        /// Whether it has pages that the forge serves.
        has_pages: bool,
        /// Whether it has boards.
        has_projects: bool,
        /// Whether it has discussions.
        has_discussions: bool,
        /// Whether it has downloads.
        has_downloads: bool,
        /// Whether it may be forked.
        allow_forking: bool,
        /// Whether others are made from it.
        is_template: bool,
        /// Where it is a mirror of.
        mirror_url: String,
        /// The file that describes its pipelines, where that is not the usual one.
        ci_config_path: String,
        /// Its licence.
        license: Box<License>,
        /// When it was created.
        created_at: crate::value::Time,
        /// When it was last changed.
        updated_at: crate::value::Time,
        /// When it was last pushed to.
        pushed_at: crate::value::Time,
    }
}

record! {
    /// A licence.
    License, "license" {
        /// The forge's word for it.
        key: String,
        /// Its name.
        name: String,
        /// Its identifier among those of SPDX.
        spdx_id: String,
        /// Its address in the forge's API.
        api_url: String,
        /// The forge's global id.
        node_id: String,
    }
}
