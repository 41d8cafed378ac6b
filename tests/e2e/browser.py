"""A page in headless Chromium: served by a small server of our own, run to its end, its document read back."""
import contextlib
import http.server
import shutil
import subprocess
import tempfile
import threading

from harness import missing, patience

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]

# The picture holds the load event back, and with it the moment the document is read, until the script has come to its end.
PAGE = """<!doctype html><meta charset="utf-8"><title>page</title>
<pre id="result"></pre><img src="/hold" alt="">
<script>
const report = value => { document.getElementById('result').textContent = JSON.stringify(value); };
(async () => { %s })().catch(e => report({failed: String(e), stack: e.stack})).finally(() => fetch('/done', {method: 'POST'}));
</script>
"""


def dump_dom(case, url, budget=None):
    """The document at `url` as text, once it has loaded (and `budget` milliseconds of the page's own time have passed)."""
    if not CHROMIUM:
        missing(case, "chromium")
    with tempfile.TemporaryDirectory(prefix="holdall-chromium-", ignore_cleanup_errors=True) as profile:
        more = [f"--virtual-time-budget={budget}"] if budget else []
        done = subprocess.run([CHROMIUM, *FLAGS, *more, f"--user-data-dir={profile}", "--dump-dom", url], capture_output=True,
                              text=True, timeout=patience(90), check=False)
    case.assertEqual(done.returncode, 0, done.stderr[-2000:])
    return done.stdout


class Site:
    """The application's own server: gives the page out and keeps what forms send it, byte by byte."""

    def __init__(self, script=""):
        self.script, self.records, self.done = script, [], threading.Event()
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, status, content_type="text/html", body=b""):
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                if self.path == "/":
                    return self.answer(200, "text/html; charset=utf-8", (PAGE % site.script).encode())
                if self.path == "/hold":
                    site.done.wait(patience(60))
                return self.answer(404)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path == "/done":
                    site.done.set()
                else:
                    site.records.append((self.headers["Content-Type"], body))
                self.answer(200, body=b"<p>thank you</p>")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"

    @contextlib.contextmanager
    def serving(self):
        thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.done.set()
            self.server.shutdown()
            self.server.server_close()
