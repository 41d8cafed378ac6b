"""What the server says of itself is true: the document is sound, every route of it answers as written, and no other does."""
import html
import base64
import json
import re

import browser
from harness import ATTACHMENTS, ServerCase, eventually, main, run

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list, "null": type(None)}
NOT_THERE = 999_999_999_999


PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")


class Documented(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.nobody.get("/openapi.json").json
        cls.operations = [(method, path, operation) for path, item in cls.document["paths"].items() for method, operation in item.items()]

    def resolve(self, reference):
        self.assertTrue(reference.startswith("#/"), reference)
        node = self.document
        for step in reference[2:].split("/"):
            self.assertIn(step, node, reference)
            node = node[step]
        return node

    def complaints(self, value, schema, where="$"):
        """Why `value` does not fit `schema`, for the words the document uses."""
        if "$ref" in schema:
            return self.complaints(value, self.resolve(schema["$ref"]), where)
        if "oneOf" in schema:
            fitting = [s for s in schema["oneOf"] if not self.complaints(value, s, where)]
            return [] if len(fitting) == 1 else [f"{where} fits {len(fitting)} of oneOf"]
        found = []
        if "type" in schema:
            names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            fits = any(isinstance(value, TYPES[n]) and (n in ("boolean",) or not isinstance(value, bool)) for n in names)
            if not fits:
                return [f"{where} is {value!r}, not {names}"]
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{where} is {value!r}, not one of {schema['enum']}")
        if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{where} does not match {schema['pattern']}")
        if isinstance(value, str) and schema.get("format") == "date-time":
            if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value):
                found.append(f"{where} is no date-time: {value}")
        if isinstance(value, dict):
            properties = schema.get("properties", {})
            found += [f"{where} lacks {name}" for name in schema.get("required", []) if name not in value]
            for name, member in value.items():
                inner = properties.get(name, schema.get("additionalProperties", True))
                if inner is False:
                    found.append(f"{where} has {name}, which the schema does not allow")
                elif isinstance(inner, dict):
                    found += self.complaints(member, inner, f"{where}.{name}")
        if isinstance(value, list) and not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{where} has {len(value)} items")
        if isinstance(value, (int, float)) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            found.append(f"{where} is {value}, out of bounds")
        if isinstance(value, list) and "items" in schema:
            for i, member in enumerate(value):
                found += self.complaints(member, schema["items"], f"{where}[{i}]")
        return found

    def declared_problems(self, operation, status):
        """The names in the lines "`name`: description" of an answer."""
        return re.findall(r"^`([a-z0-9-]+)`: ", operation["responses"].get(str(status), {}).get("description", ""), re.M)

    def check_problems(self, operation, answer):
        """Every problem of the answer, of its items too, is declared for the operation."""
        problems = [answer.json] if answer.headers["Content-Type"] == "application/problem+json" else []
        if answer.status == 207:
            problems += [item["problem"] for item in answer.json["items"] if "problem" in item]
        for problem in problems:
            name = problem["type"].removeprefix("urn:holdall:problem:")
            self.assertIn(name, self.declared_problems(operation, problem["status"]), f"{operation['operationId']}: {problem}")

    def check_answer(self, operation, answer):
        """Status, content type, body and the names of problems are as documented for `operation`."""
        documented = operation["responses"]
        self.assertIn(str(answer.status), documented, f"{operation['operationId']}: {answer}")
        content = documented[str(answer.status)].get("content", {})
        given = (answer.headers["Content-Type"] or "").split(";")[0]
        if not content:
            self.assertEqual(answer.body, b"", operation["operationId"])
            return
        media = {k.split(";")[0].strip(): v for k, v in content.items()}
        ranges = {given, given.split("/")[0] + "/*", "*/*"}  # OpenAPI 3.1: keys may be media type ranges
        self.assertTrue(ranges & set(media), f"{operation['operationId']} {answer.status}: {given} of {list(media)}")
        self.check_problems(operation, answer)
        if given.endswith("json") and given in media:
            self.assertEqual(self.complaints(answer.json, media[given]["schema"]), [], operation["operationId"])


