"""What a bot reads from each of GitLab's events, in the words of README.md."""

# GitLab's word for what was done to a merge request; an update is new commits only with `oldrev`.
ACTIONS = {"open": "opened", "merge": "merged", "close": "closed", "reopen": "reopened"}
STATES = {"opened": "open", "closed": "closed", "merged": "closed", "locked": "open"}


def sha(text):
    """A hash; all zeros stand for none."""
    return None if text == "0" * 40 else text


def repository(data):
    return {
        "repository": data["project"]["path_with_namespace"],
        "clone_url": data["project"]["git_http_url"],
    }


def push(data):
    lists = ("added", "modified", "removed")
    before, after = sha(data["before"]), sha(data["after"])
    return {
        "kind": "push",
        "action": "created" if not before else "deleted" if not after else "updated",
        **repository(data),
        "ref": data["ref"],
        "before": before,
        "after": after,
        "tip": sha(data["checkout_sha"]),
        "commits": [sha(commit["id"]) for commit in data["commits"]],
        "files": sorted(file for commit in data["commits"] for name in lists for file in commit[name]),
        "author": data["user_username"],
        "author_name": data["user_name"],
    }


def of_merge_request(said):
    return {
        "number": said["iid"],
        "title": said["title"],
        "text": said["description"],
        "state": STATES[said["state"]],
        "draft": said["draft"],
        "head": said["source_branch"],
        "head_sha": sha(said["last_commit"]["id"]),
        "head_repository": said["source"]["path_with_namespace"],
        "base": said["target_branch"],
        "base_repository": said["target"]["path_with_namespace"],
        "commit_author": f"{said['last_commit']['author']['name']} <{said['last_commit']['author']['email']}>",
    }


def merge_request(data):
    said = data["object_attributes"]
    action = said["action"]
    if action == "update":
        action = "synchronized" if said.get("oldrev") else "updated"
    return {
        "kind": "pull_request",
        "action": ACTIONS.get(action, action),
        **repository(data),
        **of_merge_request(said),
        "before": sha(said.get("oldrev")),
        "author": data["user"]["username"],
        "author_name": data["user"]["name"],
    }


def note(data):
    return {
        "kind": "comment",
        "action": "created",
        **repository(data),
        **of_merge_request(data["merge_request"]),
        "target": {"MergeRequest": "pull_request"}.get(data["object_attributes"]["noteable_type"]),
        "text": data["object_attributes"]["note"],
        "author": data["user"]["username"],
        "author_name": data["user"]["name"],
    }
