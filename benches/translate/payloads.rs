//! The payloads that are measured: true shape, invented values, sizes as deliveries have them.

use serde_json::{Map, Value, json};

const SHA: &str = "7d1c0e5b2f3a4968b7c6d5e4f3a2b1c0d9e8f7a6";

/// A hash that differs by its number.
fn sha(number: usize) -> String {
    format!("{number:08x}{}", &SHA[8..])
}

fn user(login: &str, id: u32) -> Value {
    let api = format!("https://api.forge.example/users/{login}");
    let mut user = json!({
        "login": login, "id": id, "node_id": format!("U_{id:08x}"), "gravatar_id": "",
        "avatar_url": format!("https://avatars.forge.example/u/{id}?v=4"), "url": api,
        "html_url": format!("https://forge.example/{login}"), "type": "User", "site_admin": false,
    });
    for part in ["followers", "gists", "starred", "subscriptions", "orgs", "repos", "events"] {
        user[format!("{part}_url")] = format!("{api}/{part}").into();
    }
    user
}

fn repository() -> Value {
    let api = "https://api.forge.example/repos/harbour/lantern";
    let mut repository = json!({
        "id": 51823077, "node_id": "R_kgDOAxbP5Q", "name": "lantern", "full_name": "harbour/lantern",
        "private": false, "owner": user("harbour", 6104), "description": "Lights for small boats",
        "html_url": "https://forge.example/harbour/lantern", "fork": false,
        "url": "https://forge.example/harbour/lantern", "created_at": 1420070400,
        "updated_at": "2026-03-01T09:30:00Z", "pushed_at": 1772357400, "homepage": null,
        "git_url": "git://forge.example/harbour/lantern.git",
        "ssh_url": "git@forge.example:harbour/lantern.git",
        "clone_url": "https://forge.example/harbour/lantern.git",
        "svn_url": "https://forge.example/harbour/lantern", "size": 4821, "stargazers_count": 37,
        "watchers_count": 37, "language": "Rust", "has_issues": true, "has_projects": true,
        "has_downloads": true, "has_wiki": true, "has_pages": false, "forks_count": 5,
        "archived": false, "disabled": false, "open_issues_count": 12, "license": null,
        "visibility": "public", "forks": 5, "open_issues": 12, "watchers": 37,
        "default_branch": "main", "stargazers": 37, "master_branch": "main", "topics": ["boats"],
    });
    for part in [
        "forks",
        "keys{/key_id}",
        "collaborators{/collaborator}",
        "teams",
        "hooks",
        "assignees{/user}",
        "issue_events{/number}",
        "events",
        "branches{/branch}",
        "tags",
        "git_blobs{/sha}",
        "merges",
        "git_tags{/sha}",
        "git_refs{/sha}",
        "trees{/sha}",
        "statuses{/sha}",
        "languages",
        "downloads",
        "stargazers",
        "contributors",
        "subscribers",
        "subscription",
        "commits{/sha}",
        "releases{/id}",
        "git_commits{/sha}",
        "comments{/number}",
        "issue_comment{/number}",
        "contents/{+path}",
        "compare/{base}...{head}",
        "archive{/format}{/ref}",
        "issues{/number}",
        "pulls{/number}",
        "milestones{/number}",
        "notifications{?since,all,participating}",
        "labels{/name}",
        "deployments",
    ] {
        let key: String = part.chars().take_while(|c| c.is_alphabetic() || *c == '_').collect();
        repository[format!("{key}_url")] = format!("{api}/{part}").into();
    }
    repository
}

fn commit(number: usize) -> Value {
    json!({
        "id": sha(number), "tree_id": sha(number + 1000), "distinct": true,
        "message": format!("Trim wick {number}\n\nThe flame flickered in a \"fresh\" breeze."),
        "timestamp": "2026-03-01T10:29:58+01:00",
        "url": format!("https://forge.example/harbour/lantern/commit/{}", sha(number)),
        "author": { "name": "Ada Quill", "email": "ada@mail.example", "username": "ada" },
        "committer": { "name": "Forge", "email": "noreply@forge.example", "username": "web-flow" },
        "added": [format!("src/wick/{number}.rs")], "removed": [],
        "modified": ["README.md", "src/lib.rs"],
    })
}

