"""RFC 9110 and its kin as a client meets them: ranges, conditions, errors, names, and what a browser may do with a file."""
import email
import email.policy
import random
import re
import subprocess
import sys
import time
import urllib.parse

from harness import ATTACHMENTS, HERE, ServerCase, main, patience

CONTENT = random.Random(11).randbytes(5_000).hex().encode()  # 10,000 bytes of text
SIZE = len(CONTENT)


def http_date(seconds):
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(seconds))


class OneFile(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.alice.put("ten.txt", CONTENT).json
        cls.path = f"{ATTACHMENTS}/{cls.file['id']}/download"
        cls.etag = f'"{cls.file["sha256"]}"'

    def fetch(self, **headers):
        return self.alice.get(self.path, headers={k.replace("_", "-"): v for k, v in headers.items()})


class Ranges(OneFile):
    def test_one_range_is_206_with_exactly_those_bytes(self):
        for asked, first, last in (("bytes=0-0", 0, 0), ("bytes=0-99", 0, 99), ("bytes=9999-9999", SIZE - 1, SIZE - 1),
                                   ("bytes=9000-", 9000, SIZE - 1), ("bytes=-1", SIZE - 1, SIZE - 1), ("bytes=-500", 9500, SIZE - 1),
                                   ("bytes=-20000", 0, SIZE - 1), ("bytes=5000-99999999999999999999999", 5000, SIZE - 1),
                                   ("BYTES=1-2", 1, 2), ("bytes= 1-2 , ", 1, 2), ("bytes=0-4,5-9", 0, 9), ("bytes=3-9,0-5", 0, 9),
                                   ("bytes=0-1,20000-30000", 0, 1)):
            with self.subTest(asked=asked):
                answer = self.fetch(Range=asked)
                self.assertEqual(answer.status, 206, answer)
                self.assertEqual(answer.body, CONTENT[first:last + 1])
                self.assertEqual(answer.headers["Content-Range"], f"bytes {first}-{last}/{SIZE}")
                self.assertEqual(answer.headers["Content-Length"], str(last - first + 1))
                self.assertEqual(answer.headers["Content-Type"], "text/plain")
                self.assertEqual(answer.headers["ETag"], self.etag)

    def test_several_ranges_are_parts_that_read_back(self):
        asked = [(0, 9), (100, 199), (5000, 5000), (9990, 9999)]
        answer = self.fetch(Range="bytes=0-9,100-199,5000-5000,-10")
        self.assertEqual(answer.status, 206, answer)
        self.assertEqual(int(answer.headers["Content-Length"]), len(answer.body))
        self.assertIsNone(answer.headers["Content-Range"])
        self.check_parts(answer, asked)

    def check_parts(self, answer, asked):
        content_type = answer.headers["Content-Type"]
        self.assertRegex(content_type, r"^multipart/byteranges; boundary=[0-9a-z]{24}$")
        message = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + answer.body, policy=email.policy.HTTP)
        parts = list(message.iter_parts())
        self.assertEqual(message.defects, [])
        self.assertEqual([p["Content-Range"] for p in parts], [f"bytes {a}-{b}/{SIZE}" for a, b in asked])
        self.assertEqual({p["Content-Type"] for p in parts}, {"text/plain"})
        self.assertEqual([p.get_payload(decode=True) for p in parts], [CONTENT[a:b + 1] for a, b in asked])

    def test_sixteen_ranges_are_given_and_seventeen_are_the_whole(self):
        sixteen = [(i * 100, i * 100 + 9) for i in range(16)]
        text = "bytes=" + ",".join(f"{a}-{b}" for a, b in sixteen)
        answer = self.fetch(Range=text)
        self.assertEqual(answer.status, 206, answer)
        self.check_parts(answer, sixteen)
        more = self.fetch(Range=text + ",9000-9001")
        self.assertEqual((more.status, more.body == CONTENT), (200, True))

    def test_ranges_never_answer_more_than_the_file(self):
        answer = self.fetch(Range="bytes=" + ",".join(["0-"] * 16))
        self.assertEqual((answer.status, len(answer.body)), (206, SIZE))

    def test_beyond_the_end_is_416_with_the_size(self):
        for asked in (f"bytes={SIZE}-", "bytes=10000-10001", "bytes=-0", "bytes=99999999999999999999-", "bytes=20000-,30000-"):
            with self.subTest(asked=asked):
                answer = self.fetch(Range=asked)
                self.assert_problem(answer, 416, "range-not-satisfiable")
                self.assertEqual(answer.headers["Content-Range"], f"bytes */{SIZE}")
                self.assertEqual(answer.json["size"], SIZE)

    def test_what_is_no_range_is_the_whole(self):
        for asked in ("bytes", "bytes=", "bytes=,", "bytes=a-b", "bytes=5-4", "bytes=1-2-3", "lines=1-2", "bytes=--1", "bytes=0x1-2",
                      "bytes=-", "bytes=1-2;3-4", "none"):
            with self.subTest(asked=asked):
                answer = self.fetch(Range=asked)
                self.assertEqual((answer.status, answer.body == CONTENT, answer.headers["Content-Range"]), (200, True, None))

    def test_head_ignores_range(self):
        answer = self.alice.head(self.path, headers={"Range": "bytes=0-9"})
        self.assertEqual((answer.status, answer.headers["Content-Length"], answer.body), (200, str(SIZE), b""))

    def test_the_pieces_of_a_file_make_it_whole(self):
        got = b"".join(self.fetch(Range=f"bytes={i}-{i + 1233}", If_Range=self.etag).body for i in range(0, SIZE, 1234))
        self.assertEqual(got, CONTENT)


