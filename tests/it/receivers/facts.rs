//! Facts: what a receiver should have understood of an event, and whether it did.

use forgeway::event::Event;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What is understood of one thing that happened, by the names that `tests/conformance/README.md` lists.
pub(super) type Facts = Map<String, Value>;

/// What can be understood of an event. The forge did not say what is absent. A new or deleted ref is
/// also told by itself where the format does so.
pub(super) fn facts(event: &Event) -> Vec<Facts> {
    let event = serde_json::to_value(event).unwrap();
    let text = |path: &str| event.pointer(path).cloned().unwrap_or(Value::Null);
    let kind = text("/kind");
    let mut facts = common(&event);
    match kind.as_str().unwrap() {
        "push" => push(&event, &mut facts),
        "pull_request" => pull_request(&event, &mut facts),
        "comment" => comment(&event, &mut facts),
        _ => {}
    }
    let mut all = vec![facts];
    if kind == "push" && text("/action") != "updated" {
        let mut named = common(&event);
        named.insert("kind".into(), "ref".into());
        named.insert("ref".into(), text("/push/ref/name"));
        named.insert("ref_type".into(), text("/push/ref/type"));
        all.push(named);
    }
    for facts in &mut all {
        facts.retain(|_, value| !value.is_null());
    }
    // There is none, which is not the same as that nobody said it.
    match (kind.as_str(), text("/action").as_str()) {
        (Some("push"), Some("created")) => drop(all[0].insert("before".into(), Value::Null)),
        (Some("push"), Some("deleted")) => drop(all[0].insert("after".into(), Value::Null)),
        _ => {}
    }
    all
}

fn common(event: &Value) -> Facts {
    let at = |path: &str| event.pointer(path).cloned().unwrap_or(Value::Null);
    let facts = json!({
        "kind": at("/kind"),
        "action": at("/action"),
        "repository": at("/repository/full_path"),
        "full_name": at("/repository/full_path"),
        "clone_url": at("/repository/clone_http_url"),
        "ssh_url": at("/repository/clone_ssh_url"),
        "web_url": at("/repository/web_url"),
        "built": true,
        "author": known_by(&event["actor"]),
        "author_name": at("/actor/display_name"),
    });
    facts.as_object().unwrap().clone()
}

/// The login of somebody; for who has none, a list of what may stand in for it.
fn known_by(person: &Value) -> Value {
    if person["login"].is_string() {
        return person["login"].clone();
    }
    let local_part = person["email"].as_str().and_then(|email| email.split('@').next());
    let names = [person["nickname"].as_str(), local_part, person["display_name"].as_str()];
    let names: Vec<&str> = names.into_iter().flatten().collect();
    if names.is_empty() { Value::Null } else { names.into() }
}

fn push(event: &Value, facts: &mut Facts) {
    let push = &event["push"];
    // A new tag brings no commits; some formats tell of the one that it names, some do not.
    let brings = push["ref"]["type"] != "tag";
    let commits = push["commits"].as_array().filter(|commits| brings && !commits.is_empty());
    let ids = commits.map(|commits| commits.iter().map(|commit| commit["sha"].clone()).collect());
    facts.insert("ref".into(), push["ref"]["full"].clone());
    facts.insert("before".into(), push["before"].clone());
    facts.insert("after".into(), push["after"].clone());
    facts.insert("tip".into(), push["head_commit"]["sha"].clone());
    facts.insert("commits".into(), ids.map_or(Value::Null, Value::Array));
    facts.insert("files".into(), commits.map_or(Value::Null, |commits| files(commits)));
    facts.insert("pusher".into(), facts["author"].clone());
    let tip = &push["head_commit"]["author"];
    facts.insert("commit_author".into(), signature(tip));
}

/// Whose a commit is, as git writes it.
fn signature(person: &Value) -> Value {
    match (person["name"].as_str(), person["email"].as_str()) {
        (Some(name), Some(email)) => format!("{name} <{email}>").into(),
        _ => Value::Null,
    }
}

