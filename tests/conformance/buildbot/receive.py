"""A whole Buildbot: what its master took in and what its worker built is asked of its REST API."""

import atexit
import collections
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from facts import facts  # noqa: E402
from report import end_with_the_test, report  # noqa: E402

# How long a build may take; a test that needs it has failed.
PATIENCE = 60


class Api(BaseHTTPRequestHandler):
    """What GitHub's own API would answer to the two questions that Buildbot asks about a pull request."""

    asked = []

    def do_GET(self):
        self.asked.append(self.path)
        if re.fullmatch("/repos/.+/commits/[0-9a-f]{12,40}", self.path):
            answer = {"commit": {"message": "Ask for the password"}}
        elif re.fullmatch("/repos/.+/pulls/[0-9]+/files", self.path):
            answer = [{"filename": "src/login.rs"}]
        else:
            return self.send_error(404)
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def start(folder, api):
    """Makes a master in a folder, as its command does, and starts it."""
    tools = Path(sys.executable).parent
    environment = {**os.environ, "API": api}
    subprocess.run([tools / "buildbot", "create-master", "-q", folder], check=True, stdout=sys.stderr)
    for file in ("master.cfg", "buildbot.tac"):
        shutil.copy(HERE / file, folder)
    twistd = [tools / "twistd", "--nodaemon", "--no_save", "--logfile=-", "--python=buildbot.tac"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(twistd, cwd=folder, env=environment, **pipes)


class Master:
    """The master's REST API, and what of it was told already."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}/api/v2"
        self.change = self.build = 0

    def get(self, path):
        with urllib.request.urlopen(f"{self.address}/{path}") as answer:
            return json.load(answer)

    def new(self, finished):
        """The changes since the last time, each with the build that came of it, which is over.

        `finished` waits until one more build says that it is.
        """
        changes = self.get(f"changes?changeid__gt={self.change}&order=changeid")["changes"]
        for change in changes:
            finished()
            change["build"] = self.next_build()
            self.change, self.build = change["changeid"], change["build"]["buildid"]
        return changes

    def next_build(self):
        """The build after the last one that was told. It says that it is over shortly before it is."""
        latest = time.monotonic() + PATIENCE
        while time.monotonic() < latest:
            builds = self.get(f"builds?buildid__gt={self.build}&order=buildid&limit=1&property=*")["builds"]
            if builds and builds[0]["complete"]:
                return builds[0]
            time.sleep(0.02)
        raise TimeoutError(f"no build came after {self.build}")


def lines(stream):
    """What reads the lines of a stream, none of which waits for it."""
    kept = queue.SimpleQueue()
    threading.Thread(target=lambda: [*map(kept.put, stream), kept.put(None)], daemon=True).start()
    return kept


folder = tempfile.mkdtemp()
api = ThreadingHTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=api.serve_forever, daemon=True).start()
buildbot = start(folder, f"http://127.0.0.1:{api.server_address[1]}")


def end():
    buildbot.kill()
    buildbot.wait()
    shutil.rmtree(folder, ignore_errors=True)


atexit.register(end)
end_with_the_test(end)
said = lines(buildbot.stdout)
answers = collections.deque()
builds = 0


def listen(until):
    """Reads what the master says until something holds."""
    global builds
    while not until():
        line = said.get()
        if line is None:
            sys.exit("the master ended")
        print(line.rstrip()[:200], file=sys.stderr)
        if line.startswith('{"answered"'):
            answers.append(json.loads(line))
        elif ": build finished" in line:
            builds += 1
        elif listening := re.search(r"BuildbotSite starting on (\d+)", line):
            answers.append({"ready": int(listening[1])})
        elif "BuildMaster is running" in line:
            return


def finished():
    """Waits for one more build."""
    global builds
    listen(lambda: builds > 0)
    builds -= 1


listen(lambda: False)
ready = answers.popleft()
master = Master(ready["ready"])
report(**ready)
while True:
    listen(lambda: answers)
    if changes := master.new(finished):
        report(understood=facts(changes, Api.asked[:]))
    Api.asked.clear()
    report(**answers.popleft())
