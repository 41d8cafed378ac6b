"""Clients that are slow on purpose are cut off in time, and the good ones do not feel them."""
import shutil
import statistics
import subprocess
import sys
import time
import unittest

from crowd import Crowd, head, read_to_end
from harness import ATTACHMENTS, Server, eventually, is_instrumented, main, missing, patience

KIB, MIB = 1 << 10, 1 << 20
SCALE = 4 if is_instrumented() else 1
TIMEOUT = 0.5 * SCALE
CONFIG = f"""
[http]
header_timeout = "{int(TIMEOUT * 1000)}ms"
idle_timeout = "{int(TIMEOUT * 1000)}ms"
rate_window = "{int(TIMEOUT * 1000)}ms"
minimum_rate = "4KiB"
linger_timeout = "100ms"
[collections.default]
allowed_types = [".bin"]
max_file_size = "64MiB"
"""


class Deadlines(unittest.TestCase):
    def setUp(self):
        self.server = Server(CONFIG)
        self.addCleanup(self.server.clear)
        self.server.start()
        self.alice = self.server.client(1)
        self.crowd = self.enterContext(Crowd(self.server))

    def cut_off(self, one, drip=b"", least=0.5, most=5):
        """What the server said before it hung up, which it did between `least` and `most` times the limit."""
        started = time.monotonic()
        one.settimeout(TIMEOUT / 10 if drip else TIMEOUT * most)
        answer = b""
        while True:
            try:
                piece = one.recv(65536)
            except TimeoutError:
                self.assertLess(time.monotonic() - started, TIMEOUT * most, "not cut off")
                one.sendall(drip)
                continue
            except ConnectionError:
                break
            if not piece:
                break
            answer += piece
        seconds = time.monotonic() - started
        self.assertGreater(seconds, TIMEOUT * least)
        self.assertLess(seconds, TIMEOUT * most)
        return answer

    def put_head(self, size):
        return head("PUT", f"{ATTACHMENTS}?filename=slow.bin", self.alice.token, Content_Length=size)

    def test_half_a_head_is_cut_off(self):
        answer = self.cut_off(self.crowd.join(b"GET /healthz HTTP/1.1\r\nHost: loc"))
        self.assertRegex(answer, rb"^HTTP/1\.1 408 ")

    def test_a_head_that_drips_gains_no_time(self):
        answer = self.cut_off(self.crowd.join(b"GET /healthz HTTP/1.1\r\nX-Long: "), drip=b"a")
        self.assertRegex(answer, rb"^(HTTP/1\.1 408 |$)")

    def test_a_connection_without_a_request_is_closed_without_a_word(self):
        self.assertEqual(self.cut_off(self.crowd.join()), b"")

    def test_a_connection_is_closed_some_time_after_its_last_answer(self):
        one = self.crowd.join(head("GET", "/healthz"))
        self.assertEqual(self.cut_off(one).count(b"HTTP/1.1 "), 1)

    def test_a_body_that_does_not_come_is_408_and_leaves_nothing(self):
        answer = self.cut_off(self.crowd.join(self.put_head(MIB) + bytes(100 * KIB)))
        self.assertRegex(answer, rb"^HTTP/1\.1 408 ")
        self.assertIn(b"\r\nConnection: close\r\n", answer)
        self.assertEqual(self.alice.all(), [])

    def test_a_body_that_drips_is_408(self):
        answer = self.cut_off(self.crowd.join(self.put_head(MIB) + bytes(10)), drip=bytes(10))
        self.assertRegex(answer, rb"^HTTP/1\.1 408 ")
        self.assertEqual(self.alice.all(), [])

    def test_a_form_that_drips_is_408(self):
        form = head("POST", ATTACHMENTS, self.alice.token, Content_Length=MIB,
                    Content_Type="multipart/form-data; boundary=b")
        form += b'--b\r\nContent-Disposition: form-data; name="file"; filename="slow.bin"\r\n\r\n'
        answer = self.cut_off(self.crowd.join(form), drip=b"x")
        self.assertRegex(answer, rb"^HTTP/1\.1 408 ")
        self.assertEqual(self.alice.all(), [])

    def test_a_body_above_the_least_rate_may_take_its_time(self):
        one = self.crowd.join(self.put_head(40 * KIB))
        for _ in range(20):  # 20 KiB a second, for four times the limit
            one.sendall(bytes(2 * KIB))
            time.sleep(0.1 * SCALE)
        self.assertRegex(read_to_end_of_head(one), rb"^HTTP/1\.1 201 ")

    def test_a_download_nobody_takes_is_cut_off(self):
        attachment = self.alice.put("large.bin", bytes(32 * MIB)).json["id"]
        one = self.crowd.join(head("GET", f"{ATTACHMENTS}/{attachment}/download", self.alice.token))
        time.sleep(TIMEOUT * 4)  # nothing is read, so what was sent is what fits into two sockets
        self.assertLess(len(read_to_end(one, 64 * MIB)), 32 * MIB)
        eventually(lambda: "\nholdall_http_connections 1\n" in self.alice.get("/metrics").body.decode(), 5,
                   "only our own connection")