/// The files of all commits, in order; unknown where no commit names one.
fn files(commits: &[Value]) -> Value {
    let lists = |commit: &Value| {
        ["added", "modified", "removed"].map(|list| commit[list].as_array().cloned())
    };
    let lists = commits.iter().flat_map(lists).flatten();
    let mut files: Vec<String> =
        lists.flatten().filter_map(|file| Some(file.as_str()?.to_owned())).collect();
    files.sort();
    if files.is_empty() { Value::Null } else { files.into() }
}

fn pull_request(event: &Value, facts: &mut Facts) {
    let pull = &event["pull_request"];
    let head = &pull["head"]["repository"];
    // The beginning of a hash names the commit, too; zeros would name none.
    let full = &pull["head"]["sha"];
    let state = if pull["state"] == "merged" { &json!("closed") } else { &pull["state"] };
    let more = json!({
        "number": pull["number"],
        "title": pull["title"],
        "text": pull["body"],
        "state": state,
        "draft": pull["draft"],
        "head": pull["head"]["ref"],
        "head_sha": if full.is_null() { &pull["head"]["sha_short"] } else { full },
        "head_repository": head["full_path"],
        "head_clone_url": head["clone_http_url"],
        "base": pull["base"]["ref"],
        "base_repository": event["repository"]["full_path"],
        "before": pull["before"],
        "after": pull["after"],
        "opener": known_by(&pull["author"]),
        "commit_author": signature(&pull["last_commit"]["author"]),
    });
    facts.extend(more.as_object().unwrap().clone());
    let (repository, sha) = (&facts["repository"], &facts["head_sha"]);
    if let (Some(repository), Some(sha)) = (repository.as_str(), sha.as_str()) {
        let at = format!("/repos/{repository}");
        let asked = [format!("{at}/commits/{sha}"), format!("{at}/pulls/{}/files", pull["number"])];
        facts.insert("asked".into(), asked.into());
    }
}

fn comment(event: &Value, facts: &mut Facts) {
    pull_request(event, facts);
    for told_of_the_pull_request in ["state", "before", "after", "text", "draft"] {
        facts.remove(told_of_the_pull_request);
    }
    facts.insert("target".into(), event["comment"]["target"].clone());
    facts.insert("text".into(), event["comment"]["body"].clone());
}

/// Whether a fact was understood; where several names will do, as one of them, as it is written in a login.
fn same(fact: &Value, told: &Value) -> bool {
    let plain = |name: &Value| {
        let name = name.as_str().unwrap_or_default().chars().filter(|c| c.is_alphanumeric());
        name.flat_map(char::to_lowercase).collect::<String>()
    };
    let names = fact.as_array().filter(|_| told.is_string());
    fact == told || names.is_some_and(|any| any.iter().any(|name| plain(name) == plain(told)))
}

/// What a receiver can understand: the names of the facts, by kind.
pub(super) type Understands = BTreeMap<String, Vec<String>>;

/// The facts that agree, as `kind.name`, or what was understood otherwise, not at all, or without having happened.
pub(super) fn compare(
    expected: &[Facts],
    understood: &[Facts],
    understands: &Understands,
) -> Result<Vec<String>, Vec<String>> {
    let mut faults = Vec::new();
    let mut agree = Vec::new();
    let mut left: Vec<&Facts> = understood.iter().collect();
    for expected in expected {
        let (kind, action) = (&expected["kind"], &expected["action"]);
        // Some receivers do as they should, and do not keep for what.
        let fits = |it: &Facts| it["kind"] == *kind && it.get("action").unwrap_or(action) == action;
        let found = left.iter().position(|it| fits(it));
        let Some(found) = found.map(|at| left.remove(at)) else {
            faults.push(format!("{kind} {action} was not understood"));
            continue;
        };
        let kind = kind.as_str().unwrap();
        for name in &understands[kind] {
            match (expected.get(name), found.get(name)) {
                (_, None) => faults.push(format!("{name} was not told")),
                (Some(fact), Some(told)) if same(fact, told) => {
                    agree.push(format!("{kind}.{name}"))
                }
                (Some(fact), Some(told)) => {
                    faults.push(format!("{name} is {fact}, understood as {told}"));
                }
                (None, Some(_)) => {}
            }
        }
    }
    faults.extend(left.iter().map(|more| format!("understood what nobody said: {more:?}")));
    if faults.is_empty() { Ok(agree) } else { Err(faults) }
}
