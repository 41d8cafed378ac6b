#!/usr/bin/env python3
"""Texts by the shipped program: read and recognised after the upload, given to the owner, found, gone with the file."""
import time

from harness import ATTACHMENTS, Server, ServerCase, main, patience
from made_files import docx, pdf, pdf_of_scan, png

SEARCH = "/api/v1/search"


class TextCase(ServerCase):
    def uploaded(self, name, content, client=None):
        answer = (client or self.alice).upload(name, content)
        self.assertEqual(answer.status, 201, answer)
        return answer.json["id"]

    def state(self, attachment):
        return self.alice.get(f"{ATTACHMENTS}/{attachment}").json["text_state"]

    def read(self, attachment):
        """Waits until the text is no longer pending; its state."""
        end = time.monotonic() + patience(60)
        while (state := self.state(attachment)) == "pending" and time.monotonic() < end:
            time.sleep(0.05)
        return state

    def text(self, attachment, client=None, **query):
        return (client or self.alice).get(f"{ATTACHMENTS}/{attachment}/text", query=query)

    def found(self, words, client=None, **query):
        answer = (client or self.alice).get(SEARCH, query={"q": words, **query})
        self.assertEqual(answer.status, 200, answer)
        return [hit["attachment"]["id"] for hit in answer.json["items"]]

    def scan(self, *lines):
        """A picture of letters, drawn by the server itself; PNG and JPEG."""
        page = self.uploaded("page.pdf", pdf(*[line.encode() for line in lines], size=(2000, 200)))
        shown = [self.alice.get(f"{ATTACHMENTS}/{page}/preview", query={"width": 1600, "format": kind})
                 for kind in ("png", "jpeg")]
        self.assertEqual([answer.status for answer in shown], [200, 200], shown)
        self.assertEqual(self.alice.delete(f"{ATTACHMENTS}/{page}").status, 204)
        return [answer.body for answer in shown]


