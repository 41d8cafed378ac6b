#!/usr/bin/env python3
"""Holds a running HTTP server against RFC 9110 and 9112 over raw sockets.

  http_framing.py HOST:PORT [--good /healthz] [--body /digest] [--refuse /refuse] [--stream /zeroes/100000000] [--slow]
  http_framing.py --start PROGRAM        starts holdall_echo_server and runs everything against it

--good    a path that answers GET with 200
--body    a path that reads a POST body to its end and answers 200 "<size> <sha256>"; without it chunk cases are left out
--refuse  a path that answers POST with 413 without reading the body
--stream  a path whose GET body is too long for the socket buffers
--slow    the server runs with deadlines of about a second (holdall_echo_server --slow-limits)
"""
import argparse
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time

CRLF = b"\r\n"
NUL = b"\0"


class Connection:
    def __init__(self, address):
        self.socket = socket.create_connection(address, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.reset = False

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            self.reset = True

    def fill(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            self.reset = True
            return False
        self.buffer += data
        return bool(data)

    def response(self, method=b"GET"):
        """(status, fields, body) or None at the end."""
        while b"\r\n\r\n" not in self.buffer:
            if not self.fill():
                return None
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.split(CRLF)
        status = int(lines[0].split(b" ")[1])
        fields = {}
        for line in lines[1:]:
            name, value = line.split(b":", 1)
            fields[name.lower().decode()] = value.strip().decode()
        body = b""
        if status >= 200 and method != b"HEAD" and status not in (204, 304):
            body = self.chunked() if fields.get("transfer-encoding") == "chunked" else self.take(
                int(fields.get("content-length", "0")))
        return status, fields, body

    def take(self, size):
        while len(self.buffer) < size:
            if not self.fill():
                raise AssertionError("the body ended early")
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def chunked(self):
        body = b""
        while True:
            while CRLF not in self.buffer:
                assert self.fill(), "the chunk ended early"
            line, self.buffer = self.buffer.split(CRLF, 1)
            size = int(line, 16)
            body += self.take(size)
            assert self.take(2) == CRLF
            if size == 0:
                return body

    def is_closed(self, within=5.0):
        self.socket.settimeout(within)
        try:
            return not self.fill()
        except socket.timeout:
            return False
        finally:
            self.socket.settimeout(10)

    def close(self):
        self.socket.close()


def get(path="/", fields=b"", version=b"1.1", host=b"Host: a\r\n"):
    return b"GET " + path.encode() + b" HTTP/" + version + CRLF + host + fields + CRLF


def post(path, fields, body=b""):
    return b"POST " + path.encode() + b" HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n\r\n" + body


# What follows each refused request on the wire: if it is ever answered, a request was smuggled.
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

# name, bytes, status: one answer, then the connection ends and nothing that followed was looked at.
REFUSED = [
    ("CL.TE", post("/", b"Content-Length: 6\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"), 400),
    ("TE.CL", post("/", b"Transfer-Encoding: chunked\r\nContent-Length: 4", b"5c\r\n"), 400),
    ("TE twice", post("/", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"), 400),
    ("TE twice, one odd", post("/", b"Transfer-Encoding: chunked\r\nTransfer-encoding: cow", b"0\r\n\r\n"), 400),
    ("TE chunked, gzip", post("/", b"Transfer-Encoding: chunked, gzip", b"0\r\n\r\n"), 400),
    ("TE gzip, chunked", post("/", b"Transfer-Encoding: gzip, chunked", b"0\r\n\r\n"), 400),
    ("TE gzip with CL", post("/", b"Transfer-Encoding: gzip\r\nContent-Length: 3", b"abc"), 400),
    ("TE identity", post("/", b"Transfer-Encoding: identity"), 400),
    ("TE xchunked", post("/", b"Transfer-Encoding: xchunked", b"0\r\n\r\n"), 400),
    ("TE chunked with parameter", post("/", b"Transfer-Encoding: chunked;a=b", b"0\r\n\r\n"), 400),
    ("TE with vertical tab", post("/", b"Transfer-Encoding: \x0bchunked", b"0\r\n\r\n"), 400),
    ("TE with NUL", post("/", b"Transfer-Encoding: chunked\0", b"0\r\n\r\n"), 400),
    ("TE folded", post("/", b"Transfer-Encoding:\r\n chunked", b"0\r\n\r\n"), 400),
    ("TE, space before colon", post("/", b"Transfer-Encoding : chunked", b"0\r\n\r\n"), 400),
    ("TE behind a bare LF", post("/", b"X: y\nTransfer-Encoding: chunked", b"0\r\n\r\n"), 400),
    ("TE behind a bare CR", post("/", b"X: y\rTransfer-Encoding: chunked", b"0\r\n\r\n"), 400),
    ("TE in HTTP/1.0", b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("CL twice, different", post("/", b"Content-Length: 0\r\nContent-Length: 44"), 400),
    ("CL twice, equal", post("/", b"Content-Length: 0\r\nContent-Length: 0"), 400),
    ("CL list", post("/", b"Content-Length: 0, 0"), 400),
    ("CL plus", post("/", b"Content-Length: +0"), 400),
    ("CL minus", post("/", b"Content-Length: -1"), 400),
    ("CL hex", post("/", b"Content-Length: 0x0"), 400),
    ("CL junk", post("/", b"Content-Length: 0a"), 400),
    ("CL empty", post("/", b"Content-Length: "), 400),
    ("CL 2^64", post("/", b"Content-Length: 18446744073709551616"), 400),
    ("CL 2^63", post("/", b"Content-Length: 9223372036854775808"), 400),
    ("CL, tab before colon", post("/", b"Content-Length\t: 0"), 400),
    ("bare LF everywhere", b"GET / HTTP/1.1\nHost: a\n\n", 400),
    ("bare LF at the end of the head", b"GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
    ("bare CR in a value", get(fields=b"X: a\rb\r\n"), 400),
    ("NUL in a value", get(fields=b"X: a" + NUL + b"b\r\n"), 400),
    ("NUL in a name", get(fields=b"X" + NUL + b": a\r\n"), 400),
    ("obs-fold", get(fields=b"X: a\r\n b\r\n"), 400),
    ("obs-fold with tab", get(fields=b"X: a\r\n\tb\r\n"), 400),
    ("field without colon", get(fields=b"X\r\n"), 400),
    ("field without name", get(fields=b": a\r\n"), 400),
    ("Host missing", get(host=b""), 400),
    ("Host twice", get(fields=b"Host: a\r\n"), 400),
    ("Host empty", get(host=b"Host: \r\n"), 400),
    ("Host list", get(host=b"Host: a,b\r\n"), 400),
    ("Host with path", get(host=b"Host: a/b\r\n"), 400),
    ("Host with user", get(host=b"Host: u@a\r\n"), 400),
    ("Host with bad port", get(host=b"Host: a:http\r\n"), 400),
    ("Host with space", get(host=b"Host: a b\r\n"), 400),
    ("Host of a broken literal", get(host=b"Host: [::1\r\n"), 400),
    ("absolute form, other host", get("http://b/"), 400),
    ("absolute form with user", get("http://u@a/"), 400),
    ("absolute form, other scheme", get("gopher://a/"), 400),
    ("relative target", get("healthz"), 400),
    ("asterisk for GET", get("*"), 400),
    ("fragment", get("/#a"), 400),
    ("byte above 0x7f in the target", b"GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("NUL in the target", b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("space in the target", get("/a b"), 400),
    ("two spaces", b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("two empty lines before", b"\r\n\r\n" + get(), 400),
    ("HTTP/0.9", b"GET /\r\n\r\n", 400),
    ("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("HTTP/1.2", get(version=b"1.2"), 505),
    ("CONNECT", b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501),
    ("TRACE", b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("unknown method", b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("lower case method", b"get / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("target of 9,000 bytes", get("/" + "a" * 9000), 414),
    ("field of 9,000 bytes", get(fields=b"X: " + b"a" * 9000 + CRLF), 431),
    ("101 fields", get(fields=b"X: a\r\n" * 100), 431),
    ("endless field of 1 MiB", b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * (1 << 20), 431),
    ("endless target of 1 MiB", b"GET /" + b"a" * (1 << 20), 414),
    ("a million short fields", b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a:b\r\n" * 1000000, 431),
    ("TLS hello to a plain port", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 400),
]

CHUNK_REFUSED = [
    ("no size", b"\r\n"),
    ("hex junk", b"5g\r\nhello\r\n0\r\n\r\n"),
    ("0x prefix", b"0x5\r\nhello\r\n0\r\n\r\n"),
    ("plus", b"+5\r\nhello\r\n0\r\n\r\n"),
    ("minus", b"-5\r\nhello\r\n0\r\n\r\n"),
    ("space before the size", b" 5\r\nhello\r\n0\r\n\r\n"),
    ("space behind the size", b"5 \r\nhello\r\n0\r\n\r\n"),
    ("overflow", b"10000000000000005\r\nhello\r\n0\r\n\r\n"),
    ("2^64 - 1", b"ffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
    ("leading zeros", b"0" * 20 + b"5\r\nhello\r\n0\r\n\r\n"),
    ("bare LF after the size", b"5\nhello\r\n0\r\n\r\n"),
    ("bare LF in an extension", b"5;a\nb\r\nhello\r\n0\r\n\r\n"),
    ("bare CR in an extension", b"5;a\rb\r\nhello\r\n0\r\n\r\n"),
    ("NUL in an extension", b"5;a\0\r\nhello\r\n0\r\n\r\n"),
    ("extension of 100 KB", b"5;" + b"a" * 100000 + b"\r\nhello\r\n0\r\n\r\n"),
    ("100 KB of small extensions", b"1;aaaaaaaa\r\nx\r\n" * 10000 + b"0\r\n\r\n"),
    ("data longer than the size", b"5\r\nhello!\r\n0\r\n\r\n"),
    ("no line end behind the data", b"5\r\nhello0\r\n\r\n"),
    ("bare LF behind the data", b"5\r\nhello\n0\r\n\r\n"),
    ("trailer of 100 KB", b"0\r\nX: " + b"a" * 100000 + b"\r\n\r\n"),
    ("trailer without colon", b"0\r\nX\r\n\r\n"),
    ("trailer folded", b"0\r\nX: a\r\n b\r\n\r\n"),
]


class Suite:
    def __init__(self, options, address):
        self.options = options
        self.address = address
        self.failures = 0
        self.count = 0

    def check(self, name, action):
        self.count += 1
        connection = Connection(self.address)
        try:
            action(connection)
        except Exception as error:  # any surprise is a failed case, and the others still run
            self.failures += 1
            print(f"FAILED {name}: {type(error).__name__} {error}")
        finally:
            connection.close()

    def alive(self):
        connection = Connection(self.address)
        connection.send(get(self.options.good))
        response = connection.response()
        connection.close()
        assert response and response[0] == 200, f"the server is not well: {response}"

    def expect_refused(self, connection, data, status):
        connection.send(data + SMUGGLED)
        response = connection.response()
        assert response, "no answer" + (" but a reset" if connection.reset else "")
        assert response[0] == status, f"status {response[0]}, expected {status}"
        assert response[1].get("connection") == "close", "the connection is not said to close"
        assert response[1].get("content-type") == "application/problem+json", "no problem document"
        rest = connection.response()
        assert rest is None, f"a second answer: {rest}"

    def run_refused(self):
        for name, data, status in REFUSED:
            self.check(name, lambda c, d=data, s=status: self.expect_refused(c, d, s))
        self.alive()

    def run_chunks(self):
        head = post(self.options.body, b"Transfer-Encoding: chunked")
        for name, chunks in CHUNK_REFUSED:
            self.check("chunk: " + name, lambda c, d=head + chunks: self.expect_refused(c, d, 400))
        self.alive()

    def run_sound(self):
        good = self.options.good

        def answers(*expected):
            def run(connection, data):
                connection.send(data)
                for status in expected:
                    response = connection.response()
                    assert response and response[0] == status, f"got {response and response[0]}, expected {status}"
            return run

        cases = [
            ("one empty line before", b"\r\n" + get(good), (200,)),
            ("absolute form", get("http://a" + good), (200,)),
            ("pipelining", get(good) * 20, (200,) * 20),
            ("OPTIONS *", b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" + get(good), (204, 200)),
            ("HTTP/1.0 without Host", b"GET " + good.encode() + b" HTTP/1.0\r\n\r\n", (200,)),
            ("Upgrade is ignored", get(good, b"Connection: Upgrade\r\nUpgrade: websocket\r\n"), (200,)),
            ("keep-alive after 404", get("/no/such/path") + get(good), (404, 200)),
            ("keep-alive after a bad path", get("/%zz") + get(good), (400, 200)),
            ("dot segments", get("/a/../b") + get(good), (400, 200)),
            ("encoded slash", get("/a%2fb") + get(good), (400, 200)),
            ("unknown expectation", get(good, b"Expect: x\r\n") + get(good), (417, 200)),
            ("IPv6 host", get(good, host=b"Host: [::1]:80\r\n"), (200,)),
        ]
        for name, data, expected in cases:
            self.check(name, lambda c, d=data, e=expected: answers(*e)(c, d))
        self.check("byte by byte", self.byte_by_byte)
        self.check("HEAD has no body", self.head_without_body)
        self.check("Connection: close", self.close_when_asked)
        self.check("HTTP/1.0 ends", self.old_client)
        self.check("common fields", self.common_fields)

    def byte_by_byte(self, connection):
        for byte in get(self.options.good):
            connection.send(bytes([byte]))
        assert connection.response()[0] == 200

    def head_without_body(self, connection):
        path = self.options.good.encode()
        connection.send(b"HEAD " + path + b" HTTP/1.1\r\nHost: a\r\n\r\n" + get(self.options.good))
        head = connection.response(b"HEAD")
        full = connection.response()
        assert head[0] == full[0] == 200
        assert head[1]["content-length"] == full[1]["content-length"] == str(len(full[2]))

    def close_when_asked(self, connection):
        connection.send(get(self.options.good, b"Connection: close\r\n"))
        response = connection.response()
        assert response[1].get("connection") == "close" and connection.is_closed()

    def old_client(self, connection):
        connection.send(b"GET " + self.options.good.encode() + b" HTTP/1.0\r\n\r\n")
        assert connection.response()[0] == 200 and connection.is_closed()

    def common_fields(self, connection):
        connection.send(get(self.options.good, b"X-Request-Id: my-id.1\r\n") + get(self.options.good, b"X-Request-Id: b@d\r\n"))
        first, second = connection.response(), connection.response()
        assert first[1]["x-request-id"] == "my-id.1"
        assert re.fullmatch(r"[0-9a-z]{8,}", second[1]["x-request-id"])
        assert first[1]["x-content-type-options"] == "nosniff"
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", first[1]["date"])

    # --- bodies ---

    def expect_digest(self, connection, body):
        response = connection.response()
        assert response and response[0] == 200, f"got {response}"
        assert response[2].decode().split() == [str(len(body)), hashlib.sha256(body).hexdigest()]

    def run_bodies(self):
        path = self.options.body
        body = os.urandom(300000)

        def lengths(connection):
            connection.send(post(path, b"Content-Length: 300000", body) + post(path, b"Content-Length: 0"))
            self.expect_digest(connection, body)
            self.expect_digest(connection, b"")

        def chunks(connection):
            data = b"".join(b"%x;a=\"b\"\r\n" % n + body[:n] + CRLF for n in (1, 7, 70000, 300000)) + b"0\r\nX: y\r\n\r\n"
            connection.send(post(path, b"Transfer-Encoding: Chunked", data) + get(self.options.good))
            self.expect_digest(connection, b"".join(body[:n] for n in (1, 7, 70000, 300000)))
            assert connection.response()[0] == 200

        def expect(connection):
            connection.send(post(path, b"Content-Length: 5\r\nExpect: 100-continue"))
            assert connection.response()[0] == 100
            connection.send(b"hello")
            self.expect_digest(connection, b"hello")

        def eager(connection):
            connection.send(post(path, b"Content-Length: 5\r\nExpect: 100-continue", b"hello"))
            self.expect_digest(connection, b"hello")

        def cut(connection):
            connection.send(post(path, b"Content-Length: 500", b"hello"))
            connection.socket.shutdown(socket.SHUT_WR)
            assert connection.response() is None

        for name, action in (("bodies by length", lengths), ("bodies in chunks", chunks), ("100-continue", expect),
                             ("100-continue not needed", eager), ("body cut off", cut)):
            self.check(name, action)

    def run_refusals(self):
        path = self.options.refuse

        def small(connection):
            connection.send(post(path, b"Content-Length: 1000", b"x" * 1000) + get(self.options.good))
            assert connection.response()[0] == 413
            assert connection.response()[0] == 200

        def large(connection):
            # All of it is sent before the answer is looked at, as simple clients do.
            connection.send(post(path, b"Content-Length: 20000000", b"x" * 20000000))
            response = connection.response()
            assert response and response[0] == 413, f"{response}, reset: {connection.reset}"
            assert response[1]["connection"] == "close" and connection.is_closed()

        def waiting(connection):
            connection.send(post(path, b"Content-Length: 20000000\r\nExpect: 100-continue"))
            response = connection.response()
            assert response[0] == 413 and response[1]["connection"] == "close" and connection.is_closed()

        for name, action in (("small body refused", small), ("large body refused", large), ("waiting client refused", waiting)):
            self.check(name, action)

    # --- slowness ---

    def run_slow(self):
        def head(connection):
            begin = time.monotonic()
            while time.monotonic() - begin < 3 and not connection.reset:
                connection.send(b"G" if time.monotonic() - begin < 0.1 else b"E")
                time.sleep(0.1)
            response = connection.response()
            assert response and response[0] == 408, f"{response}"

        def idle(connection):
            begin = time.monotonic()
            assert connection.response() is None
            assert 1 < time.monotonic() - begin < 4

        def body(connection):
            connection.send(post(self.options.body, b"Content-Length: 100000"))
            begin = time.monotonic()
            while time.monotonic() - begin < 2:
                connection.send(b"x")
                time.sleep(0.1)
            response = connection.response()
            assert response and response[0] == 408, f"{response}"

        def steady(connection):
            data = os.urandom(8000)
            connection.send(post(self.options.body, b"Content-Length: 8000"))
            for at in range(0, 8000, 500):
                connection.send(data[at:at + 500])
                time.sleep(0.15)
            self.expect_digest(connection, data)

        def reader(connection):
            connection.send(get(self.options.stream))
            time.sleep(3)
            try:
                while connection.fill():
                    assert len(connection.buffer) < 90000000, "a client that did not read got everything"
            except socket.timeout:
                raise AssertionError("the server keeps a client that does not read")

        def steady_reader(connection):
            # Takes far more than the least rate, and far less than it takes to make room in a socket's buffers in time.
            connection.send(get(self.options.stream))
            end = time.monotonic() + 6
            while time.monotonic() < end:
                assert connection.fill(), "a client that reads steadily was cut"
                time.sleep(0.2)

        def crowd(connection):
            others = [Connection(self.address) for _ in range(150)]
            turned_away = 0
            for other in others:
                other.send(get(self.options.good))
                response = other.response()
                turned_away += response is not None and response[0] == 429
                other.close()
            assert turned_away >= 40, f"only {turned_away} were turned away"

        cases = [("slow head", head), ("idle", idle), ("slow body", body), ("steady slow body", steady), ("cap per client", crowd)]
        if self.options.stream:
            cases += [("slow reader", reader), ("steady slow reader", steady_reader)]
        for name, action in cases:
            self.check(name, action)
        time.sleep(0.5)
        self.alive()

    def run(self):
        self.alive()
        self.run_refused()
        self.run_sound()
        if self.options.body:
            self.run_chunks()
            self.run_bodies()
        if self.options.refuse:
            self.run_refusals()
        if self.options.slow:
            self.run_slow()
        print(f"{self.count - self.failures} of {self.count} cases passed")
        return self.failures == 0


def start(program):
    process = subprocess.Popen([program, "127.0.0.1:0", "--slow-limits"], stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    match = re.match(r"ready http://(.*):(\d+)", line)
    if not match:
        sys.exit(f"{program} did not start: {line!r}")
    return process, (match[1], int(match[2]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", nargs="?")
    parser.add_argument("--start")
    parser.add_argument("--good", default="/healthz")
    parser.add_argument("--body")
    parser.add_argument("--refuse")
    parser.add_argument("--stream")
    parser.add_argument("--slow", action="store_true")
    options = parser.parse_args()
    if not options.start:
        host, port = options.address.rsplit(":", 1)
        return 0 if Suite(options, (host, int(port))).run() else 1
    options.body, options.refuse, options.stream, options.slow = "/digest", "/refuse", "/zeroes/100000000", True
    process, address = start(options.start)
    try:
        passed = Suite(options, address).run()
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=30)
    if status != 0:
        print(f"FAILED the server ended with {status}")
    return 0 if passed and status == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
