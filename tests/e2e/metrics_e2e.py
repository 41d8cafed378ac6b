"""What an operator's Prometheus reads: requests, jobs and calls of the store, as they happen."""
import re

from harness import ServerCase, main


class Metrics(ServerCase):
    config = "[text]\nenabled = false\n"  # nothing is asked but what is asked here

    def value(self, name):
        text = self.alice.get("/metrics").body.decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        self.assertIsNotNone(found, f"{name} is not among the metrics:\n{text}")
        return float(found[1])

    def test_requests_and_bytes_are_counted_by_operation(self):
        self.assertEqual(self.alice.upload("a.txt", b"x" * 1000).status, 201)
        self.assertEqual(self.alice.upload("a.exe", b"x").status, 415)
        operation = 'operation="createAttachments"'
        self.assertEqual(self.value(f'holdall_http_requests_total{{{operation},status="201"}}'), 1)
        self.assertEqual(self.value(f'holdall_http_requests_total{{{operation},status="415"}}'), 1)
        self.assertEqual(self.value(f'holdall_http_request_seconds_count{{{operation}}}'), 2)
        self.assertGreater(self.value(f'holdall_http_bytes_total{{{operation},direction="in"}}'), 1000)

    def test_calls_of_the_store_are_counted(self):
        made = self.alice.put("b.txt", b"y" * 500).json
        self.assertEqual(self.alice.download(made["id"]).body, b"y" * 500)
        self.assertEqual(self.value('holdall_store_call_seconds_count{operation="commit"}'), 1)
        self.assertEqual(self.value('holdall_store_call_seconds_count{operation="open"}'), 1)
        self.assertEqual(self.value('holdall_store_bytes_total{direction="in"}'), 500)
        self.assertEqual(self.value('holdall_store_bytes_total{direction="out"}'), 500)
        self.assertEqual(self.value('holdall_store_errors_total{operation="commit"}'), 0)


if __name__ == "__main__":
    main()