def read_to_end_of_head(one):
    content = b""
    while b"\r\n\r\n" not in content:
        content += one.recv(65536)
    return content


class GoodClientsBesideSlowOnes(unittest.TestCase):
    """Median latency of a download beside slow clients is at most twice that alone."""

    ASKS = 300

    def setUp(self):
        self.server = Server(flags=["--allow-types", ".bin"])
        self.addCleanup(self.server.clear)
        self.server.start()
        self.alice = self.server.client(1)
        self.attachment = self.alice.put("a.bin", bytes(4 * KIB)).json["id"]
        self.large = self.alice.put("b.bin", bytes(8 * MIB)).json["id"]

    def median(self):
        """Seconds for one small download, on a connection that stays."""
        times = []
        connection = self.server.connection()
        for _ in range(self.ASKS):
            started = time.perf_counter()
            connection.request("GET", f"{ATTACHMENTS}/{self.attachment}/download", headers=self.alice.headers())
            answer = connection.getresponse()
            self.assertEqual((answer.status, len(answer.read())), (200, 4 * KIB))
            times.append(time.perf_counter() - started)
        connection.close()
        return statistics.median(times)

    def compare(self, what, beside):
        """`beside()` measures while the slow ones are at it. The best of three: other programs disturb, too."""
        ratios = []
        for _ in range(3):
            alone = self.median()
            ratios.append(beside() / alone)
            print(f"figure: beside {what}: {ratios[-1]:.2f} times the latency alone ({alone * 1e3:.2f} ms)",
                  file=sys.stderr)
            if ratios[-1] <= 2:
                return
        self.fail(f"the latency beside {what} is {ratios} times that alone")

    def test_900_connections_that_drip(self):
        """A third each: heads, bodies, and downloads hardly read."""
        def beside():
            with Crowd(self.server) as crowd:
                heads = [crowd.join(b"GET / HTTP/1.1\r\nX-Slow: ") for _ in range(300)]
                bodies = [crowd.join(head("PUT", f"{ATTACHMENTS}?filename=s.bin", self.alice.token,
                                          Content_Length=MIB)) for _ in range(300)]
                for _ in range(300):
                    crowd.join(head("GET", f"{ATTACHMENTS}/{self.large}/download", self.alice.token))
                crowd.say(b"a", heads)
                crowd.say(bytes(2 * KIB), bodies)
                median = self.median()
                crowd.say(b"a", heads)
                crowd.say(bytes(2 * KIB), bodies)
                return median
        self.compare("300 slow heads, 300 slow bodies and 300 slow readers", beside)
        self.server.stop()

    def test_slowhttptest(self):
        if shutil.which("slowhttptest") is None:
            missing(self, "slowhttptest")
        download = f"{self.server.url}{ATTACHMENTS}/{self.attachment}/download"
        modes = {"slow heads (-H)": ["-H", "-u", download],
                 "slow bodies (-B)": ["-B", "-t", "POST", "-s", "8192", "-u", f"{self.server.url}{ATTACHMENTS}"],
                 "many ranges (-R)": ["-R", "-t", "HEAD", "-a", "1", "-b", "3000", "-u", download],
                 "slow readers (-X)": ["-X", "-w", "512", "-y", "1024", "-n", "5", "-z", "32", "-k", "3", "-u", download]}
        for name, flags in modes.items():
            with self.subTest(mode=name):
                self.compare(f"slowhttptest: {name}", lambda flags=flags: self.beside_slowhttptest(flags))
        self.server.stop()

    def beside_slowhttptest(self, flags):
        attack = subprocess.Popen(["slowhttptest", "-c", "600", "-r", "300", "-i", "1", "-x", "10", "-p", "2", "-l", "5",
                                   *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.server.folder)
        try:
            time.sleep(2)  # all are connected, or were refused
            self.assertIsNone(attack.poll(), "slowhttptest ended by itself")
            return self.median()
        finally:
            attack.terminate()
            attack.wait(timeout=patience(20))


if __name__ == "__main__":
    main()
