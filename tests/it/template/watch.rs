//! `forgeway render --watch`: a process, and files that are saved while it runs.

use crate::program::{Running, example, run};
use std::path::Path;

fn copy(from: &Path, to: &Path) {
    std::fs::write(to, std::fs::read(from).unwrap()).unwrap();
}

#[test]
fn what_is_saved_is_rendered_again_until_the_process_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let shown = |name: &str| path(name).display().to_string();
    let made = run(["new", "template", "chat", "--in", &shown("")]);
    assert_eq!(made.code(), 0, "{}", made.complaint());
    let push = example("gitea", "push");
    copy(&push.join("headers.json"), &path("headers.json"));
    copy(&push.join("body.json"), &path("body.json"));
    let (template, headers, body) = (shown("chat"), shown("headers.json"), shown("body.json"));
    let mut watching = Running::start([
        "render",
        "--watch",
        "--template",
        &template,
        "--headers",
        &headers,
        &body,
    ]);
    watching.printed(" to main\"");

    // A file of the template.
    let hbs = path("chat/push.hbs");
    let text = std::fs::read_to_string(&hbs).unwrap();
    std::fs::write(&hbs, text.replace(" pushed ", " has sent ")).unwrap();
    watching.printed(" has sent ");

    // The body, saved as many editors do: another file takes its place.
    let body = std::fs::read_to_string(path("body.json")).unwrap();
    let renamed = body.replace("refs/heads/main", "refs/heads/harvest");
    std::fs::write(path("new"), renamed).unwrap();
    std::fs::rename(path("new"), path("body.json")).unwrap();
    watching.printed(" to harvest\"");

    // What does not hold is said with its place, and so is what is no JSON; neither ends it.
    std::fs::write(&hbs, "{\n  \"text\": \"{{event.psh}}\" }").unwrap();
    watching.said("push.hbs:2:");
    std::fs::write(path("body.json"), "{\n").unwrap();
    std::fs::write(&hbs, &text).unwrap();
    std::fs::write(path("body.json"), &body).unwrap();
    watching.printed("X-Event: push.updated");
    watching.printed(" pushed ");
}

#[test]
fn what_cannot_be_watched_is_said() {
    let cases: [(&[&str], &str); 3] = [
        (&["--template", "plain", "--event", "push"], "give --template a folder"),
        (&["--template", "plain", "--headers", "h.json", "-"], "give files, and no `-`"),
        (&["--template", "plain"], "give --event, or --headers and BODY"),
    ];
    for (args, reason) in cases {
        let ran = run(["render", "--watch"].iter().chain(args));
        assert_ne!(ran.code(), 0);
        assert!(ran.complaint().contains(reason), "{}", ran.complaint());
    }
}
