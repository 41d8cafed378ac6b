"""What clients were promised, held against what a server gives: the books of the durability tests.

A Ledger belongs to one user and is written by one thread while the server runs, then compared by another when the
server has died and come back. What was never answered may have happened or not; which of the two is decided at the first
look after the restart, and must not change any more.
"""
import enum
import hashlib
import http.client
import threading

from harness import ATTACHMENTS, eventually

CONNECTION_LOST = (OSError, http.client.HTTPException)


class State(enum.Enum):
    SENDING = "sent, not answered"
    KEPT = "acknowledged"
    DELETING = "deletion sent, not answered"
    DELETED = "deletion acknowledged"
    ABSENT = "not there after a restart"


class Entry:
    def __init__(self, name, content):
        self.name, self.size = name, len(content)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.id = None
        self.state = State.SENDING
        self.is_settled = False  # looked at since its last change

    def __repr__(self):
        return f"{self.name} (id {self.id}, {self.size} bytes, {self.state.value})"

    def become(self, state):
        self.state, self.is_settled = state, False


class BrokenPromise(AssertionError):
    """The server does not hold what it acknowledged."""


class Ledger:
    """The files of one user. `settle()` compares; everything else acts on the server and notes what was promised."""

    def __init__(self, server, user, rng):
        self.server, self.user, self.rng = server, user, rng
        self.client = server.client(user)
        self.entries = []

    def in_state(self, *states):
        return [entry for entry in self.entries if entry.state in states]

    def upload(self, content, door):
        content = b"\0" + content[1:]  # random bytes begin as a program does once in a while, and would be refused
        entry = Entry(f"{self.user}-{len(self.entries)}.bin", content)
        self.entries.append(entry)
        if door == "form":
            answer = self.client.upload(entry.name, content, "application/octet-stream")
        else:
            answer = self.client.put(entry.name, content, chunked=door == "chunked")
        self._expect(answer, 201)
        if answer.json["sha256"] != entry.sha256:
            raise BrokenPromise(f"{entry}: acknowledged as {answer.json['sha256']}")
        entry.id = answer.json["id"]
        entry.become(State.KEPT)

    def download(self, entry):
        answer = self.client.download(entry.id)
        self._expect(answer, 200)
        self._compare(entry, answer.body)

    def delete(self, entries):
        """One with DELETE, several with the bulk route."""
        for entry in entries:
            entry.become(State.DELETING)
        if len(entries) == 1:
            self._expect(self.client.delete(f"{ATTACHMENTS}/{entries[0].id}"), 204)
        else:
            answer = self.client.call("DELETE", f"{ATTACHMENTS}/bulk-delete", [entry.id for entry in entries])
            self._expect(answer, 200)
            if answer.json["deleted"] != len(entries):
                raise BrokenPromise(f"{answer.json['deleted']} of {len(entries)} were deleted")
        for entry in entries:
            entry.become(State.DELETED)

    def settle(self, thorough=False):
        """Raises BrokenPromise unless the server gives what it promised. `thorough`: asks for all that is gone, too."""
        listed = {item["filename"]: item for item in self.client.all(limit=200)}
        for entry in self.entries:
            self._settle_one(entry, listed.pop(entry.name, None), thorough)
        if listed:
            raise BrokenPromise(f"user {self.user} is shown what nobody sent: {sorted(listed)}")
        self._compare_usage()

    def _settle_one(self, entry, item, thorough):
        if entry.state is State.KEPT and item is None:
            raise BrokenPromise(f"{entry} is lost")
        if entry.state in (State.DELETED, State.ABSENT) and item is not None:
            raise BrokenPromise(f"{entry} came back")
        if item is not None:
            if (item["file_size"], item["sha256"]) != (entry.size, entry.sha256):
                raise BrokenPromise(f"{entry} is listed as {item}")
            entry.id = item["id"]
            if entry.state is not State.KEPT:
                entry.become(State.KEPT)
            self.download(entry)
        else:
            if entry.state is State.DELETING:
                entry.become(State.DELETED)
            elif entry.state is State.SENDING:
                entry.become(State.ABSENT)
            if entry.id is not None and (thorough or not entry.is_settled):
                self._expect(self.client.get(f"{ATTACHMENTS}/{entry.id}"), 404)
                self._expect(self.client.download(entry.id), 404)
        entry.is_settled = True

    def _compare_usage(self):
        kept = self.in_state(State.KEPT)
        usage = self.client.get("/api/v1/usage").json
        if (usage["files"], usage["bytes"]) != (len(kept), sum(entry.size for entry in kept)):
            raise BrokenPromise(f"user {self.user} has {len(kept)} files, the server says {usage}")

    def _compare(self, entry, content):
        if len(content) != entry.size or hashlib.sha256(content).hexdigest() != entry.sha256:
            raise BrokenPromise(f"{entry} came back as {len(content)} other bytes")

    @staticmethod
    def _expect(answer, status):
        if answer.status != status:
            raise BrokenPromise(f"{answer} instead of {status}")


class Storm:
    """One thread for each ledger that uploads, downloads and deletes until the server dies."""

    LARGEST = 8 << 20

    def __init__(self, ledgers, small=0.75, delete=0.15):
        """`small`: the share of small files among uploads; `delete`: of deletions among all, 0 for none at all."""
        self.ledgers, self.small, self.delete = ledgers, small, delete
        self.errors = []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(ledger,)) for ledger in ledgers]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()
        if self.errors:
            raise self.errors[0]

    def _run(self, ledger):
        try:
            while not self.is_over.is_set():
                self._step(ledger)
        except CONNECTION_LOST:
            pass  # the server died, as it was meant to
        except BaseException as error:  # pylint: disable=broad-except
            self.errors.append(error)

    def _step(self, ledger):
        rng = ledger.rng
        kept = ledger.in_state(State.KEPT)
        # Deletes more than it uploads once there is much, so that a comparison stays quick.
        if kept and self.delete and rng.random() < (self.delete if len(kept) < 40 else 0.6):
            ledger.delete(rng.sample(kept, min(len(kept), rng.choice((1, 1, 3)))))
        elif kept and rng.random() < 0.2:
            ledger.download(rng.choice(kept))
        elif rng.random() < self.small:
            ledger.upload(rng.randbytes(rng.randint(1, 60 << 10)), rng.choice(("form", "form", "raw")))
        else:
            size = int(rng.triangular(64 << 10, self.LARGEST, 256 << 10))
            ledger.upload(rng.randbytes(size), rng.choice(("form", "raw", "chunked")))


def wait_for_death(server, limit):
    """The exit status of a server that was told to die."""
    process = server.process
    eventually(lambda: process.poll() is not None, limit, "the server's death")
    return server.wait()
