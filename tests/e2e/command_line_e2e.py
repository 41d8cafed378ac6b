"""The program as its operator meets it: settings, verbs, signals, logs, TLS; every refusal is a sentence."""
import base64
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import tempfile
import time
import tomllib
import unittest
import warnings

from harness import ATTACHMENTS, PROGRAM, Client, Server, clean_environment, eventually, main, missing, patience, run


class WithFolder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdall-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def refused(self, *arguments, says, env=None, status=1):
        """Ends with `status`, nothing on stdout, one sentence on stderr that holds each of `says`."""
        done = run(*arguments, env=env)
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        lines = [line for line in done.stderr.splitlines() if line.startswith("holdall: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        for text in says:
            self.assertIn(text, lines[0])
        return lines[0]


class Settings(WithFolder):
    def shown(self, *arguments, env=None):
        done = run("config", "show", *arguments, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_flags_win_over_variables_those_over_the_file_and_it_over_defaults(self):
        config = self.file("c.toml", '[collections.default]\nmax_file_size = "1MiB"\n')
        by_file, by_variable, by_flag = ["--config", config], {"HOLDALL_MAX_FILE_SIZE": "2MiB"}, ["--max-file-size", "3MiB"]
        for arguments, env, line in (((), {}, 'max_file_size = "10MiB"  # default'),
                                     (by_file, {}, f'max_file_size = "1MiB"  # {config}:2'),
                                     (by_file, by_variable, 'max_file_size = "2MiB"  # environment variable HOLDALL_MAX_FILE_SIZE'),
                                     (by_file + by_flag, by_variable, 'max_file_size = "3MiB"  # flag --max-file-size'),
                                     ((), {"HOLDALL_CONFIG": config}, f'max_file_size = "1MiB"  # {config}:2'),
                                     (by_file, {"HOLDALL_MAX_FILE_SIZE": ""}, f'max_file_size = "1MiB"  # {config}:2')):
            with self.subTest(line=line):
                self.assertIn(line, self.shown(*arguments, env=env).splitlines())

    def test_what_is_shown_is_what_the_server_does(self):
        config = self.file("c.toml", '[collections.default]\nmax_file_size = "1KiB"\nallowed_types = [".txt"]\n')
        with Server(flags=["--config", str(config)], env={"HOLDALL_MAX_FILE_SIZE": "2KiB"}) as server:
            default = server.client(1).get("/api/v1/me").json["collections"]["default"]
            self.assertEqual(default, {"allowed_types": [".txt"], "max_file_size": 2048})

    def test_what_is_shown_is_a_configuration_again(self):
        text = self.shown("--data", self.data, env={"HOLDALL_ALLOWED_TYPES": ".txt,.pdf", "HOLDALL_COLLECTIONS_SCANS_MAX_FILE_SIZE": "7MiB"})
        settings = tomllib.loads(text)
        self.assertEqual(settings["collections"]["default"]["allowed_types"], [".txt", ".pdf"])
        again = self.shown("--config", self.file("again.toml", text))
        self.assertEqual(tomllib.loads(again), settings)

    def test_a_secret_is_not_shown(self):
        secret = "correct horse battery staple 0123456789"
        self.assertNotIn(secret, self.shown(env={"HOLDALL_AUTH_SECRET": secret}))
        done = run("config", "show", env={"HOLDALL_AUTH_SECRET": "short-secret"})
        self.assertNotIn("short-secret", done.stdout + done.stderr)

    def test_a_wrong_setting_is_named_with_its_value_and_what_is_allowed(self):
        wrong = [
            ({"HOLDALL_MAX_FILE_SIZE": "3 parsecs"}, "", ["collections.default.max_file_size", '"3 parsecs"', "HOLDALL_MAX_FILE_SIZE", "a size such as"]),
            ({"HOLDALL_MAX_FILE_SIZE": "0"}, "", ["collections.default.max_file_size", "from 1B"]),
            ({"HOLDALL_MAX_FILE_SIZE": "99999999999999999999"}, "", ["collections.default.max_file_size"]),
            ({"HOLDALL_SERVER_THREADS": "many"}, "", ["server.threads", '"many"', "from 0 to 256"]),
            ({"HOLDALL_SERVER_THREADS": "257"}, "", ["server.threads", "257", "from 0 to 256"]),
            ({"HOLDALL_ALLOWED_TYPES": ".txt,pdf"}, "", ["collections.default.allowed_types", "pdf", ".ext"]),
            ({"HOLDALL_HTTP_CORS_ORIGINS": "example.org"}, "", ["http.cors_origins", "example.org", "https://app.example.org"]),
            ({}, '[log]\nformat = "xml"\n', ["log.format", '"xml"', "c.toml:2", '"text" or "json"']),
            ({}, '[log]\nformat = 5\n', ["log.format", "5", "c.toml:2", '"text" or "json"']),
            ({}, '[http]\nidle_timeout = "1 fortnight"\n', ["http.idle_timeout", "1 fortnight", "a length of time"]),
            ({}, '[http]\nlisten_on = "x"\n', ["http.listen_on", "c.toml:2", "not a known setting", "http.listen"]),
            ({}, '[htttp]\nlisten = "x"\n', ["[htttp]", "c.toml:1", "did you mean http"]),
            ({}, '[collections."a b"]\nmax_file_size = "1MiB"\n', ["a b", "c.toml:1"]),
            ({}, '[log\n', ["c.toml:1"]),
            ({}, '[log]\nformat = "text"\nformat = "json"\n', ["c.toml:3"]),
        ]
        for env, text, says in wrong:
            arguments = ["--config", self.file("c.toml", text)] if text else []
            for verb in (("config", "check"), ("serve", "--data", self.data, "--listen", "127.0.0.1:0")):
                with self.subTest(env=env, text=text, verb=verb[0]):
                    self.refused(*verb, *arguments, env=env, says=says)
        self.assertFalse(self.data.exists(), "a server that did not start made a folder")

    def test_wrong_flags(self):
        self.refused("config", "check", "--max-file-size", "big", says=["max_file_size", '"big"', "--max-file-size"])
        self.refused("config", "check", "--config", self.folder / "none.toml", says=["none.toml", "cannot be opened"])
        for listen in ("127.0.0.1", "127.0.0.1:99999", "nowhere", "127.0.0.1:", ":x", "127.0.0.1:-1", "127.0.0.1:80x",
                       ":::80", "::1:80", "[::1:80"):
            line = self.refused("serve", "--data", self.data, "--listen", listen, says=[listen])
            self.assertIn("HOST:PORT", line)
        done = run("serve", "--colour", "red")
        self.assertEqual((done.returncode, "--colour" in done.stderr), (2, True), done.stderr)

    def test_an_unknown_verb_is_told_those_there_are(self):
        for words, says in ((["nope"], ["nope", "serve", "token", "config", "fsck", "gc"]),
                            (["config", "nope"], ["nope", "check", "show", "markdown"])):
            done = run(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            for word in says:
                self.assertIn(word, done.stderr)

    def test_what_has_no_effect_is_said(self):
        done = run("config", "check", env={"HOLDALL_MAX_FIEL_SIZE": "1MiB", "S3_BUCKET_NAME": "x"})
        self.assertEqual((done.returncode, done.stdout), (0, "The configuration is right.\n"))
        self.assertIn("HOLDALL_MAX_FIEL_SIZE is not known and has no effect; did you mean HOLDALL_MAX_FILE_SIZE", done.stderr)
        self.assertIn("S3_BUCKET_NAME", done.stderr)

    def test_the_verbs_explain_themselves(self):
        for arguments in (["--help"], *[[verb, "--help"] for verb in ("serve", "token", "config", "fsck", "gc", "reindex")]):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertGreater(len(done.stdout), 100)
        for arguments in ([], ["dance"], ["serve", "--nonsense"], ["config"]):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("--help", done.stderr)
        self.assertRegex(run("--version").stdout, r"^\d+\.\d+\.\d+\n$")


class Start(WithFolder):
    def serve(self, *flags, env=None):
        return run("serve", "--data", self.data, "--listen", "127.0.0.1:0", *flags, env=env)

    def test_standard_output_is_the_ready_line_and_nothing_else(self):
        with Server() as server:
            self.assertRegex(server.url, r"^http://127\.0\.0\.1:[1-9]\d*$")
            self.assertEqual(server.client().get("/healthz").json, {"status": "ok"})
            process = server.process
            server.signal()
            self.assertEqual(process.stdout.read(), b"")

    def test_the_data_folder_and_the_key_are_for_the_owner_alone(self):
        with Server(data=self.data / "new" / "folder") as server:
            server.client(1).put("a.txt", b"x")
            self.assertEqual(stat.S_IMODE(server.data.stat().st_mode), 0o700)
            self.assertEqual(stat.S_IMODE((server.data / "signing.key").stat().st_mode), 0o600)
            open_to_others = [p for p in server.data.rglob("*") if stat.S_IMODE(p.stat().st_mode) & 0o077]
            self.assertEqual(open_to_others, [])
            self.assertNotIn("chmod", server.log())

    def test_the_files_in_a_folder_that_is_open_to_others_are_not(self):
        self.addCleanup(os.umask, os.umask(0o022))
        self.data.mkdir(mode=0o755)
        with Server(data=self.data) as server:
            server.client(1).put("a.txt", b"x")
            self.assertRegex(server.log(), f"warning +server: the data folder {self.data} is open to other users; .*chmod 700")
            server.stop()
            catalog = self.data / "catalog.db"
            catalog.chmod(0o644)  # as older programs left it
            server.start()
            server.client(1).put("b.txt", b"x")
            open_to_others = [p for p in self.data.rglob("*") if stat.S_IMODE(p.stat().st_mode) & 0o077]
            self.assertEqual(open_to_others, [])
            self.assertTrue((self.data / "catalog.db-wal").exists())

    def test_a_folder_that_cannot_serve_is_refused(self):
        self.data.mkdir()
        self.data.chmod(0o777)
        self.refused("serve", "--data", self.data, "--listen", "127.0.0.1:0", says=[str(self.data), "chmod o-w"])
        plain = self.file("plain", "x")
        self.refused("serve", "--data", plain, "--listen", "127.0.0.1:0", says=[str(plain), "not a folder"])
        self.refused("serve", "--data", plain / "below", "--listen", "127.0.0.1:0", says=[str(plain / "below"), "cannot be"])

    def test_a_second_server_on_the_same_folder_is_refused(self):
        with Server(data=self.data) as server:
            made = server.client(1).put("a.txt", b"x").json
            line = self.refused("serve", "--data", self.data, "--listen", "127.0.0.1:0", says=["holdall: "])
            self.assertRegex(line, r"use|using|another|other")
            self.assertEqual(server.client(1).download(made["id"]).body, b"x")

    def test_a_port_that_is_taken_is_refused(self):
        with Server() as server:
            taken = f"127.0.0.1:{server.port}"
            self.refused("serve", "--data", self.data, "--listen", taken, says=[taken])

    def test_the_same_folder_serves_again_with_the_same_keys_and_files(self):
        with Server(data=self.data) as server:
            token = server.token(1)
            made = server.client(1).put("a.txt", b"kept").json
            server.restart()
            again = Client(server, token)
            self.assertEqual(again.get(f"{ATTACHMENTS}/{made['id']}").json, made)
            self.assertEqual(again.download(made["id"]).body, b"kept")


class Tokens(WithFolder):
    def test_a_token_made_here_is_taken_and_explained(self):
        token = run("token", "--data", self.data, "--user", "77", "--ttl", "1h", "--scope", "read").stdout.strip()
        for arguments in (("token", "--data", self.data, "verify", token), ("token", "verify", "--data", self.data, token)):
            done = run(*arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
            claims = json.loads(done.stdout)
            self.assertEqual((claims["sub"], claims["scope"], claims["exp"] - claims["iat"]), ("77", "read", 3600))
        piped = subprocess.run([PROGRAM, "token", "--data", self.data, "verify", "-"], input=token + "\n", text=True, capture_output=True,
                               env=clean_environment(), timeout=patience(20), check=False)
        self.assertEqual((piped.returncode, json.loads(piped.stdout)["sub"]), (0, "77"))
        with Server(data=self.data) as server:
            self.assertEqual(Client(server, token).get("/api/v1/me").json["scopes"], ["read"])

    def test_why_a_token_would_be_refused_is_said(self):
        token = run("token", "--data", self.data, "--user", "77").stdout.strip()
        other = run("token", "--data", self.folder / "other", "--user", "77").stdout.strip()
        for wrong in (other, token[:-4] + "AAAA", "abc", ""):
            self.refused("token", "--data", self.data, "verify", wrong, says=["refused"])
        self.refused("token", "--data", self.data, says=["--user"])
        self.refused("token", "--data", self.data, "--user", "1", "--ttl", "soon", says=["--ttl", "soon", "24h"])
        self.refused("token", "--data", self.data, "--user", "1", "--scope", "fly", says=["fly", "read", "write", "admin"])

    def rsa(self):
        """(private key file, JWKS file, a signer of claims) by openssl's own hand."""
        if not shutil.which("openssl"):
            missing(self, "openssl")
        key = self.folder / "rsa.pem"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        modulus = subprocess.run(["openssl", "rsa", "-in", key, "-noout", "-modulus"], check=True, capture_output=True).stdout
        encode = lambda value: base64.urlsafe_b64encode(value).rstrip(b"=").decode()
        n = encode(bytes.fromhex(modulus.decode().strip().split("=")[1]))
        jwks = self.file("jwks.json", json.dumps({"keys": [{"kty": "RSA", "kid": "k1", "alg": "RS256", "use": "sig", "n": n, "e": "AQAB"}]}))

        def sign(claims):
            text = encode(json.dumps({"alg": "RS256", "kid": "k1"}).encode()) + "." + encode(json.dumps(claims).encode())
            done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text.encode(), capture_output=True, check=True)
            return text + "." + encode(done.stdout)

        return jwks, sign

    def test_keys_of_another_issuer(self):
        jwks, sign = self.rsa()
        claims = {"sub": "eve", "exp": int(time.time()) + 600}
        done = run("token", "verify", "--jwks", jwks, sign(claims))
        self.assertEqual((done.returncode, json.loads(done.stdout)), (0, claims), done.stderr)
        self.refused("token", "verify", "--jwks", jwks, sign({"sub": "eve", "exp": 1}), says=["expired"])
        own = run("token", "--data", self.data, "--user", "1").stdout.strip()
        self.refused("token", "verify", "--jwks", jwks, own, says=["refused"])
        with Server(env={"HOLDALL_AUTH_JWKS_FILE": jwks}) as server:
            me = Client(server, sign(claims)).get("/api/v1/me")
            self.assertEqual((me.status, me.json["subject"]), (200, "eve"))
            broken = sign(claims)[:-8] + "AAAAAAAA"
            self.assertEqual(Client(server, broken).get("/api/v1/me").status, 401)


class Housekeeping(WithFolder):
    def blob(self, made):
        name = made["file_path"].rsplit("/", 1)[1]
        found = [p for p in self.data.rglob("*") if p.is_file() and p.name == name]
        self.assertEqual(len(found), 1, f"{name} in {list(self.data.rglob('*'))}")
        return found[0]

    def test_fsck_says_clean_beside_a_server_and_after_it(self):
        with Server(data=self.data) as server:
            for i in range(3):
                server.client(1).put(f"{i}.txt", b"x" * 1000)
            server.client(1).delete(ATTACHMENTS + "/bulk-delete", body=[1])
            status, report = server.fsck("--read-data")
            self.assertEqual((status, report["clean"], report["rows_checked"]), (0, True, 2), report)
            server.stop()
            status, report = server.fsck("--read-data")
            self.assertEqual((status, report["clean"], report["rows_checked"], report["bytes_read"]), (0, True, 2, 2000), report)
        done = run("fsck", "--data", self.data)
        self.assertEqual(done.returncode, 0)
        self.assertTrue(done.stdout.startswith("clean: 2 rows"), done.stdout)

    def test_fsck_finds_what_is_missing_and_what_was_changed(self):
        with Server(data=self.data) as server:
            made = [server.client(1).put(f"{i}.txt", b"x" * 2_000_000).json for i in range(3)]
            server.stop()
            self.blob(made[0]).unlink()
            with open(self.blob(made[1]), "r+b") as blob:
                blob.seek(1_000_000)
                blob.write(b"y")
            with open(self.blob(made[2]), "ab") as blob:
                blob.write(b"more")
            status, quick = server.fsck()
            self.assertEqual((status, quick["clean"]), (1, False))
            self.assertEqual((quick["counts"]["blob-missing"], quick["counts"]["size-differs"], quick["counts"]["content-differs"]), (1, 1, 0))
            status, whole = server.fsck("--read-data")
            self.assertEqual((status, whole["counts"]["content-differs"]), (1, 1), whole)
            server.start()
            self.assertEqual(server.client(1).download(made[0]["id"]).status, 500)
            self.assertEqual(server.client().get("/healthz").status, 200)

    def test_gc_only_looks_beside_a_server(self):
        with Server(data=self.data) as server:
            server.client(1).put("a.txt", b"x")
            done = run("gc", "--data", self.data, "--dry-run", "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIsInstance(json.loads(done.stdout), dict)
            self.refused("gc", "--data", self.data, says=[str(self.data), "--dry-run"])
            self.refused("fsck", "--repair", "--data", self.data, says=[str(self.data), "--repair"], status=2)
            self.assertEqual(server.client(1).download(1).body, b"x")
        done = run("gc", "--data", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_gc_removes_orphans_past_their_grace_and_no_others(self):
        with Server(data=self.data) as server:
            made = server.client(1).put("a.txt", b"x" * 2_000_000).json
            server.stop()
            blob = self.blob(made)
            old, young = blob.with_name("000000_aaaaaaaaaaaa"), blob.with_name("000000_bbbbbbbbbbbb")
            for orphan in (old, young):
                shutil.copy(blob, orphan)
            os.utime(old, (time.time() - 10 * 86_400,) * 2)
            status, report = server.fsck()
            self.assertEqual((report["counts"]["old-orphan"], report["counts"]["young-orphan"]), (1, 1), report)
            self.assertEqual(run("gc", "--data", self.data, "--dry-run").returncode, 0)
            self.assertTrue(old.exists(), "a dry run removed something")
            done = run("gc", "--data", self.data)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual((old.exists(), young.exists(), blob.exists()), (False, True, True), done.stdout)

    def test_reindex_finds_again_what_a_damaged_index_has_lost(self):
        def found(server):
            hits = server.client(1).get("/api/v1/search", query={"q": "words"}).json["items"]
            return [hit["attachment"]["filename"] for hit in hits]

        with Server(data=self.data) as server:
            server.client(1).put("a.txt", b"some words")
            eventually(lambda: found(server) == ["a.txt"])
            self.refused("reindex", "--data", self.data, says=[str(self.data), "stop it"])
            server.stop()
            subprocess.run(["sqlite3", self.data / "catalog.db", "DELETE FROM page_index_data WHERE id > 10"], check=True)
            self.assertEqual(run("reindex", "--data", self.data).returncode, 0)
            server.start()
            self.assertEqual(found(server), ["a.txt"])

    def test_a_mistyped_folder_is_said_and_not_made(self):
        for verb in ("fsck", "gc", "reindex"):
            self.refused(verb, "--data", self.folder / "typo", says=["typo", "--data"], status=2 if verb == "fsck" else 1)
        self.assertFalse((self.folder / "typo").exists())


class Signals(unittest.TestCase):
    CONFIG = '[collections.default]\nmax_file_size = "64MiB"\n'
    CONTENT = bytes(range(97, 123)) * 1_500_000  # 39 MB: more than sockets hold

    def slow_download(self, server, attachment):
        connection = server.socket(60)
        self.addCleanup(connection.close)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        connection.sendall(f"GET {ATTACHMENTS}/{attachment}/download HTTP/1.1\r\nHost: h\r\n"
                           f"Authorization: Bearer {server.token(1)}\r\n\r\n".encode())
        return connection, connection.recv(1000)

    def refuses_connections(self, server):
        try:
            server.socket(5).close()
            return False
        except ConnectionRefusedError:
            return True
        except ConnectionResetError:  # in the queue of the socket that closed just now
            return False

    def test_sigterm_lets_a_running_download_end_and_takes_no_new_connection(self):
        with Server(self.CONFIG) as server:
            made = server.client(1).put("big.txt", self.CONTENT).json
            connection, got = self.slow_download(server, made["id"])
            idle = server.socket()
            self.addCleanup(idle.close)
            idle.sendall(b"HEAD /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
            self.assertIn(b"HTTP/1.1 200 ", idle.recv(4096))
            server.signal(signal.SIGTERM)
            eventually(lambda: self.refuses_connections(server), what="the end of listening")
            self.assertEqual(idle.recv(1), b"", "an idle connection is closed")
            pieces = [got]
            while piece := connection.recv(1 << 20):
                pieces.append(piece)
            head, body = b"".join(pieces).split(b"\r\n\r\n", 1)
            self.assertTrue(head.startswith(b"HTTP/1.1 200 "), head)
            self.assertEqual(body == self.CONTENT, True, f"{len(body)} bytes of {len(self.CONTENT)}")
            self.assertEqual(server.wait(), 0)
            server.check_log()

    def test_sigterm_lets_a_running_upload_end_and_keeps_it(self):
        with Server(self.CONFIG) as server:
            token = server.token(1)
            connection = server.socket(60)
            self.addCleanup(connection.close)
            connection.sendall(f"PUT {ATTACHMENTS}?filename=a.txt HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n"
                               "Content-Length: 200000\r\n\r\n".encode() + b"a" * 100_000)
            time.sleep(0.3)
            server.signal(signal.SIGTERM)
            eventually(lambda: self.refuses_connections(server), what="the end of listening")
            connection.sendall(b"a" * 100_000)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            self.assertTrue(answer.startswith(b"HTTP/1.1 201 "), answer)
            self.assertIn(b"\r\nConnection: close", answer)
            self.assertEqual(server.wait(), 0)
            server.start()
            self.assertEqual(server.client(1).download(1).body, b"a" * 200_000)

    def test_what_does_not_end_is_cut_after_the_grace(self):
        with Server(self.CONFIG, env={"HOLDALL_SERVER_SHUTDOWN_GRACE": "1s"}) as server:
            made = server.client(1).put("big.txt", self.CONTENT).json
            self.slow_download(server, made["id"])
            begin = time.monotonic()
            server.signal(signal.SIGTERM)
            self.assertEqual(server.wait(), 0)
            self.assertGreaterEqual(time.monotonic() - begin, 0.9)
            self.assertLess(time.monotonic() - begin, patience(8))
            self.assertIn("cut", server.log())
            server.check_log()

    def test_a_second_signal_ends_it_at_once(self):
        with Server(self.CONFIG) as server:
            made = server.client(1).put("big.txt", self.CONTENT).json
            self.slow_download(server, made["id"])
            server.signal(signal.SIGINT)
            eventually(lambda: self.refuses_connections(server), what="the end of listening")
            server.signal(signal.SIGINT)
            self.assertEqual(server.wait(10), -signal.SIGINT)

    def test_sigint_ends_as_sigterm_does(self):
        with Server() as server:
            server.signal(signal.SIGINT)
            self.assertEqual(server.wait(), 0)

    def test_a_reader_that_goes_away_does_not_end_the_server(self):
        with Server(self.CONFIG) as server:
            made = server.client(1).put("big.txt", self.CONTENT).json
            for _ in range(5):
                self.slow_download(server, made["id"])[0].close()
            self.assertEqual(server.client().get("/healthz").status, 200)


class Logs(unittest.TestCase):
    def test_json_logs_are_one_object_a_line_whatever_clients_send(self):
        with Server(env={"HOLDALL_LOG_FORMAT": "json"}) as server:
            client = server.client(1)
            client.put('we"ird \u00e9.txt', b"x")
            client.get("/no%22where%0Anext", headers={"User-Agent": 'evil"\\ \xff agent', "X-Request-Id": "r-1"})
            client.get(ATTACHMENTS, query={"task_id": '"}{'})
            server.stop()
            lines = server.log().splitlines()
            self.assertGreater(len(lines), 4)
            for line in lines:
                entry = json.loads(line)
                self.assertRegex(entry["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
                self.assertIn(entry["level"], ("debug", "info", "warning", "error"))
                self.assertIsInstance(entry["message"], str)
            self.assertEqual(sum("r-1" in line for line in lines), 1)

    def test_text_logs_are_one_line_a_request_and_tell_no_secret(self):
        with Server() as server:
            client = server.client(1)
            client.get("/healthz", headers={"X-Request-Id": "find-me"})
            client.get("/forged%0d%0a2026-01-01T00:00:00.000Z%20error%20x")
            server.stop()
            lines = server.log().splitlines()
            self.assertEqual(sum("find-me" in line for line in lines), 1)
            for line in lines:
                self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (debug|info|warning|error) ")
            self.assertNotIn(client.token, server.log())
            self.assertNotIn(client.token.split(".")[2], server.log())

    def test_the_level_bounds_what_is_written(self):
        with Server(env={"HOLDALL_LOG_LEVEL": "error"}) as server:
            server.client(1).get("/healthz")
            server.stop()
            self.assertEqual(server.log(), "")
        with Server(env={"HOLDALL_HTTP_ACCESS_LOG": "false"}) as server:
            server.client(1).get("/healthz", headers={"X-Request-Id": "not-me"})
            server.stop()
            self.assertNotIn("not-me", server.log())


class Tls(WithFolder):
    def setUp(self):
        super().setUp()
        for tool in ("openssl", "curl"):
            if not shutil.which(tool):
                missing(self, tool)
        self.certificate, self.key = self.pair("one")

    def pair(self, name):
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        return certificate, key

    def test_files_go_both_ways_over_tls(self):
        env = {"HOLDALL_HTTP_TLS_CERTIFICATE": self.certificate, "HOLDALL_HTTP_TLS_KEY": self.key}
        content = os.urandom(1_500_000).hex().encode()
        (self.folder / "a.txt").write_bytes(content)
        with Server(env=env) as server:
            self.assertTrue(server.url.startswith("https://127.0.0.1:"), server.url)

            def curl(*arguments):
                return subprocess.run(["curl", "-sS", "--cacert", self.certificate, "-H", f"Authorization: Bearer {server.token(1)}", *arguments],
                                      cwd=self.folder, capture_output=True, timeout=patience(30), check=False)

            up = curl("-F", "file=@a.txt", server.url + ATTACHMENTS)
            self.assertEqual(json.loads(up.stdout)["file_size"], len(content), up)
            down = curl(f"{server.url}{ATTACHMENTS}/{json.loads(up.stdout)['id']}/download")
            self.assertEqual(down.stdout == content, True)
            unknown = subprocess.run(["curl", "-sS", server.url], capture_output=True, timeout=patience(30), check=False)
            self.assertEqual(unknown.returncode, 60, "curl trusts no certificate it does not know")
            with server.socket() as plain:
                plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
                self.assertNotIn(b"HTTP/1.1 200", plain.recv(1000))
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
                old.set_ciphers("DEFAULT:@SECLEVEL=0")
                with warnings.catch_warnings(action="ignore"), server.socket() as connection:
                    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
                    old.wrap_socket(connection)
            self.assertEqual(curl(server.url + "/healthz").stdout, b'{"status":"ok"}')

    def test_certificates_that_do_not_fit_stop_the_start(self):
        _, other_key = self.pair("two")
        none, broken = self.folder / "none.pem", self.file("broken.pem", "no certificate")
        for certificate, key, says in ((self.certificate, other_key, []), (none, self.key, ["none.pem"]), (broken, self.key, ["broken.pem"]),
                                       (self.certificate, none, ["none.pem"]), (self.certificate, "", ["tls_key"]), ("", self.key, ["tls_certificate"])):
            with self.subTest(certificate=str(certificate), key=str(key)):
                self.refused("serve", "--data", self.data, "--listen", "127.0.0.1:0", says=says,
                             env={"HOLDALL_HTTP_TLS_CERTIFICATE": certificate, "HOLDALL_HTTP_TLS_KEY": key})


if __name__ == "__main__":
    main()
