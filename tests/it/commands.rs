//! The commands that need no server: what they print, and what their exit codes say.

use crate::program::{self, example, run};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A file in a folder, with this in it.
fn file(folder: &tempfile::TempDir, name: &str, content: impl AsRef<[u8]>) -> String {
    let path: PathBuf = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    text(&path)
}

/// The first example of a forge's pushes.
fn push(forge: &str) -> (String, String) {
    let mappings = forgeway::mapping::Mappings::embedded().unwrap();
    let found = mappings.examples().into_iter().map(Result::unwrap).find(|example| {
        example.forge == forge
            && example.body.starts_with('{')
            && example.events.as_ref().is_some_and(|events| events[0]["kind"] == "push")
    });
    let folder = example(forge, &found.unwrap().name);
    (text(&folder.join("headers.json")), text(&folder.join("body.json")))
}

fn translate(forge: &str, args: &[&str]) -> Value {
    let (headers, body) = push(forge);
    run(["translate", "--headers", &headers, &body].iter().chain(args)).json()
}

#[test]
fn translate_prints_events_alone_for_canonical() {
    let printed = translate("gitlab", &["--to", "canonical"]);
    assert_eq!(printed["forge"], "gitlab");
    assert_eq!(printed["events"][0]["kind"], "push");
    assert_eq!((&printed["requests"], &printed["skipped"]), (&json!([]), &json!([])));
}

#[test]
fn translate_says_a_push_in_another_format() {
    let printed = translate("gitlab", &["--to", "github", "--secret", "out"]);
    let requests = printed["requests"].as_array().unwrap();
    let push = requests.iter().find(|r| r["headers"]["X-GitHub-Event"] == "push").unwrap();
    assert_eq!(push["events"], json!([0]));
    assert_eq!(push["passthrough"], false);
    let text = push["body_text"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), push["body"]);
    let defaulted = push["defaulted"].as_array().unwrap();
    assert!(defaulted.iter().all(|path| path.as_str().unwrap().starts_with("$.")));
    let signature = push["headers"]["X-Hub-Signature-256"].as_str().unwrap();
    assert!(signature.starts_with("sha256="), "{signature}");
}

#[test]
fn translate_passes_the_same_format_through() {
    let (_, body) = push("github");
    let printed = translate("github", &["--to", "github"]);
    assert_eq!(printed["requests"].as_array().unwrap().len(), 1);
    assert_eq!(printed["requests"][0]["passthrough"], true);
    let body = std::fs::read_to_string(body).unwrap();
    assert_eq!(printed["requests"][0]["body_text"].as_str(), Some(body.as_str()));
    let named = translate("github", &["--to", "passthrough", "--secret", "out"]);
    assert_eq!(named["requests"][0]["passthrough"], true);
    assert!(named["requests"][0]["headers"]["X-Hub-Signature-256"].is_string());
    let anew = translate("github", &["--to", "github", "--no-passthrough"]);
    assert_eq!(anew["requests"][0]["passthrough"], false);
}

#[test]
fn translate_says_why_it_does_not_understand() {
    let folder = tempfile::tempdir().unwrap();
    let (headers, body) = push("gitlab");
    let broken = file(&folder, "broken.json", "{\"ref\": \n  [1, 2");
    let nobody = file(&folder, "nobody.json", "{\"X-Nothing\": \"1\"}");
    let nothing = file(&folder, "nothing.json", "{\"a\": 1}");
    let cases = [
        (vec!["translate", "--headers", &headers, &broken], "line 2"),
        (vec!["translate", "--headers", &nobody, &nothing], "no forge sends such headers"),
        (vec!["translate", "--headers", &headers, "--to", "morse", &body], "no format `morse`"),
        (vec!["translate", "--headers", &headers, "--from", "oak", &body], "no forge `oak`"),
        (vec!["translate", "--headers", &broken, &body], "header names to values"),
        (
            vec![
                "verify",
                "--forge",
                "gitlab",
                "--scheme",
                "oak",
                "--secret",
                "x",
                "--headers",
                &headers,
                &body,
            ],
            "no scheme `oak`",
        ),
    ];
    for (args, reason) in cases {
        let ran = run(&args);
        assert_eq!(ran.code(), 2, "{args:?}: {}", ran.complaint());
        assert!(ran.complaint().contains(reason), "{args:?}: {}", ran.complaint());
    }
}

