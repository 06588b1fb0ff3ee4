"""The command that webhook runs: tells what it was handed, in the words of README.md."""

import json
import os

facts = {name[5:]: value for name, value in os.environ.items() if name.startswith("FACT_")}
none = "0" * 40
event = os.environ["EVENT"]
github = os.environ["FORMAT"] == "github"


def told(kind, action, *names):
    """Prints these facts; what was not handed over is not there."""
    numbers = {"number": int(facts["number"])} if facts.get("number") else {}
    given = {name: facts.get(name) or None for name in names}
    print(json.dumps({**given, **numbers, "kind": kind, "action": action}))


ALWAYS = ["repository", "clone_url", "author"]
PULL = ["title", "head", "head_sha", "head_repository", "base", "base_repository"]
if event in ("push", "Push Hook", "Tag Push Hook"):
    facts["author"] = facts.get("pusher", facts["author"] if github else "")
    if github:
        new, gone = facts["created"] == "true", facts["deleted"] == "true"
    else:
        new, gone = facts["before"] == none, facts["after"] == none
    for side in ("before", "after"):
        facts[side] = facts[side].replace(none, "")
    action = "deleted" if gone else "created" if new else "updated"
    told("push", action, *ALWAYS, "ref", "before", "after", "tip")
elif event in ("create", "delete"):
    told("ref", event + "d", *ALWAYS, "ref", "ref_type")
elif event in ("pull_request", "Merge Request Hook"):
    words = {"open": "opened", "merge": "merged", "close": "closed", "synchronize": "synchronized"}
    action = words.get(facts["action"], facts["action"])
    if facts.get("merged") == "true":
        action = "merged"
    if action == "update" and facts.get("oldrev"):
        action = "synchronized"
    told("pull_request", action, *ALWAYS, *PULL)
elif event in ("issue_comment", "Note Hook"):
    facts["number"] = facts["issue_number"]
    told("comment", "created", *ALWAYS, "text")
