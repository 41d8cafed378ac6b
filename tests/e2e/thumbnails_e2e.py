#!/usr/bin/env python3
"""Thumbnails by the shipped program: made in a process of its own, kept, given to the owner only, gone with the file."""
import os
import signal
import struct
import time
import unittest
import zlib

from made_files import chunk, pdf, png, png_of, size_of_png
from harness import ATTACHMENTS, ServerCase, is_instrumented, main, patience


def darkness(data):
    """The share of dark pixels of an 8-bit PNG that is not interlaced."""
    width, height = size_of_png(data)
    depth, kind = data[24], data[25]
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    at, packed = 8, b""
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at:at + 8])
        packed += data[at + 8:at + 8 + length] if name == b"IDAT" else b""
        at += 12 + length
    raw, row = zlib.decompress(packed), width * channels * depth // 8
    above, dark = bytes(row), 0
    for y in range(height):
        kind, line = raw[y * (row + 1)], bytearray(raw[y * (row + 1) + 1:(y + 1) * (row + 1)])
        for x in range(row):
            a = line[x - channels] if x >= channels else 0
            c = above[x - channels] if x >= channels else 0
            b = above[x]
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line[x] = (line[x] + (0, a, b, (a + b) // 2, paeth)[kind]) & 255
        dark += sum(line[x] < 100 for x in range(0, row, channels))
        above = line
    return dark / (width * height)


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


class Thumbnails(ServerCase):
    def thumbnail(self, attachment, client=None, **headers):
        return (client or self.alice).get(f"{ATTACHMENTS}/{attachment}/thumbnail", headers=headers)

    def uploaded(self, content, name="picture.png"):
        answer = self.alice.upload(name, content)
        self.assertEqual(answer.status, 201, answer)
        return answer.json["id"]

    def test_fits_and_keeps_its_shape(self):
        picture = self.uploaded(png(640, 400))
        for _ in range(2):
            answer = self.thumbnail(picture)
            self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "image/png"))
            self.assertEqual(size_of_png(answer.body), (200, 125))
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
            self.assertEqual(answer.headers["Vary"], "Accept")
        small = self.uploaded(png(30, 20))
        self.assertEqual(size_of_png(self.thumbnail(small).body), (30, 20))

    def test_comes_as_what_the_client_likes(self):
        picture = self.uploaded(png(300, 300))
        begins = {"image/webp": b"RIFF", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG"}
        for accept, wanted in (("image/webp", "image/webp"), ("image/jpeg", "image/jpeg"), ("*/*", "image/png"),
                               ("image/avif;q=0.1,image/webp,image/*,*/*;q=0.8", "image/webp"),
                               ("text/html", "image/png"), ("image/png;q=0, image/jpeg", "image/jpeg")):
            answer = self.thumbnail(picture, Accept=accept)
            self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, wanted), accept)
            self.assertTrue(answer.body.startswith(begins[wanted]), accept)

    def test_is_not_sent_again_to_who_has_it(self):
        picture = self.uploaded(png(300, 300))
        first = self.thumbnail(picture)
        again = self.thumbnail(picture, **{"If-None-Match": first.headers["ETag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        head = self.alice.head(f"{ATTACHMENTS}/{picture}/thumbnail")
        self.assertEqual((head.status, head.headers["Content-Length"]), (200, str(len(first.body))))

    def test_promise_7_only_for_the_owner(self):
        picture = self.uploaded(png(300, 300))
        self.thumbnail(picture)
        others = self.thumbnail(picture, self.bob)
        nobody = self.thumbnail(999_999, self.bob)
        self.assertEqual((others.status, nobody.status), (404, 404))
        self.assertEqual({**others.json, "request_id": 0}, {**nobody.json, "request_id": 0})

    def test_says_what_has_no_picture(self):
        text = self.uploaded(b"hello", "a.txt")
        answer = self.thumbnail(text)
        self.assertEqual((answer.status, answer.problem), (400, "no-picture"))

    def test_many_at_once_make_one(self):
        import concurrent.futures
        picture = self.uploaded(png(800, 800))
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: self.thumbnail(picture), range(32)))
        self.assertEqual({a.status for a in answers}, {200})
        self.assertEqual(len({a.body for a in answers}), 1)

    def test_promise_8_hostile_pictures_fail_alone(self):
        self.thumbnail(self.uploaded(png(300, 300)))
        pid = self.server.process.pid
        media, before = children(pid), descriptors(pid)
        bomb = zlib.compress(bytes(60_000 * (60_000 // 100)), 9)
        hostile = {
            "flood.png": (png_of(60_000, 60_000, zlib.compress(b"\0" * 100)), "picture-too-large"),
            "bomb.png": (png_of(9_000, 9_000, bomb), None),
            "cut.png": (png(300, 300)[:200], None),
            "wrong-sum.png": (png(50, 50).replace(b"IDAT", b"IDAT\0", 1), None),
            "nothing.png": (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 5, 5, 8, 2, 0, 0, 0)), None),
            "lying.gif": (b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0xF7, 0, 0) + bytes(64), None),
            "short.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + b"\xff\xda" * 1000, None),
        }
        for name, (content, problem) in hostile.items():
            with self.subTest(name):
                upload = self.alice.upload(name, content)
                if upload.status == 415:  # seen through at the door
                    continue
                self.assertEqual(upload.status, 201, upload)
                for _ in range(2):  # also when it is remembered
                    answer = self.thumbnail(upload.json["id"])
                    self.assertIn(answer.status, (200, 422), answer)
                    if problem:
                        self.assertEqual((answer.status, answer.problem), (422, problem))
                download = self.alice.download(upload.json["id"])
                self.assertEqual((download.status, download.body), (200, content))
        self.assertEqual(self.server.process.pid, pid)
        self.assertIsNone(self.server.process.poll())
        self.assertEqual(children(pid), media)
        self.assertLessEqual(descriptors(pid), before + 8)

    def test_promise_8_the_media_process_may_die(self):
        picture = self.uploaded(png(300, 300))
        pid = self.server.process.pid
        time.sleep(1.1)  # right after its start it would not be started again
        for child in children(pid):
            os.kill(child, signal.SIGKILL)
        self.assertEqual(self.thumbnail(picture).status, 200)
        self.assertEqual(self.alice.download(picture).status, 200)

    def test_promise_9_the_server_does_not_grow_with_the_picture(self):
        def resident():
            with open(f"/proc/{self.server.process.pid}/status") as file:
                return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) * 1024

        self.thumbnail(self.uploaded(png(300, 300)))
        before = resident()
        noise = os.urandom(1000)
        large = self.uploaded(png(1500, 1500, lambda x, y: (noise[x % 997], noise[y % 991], noise[(x * y) % 983])))
        self.assertEqual(self.thumbnail(large).status, 200)
        self.assertLess(resident() - before, (64 if is_instrumented() else 12) << 20)