#[test]
fn translate_reads_what_people_write() {
    let folder = tempfile::tempdir().unwrap();
    let (headers, body) = push("codeup");
    let relaxed = std::fs::read_to_string(body).unwrap().replacen('{', "{ // a push\n", 1);
    let relaxed = file(&folder, "body.json", relaxed);
    let printed = run(["translate", "--headers", &headers, &relaxed]).json();
    assert_eq!(printed["events"][0]["kind"], "push");
}

#[test]
fn explain_says_where_each_leaf_came_from() {
    let (headers, body) = push("gitlab");
    let ran = run(["explain", "--headers", &headers, "--to", "github", &body]);
    assert_eq!(ran.code(), 0, "{}", ran.complaint());
    for word in ["mapped", "derived", "defaulted", "$.project"] {
        assert!(ran.out().contains(word), "no `{word}` in\n{}", ran.out());
    }
    // A word out of a table names what was looked up.
    let visibility = ran.out();
    let visibility = visibility.lines().find(|line| line.contains("$.repository.visibility"));
    assert!(visibility.unwrap().contains("$.project.visibility_level"), "{visibility:?}");
}

#[test]
fn explain_says_why_nothing_is_sent() {
    let folder = example("github", "ping");
    let (headers, body) = (folder.join("headers.json"), folder.join("body.json"));
    let ran = run(["explain", "--headers", &text(&headers), "--to", "gitlab", &text(&body)]);
    assert!(ran.out().contains("event 0 is not sent: "), "{}", ran.out());
}

#[test]
fn verify_tells_a_changed_byte() {
    let folder = tempfile::tempdir().unwrap();
    let printed = translate("gitlab", &["--to", "github", "--secret", "out"]);
    let request = &printed["requests"].as_array().unwrap().last().unwrap();
    let headers = file(&folder, "headers.json", request["headers"].to_string());
    let text = request["body_text"].as_str().unwrap();
    let body = file(&folder, "body.json", text);
    let changed = file(&folder, "changed.json", text.replacen("refs/", "refS/", 1));
    let verify = |secret: &str, body: &str| {
        let args = ["verify", "--forge", "github", "--secret", secret, "--headers", &headers, body];
        let ran = run(args);
        (ran.code(), ran.out() + &ran.complaint())
    };
    let (code, out) = verify("out", &body);
    assert!(code == 0 && out.contains("holds: hub_sha256"), "{out}");
    for (secret, body) in [("out", &changed), ("other", &body), ("", &body)] {
        let (code, out) = verify(secret, body);
        assert!(code == 1, "{secret:?} {body}: {out}");
    }
}

/// What a target would sign with a scheme that is no forge's, `verify` takes, address, body and all.
#[test]
fn translate_and_verify_know_schemes_that_are_no_forges() {
    let folder = tempfile::tempdir().unwrap();
    let url = "https://robot.example.com/send?access_token=a";
    let mac = "{ scheme: hmac, header: X-Mac, secret: s, signed: '{{timestamp}}.{{body}}', timestamp_header: X-At }";
    let items =
        [mac, "{ scheme: query_signature, secret: q }", "{ scheme: body_signature, secret: b }"];
    let mut args = vec!["--to", "github", "--url", url];
    args.extend(items.iter().flat_map(|item| ["--sign", item]));
    let printed = translate("gitlab", &args);
    let request = printed["requests"].as_array().unwrap().last().unwrap();
    let headers = file(&folder, "headers.json", request["headers"].to_string());
    let body = file(&folder, "body.json", request["body_text"].as_str().unwrap());
    let sent = request["url"].as_str().unwrap();
    assert!(sent.starts_with(url) && request["body"]["sign"].is_string(), "{request}");
    let verify = |item: &str, url: &str| {
        let head = ["verify", "--forge", "custom", "--with", item, "--url", url];
        let ran = run(head.into_iter().chain(["--headers", &headers, &body]));
        (ran.code(), ran.out() + &ran.complaint())
    };
    for item in items {
        let (code, out) = verify(item, sent);
        assert!(code == 0, "{item}: {out}");
    }
    let (code, out) = verify(items[1], url);
    assert!(code == 1 && out.contains("not signed: sign is missing"), "{out}");
    let (code, out) = verify("{ scheme: hmac, secret: s }", sent);
    assert!(code == 2 && out.contains("give `header`"), "{out}");
}

