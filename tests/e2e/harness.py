"""Starts the shipped program in a temporary folder, speaks to it, and sees that it ends well.

The program is HOLDALL_TEST_PROGRAM, or build/release/holdall of this tree. A test program is

    from harness import ServerCase, main

    class Upload(ServerCase):
        config = '[collections.default]\\nmax_file_size = "1 MiB"\\n'      # TOML, optional
        def test_a_file_is_taken(self):
            self.assertEqual(self.alice.upload("a.txt", b"hello").status, 201)

    if __name__ == "__main__":
        main()

A server that does not end with status 0 on SIGTERM, whose standard error holds a sanitizer's report, or whose folder
is not found clean by fsck afterwards (ServerCase) fails its test.
"""
import contextlib
import functools
import http.client
import json
import mmap
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import uuid

HERE = pathlib.Path(__file__).resolve().parent
TREE = HERE.parent.parent
PROGRAM = os.environ.get("HOLDALL_TEST_PROGRAM", str(TREE / "build/release/holdall"))
ATTACHMENTS = "/api/v1/attachments"
IN_CI = os.environ.get("CI", "") == "true"
SANITIZER_REPORT = re.compile(r"(ERROR|WARNING|SUMMARY): \w+Sanitizer|runtime error:|LeakSanitizer")


@functools.cache
def is_instrumented():
    """True when the program was built with a sanitizer, which makes everything several times slower."""
    with open(PROGRAM, "rb") as program, mmap.mmap(program.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(name) >= 0 for name in (b"__asan_init", b"__tsan_init"))


def patience(seconds):
    """A time limit for something that usually takes much less; longer under a sanitizer."""
    return seconds * (6 if is_instrumented() else 1)


def missing(case, what):
    """Skips in sight at home; in CI everything must be there."""
    if IN_CI:
        case.fail(f"{what} is missing, and CI runs everything")
    case.skipTest(f"{what} is not installed")


def clean_environment(**more):
    """The caller's environment without settings of its own Holdall."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith("HOLDALL_")}
    return {**keep, **{k: str(v) for k, v in more.items() if v is not None}}


def run(*arguments, env=None, timeout=30, **options):
    """One run of the program to its end; stdout and stderr as text."""
    return subprocess.run([PROGRAM, *map(str, arguments)], env=clean_environment(**(env or {})), text=True,
                          capture_output=True, timeout=patience(timeout), **options)


class Answer:
    """A whole HTTP answer; `headers` reads names in any case."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @classmethod
    def of(cls, response):
        return cls(response.status, response.headers, response.read())

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        """The last word of a problem's type: 'file-too-large'."""
        return self.json["type"].removeprefix("urn:holdall:problem:")

    def __repr__(self):
        return f"<{self.status} {self.headers.get('Content-Type')} {self.body[:300]!r}>"


def form(*parts, boundary=None):
    """(body, content type) of a form; a part is (name, value) or (name, value, filename[, content type])."""
    boundary = boundary or uuid.uuid4().hex
    body = b""
    for name, value, *file in parts:
        head = f'Content-Disposition: form-data; name="{name}"'
        if file:
            escaped = file[0].replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
            head += f'; filename="{escaped}"'
            if len(file) > 1 and file[1]:
                head += f"\r\nContent-Type: {file[1]}"
        value = value if isinstance(value, bytes) else str(value).encode()
        body += f"--{boundary}\r\n{head}\r\n\r\n".encode() + value + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


