"""Many connections at a time, from as many loopback addresses as it takes to look like many clients."""
import contextlib
import resource
import socket

PER_ADDRESS = 500  # below http.max_connections_per_client


def raise_descriptor_limit():
    """The descriptors a test may have open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Crowd:
    """Raw sockets to a server; closed at the end of the block."""

    def __init__(self, server):
        self.server = server
        self.sockets = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self.sockets:
            one.close()

    def join(self, first=b"", address=None):
        """One more connection, whose first bytes are sent."""
        host = address or f"127.0.0.{2 + len(self.sockets) // PER_ADDRESS}"
        one = socket.create_connection((self.server.host, self.server.port), timeout=20, source_address=(host, 0))
        self.sockets.append(one)
        if first:
            with contextlib.suppress(ConnectionError):
                one.sendall(first)
        return one

    def say(self, words, sockets=None):
        """Each sends these bytes, unless the server has hung up."""
        for one in sockets if sockets is not None else self.sockets:
            with contextlib.suppress(OSError):
                one.sendall(words)


def head(method, target, token=None, **fields):
    """The head of a request; a field's _ is a -."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_to_end(one, limit=1 << 20):
    """All the server still says, until it closes or resets."""
    content = b""
    with contextlib.suppress(ConnectionError):
        while len(content) < limit:
            piece = one.recv(65536)
            if not piece:
                break
            content += piece
    return content
