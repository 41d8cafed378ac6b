"""Clients that others wrote: curl, wget, Python's and Chromium, each used the way people use it."""
import hashlib
import html
import http.client
import json
import pathlib
import random
import re
import shutil
import subprocess
import tempfile
import unittest

import browser
from harness import ATTACHMENTS, Server, ServerCase, eventually, main, missing, patience

BIG = random.Random(3).randbytes(3_000_000).hex().encode()  # 6 MB of text


class WithFolder(ServerCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdall-client-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, content):
        (self.folder / name).write_bytes(content)
        return name


class Curl(WithFolder):
    def curl(self, *arguments, path=ATTACHMENTS, stdin=None, expect=0):
        """(status, body); the tool's own outcome must be `expect`."""
        if not shutil.which("curl"):
            missing(self, "curl")
        done = subprocess.run(["curl", "-sS", "-w", "\n%{http_code} %{size_upload}", "-H", f"Authorization: Bearer {self.alice.token}",
                               *arguments, self.server.url + path], cwd=self.folder, input=stdin, capture_output=True,
                              timeout=patience(60), check=False)
        self.assertEqual(done.returncode, expect, done.stderr.decode())
        body, _, tail = done.stdout.rpartition(b"\n")
        status, self.sent = map(int, tail.split())
        return status, body

    def made(self, *arguments, **options):
        status, body = self.curl(*arguments, **options)
        self.assertEqual(status, 201, body)
        return json.loads(body)

    def test_a_form_with_a_file(self):
        self.write("a.txt", b"hello")
        made = self.made("-F", "task_id=8", "-F", "tags=x", "-F", "tags=y", "-F", "file=@a.txt")
        self.assertEqual((made["filename"], made["file_size"], made["task_id"], made["tags"]), ("a.txt", 5, 8, ["x", "y"]))
        self.assertEqual(self.alice.download(made["id"]).body, b"hello")

    def test_names_of_files_come_through_both_ways_of_quoting(self):
        for name in ('qu"ote.txt', "semi;colon,comma.txt", "spa ce.txt", "h\u00e9llo \u4e16\u754c.txt", "100%.txt", "a'b.txt", "back\\slash.txt"):
            self.write(name, name.encode())
            quoted = name.replace("\\", "\\\\").replace('"', '\\"')
            kept = name.rsplit("\\", 1)[-1]  # a path, to whoever reads it on Windows
            for more in ((), ("--form-escape",)):
                with self.subTest(name=name, more=more):
                    made = self.made(*more, "-F", f'file=@"{quoted}"')
                    self.assertEqual(made["filename"], kept)
                    self.assertEqual(self.alice.download(made["id"]).body, name.encode())

    def test_several_files_in_one_form(self):
        for name in ("a.txt", "b.txt", "c.exe"):
            self.write(name, name.encode())
        status, body = self.curl("-F", "file=@a.txt", "-F", "file=@b.txt", "-F", "file=@c.exe")
        items = json.loads(body)["items"]
        self.assertEqual((status, [i["status"] for i in items]), (207, [201, 201, 415]))

    def test_put_of_a_file(self):
        self.write("big.txt", BIG)
        made = self.made("-T", "big.txt", path=ATTACHMENTS + "?filename=big.txt")
        self.assertEqual((made["file_size"], made["sha256"]), (len(BIG), hashlib.sha256(BIG).hexdigest()))

    def test_put_of_a_pipe_in_chunks(self):
        made = self.made("-T", "-", path=ATTACHMENTS + "?filename=pipe.txt", stdin=BIG)
        self.assertEqual((made["file_size"], made["sha256"]), (len(BIG), hashlib.sha256(BIG).hexdigest()))
        small = self.made("-T", ".", path=ATTACHMENTS + "?filename=pipe.txt", stdin=b"tiny")
        self.assertEqual(small["file_size"], 4)

    def test_an_interrupted_download_is_resumed(self):
        made = self.alice.put("big.txt", BIG).json
        path = f"{ATTACHMENTS}/{made['id']}/download"
        cut = subprocess.run(f"curl -sS -H 'Authorization: Bearer {self.alice.token}' '{self.server.url}{path}' | head -c 1000000 > got",
                             shell=True, cwd=self.folder, capture_output=True, text=True, check=True)
        self.assertIn("curl: (23)", cut.stderr)
        self.assertEqual((self.folder / "got").stat().st_size, 1_000_000)
        status, _ = self.curl("-C", "-", "-o", "got", path=path)
        self.assertEqual((status, (self.folder / "got").read_bytes() == BIG), (206, True))

    def test_ranges(self):
        made = self.alice.put("big.txt", BIG).json
        path = f"{ATTACHMENTS}/{made['id']}/download"
        self.assertEqual(self.curl("--range", "0-9", path=path), (206, BIG[:10]))
        self.assertEqual(self.curl("--range", "-10", path=path), (206, BIG[-10:]))
        self.assertEqual(self.curl("--range", "5999990-", path=path), (206, BIG[-10:]))
        status, body = self.curl("--range", "0-1,100-101", path=path)
        self.assertEqual((status, body.count(b"Content-Range: bytes ")), (206, 2))
        self.assertEqual(self.curl("-f", "--range", "6000000-", path=path, expect=22)[0], 416)

    def test_a_refusal_comes_before_the_body_is_sent(self):
        self.write("huge.txt", b"x" * 30_000_000)
        for path, expected in ((ATTACHMENTS + "?filename=huge.exe", 415), (ATTACHMENTS + "?filename=huge.txt", 413)):
            status, body = self.curl("-T", "huge.txt", "-H", "Expect: 100-continue", "--expect100-timeout", "60", path=path)
            self.assertEqual((status, self.sent), (expected, 0), body)
        status, _ = self.curl("-F", "file=@huge.txt", "-H", "Expect: 100-continue", "--expect100-timeout", "60", path=ATTACHMENTS + "/upload")
        self.assertEqual((status, self.sent), (400, 0))
        wrong = ["-H", "Authorization: Bearer nonsense"]
        status, _ = self.curl("-T", "huge.txt", *wrong, "-H", "Expect: 100-continue", "--expect100-timeout", "60",
                              path=ATTACHMENTS + "?filename=huge.txt")
        self.assertEqual((status, self.sent), (401, 0))

    def test_a_refusal_reaches_the_client_that_is_still_sending(self):
        self.write("huge.txt", b"x" * 30_000_000)
        for arguments, path, expected in ((("-T", "huge.txt"), ATTACHMENTS + "?filename=huge.exe", 415),
                                          (("-T", "huge.txt"), ATTACHMENTS + "?filename=huge.txt", 413),
                                          (("-F", "file=@huge.txt"), ATTACHMENTS + "/upload", 400)):
            status, body = self.curl("-H", "Expect:", *arguments, path=path)
            self.assertEqual(status, expected, body)
            self.assertIn("detail", json.loads(body))

    def test_an_upload_that_is_allowed_goes_on_after_100_continue(self):
        self.write("big.txt", BIG)
        made = self.made("-T", "big.txt", "-H", "Expect: 100-continue", "--expect100-timeout", "60",
                         path=ATTACHMENTS + "?filename=big.txt")
        self.assertEqual(self.sent, len(BIG))
        self.assertEqual(made["file_size"], len(BIG))

    def test_a_download_under_its_own_name(self):
        made = self.alice.put("the name.txt", b"content").json
        self.curl("-OJ", path=f"{ATTACHMENTS}/{made['id']}/download")
        self.assertEqual((self.folder / "the name.txt").read_bytes(), b"content")

    def test_conditions(self):
        made = self.alice.put("a.txt", b"content").json
        path = f"{ATTACHMENTS}/{made['id']}/download"
        self.assertEqual(self.curl("--etag-save", "etag", "-o", "out", path=path)[0], 200)
        self.assertEqual(self.curl("--etag-compare", "etag", path=path), (304, b""))
        self.assertEqual(self.curl("-R", "-o", "out", path=path)[0], 200)
        self.assertEqual(self.curl("-z", "out", path=path)[0], 304)

    def test_other_ways_of_speaking(self):
        made = self.alice.put("a.txt", b"content").json
        path = f"{ATTACHMENTS}/{made['id']}/download"
        for more in (("--http1.0",), ("--http2",), ("--compressed",), ("-H", "Connection: close")):
            self.assertEqual(self.curl(*more, path=path), (200, b"content"), more)
        self.assertEqual(self.curl("-I", path=path)[0], 200)
        self.assertEqual(self.curl("-X", "DELETE", path=f"{ATTACHMENTS}/{made['id']}"), (204, b""))