#[test]
fn check_names_file_line_and_field() {
    let folder = tempfile::tempdir().unwrap();
    let config = file(
        &folder,
        "forgeway.yaml",
        "listen: 127.0.0.1:8080\nsources:\n  a:\n    forge: gitlab\n    verify: { secret: \"${NOBODY_SET_THIS}\" }\n  b:\n    \
         forge: gitlab\n    verify: none\n    colour: red\n",
    );
    let ran = run(["check", &config]);
    assert_eq!(ran.code(), 1, "{}", ran.out());
    for part in
        ["forgeway.yaml:5:", "NOBODY_SET_THIS", "sources.a.verify", "forgeway.yaml:9:", "colour"]
    {
        assert!(ran.out().contains(part), "no `{part}` in\n{}", ran.out());
    }
    let push = crate::tidy::root().join("mappings/gogs/receive/push.yaml");
    let push = std::fs::read_to_string(push).unwrap();
    let misspelt = push.replacen("before:", "befoer:", 1);
    let no_path = push.replacen("$.ref }", "'$.ref[' }", 1);
    for (content, part) in [(misspelt, "befoer"), (no_path, "$.ref[")] {
        file(&folder, "maps/gogs/receive/push.yaml", content);
        let maps = text(&folder.path().join("maps"));
        let ran = run(["check", "--mappings", &maps]);
        assert_eq!(ran.code(), 1, "{}", ran.out());
        assert!(ran.out().contains("push.yaml:") && ran.out().contains(part), "{}", ran.out());
    }
}

#[test]
fn a_port_in_use_is_said_so() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = run(["listen", &address]);
    assert_eq!(ran.code(), 1);
    assert!(ran.complaint().contains("is in use"), "{}", ran.complaint());
}

#[test]
fn forges_lists_everybody() {
    let listed = run(["forges", "--json"]).json();
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|f| f["name"].clone()).collect();
    assert!(names.len() >= 18, "{names:?}");
    let table = run(["forges"]).out();
    assert!(names.iter().all(|name| table.contains(name.as_str().unwrap())), "{table}");
    let script = program::run(["completions", "bash"]).out();
    assert!(script.contains("_forgeway"), "{script}");
}

#[test]
fn the_readme_names_every_command() {
    let readme = std::fs::read_to_string(crate::tidy::root().join("README.md")).unwrap();
    let help = run(["--help"]).out();
    let listed = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    // A description that goes on on the next line is indented further.
    let names = listed.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<_> = names.filter(|name| !name.is_empty() && *name != "help").collect();
    assert!(names.len() > 5, "{names:?}");
    for name in names {
        let (alone, with) = (format!("`{name}`"), format!("`{name} "));
        assert!(readme.contains(&alone) || readme.contains(&with), "no `{name}` in the README");
    }
}

#[test]
fn what_serve_starts_with_is_a_configuration_for_every_forge_that_is_detected() {
    let mappings = forgeway::mapping::Mappings::embedded().unwrap();
    let words = forgeway::config::Vocabulary::of(&mappings);
    let text = forgeway::config::Starter::generate(&words).text;
    let process = &forgeway::config::Process;
    forgeway::config::Config::parse(&text, "starter", process, &words).unwrap();
    // Of all formats it shows the one that says the most; the README's first minute speaks of it.
    assert!(text.contains("    format: github\n"), "{text}");
    for forge in mappings.forges().iter().filter(|forge| !forge.detect.is_empty()) {
        assert!(
            text.contains(&format!("\n      {}: {{", forge.name)),
            "no {} in\n{text}",
            forge.name
        );
    }
}
