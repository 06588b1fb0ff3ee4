"""Holds the requests of the templates that ship against their receivers' libraries for Python, as `templates.mjs` does.

Reads a request a line from stdin; prints a line for each that is refused, and how many were held at the end.
"""

import json
import sys

from slack_sdk.models.blocks import Block


def slack(body: str) -> None:
    """Slack's own SDK knows the lengths of everything in a block."""
    message = json.loads(body)
    for given in message["blocks"]:
        block = Block.parse(given)
        if block is None:
            raise ValueError(f"the library knows no block {given['type']}")
        texts = [block.text] if given["type"] == "section" else block.elements
        for part in [block, *texts]:
            part.validate_json()
        if block.to_dict() != given:
            raise ValueError("the library left something out")


CHECKERS = {"slack": slack}


def main() -> None:
    checked: dict[str, int] = {}
    for line in sys.stdin:
        given = json.loads(line)
        template = given["template"]
        check = CHECKERS.get(template)
        if check is None:
            continue
        checked[template] = checked.get(template, 0) + 1
        try:
            check(given["request"]["body_text"])
        except Exception as error:  # noqa: BLE001 (whatever the library raises is its word)
            print(json.dumps({"template": template, "event": given["event"], "fault": str(error)}))
    print(json.dumps({"checked": checked}))


main()
