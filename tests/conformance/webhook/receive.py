"""Debian's webhook (adnanh/webhook), started with the hooks of a site; what it did is read from its log."""

import atexit
import json
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from hooks import hooks  # noqa: E402
from report import SECRET, end_with_the_test, report  # noqa: E402

# Who it runs as picks no port by itself: one that was free a moment ago is.
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
folder = tempfile.TemporaryDirectory()
configuration = Path(folder.name) / "hooks.json"
configuration.write_text(json.dumps(hooks(SECRET)))
webhook = subprocess.Popen(
    ["webhook", "-verbose", "-ip", "127.0.0.1", "-port", str(port), "-hooks", str(configuration)],
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    text=True,
)


def end():
    webhook.kill()
    webhook.wait()
    folder.cleanup()


atexit.register(end)
end_with_the_test(end)
for line in webhook.stdout:
    print(line, end="", file=sys.stderr)
    if "serving hooks on" in line:
        report(ready=port)
    elif told := re.search(r"command output: (\{.*\})", line):
        report(understood=json.loads(told[1]))
    elif "rules were not satisfied" in line:
        report(refused=line.strip())
    elif answer := re.search(r"\] (\d{3}) \|.*\| POST ", line):
        report(answered=int(answer[1]))
