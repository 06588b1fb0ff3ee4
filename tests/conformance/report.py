"""What a receiver in Python tells the test: one JSON object a line, as README.md says."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The secret that the sender signs with.
SECRET = os.environ["SECRET"]


def report(**said):
    """Tells the test one thing."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def serve(receive):
    """Serves requests on a port of its own until nobody listens any more.

    `receive` is given the headers, in lower case, and the body of each. What it raises is a refusal.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            try:
                receive(headers, body)
                status = 200
            except Exception as error:  # whatever it is, it is the library's word
                report(refused=f"{type(error).__name__}: {error}")
                status = 400
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            report(answered=status)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    end_with_the_test(server.server_close)
    report(ready=server.server_address[1])
    server.serve_forever()


def end_with_the_test(close):
    """Ends this program once its stdin is closed."""
    import threading

    def wait():
        sys.stdin.read()
        close()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