/// A push as one forge sends it, with this many commits: 3 give about 8 KB, 300 about 200 KB.
pub(super) fn push(commits: usize) -> String {
    let commits: Vec<Value> = (1..=commits).map(commit).collect();
    json!({
        "ref": "refs/heads/main", "before": sha(0), "after": sha(commits.len()),
        "repository": repository(), "pusher": { "name": "ada", "email": "ada@mail.example" },
        "sender": user("ada", 901), "created": false, "deleted": false, "forced": false,
        "base_ref": null, "compare": "https://forge.example/harbour/lantern/compare/a...b",
        "commits": commits, "head_commit": commits.last(),
    })
    .to_string()
}

fn project(id: u32, path: &str) -> Value {
    let web = format!("https://lab.example/{path}");
    let ssh = format!("git@lab.example:{path}.git");
    let http = format!("{web}.git");
    json!({
        "id": id, "name": "Lantern", "description": "Lights for small boats", "web_url": web,
        "avatar_url": null, "git_ssh_url": ssh, "git_http_url": http, "namespace": "Harbour",
        "visibility_level": 20, "path_with_namespace": path, "default_branch": "main",
        "ci_config_path": "", "homepage": web, "url": ssh, "ssh_url": ssh, "http_url": http,
    })
}

/// A merge request as the other forge sends it: about 6 KB.
pub(super) fn merge_request() -> String {
    let user = json!({
        "id": 17, "name": "Ada Quill", "username": "ada", "email": "[REDACTED]",
        "avatar_url": "https://lab.example/uploads/user/avatar/17/ada.png",
    });
    let label = |id: u32, title: &str| {
        json!({
            "id": id, "title": title, "color": "#7057ff", "project_id": 4102, "template": false,
            "created_at": "2026-01-30 00:40:00 UTC", "updated_at": "2026-01-30 00:40:00 UTC",
            "description": "What it means to those who read it", "type": "ProjectLabel", "group_id": null,
        })
    };
    let labels = json!([label(1, "good first issue"), label(2, "wick")]);
    let mut attributes: Map<String, Value> = Map::new();
    for key in ["merge_error", "merge_user_id", "head_pipeline_id", "milestone_id", "time_estimate"]
    {
        attributes.insert(key.into(), Value::Null);
    }
    let rest = json!({
        "assignee_id": 17, "author_id": 17, "created_at": "2026-02-05 21:48:25 UTC", "draft": false,
        "description": "The flame flickers.\n\n- trim the wick\n- shade the glass", "id": 405095454,
        "iid": 3, "last_edited_at": "2026-02-05 22:01:30 UTC", "last_edited_by_id": 17,
        "merge_commit_sha": null, "merge_params": { "force_remove_source_branch": "0" },
        "merge_status": "can_be_merged", "merge_when_pipeline_succeeds": false,
        "source_branch": "trim-wick", "source_project_id": 4102, "state_id": 1,
        "target_branch": "main", "target_project_id": 4102, "title": "Trim the wick",
        "updated_at": "2026-02-06 01:23:04 UTC", "updated_by_id": 17, "assignee_ids": [17],
        "blocking_discussions_resolved": true, "detailed_merge_status": "mergeable",
        "first_contribution": true, "labels": labels, "reviewer_ids": [], "state": "opened",
        "last_commit": {
            "id": sha(9), "message": "Trim wick 9\n", "title": "Trim wick 9",
            "timestamp": "2026-02-06T01:22:58+00:00",
            "url": format!("https://lab.example/harbour/lantern/-/commit/{}", sha(9)),
            "author": { "name": "Ada Quill", "email": "[REDACTED]" },
        },
        "source": project(4102, "harbour/lantern"), "target": project(4102, "harbour/lantern"),
        "url": "https://lab.example/harbour/lantern/-/merge_requests/3", "work_in_progress": false,
        "oldrev": sha(8), "action": "update",
    });
    attributes.extend(rest.as_object().cloned().unwrap_or_default());
    let rest = json!({
        "event_type": "merge_request", "user": user,
        "project": project(4102, "harbour/lantern"), "object_attributes": attributes,
        "labels": labels, "assignees": [user], "changes": {
            "updated_at": { "previous": "2026-02-06 01:21:37 UTC", "current": "2026-02-06 01:23:04 UTC" },
        },
        "repository": {
            "name": "Lantern", "url": "git@lab.example:harbour/lantern.git",
            "description": "Lights for small boats", "homepage": "https://lab.example/harbour/lantern",
        },
    })
    .to_string();
    // The forge sends the kind first; the library that writes this sorts keys.
    format!("{{\"object_kind\":\"merge_request\",{}", &rest[1..])
}
