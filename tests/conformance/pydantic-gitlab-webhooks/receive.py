"""A bot made with pydantic-gitlab-webhooks: strict models of what GitLab documents."""

import hmac
import json
import sys
from pathlib import Path

from pydantic_gitlab_webhooks import events
from pydantic_gitlab_webhooks.validators import validate_event_header_and_body_dict

sys.path.insert(0, str(Path(__file__).parent.parent))
import gitlab  # noqa: E402
from report import SECRET, report, serve  # noqa: E402

READERS = {
    events.PushEvent: gitlab.push,
    events.TagPushEvent: gitlab.push,
    events.MergeRequestEvent: gitlab.merge_request,
    events.MergeRequestNoteEvent: gitlab.note,
}


def receive(headers, body):
    # The library leaves the token to its user.
    if not hmac.compare_digest(headers.get("x-gitlab-token", ""), SECRET):
        raise PermissionError("the token is not the one that was agreed on")
    event = validate_event_header_and_body_dict(headers["x-gitlab-event"], json.loads(body))
    report(understood=READERS[type(event)](event.model_dump(mode="json")))


serve(receive)
