"""Promises 1, 2, 5, 6 and 10: the server is killed in the middle of things, again and again, and nothing that was
acknowledged is lost, nothing deleted comes back, nothing is half there, and the sums are right.

HOLDALL_TEST_SEED repeats a run, HOLDALL_TEST_ROUNDS makes it longer.
"""
import os
import pathlib
import random
import re
import sqlite3
import subprocess
import sys
import time
import unittest

from harness import TREE, Server, is_instrumented, main
from ledger import CONNECTION_LOST, BrokenPromise, Ledger, State, Storm, wait_for_death

SEED = int(os.environ.get("HOLDALL_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
ROUNDS = int(os.environ.get("HOLDALL_TEST_ROUNDS") or (6 if is_instrumented() else 15))
USERS = 4
# The smallest journal there is, so that its segments fill, are synced and used again within a test.
CONFIG = """
[store]
journal_size = "16MiB"
[collections.default]
allowed_types = [".bin"]
max_file_size = "16MiB"
"""
KILLED = 137  # what the program exits with at a crash point


class DurabilityCase(unittest.TestCase):
    def setUp(self):
        print(f"HOLDALL_TEST_SEED={SEED}", file=sys.stderr)
        self.rng = random.Random(f"{SEED} {self.id()}")
        self.server = Server(CONFIG)
        self.addCleanup(self.server.clear)
        self.server.start()
        self.ledgers = [Ledger(self.server, user, random.Random(f"{SEED} {self.id()} {user}"))
                        for user in range(1, USERS + 1)]

    def settle(self, thorough=False):
        for ledger in self.ledgers:
            ledger.settle(thorough)

    def count(self, *states):
        return sum(len(ledger.in_state(*states)) for ledger in self.ledgers)

    def start_to_die(self, point):
        """Starts a server that ends at a crash point; False when it ended before it was ready."""
        self.server.env["HOLDALL_TEST_CRASH_AT"] = point
        try:
            self.server.start()
            return True
        except AssertionError:
            return False
        finally:
            del self.server.env["HOLDALL_TEST_CRASH_AT"]

    def assert_clean(self):
        """Stops the server and reads everything back without it."""
        self.server.stop()
        status, report = self.server.fsck("--read-data")
        self.assertEqual((status, report["clean"]), (0, True), report)
        kept = self.count(State.KEPT)
        self.assertEqual(report["rows_checked"], kept)
        self.assertEqual(report["bytes_read"],
                         sum(entry.size for ledger in self.ledgers for entry in ledger.in_state(State.KEPT)))
        self.assertEqual(report["blobs_stored"], kept + report["counts"]["young-orphan"])


class KilledAtRandom(DurabilityCase):
    def test_promises_1_2_6_10_hold_when_the_server_is_killed_at_random_moments(self):
        """Promises 1 (acknowledged is durable), 2 (no row without its blob), 6 (deleted stays deleted), 10 (usage)."""
        for number in range(ROUNDS):
            with Storm(self.ledgers):
                time.sleep(self.rng.uniform(0.1, 1.5))
                self.server.kill()
            if self.rng.random() < 0.3:
                self.die_while_starting()
            self.server.start()
            self.settle()
            if number % 5 == 4:  # beside the running server
                status, report = self.server.fsck("--read-data")
                self.assertEqual(status, 0, report)
        self.settle(thorough=True)
        self.assertGreater(self.count(State.KEPT), 0)
        self.assertGreater(self.count(State.DELETED), 0)
        self.assert_clean()

    def die_while_starting(self):
        process = subprocess.Popen(self.server.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.rng.uniform(0, 0.1))
        process.kill()
        process.wait()


# How a server is brought to each crash point: what the storm is made of.
MIXED = {"small": 0.5, "delete": 0.3}
SMALL = {"small": 1.0, "delete": 0.1}
LARGE = {"small": 0.1, "delete": 0.2}
STORMS = {
    "staged-created": LARGE, "staged-written": LARGE, "staged-synced": LARGE, "staged-renamed": LARGE,
    "staged-durable": LARGE, "frame-written": SMALL, "frame-synced": SMALL, "file-created": SMALL,
    "file-written": SMALL, "segment-synced": SMALL, "segment-retired": SMALL, "tombstone-synced": MIXED,
    "file-removed": MIXED,
}
# Passed while the server starts, when a crash has left blobs that are durable in the journal only.
AT_START = ("replay-file-restored", "replay-synced")


def crash_points_of_the_source():
    source = pathlib.Path(TREE, "src/blob/local/crash_point.cc").read_text()
    return re.findall(r'\{CrashPoint::\w+,\s*"([a-z-]+)"\}', source)


class KilledAtEveryStep(DurabilityCase):
    def test_every_crash_point_of_the_program_is_driven_here(self):
        self.assertEqual(sorted(crash_points_of_the_source()), sorted([*STORMS, *AT_START]))

    def test_promises_1_2_6_10_hold_when_the_server_dies_at_any_step_of_an_upload_or_a_deletion(self):
        """Promises 1, 2, 6 and 10, at each named point."""
        for point, storm in STORMS.items():
            passes = self.rng.randint(1, 2 if point.startswith("segment") else 4)
            with self.subTest(point=point, passes=passes):
                self.server.stop()
                self.assertTrue(self.start_to_die(f"{point}:{passes}"), self.server.log())
                with Storm(self.ledgers, **storm):
                    self.assertEqual(wait_for_death(self.server, 60), KILLED)
                self.server.start()
                self.settle()
        self.settle(thorough=True)
        self.assert_clean()

    def test_promises_1_2_6_10_hold_when_the_server_dies_while_it_recovers(self):
        """Promises 1, 2, 6 and 10, when recovery itself is cut off."""
        for point in AT_START:
            with self.subTest(point=point):
                self.server.stop()
                # Durable in the journal, not yet a file: what recovery makes good.
                self.assertTrue(self.start_to_die(f"frame-synced:{self.rng.randint(3, 30)}"))
                # No deletions: a frame may hold nothing but those, and leave no file to make again.
                with Storm(self.ledgers, small=1.0, delete=0):
                    self.assertEqual(wait_for_death(self.server, 60), KILLED)
                self.assertFalse(self.start_to_die(point), "it became ready instead of dying")
                self.server.start()
                self.settle()
        self.settle(thorough=True)
        self.assert_clean()


class TheChecksCanFail(DurabilityCase):
    """Damage done by hand is found, both by fsck and by the ledgers: a check that finds nothing means something."""

    def setUp(self):
        super().setUp()
        for ledger in self.ledgers:
            ledger.upload(ledger.rng.randbytes(1000), "form")
            ledger.upload(ledger.rng.randbytes(200_000), "raw")
        self.settle()
        self.victim = self.ledgers[0].entries[self.rng.randrange(2)]
        self.path = self.server.client(1).get(f"/api/v1/attachments/{self.victim.id}").json["file_path"]
        self.server.stop()
        self.file = self.server.data / "store" / "blobs" / self.path

    def assert_found(self, defect, flags=("--read-data",)):
        status, report = self.server.fsck(*flags)
        self.assertEqual((status, report["clean"], report["counts"][defect]), (1, False, 1), report)

    def assert_ledger_objects(self, what, error=BrokenPromise):
        self.server.start()
        with self.assertRaisesRegex(error, what):
            self.settle()
        self.server.stop()

    def test_one_changed_byte_is_found(self):
        content = bytearray(self.file.read_bytes())
        content[self.rng.randrange(len(content))] ^= 0x01
        self.file.write_bytes(content)
        self.assertEqual(self.server.fsck()[0], 0, "without --read-data only sizes are compared")
        self.assert_found("content-differs")
        self.assert_ledger_objects("other bytes")

    def test_a_missing_file_is_found(self):
        self.file.unlink()
        self.assert_found("blob-missing", flags=())
        self.assert_ledger_objects("instead of 200")

    def test_a_shortened_file_is_found(self):
        with open(self.file, "r+b") as file:
            file.truncate(self.victim.size - 1)
        self.assert_found("size-differs", flags=())
        self.assert_ledger_objects(".", (BrokenPromise, *CONNECTION_LOST))  # a small one, or one that ends too early

    def test_a_lost_row_is_found(self):
        with sqlite3.connect(self.server.data / "catalog.db") as catalog:
            catalog.execute("DELETE FROM attachments WHERE id = ?", (self.victim.id,))
        catalog.close()
        self.assert_found("blob-unused", flags=())
        self.assert_ledger_objects("is lost")

    def test_wrong_usage_is_found(self):
        with sqlite3.connect(self.server.data / "catalog.db") as catalog:
            catalog.execute("UPDATE users SET bytes = bytes + 1 WHERE id = 1")
        catalog.close()
        self.assert_found("usage-differs", flags=())
        self.assert_ledger_objects("the server says")

    def test_a_deletion_that_did_not_last_is_found(self):
        self.victim.become(State.DELETED)  # as if the deletion of what is still there had been acknowledged
        self.assert_ledger_objects("came back")


if __name__ == "__main__":
    main()
