#!/usr/bin/env python3
"""Proves that script/check-layers fires: small trees, each with one breach, and one that keeps to the layers."""
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CHECKER = ROOT / "script" / "check-layers"

GOOD = {
    "src/base/error.h": "#include <string>\n",
    "src/io/task.h": '#include <boost/asio.hpp>\n#include "base/error.h"\n',
    "src/blob/store.h": '#include "io/task.h"\n',
    "src/blob/detail/name.h": "",
    "src/blob/local/store.h": '#include "blob/store.h"\n',
    "src/blob/local/store_test.cc": '#include "blob/local/store.h"\n#include "blob/testing/memory.h"\n',
    "src/blob/testing/memory.h": '#include "blob/store.h"\n',
    "src/catalog/catalog.h": '#include "base/error.h"\n',
    "src/catalog/sqlite/catalog.cc": "#include <sqlite3.h>\n",
    "src/http/request.h": '#include "base/error.h"\n',
    "src/attachment/receive.h": '#include "blob/store.h"\n#include "catalog/catalog.h"\n',
    "src/attachment/receive_test.cc": '#include "blob/testing/memory.h"\n',
    "src/api/upload.cc": '#include "http/request.h"\n#include "attachment/receive.h"\n',
    "src/app/serve.h": "",
    "src/app/serve.cc": '#include "blob/local/store.h"\n#include "catalog/catalog.h"\n#include "app/serve.h"\n',
    "src/media/protocol/message.h": '#include "base/error.h"\n',
    "src/worker/engine.h": '#include <vips/vips.h>\n#include "media/protocol/message.h"\n',
    "programs/holdall.cc": '#include "app/serve.h"\n',
    "tests/integration/ledger.h": "",
    "tests/integration/crash_test.cc": '#include "ledger.h"\n#include "blob/local/store.h"\n',
}

# What is added to the good tree, the line that must be named, and a piece of the reason.
BREACHES = [
    ("src/http/router.cc", '#include <string>\n#include "attachment/receive.h"\n', 2, "knows nothing of attachments"),
    ("src/attachment/read.cc", '#include "http/request.h"\n', 1, "know nothing of HTTP"),
    ("src/blob/rows.cc", '#include "catalog/catalog.h"\n', 1, "blob may include only"),
    ("src/base/task.cc", '#include "io/task.h"\n', 1, "base may include only nothing of ours"),
    ("src/io/settings.cc", '#  include "blob/store.h"\n', 1, "io may include only base"),
    ("src/api/store.cc", '#include "blob/local/store.h"\n', 1, "blob/local is private to app"),
    ("src/attachment/store_test.cc", '#include "http/request.h"\n', 1, "know nothing of HTTP"),
    ("src/app/demo.cc", '#include "blob/testing/memory.h"\n', 1, "testing/ folders are for tests"),
    ("src/attachment/name.cc", '#include "blob/detail/name.h"\n', 1, "detail/ is private to blob"),
    ("src/worker/image.cc", '#include "blob/store.h"\n', 1, "worker may include only"),
    ("src/media/protocol/pool.cc", '#include "io/task.h"\n', 1, "media/protocol may include only base"),
    ("src/attachment/picture.cc", "#include <vips/vips.h>\n", 1, "media libraries only in the media process"),
    ("src/attachment/query.cc", "#include <sqlite3.h>\n", 1, "SQL only in catalog/<engine>"),
    ("src/base/timer.cc", "#include <boost/asio/steady_timer.hpp>\n", 1, "<boost/asio> is for"),
    ("src/blob/near.cc", '#include "store.h"\n', 1, "write it from src/ on"),
    ("src/quota/limits.cc", '#include "base/error.h"\n', 1, "does not say where quota stands"),
    ("programs/tool.cc", '#include "blob/store.h"\n', 1, "a program is a table of contents"),
]


class CheckLayers(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="holdall-layers-"))
        self.addCleanup(shutil.rmtree, self.root)
        self.write("cmake/layers.txt", (ROOT / "cmake" / "layers.txt").read_text())
        for path, text in GOOD.items():
            self.write(path, text)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run_checker(self):
        done = subprocess.run([sys.executable, CHECKER, self.root], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()

    def test_passes_a_tree_that_keeps_to_the_layers(self):
        status, lines = self.run_checker()
        self.assertEqual((status, lines), (0, ["25 includes keep to the layers."]))

    def test_names_the_line_and_the_rule_of_each_breach(self):
        for path, text, line, reason in BREACHES:
            with self.subTest(path):
                self.write(path, text)
                status, lines = self.run_checker()
                (self.root / path).unlink()
                self.assertEqual(status, 1)
                self.assertEqual(len(lines), 2, lines)
                self.assertTrue(lines[0].startswith(f"{path}:{line}: includes "), lines[0])
                self.assertIn(reason, lines[0])

    def test_refuses_headers_that_include_each_other(self):
        self.write("src/blob/a.h", '#include "blob/b.h"\n')
        self.write("src/blob/b.h", '#include "blob/c.h"\n')
        self.write("src/blob/c.h", '#include "blob/a.h"\n')
        status, lines = self.run_checker()
        self.assertEqual((status, len(lines)), (1, 2))
        self.assertIn("src/blob/a.h -> src/blob/b.h -> src/blob/c.h -> src/blob/a.h", lines[0])

    def test_refuses_folders_that_stand_on_each_other(self):
        self.write("src/http/parse/lexer.h", "")
        self.write("src/http/parse/parser.cc", '#include "http/serve/session.h"\n')
        self.write("src/http/serve/session.h", "")
        self.write("src/http/serve/session.cc", '#include "http/parse/lexer.h"\n')
        status, lines = self.run_checker()
        self.assertEqual((status, len(lines)), (1, 2))
        self.assertIn("http/parse -> http/serve -> http/parse", lines[0])

    def test_refuses_rules_that_run_in_a_circle(self):
        text = (ROOT / "cmake" / "layers.txt").read_text()
        self.write("cmake/layers.txt", text.replace("module base           ->", "module base           -> api", 1))
        status, lines = self.run_checker()
        self.assertEqual(status, 1)
        self.assertIn("the rules run in a circle", lines[0])

    def test_refuses_a_line_that_is_no_rule(self):
        self.write("cmake/layers.txt", (ROOT / "cmake" / "layers.txt").read_text() + "modul base -> io\n")
        status, lines = self.run_checker()
        self.assertEqual(status, 1)
        self.assertIn("not a rule: modul base -> io", lines[0])

    def test_refuses_an_empty_tree(self):
        for folder in ("src", "programs", "tests"):
            shutil.rmtree(self.root / folder)
        self.assertEqual(self.run_checker()[0], 1)


if __name__ == "__main__":
    unittest.main()
