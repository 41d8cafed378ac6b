"""Promise 5: a full disk and a disk that fails give a clear error, nothing half visible, and reads go on.

Needs root: a small tmpfs is mounted, and strace makes system calls of the running server fail.
"""
import contextlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

from harness import ATTACHMENTS, Server, eventually, main, missing, patience
from ledger import Ledger, State

KIB, MIB = 1 << 10, 1 << 20


def config(min_free):
    return f"""
[store]
journal_size = "16MiB"
min_free = "{min_free}"
[collections.default]
allowed_types = [".bin"]
max_file_size = "1GiB"
[jobs]
poll_interval = "100ms"
"""


def mount_tmpfs(case, size):
    """A folder that holds so many bytes; unmounted when the test ends."""
    if os.geteuid() != 0:
        missing(case, "root, to mount a small tmpfs,")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="holdall-e2e-disk-"))
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", folder],
                          capture_output=True, text=True)
    if done.returncode != 0:
        folder.rmdir()
        missing(case, f"the right to mount a tmpfs ({done.stderr.strip()})")
    case.addCleanup(folder.rmdir)
    case.addCleanup(subprocess.run, ["umount", folder], check=True)
    return folder


class DiskCase(unittest.TestCase):
    """A server, and the books of user 1."""

    def serve(self, min_free, data=None):
        self.server = Server(config(min_free), data=data)
        self.addCleanup(self.server.clear)
        self.server.start()
        self.rng = random.Random(1)
        self.ledger = Ledger(self.server, 1, self.rng)
        self.client = self.ledger.client

    def put(self, size, chunked=False):
        """An upload that may be refused; what is taken is in the books."""
        content = self.rng.randbytes(size)
        answer = self.client.put(f"refused-{self.rng.getrandbits(64)}.bin", content, chunked=chunked)
        if answer.status == 201:
            self.ledger.client.delete(f"{ATTACHMENTS}/{answer.json['id']}")
        return answer

    def assert_problem(self, answer, status, name):
        """A problem of the names the server's own document gives to uploads; what has happened inside stays inside."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual(answer.problem, name, answer)
        for method in ("put", "post"):
            responses = self.client.get("/openapi.json").json["paths"][ATTACHMENTS][method]["responses"]
            self.assertIn(f"`{name}`", responses[str(status)]["description"])
        self.assertTrue(answer.json["detail"].endswith("."), answer)
        for secret in (str(self.server.data), "errno", "fdatasync", "sqlite", "blobs/"):
            self.assertNotIn(secret, answer.body.decode())

    def metric(self, name):
        for line in self.client.get("/metrics").body.decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        raise AssertionError(f"no metric {name}")

    def assert_clean(self):
        self.server.stop()
        status, report = self.server.fsck("--read-data")
        self.assertEqual((status, report["clean"]), (0, True), report)
        self.assertEqual(report["rows_checked"], len(self.ledger.in_state(State.KEPT)))


class FullDisk(DiskCase):
    SIZE = 64 * MIB

    def fill(self, size, door):
        """Uploads until one is refused, which is answered."""
        while True:
            content = self.rng.randbytes(size)
            name = f"{self.ledger.user}-{len(self.ledger.entries)}.bin"
            try:
                self.ledger.upload(content, door)
            except AssertionError as refusal:
                self.assertRegex(str(refusal), "507")
                entry = self.ledger.entries.pop()
                self.assertEqual(entry.name, name)
                return self.put(size, chunked=door == "chunked")

    def test_promise_5_a_full_disk_is_507_reads_go_on_and_deleting_makes_room(self):
        """With the reserve that keeps room for the catalog."""
        self.serve("16MiB", data=mount_tmpfs(self, self.SIZE) / "data")
        for size, door in ((4 * MIB, "raw"), (512 * KIB, "form"), (512 * KIB, "chunked"), (20 * KIB, "form")):
            with self.subTest(size=size, door=door):
                self.assert_problem(self.fill(size, door), 507, "no-space")
        self.ledger.settle()
        self.assertGreater(len(self.ledger.entries), 5)
        self.assert_problem(self.client.put("declared.bin", b"", headers={"Content-Length": str(512 * MIB)}), 507,
                            "no-space")
        self.assertEqual(self.client.get("/healthz").status, 200)

        largest = sorted(self.ledger.in_state(State.KEPT), key=lambda entry: -entry.size)
        self.ledger.delete(largest[:4])
        eventually(lambda: self.put(MIB).status == 201, 20, "room after a deletion")
        self.ledger.upload(self.rng.randbytes(MIB), "raw")
        self.ledger.upload(self.rng.randbytes(20 * KIB), "form")
        self.ledger.settle(thorough=True)
        self.assert_clean()

    def test_promise_5_a_disk_that_others_fill_to_the_last_byte_loses_nothing(self):
        """Without a reserve: journal, blobs and the catalog's log all meet ENOSPC."""
        disk = mount_tmpfs(self, self.SIZE)
        self.serve("0B", data=disk / "data")
        self.ledger.upload(self.rng.randbytes(3 * MIB), "raw")
        self.ledger.upload(self.rng.randbytes(30 * KIB), "form")
        self.fill_by_others(disk)
        # The journal has room of its own: some small files are still taken until the catalog's log cannot grow.
        refusals = []
        for number in range(2000):
            try:
                self.ledger.upload(self.rng.randbytes(200), "form")
            except AssertionError as refusal:
                self.ledger.entries.pop()
                refusals.append(str(refusal))
                if len(refusals) == 20:
                    break
            self.fill_by_others(disk)
        self.assertEqual(len(refusals), 20)
        for refusal in refusals:
            self.assertRegex(refusal, r"^<507 application/problem\+json")
        self.assert_problem(self.put(MIB), 507, "no-space")
        self.ledger.settle()

        (disk / "others").unlink()
        eventually(lambda: self.put(MIB).status == 201, 20, "room after others made some")
        self.ledger.upload(self.rng.randbytes(MIB), "chunked")
        self.ledger.upload(self.rng.randbytes(200), "form")
        self.server.kill()
        self.server.start()
        self.ledger.settle()
        self.assert_clean()

    @staticmethod
    def fill_by_others(disk):
        with open(disk / "others", "ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))

    def test_promise_5_a_server_on_a_full_disk_starts_and_gives_what_it_has(self):
        disk = mount_tmpfs(self, self.SIZE)
        self.serve("0B", data=disk / "data")
        self.ledger.upload(self.rng.randbytes(3 * MIB), "raw")
        self.ledger.upload(self.rng.randbytes(30 * KIB), "form")
        self.server.kill()
        self.fill_by_others(disk)
        self.server.start()
        self.ledger.settle()

        def is_full():
            self.fill_by_others(disk)  # what the journal held before it was replayed is room again
            return self.put(MIB).status == 507

        eventually(is_full, 20, "a disk that stays full")
        (disk / "others").unlink()
        eventually(lambda: self.put(MIB).status == 201, 20, "room after others made some")
        self.ledger.settle()
        self.assert_clean()


class Injection:
    """Makes system calls of a running server fail while the block runs."""

    def __init__(self, case, server, call, error=None, path=None, delay=None):
        """`delay`: seconds by which a thread's first such call is late, instead of an error."""
        fault = f"error={error}" if error else f"delay_enter={int(delay * 1e6)}:when=1"
        if shutil.which("strace") is None:
            missing(case, "strace")
        self.case, self.server = case, server
        self.command = ["strace", "-f", "-p", str(server.pid()), "-o", str(server.folder / "strace"),
                        "-e", f"trace={call}", "-e", f"inject={call}:{fault}"]
        if path is not None:
            self.command += ["-P", str(path)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        if "attached" not in line:
            self.process.wait()
            missing(self.case, f"the right to trace a process ({line.strip()})")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=patience(20))

    def hits(self):
        return (self.server.folder / "strace").read_text().count("(INJECTED)")


class HangingDisk(DiskCase):
    def test_a_server_that_cuts_what_waits_for_the_disk_ends_in_order(self):
        """Without grace: the connection goes at once, the server when the disk has answered."""
        # The leak check at the end of a sanitized build refuses to run under a tracer.
        self.server = Server(config("0B"), env={"HOLDALL_SERVER_SHUTDOWN_GRACE": "0s", "ASAN_OPTIONS": "detect_leaks=0"})
        self.addCleanup(self.server.clear)
        self.server.start()
        client = self.server.client(1)
        outcome = []

        def upload():
            try:
                outcome.append(client.put("a.bin", bytes(2 * MIB)))
            except OSError as error:
                outcome.append(error)

        def is_written():
            return sum(file.stat().st_size for file in (self.server.data / "store/tmp").iterdir()) >= 2 * MIB

        with Injection(self, self.server, "fdatasync", delay=8):
            uploading = threading.Thread(target=upload)
            uploading.start()
            eventually(is_written, 10, "the last byte of the upload in its file")
            time.sleep(0.5)
            self.server.signal()
            uploading.join(patience(4))
            self.assertIsInstance(outcome[0], OSError, outcome)
            self.assertEqual(self.server.wait(60), 0)
        self.server.check_log()
        self.assertRegex(self.server.log(), "1 cut connections still wait")
        self.server.start()
        self.assertEqual(client.all(), [])
        self.server.stop()
        status, report = self.server.fsck("--read-data")
        self.assertEqual((status, report["clean"]), (0, True), report)


class FailingDisk(DiskCase):
    def setUp(self):
        self.serve("0B")
        self.ledger.upload(self.rng.randbytes(20 * KIB), "form")
        self.ledger.upload(self.rng.randbytes(2 * MIB), "raw")

    def try_upload(self, size, door="raw"):
        """An upload while the disk fails: refused, and undecided until the next start."""
        content = self.rng.randbytes(size)
        with self.assertRaisesRegex(AssertionError, r"^<503 application/problem\+json"):
            self.ledger.upload(content, door)

    def assert_read_only(self, part):
        ready = self.client.get("/readyz")
        self.assertEqual((ready.status, ready.json["status"]), (503, "unavailable"))
        self.assertEqual(ready.json[part], {"store": "read-only", "catalog": "unavailable"}[part], ready)
        self.assertEqual(self.client.get("/healthz").status, 200)
        for entry in self.ledger.in_state(State.KEPT):
            self.ledger.download(entry)

    def assert_writable_after_restart(self):
        """Twice: once as an operator restarts it, once as after a crash."""
        self.server.stop()
        self.server.start()
        self.assertEqual(self.client.get("/readyz").status, 200)
        self.assertEqual(self.metric("holdall_store_writable"), 1)
        self.ledger.settle()
        self.ledger.upload(self.rng.randbytes(20 * KIB), "form")
        self.ledger.upload(self.rng.randbytes(2 * MIB), "chunked")
        self.server.kill()
        self.server.start()
        self.ledger.settle()
        self.assert_clean()

    def test_promise_5_after_a_failed_sync_of_the_journal_the_store_is_read_only_until_the_next_start(self):
        self.check_failed_sync(size=20 * KIB, door="form")

    def test_promise_5_after_a_failed_sync_of_a_large_file_the_store_is_read_only_until_the_next_start(self):
        self.check_failed_sync(size=2 * MIB, door="raw")

    def check_failed_sync(self, size, door):
        with Injection(self, self.server, "fdatasync", "EIO") as injection:
            self.try_upload(size, door)
            self.assertGreater(injection.hits(), 0)
        self.assertEqual(self.metric("holdall_store_writable"), 0)
        # The disk is well again, but nobody can know what it has thrown away.
        self.assert_problem(self.put(100), 503, "store-read-only")
        self.assert_problem(self.put(MIB, chunked=True), 503, "store-read-only")
        self.assert_read_only("store")
        self.assertRegex(self.server.log(), r"error +blob: the store is read-only from now on: .*(sync|Input/output)")
        self.assert_writable_after_restart()

    def test_promise_5_after_a_failed_sync_of_the_catalog_it_is_read_only_until_the_next_start(self):
        with Injection(self, self.server, "fdatasync,fsync", "EIO", self.server.data / "catalog.db-wal") as injection:
            self.try_upload(20 * KIB, "form")
            self.assertGreater(injection.hits(), 0)
        self.assert_problem(self.put(100), 503, "catalog-read-only")
        self.assert_read_only("catalog")
        self.assertRegex(self.server.log(), r"error +request .* failed: Unavailable: The catalog .*sqlite .*I/O error")
        self.assert_writable_after_restart()

    def test_promise_5_a_failed_write_costs_that_upload_only(self):
        """Nothing was promised for it, so nothing is in doubt: what comes after is taken again."""
        for call, size, door in (("pwrite64", 2 * MIB, "raw"), ("pwritev", 20 * KIB, "form")):
            with self.subTest(call=call):
                content = self.rng.randbytes(size)
                with Injection(self, self.server, call, "EIO") as injection:
                    with self.assertRaisesRegex(AssertionError, r"^<50[03] application/problem\+json"):
                        self.ledger.upload(content, door)
                    self.assertGreater(injection.hits(), 0)
                self.ledger.settle()
                self.assertEqual(self.client.get("/readyz").status, 200)
                self.ledger.upload(content, door)
                self.ledger.settle()
        self.assert_writable_after_restart()


if __name__ == "__main__":
    main()