class Structure(Documented):
    def test_it_is_openapi_3_1_with_the_programs_own_version(self):
        self.assertEqual(set(self.document), {"openapi", "info", "paths", "components"})
        self.assertRegex(self.document["openapi"], r"^3\.1\.\d+$")
        self.assertEqual(self.document["info"]["version"], run("--version").stdout.strip())
        self.assertTrue(self.document["info"]["title"])
        self.assertGreaterEqual(len(self.operations), 15)

    def test_every_operation_is_whole(self):
        names = [operation["operationId"] for _, _, operation in self.operations]
        self.assertEqual(len(names), len(set(names)), names)
        for method, path, operation in self.operations:
            with self.subTest(operation=operation["operationId"]):
                self.assertIn(method, METHODS)
                self.assertTrue(path.startswith("/"))
                self.assertRegex(operation["operationId"], r"^[a-z][A-Za-z]+$")
                self.assertTrue(operation["summary"] and operation["tags"])
                for status, response in operation["responses"].items():
                    self.assertRegex(status, r"^[2-5]\d\d$")
                    self.assertTrue(response["description"])
                    for media in response.get("content", {}).values():
                        self.assertIn("schema", media)
                self.assertTrue(any(status[0] in "23" for status in operation["responses"]))
                if method in ("get", "delete") and operation["operationId"] != "bulkDeleteAttachments":
                    self.assertNotIn("requestBody", operation)

    def test_every_parameter_is_declared_once_and_where_it_is(self):
        for _, path, operation in self.operations:
            with self.subTest(operation=operation["operationId"]):
                parameters = operation.get("parameters", [])
                keys = [(p["name"], p["in"]) for p in parameters]
                self.assertEqual(len(keys), len(set(keys)), keys)
                self.assertEqual({n for n, place in keys if place == "path"}, set(re.findall(r"\{(\w+)\}", path)))
                for parameter in parameters:
                    self.assertIn(parameter["in"], ("path", "query", "header"))
                    self.assertEqual(self.schema_faults(parameter["schema"]), [])
                    if parameter["in"] == "path":
                        self.assertIs(parameter["required"], True)
                    if parameter["in"] == "header":
                        self.assertNotIn(parameter["name"].lower(), ("accept", "content-type", "authorization"))

    def schema_faults(self, schema):
        faults = []
        known = {"type", "format", "enum", "items", "properties", "required", "additionalProperties", "description", "oneOf", "$ref",
                 "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}
        faults += [f"unknown word {word}" for word in set(schema) - known]
        if "$ref" in schema:
            self.resolve(schema["$ref"])
            return faults
        types = schema.get("type", [])
        faults += [f"unknown type {t}" for t in ([types] if isinstance(types, str) else types) if t not in TYPES]
        faults += [f"{n} is required but no property" for n in schema.get("required", []) if n not in schema.get("properties", {})]
        if "enum" in schema and len(schema["enum"]) != len(set(schema["enum"])):
            faults.append("enum repeats itself")
        inner = list(schema.get("properties", {}).values()) + schema.get("oneOf", [])
        inner += [schema[k] for k in ("items", "additionalProperties") if isinstance(schema.get(k), dict)]
        for each in inner:
            faults += self.schema_faults(each)
        return faults

    def test_every_schema_is_sound_and_used(self):
        schemas = self.document["components"]["schemas"]
        for name, schema in schemas.items():
            self.assertEqual(self.schema_faults(schema), [], name)
        references = set(re.findall(r'"\$ref": ?"([^"]+)"', json.dumps(self.document)))
        for reference in references:
            self.resolve(reference)
        self.assertEqual({r.rsplit("/", 1)[1] for r in references}, set(schemas))

    def test_what_needs_a_token_says_so(self):
        self.assertEqual(self.document["components"]["securitySchemes"]["bearer"], {"type": "http", "scheme": "bearer"})
        for _, path, operation in self.operations:
            needs = path.startswith("/api/")
            self.assertEqual(operation.get("security", []), [{"bearer": []}] if needs else [], path)
            self.assertEqual({"401", "403"} <= set(operation["responses"]), needs, path)


class Behaviour(Documented):
    BODIES = {"patch": (b'{"tags":["x"]}', "application/merge-patch+json"), "put": (b"text", "text/plain"), "post": (b"", "multipart/form-data; boundary=b")}

    def call(self, client, method, path, attachment, query=""):
        body, content_type = self.BODIES.get(method, (None, None))
        if "bulk" in path:
            body, content_type = b"[]", "application/json"
        if method == "put":
            query = query or "?filename=a.txt"
        if path.endswith("/search"):
            query = query or "?q=a"
        return client.call(method.upper(), path.replace("{id}", str(attachment)) + query, body,
                           {"Content-Type": content_type} if content_type else {})

    def test_every_operation_answers_as_documented(self):
        reader, writer = self.server.client(1, "read"), self.server.client(1, "write")
        for method, path, operation in self.operations:
            with self.subTest(operation=operation["operationId"]):
                shows_pictures = "image/*" in operation["responses"].get("200", {}).get("content", {})
                sample = ("a.png", PIXEL) if shows_pictures else ("a.txt", b"content")
                mine = self.created(self.alice.put(*sample))["id"]
                self.wait_for_text(mine)
                secured = "security" in operation
                nobody = self.call(self.nobody, method, path, mine)
                self.check_answer(operation, nobody)
                self.assertEqual(nobody.status == 401, secured, nobody)
                if secured:
                    other = writer if operation["x-scope"] == "read" else reader
                    refused = self.call(other, method, path, mine)
                    self.check_answer(operation, refused)
                    self.assertEqual(refused.status, 403)
                if "{id}" in path:
                    missing = self.call(self.alice, method, path, NOT_THERE)
                    self.check_answer(operation, missing)
                    self.assertEqual(missing.status, 404)
                unknown = self.call(self.alice, method, path, mine, "?no_such_parameter=1")
                self.check_answer(operation, unknown)
                self.assertEqual(unknown.status, 400)
                answer = self.call(self.alice, method, path, mine)
                self.check_answer(operation, answer)
                self.assertNotIn(answer.status, (401, 403, 404, 405, 500))
                if method in ("get", "put", "patch", "delete"):
                    self.assertIn(answer.status, (200, 201, 204))

    def wait_for_text(self, attachment):
        """Until its ETag stays."""
        eventually(lambda: self.alice.get(f"{ATTACHMENTS}/{attachment}").json["text_state"] != "pending", 30, "reading the text")

    def test_bodies_and_refusals_fit_their_schemas(self):
        operation = {o["operationId"]: o for _, _, o in self.operations}
        text = ("file", b"content", "a.txt")
        link = [("record_type", "t"), ("record_id", "1"), ("expires_at", "2099-01-01T00:00:00Z"), ("metadata", '{"a":[1]}'), ("tags", "x")]
        made = self.alice.post_form(*link, text)
        mine = f"{ATTACHMENTS}/{made.json['id']}"
        self.wait_for_text(made.json["id"])
        etag = self.alice.get(mine).headers["ETag"]
        found = self.alice.get("/api/v1/search", query={"q": "content"})
        for name, answer, status in (
                ("createAttachments", made, 201), ("createAttachments", self.alice.post_form(text, ("file", b"x", "b.exe"), text), 207),
                ("createAttachments", self.alice.upload("a.exe", b"x"), 415), ("createAttachments", self.alice.upload("a.txt", b""), 422),
                ("createAttachments", self.alice.upload("a.txt", b"x" * (10 * 2**20 + 1)), 413),
                ("createAttachments", self.alice.upload("a.txt", b"x", colour="red"), 400),
                ("createAttachments", self.alice.call("POST", ATTACHMENTS, b"{}", {"Content-Type": "application/json"}), 415),
                ("uploadAttachment", self.alice.post_form(text, path=ATTACHMENTS + "/upload"), 200),
                ("uploadAttachment", self.alice.post_form(("file", b"x", "a.exe"), path=ATTACHMENTS + "/upload"), 400),
                ("putAttachment", self.alice.put("a.txt", b"x", {"Content-Encoding": "gzip"}), 415),
                ("putAttachment", self.alice.put("..", b"x"), 400), ("putAttachment", self.alice.put("a.txt", b"x", task_id="x"), 400),
                ("listAttachments", self.alice.get(ATTACHMENTS, query={"count": "true", "limit": 2}), 200),
                ("listAttachments", self.alice.get(ATTACHMENTS, query={"cursor": "x"}), 400),
                ("listAttachments", self.alice.get(ATTACHMENTS, query={"record_id": "x"}), 400),
                ("listAttachments", self.alice.get(ATTACHMENTS, query={f"metadata.{i}": 1 for i in range(9)}), 400),
                ("createAttachments", self.alice.post_form(("tags", "x" * 70_000), text), 413),
                ("createAttachments", self.alice.post_form(*[("tags", "x," * 30_000)] * 5, text), 413),
                ("createAttachments", self.alice.post_form(("metadata", '{"a":"' + "x" * 16_000 + '"}'), *[text] * 70), 422),
                ("createAttachments", self.alice.post_form(("task_id", 1), ("task_id", 1), text), 400),
                ("createAttachments", self.alice.post_form(text, ("collection", "default")), 400),
                ("uploadAttachment", self.alice.post_form(text, text, path=ATTACHMENTS + "/upload"), 400),
                ("putAttachment", self.alice.put("a.txt", b"x", {"Content-Range": "bytes 0-0/1"}), 400),
                ("getAttachment", self.alice.get(mine), 200), ("getAttachment", self.alice.get(mine, headers={"If-None-Match": etag}), 304),
                ("getAttachment", self.alice.get(mine, headers={"If-Match": '"x"'}), 412), ("getAttachment", self.bob.get(mine), 404),
                ("changeAttachment", self.alice.patch(mine, {"filename": "b.txt"}), 200), ("changeAttachment", self.alice.patch(mine, {"id": 1}), 422),
                ("changeAttachment", self.alice.patch(mine, {"filename": "b.png"}), 415), ("changeAttachment", self.alice.patch(mine, [1]), 422),
                ("changeAttachment", self.alice.patch(mine, {"filename": ".."}), 400),
                ("changeAttachment", self.alice.patch(mine, {}, {"If-Match": '"x"'}), 412),
                ("changeAttachment", self.alice.patch(mine, {"filename": "b.exe"}), 415),
                ("changeAttachment", self.alice.call("PATCH", mine, b"{", {}), 400),
                ("changeAttachment", self.alice.call("PATCH", mine, b" " * (2**20 + 1), {}), 413),
                ("downloadAttachment", self.alice.get(mine + "/download", headers={"Range": "bytes=0-1"}), 206),
                ("downloadAttachment", self.alice.get(mine + "/download", headers={"Range": "bytes=99-"}), 416),
                ("downloadAttachment", self.alice.get(mine + "/download", headers={"If-None-Match": "*"}), 304),
                ("bulkDeleteAttachments", self.alice.delete(ATTACHMENTS + "/bulk-delete", body=[NOT_THERE]), 200),
                ("bulkDeleteAttachments", self.alice.delete(ATTACHMENTS + "/bulk-delete", body=b"{}"), 422),
                ("bulkDeleteAttachments", self.alice.delete(ATTACHMENTS + "/bulk-delete", body=b"["), 400),
                ("getText", self.alice.get(mine + "/text"), 200), ("readTextAgain", self.alice.call("POST", mine + "/text"), 202),
                ("search", found, 200), ("search", self.alice.get("/api/v1/search", query={"q": ""}), 400),
                ("getMe", self.alice.get("/api/v1/me"), 200), ("getUsage", self.alice.get("/api/v1/usage"), 200),
                ("getReadiness", self.nobody.get("/readyz"), 200), ("deleteAttachment", self.alice.delete(mine, headers={"If-Match": '"x"'}), 412),
                ("deleteAttachment", self.alice.delete(mine), 204), ("deleteAttachment", self.alice.delete(mine), 404)):
            with self.subTest(operation=name, status=status):
                self.assertEqual(answer.status, status, answer)
                self.check_answer(operation[name], answer)

    def test_the_checker_of_this_suite_sees_what_is_wrong(self):
        schema = {"$ref": "#/components/schemas/Attachment"}
        good = self.created(self.alice.put("a.txt", b"x"))
        self.assertEqual(self.complaints(good, schema), [])
        for change in ({"id": "1"}, {"id": True}, {"state": "lost"}, {"sha256": "x"}, {"created_at": "now"}, {"record": {"type": "t"}}, {"tags": [1]}):
            self.assertNotEqual(self.complaints({**good, **change}, schema), [], change)
        self.assertNotEqual(self.complaints({k: v for k, v in good.items() if k != "version"}, schema), [])

    def test_a_method_that_is_not_documented_is_405(self):
        for path, item in self.document["paths"].items():
            for method in {"get", "put", "post", "delete", "patch"} - set(item):
                answer = self.call(self.alice, method, path, 1)
                problem = self.assert_problem(answer, 405, "method-not-allowed")
                expected = {m.upper() for m in item} | {"OPTIONS"} | ({"HEAD"} if "get" in item else set())
                self.assertEqual(set(answer.headers["Allow"].split(", ")), expected, path)
                self.assertEqual(set(problem["allow"]), expected)

    def test_a_path_that_is_not_documented_is_404(self):
        for path in ("/", "/api", "/api/v1", "/api/v1/attachments/", "/api/v1/attachments/1/", "/api/v1/attachments//download", "/API/v1/me",
                     "/api/v1/attachments/1/download/x", "/docs/", "/.git/config", "/openapi.json/"):
            self.assert_problem(self.alice.get(path), 404)
        for path in ("/docs/../healthz", "/./healthz", "/docs/%2e%2e/healthz"):
            self.assert_problem(self.alice.get(path), 400, "bad-path")


class Page(Documented):
    def test_docs_shows_every_route_in_a_browser(self):
        document = html.unescape(browser.dump_dom(self, self.server.url + "/docs", budget=20_000))
        shown = re.findall(r'<span class="method (\w+)">\w+</span><span class="path">([^<]+)</span>', document)
        self.assertEqual(sorted(shown), sorted((method, path) for method, path, _ in self.operations))
        self.assertIn(self.document["info"]["version"], document)
        self.assertIn("task_id", document)

    def test_the_page_loads_nothing_from_elsewhere(self):
        for path in ("/docs", "/docs/docs.js", "/docs/docs.css"):
            answer = self.nobody.get(path)
            self.assertEqual(answer.status, 200)
            self.assertEqual(re.findall(rb"https?://[^\s'\"]+", answer.body), [])
            policy = answer.headers["Content-Security-Policy"]
            self.assertTrue(policy.startswith("default-src 'none'; ") and "unsafe" not in policy and "*" not in policy, policy)


if __name__ == "__main__":
    main()
