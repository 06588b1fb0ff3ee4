//! The commands that are about templates, run as a person runs them.

use crate::program::{example, run};

#[test]
fn a_new_template_works_and_says_what_is_wrong_once_it_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let within = folder.path().to_str().unwrap();
    let made = run(["new", "template", "chat", "--in", within]);
    assert_eq!(made.code(), 0, "{}", made.complaint());
    let check = || run(["check", "--templates", within]);
    assert_eq!(check().code(), 0, "{}{}", check().out(), check().complaint());
    for taken in ["chat", "partials"] {
        assert_eq!(run(["new", "template", taken, "--in", within]).code(), 1);
    }

    let template = folder.path().join("chat");
    let named = template.to_str().unwrap();
    for event in ["push", "pull_request.opened", "issue", "release", "pipeline", "comment.created"]
    {
        let shown = run(["render", "--template", named, "--event", event]);
        assert_eq!(shown.code(), 0, "{event}: {}", shown.complaint());
        let kind = event.split('.').next().unwrap();
        assert!(shown.out().contains(&format!("X-Event: {kind}.")), "{}", shown.out());
    }

    // A change is seen by its example, and a fault by its place.
    let file = template.join("push.hbs");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("pushed", "sent")).unwrap();
    let changed = check();
    assert_eq!(changed.code(), 1);
    assert!(changed.out().contains("chat/examples/push: output.http:"), "{}", changed.out());
    std::fs::write(&file, "{ \"a\": \"{{event.psh}}\" }").unwrap();
    let broken = check();
    assert!(
        broken.out().contains("chat/push.hbs:1:9: there is no `psh` in `event`"),
        "{}",
        broken.out()
    );
    let shown = run(["render", "--template", named, "--event", "push"]);
    assert_eq!(shown.code(), 1);
    assert!(shown.complaint().contains("push.hbs:1:9"), "{}", shown.complaint());
}

#[test]
fn render_takes_a_recorded_delivery_and_signs_it() {
    let push = example("gitlab", "push");
    let file = |name: &str| push.join(name).display().to_string();
    let shown = run([
        "render",
        "--template",
        "plain",
        "--headers",
        &file("headers.json"),
        "--url",
        "https://ci.example.com/hook?token=1",
        "--secret",
        "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=",
        "--scheme",
        "standard_webhooks",
        &file("body.json"),
    ]);
    assert_eq!(shown.code(), 0, "{}", shown.complaint());
    let out = shown.out();
    assert!(out.starts_with("POST https://ci.example.com/hook?token=1\n"), "{out}");
    assert!(out.contains("X-Forgeway-Event: push."), "{out}");
    assert!(out.to_lowercase().contains("webhook-signature: v1,"), "{out}");
}

#[test]
fn render_says_what_it_lacks() {
    let lacks = run(["render", "--template", "plain"]);
    assert_eq!(lacks.code(), 2);
    assert!(lacks.complaint().contains("--event"), "{}", lacks.complaint());
    let unknown = run(["render", "--template", "none", "--event", "push"]);
    assert!(unknown.complaint().contains("plain"), "{}", unknown.complaint());
}