class Previews(ServerCase):
    def preview(self, attachment, **query):
        return self.alice.get(f"{ATTACHMENTS}/{attachment}/preview", query=query)

    def test_comes_in_the_size_and_shape_asked_for(self):
        picture = self.alice.upload("a.png", png(600, 300)).json["id"]
        for query, size in (({}, (600, 300)), ({"width": 300}, (300, 150)), ({"height": 100}, (200, 100)),
                            ({"width": 100, "height": 100}, (100, 50)), ({"width": 4096}, (600, 300)),
                            ({"width": 100, "height": 100, "fit": "cover"}, (100, 100)),
                            ({"width": 120, "height": 100, "fit": "fill"}, (120, 100)),
                            ({"width": 100, "fit": "cover"}, (100, 50))):
            answer = self.preview(picture, **query)
            self.assertEqual((answer.status, size_of_png(answer.body)), (200, size), query)
        self.assertEqual(self.preview(picture, format="jpeg").headers["Content-Type"], "image/jpeg")
        self.assertEqual(self.preview(picture, format="avif", width=50).headers["Content-Type"], "image/avif")

    def test_refuses_what_cannot_be_asked_for(self):
        picture = self.alice.upload("a.png", png(60, 30)).json["id"]
        for query in ({"width": 0}, {"width": 4097}, {"height": "x"}, {"fit": "crop"}, {"format": "gif"}, {"page": 0}):
            self.assertEqual(self.preview(picture, **query).status, 400, query)
        self.assertEqual((self.preview(picture, page=2).status, self.preview(picture, page=2).problem),
                         (404, "no-such-page"))
        self.assertEqual(self.bob.get(f"{ATTACHMENTS}/{picture}/preview").status, 404)

    def test_shows_the_pages_of_a_document(self):
        document = self.alice.upload("paper.pdf", pdf(b"first", b"", b"WWWWWWWWWW")).json["id"]
        shown = [self.preview(document, page=page, width=400, format="png") for page in (1, 2, 3)]
        self.assertEqual([answer.status for answer in shown], [200] * 3)
        self.assertEqual({size_of_png(answer.body) for answer in shown}, {(400, 200)})
        first, empty, third = (darkness(answer.body) for answer in shown)
        self.assertEqual(empty, 0)
        self.assertGreater(first, 0.01)  # letters are there although the document brings no font
        self.assertGreater(third, first)
        self.assertEqual(self.preview(document, page=4).problem, "no-such-page")
        thumbnail = self.alice.get(f"{ATTACHMENTS}/{document}/thumbnail")
        self.assertEqual((thumbnail.status, size_of_png(thumbnail.body)), (200, (200, 100)))

    def test_promise_8_hostile_documents_fail_alone(self):
        hostile = {
            "locked.pdf": (pdf(b"secret", encrypt=True), {"document-locked"}),
            "cut.pdf": (pdf(b"cut")[:-150], {"picture-unreadable", None}),
            "head.pdf": (b"%PDF-1.7\n" + b"x" * 1000 + b"\n%%EOF", {"picture-unreadable"}),
            "cycle.pdf": (pdf(b"a").replace(b"/Kids[4 0 R]", b"/Kids[2 0 R]"), {"picture-unreadable", "no-such-page"}),
            "vast.pdf": (pdf(b"a", size=(99999999, 99999999)), {"picture-unreadable", "picture-too-large", None}),
            "thin.pdf": (pdf(b"a", size=(1, 14400)), {"picture-unreadable", "picture-too-large", None}),
        }
        for name, (content, problems) in hostile.items():
            with self.subTest(name):
                upload = self.alice.upload(name, content)
                self.assertEqual(upload.status, 201, upload)
                for _ in range(2):
                    answer = self.preview(upload.json["id"])
                    problem = answer.problem if answer.status != 200 else None
                    self.assertIn(problem, problems, answer)
        self.assertIsNone(self.server.process.poll())


