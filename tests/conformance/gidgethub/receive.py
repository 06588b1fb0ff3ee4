"""A bot made with gidgethub: its router calls the handler of an event and its action."""

import asyncio
import sys
from pathlib import Path

from gidgethub import routing, sansio

sys.path.insert(0, str(Path(__file__).parent.parent))
import github  # noqa: E402
from report import SECRET, report, serve  # noqa: E402

router = routing.Router()


def handle(facts, name, **details):
    """Asks the router for an event, and tells what is read from it."""

    @router.register(name, **details)
    async def handler(event):
        report(understood=facts(event.data))


for name, details, facts in github.HANDLERS:
    handle(facts, name, **details)


def receive(headers, body):
    event = sansio.Event.from_http(headers, body, secret=SECRET)
    asyncio.run(router.dispatch(event))


serve(receive)