class Wget(WithFolder):
    def wget(self, *arguments):
        if not shutil.which("wget"):
            missing(self, "wget")
        return subprocess.run(["wget", "-q", f"--header=Authorization: Bearer {self.alice.token}", *arguments], cwd=self.folder,
                              capture_output=True, timeout=patience(60), check=False)

    def test_a_download_by_name_and_a_resumed_one(self):
        made = self.alice.put("wget me.txt", BIG).json
        url = f"{self.server.url}{ATTACHMENTS}/{made['id']}/download"
        self.assertEqual(self.wget("--content-disposition", url).returncode, 0)
        self.assertEqual((self.folder / "wget me.txt").read_bytes(), BIG)
        self.write("part", BIG[:1_234_567])
        self.assertEqual(self.wget("-c", "-O", "part", url).returncode, 0)
        self.assertEqual((self.folder / "part").read_bytes(), BIG)

    def test_a_body_from_a_file(self):
        self.write("a.txt", b"posted")
        done = self.wget("--method=PUT", "--body-file=a.txt", "-O", "-", f"{self.server.url}{ATTACHMENTS}?filename=a.txt")
        self.assertEqual(json.loads(done.stdout)["file_size"], 6)


class Python(ServerCase):
    def test_http_client_keeps_one_connection_through_everything(self):
        connection = self.server.connection()
        auth = {"Authorization": f"Bearer {self.alice.token}"}
        for i in range(10):
            connection.request("PUT", f"{ATTACHMENTS}?filename=k{i}.txt", b"x" * (i + 1), auth)
            made = json.loads(connection.getresponse().read())
            socket_before = connection.sock
            connection.request("GET", f"{ATTACHMENTS}/{made['id']}/download", headers=auth)
            self.assertEqual(connection.getresponse().read(), b"x" * (i + 1))
            connection.request("GET", f"{ATTACHMENTS}/{made['id']}", headers={})
            self.assertEqual(connection.getresponse().read()[:1], b"{")
            self.assertIs(connection.sock, socket_before)
            self.assertIsNotNone(connection.sock)
        connection.close()

    def test_requests(self):
        try:
            import requests
        except ImportError:
            missing(self, "python3-requests")
        session = requests.Session()
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {self.alice.token}"
        url = self.server.url + ATTACHMENTS
        for name in ("plain.txt", 'qu"ote.txt', "\u00fcml\u00e4ut \u4e16.txt", "per%cent.txt"):
            made = session.post(url, files={"file": (name, b"hello", "text/plain")}, data={"task_id": "3"})
            self.assertEqual((made.status_code, made.json()["filename"]), (201, name), made.text)
            self.assertEqual(session.get(f"{url}/{made.json()['id']}/download").content, b"hello")
        many = session.post(url, files=[("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))])
        self.assertEqual([i["status"] for i in many.json()["items"]], [201, 201])
        streamed = session.put(url, params={"filename": "s.txt"}, data=(b"x" * 10_000 for _ in range(50)))
        self.assertEqual((streamed.status_code, streamed.json()["file_size"]), (201, 500_000))
        with session.get(f"{url}/{streamed.json()['id']}/download", stream=True) as answer:
            self.assertEqual(sum(map(len, answer.iter_content(7777))), 500_000)
        refused = session.post(url, files={"file": ("a.exe", b"MZ")})
        self.assertEqual((refused.status_code, refused.json()["detail"]), (415, "File type .exe not allowed"))
        self.assertEqual(session.delete(f"{url}/{streamed.json()['id']}").status_code, 204)


class Chromium(unittest.TestCase):
    """A page of another origin that calls the service with fetch, as web applications do."""

    def run_page(self, check, script, allowed=True):
        """check(what the page reports, what its forms sent, the user it called as). The script knows API and TOKEN."""
        site = browser.Site()
        origin = site.origin if allowed else "https://elsewhere.example.org"
        with Server(env={"HOLDALL_HTTP_CORS_ORIGINS": origin}) as server, site.serving():
            user = server.client(1)
            site.script = f"const API = {json.dumps(server.url + ATTACHMENTS)}, TOKEN = {json.dumps(user.token)};\n" \
                          "const auth = {Authorization: 'Bearer ' + TOKEN};\n" + script
            document = browser.dump_dom(self, site.origin + "/")
            found = re.search(r'<pre id="result">(.*?)</pre>', document, re.S)
            self.assertTrue(found and found[1], document)
            result = json.loads(html.unescape(found[1]))
            self.assertNotIn("failed", result, result)
            check(result, site.records, user)

    def test_forms_of_files_with_any_name(self):
        def check(result, _, user):
            self.assertEqual(result["plain"]["status"], 201, result)
            self.assertEqual((result["plain"]["filename"], result["plain"]["task_id"]), ("plain.txt", 5))
            self.assertEqual((result["odd"]["status"], result["odd"]["filename"]), (201, 'a "b" \u00e9 \u4e16 %41 ;x.txt'), result)
            self.assertEqual((result["newline"]["status"], result["newline"]["detail"] != ""), (400, True), result)
            self.assertEqual(result["many"], {"status": 207, "statuses": [201, 415, 201]})
            self.assertEqual(result["sha256"], hashlib.sha256(b"z" * 3_000_000).hexdigest())
            self.assertEqual(result["size"], 3_000_000)
            self.assertEqual(user.get("/api/v1/usage").json["files"], 5)

        self.run_page(check, r"""
            const send = async (files, fields = {}) => {
              const form = new FormData();
              for (const [k, v] of Object.entries(fields)) form.append(k, v);
              for (const f of files) form.append('file', f);
              const answer = await fetch(API, {method: 'POST', headers: auth, body: form});
              const body = await answer.json();
              return {status: answer.status, filename: body.filename, task_id: body.task_id, detail: body.detail, body};
            };
            const text = (name, content = 'x') => new File([content], name, {type: 'text/plain'});
            const short = ({body, ...rest}) => rest;
            const plain = short(await send([text('plain.txt')], {task_id: '5'}));
            const odd = short(await send([text('a "b" é 世 %41 ;x.txt')]));
            const newline = short(await send([text('a\nb.txt')]));
            const several = await send([text('1.txt'), new File(['MZ'], '2.exe'), text('3.txt')]);
            const many = {status: several.status, statuses: several.body.items.map(i => i.status)};
            const large = await send([text('large.txt', 'z'.repeat(3000000))]);
            report({plain, odd, newline, many, sha256: large.body.sha256, size: large.body.file_size});
        """)

    def test_a_page_may_change_read_and_delete_and_sees_the_fields_it_needs(self):
        def check(result, _, user):
            self.assertEqual(result["put"], 201)
            self.assertEqual(result["patched"], {"status": 200, "filename": "b.txt"})
            self.assertEqual(result["part"], {"status": 206, "text": "234", "range": "bytes 2-4/10"})
            self.assertEqual(result["disposition"], 'attachment; filename="b.txt"')
            self.assertTrue(result["etag"] and result["request"], result)
            self.assertEqual(result["missing"], {"status": 404, "type": "application/problem+json"})
            self.assertEqual((result["deleted"], result["unauthorized"]), (204, 401))
            self.assertEqual(user.all(), [])

        self.run_page(check, r"""
            const put = await fetch(API + '?filename=a.txt', {method: 'PUT', headers: auth, body: '0123456789'});
            const made = await put.json(), url = API + '/' + made.id;
            const patch = await fetch(url, {method: 'PATCH', headers: {...auth, 'Content-Type': 'application/merge-patch+json',
                                            'If-Match': '*'}, body: JSON.stringify({filename: 'b.txt'})});
            const patched = {status: patch.status, filename: (await patch.json()).filename};
            const got = await fetch(url + '/download', {headers: {...auth, Range: 'bytes=2-4'}});
            const part = {status: got.status, text: await got.text(), range: got.headers.get('Content-Range')};
            const whole = await fetch(url + '/download', {headers: auth});
            await whole.text();
            const deleted = (await fetch(url, {method: 'DELETE', headers: auth})).status;
            const gone = await fetch(url, {headers: auth});
            await gone.text();
            report({put: put.status, patched, part, disposition: whole.headers.get('Content-Disposition'),
                    etag: whole.headers.get('ETag'), request: whole.headers.get('X-Request-Id'), deleted,
                    missing: {status: gone.status, type: gone.headers.get('Content-Type')},
                    unauthorized: (await fetch(url)).status});
        """)

    def test_a_page_of_an_origin_that_is_not_allowed_reads_nothing(self):
        def check(result, _, user):
            self.assertEqual(result, {"read": "TypeError", "sent": "TypeError"})
            self.assertEqual(user.all(), [])

        self.run_page(check, r"""
            const attempt = async options => { try { await fetch(API, options); return 'read'; } catch (e) { return e.name; } };
            report({read: await attempt({headers: auth}), sent: await attempt({method: 'POST', headers: auth, body: new FormData()})});
        """, allowed=False)

    def test_the_bytes_of_a_real_form_are_understood(self):
        """A form element posts to the application's own server; its very bytes are sent on, as a back end would."""
        def check(result, records, user):
            self.assertEqual(result, {"posts": 2})
            answers = [user.call("POST", ATTACHMENTS + "/upload", body, {"Content-Type": content_type}) for content_type, body in records]
            self.assertIn(b'filename="a %22b%22 \xc3\xa9.txt"', records[0][1])
            self.assertEqual((answers[0].status, answers[0].json["filename"]), (200, 'a "b" \u00e9.txt'), answers[0])
            self.assertEqual(answers[0].json["task_id"], 4)
            self.assertEqual(user.download(answers[0].json["id"]).body, b"one\r\n--two")
            self.assertIn(b"%0A", records[1][1])
            self.assertEqual(answers[1].status, 400, answers[1])

        self.run_page(check, r"""
            const sink = document.createElement('iframe');
            sink.name = 'sink';
            document.body.append(sink);
            let posts = 0;
            for (const name of ['a "b" é.txt', 'new\nline.txt']) {
              const form = document.createElement('form');
              Object.assign(form, {method: 'post', enctype: 'multipart/form-data', action: '/record', target: 'sink'});
              form.innerHTML = '<input name="task_id" value="4"><textarea name="note">a\nb</textarea><input type="file" name="file">' +
                               '<input type="file" name="other">';
              const files = new DataTransfer();
              files.items.add(new File(['one\r\n--two'], name, {type: 'text/plain'}));
              form.querySelector('[name=file]').files = files.files;
              document.body.append(form);
              const loaded = new Promise(resolve => sink.addEventListener('load', resolve, {once: true}));
              form.submit();
              await loaded;
              posts += 1;
            }
            report({posts});
        """)


if __name__ == "__main__":
    main()