class Looking(ServerCase):
    """What has come in is looked into without anybody asking."""
    config = '[jobs]\nlease = "10s"\npoll_interval = "200ms"\n'

    def looked_into(self, attachment):
        end = time.monotonic() + patience(10)
        while True:
            answer = self.alice.get(f"{ATTACHMENTS}/{attachment}")
            if answer.json["pages"] is not None or time.monotonic() > end:
                return answer
            time.sleep(0.02)

    def test_the_shape_appears_by_itself(self):
        picture = self.alice.upload("a.png", png(640, 400))
        self.assertEqual(picture.json["width"], None)
        seen = self.looked_into(picture.json["id"]).json
        self.assertEqual((seen["width"], seen["height"], seen["pages"], seen["version"]), (640, 400, 1, 1))
        document = self.alice.upload("b.pdf", pdf(b"one", b"two", b"three"))
        seen = self.looked_into(document.json["id"]).json
        self.assertEqual((seen["width"], seen["height"], seen["pages"]), (400, 200, 3))

    def test_it_is_no_change_to_who_wants_to_change_it(self):
        uploaded = self.alice.upload("a.png", png(64, 40)).json["id"]
        path = f"{ATTACHMENTS}/{uploaded}"
        before = self.alice.get(path).headers["ETag"].replace("-s", "")
        after = self.looked_into(uploaded).headers["ETag"]
        self.assertNotEqual(before, after)
        self.assertEqual(self.alice.get(path, headers={"If-None-Match": before}).status, 200)
        self.assertEqual(self.alice.get(path, headers={"If-None-Match": after}).status, 304)
        self.assertEqual(self.alice.patch(path, {"tags": ["x"]}, {"If-Match": before}).status, 200)
        self.assertEqual(self.alice.patch(path, {"tags": ["y"]}, {"If-Match": after}).status, 412)

    def test_a_crash_does_not_make_it_forget(self):
        uploaded = [self.alice.upload(f"{i}.png", png(100 + i, 50)).json["id"] for i in range(20)]
        self.server.kill()
        self.server.start()
        for i, attachment in enumerate(uploaded):
            end = time.monotonic() + patience(30)
            while self.alice.get(f"{ATTACHMENTS}/{attachment}").json["width"] != 100 + i:
                self.assertLess(time.monotonic(), end, "never looked into")
                time.sleep(0.1)