class Conditions(OneFile):
    def test_if_none_match(self):
        for value in (self.etag, "*", f'"x", {self.etag}', f"W/{self.etag}", f'{self.etag},"y"'):
            with self.subTest(value=value):
                answer = self.fetch(If_None_Match=value)
                self.assertEqual((answer.status, answer.body), (304, b""))
                self.assertEqual(answer.headers["ETag"], self.etag)
                self.assertIsNone(answer.headers["Content-Type"])
        for value in ('"x"', self.file["sha256"], '"', "W/*"):
            self.assertEqual(self.fetch(If_None_Match=value).status, 200, value)

    def test_if_match(self):
        for value in (self.etag, "*", f'"x", {self.etag}'):
            self.assertEqual(self.fetch(If_Match=value).status, 200, value)
        for value in ('"x"', f"W/{self.etag}", "nonsense"):
            self.assert_problem(self.fetch(If_Match=value), 412, "precondition-failed")

    def test_dates(self):
        made = self.fetch().headers["Last-Modified"]
        now = time.time()
        self.assertEqual(self.fetch(If_Modified_Since=made).status, 304)
        self.assertEqual(self.fetch(If_Modified_Since=http_date(now - 86_400)).status, 200)
        self.assertEqual(self.fetch(If_Modified_Since="yesterday").status, 200)
        self.assertEqual(self.fetch(If_Unmodified_Since=made).status, 200)
        self.assert_problem(self.fetch(If_Unmodified_Since=http_date(now - 86_400)), 412)

    def test_tags_win_over_dates(self):
        made = self.fetch().headers["Last-Modified"]
        self.assertEqual(self.fetch(If_None_Match='"x"', If_Modified_Since=made).status, 200)
        self.assertEqual(self.fetch(If_Match=self.etag, If_Unmodified_Since=http_date(0)).status, 200)
        self.assert_problem(self.fetch(If_Match='"x"', If_None_Match=self.etag), 412)
        self.assertEqual(self.fetch(If_Match=self.etag, If_None_Match=self.etag).status, 304)

    def test_if_range_gives_the_part_only_of_the_same_file(self):
        for value, status in ((self.etag, 206), ('"x"', 200), (f"W/{self.etag}", 200), (http_date(0), 200), ("nonsense", 200)):
            with self.subTest(value=value):
                answer = self.fetch(Range="bytes=0-9", If_Range=value)
                self.assertEqual((answer.status, len(answer.body)), (status, 10 if status == 206 else SIZE))

    def test_conditions_come_before_ranges(self):
        self.assertEqual(self.fetch(Range="bytes=99999-", If_None_Match=self.etag).status, 304)
        self.assert_problem(self.fetch(Range="bytes=0-1", If_Match='"x"'), 412)
        self.assertEqual(self.fetch(Range="bytes=99999-", If_Range='"x"').status, 200)


