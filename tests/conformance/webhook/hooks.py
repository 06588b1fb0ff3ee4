"""The hooks of a site that runs a command for what comes: which facts it hands to the command, and from
where in the payload. The command is `command.py` beside this file."""

import sys
from pathlib import Path

COMMAND = ["-I", "-S", str(Path(__file__).parent / "command.py")]

# The command's variables, and where in GitHub's payloads they are.
GITHUB = {
    "repository": "repository.full_name",
    "clone_url": "repository.clone_url",
    "author": "sender.login",
    "action": "action",
    "ref": "ref",
    "ref_type": "ref_type",
    "before": "before",
    "after": "after",
    "created": "created",
    "deleted": "deleted",
    "tip": "head_commit.id",
    "number": "pull_request.number",
    "issue_number": "issue.number",
    "title": "pull_request.title",
    "merged": "pull_request.merged",
    "head": "pull_request.head.ref",
    "head_sha": "pull_request.head.sha",
    "head_repository": "pull_request.head.repo.full_name",
    "base": "pull_request.base.ref",
    "base_repository": "pull_request.base.repo.full_name",
    "text": "comment.body",
}

# The same in GitLab's.
GITLAB = {
    "repository": "project.path_with_namespace",
    "clone_url": "project.git_http_url",
    "author": "user.username",
    "pusher": "user_username",
    "action": "object_attributes.action",
    "oldrev": "object_attributes.oldrev",
    "ref": "ref",
    "before": "before",
    "after": "after",
    "tip": "checkout_sha",
    "number": "object_attributes.iid",
    "issue_number": "merge_request.iid",
    "title": "object_attributes.title",
    "head": "object_attributes.source_branch",
    "head_sha": "object_attributes.last_commit.id",
    "head_repository": "object_attributes.source.path_with_namespace",
    "base": "object_attributes.target_branch",
    "base_repository": "object_attributes.target.path_with_namespace",
    "text": "object_attributes.note",
}


def hook(name, event, facts, rule):
    """One hook: it answers 403 to what its rule refuses, and shows what the command said."""
    variables = [{"source": "string", "name": name, "envname": "FORMAT"}]
    variables.append({"source": "header", "name": event, "envname": "EVENT"})
    for fact, path in facts.items():
        variables.append({"source": "payload", "name": path, "envname": f"FACT_{fact}"})
    return {
        "id": name,
        "execute-command": sys.executable,
        "pass-arguments-to-command": [{"source": "string", "name": word} for word in COMMAND],
        "pass-environment-to-command": variables,
        "include-command-output-in-response": True,
        "trigger-rule": {"match": rule},
        "trigger-rule-mismatch-http-response-code": 403,
    }


def hooks(secret):
    """The site's configuration, as JSON."""
    signature = {
        "type": "payload-hmac-sha256",
        "secret": secret,
        "parameter": {"source": "header", "name": "X-Hub-Signature-256"},
    }
    token = {
        "type": "value",
        "value": secret,
        "parameter": {"source": "header", "name": "X-Gitlab-Token"},
    }
    return [
        hook("github", "X-GitHub-Event", GITHUB, signature),
        hook("gitlab", "X-Gitlab-Event", GITLAB, token),
    ]
