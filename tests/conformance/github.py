"""What a bot reads from each of GitHub's events, in the words of README.md.

The action is told by the handler that was called, never by a word that was only passed on.
"""


def sha(text):
    """A hash; all zeros stand for none."""
    return None if text == "0" * 40 else text


def repository(data):
    said = data["repository"]
    return {
        "repository": f"{said['owner']['login']}/{said['name']}",
        "full_name": said["full_name"],
        "clone_url": said["clone_url"],
    }


def push(data):
    lists = ("added", "modified", "removed")
    action = "deleted" if data["deleted"] else "created" if data["created"] else "updated"
    return {
        "kind": "push",
        "action": action,
        **repository(data),
        "ref": data["ref"],
        "before": sha(data["before"]),
        "after": sha(data["after"]),
        "tip": data["head_commit"] and data["head_commit"]["id"],
        "commits": [sha(commit["id"]) for commit in data["commits"]],
        "files": sorted(file for commit in data["commits"] for name in lists for file in commit[name]),
        "author": data["sender"]["login"],
        "pusher": data["pusher"]["name"],
    }


def ref(action):
    return lambda data: {
        "kind": "ref",
        "action": action,
        **repository(data),
        "ref": data["ref"],
        "ref_type": data["ref_type"],
        "author": data["sender"]["login"],
    }


def pull(action):
    def facts(data):
        said = data["pull_request"]
        head, base = said["head"], said["base"]
        same = data["number"] == said["number"]
        return {
            "kind": "pull_request",
            "action": action or ("merged" if said["merged"] else "closed"),
            **repository(data),
            "number": said["number"] if same else f"{data['number']} and {said['number']}",
            "title": said["title"],
            "text": said["body"],
            "state": said["state"],
            "draft": said["draft"],
            "head": head["ref"],
            "head_sha": sha(head["sha"]),
            "head_repository": head["repo"] and head["repo"]["full_name"],
            "base": base["ref"],
            "base_repository": base["repo"]["full_name"],
            "before": data.get("before"),
            "after": data.get("after"),
            "author": data["sender"]["login"],
            "opener": said["user"]["login"],
        }

    return facts


def comment(data):
    return {
        "kind": "comment",
        "action": "created",
        **repository(data),
        "number": data["issue"]["number"],
        "target": "pull_request" if data["issue"].get("pull_request") else "issue",
        "title": data["issue"]["title"],
        "text": data["comment"]["body"],
        "author": data["comment"]["user"]["login"],
    }


# The events that a bot asks for, with their actions, and what it reads from each.
HANDLERS = [
    ("push", {}, push),
    ("create", {}, ref("created")),
    ("delete", {}, ref("deleted")),
    ("pull_request", {"action": "opened"}, pull("opened")),
    ("pull_request", {"action": "synchronize"}, pull("synchronized")),
    ("pull_request", {"action": "closed"}, pull(None)),
    ("issue_comment", {"action": "created"}, comment),
]