class EveryAnswer(OneFile):
    ALWAYS = ("Date", "X-Request-Id", "X-Content-Type-Options")

    def check_always(self, answer):
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff", answer)
        self.assertRegex(answer.headers["X-Request-Id"], r"^[0-9a-z]{12}$")
        self.assertRegex(answer.headers["Date"], r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$")
        for name in self.ALWAYS:
            self.assertEqual(len(answer.headers.get_all(name)), 1, name)

    def test_has_date_request_id_and_nosniff(self):
        item = f"{ATTACHMENTS}/{self.file['id']}"
        answers = [
            (200, self.fetch()), (206, self.fetch(Range="bytes=0-1")), (206, self.fetch(Range="bytes=0-1,8-9")),
            (304, self.fetch(If_None_Match="*")), (412, self.fetch(If_Match='"x"')), (416, self.fetch(Range="bytes=99999-")),
            (200, self.alice.get(item)), (200, self.alice.head(item)), (200, self.alice.get(ATTACHMENTS)),
            (201, self.alice.put("a.txt", b"x")), (415, self.alice.put("a.exe", b"x")), (422, self.alice.put("a.txt", b"")),
            (400, self.alice.get(ATTACHMENTS, query={"x": 1})), (401, self.nobody.get(item)), (404, self.bob.get(item)),
            (404, self.nobody.get("/nowhere")), (405, self.alice.call("POST", item)), (204, self.alice.call("OPTIONS", item)),
            (200, self.nobody.get("/healthz")), (200, self.nobody.get("/readyz")), (200, self.nobody.get("/metrics")),
            (200, self.nobody.get("/openapi.json")), (200, self.nobody.get("/docs")),
            (414, self.nobody.get("/" + "x" * 9000)), (431, self.nobody.get("/healthz", headers={"X": "y" * 9000})),
            (417, self.nobody.get("/healthz", headers={"Expect": "tea"})), (501, self.nobody.call("BREW", "/healthz")),
        ]
        for status, answer in answers:
            with self.subTest(status=status):
                self.assertEqual(answer.status, status, answer)
                self.check_always(answer)
                if status >= 400:
                    self.assert_problem(answer, status)

    def test_what_breaks_framing_is_answered_whole_and_closed(self):
        for request, status in ((b"GET / HTTP/1.1\r\n\r\n", 400), (b"GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400), (b"nonsense\r\n\r\n", 400),
                                (b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
                                (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)):
            with self.subTest(request=request), self.server.socket() as connection:
                connection.sendall(request)
                answer = b""
                while piece := connection.recv(65536):
                    answer += piece
                head, body = answer.split(b"\r\n\r\n", 1)
                self.assertEqual(head.split(b" ")[1], str(status).encode(), answer)
                for name in self.ALWAYS:
                    self.assertIn(f"\r\n{name}: ".encode(), head)
                self.assertIn(b"application/problem+json", head)
                self.assertEqual(len(body), int(re.search(rb"Content-Length: (\d+)", head)[1]))

    def test_a_request_id_of_the_client_is_kept_when_it_is_harmless(self):
        for given in ("abc", "A-b_c.9" * 9, "4bf92f3577b34da6a3ce929d0e0e4736"):
            answer = self.alice.get("/api/v1/me", headers={"X-Request-Id": given})
            self.assertEqual(answer.headers["X-Request-Id"], given)
            problem = self.nobody.get("/nowhere", headers={"X-Request-Id": given})
            self.assertEqual(problem.json["request_id"], given)
            self.assertIn(given, self.server.log())
        for given in ("a b", "x" * 65, "a\"b", "<b>", ""):
            answer = self.nobody.get("/nowhere", headers={"X-Request-Id": given})
            self.assertRegex(answer.headers["X-Request-Id"], r"^[0-9a-z]{12}$")
            self.assertEqual(answer.json["request_id"], answer.headers["X-Request-Id"])

    def test_problems_have_their_members_in_order(self):
        problem = self.assert_problem(self.nobody.get("/nowhere"), 404, "no-such-route")
        self.assertEqual(list(problem), ["type", "title", "status", "detail", "request_id"])
        problem = self.assert_problem(self.alice.get(ATTACHMENTS, query={"tsak_id": 1}), 400, "unknown-parameter")
        self.assertEqual(list(problem)[:5], ["type", "title", "status", "detail", "request_id"])
        self.assertEqual(problem["parameter"], "tsak_id")
        self.assertIn("task_id", problem["allowed"])
        self.assertIn("did you mean", problem["detail"])

    def test_an_unknown_parameter_is_400_on_every_route_that_looks_at_its_query(self):
        item = f"{ATTACHMENTS}/{self.file['id']}"
        for method, path in (("GET", item), ("GET", item + "/download"), ("HEAD", item), ("DELETE", item), ("GET", "/api/v1/me"),
                             ("GET", "/api/v1/usage"), ("POST", ATTACHMENTS), ("POST", ATTACHMENTS + "/upload"),
                             ("DELETE", ATTACHMENTS + "/bulk-delete")):
            answer = self.alice.call(method, path + "?colour=red")
            self.assertEqual(answer.status, 400, (method, path, answer))
        self.assertEqual(self.alice.get(item).status, 200)

    def test_head_is_get_without_the_body_everywhere(self):
        document = self.nobody.get("/openapi.json").json
        gets = [p for p, operations in document["paths"].items() if "get" in operations]
        self.assertGreater(len(gets), 8)
        varying = {"Date", "X-Request-Id", "Transfer-Encoding"}  # which is of the body, and there is none
        for path in gets:
            path = path.replace("{id}", str(self.file["id"]))
            for client in (self.alice, self.nobody):
                got, headed = client.get(path), client.head(path)
                with self.subTest(path=path, status=got.status):
                    self.assertEqual((headed.status, headed.body), (got.status, b""))
                    skip = varying | ({"Content-Length"} if path == "/metrics" else set())
                    self.assertEqual([h for h in headed.headers.items() if h[0] not in skip],
                                     [h for h in got.headers.items() if h[0] not in skip])

    def test_an_unknown_method_on_a_known_path_is_405_with_allow(self):
        item = f"{ATTACHMENTS}/{self.file['id']}"
        for path, allowed in ((item, "GET, HEAD, PATCH, DELETE, OPTIONS"), (item + "/download", "GET, HEAD, OPTIONS"),
                              (ATTACHMENTS, "GET, HEAD, POST, PUT, OPTIONS"), (ATTACHMENTS + "/upload", None),
                              ("/healthz", "GET, HEAD, OPTIONS"), ("/api/v1/me", "GET, HEAD, OPTIONS")):
            for client in (self.alice, self.nobody):
                method = "PATCH" if path == ATTACHMENTS else "POST" if path != ATTACHMENTS + "/upload" else "PUT"
                answer = client.call(method, path)
                self.assert_problem(answer, 405, "method-not-allowed")
                options = client.call("OPTIONS", path)
                self.assertEqual((options.status, options.headers["Allow"]), (204, answer.headers["Allow"]))
                if allowed:
                    self.assertEqual(answer.headers["Allow"], allowed)

    def test_answers_come_in_the_order_of_pipelined_requests(self):
        token = self.alice.token
        paths = [self.path, "/healthz", "/nowhere", f"{ATTACHMENTS}/{self.file['id']}", self.path, "/api/v1/me"]
        with self.server.socket() as connection:
            connection.sendall("".join(f"GET {p} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n"
                                       f"X-Request-Id: n{i}\r\n\r\n" for i, p in enumerate(paths)).encode())
            stream = connection.makefile("rb")
            for i, status in enumerate((200, 200, 404, 200, 200, 200)):
                line = stream.readline().split()
                self.assertEqual(int(line[1]), status)
                fields = {}
                while (field := stream.readline().strip()):
                    name, value = field.split(b":", 1)
                    fields[name.lower()] = value.strip()
                self.assertEqual(fields[b"x-request-id"], f"n{i}".encode())
                body = stream.read(int(fields[b"content-length"]))
                if paths[i] == self.path:
                    self.assertEqual(body, CONTENT)

    def test_uploads_pipelined_behind_one_another_are_all_taken(self):
        token, count = self.server.token("pipe"), 20
        with self.server.socket() as connection:
            for i in range(count):
                body = f"file {i}".encode() * (i + 1)
                head = (f"PUT {ATTACHMENTS}?filename=p{i}.txt HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n"
                        f"Content-Length: {len(body)}\r\n{'Connection: close' if i == count - 1 else 'X: y'}\r\n\r\n")
                connection.sendall(head.encode() + body)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        self.assertEqual(answer.count(b"HTTP/1.1 201 "), count)
        pipe = self.server.client("pipe")
        self.assertEqual([(i["filename"], i["file_size"]) for i in pipe.all(sort="created_at")],
                         [(f"p{i}.txt", len(f"file {i}") * (i + 1)) for i in range(count)])


class Names(ServerCase):
    def test_a_nasty_name_arrives_as_itself_and_breaks_no_header(self):
        for name in ('a "quoted" name.txt', "semi;colon.txt", "per%20cent.txt", "plus+and&.txt", "caf\u00e9.txt", "\u65e5\u672c\u8a9e.txt",
                     "e\u0301.txt", "\U0001F4C4.txt", "'single'.txt", "a,b=c.txt", " spaces inside .txt".strip(), "#hash?.txt", "x" * 251 + ".txt",
                     "\u00e9" * 125 + ".txt", "{}|^`~.txt", "=?utf-8?Q?a?=.txt", ".hidden.txt", "- dash.txt", "$(touch x).txt"):
            with self.subTest(name=name):
                made = self.created(self.alice.put(name, b"x"))
                self.assertEqual(made["filename"], name)
                answer = self.alice.download(made["id"])
                disposition = answer.headers["Content-Disposition"]
                self.assertEqual(len(answer.headers.get_all("Content-Disposition")), 1)
                self.assertTrue(disposition.isascii() and disposition.isprintable(), disposition)
                match = re.fullmatch(r'attachment; filename="([^"\\]*)"(?:; filename\*=UTF-8\'\'([A-Za-z0-9!#$&+.^_`|~%-]*))?', disposition)
                self.assertTrue(match, disposition)
                self.assertEqual(urllib.parse.unquote(match[2]) if match[2] else match[1], name)

    def test_names_that_deceive_are_refused(self):
        for name in ("a\r\nSet-Cookie: x.txt", "a\u202etxt.exe.txt", "a\u0085.txt", "a\x7f.txt", "..", ".", "   ", "a/..", "\u2066.txt"):
            with self.subTest(name=name):
                self.assert_problem(self.alice.put(name, b"x"), 400, "filename-invalid")
        for encoded in ("%ff%fe.txt", "a%00.txt", "a%C0%AF.txt", "%"):
            self.assert_problem(self.alice.call("PUT", f"{ATTACHMENTS}?filename={encoded}", b"x"), 400, "bad-query")


class Dangerous(ServerCase):
    """A file that someone else's browser could take for a page of ours."""
    config = '[collections.default]\nallowed_types = ["*", ".html", ".svg", ".js"]\n'
    PAGE = b"<!doctype html><script>alert(document.domain)</script>"

    def check_download_only(self, answer, content_type):
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.headers["Content-Type"], content_type)
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(answer.headers["Content-Security-Policy"], "default-src 'none'; sandbox")
        self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment; "), answer.headers["Content-Disposition"])

    def test_html_in_a_text_file_is_served_as_text_and_as_an_attachment(self):
        made = self.created(self.alice.put("page.txt", self.PAGE))
        self.assertEqual(made["mime_type"], "text/plain")
        answer = self.alice.download(made["id"])
        self.check_download_only(answer, "text/plain")
        self.assertEqual(answer.body, self.PAGE)
        shown = self.alice.download(made["id"], disposition="inline")
        self.assertEqual(shown.headers["Content-Type"], "text/plain")
        self.assertEqual(shown.headers["Content-Security-Policy"], "default-src 'none'; sandbox")

    def test_what_runs_is_never_inline(self):
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        for name, content, content_type in (("a.html", self.PAGE, "text/html"), ("a.svg", svg, "image/svg+xml"),
                                            ("a.zzz", self.PAGE, "application/octet-stream"),
                                            ("a.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf")):
            with self.subTest(name=name):
                made = self.created(self.alice.put(name, content))
                for disposition in ("attachment", "inline"):
                    self.check_download_only(self.alice.download(made["id"], disposition=disposition), content_type)
                part = self.alice.download(made["id"], {"Range": "bytes=0-3"}, disposition="inline")
                self.assertTrue(part.headers["Content-Disposition"].startswith("attachment"))

    def test_inline_is_given_to_harmless_pictures_and_text(self):
        gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
        made = self.created(self.alice.put("a.gif", gif))
        answer = self.alice.download(made["id"], disposition="inline")
        self.assertEqual(answer.headers["Content-Disposition"], 'inline; filename="a.gif"')
        self.assertEqual(answer.headers["Content-Security-Policy"], "default-src 'none'; sandbox")
        self.assert_problem(self.alice.download(made["id"], disposition="sideways"), 400, "invalid-parameter")

    def test_a_script_is_refused_or_served_as_bytes(self):
        answer = self.alice.put("a.js", b"alert(1)")
        if answer.status == 201:
            self.assertIn(self.alice.download(answer.json["id"]).headers["Content-Type"], ("application/octet-stream", "text/plain"))


class Framing(ServerCase):
    def test_the_framing_cases_hold_against_the_shipped_program(self):
        cases = HERE.parent / "hostile" / "http_framing.py"
        done = subprocess.run([sys.executable, "-B", str(cases), f"{self.server.host}:{self.server.port}", "--good", "/healthz"],
                              capture_output=True, text=True, timeout=patience(120))
        self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr[-2000:])
        self.assertEqual(self.nobody.get("/healthz").status, 200)


if __name__ == "__main__":
    main()
