//! What an event is about, the same way for every kind: what it is called, where it is seen, what was
//! written. Templates see it as `subject`, so that one sentence does for all kinds.

use serde_json::{Map, Value};

/// The names of what there is to know; all but `kind`, `tone` and `quiet` may be missing.
pub(super) const FIELDS: [&str; 8] =
    ["kind", "number", "title", "url", "text", "state", "tone", "quiet"];

/// What names a thing, the best first; the last is its id.
const TITLES: &[&str] = &[
    "/title",
    "/name",
    "/tag",
    "/full_path",
    "/context",
    "/environment",
    "/display_name",
    "/login",
    "/message",
    "/slug",
    "/file_name",
    "/package",
    "/user/display_name",
    "/user/login",
    "/account/login",
    "/plan",
    "/head_ref",
    "/note",
    "/url",
    "/sha_short",
    "/id",
];

/// Where a thing is seen.
const URLS: &[&str] =
    &["/web_url", "/target_url", "/details_url", "/environment_url", "/log_url", "/wiki_url"];

/// The most bytes of an address; the least that a chat takes for one is 1,000 or so.
const LONGEST_URL: usize = 1000;

/// What somebody wrote about it.
const TEXTS: &[&str] =
    &["/body", "/description", "/message", "/summary", "/comment", "/note", "/reason"];

/// How it stands, the most telling first.
const STATES: &[&str] = &["/conclusion", "/status", "/state"];

/// What an event is about. `event` is the event as JSON.
pub(super) fn subject(event: &Value) -> Value {
    let at = |path: &str| event.pointer(path).filter(|value| !value.is_null());
    let kind = text(at("/kind")).unwrap_or("other");
    // What is said of something: its page and text come first.
    let remark = match kind {
        "comment" | "review" => at(&format!("/{kind}")),
        _ => None,
    };
    let (called, thing) = match kind {
        "push" => (text(at("/push/ref/type")).unwrap_or("branch"), at("/push/ref")),
        "ref" => (text(at("/ref/type")).unwrap_or("branch"), at("/ref")),
        "review" => ("pull_request", at("/pull_request")),
        "ping" => ("hook", at("/hook")),
        "other" => ("other", at("/raw")),
        "comment" => match text(at("/comment/target")) {
            Some(target) => (target, at(&format!("/{target}"))),
            None => ("comment", None),
        },
        kind => (kind, at(&format!("/{kind}"))),
    };
    let first = |of: Option<&Value>, paths: &[&str]| {
        paths.iter().find_map(|path| of?.pointer(path).filter(|value| is_said(value))).cloned()
    };
    let push = at("/push");
    let page = |of: Option<&Value>, paths: &[&str]| {
        let found = paths.iter().filter_map(|path| of?.pointer(path));
        found.into_iter().find(|value| is_page(value)).cloned()
    };
    let around = page(at("/repository"), URLS).or_else(|| page(at("/organization"), URLS));
    let url = page(remark, URLS)
        .or_else(|| page(push, &["/compare_url", "/head_commit/web_url"]))
        .or_else(|| page(thing, URLS));
    let text = match remark {
        Some(remark) => first(Some(remark), &["/body"]),
        None => first(push, &["/message", "/head_commit/message"]).or_else(|| first(thing, TEXTS)),
    };
    let state = match kind {
        "review" => first(remark, STATES),
        "pull_request" | "issue" | "comment" => first(thing, &["/state"]),
        _ => first(thing, STATES),
    };
    let number = first(thing, &["/number"]);
    // Where there is a number, an id beside it is no name.
    let names = if number.is_some() { &TITLES[..TITLES.len() - 1] } else { TITLES };
    // What a check is called is its name; its title is what it found.
    let named = if kind == "check" { first(thing, &["/name"]) } else { None };
    let known = [
        ("kind", Some(Value::from(called))),
        ("title", named.or_else(|| first(thing, names))),
        ("number", number),
        ("url", url.or(around)),
        ("text", text),
        ("state", state),
    ];
    let known = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(known.collect::<Map<_, _>>())
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

/// Whether a value says anything: an empty text does not.
fn is_said(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Number(_) => true,
        _ => false,
    }
}

/// Whether a value is an address of the web that receivers take: some refuse a message for another one.
fn is_page(value: &Value) -> bool {
    let is_web = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    value.as_str().is_some_and(|text| {
        is_web(text)
            && text.len() <= LONGEST_URL
            && !text.contains(|c: char| c.is_control() || c.is_whitespace())
    })
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, subject};
    use serde_json::json;

    #[test]
    fn a_comment_is_about_what_it_stands_under() {
        let about = subject(&json!({
            "kind": "comment", "action": "created",
            "comment": { "target": "issue", "body": "Yes", "web_url": "https://f/7#c1" },
            "issue": { "number": 7, "title": "It breaks", "state": "open", "web_url": "https://f/7" },
        }));
        assert_eq!(
            about,
            json!({ "kind": "issue", "number": 7, "title": "It breaks", "url": "https://f/7#c1",
                    "text": "Yes", "state": "open" })
        );
        assert!(about.as_object().unwrap().keys().all(|key| FIELDS.contains(&key.as_str())));
    }

    #[test]
    fn a_push_is_about_its_ref_and_a_build_about_itself() {
        let push = subject(&json!({
            "kind": "push", "repository": { "web_url": "https://f/r" },
            "push": { "ref": { "type": "tag", "name": "v1" }, "head_commit": { "message": "Fix" } },
        }));
        let said = json!({ "kind": "tag", "title": "v1", "url": "https://f/r", "text": "Fix" });
        assert_eq!(push, said);
        let build = subject(&json!({
            "kind": "pipeline",
            "pipeline": { "id": "9", "number": 3, "status": "completed", "conclusion": "failure" },
        }));
        assert_eq!(build, json!({ "kind": "pipeline", "number": 3, "state": "failure" }));
        let check =
            subject(&json!({ "kind": "check", "check": { "name": "lint", "title": "2 errors" } }));
        assert_eq!(check, json!({ "kind": "check", "title": "lint" }));
        assert_eq!(subject(&json!({ "kind": "other" })), json!({ "kind": "other" }));
    }
}