class Removal(ServerCase):
    def test_promise_6_goes_with_its_file(self):
        picture = self.alice.upload("a.png", png(300, 300)).json["id"]
        path = f"{ATTACHMENTS}/{picture}/thumbnail"
        for accept in ("image/png", "image/webp"):
            self.assertEqual(self.alice.get(path, headers={"Accept": accept}).status, 200)
        self.assertEqual(self.alice.delete(f"{ATTACHMENTS}/{picture}").status, 204)
        self.assertEqual(self.alice.get(path).status, 404)
        blobs = self.server.data / "store" / "blobs"
        self.assertTrue(blobs.is_dir())
        end = time.monotonic() + patience(10)
        while True:
            left = [file for file in blobs.rglob("*") if file.is_file()]
            if not left or time.monotonic() > end:
                break
            time.sleep(0.05)
        self.assertEqual(left, [])


class Counting(ServerCase):
    def figures(self):
        lines = self.alice.get("/metrics").body.decode().splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines
                if line.startswith("holdall_media_")}

    def test_files_looked_into_are_counted(self):
        for name, content in (("a.png", png(30, 30)), ("b.png", png_of(60_000, 60_000, zlib.compress(b"\0")))):
            picture = self.alice.upload(name, content).json["id"]
            self.alice.get(f"{ATTACHMENTS}/{picture}/preview", query={"width": 10})
        figures = self.figures()
        self.assertGreaterEqual(figures['holdall_media_files_total{outcome="done"}'], 1)
        self.assertGreaterEqual(figures['holdall_media_files_total{outcome="refused"}'], 1)
        self.assertEqual(figures['holdall_media_files_total{outcome="crashed"}'], 0)
        self.assertEqual(figures["holdall_media_restarts_total"], 0)


class WithoutMedia(ServerCase):
    config = "[media]\nenabled = false\n"

    def test_says_that_there_are_none(self):
        answer = self.alice.upload("a.png", png(10, 10))
        thumbnail = self.alice.get(f"{ATTACHMENTS}/{answer.json['id']}/thumbnail")
        self.assertEqual((thumbnail.status, thumbnail.problem), (503, "media-disabled"))


class WithoutTheProgram(unittest.TestCase):
    def test_a_server_without_its_media_program_says_so_and_does_not_start(self):
        from harness import run
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            outcome = run("serve", "--data", folder + "/data", "--listen", "127.0.0.1:0",
                          env={"HOLDALL_MEDIA_PROGRAM": "/nowhere/holdall-media"})
        self.assertNotEqual(outcome.returncode, 0)
        self.assertIn("/nowhere/holdall-media", outcome.stderr)
        self.assertIn("media.program", outcome.stderr)


if __name__ == "__main__":
    main()
