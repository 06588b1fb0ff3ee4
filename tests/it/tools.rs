//! The whole way, by the program alone: `send` plays nine forges, `serve` takes what they say, and
//! two `listen` get it in their own formats, signed.

use crate::program::{self, Running};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// The forges, and what else `send` has to be told to sign as they do.
const FORGES: [(&str, &str); 9] = [
    ("github", ""),
    ("ghes", ""),
    ("gitlab", ""),
    ("gitea", ""),
    ("forgejo", ""),
    ("gogs", ""),
    ("apigit", ""),
    ("gitee", "timestamp_hmac"),
    ("codeup", ""),
];

/// A receiver that prints what it gets, and where it listens.
fn listen(format: &str) -> (Running, String) {
    let args = ["listen", "127.0.0.1:0", "--format", format, "--secret", "out", "--json"];
    let mut receiver = Running::start(args);
    let line = receiver.said("http://");
    let at = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
    let at = at.trim_end_matches(',').to_owned();
    (receiver, at)
}

/// A gateway with nine sources and two targets, and where it listens.
fn serve(folder: &Path, targets: [(&str, &str); 2], more: &[&str]) -> (Running, String) {
    let mut config = format!("store: \"sqlite:{}\"\nsources:\n", folder.join("f.db").display());
    for (forge, scheme) in FORGES {
        let scheme = if scheme.is_empty() { String::new() } else { format!("scheme: {scheme}, ") };
        writeln!(config, "  {forge}: {{ forge: {forge}, verify: {{ {scheme}secret: in }} }}")
            .unwrap();
    }
    config.push_str("targets:\n");
    for (format, url) in targets {
        writeln!(
            config,
            "  {format}: {{ url: \"{url}/hook\", format: {format}, sign: {{ secret: out }}, \
             allow_private: true, retry: {{ first: 100ms, longest: 200ms, attempts: 1000 }} }}"
        )
        .unwrap();
    }
    config.push_str("routes:\n  - to: [github, gitlab]\n");
    let file = folder.join("forgeway.yaml");
    std::fs::write(&file, config).unwrap();
    let file = file.to_string_lossy().into_owned();
    let args = ["serve", "--config", &file, "--listen", "127.0.0.1:0", "--log-format", "json"];
    let mut gateway = Running::start(args.iter().chain(more));
    let line: Value = serde_json::from_str(&gateway.said("\"listening\"")).unwrap();
    let address = line["fields"]["address"].as_str().unwrap();
    (gateway, format!("http://{address}"))
}

/// Every forge sends a push and a pull request; each must be taken.
fn everybody_sends(gateway: &str) {
    for (forge, scheme) in FORGES {
        for event in ["push", "pull_request"] {
            let url = format!("{gateway}/in/{forge}");
            let mut args = vec!["send", "--forge", forge, "--event", event, "--secret", "in"];
            if !scheme.is_empty() {
                args.extend(["--scheme", scheme]);
            }
            args.push(&url);
            let ran = program::run(args);
            assert_eq!(ran.code(), 0, "{forge} {event}: {}{}", ran.out(), ran.complaint());
            assert!(ran.out().contains("accepted"), "{forge} {event}: {}", ran.out());
        }
    }
}

/// Reads deliveries until a push and a pull request of every forge are among them; every signature
/// must hold, and no delivery may come twice.
fn everything_arrives(receiver: &mut Running, push: &str, pull_request: &str) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    let enough = |seen: &BTreeMap<String, usize>| {
        [push, pull_request].iter().all(|word| seen.get(*word).is_some_and(|n| *n >= FORGES.len()))
    };
    while !enough(&seen) {
        let delivery = receiver.next_json();
        assert_eq!(delivery["signature"]["holds"], true, "{}", delivery["signature"]);
        let (id, event) = (&delivery["id"], &delivery["event"]);
        assert!(ids.insert(id.to_string()), "{event} {id} came twice");
        *seen.entry(delivery["event"].as_str().unwrap().to_owned()).or_default() += 1;
    }
}

#[test]
fn what_nine_forges_say_arrives_in_two_formats() {
    let folder = tempfile::tempdir().unwrap();
    let (mut one, one_at) = listen("github");
    let (mut two, two_at) = listen("gitlab");
    let (gateway, at) = serve(folder.path(), [("github", &one_at), ("gitlab", &two_at)], &[]);
    everybody_sends(&at);
    everything_arrives(&mut one, "push", "pull_request");
    everything_arrives(&mut two, "push", "merge_request");
    #[cfg(unix)]
    assert_eq!(gateway.stop(), 0, "it stops in order");
}

#[cfg(unix)]
#[test]
fn a_broken_mapping_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let maps = folder.path().join("maps");
    let receive = maps.join("gitlab/receive");
    std::fs::create_dir_all(&receive).unwrap();
    let push = crate::tidy::root().join("mappings/gitlab/receive/push.yaml");
    let push = std::fs::read_to_string(push).unwrap().replacen("kind: push", "kidn: push", 1);
    std::fs::write(receive.join("push.yaml"), push).unwrap();

    let (mut one, one_at) = listen("github");
    let (_two, two_at) = listen("gitlab");
    let targets = [("github", one_at.as_str()), ("gitlab", two_at.as_str())];
    let (gateway, at) = serve(folder.path(), targets, &["--mappings", &maps.to_string_lossy()]);
    let url = format!("{at}/in/gitlab");
    let ran =
        program::run(["send", "--forge", "gitlab", "--event", "push", "--secret", "in", &url]);
    // The forge is told that it arrived: it could do nothing about it, and would switch its hook off.
    assert_eq!(ran.code(), 0, "{}", ran.complaint());
    for part in ["200 OK", "failed", "normalize", "push.yaml:"] {
        assert!(ran.out().contains(part), "no `{part}` in {}", ran.out());
    }
    assert_eq!(gateway.stop(), 0);

    let (_gateway, _) = serve(folder.path(), targets, &[]);
    let delivery = one.next_json();
    assert_eq!(
        (&delivery["event"], &delivery["signature"]["holds"]),
        (&"push".into(), &true.into())
    );
}
