"""What Buildbot's changes say, in the words of README.md."""

import re


def facts(changes, asked):
    """The facts of the changes of one request, the last of which is the newest."""
    last = changes[-1]
    properties = {name: value for name, (value, _) in last["properties"].items()}
    reader = READERS[last["category"]]
    return {
        "project": last["project"],
        "tip": last["revision"],
        "commits": [change["revision"] for change in changes],
        "files": sorted(file for change in changes for file in change["files"]),
        "commit_author": last["author"],
        "asked": asked,
        "built": all(built(change) for change in changes) or [change["build"] for change in changes],
        **reader(last, properties),
    }


def built(change):
    """Whether the build of a change went well, and what it was given and the worker ran with is the change's."""
    build = change["build"]
    given = {name: value for name, (value, _) in build["properties"].items()}
    same = all(given[name] == change[name] for name in ("branch", "revision", "repository", "project"))
    return build["results"] == 0 and same and given["built"] == f"{change['branch']} {change['revision']}".strip()


def github_push(kind):
    def read(change, properties):
        return {
            "kind": "push",
            "repository": change["project"],
            "web_url": change["repository"],
            "clone_url": properties["github.repository.clone_url"],
            "ref": f"refs/{kind}/{change['branch']}",
            "before": properties["github.before"].replace("0" * 40, "") or None,
            "after": properties["github.after"],
        }

    return read


def github_pull(change, properties):
    number, title, text = re.fullmatch(
        r"GitHub Pull Request #(\d+) \(\d+ commits?\)\n(.*)\n((?s:.*))", change["comments"]
    ).groups()
    branch = re.fullmatch("refs/pull/([0-9]+)/merge", change["branch"])[1]
    return {
        "kind": "pull_request",
        "repository": change["project"],
        "web_url": change["repository"],
        "clone_url": properties["github.base.repo.clone_url"],
        "number": int(number) if number == branch else f"{number} and {branch}",
        "title": title,
        "text": text,
        "head": properties["github.head.ref"],
        "head_sha": change["revision"],
        "head_repository": properties.get("github.head.repo.full_name"),
        "base": properties["basename"],
        "author": change["author"],
        "opener": properties["github.user.login"],
    }


def gitlab_push(kind):
    def read(change, _):
        return {
            "kind": "push",
            "ssh_url": change["repository"],
            "ref": f"refs/{kind}/{change['branch']}",
        }

    return read


def gitlab_merge_request(kind):
    def read(change, properties):
        number, title, text = re.fullmatch(r"MR#(\d+): (.*)\n\n((?s:.*))", change["comments"]).groups()
        return {
            "kind": kind,
            "clone_url": properties["target_repository"],
            "number": int(number),
            "title": title,
            "text": properties.get("comments", text),
            "head": properties["source_branch"],
            "head_sha": change["revision"],
            "head_clone_url": properties["source_repository"],
            "base": properties["target_branch"],
        }

    return read


# By the category that the hooks give to their changes.
READERS = {
    None: github_push("heads"),
    "tag": github_push("tags"),
    "pull": github_pull,
    "push": gitlab_push("heads"),
    "tag_push": gitlab_push("tags"),
    "merge_request": gitlab_merge_request("pull_request"),
    "note": gitlab_merge_request("comment"),
}