class Texts(TextCase):
    def test_of_a_document_is_read_after_the_upload(self):
        paper = self.uploaded("paper.pdf", pdf(b"The first page", b"", b"and the third"))
        self.assertEqual(self.read(paper), "done")
        answer = self.text(paper)
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/json"))
        pages = answer.json["pages"]
        self.assertEqual([(page["page"], page["text"].strip()) for page in pages if page["text"]],
                         [(1, "The first page"), (3, "and the third")])
        word = pages[0]["words"][1]
        self.assertEqual((word["text"], pages[0]["source"]), ("first", "embedded"))
        left, top, right, bottom = word["box"]
        self.assertTrue(0 < left < right < 1 and 0 < top < bottom < 1, word)
        plain = self.text(paper, format="txt")
        self.assertEqual(plain.headers["Content-Type"], "text/plain; charset=utf-8")
        self.assertIn("The first page", plain.body.decode())

    def test_of_every_kind_of_file(self):
        for name, content, words in (("note.txt", "Grüße aus Köln, schöne Grüße".encode("latin-1"), "Grüße aus Köln"),
                                     ("note16.txt", "\ufeffGrüße".encode("utf-16-le"), "Grüße"),
                                     ("letter.docx", docx("Dear Sir", "Quarter"), "Dear Sir\nQuarter")):
            with self.subTest(name):
                self.assertIn(words, self.text(self.uploaded_and_read(name, content), format="txt").body.decode())

    def uploaded_and_read(self, name, content):
        attachment = self.uploaded(name, content)
        self.assertEqual(self.read(attachment), "done")
        return attachment

    def test_is_recognised_in_pictures_and_scans(self):
        picture, jpeg = self.scan("Invoice number 4711")
        for name, content in (("scan.png", picture), ("scan.pdf", pdf_of_scan(jpeg, 1600, 160))):
            with self.subTest(name):
                scan = self.uploaded_and_read(name, content)
                page = self.text(scan).json["pages"][0]
                self.assertEqual((page["text"].strip(), page["source"]), ("Invoice number 4711", "ocr"))
                self.assertGreater(page["confidence"], 70)
                self.assertEqual([word["text"] for word in page["words"]], ["Invoice", "number", "4711"])
                self.assertEqual(self.alice.get(f"{ATTACHMENTS}/{scan}").json["ocr_text"].strip(), "Invoice number 4711")
                self.assertIn(scan, self.found("invoice 4711"))
        self.assertIsNone(self.alice.get(f"{ATTACHMENTS}/{self.uploaded_and_read('t.txt', b'x')}").json["ocr_text"])

    def test_of_a_picture_without_letters_is_none(self):
        picture = self.uploaded_and_read("p.png", png(300, 200))
        self.assertEqual(self.text(picture).json["pages"], [])

    def test_that_cannot_be_had_says_why(self):
        for name, content, problem in (("locked.pdf", pdf(b"secret", encrypt=True), "document-locked"),
                                       ("broken.pdf", b"%PDF-1.4\nnothing", "text-unreadable"),
                                       ("bomb.docx", docx("<!--" + " " * (80 << 20) + "-->"), "text-too-costly")):
            with self.subTest(name):
                attachment = self.uploaded(name, content)
                self.assertEqual(self.read(attachment), "failed")
                answer = self.text(attachment)
                self.assertEqual((answer.status, answer.problem), (422, problem))

    def test_is_read_again_when_asked_for(self):
        paper = self.uploaded_and_read("paper.pdf", pdf(b"once and again"))
        again = self.alice.call("POST", f"{ATTACHMENTS}/{paper}/text")
        self.assertEqual((again.status, again.json), (202, {"text_state": "pending"}))
        self.assertEqual(self.read(paper), "done")
        self.assertEqual(self.found("once"), [paper])
        self.assertEqual(self.bob.call("POST", f"{ATTACHMENTS}/{paper}/text").status, 404)

    def test_promise_7_only_for_the_owner(self):
        paper = self.uploaded_and_read("paper.pdf", pdf(b"confidential words"))
        self.assertEqual((self.text(paper, self.bob).status, self.text(999_999, self.bob).status), (404, 404))
        self.assertEqual(self.found("confidential"), [paper])
        self.assertEqual(self.found("confidential", self.bob), [])
        self.assertEqual(self.found("paper", self.bob), [])

    def test_etag_changes_for_readers_and_not_for_writers(self):
        attachment = self.uploaded("a.txt", b"some words")
        first = self.alice.get(f"{ATTACHMENTS}/{attachment}").headers["ETag"]
        self.assertEqual(self.read(attachment), "done")
        second = self.alice.get(f"{ATTACHMENTS}/{attachment}").headers["ETag"]
        self.assertTrue(second.endswith('d"'), second)
        changed = self.alice.call("PATCH", f"{ATTACHMENTS}/{attachment}", {"tags": ["x"]}, headers={"If-Match": first})
        self.assertEqual(changed.status, 200, changed)


