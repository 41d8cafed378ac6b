"""Promise 9: memory and descriptors are bounded, whatever the files and however many come.

HOLDALL_TEST_LARGE_BYTES is the size of the large file (1 GiB). A sanitizer's memory is not ours: with one the same is
done, smaller, and the figures are not judged.
"""
import hashlib
import os
import pathlib
import random
import subprocess
import sys
import time
import unittest

from crowd import Crowd, head, raise_descriptor_limit, read_to_end
from harness import ATTACHMENTS, Server, eventually, is_instrumented, main, patience

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
LARGE = int(os.environ.get("HOLDALL_TEST_LARGE_BYTES") or (64 * MIB if is_instrumented() else GIB))
IDLE, SLOW = 1000, 500


class Memory:
    """How a server's resident memory grows while a block runs."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        pathlib.Path(f"/proc/{self.server.pid()}/clear_refs").write_text("5")  # the peak begins anew
        self.before = self.server.status_value("VmRSS")
        return self

    def __exit__(self, *_):
        self.grown = (self.server.status_value("VmHWM") - self.before) * KIB


def judge(case, what, value, limit):
    """Below the limit, in MiB; the figure is printed."""
    print(f"figure: {what}: {value / MIB:.1f} MiB, limit {limit / MIB:.0f} MiB", file=sys.stderr)
    if not is_instrumented():
        case.assertLess(value, limit, what)


def stay(case, crowd, address=None):
    """A connection that has surely been taken: it was answered once, and is idle now."""
    one = crowd.join(head("GET", "/healthz"), address)
    case.assertTrue(one.recv(65536).startswith(b"HTTP/1.1 200 "))
    return one


class MemoryLimits(unittest.TestCase):
    def setUp(self):
        self.server = Server(flags=["--max-file-size", "16GiB", "--allow-types", ".bin,.txt"])
        self.addCleanup(self.server.clear)
        self.server.start()
        self.alice = self.server.client(1)

    def test_promise_9_an_idle_server_is_small(self):
        self.assertEqual(self.alice.upload("a.txt", b"hello").status, 201)
        judge(self, "idle", self.server.status_value("VmRSS") * KIB, 30 * MIB)
        self.server.stop()

    def test_promise_9_a_large_file_needs_no_memory(self):
        """Up as raw body and by form, and down again."""
        for door, size in (("raw", LARGE), ("form", LARGE // 4)):
            with self.subTest(door=door):
                with Memory(self.server) as upload:
                    attachment, digest = self.send(door, size)
                judge(self, f"upload of {size / GIB:g} GiB, {door}, adds", upload.grown, 16 * MIB)
                with Memory(self.server) as download:
                    self.assertEqual(self.digest_of_download(attachment), (size, digest))
                judge(self, f"download of {size / GIB:g} GiB adds", download.grown, 16 * MIB)
        self.server.stop(limit=120)

    def send(self, door, size):
        """(id, SHA-256) of so many bytes."""
        block = random.Random(size).randbytes(MIB)
        before, after = b"", b""
        fields = {"Content_Type": "application/octet-stream"}
        target = f"{ATTACHMENTS}?filename=large.bin"
        if door == "form":
            before = (b'--b\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n'
                      b"Content-Type: application/octet-stream\r\n\r\n")
            after = b"\r\n--b--\r\n"
            fields, target = {"Content_Type": "multipart/form-data; boundary=b"}, ATTACHMENTS
        connection = self.server.socket(timeout=300)
        connection.sendall(head("POST" if door == "form" else "PUT", target, self.alice.token,
                                Content_Length=len(before) + size + len(after), Connection="close", **fields) + before)
        digest = hashlib.sha256()
        for _ in range(size // MIB):
            connection.sendall(block)
            digest.update(block)
        connection.sendall(after)
        answer = read_to_end(connection)
        connection.close()
        self.assertTrue(answer.startswith(b"HTTP/1.1 201 "), answer[:500])
        self.assertIn(digest.hexdigest().encode(), answer)
        return int(answer.split(b'"id":')[1].split(b",")[0]), digest.hexdigest()

    def digest_of_download(self, attachment):
        connection = self.server.connection(timeout=300)
        connection.request("GET", f"{ATTACHMENTS}/{attachment}/download", headers=self.alice.headers())
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        digest, size, buffer = hashlib.sha256(), 0, bytearray(MIB)
        while count := answer.readinto(buffer):
            digest.update(memoryview(buffer)[:count])
            size += count
        connection.close()
        return size, digest.hexdigest()

    def test_promise_9_many_connections_need_little_memory(self):
        """1,000 that wait and 500 that upload slowly, half by form, half raw; none is refused with the defaults."""
        if raise_descriptor_limit() < 2 * (IDLE + SLOW):
            self.skipTest("the limit of open files is too low here")
        raw = head("PUT", f"{ATTACHMENTS}?filename=slow.bin", self.alice.token, Content_Length=400 * KIB)
        form = head("POST", ATTACHMENTS, self.alice.token, Content_Length=400 * KIB,
                    Content_Type="multipart/form-data; boundary=b")
        form += b'--b\r\nContent-Disposition: form-data; name="file"; filename="slow.bin"\r\n\r\n'
        with Crowd(self.server) as crowd:
            with Memory(self.server) as memory:
                for _ in range(IDLE):
                    crowd.join()
                slow = [crowd.join(form if number % 2 else raw) for number in range(SLOW)]
                self.wait_for_connections(IDLE + SLOW)
                # Past what a small file keeps in memory, into what goes to the disk at once.
                for _ in range(2):
                    crowd.say(bytes(60 * KIB), slow)  # in bursts, as a browser on a bad line does
                    time.sleep(0.5)
                answer = self.alice.get("/healthz")
                self.assertEqual(answer.status, 200)
            judge(self, f"{IDLE} idle and {SLOW} slowly uploading connections add", memory.grown, 64 * MIB)
            self.wait_for_connections(IDLE + SLOW)
        self.wait_for_connections(0)
        self.assertEqual(self.alice.all(), [])
        self.server.stop()

    def wait_for_connections(self, count):
        """But for the one that asks."""
        eventually(lambda: f"\nholdall_http_connections {count + 1}\n" in self.alice.get("/metrics").body.decode(),
                   30, f"{count} connections")


class ConnectionCaps(unittest.TestCase):
    def setUp(self):
        self.server = Server("[http]\nmax_connections = 30\nmax_connections_per_client = 20\n")
        self.addCleanup(self.server.clear)
        self.server.start()

    def ask(self, crowd, address):
        one = crowd.join(head("GET", "/healthz", Connection="close"), address)
        answer = read_to_end(one)
        one.close()
        return answer

    def test_promise_9_a_client_with_too_many_connections_is_told_so_and_others_go_on(self):
        with Crowd(self.server) as crowd:
            mine = [stay(self, crowd, "127.0.0.2") for _ in range(20)]
            answer = self.ask(crowd, "127.0.0.2")
            self.assertTrue(answer.startswith(b"HTTP/1.1 429 "), answer)
            self.assertIn(b"\r\nRetry-After: ", answer)
            self.assertIn(b"urn:holdall:problem:too-many-connections", answer)
            self.assertTrue(self.ask(crowd, "127.0.0.3").startswith(b"HTTP/1.1 200 "))
            mine.pop().close()
            eventually(lambda: self.ask(crowd, "127.0.0.2").startswith(b"HTTP/1.1 200 "), 5, "a place for the client")

    def test_promise_9_a_full_server_says_so_and_recovers(self):
        with Crowd(self.server) as crowd:
            for number in range(30):
                stay(self, crowd, f"127.0.0.{2 + number // 15}")
            answer = self.ask(crowd, "127.0.0.9")
            self.assertTrue(answer.startswith(b"HTTP/1.1 503 "), answer)
            self.assertIn(b"\r\nRetry-After: ", answer)
            self.assertIn(b"application/problem+json", answer)
            crowd.sockets.pop(0).close()
            eventually(lambda: self.ask(crowd, "127.0.0.9").startswith(b"HTTP/1.1 200 "), 5, "a place for anybody")
        self.server.stop()


class Descriptors(unittest.TestCase):
    def test_promise_9_a_server_without_descriptors_lives_and_recovers(self):
        server = Server(flags=["--allow-types", ".bin"])
        self.addCleanup(server.clear)
        server.start()
        subprocess.run(["prlimit", "--pid", str(server.pid()), "--nofile=64:64"], check=True)
        alice = server.client(1)
        kept = [alice.put(f"{size}.bin", bytes(size)).json["id"] for size in (1, 300_000)]
        with Crowd(server) as crowd:
            for _ in range(200):
                crowd.join()
            eventually(lambda: "raise the limit of open files" in server.log(), 10, "the line about the shortage")
            time.sleep(0.5)
            ticks = cpu_ticks(server)
            time.sleep(2)
            # It waits for descriptors; it does not spin for them. 100 ticks are a second.
            self.assertLess(cpu_ticks(server) - ticks, 100)
        eventually(lambda: self.answers(alice) and self.descriptors(server) < 40, 20, "the end of the shortage")
        for attachment, size in zip(kept, (1, 300_000)):
            self.assertEqual(alice.download(attachment).body, bytes(size))
        self.assertEqual(alice.put("after.bin", bytes(300_000)).status, 201)
        self.assertLess(server.log().count("raise the limit of open files"), 20)
        with Crowd(server) as crowd:
            for _ in range(200):
                crowd.join().setblocking(False)
            eventually(lambda: sum(map(self.is_closed, crowd.sockets)) >= 5, 20, "the end of those it cannot take")
        eventually(lambda: self.answers(alice), 20, "an answer after the second shortage")
        server.stop()

    def test_promise_9_no_more_connections_than_there_are_descriptors_for(self):
        """Soft limits are raised to the hard one; what that does not allow is refused with an answer."""
        server = Server(flags=["--allow-types", ".bin"])
        self.addCleanup(server.clear)
        server.start(prefix=["prlimit", "--nofile=64:600"])
        self.assertRegex(server.log(), r"warning +server: http.max_connections is 10000, .* 600 open files .* 44:")
        with Crowd(server) as crowd:
            for _ in range(44):
                stay(self, crowd)
            connection = crowd.join()
            self.assertTrue(connection.recv(4096).startswith(b"HTTP/1.1 503 "))
        server.stop()
        self.assertNotIn("raise the limit of open files", server.log())

    @staticmethod
    def descriptors(server):
        return len(list(pathlib.Path(f"/proc/{server.pid()}/fd").iterdir()))

    @staticmethod
    def is_closed(one):
        try:
            return one.recv(1) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    @staticmethod
    def answers(client):
        try:
            return client.get("/healthz").status == 200
        except OSError:
            return False


def cpu_ticks(server):
    fields = pathlib.Path(f"/proc/{server.pid()}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    main()