class Client:
    """One user's way to a server: a new connection for each request, every answer a value."""

    def __init__(self, server, token=None):
        self.server, self.token = server, token

    def headers(self, more=None):
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**own, **(more or {})}

    def connection(self):
        return self.server.connection()

    def call(self, method, path, body=None, headers=None, query=None, chunked=False):
        """`path` is absolute; `query` a dict or list of pairs; a JSON body when `body` is a dict or list."""
        headers = self.headers(headers)
        if query:
            path += ("&" if "?" in path else "?") + urllib.parse.urlencode(query, doseq=True)
        if isinstance(body, dict) or (isinstance(body, list)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        with contextlib.closing(self.connection()) as connection:
            try:
                connection.request(method, path, body=body, headers=headers, encode_chunked=chunked)
            except (BrokenPipeError, ConnectionResetError):
                if connection.sock is None:
                    raise  # not even connected
                # Refused before all was sent; the answer is there.
            return Answer.of(connection.getresponse())

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def head(self, path, **options):
        return self.call("HEAD", path, **options)

    def patch(self, path, change, headers=None):
        return self.call("PATCH", path, json.dumps(change).encode(),
                         {"Content-Type": "application/merge-patch+json", **(headers or {})})

    def delete(self, path, **options):
        return self.call("DELETE", path, **options)

    def post_form(self, *parts, path=ATTACHMENTS, query=None, headers=None):
        body, content_type = form(*parts)
        return self.call("POST", path, body, {"Content-Type": content_type, **(headers or {})}, query)

    def upload(self, filename, content, content_type=None, **fields):
        """One file by form; fields before it."""
        return self.post_form(*fields.items(), ("file", content, filename, content_type))

    def put(self, filename, content, headers=None, chunked=False, **query):
        """One file as the raw body."""
        headers = {"Content-Type": "application/octet-stream", **(headers or {})}
        if chunked:
            content = iter(content) if not isinstance(content, bytes) else iter(
                [content[i:i + 65536] for i in range(0, len(content), 65536)])
            headers["Transfer-Encoding"] = "chunked"
        return self.call("PUT", ATTACHMENTS, content, headers, {"filename": filename, **query}, chunked=chunked)

    def download(self, attachment, headers=None, **query):
        return self.get(f"{ATTACHMENTS}/{attachment}/download", headers=headers, query=query)

    def all(self, **query):
        """Every attachment that matches, by walking the cursor."""
        items, cursor = [], None
        while True:
            answer = self.get(ATTACHMENTS, query={**query, **({"cursor": cursor} if cursor else {})})
            assert answer.status == 200, answer
            items += answer.json["items"]
            cursor = answer.json["next"]
            if not cursor:
                return items


class Server:
    """The program serving a folder. Use as a context manager, or call start() and stop()."""

    def __init__(self, config=None, env=None, flags=(), data=None):
        """`config`: TOML text; `env`: variables; `data`: a folder to use, which is then kept."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdall-e2e-"))
        self.data = pathlib.Path(data) if data else self.folder / "data"
        self.env, self.flags = dict(env or {}), list(flags)
        self.process = None
        self.url = None
        self.runs = 0
        self._tokens = {}
        if config is not None:
            (self.folder / "holdall.toml").write_text(config)
            self.flags = ["--config", str(self.folder / "holdall.toml"), *self.flags]

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.stop()
        finally:
            self.clear()

    def command(self):
        return [PROGRAM, "serve", "--data", str(self.data), "--listen", "127.0.0.1:0", *self.flags]

    def start(self, prefix=()):
        """Returns when the ready line was read. `prefix`: a program to run it under (strace, prlimit)."""
        self.runs += 1
        self.log_path = self.folder / f"stderr.{self.runs}"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([*prefix, *self.command()], env=clean_environment(**self.env),
                                            stdout=subprocess.PIPE, stderr=log, cwd=self.folder)
        line = self._ready_line(patience(30))
        match = re.fullmatch(r"ready (https?://(\[?[^/]+?\]?):(\d+))\n", line)
        if not match:
            self.kill()
            raise AssertionError(f"no ready line but {line!r}; standard error:\n{self.log()}")
        self.url, self.host, self.port = match[1], match[2].strip("[]"), int(match[3])
        return self

    def _ready_line(self, limit):
        lines = []
        reader = threading.Thread(target=lambda: lines.append(self.process.stdout.readline().decode()), daemon=True)
        reader.start()
        reader.join(limit)
        return lines[0] if lines else ""

    def log(self):
        return self.log_path.read_text(errors="replace")

    def check_log(self):
        report = SANITIZER_REPORT.search(self.log())
        assert not report, f"a sanitizer reports:\n{self.log()[report.start() - 200:report.start() + 6000]}"

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait(self, limit=30):
        """The exit status."""
        status = self.process.wait(patience(limit))
        self.process.stdout.close()
        self.process = None
        return status

    def stop(self, limit=30):
        """SIGTERM; the server must end by itself with status 0 and a clean log."""
        if self.process is None:
            return
        self.signal()
        try:
            status = self.wait(limit)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {patience(limit)} s after SIGTERM:\n{self.log()[-3000:]}") from None
        self.check_log()
        assert status == 0, f"exit status {status}:\n{self.log()[-3000:]}"

    def kill(self):
        """SIGKILL: what a power cut leaves."""
        if self.process is not None:
            self.process.kill()
            self.wait()

    def restart(self):
        self.stop()
        return self.start()

    def clear(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def token(self, user, scope=None, ttl=None):
        key = (str(user), scope, ttl)
        if key not in self._tokens:
            more = (["--scope", scope] if scope else []) + (["--ttl", ttl] if ttl else [])
            flags = [f for f in self.flags if f]
            config = flags[flags.index("--config"):flags.index("--config") + 2] if "--config" in flags else []
            done = run("token", "--data", self.data, "--user", user, *config, *more, env=self.env)
            assert done.returncode == 0, done.stderr
            self._tokens[key] = done.stdout.strip()
        return self._tokens[key]

    def client(self, user=None, scope=None):
        """Without a user: nobody."""
        return Client(self, self.token(user, scope) if user is not None else None)

    def connection(self, timeout=60):
        return http.client.HTTPConnection(self.host, self.port, timeout=patience(timeout))

    def socket(self, timeout=20):
        return socket.create_connection((self.host, self.port), timeout=patience(timeout))

    def fsck(self, *flags):
        """(exit status, report) of `holdall fsck --json`."""
        done = run("fsck", "--data", self.data, "--json", *flags, timeout=120)
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else done.stderr

    def pid(self):
        return self.process.pid

    def status_value(self, name):
        """A number of /proc/PID/status, in its own unit: VmRSS, VmHWM (kB), Threads."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+)", text, re.M)[1])