class Search(TextCase):
    def test_finds_names_tags_metadata_and_texts(self):
        note = self.uploaded("holiday plans.txt", b"We fly to Lisbon on Friday.")
        self.assertEqual(self.found("holiday"), [note], "a name is found at once")
        self.alice.call("PATCH", f"{ATTACHMENTS}/{note}", {"tags": ["travel"], "metadata": {"hotel": "Mirador"}})
        self.read(note)
        for words in ("travel", "mirador", "lisbon", "fly lisbon", '"fly to lisbon"', "lis*", "holiday lisbon travel"):
            self.assertEqual(self.found(words), [note], words)
        for words in ("porto", '"to fly"', "lisbon -friday", "lisb"):
            self.assertEqual(self.found(words), [], words)
        self.alice.call("PATCH", f"{ATTACHMENTS}/{note}", {"filename": "work.txt"})
        self.assertEqual((self.found("holiday"), self.found("work")), ([], [note]))

    def test_shows_where(self):
        paper = self.uploaded("paper.pdf", pdf(b"nothing here", b"the needle in it"))
        self.read(paper)
        hit = self.alice.get(SEARCH, query={"q": "needle"}).json["items"][0]
        self.assertEqual((hit["matched"], hit["pages"][0]["page"]), (["text"], 2))
        self.assertEqual([piece["text"] for piece in hit["pages"][0]["snippet"] if piece["match"]], ["needle"])
        self.assertEqual(len(hit["pages"][0]["boxes"]), 1)
        named = self.alice.get(SEARCH, query={"q": "paper"}).json["items"][0]
        self.assertEqual(named["filename"], [{"text": "paper", "match": True}, {"text": ".pdf", "match": False}])

    def test_knows_accents_ligatures_and_other_scripts(self):
        note = self.uploaded("n.txt", "Résumé of the oﬃce: 東京都庁舎で会議、서울특별시 회의".encode())
        self.read(note)
        for words in ("resume", "RÉSUMÉ", "office", "京都庁", "会議", "특별시"):
            self.assertEqual(self.found(words), [note], words)
        self.assertEqual(self.found("庁都"), [])

    def test_comes_in_pages(self):
        notes = [self.uploaded(f"common {number}.txt", b"x") for number in range(7)]
        seen, cursor = [], {}
        while True:
            answer = self.alice.get(SEARCH, query={"q": "common", "limit": 3, **cursor}).json
            seen += [hit["attachment"]["id"] for hit in answer["items"]]
            if answer["next"] is None:
                break
            cursor = {"cursor": answer["next"]}
        self.assertEqual(seen, notes[::-1])

    def test_has_no_syntax_that_could_be_wrong(self):
        note = self.uploaded("x OR y.txt", b"words AND more")
        self.read(note)
        for words in ('"', 'owner:1', 'NEAR(a b)', "a^b", "x' --", "OR", "{", "*", "-", "text : x", '"' * 500, "\\", "%", "\0",
                      "words AND more"):
            answer = self.alice.get(SEARCH, query={"q": words})
            self.assertIn(answer.status, (200, 400), words)
            self.assertEqual(self.bob.get(SEARCH, query={"q": words}).json.get("items", []), [], words)
        self.assertEqual(self.found("words and MORE"), [note])
        for words, problem in (("", "query-empty"), ("-x", "query-empty"), ("x" * 513, "query-too-long"),
                               ("a " * 17, "query-too-many-terms")):
            answer = self.alice.get(SEARCH, query={"q": words})
            self.assertEqual((answer.status, answer.problem), (400, problem), words)
        self.assertEqual(self.alice.get(SEARCH, query={"q": "x", "cursor": "AAAA"}).problem, "cursor-invalid")

    def test_promise_6_what_is_deleted_is_not_found(self):
        note = self.uploaded("gone.txt", b"vanishing words")
        self.read(note)
        self.assertEqual(self.found("vanishing"), [note])
        self.assertEqual(self.alice.delete(f"{ATTACHMENTS}/{note}").status, 204)
        self.assertEqual((self.found("vanishing"), self.found("gone")), ([], []))


class Reading(TextCase):
    def test_survives_the_end_of_the_process(self):
        """Killed while files are being read: after the next start every text is there."""
        papers = [self.uploaded(f"p{number}.pdf", pdf(*[b"page %d" % page for page in range(30)]))
                  for number in range(6)]
        self.server.kill()
        self.server.start()
        self.assertEqual({self.read(paper) for paper in papers}, {"done"})
        self.assertEqual(sorted(self.found('"page 29"')), papers)

    def test_can_be_switched_off(self):
        with Server(config="[text]\nenabled = false\n") as server:
            alice = server.client("alice")
            note = alice.upload("a.txt", b"words").json
            self.assertEqual(note["text_state"], "none")
            answer = alice.get(f"{ATTACHMENTS}/{note['id']}/text")
            self.assertEqual((answer.status, answer.problem), (400, "no-text"))
            self.assertEqual(len(alice.get(SEARCH, query={"q": "a"}).json["items"]), 1, "names are found all the same")


if __name__ == "__main__":
    main()
