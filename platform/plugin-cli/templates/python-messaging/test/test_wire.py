import json
import unittest
from types import SimpleNamespace as Message

import wire
from wakala_plugin.errors import No


def message(name):
    return Message(id=name, sender=None, addresses=[Message(role="to", value="+254700000101")], text="Your premium is due")


class Wire(unittest.TestCase):
    def test_each_message_gets_the_result_that_speaks_of_it(self):
        results = [{"id": "m-2", "error": "blacklisted", "message": "Opted out"}, {"id": "m-1", "ref": "r-1", "parts": 1}]
        first, second, third = wire.sent([message("m-1"), message("m-2"), message("m-3")], 202, {"results": results})
        self.assertEqual(first["ref"], "r-1")
        self.assertEqual(second.code, "opted-out")
        self.assertEqual(third.kind, "unknown-outcome")

    def test_an_error_of_the_whole_batch_promises_that_nothing_was_sent(self):
        with self.assertRaises(No) as no:
            wire.sent([message("m-1")], 429, {})
        self.assertEqual(no.exception.kind, "retryable")
        self.assertEqual(wire.sent([message("m-1")], 500, None)[0].kind, "unknown-outcome")

    def test_a_report_has_the_providers_reference_and_our_word(self):
        event = wire.report(b'{"ref":"r-1","id":"m-1","status":"expired","reason":"Phone off"}')
        expected = {"provider_ref": "r-1", "message_id": "m-1", "state": "failed", "reason": "Phone off"}
        self.assertEqual(json.loads(event["data"]), expected)
        for odd in (b"{}", b"[]", b"\xff"):
            self.assertRaises(No, wire.report, odd)