class ServerCase(unittest.TestCase):
    """One server for all tests of the class; alice is user 1, bob user 2, nobody has no token."""
    config = None
    env = {}
    flags = ()
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.server = Server(cls.config, cls.env, cls.flags)
        cls.addClassCleanup(cls.server.clear)
        cls.server.start()
        cls.addClassCleanup(cls._end)
        cls.alice, cls.bob, cls.nobody = cls.server.client(1), cls.server.client(2), cls.server.client()

    @classmethod
    def _end(cls):
        """Whatever the tests did: an orderly end, no row without its bytes, no bytes without a row, right sums."""
        cls.server.stop()
        status, report = cls.server.fsck("--read-data")
        assert status == 0, f"fsck after the tests of {cls.__name__}: {report}"

    def assert_status(self, answer, *expected):
        self.assertIn(answer.status, expected, answer)
        return answer

    def assert_problem(self, answer, status, name=None):
        """A whole problem+json of this status (and type)."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json", answer)
        problem = answer.json
        self.assertEqual(problem["status"], status)
        self.assertTrue(problem["type"].startswith("urn:holdall:problem:"), problem)
        self.assertTrue(problem["title"] and problem["detail"], problem)
        self.assertEqual(problem["request_id"], answer.headers["X-Request-Id"])
        if name:
            self.assertEqual(answer.problem, name)
        return problem

    def created(self, answer):
        """The attachment of a 201."""
        self.assertEqual(answer.status, 201, answer)
        return answer.json


def together(*calls):
    """Runs the calls at the same moment, each in its thread; their results in order, exceptions raised."""
    gate, results, errors = threading.Barrier(len(calls)), [None] * len(calls), []

    def one(index, call):
        try:
            gate.wait()
            results[index] = call()
        except BaseException as error:  # pylint: disable=broad-except
            errors.append(error)

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


def eventually(check, limit=10, what="the condition"):
    """Waits until check() is true; for things that happen in the server's background."""
    end = time.monotonic() + patience(limit)
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true")
        time.sleep(0.02)


def main():
    unittest.main(verbosity=2)
