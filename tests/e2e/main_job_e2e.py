"""What the service is for: files in, found again, given back to their owner and to nobody else."""
import base64
import datetime
import hashlib
import hmac
import json
import random
import threading
import time
import unittest

from harness import ATTACHMENTS, Client, ServerCase, eventually, form, main, together

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
                    "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
NOT_THERE = 999_999_999_999
FOUNDING = ("id", "filename", "file_path", "file_size", "mime_type", "ocr_text", "task_id", "user_id", "created_at")
MEMBERS = FOUNDING + ("owner", "sha256", "collection", "state", "record", "metadata", "tags", "width", "height", "pages",
                      "text_state", "updated_at", "expires_at", "version")


def one(attachment):
    return f"{ATTACHMENTS}/{attachment}"


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def in_future(**delta):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**delta)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class FoundingRoutes(ServerCase):
    """Status, names and texts that clients written long ago rely on."""

    def upload(self, filename, content, content_type="text/plain", task=None, client=None):
        query = {"task_id": task} if task is not None else None
        return (client or self.alice).post_form(("file", content, filename, content_type),
                                                path=ATTACHMENTS + "/upload", query=query)

    def test_an_upload_answers_200_and_the_nine_founding_members(self):
        content = "Gr\u00fc\u00dfe, attached.\n".encode() * 700
        answer = self.assert_status(self.upload("report.txt", content, task=77), 200)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        made = answer.json
        self.assertEqual(tuple(made)[:9], FOUNDING)
        self.assertEqual(made["filename"], "report.txt")
        self.assertEqual(made["file_size"], len(content))
        self.assertEqual(made["mime_type"], "text/plain")
        self.assertIsNone(made["ocr_text"])
        self.assertEqual(made["task_id"], 77)
        self.assertEqual(made["user_id"], 1)
        self.assertIs(type(made["id"]), int)
        self.assertRegex(made["created_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        self.assertRegex(made["file_path"], r"^1/\d{4}/\d\d/\d\d/\d{6}_[0-9a-z]{12}$")

    def test_without_a_task_task_id_is_null(self):
        self.assertIsNone(self.upload("a.txt", b"a").json["task_id"])

    def test_two_files_of_one_name_are_kept_apart(self):
        first, second = (self.upload("same.txt", content).json for content in (b"one", b"two"))
        self.assertNotEqual(first["id"], second["id"])
        self.assertNotEqual(first["file_path"], second["file_path"])
        self.assertEqual(self.alice.download(first["id"]).body, b"one")
        self.assertEqual(self.alice.download(second["id"]).body, b"two")

    def test_a_type_not_allowed_is_400_and_named(self):
        for filename, shown in (("virus.exe", ".exe"), ("page.html", ".html"), ("README", "(none)"),
                                ("photo.jpg.exe", ".exe"), ("evil.php.jpg", ".php")):
            with self.subTest(filename=filename):
                problem = self.assert_problem(self.upload(filename, b"MZ" + bytes(64), "application/octet-stream"), 400)
                self.assertEqual(problem["detail"], f"File type {shown} not allowed")

    def test_ten_mebibytes_are_taken_and_one_byte_more_is_400(self):
        limit = 10 * 1024 * 1024
        edge = self.assert_status(self.upload("edge.txt", b"e" * limit), 200).json
        self.assertEqual(edge["file_size"], limit)
        problem = self.assert_problem(self.upload("over.txt", b"e" * (limit + 1)), 400, "file-too-large")
        self.assertEqual(problem["detail"], "File too large (max 10MB)")
        self.assertEqual(problem["limit"], limit)

    def test_far_too_large_is_refused_by_the_declared_length(self):
        problem = self.assert_problem(self.upload("huge.txt", b"h" * (13 * 1024 * 1024)), 400, "file-too-large")
        self.assertEqual(problem["detail"], "File too large (max 10MB)")

    def test_a_unicode_name_is_kept_and_arrives_by_rfc_8187(self):
        name = '\u6587\u66f8 \u00e9t\u00e9 "q".txt'
        made = self.assert_status(self.upload(name, b"odd"), 200).json
        self.assertEqual(made["filename"], name)
        disposition = self.alice.download(made["id"]).headers["Content-Disposition"]
        self.assertEqual(disposition, 'attachment; filename="__ _t_ _q_.txt"; '
                         "filename*=UTF-8''%E6%96%87%E6%9B%B8%20%C3%A9t%C3%A9%20%22q%22.txt")

    def test_a_form_without_a_file_is_refused(self):
        self.assert_problem(self.alice.post_form(("task_id", "1"), path=ATTACHMENTS + "/upload"), 400, "file-missing")
        empty = self.alice.call("POST", ATTACHMENTS + "/upload", b"", {"Content-Type": "multipart/form-data; boundary=x"})
        self.assertEqual(empty.status, 400, empty)
        no_form = self.alice.call("POST", ATTACHMENTS + "/upload", b"{}", {"Content-Type": "application/json"})
        self.assertIn(no_form.status, (400, 415), no_form)

    def test_a_broken_form_leaves_nothing(self):
        carol = self.server.client("carol")
        body, content_type = form(("file", b"x" * 5000, "cut.txt", "text/plain"))
        for keep in (10, 90, 3000, len(body) - 5):
            answer = carol.call("POST", ATTACHMENTS + "/upload", body[:keep], {"Content-Type": content_type})
            self.assert_problem(answer, 400)
        self.assertEqual(carol.get("/api/v1/usage").json["files"], 0)

    def test_fields_of_other_applications_are_passed_over(self):
        answer = self.alice.post_form(("csrf", "abc"), ("file", b"x", "a.txt"), path=ATTACHMENTS + "/upload")
        self.assert_status(answer, 200)

    def test_no_token_is_401(self):
        answer = self.upload("a.txt", b"x", client=self.nobody)
        self.assert_problem(answer, 401, "token-missing")
        self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")

    def test_a_download_is_the_bytes_by_name(self):
        content = random.Random(5).randbytes(300_000).hex().encode()
        made = self.upload("report.txt", content).json
        answer = self.assert_status(self.alice.download(made["id"]), 200)
        self.assertEqual(answer.body, content)
        self.assertEqual(answer.headers["Content-Type"], "text/plain")
        self.assertEqual(answer.headers["Content-Disposition"], 'attachment; filename="report.txt"')

    def test_bulk_delete_counts_those_that_were_yours(self):
        mine = [self.upload(f"{i}.txt", b"x").json["id"] for i in range(4)]
        ids = mine + [NOT_THERE, -1, mine[0]]
        other = self.bob.delete(ATTACHMENTS + "/bulk-delete", body=ids)
        self.assertEqual((other.status, other.json), (200, {"deleted": 0}))
        own = self.alice.delete(ATTACHMENTS + "/bulk-delete", body=ids)
        self.assertEqual((own.status, own.json), (200, {"deleted": 4}))
        again = self.alice.delete(ATTACHMENTS + "/bulk-delete", body=ids)
        self.assertEqual((again.status, again.json), (200, {"deleted": 0}))
        for attachment in mine:
            self.assert_problem(self.alice.download(attachment), 404)

    def test_bulk_delete_takes_only_an_array_of_ids(self):
        for body in (b'{"ids":[1]}', b'["1"]', b"[1.5]", b"[null]", b"1", json.dumps(list(range(10_001))).encode()):
            answer = self.alice.delete(ATTACHMENTS + "/bulk-delete", body=body, headers={"Content-Type": "application/json"})
            self.assert_problem(answer, 422, "ids-invalid")
        for body in (b"", b"[1", b"[1]x", b"\xff"):
            answer = self.alice.delete(ATTACHMENTS + "/bulk-delete", body=body, headers={"Content-Type": "application/json"})
            self.assert_problem(answer, 400, "json-invalid")
        self.assertEqual(self.alice.delete(ATTACHMENTS + "/bulk-delete", body=b"[]").json, {"deleted": 0})

    def test_the_listing_of_a_task_holds_what_was_uploaded_to_it(self):
        mine = {self.upload(f"{i}.txt", b"x", task=4711).json["id"] for i in range(3)}
        self.upload("other.txt", b"x", task=4712)
        self.assertEqual({i["id"] for i in self.alice.all(task_id=4711)}, mine)
        self.assertEqual(self.bob.all(task_id=4711), [])


class Uploads(ServerCase):
    config = """
[collections.default]
[collections.pictures]
allowed_types = ["image/*"]
max_file_size = "1MiB"
[collections.anything]
allowed_types = ["*"]
"""

    def test_one_file_by_form_is_201_with_every_member(self):
        made = self.created(self.alice.upload("a.txt", b"hello", task_id=3, tags="b,a", role="scan", record_type="invoice",
                                              record_id="b1f0", position=4, metadata='{"k":{"n":1}}'))
        self.assertEqual(tuple(made), MEMBERS)
        self.assertEqual(made["sha256"], sha256(b"hello"))
        self.assertEqual(made["record"], {"type": "invoice", "id": "b1f0", "role": "scan", "position": 4})
        self.assertEqual((made["owner"], made["state"], made["collection"]), ("1", "ready", "default"))
        self.assertEqual((made["tags"], made["metadata"]), (["a", "b"], {"k": {"n": 1}}))
        self.assertEqual((made["version"], made["expires_at"], made["text_state"]), (1, None, "pending"))
        self.assertEqual(self.alice.get(one(made["id"])).json, made)

    def test_fields_may_come_in_the_query_or_behind_the_file(self):
        body, content_type = form(("file", b"x", "a.txt"), ("task_id", "9"), ("tags", '["x", "y z"]'), ("tags", "a,b"))
        made = self.created(self.alice.call("POST", ATTACHMENTS + "?role=r&record_type=t&record_id=i", body,
                                            {"Content-Type": content_type}))
        self.assertEqual((made["task_id"], made["record"]["role"], made["tags"]), (9, "r", ["a", "b", "x", "y z"]))

    def test_several_files_are_207_and_each_has_its_own_outcome(self):
        answer = self.alice.post_form(("task_id", 12), ("file", b"one", "1.txt"), ("file", b"MZ", "2.exe"),
                                      ("file", PNG, "3.png"), ("file", b"", "4.txt"), ("file", b"five", "5.txt"),
                                      ("file", b"no picture", "6.jpg"), ("file", b"7" * (10 * 2**20 + 1), "7.txt"))
        self.assert_status(answer, 207)
        items = answer.json["items"]
        self.assertEqual([i["status"] for i in items], [201, 415, 201, 422, 201, 415, 413])
        self.assertEqual([i["attachment"]["filename"] for i in items if "attachment" in i], ["1.txt", "3.png", "5.txt"])
        self.assertEqual([i["problem"]["type"].rsplit(":", 1)[1] for i in items if "problem" in i],
                         ["file-type-not-allowed", "file-empty", "type-mismatch", "file-too-large"])
        self.assertEqual(items[1]["problem"]["detail"], "File type .exe not allowed")
        self.assertEqual({i["attachment"]["id"] for i in items if "attachment" in i},
                         {i["id"] for i in self.alice.all(task_id=12)})

    def test_one_refused_file_has_an_honest_status(self):
        self.assert_problem(self.alice.upload("a.exe", b"MZ"), 415, "file-type-not-allowed")
        self.assert_problem(self.alice.upload("a.txt", b"a" * (10 * 2**20 + 1)), 413, "file-too-large")
        self.assert_problem(self.alice.upload("a.txt", b""), 422, "file-empty")
        self.assert_problem(self.alice.upload("a.png", b"text"), 415, "type-mismatch")
        self.assert_problem(self.alice.upload("a.txt", b"text", "image/png"), 415, "type-mismatch")
        self.assert_problem(self.alice.upload("a.txt", b"a\0b"), 415, "type-mismatch")
        self.assert_problem(self.alice.upload("a\tb.txt", b"text"), 400)
        self.assert_problem(self.alice.put("a\tb.txt", b"text"), 400, "filename-invalid")
        self.assert_problem(self.alice.upload("x" * 252 + ".txt", b"text"), 400, "filename-invalid")

    def test_a_part_with_an_empty_name_is_passed_over_but_not_for_ever(self):
        for size in (0, 2**20 - 100_000):
            self.created(self.alice.post_form(("file", b"x" * size, ""), ("file", b"x", "a.txt")))
        for path in (ATTACHMENTS, ATTACHMENTS + "/upload"):
            long = self.alice.post_form(("file", b"x" * (3 * 2**20), ""), ("file", b"x", "a.txt"), path=path)
            self.assert_problem(long, 400, "filename-invalid")
        self.assert_problem(self.alice.post_form(("file", b"", "")), 422, "file-missing")

    def test_a_path_in_the_name_is_cut_away(self):
        for given, kept in (("../../etc/passwd.txt", "passwd.txt"), ("C:\\Users\\me\\a.txt", "a.txt"), ("/a/b.txt", "b.txt")):
            self.assertEqual(self.created(self.alice.put(given, b"x"))["filename"], kept)

    def test_the_type_is_what_the_content_is(self):
        for name, content, declared, found in (("a.png", PNG, "application/octet-stream", "image/png"),
                                               ("a.pdf", PDF, "application/x-pdf", "application/pdf"),
                                               ("a.txt", b"plain", "text/markdown", "text/plain")):
            self.assertEqual(self.created(self.alice.put(name, content, {"Content-Type": declared}))["mime_type"], found)

    def test_unknown_and_repeated_fields_are_refused(self):
        self.assertEqual(self.assert_problem(self.alice.upload("a.txt", b"x", colour="red"), 400, "unknown-field")["field"],
                         "colour")
        twice = self.alice.post_form(("task_id", 1), ("task_id", 2), ("file", b"x", "a.txt"))
        self.assert_problem(twice, 400, "repeated-field")
        self.assert_problem(self.alice.post_form(("photo", b"x", "a.txt")), 400, "unknown-field")
        late = self.alice.post_form(("file", b"x", "a.txt"), ("collection", "anything"))
        self.assert_problem(late, 400, "field-order")

    def test_properties_that_break_their_rule_are_422_and_named(self):
        for name, fields in (("task_id", {"task_id": "x"}), ("metadata", {"metadata": "[1]"}),
                             ("metadata", {"metadata": '{"a":"' + "x" * 17_000 + '"}'}), ("metadata", {"metadata": "{"}),
                             ("metadata", {"metadata": '{"a":[1e400]}'}), ("metadata", {"metadata": '{"a":0e400}'}),
                             ("metadata", {"metadata": '{"a":' * 9 + "1" + "}" * 9}),
                             ("tags", {"tags": "x" * 65}), ("tags", {"tags": ",".join(map(str, range(51)))}),
                             ("tags", {"tags": "[1]"}), ("record_id", {"record_type": "t"}),
                             ("record_type", {"record_id": "t"}), ("role", {"role": "x"}),
                             ("record_type", {"record_type": "a b", "record_id": "1"}),
                             ("record_id", {"record_type": "a", "record_id": "x" * 256}),
                             ("expires_at", {"expires_at": "tomorrow"}),
                             ("expires_at", {"expires_at": "2001-01-01T00:00:00Z"})):
            with self.subTest(fields=str(fields)[:80]):
                problem = self.assert_problem(self.alice.upload("a.txt", b"x", **fields), 422, "property-invalid")
                self.assertEqual(problem["property"], name)

    def test_the_fields_of_a_form_are_bounded_together(self):
        fields = [("tags", ",".join(["a"] * 15_000))] * 4
        many = ("tags", ",".join(["a"] * 32_000))
        self.assertEqual(self.created(self.alice.post_form(*fields, ("file", b"x", "a.txt")))["tags"], ["a"])
        for path, status in ((ATTACHMENTS, 413), (ATTACHMENTS + "/upload", 400)):
            answer = self.alice.post_form(("file", b"x", "a.txt"), *[many] * 5, path=path)
            self.assertEqual(self.assert_problem(answer, status, "form-text-too-large")["limit"], 256 * 1024)

    def test_nothing_stays_of_what_was_refused(self):
        dora = self.server.client("dora")
        dora.upload("a.txt", b"x" * 100_000, metadata="nonsense")
        dora.upload("a.exe", b"x" * 100_000)
        dora.upload("a.png", b"x" * 100_000)
        dora.put("a.txt", b"x" * (10 * 2**20 + 1), chunked=True)
        self.assertEqual((dora.get("/api/v1/usage").json["files"], dora.all()), (0, []))

    def test_a_raw_body_of_known_length(self):
        content = random.Random(1).randbytes(2_000_000).hex().encode()
        made = self.created(self.alice.put("raw.txt", content, task_id=5, tags=["x", "y"], metadata='{"a":1}'))
        self.assertEqual((made["file_size"], made["sha256"]), (4_000_000, sha256(content)))
        self.assertEqual((made["task_id"], made["tags"], made["metadata"]), (5, ["x", "y"], {"a": 1}))
        self.assertEqual(self.alice.download(made["id"]).body, content)

    def test_a_raw_body_in_chunks_of_any_size(self):
        sizes = [1, 2, 3, 4095, 4096, 4097, 65_535, 65_536, 65_537, 200_000]
        pieces = [bytes([97 + i]) * size for i, size in enumerate(sizes)]
        made = self.created(self.alice.put("chunks.txt", iter(pieces), chunked=True))
        self.assertEqual((made["file_size"], made["sha256"]), (sum(sizes), sha256(b"".join(pieces))))
        self.assertEqual(self.alice.download(made["id"]).body, b"".join(pieces))

    def test_a_raw_upload_is_refused_as_a_form_is(self):
        limit = 10 * 2**20
        self.assert_problem(self.alice.put("a.exe", b"MZ"), 415, "file-type-not-allowed")
        self.assert_problem(self.alice.put("a.txt", b"a" * (limit + 1)), 413, "file-too-large")
        self.assert_problem(self.alice.put("a.txt", b"a" * (limit + 1), chunked=True), 413, "file-too-large")
        self.assert_problem(self.alice.put("a.txt", b""), 422, "file-empty")
        self.assert_problem(self.alice.put("", b"x"), 400)
        self.assert_problem(self.alice.call("PUT", ATTACHMENTS, b"x"), 400, "missing-parameter")
        self.assert_problem(self.alice.put("a.txt", b"x", {"Content-Range": "bytes 0-0/2"}), 400, "content-range-refused")
        self.assert_problem(self.alice.put("a.txt", b"x", {"Content-Encoding": "gzip"}), 415, "content-encoding-refused")

    def test_a_collection_has_its_own_policy(self):
        self.assertEqual(self.created(self.alice.upload("a.png", PNG, collection="pictures"))["collection"], "pictures")
        self.assert_problem(self.alice.upload("a.txt", b"x", collection="pictures"), 415, "file-type-not-allowed")
        problem = self.assert_problem(self.alice.put("a.png", PNG + bytes(2**20), collection="pictures"), 413, "file-too-large")
        self.assertEqual((problem["limit"], problem["detail"]), (2**20, "File too large (max 1MB)"))
        self.assertEqual(self.created(self.alice.put("a.zzz", b"\0\1", collection="anything"))["mime_type"],
                         "application/octet-stream")
        self.assert_problem(self.alice.put("a.html", b"<p>", collection="anything"), 415, "file-type-not-allowed")
        self.assert_problem(self.alice.put("a.txt", b"x", collection="nowhere"), 422, "unknown-collection")
        self.assertEqual({i["collection"] for i in self.alice.all(collection="pictures")}, {"pictures"})

    def test_me_tells_who_you_are_and_the_limits(self):
        me = self.alice.get("/api/v1/me").json
        self.assertEqual((me["user_id"], me["subject"], me["scopes"]), (1, "1", ["read", "write"]))
        self.assertEqual(me["quota"], {"bytes": None, "files": None})
        self.assertEqual(me["collections"]["default"]["max_file_size"], 10 * 2**20)
        self.assertEqual(me["collections"]["default"]["allowed_types"],
                         [".jpg", ".jpeg", ".png", ".gif", ".pdf", ".doc", ".docx", ".txt"])
        self.assertEqual(me["collections"]["pictures"], {"allowed_types": ["image/*"], "max_file_size": 2**20})

    def test_a_subject_that_is_no_number_gets_a_lasting_id(self):
        eve = self.server.client("eve@example.org")
        made = self.created(eve.upload("a.txt", b"x"))
        self.assertEqual(made["owner"], "eve@example.org")
        self.assertGreater(made["user_id"], 2**40)
        self.assertEqual(eve.get("/api/v1/me").json["user_id"], made["user_id"])

    def test_usage_is_the_sum_of_what_is_there(self):
        fred = self.server.client("fred")
        made = [self.created(fred.put(f"{i}.txt", b"x" * size))["id"] for i, size in enumerate((1, 10, 100, 1000))]
        self.assertEqual(fred.get("/api/v1/usage").json, {"bytes": 1111, "files": 4, "quota": {"bytes": None, "files": None}})
        fred.delete(one(made[1]))
        fred.delete(ATTACHMENTS + "/bulk-delete", body=[made[3]])
        usage = fred.get("/api/v1/usage").json
        self.assertEqual((usage["bytes"], usage["files"]), (101, 2))
        self.assertEqual(sum(i["file_size"] for i in fred.all()), 101)


class Listing(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = []
        for i in range(30):
            fields = {"task_id": i % 3, "tags": "even,all" if i % 2 == 0 else "all", "metadata": json.dumps({"n": i % 5, "s": str(i % 5)}),
                      "record_type": "invoice" if i < 10 else "order", "record_id": f"r{i % 4}"}
            name, content = (f"p{29 - i:02}.png", PNG + bytes(i)) if i % 6 == 0 else (f"t{29 - i:02}.txt", b"x" * (i + 1))
            answer = cls.alice.put(name, content, **fields)
            assert answer.status == 201, answer
            cls.made.append(answer.json)

    def names(self, **query):
        return {i["filename"] for i in self.alice.all(**query)}

    def expect(self, choose, **query):
        expected = {a["filename"] for i, a in enumerate(self.made) if choose(i)}
        self.assertTrue(expected, "the test itself must select something")
        self.assertEqual(self.names(**query), expected)

    def test_every_filter_selects_what_it_says(self):
        self.expect(lambda i: i % 3 == 2, task_id=2)
        self.expect(lambda i: i % 2 == 0, tag="even")
        self.expect(lambda i: i % 6 == 0, mime_type="image/png")
        self.expect(lambda i: i % 6 == 0, mime_type="image/*")
        self.expect(lambda i: i % 6 != 0, mime_type="text/*")
        self.expect(lambda i: i < 10, record_type="invoice")
        self.expect(lambda i: i < 10 and i % 4 == 1, record_type="invoice", record_id="r1")
        self.expect(lambda i: True, state="ready")
        self.expect(lambda i: True, collection="default")
        self.expect(lambda i: i % 3 == 1 and i % 2 == 0 and i % 6 != 0, task_id=1, tag="even", mime_type="text/plain")
        for query in ({"tag": "odd"}, {"task_id": 99}, {"state": "rejected"}, {"collection": "none"}, {"mime_type": "image/p*"}):
            self.assertEqual(self.names(**query), set(), query)

    def test_metadata_is_a_filter_by_text_and_by_number(self):
        self.expect(lambda i: i % 5 == 3, **{"metadata.s": "3"})
        self.expect(lambda i: i % 5 == 3, **{"metadata.n": "3"})
        self.expect(lambda i: i % 5 == 3 and i % 3 == 0, **{"metadata.n": "3", "metadata.s": "3", "task_id": 0})
        self.assertEqual(self.names(**{"metadata.none": "3"}), set())
        self.assertEqual(self.names(**{"metadata.s": "' OR 1=1 --"}), set())

    def test_a_member_of_any_name_can_be_asked_for(self):
        harry = self.server.client("harry")
        members = {'a"b': "1", "a'b": "2", "a.b": "3", "$": "4", "a[0]": "5", "\u00e9": "6", "a b": "7", "%": "8", "a\\": "9", "": "10"}
        made = self.created(harry.put("a.txt", b"x", metadata=json.dumps({**members, "flag": True, "half": 0.5, "none": ""})))
        self.created(harry.put("b.txt", b"x", metadata='{"a":{"b":"3"}}'))
        members.pop("")
        for name, value in {**members, "flag": "true", "half": "0.5", "none": ""}.items():
            with self.subTest(name=name):
                self.assertEqual([i["id"] for i in harry.all(**{"metadata." + name: value})], [made["id"]])
                self.assertEqual(harry.all(**{"metadata." + name: "other"}), [])

    def test_at_most_eight_members_can_be_asked_for_at_once(self):
        filters = {f"metadata.k{i}": "x" for i in range(8)}
        self.assertEqual(self.assert_status(self.alice.get(ATTACHMENTS, query=filters), 200).json["items"], [])
        answer = self.alice.get(ATTACHMENTS, query={**filters, "metadata.k8": "x"})
        self.assertEqual(self.assert_problem(answer, 400, "too-many-filters")["limit"], 8)

    def test_moments_bound_the_selection(self):
        middle = self.made[14]["created_at"]
        self.expect(lambda i: i > 14, created_after=middle)
        self.expect(lambda i: i < 14, created_before=middle)
        self.expect(lambda i: 4 < i < 14, created_after=self.made[4]["created_at"], created_before=middle)
        moment = datetime.datetime.fromisoformat(middle)
        elsewhere = moment.astimezone(datetime.timezone(datetime.timedelta(hours=5, minutes=30))).isoformat()
        self.assertIn("+05:30", elsewhere)
        self.expect(lambda i: i > 14, created_after=elsewhere)

    def test_every_order_both_ways(self):
        for key in ("created_at", "filename", "file_size"):
            expected = [a["id"] for a in sorted(self.made, key=lambda a: (a[key], a["id"]))]
            for limit in (200, 7, 1):
                self.assertEqual([i["id"] for i in self.alice.all(sort=key, limit=limit)], expected, (key, limit))
                self.assertEqual([i["id"] for i in self.alice.all(sort="-" + key, limit=limit)], expected[::-1], (key, limit))
        self.assertEqual([i["id"] for i in self.alice.all()], [a["id"] for a in self.made][::-1])

    def test_a_page_has_its_limit_and_a_total_when_asked(self):
        first = self.alice.get(ATTACHMENTS, query={"limit": 4, "count": "true", "tag": "even"}).json
        self.assertEqual((len(first["items"]), first["total"]), (4, 15))
        second = self.alice.get(ATTACHMENTS, query={"limit": 20, "count": "true", "tag": "even", "cursor": first["next"]}).json
        self.assertEqual((len(second["items"]), second["total"], second["next"]), (11, 15, None))
        last = self.alice.get(ATTACHMENTS, query={"limit": 30}).json
        self.assertEqual((len(last["items"]), last["next"], "total" in last), (30, None, False))

    def test_what_is_not_understood_is_400(self):
        cursor = self.alice.get(ATTACHMENTS, query={"limit": 2}).json["next"]
        for query, name in (({"limit": 0}, "invalid-parameter"), ({"limit": 201}, "invalid-parameter"),
                            ({"limit": "x"}, "invalid-parameter"), ({"sort": "size"}, "invalid-parameter"),
                            ({"task_id": "x"}, "invalid-parameter"), ({"state": "lost"}, "invalid-parameter"),
                            ({"created_after": "yesterday"}, "invalid-parameter"), ({"count": "yes"}, "invalid-parameter"),
                            ({"colour": "red"}, "unknown-parameter"), ({"metadata.": "x"}, "unknown-parameter"),
                            ({"record_id": "x"}, "missing-parameter"), ({"tag": ["a", "b"]}, "repeated-parameter"),
                            ({"cursor": "!"}, "cursor-invalid"), ({"cursor": cursor[:-2]}, "cursor-invalid"),
                            ({"cursor": cursor, "sort": "filename"}, "cursor-invalid")):
            with self.subTest(query=query):
                self.assert_problem(self.alice.get(ATTACHMENTS, query=query), 400, name)

    def test_another_user_sees_nothing(self):
        self.assertEqual(self.bob.all(), [])
        self.assertEqual(self.bob.get(ATTACHMENTS, query={"count": "true"}).json, {"items": [], "next": None, "total": 0})

    def test_a_walk_meets_each_row_once_while_others_come_and_go(self):
        gina = self.server.client("gina")
        old = [self.created(gina.put(f"old{i:03}.txt", b"x"))["id"] for i in range(60)]
        goes = [self.created(gina.put(f"goes{i:03}.txt", b"x"))["id"] for i in range(20)]
        stop = threading.Event()

        def come_and_go():
            i = 0
            while not stop.is_set():
                gina.put(f"new{i:03}.txt", b"x")
                if i < len(goes):
                    gina.delete(one(goes[i]))
                i += 1

        disturber = threading.Thread(target=come_and_go)
        disturber.start()
        try:
            time.sleep(1.1)  # so that the old rows lie before a whole second
            bound = in_future(seconds=0)
            for sort in ("created_at", "-created_at", "filename", "-filename", "file_size", "-file_size"):
                seen = [i["id"] for i in gina.all(limit=9, sort=sort, created_before=bound)]
                self.assertEqual(len(seen), len(set(seen)), f"{sort}: a row came twice")
                self.assertLessEqual(set(old), set(seen), f"{sort}: a row was left out")
        finally:
            stop.set()
            disturber.join()


class Changes(ServerCase):
    config = "[text]\nenabled = false\n"  # nothing changes but what is changed here

    def made(self, name="a.txt", content=b"hello", **fields):
        return self.created(self.alice.put(name, content, **fields))

    def test_get_and_head_agree(self):
        made = self.made()
        got, headed = self.alice.get(one(made["id"])), self.alice.head(one(made["id"]))
        self.assertEqual((got.status, got.json), (200, made))
        self.assertEqual((headed.status, headed.body), (200, b""))
        for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control"):
            self.assertEqual(got.headers[name], headed.headers[name], name)
        self.assertEqual(got.headers["ETag"], f'"{made["id"]}-1"')
        self.assertEqual(self.alice.get(one(made["id"]), headers={"If-None-Match": got.headers["ETag"]}).status, 304)

    def test_a_patch_changes_what_it_names_and_nothing_else(self):
        made = self.made(task_id=1, tags="a", metadata='{"a":1,"b":{"c":2,"d":3}}')
        answer = self.assert_status(self.alice.patch(one(made["id"]), {
            "filename": "new name.txt", "metadata": {"a": None, "b": {"c": 9}, "e": [1]}}), 200)
        changed = answer.json
        self.assertEqual(changed["metadata"], {"b": {"c": 9, "d": 3}, "e": [1]})
        self.assertEqual((changed["filename"], changed["version"]), ("new name.txt", 2))
        self.assertEqual(answer.headers["ETag"], f'"{made["id"]}-2"')
        self.assertGreater(changed["updated_at"], made["updated_at"])
        same = set(MEMBERS) - {"filename", "metadata", "version", "updated_at"}
        self.assertEqual({k: changed[k] for k in same}, {k: made[k] for k in same})
        self.assertEqual(self.alice.get(one(made["id"])).json, changed)

    def test_null_takes_away(self):
        made = self.made(task_id=1, tags="a", metadata='{"a":1}', record_type="t", record_id="i", expires_at=in_future(days=1))
        changed = self.alice.patch(one(made["id"]), {"task_id": None, "record": None, "metadata": None, "tags": None,
                                                     "expires_at": None}).json
        self.assertEqual([changed[k] for k in ("task_id", "record", "metadata", "tags", "expires_at")],
                         [None, None, {}, [], None])

    def test_links_to_records_are_set_and_found(self):
        made = self.made()
        record = {"type": "invoice", "id": "Nr. 7/\u00e9", "role": "scan", "position": 2}
        self.assertEqual(self.alice.patch(one(made["id"]), {"record": record}).json["record"], record)
        found = self.alice.all(record_type="invoice", record_id="Nr. 7/\u00e9")
        self.assertEqual([i["id"] for i in found], [made["id"]])

    def test_tags_are_a_set(self):
        made = self.made()
        self.assertEqual(self.alice.patch(one(made["id"]), {"tags": ["b", "a", "b", "\u00e9"]}).json["tags"], ["a", "b", "\u00e9"])
        self.assertEqual([i["id"] for i in self.alice.all(tag="\u00e9")], [made["id"]])
        self.alice.patch(one(made["id"]), {"tags": ["c"]})
        self.assertEqual(self.alice.all(tag="\u00e9"), [])

    def test_if_match_protects_from_lost_changes(self):
        made = self.made()
        first = f'"{made["id"]}-1"'
        self.assert_status(self.alice.patch(one(made["id"]), {"task_id": 1}, {"If-Match": first}), 200)
        for stale in (first, '"junk"', f'W/"{made["id"]}-2"', '""', "junk"):
            self.assert_problem(self.alice.patch(one(made["id"]), {"task_id": 2}, {"If-Match": stale}), 412, "precondition-failed")
        self.assert_problem(self.alice.delete(one(made["id"]), headers={"If-Match": first}), 412, "precondition-failed")
        self.assertEqual(self.alice.get(one(made["id"])).json["task_id"], 1)
        self.assert_status(self.alice.patch(one(made["id"]), {"task_id": 3}, {"If-Match": "*"}), 200)
        self.assert_status(self.alice.patch(one(made["id"]), {"task_id": 4}, {"If-Match": f'"x", "{made["id"]}-3"'}), 200)
        several = f'"{made["id"]}-3", "{made["id"]}-4"'
        self.assert_status(self.alice.patch(one(made["id"]), {"task_id": 5}, {"If-Match": several}), 200)
        self.assert_problem(self.alice.patch(one(made["id"]), {"task_id": 6}, {"If-Match": several}), 412)
        self.assert_status(self.alice.delete(one(made["id"]), headers={"If-Match": f'"junk", "{made["id"]}-5"'}), 204)
        self.assert_problem(self.alice.delete(one(made["id"]), headers={"If-Match": several}), 404, "no-such-attachment")

    def test_changes_at_once_are_all_kept(self):
        made = self.made()
        answers = together(*[lambda i=i: self.alice.patch(one(made["id"]), {"metadata": {f"k{i}": i}}) for i in range(4)])
        self.assertEqual([a.status for a in answers], [200] * 4)
        final = self.alice.get(one(made["id"])).json
        self.assertEqual((final["metadata"], final["version"]), ({f"k{i}": i for i in range(4)}, 5))

    def test_a_new_name_must_stand_for_the_same_type(self):
        made = self.made()
        for name in ("a.png", "a.exe", "a", "a.html", "a.exe.txt"):
            self.assert_problem(self.alice.patch(one(made["id"]), {"filename": name}), 415)
        for name in ("", "..", "a\nb.txt", "x" * 252 + ".txt"):
            self.assert_problem(self.alice.patch(one(made["id"]), {"filename": name}), 400, "filename-invalid")
        after = self.alice.get(one(made["id"])).json
        self.assertEqual((after["filename"], after["mime_type"], after["version"]), ("a.txt", "text/plain", 1))
        self.assertEqual(self.alice.patch(one(made["id"]), {"filename": "b.TXT"}).json["mime_type"], "text/plain")
        self.assertIn('filename="b.TXT"', self.alice.download(made["id"]).headers["Content-Disposition"])

    def test_numbers_beyond_a_double_never_come_in(self):
        made = self.made(metadata='{"a":1}')
        for number in (b"1e400", b"0e400", b"-1e999"):
            answer = self.alice.call("PATCH", one(made["id"]), b'{"metadata":{"b":[{"c":' + number + b"}]}}", {})
            self.assertEqual(self.assert_problem(answer, 422, "property-invalid")["property"], "metadata")
        self.assertEqual(self.alice.get(ATTACHMENTS, query={"metadata.a": 1}).json["items"][0]["id"], made["id"])

    def test_what_a_patch_may_not_hold(self):
        made = self.made()
        for change, named in (({"id": 5}, "id"), ({"user_id": 2}, "user_id"), ({"sha256": "x"}, "sha256"), ({"owner": "2"}, "owner"),
                              ({"task_id": "1"}, "task_id"), ({"task_id": 1.5}, "task_id"), ({"tags": "a"}, "tags"),
                              ({"tags": [1]}, "tags"), ({"metadata": [1]}, "metadata"), ({"record": {"x": 1}}, "record"),
                              ({"record": {"type": "t"}}, "record_id"), ({"expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
                              ({"filename": None}, "filename")):
            with self.subTest(change=change):
                problem = self.assert_problem(self.alice.patch(one(made["id"]), change), 422, "property-invalid")
                self.assertEqual(problem["property"], named)
        self.assert_problem(self.alice.patch(one(made["id"]), [1]), 422, "json-not-object")
        self.assert_problem(self.alice.call("PATCH", one(made["id"]), b"{"), 400, "json-invalid")
        self.assertEqual(self.alice.get(one(made["id"])).json, made)

    def test_deleted_is_never_served_again(self):
        made = self.made()
        self.assert_status(self.alice.delete(one(made["id"])), 204)
        for method, path in (("GET", one(made["id"])), ("HEAD", one(made["id"])), ("DELETE", one(made["id"])),
                             ("GET", one(made["id"]) + "/download"), ("HEAD", one(made["id"]) + "/download")):
            self.assertEqual(self.alice.call(method, path).status, 404, (method, path))
        self.assert_problem(self.alice.patch(one(made["id"]), {"task_id": 1}), 404)
        self.assertNotIn(made["id"], [i["id"] for i in self.alice.all()])
        stored = self.server.data
        eventually(lambda: not [p for p in stored.rglob("*") if p.name == made["file_path"].rsplit("/", 1)[1]],
                   what="the removal of the bytes")

    def test_expired_is_as_if_deleted(self):
        made = self.made("goes.txt", b"x", expires_at=in_future(seconds=2), task_id=60)
        stays = self.made("stays.txt", b"x", expires_at=in_future(hours=1), task_id=60)
        self.assertEqual(self.alice.download(made["id"]).status, 200)
        eventually(lambda: self.alice.download(made["id"]).status == 404, 6, "the end of the attachment")
        self.assert_problem(self.alice.get(one(made["id"])), 404)
        self.assert_problem(self.alice.patch(one(made["id"]), {"expires_at": None}), 404)
        self.assertEqual([i["id"] for i in self.alice.all(task_id=60)], [stays["id"]])
        self.assertEqual(self.alice.download(stays["id"]).status, 200)


class Quotas(ServerCase):
    env = {"HOLDALL_QUOTA_BYTES": "1MiB", "HOLDALL_QUOTA_FILES": "12"}

    def used(self, client):
        usage = client.get("/api/v1/usage").json
        self.assertEqual(usage["quota"], {"bytes": 2**20, "files": 12})
        items = client.all()
        self.assertEqual((usage["bytes"], usage["files"]), (sum(i["file_size"] for i in items), len(items)))
        return usage["bytes"], usage["files"]

    def test_bytes_are_bounded_to_the_byte(self):
        user = self.server.client("bytes")
        self.created(user.put("a.txt", b"a" * (2**20 - 10)))
        self.assert_problem(user.put("b.txt", b"b" * 11), 507, "quota-exceeded")
        self.assert_problem(user.put("b.txt", b"b" * 11, chunked=True), 507, "quota-exceeded")
        self.assert_problem(user.upload("b.txt", b"b" * 11), 507, "quota-exceeded")
        last = self.created(user.put("b.txt", b"b" * 10))
        self.assertEqual(self.used(user), (2**20, 2))
        user.delete(one(last["id"]))
        self.created(user.put("c.txt", b"c" * 10, chunked=True))
        self.assertEqual(self.used(user), (2**20, 2))

    def test_what_surrounds_a_file_in_a_form_is_not_counted(self):
        for path, status in ((ATTACHMENTS, 201), (ATTACHMENTS + "/upload", 200)):
            user = self.server.client("form " + path)
            whole = user.post_form(("tags", "a"), ("file", b"a" * 2**20, "a.txt"), path=path)
            self.assert_status(whole, status)
            self.assertEqual(self.used(user), (2**20, 1))
            self.assert_problem(user.post_form(("file", b"b", "b.txt"), path=path), 507, "quota-exceeded")
        far = self.server.client("far").call("POST", ATTACHMENTS, b"", {"Content-Type": "multipart/form-data; boundary=b",
                                                                        "Content-Length": str(2**21 + 1)})
        self.assert_problem(far, 507, "quota-exceeded")

    def test_files_are_bounded(self):
        user = self.server.client("files")
        for i in range(11):
            self.created(user.put(f"{i}.txt", b"x"))
        many = user.post_form(*[("file", b"x", f"m{i}.txt") for i in range(3)])
        self.assert_problem(many, 507, "quota-exceeded")
        self.assertEqual(self.used(user), (11, 11))
        user.put("last.txt", b"x")
        self.assertEqual(self.used(user), (12, 12))
        self.assert_problem(user.put("over.txt", b"x"), 507, "quota-exceeded")

    def test_a_race_of_many_uploads_never_goes_beyond_the_bytes(self):
        user = self.server.client("race-bytes")
        content = b"r" * 200_000
        answers = together(*[lambda i=i: user.put(f"{i}.txt", content, chunked=i % 2 == 0) for i in range(11)])
        self.assertLessEqual({a.status for a in answers}, {201, 507})
        taken = sum(a.status == 201 for a in answers)
        self.assertEqual(self.used(user), (taken * 200_000, taken))
        for i in range(5):
            user.put(f"more{i}.txt", content)
        self.assertEqual(self.used(user), (5 * 200_000, 5))

    def test_a_race_of_many_uploads_never_goes_beyond_the_files(self):
        user = self.server.client("race-files")
        answers = together(*[lambda i=i: user.upload(f"{i}.txt", b"x") for i in range(30)])
        self.assertLessEqual({a.status for a in answers}, {201, 507})
        self.assertEqual(sum(a.status == 201 for a in answers), self.used(user)[1])
        for i in range(12):
            user.put(f"more{i}.txt", b"x")
        self.assertEqual(self.used(user), (12, 12))

    def test_uploads_and_deletions_at_once_leave_the_right_sum(self):
        user = self.server.client("mix")

        def turn():
            for _ in range(8):
                answer = user.put("x.txt", b"x" * 50_000)
                if answer.status == 201:
                    self.assertEqual(user.delete(one(answer.json["id"])).status, 204)

        together(*[turn] * 6)
        self.assertEqual(self.used(user), (0, 0))

    def test_what_was_refused_gives_its_room_back(self):
        user = self.server.client("refused")
        for _ in range(3):
            self.assert_problem(user.put("a.png", b"no picture" * 60_000), 415)
            self.assert_problem(user.put("a.txt", b"x" * 600_000, metadata="{"), 422)
        self.created(user.put("a.txt", b"x" * 2**20))


class Retries(ServerCase):
    def test_the_same_key_and_body_give_the_same_answer_and_one_file(self):
        user = self.server.client("retry")
        body, content_type = form(("task_id", 1), ("file", b"once", "a.txt"), boundary="b1")
        headers = {"Content-Type": content_type, "Idempotency-Key": "k-1"}
        first, second = (user.call("POST", ATTACHMENTS, body, headers) for _ in range(2))
        self.assertEqual((first.status, first.body), (second.status, second.body))
        self.assertEqual(first.status, 201)
        other_boundary, other_type = form(("task_id", 1), ("file", b"once", "a.txt"), boundary="b2")
        third = user.call("POST", ATTACHMENTS, other_boundary, {**headers, "Content-Type": other_type})
        self.assertEqual((third.status, third.json), (201, first.json))
        self.assertEqual(user.get("/api/v1/usage").json["files"], 1)

    def test_the_key_holds_for_every_way_in(self):
        user = self.server.client("doors")
        raw = [user.put("a.txt", b"once", {"Idempotency-Key": "raw"}, chunked=c) for c in (False, True)]
        self.assertEqual([(a.status, a.json["id"]) for a in raw], [(201, raw[0].json["id"])] * 2)
        old = [user.post_form(("file", b"x", "a.txt"), path=ATTACHMENTS + "/upload", headers={"Idempotency-Key": "old"})
               for _ in range(2)]
        self.assertEqual([(a.status, a.json["id"]) for a in old], [(200, old[0].json["id"])] * 2)
        many = [user.post_form(("file", b"x", "a.txt"), ("file", b"y", "b.exe"), headers={"Idempotency-Key": "many"})
                for _ in range(2)]
        self.assertEqual(many[0].body, many[1].body)
        self.assertEqual(user.get("/api/v1/usage").json["files"], 3)

    def test_another_body_under_the_key_is_422(self):
        user = self.server.client("reuse")
        key = {"Idempotency-Key": "k"}
        self.created(user.put("a.txt", b"one", key))
        self.assert_problem(user.put("a.txt", b"two", key), 422, "idempotency-key-reused")
        self.assert_problem(user.put("b.txt", b"one", key), 422, "idempotency-key-reused")
        self.assert_problem(user.put("a.txt", b"one", key, task_id=1), 422, "idempotency-key-reused")
        self.assert_problem(user.post_form(("file", b"one", "a.txt"), headers=key), 422, "idempotency-key-reused")
        self.assertEqual(user.get("/api/v1/usage").json["files"], 1)

    def test_two_at_once_make_one_file(self):
        user = self.server.client("twins")
        for turn in range(5):
            answers = together(*[lambda t=turn: user.put("a.txt", b"x" * 30_000, {"Idempotency-Key": f"t{t}"})] * 4)
            self.assertEqual([a.status for a in answers], [201] * 4)
            self.assertEqual(len({a.json["id"] for a in answers}), 1)
        self.assertEqual(user.get("/api/v1/usage").json["files"], 5)

    def test_a_refusal_is_not_remembered(self):
        user = self.server.client("second-try")
        key = {"Idempotency-Key": "k"}
        self.assert_problem(user.put("a.png", b"no picture", key), 415)
        self.created(user.put("a.png", PNG, key))

    def test_keys_are_each_users_own(self):
        key = {"Idempotency-Key": "shared"}
        first, second = (self.created(c.put("a.txt", b"x", key)) for c in (self.alice, self.bob))
        self.assertNotEqual(first["id"], second["id"])
        self.assertEqual((first["owner"], second["owner"]), ("1", "2"))

    def test_a_key_that_is_none_is_refused(self):
        for key in ("", "a b", "x" * 256):
            self.assert_problem(self.alice.put("a.txt", b"x", {"Idempotency-Key": key}), 422, "idempotency-key-invalid")


class OnlyTheOwner(ServerCase):
    config = "[text]\nenabled = false\n"  # nothing changes by itself

    """Every route and verb the server itself documents: another's reads as what is not there."""

    def test_another_users_attachment_reads_as_missing_on_every_route(self):
        made = self.created(self.alice.put("mine.txt", b"secret", task_id=1))
        document = self.nobody.get("/openapi.json").json
        checked = 0
        for path, operations in document["paths"].items():
            if "{id}" not in path:
                continue
            for method in list(operations) + (["head"] if "get" in operations else []):
                for headers in ({}, {"Range": "bytes=0-1"}, {"If-None-Match": "*"}, {"If-Match": "*"}):
                    answers = []
                    for attachment in (made["id"], NOT_THERE):
                        body = b'{"task_id":2}' if method in ("patch", "post", "put") else None
                        answers.append(self.bob.call(method.upper(), path.replace("{id}", str(attachment)), body, headers))
                    theirs, missing = answers
                    self.assertEqual((theirs.status, missing.status), (404, 404), (method, path))
                    changing = {"Date", "X-Request-Id"}
                    self.assertEqual([h for h in theirs.headers.items() if h[0] not in changing],
                                     [h for h in missing.headers.items() if h[0] not in changing])
                    if method != "head":
                        bodies = [{k: v for k, v in a.json.items() if k != "request_id"} for a in answers]
                        self.assertEqual(bodies[0], bodies[1], (method, path))
                    checked += 1
        self.assertGreaterEqual(checked, 6 * 4)
        after = self.alice.get(one(made["id"])).json
        self.assertEqual(after, made)
        self.assertEqual(self.alice.download(made["id"]).body, b"secret")

    def test_a_tag_of_the_others_attachment_tells_nothing(self):
        made = self.created(self.alice.put("mine.txt", b"secret"))
        for method in ("PATCH", "DELETE"):
            own_tag = {"If-Match": f'"{made["id"]}-1"'}
            theirs = self.bob.call(method, one(made["id"]), b"{}", own_tag)
            missing = self.bob.call(method, one(NOT_THERE), b"{}", {"If-Match": f'"{NOT_THERE}-1"'})
            self.assertEqual((theirs.status, missing.status), (404, 404))

    def test_an_id_out_of_bounds_is_no_attachment(self):
        for odd in ("0", "-1", "9223372036854775807"):
            self.assert_problem(self.alice.get(one(odd)), 404)
        for odd in ("9223372036854775808", "abc", "1.5", "%31x", "+1"):
            answer = self.alice.get(one(odd))
            self.assertIn(answer.status, (400, 404), (odd, answer))


class Tokens(ServerCase):
    SECRET = "0123456789abcdef0123456789abcdef-end-to-end"
    env = {"HOLDALL_AUTH_SECRET": SECRET, "HOLDALL_AUTH_LEEWAY": "0s"}

    @classmethod
    def sign(cls, claims, algorithm="HS256", secret=None, header=None):
        def part(value):
            return base64.urlsafe_b64encode(value).rstrip(b"=")
        text = part(json.dumps(header or {"alg": algorithm, "typ": "JWT"}).encode()) + b"." + part(json.dumps(claims).encode())
        digest = {"HS256": "sha256", "HS512": "sha512"}.get(algorithm)
        signature = hmac.digest((secret or cls.SECRET).encode(), text, digest) if digest else b""
        return (text + b"." + part(signature)).decode()

    def me(self, token):
        return Client(self.server, token).get("/api/v1/me")

    def good(self, **more):
        return {"sub": "7", "exp": int(time.time()) + 600, **more}

    def test_a_token_from_elsewhere_with_our_secret_is_taken(self):
        answer = self.assert_status(self.me(self.sign(self.good())), 200)
        self.assertEqual((answer.json["user_id"], answer.json["subject"]), (7, "7"))

    def test_what_is_wrong_with_a_token_is_401_and_said(self):
        now = int(time.time())
        good = self.sign(self.good())
        head, payload, signature = good.split(".")
        flipped = signature[:5] + ("A" if signature[5] != "A" else "B") + signature[6:]
        other_payload = self.sign({**self.good(), "sub": "8"}).split(".")[1]
        for name, token in (("token-expired", self.sign({"sub": "7", "exp": now - 1})),
                            ("token-not-yet-valid", self.sign(self.good(nbf=now + 300))),
                            ("token-incomplete", self.sign({"sub": "7"})),
                            ("token-incomplete", self.sign({"exp": now + 300})),
                            ("token-incomplete", self.sign({"sub": "", "exp": now + 300})),
                            ("token-invalid", f"{head}.{payload}.{flipped}"),
                            ("token-invalid", f"{head}.{other_payload}.{signature}"),
                            ("token-invalid", self.sign(self.good(), secret="x" * 43)),
                            ("token-invalid", self.sign(self.good(), "HS512")),
                            ("token-invalid", self.sign(self.good(), "none")),
                            ("token-invalid", f"{head}.{payload}."),
                            ("token-malformed", "abc"), ("token-malformed", "a.b.c"), ("token-malformed", good + "."),
                            ("token-malformed", good.replace(".", ",")), ("token-malformed", "." * 3000)):
            with self.subTest(name=name, token=token[:60]):
                answer = self.me(token)
                problem = self.assert_problem(answer, 401)
                self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")
                self.assertIn(problem["type"].rsplit(":", 1)[1], {name, "token-malformed" if name == "token-invalid" else name})

    def test_a_token_that_was_taken_ends_when_it_expires(self):
        token = self.sign({"sub": "7", "exp": int(time.time()) + 2})
        self.assert_status(self.me(token), 200)
        eventually(lambda: self.me(token).status == 401, 6, "the end of the token")
        self.assert_problem(self.me(token), 401, "token-expired")

    def test_how_the_token_is_sent(self):
        good = self.sign(self.good())
        nobody = self.server.client()
        self.assert_status(nobody.get("/api/v1/me", headers={"Authorization": f"bearer {good}"}), 200)
        for value in ("", "Bearer", "Bearer ", f"Basic {good}", good, "Bearer\u00a0x"):
            self.assert_problem(nobody.get("/api/v1/me", headers={"Authorization": value}), 401)
        self.assert_problem(nobody.get("/api/v1/me"), 401, "token-missing")
        self.assertNotEqual(nobody.get("/api/v1/me", query={"access_token": good}).status, 200)

    def test_scopes_bound_what_a_token_may_do(self):
        made = self.created(self.alice.put("a.txt", b"x"))
        reader, writer = self.server.client(1, "read"), self.server.client(1, "write")
        self.assertEqual(reader.get("/api/v1/me").json["scopes"], ["read"])
        self.assertEqual(reader.download(made["id"]).body, b"x")
        before = self.alice.get("/api/v1/usage").json
        for answer in (reader.put("a.txt", b"x"), reader.upload("a.txt", b"x"), reader.patch(one(made["id"]), {"task_id": 1}),
                       reader.delete(one(made["id"])), reader.delete(ATTACHMENTS + "/bulk-delete", body=[made["id"]]),
                       reader.post_form(("file", b"x", "a.txt"), path=ATTACHMENTS + "/upload"), reader.delete(one(NOT_THERE))):
            self.assertEqual(self.assert_problem(answer, 403, "insufficient-scope")["scope"], "write")
        self.assertEqual(self.alice.get("/api/v1/usage").json, before)
        self.created(writer.put("a.txt", b"x"))
        for answer in (writer.get(ATTACHMENTS), writer.get(one(made["id"])), writer.download(made["id"]), writer.get("/api/v1/me")):
            self.assertEqual(self.assert_problem(answer, 403, "insufficient-scope")["scope"], "read")
        self.assert_problem(self.me(self.sign(self.good(scope=""))), 403)
        self.assert_problem(self.me(self.sign(self.good(scope="email profile"))), 403)


if __name__ == "__main__":
    main()
